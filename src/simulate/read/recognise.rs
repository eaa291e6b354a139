//! Workloads that are components of a cluster and act themselves.

use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::core::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::cluster::{Cluster, Workload};
use super::programs::{Counted, DeschedulerProgram, HandlerProgram, argument, flag, is_image};
use crate::kubernetes::{COMPONENT_LABEL, GENERATOR, MANAGED_BY_LABEL};
use crate::simulate::world::OwnerId;
use crate::values::Schedule;

impl Cluster {
    /// Whether a workload is a component that acts itself.
    pub(super) fn recognise(&mut self, owner: OwnerId, workload: &Workload<'_>) {
        let namespace = workload.metadata.namespace.as_deref().unwrap_or("default");
        let Some(spec) = &workload.template.spec else {
            return;
        };
        for container in &spec.containers {
            let is = |component: &str| is_component(workload.metadata, component);
            if is_descheduler(workload.metadata, container) {
                if let Some(policy) = self.policy(namespace, spec) {
                    self.programs.descheduler = Some(DeschedulerProgram {
                        owner: Some(owner),
                        policy,
                        interval: argument(container, "descheduling-interval")
                            .unwrap_or("5m")
                            .to_owned(),
                        is_dry_run: flag(container, "dry-run"),
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
}

impl Cluster {
    /// Whether a `CronJob` is a descheduler: it makes a round whenever its schedule says, as one that always runs does at its
    /// interval.
    pub(super) fn recognise_scheduled(&mut self, own: &CronJob) -> bool {
        let spec = &own.spec;
        let job = spec.job_template.spec.as_ref();
        let Some(pod) = job.and_then(|job| job.template.spec.as_ref()) else {
            return false;
        };
        let mut containers = pod.containers.iter();
        let namespace = own.metadata.namespace.as_deref().unwrap_or("default");
        let schedule = Schedule::parse(&spec.schedule).ok();
        let found = containers
            .find(|container| is_descheduler(&own.metadata, container))
            .zip(self.policy(namespace, pod))
            .zip(schedule.and_then(|schedule| schedule.longest_gap()));
        let Some(((container, policy), seconds)) = found.filter(|_| spec.suspend != Some(true))
        else {
            return false;
        };
        self.programs.descheduler = Some(DeschedulerProgram {
            owner: None,
            policy,
            interval: format!("{seconds}s"),
            is_dry_run: flag(container, "dry-run"),
        });
        true
    }

    /// The policy of a descheduler among the `ConfigMap`s that its pod mounts.
    fn policy(&self, namespace: &str, pod: &api::PodSpec) -> Option<String> {
        let configs = pod.volumes.iter().flatten().filter_map(|volume| {
            let source = volume.config_map.as_ref();
            source.map(|source| (namespace.to_owned(), source.name.clone()))
        });
        let mut data = configs.filter_map(|place| self.configs.get(&place));
        data.find_map(|data| data.get("policy.yaml").cloned())
    }
}

fn is_descheduler(metadata: &ObjectMeta, container: &api::Container) -> bool {
    is_component(metadata, "descheduler")
        || is_image(container, "descheduler")
        || argument(container, "policy-config-file").is_some()
}

/// Whether an object is of a component of spotgen: its image may come from anywhere.
fn is_component(metadata: &ObjectMeta, component: &str) -> bool {
    let labels = metadata.labels.as_ref();
    let has = |key: &str, value: &str| {
        labels.is_some_and(|labels| labels.get(key).is_some_and(|own| own == value))
    };
    has(MANAGED_BY_LABEL, GENERATOR) && has(COMPONENT_LABEL, component)
}
