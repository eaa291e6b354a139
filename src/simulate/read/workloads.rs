//! Workloads of all kinds, and the budgets over them.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1 as api;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde_json::Value as Json;

use super::cluster::{Cluster, Workload, kind};
use super::{budgets, details, kinds};
use crate::simulate::timings::Timings;
use crate::simulate::world::OwnerKind;

impl Cluster {
    /// Reads an object of any kind; what the model has no place for is named.
    pub(super) fn read_workload(&mut self, object: &Json, timings: &Timings) {
        match kind(object) {
            "Deployment" => self.deployment(object, timings),
            "ReplicaSet" => self.replica_set(object, timings),
            "ReplicationController" => self.replication_controller(object, timings),
            "Job" => self.job(object, timings),
            "Pod" => self.bare_pod(object, timings),
            "StatefulSet" => self.stateful_set(object, timings),
            "DaemonSet" => self.daemon_set(object, timings),
            "PodDisruptionBudget" => self.budget(object),
            "CronJob" => self.cron_job(object),
            other => {
                if let Some(reason) = kinds::left_out(other) {
                    self.leave_out(object, reason.to_owned());
                }
            }
        }
    }

    fn deployment(&mut self, object: &Json, timings: &Timings) {
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

    fn replica_set(&mut self, object: &Json, timings: &Timings) {
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

    fn replication_controller(&mut self, object: &Json, timings: &Timings) {
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

    fn job(&mut self, object: &Json, timings: &Timings) {
        if let Some(own) = self.typed::<Job>(object)
            && let Some(spec) = own.spec.as_ref().filter(|spec| spec.suspend != Some(true))
        {
            let asked = details::job(spec);
            let workload = Workload {
                kind: OwnerKind::Job,
                metadata: &own.metadata,
                replicas: asked.parallelism.min(asked.completions),
                template: &spec.template,
                selector: None,
            };
            let owner = self.add(&workload, timings);
            self.jobs.push((owner, asked));
        }
    }

    fn bare_pod(&mut self, object: &Json, timings: &Timings) {
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

    fn stateful_set(&mut self, object: &Json, timings: &Timings) {
        if let Some(mut own) = self.typed::<StatefulSet>(object) {
            self.claim(&mut own);
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

    /// Gives its pods the volumes of its claim templates, in place of their own of these names, as its controller does; all of
    /// them those of the first pod.
    /// Source: kubernetes/kubernetes `pkg/controller/statefulset/stateful_set_utils.go`, `updateStorage`,
    /// `getPersistentVolumeClaimName`.
    fn claim(&mut self, set: &mut StatefulSet) {
        let Some(pod) = set.spec.template.spec.as_mut() else {
            return;
        };
        let namespace = set.metadata.namespace.as_deref().unwrap_or("default");
        let of_set = set.metadata.name.as_deref().unwrap_or_default();
        let volumes = pod.volumes.get_or_insert_default();
        for template in set.spec.volume_claim_templates.iter().flatten() {
            let name = template.metadata.name.clone().unwrap_or_default();
            let claim_name = format!("{name}-{of_set}-0");
            let class = template.spec.as_ref();
            if let Some(class) = class.and_then(|spec| spec.storage_class_name.clone()) {
                self.claims
                    .insert((namespace.to_owned(), claim_name.clone()), class);
            }
            volumes.retain(|volume| volume.name != name);
            volumes.push(api::Volume {
                name,
                persistent_volume_claim: Some(api::PersistentVolumeClaimVolumeSource {
                    claim_name,
                    read_only: None,
                }),
                ..api::Volume::default()
            });
        }
    }

    fn daemon_set(&mut self, object: &Json, timings: &Timings) {
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

    fn cron_job(&mut self, object: &Json) {
        let Some(own) = self.typed::<CronJob>(object) else {
            return;
        };
        if !self.recognise_scheduled(&own)
            && let Some(reason) = kinds::left_out("CronJob")
        {
            self.leave_out(object, reason.to_owned());
        }
    }

    fn budget(&mut self, object: &Json) {
        let Some(own) = self.typed::<PodDisruptionBudget>(object) else {
            return;
        };
        match budgets::read(&own, &mut self.world) {
            Ok(budget) => {
                self.world.add_budget(budget);
            }
            Err(reason) => self.leave_out(object, reason.to_owned()),
        }
    }
}
