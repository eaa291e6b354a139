//! All objects and groups of a cluster, read.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1 as api;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::details::{self, ScaledOwner};
use super::groups::{GroupSpec, Overhead};
use super::pods::{self, PriorityClass, Surroundings};
use super::programs::{Counted, DeschedulerProgram, HandlerProgram, Programs, argument, is_image};
use super::{budgets, kinds};
use crate::kubernetes::{COMPONENT_LABEL, GENERATOR, Labels, MANAGED_BY_LABEL};
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
    /// Its selector, for pods that the scheduler spreads by default.
    selector: Option<&'w LabelSelector>,
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
        for object in objects {
            cluster.read_autoscaler(object);
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
                        selector: Some(&spec.selector),
                    };
                    let owner = self.add(&workload, timings);
                    let rollout = details::rollout(spec);
                    self.rollouts
                        .extend(rollout.map(|rollout| (owner, rollout)));
                    self.recognise(owner, &workload);
                }
            }
            "ReplicaSet" => {
                if let Some(own) = self.typed::<ReplicaSet>(object) {
                    let spec = &own.spec;
                    if let Some(template) = &spec.template
                        && own
                            .metadata
                            .owner_references
                            .as_ref()
                            .is_none_or(Vec::is_empty)
                    {
                        let workload = Workload {
                            kind: OwnerKind::ReplicaSet,
                            metadata: &own.metadata,
                            replicas: i64::from(spec.replicas.unwrap_or(1)),
                            template,
                            selector: Some(&spec.selector),
                        };
                        self.add(&workload, timings);
                    }
                }
            }
            "ReplicationController" => {
                if let Some(own) = self.typed::<api::ReplicationController>(object) {
                    let template = own.spec.as_ref().and_then(|spec| spec.template.as_ref());
                    if let Some((spec, template)) = own.spec.as_ref().zip(template) {
                        let selector = LabelSelector {
                            match_labels: spec.selector.clone(),
                            ..LabelSelector::default()
                        };
                        let workload = Workload {
                            kind: OwnerKind::ReplicaSet,
                            metadata: &own.metadata,
                            replicas: i64::from(spec.replicas.unwrap_or(1)),
                            template,
                            selector: Some(&selector),
                        };
                        self.add(&workload, timings);
                    }
                }
            }
            "Job" => {
                if let Some(own) = self.typed::<Job>(object)
                    && let Some(spec) = own.spec.as_ref().filter(|spec| spec.suspend != Some(true))
                {
                    let asked = details::job(spec);
                    let workload = Workload {
                        kind: OwnerKind::Job,
                        metadata: &own.metadata,
                        replicas: asked.parallelism,
                        template: &spec.template,
                        selector: None,
                    };
                    let owner = self.add(&workload, timings);
                    self.jobs.push((owner, asked));
                }
            }
            "Pod" => {
                if let Some(own) = self.typed::<api::Pod>(object)
                    && own
                        .metadata
                        .owner_references
                        .as_ref()
                        .is_none_or(Vec::is_empty)
                {
                    let template = api::PodTemplateSpec {
                        metadata: Some(own.metadata.clone()),
                        spec: own.spec.clone(),
                    };
                    let workload = Workload {
                        kind: OwnerKind::None,
                        metadata: &own.metadata,
                        replicas: 1,
                        template: &template,
                        selector: None,
                    };
                    let owner = self.add(&workload, timings);
                    self.bare.push(owner);
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
                        selector: Some(&spec.selector),
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
                        selector: None,
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
            other => {
                if let Some(reason) = kinds::left_out(other) {
                    self.leave_out(object, reason.to_owned());
                }
            }
        }
    }

    fn leave_out(&mut self, object: &Json, reason: String) {
        self.unread.push(Unread {
            object: format!("{} {}/{}", kind(object), namespace(object), name(object)),
            reason,
        });
    }

    /// Reads who scales what; the workloads are known by now. Replicas that are not given are the least.
    fn read_autoscaler(&mut self, object: &Json) {
        if kind(object) != "HorizontalPodAutoscaler" {
            return;
        }
        let Some(own) = self.typed::<HorizontalPodAutoscaler>(object) else {
            return;
        };
        let spec = own.spec;
        let found = self.world.owners.iter().position(|owner| {
            let symbols = &self.world.symbols;
            matches!(
                owner.kind,
                OwnerKind::ReplicaSet | OwnerKind::StatefulSet | OwnerKind::ParallelStatefulSet
            ) && symbols.text(owner.namespace) == namespace(object)
                && symbols.text(owner.name) == spec.scale_target_ref.name
        });
        let Some(at) = found else {
            self.leave_out(object, "what it scales is not in the model".to_owned());
            return;
        };
        let (min, max) = (spec.min_replicas.unwrap_or(1), spec.max_replicas);
        let (min, max) = (i64::from(min), i64::from(max.max(min)));
        let owner = &mut self.world.owners[at];
        owner.replicas = owner.replicas.clamp(min, max);
        self.scaled.push(ScaledOwner {
            owner: OwnerId::of(at),
            min,
            max,
        });
    }

    fn typed<T: DeserializeOwned>(&mut self, object: &Json) -> Option<T> {
        match T::deserialize(object) {
            Ok(read) => Some(read),
            Err(error) => {
                self.leave_out(object, error.to_string());
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

    /// Whether a workload is a component that acts itself.
    fn recognise(&mut self, owner: OwnerId, workload: &Workload<'_>) {
        let namespace = workload.metadata.namespace.as_deref().unwrap_or("default");
        let Some(spec) = &workload.template.spec else {
            return;
        };
        for container in &spec.containers {
            let is = |component: &str| is_component(workload.metadata, component);
            if is("descheduler")
                || is_image(container, "descheduler")
                || argument(container, "policy-config-file").is_some()
            {
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
            } else if is("proportional-autoscaler")
                || is_image(container, "cluster-proportional-autoscaler")
            {
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
            } else if is("termination-handler")
                || container
                    .image
                    .as_deref()
                    .is_some_and(|image| image.contains("node-termination-handler"))
            {
                self.programs.handler = Some(HandlerProgram {
                    owner,
                    image: container.image.clone().unwrap_or_default(),
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
            selector: None,
        };
        self.add(&workload, timings);
    }
}

/// Whether an object is of a component of spotgen: its image may come from anywhere.
fn is_component(metadata: &ObjectMeta, component: &str) -> bool {
    let labels = metadata.labels.as_ref();
    let has = |key: &str, value: &str| {
        labels.is_some_and(|labels| labels.get(key).is_some_and(|own| own == value))
    };
    has(MANAGED_BY_LABEL, GENERATOR) && has(COMPONENT_LABEL, component)
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
