//! All objects and groups of a cluster, read.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::core::v1 as api;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::budgets;
use super::groups::{GroupSpec, Overhead};
use super::pods::{self, PriorityClass, Surroundings};
use super::programs::{Counted, DeschedulerProgram, HandlerProgram, Programs, argument, is_image};
use crate::kubernetes::Labels;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Owner, OwnerId, OwnerKind, Template, World};

/// A cluster before anything has happened: no node and no pod yet.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    pub world: World,
    pub programs: Programs,
    pub unread: Vec<Unread>,
    configs: BTreeMap<(String, String), BTreeMap<String, String>>,
    classes: BTreeMap<String, PriorityClass>,
    default_class: Option<PriorityClass>,
    namespaces: Vec<(String, Labels)>,
    claims: BTreeMap<(String, String), String>,
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
struct Workload<'w> {
    kind: OwnerKind,
    metadata: &'w ObjectMeta,
    replicas: i64,
    template: &'w api::PodTemplateSpec,
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
        }
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

    fn read_workload(&mut self, object: &Json, timings: &Timings) {
        match kind(object) {
            "Deployment" => {
                if let Some(own) = self.typed::<Deployment>(object) {
                    let spec = &own.spec;
                    let workload = Workload {
                        kind: OwnerKind::ReplicaSet,
                        metadata: &own.metadata,
                        replicas: i64::from(spec.replicas.unwrap_or(1)),
                        template: &spec.template,
                    };
                    let owner = self.add(&workload, timings);
                    self.recognise(owner, &workload);
                }
            }
            "StatefulSet" => {
                if let Some(own) = self.typed::<StatefulSet>(object) {
                    let spec = &own.spec;
                    let kind = match spec.pod_management_policy.as_deref() {
                        Some("Parallel") => OwnerKind::ParallelStatefulSet,
                        _ => OwnerKind::StatefulSet,
                    };
                    let workload = Workload {
                        kind,
                        metadata: &own.metadata,
                        replicas: i64::from(spec.replicas.unwrap_or(1)),
                        template: &spec.template,
                    };
                    self.add(&workload, timings);
                }
            }
            "DaemonSet" => {
                if let Some(own) = self.typed::<DaemonSet>(object) {
                    let spec = &own.spec;
                    let workload = Workload {
                        kind: OwnerKind::DaemonSet,
                        metadata: &own.metadata,
                        replicas: 0,
                        template: &spec.template,
                    };
                    let owner = self.add(&workload, timings);
                    self.recognise(owner, &workload);
                }
            }
            "PodDisruptionBudget" => {
                if let Some(own) = self.typed::<PodDisruptionBudget>(object)
                    && let Some(budget) = budgets::read(&own, &mut self.world)
                {
                    self.world.add_budget(budget);
                }
            }
            _ => {}
        }
    }

    fn typed<T: DeserializeOwned>(&mut self, object: &Json) -> Option<T> {
        match T::deserialize(object) {
            Ok(read) => Some(read),
            Err(error) => {
                self.unread.push(Unread {
                    object: format!("{} {}/{}", kind(object), namespace(object), name(object)),
                    reason: error.to_string(),
                });
                None
            }
        }
    }

    fn add(&mut self, workload: &Workload<'_>, timings: &Timings) -> OwnerId {
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
        let template = pods::template(namespace, metadata, &spec, &around, &mut self.world);
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

    /// Whether a workload is a component that acts itself.
    fn recognise(&mut self, owner: OwnerId, workload: &Workload<'_>) {
        let namespace = workload.metadata.namespace.as_deref().unwrap_or("default");
        let Some(spec) = &workload.template.spec else {
            return;
        };
        for container in &spec.containers {
            if is_image(container, "descheduler") {
                let configs = spec.volumes.iter().flatten().filter_map(|volume| {
                    volume.config_map.as_ref().map(|source| source.name.clone())
                });
                let policy = configs
                    .filter_map(|name| self.configs.get(&(namespace.to_owned(), name)))
                    .find_map(|data| data.get("policy.yaml"));
                if let Some(policy) = policy {
                    self.programs.descheduler = Some(DeschedulerProgram {
                        owner,
                        policy: policy.clone(),
                        interval: argument(container, "descheduling-interval")
                            .unwrap_or("5m")
                            .to_owned(),
                    });
                }
            } else if is_image(container, "cluster-proportional-autoscaler") {
                let target = argument(container, "target")
                    .unwrap_or_default()
                    .to_lowercase();
                let target = target
                    .split_once('/')
                    .map_or("", |(_, name)| name)
                    .to_owned();
                let watched = argument(container, "namespace")
                    .unwrap_or(namespace)
                    .to_owned();
                let config = argument(container, "configmap")
                    .unwrap_or_default()
                    .to_owned();
                let parameters = self.configs.get(&(watched.clone(), config)).cloned();
                let poll = argument(container, "poll-period-seconds");
                self.programs.proportional.push(Counted {
                    owner,
                    target: (watched, target),
                    node_labels: argument(container, "nodelabels")
                        .unwrap_or_default()
                        .to_owned(),
                    parameters: parameters.unwrap_or_default(),
                    poll_seconds: poll.and_then(|text| text.parse().ok()).unwrap_or(10),
                });
            } else if container
                .image
                .as_deref()
                .is_some_and(|image| image.contains("node-termination-handler"))
            {
                self.programs.handler = Some(HandlerProgram {
                    owner,
                    args: container.args.clone().unwrap_or_default(),
                });
            }
        }
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
            spec: serde_json::from_value(spec).ok(),
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
        };
        self.add(&workload, timings);
    }
}

fn kind(object: &Json) -> &str {
    object["kind"].as_str().unwrap_or_default()
}

fn name(object: &Json) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

fn namespace(object: &Json) -> &str {
    object["metadata"]["namespace"]
        .as_str()
        .unwrap_or("default")
}
