//! All objects and groups of a cluster, read.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::details::{self, ScaledOwner};
use super::groups::{GroupSpec, Overhead};
use super::pods::{self, PriorityClass, Surroundings};
use super::programs::Programs;
use crate::kubernetes::Labels;
use crate::simulate::actors::controllers::{JobSpec, Rollout};
use crate::simulate::timings::Timings;
use crate::simulate::world::{Owner, OwnerId, OwnerKind, Template, World};

/// A cluster before anything has happened: no node and no pod yet.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    pub world: World,
    pub programs: Programs,
    pub unread: Vec<Unread>,
    /// How Deployments roll that do not do so by default.
    pub rollouts: Vec<(OwnerId, Rollout)>,
    pub jobs: Vec<(OwnerId, JobSpec)>,
    /// Pods without an owner.
    pub bare: Vec<OwnerId>,
    /// What somebody scales by its load.
    pub scaled: Vec<ScaledOwner>,
    /// By owner, as manifests name it.
    pub kinds: Vec<String>,
    pub(super) configs: BTreeMap<(String, String), BTreeMap<String, String>>,
    classes: BTreeMap<String, PriorityClass>,
    default_class: Option<PriorityClass>,
    namespaces: Vec<(String, Labels)>,
    pub(super) claims: BTreeMap<(String, String), String>,
}

/// An object that the model leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Kind, namespace and name.
    pub object: String,
    pub reason: String,
}

/// The `DaemonSet` of what [`Overhead`] stands for.
const ADD_ONS: &str = "add-ons";

/// Everything but the pods' own specification that a workload's kind says.
pub(super) struct Workload<'w> {
    pub(super) kind: OwnerKind,
    pub(super) metadata: &'w ObjectMeta,
    pub(super) replicas: i64,
    pub(super) template: &'w api::PodTemplateSpec,
    /// Its selector, for pods that the scheduler spreads by default.
    pub(super) selector: Option<&'w LabelSelector>,
}

impl Cluster {
    /// Reads objects in whatever order, and groups.
    pub fn read(
        objects: &[Json],
        groups: &[GroupSpec],
        add_ons: Option<&Overhead>,
        timings: &Timings,
    ) -> Self {
        let mut cluster = Self::default();
        for group in groups {
            let group = group.group(&mut cluster.world);
            cluster.world.add_group(group);
        }
        // What pods refer to comes first.
        for object in objects {
            cluster.read_reference(object);
        }
        for object in objects {
            cluster.read_workload(object, timings);
            let owners = cluster.world.owners.len();
            cluster.kinds.resize(owners, kind(object).to_owned());
        }
        cluster.read_autoscalers(objects);
        if let Some(add_ons) = add_ons {
            cluster.add_add_ons(add_ons, timings);
        }
        cluster
    }

    /// All namespaces among the objects, with their labels.
    pub fn namespaces(&self) -> &[(String, Labels)] {
        &self.namespaces
    }

    /// The value of a priority class, as policies refer to it.
    pub fn class(&self, name: &str) -> Option<i32> {
        self.classes.get(name).map(|class| class.value)
    }

    fn read_reference(&mut self, object: &Json) {
        match kind(object) {
            "Namespace" => {
                let labels = object["metadata"]["labels"].as_object();
                let labels = labels
                    .into_iter()
                    .flatten()
                    .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
                self.namespaces
                    .push((name(object).to_owned(), labels.collect()));
            }
            "PriorityClass" => {
                let value = object["value"]
                    .as_i64()
                    .and_then(|value| i32::try_from(value).ok());
                let class = PriorityClass {
                    value: value.unwrap_or(0),
                    never_preempts: object["preemptionPolicy"] == "Never",
                };
                if object["globalDefault"] == true {
                    self.default_class = Some(class);
                }
                self.classes.insert(name(object).to_owned(), class);
            }
            "ConfigMap" => {
                let data = object["data"].as_object();
                let data = data
                    .into_iter()
                    .flatten()
                    .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
                let data: BTreeMap<_, _> = data.collect();
                if name(object) == "cluster-autoscaler-priority-expander" {
                    self.programs.priorities = data.get("priorities").cloned();
                }
                let place = (namespace(object).to_owned(), name(object).to_owned());
                self.configs.insert(place, data);
            }
            "PersistentVolumeClaim" => {
                if let Some(class) = object["spec"]["storageClassName"].as_str() {
                    let place = (namespace(object).to_owned(), name(object).to_owned());
                    self.claims.insert(place, class.to_owned());
                }
            }
            _ => {}
        }
    }

