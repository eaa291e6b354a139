//! Workloads that are components of a cluster and act themselves.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::cluster::{Cluster, Workload};
use super::programs::{Counted, DeschedulerProgram, HandlerProgram, argument, is_image};
use crate::kubernetes::{COMPONENT_LABEL, GENERATOR, MANAGED_BY_LABEL};
use crate::simulate::world::OwnerId;

impl Cluster {
    /// Whether a workload is a component that acts itself.
    pub(super) fn recognise(&mut self, owner: OwnerId, workload: &Workload<'_>) {
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
}

/// Whether an object is of a component of spotgen: its image may come from anywhere.
fn is_component(metadata: &ObjectMeta, component: &str) -> bool {
    let labels = metadata.labels.as_ref();
    let has = |key: &str, value: &str| {
        labels.is_some_and(|labels| labels.get(key).is_some_and(|own| own == value))
    };
    has(MANAGED_BY_LABEL, GENERATOR) && has(COMPONENT_LABEL, component)
}