    pub(super) fn leave_out(&mut self, object: &Json, reason: String) {
        self.unread.push(Unread {
            object: format!("{} {}/{}", kind(object), namespace(object), name(object)),
            reason,
        });
    }

    pub(super) fn typed<T: DeserializeOwned>(&mut self, object: &Json) -> Option<T> {
        match T::deserialize(object) {
            Ok(read) => Some(read),
            Err(error) => {
                self.leave_out(object, error.to_string());
                None
            }
        }
    }

    pub(super) fn add(&mut self, workload: &Workload<'_>, timings: &Timings) -> OwnerId {
        let namespace = workload.metadata.namespace.as_deref().unwrap_or("default");
        let name = workload.metadata.name.as_deref().unwrap_or_default();
        let metadata = workload.template.metadata.as_ref();
        let spec = workload.template.spec.clone().unwrap_or_default();
        let around = Surroundings {
            classes: &self.classes,
            default_class: self.default_class.as_ref(),
            namespaces: &self.namespaces,
            claims: &self.claims,
            timings,
        };
        let reasons = pods::left_out(&spec, &self.classes);
        self.unread.extend(reasons.into_iter().map(|reason| Unread {
            object: format!("{namespace}/{name}"),
            reason,
        }));
        let mut template = pods::template(namespace, metadata, &spec, &around, &mut self.world);
        if let Some(selector) = workload.selector.filter(|_| template.spread.is_empty()) {
            template.spread = details::default_spread(selector, namespace, &mut self.world);
            template.spread_is_default = !template.spread.is_empty();
        }
        self.add_owner(workload.kind, namespace, name, workload.replicas, template)
    }

    fn add_owner(
        &mut self,
        kind: OwnerKind,
        namespace: &str,
        name: &str,
        replicas: i64,
        template: Template,
    ) -> OwnerId {
        let template = self.world.add_template(template);
        let owner = Owner {
            kind,
            namespace: self.world.symbols.of(namespace),
            name: self.world.symbols.of(name),
            template,
            replicas,
        };
        self.world.add_owner(owner)
    }

    /// One `DaemonSet` for all add-ons, which tolerates everything.
    fn add_add_ons(&mut self, overhead: &Overhead, timings: &Timings) {
        let spec = serde_json::json!({
            "containers": [{"name": ADD_ONS, "resources": {"requests": {"cpu": overhead.cpu, "memory": overhead.memory}}}],
            "tolerations": [{"operator": "Exists"}],
            "priorityClassName": "system-node-critical",
        });
        let template = api::PodTemplateSpec {
            metadata: None,
            spec: api::PodSpec::deserialize(&spec).ok(),
        };
        let metadata = ObjectMeta {
            name: Some(ADD_ONS.to_owned()),
            namespace: Some("kube-system".to_owned()),
            ..ObjectMeta::default()
        };
        let workload = Workload {
            kind: OwnerKind::DaemonSet,
            metadata: &metadata,
            replicas: 0,
            template: &template,
            selector: None,
        };
        self.add(&workload, timings);
    }
}

pub(super) fn kind(object: &Json) -> &str {
    object["kind"].as_str().unwrap_or_default()
}

pub(super) fn name(object: &Json) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

pub(super) fn namespace(object: &Json) -> &str {
    object["metadata"]["namespace"]
        .as_str()
        .unwrap_or("default")
}
