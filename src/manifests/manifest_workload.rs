//! A workload in the manifests.

use std::sync::Arc;

use serde_json::Value as Json;

use super::jobs::JobFailures;
use super::manifest_placeholder::ManifestPlaceholder;
use super::placement::ExistingPlacement;
use super::pod_spec::pod_spec_pointer;
use super::priority::Priority;
use super::programs::{ArgumentPlace, ManifestProgram};
use super::refused_toleration::RefusedToleration;
use super::releases::PlacedValue;
use super::serving::Serving;
use super::storage::Storage;
use super::unread::Unread;
use super::unsupported_values::UnsupportedValue;
use super::written_tolerations::WrittenToleration;
use crate::config::Kind;
use crate::diagnostic::Pointer;
use crate::kubernetes::{LabelSelector, Labels, Resources};
use crate::source::Span;
use crate::values::IntOrPercent;

/// What an autoscaler goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScaledBy {
    /// The pods that the selector of its target matches.
    Pods,
    /// Values from elsewhere; or there is no autoscaler.
    #[default]
    Others,
}

#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that have nothing to do with each other"
)]
pub struct ManifestWorkload {
    /// Its index among the workloads of the manifests.
    pub number: usize,
    pub kind: Kind,
    /// If it is generated, the beginning of it.
    pub name: String,
    /// Whether the API server completes the name, to a new one each time. No patch can name it.
    pub is_generated: bool,
    /// `None` if whoever applies the manifest decides.
    pub namespace: Option<String>,
    /// The workload's own labels.
    pub labels: Labels,
    /// The workload's own annotations.
    pub annotations: Labels,
    /// The labels that its selector wants; none where it has only expressions. A `ReplicationController`, `Job` or
    /// `CronJob` without a selector has the labels of its pods. Never empty.
    pub selector: Option<Labels>,
    /// Its selector with its expressions, of a kind that keeps a number of pods and has one. Never empty.
    pub whole_selector: Option<LabelSelector>,
    pub pod_labels: Labels,
    /// Of the pod template: where the autoscaler and the descheduler look.
    pub pod_annotations: Labels,
    /// A `Job`'s and a `CronJob`'s `parallelism`, at most its `completions`; none for a `DaemonSet`. Absent means 1.
    pub replicas: Option<i64>,
    /// Whether the number is declared.
    pub states_replicas: bool,
    /// How many pods a `Deployment` may be short of while its pods are replaced one by one; none where they are not.
    pub missing_in_rollout: Option<IntOrPercent>,
    /// The minimum and maximum replicas of its `HorizontalPodAutoscaler` or `ScaledObject`.
    pub autoscaling: Option<(i64, i64)>,
    /// What its autoscaler goes by.
    pub scaled_by: ScaledBy,
    /// The requests of one pod, as the scheduler counts them. `None` if a container declares nothing at all and the pod
    /// does not either: the manifest then does not tell what the pod uses.
    pub requests: Option<Resources>,
    /// The first kind of GPU that its pods request: `nvidia.com/gpu`.
    pub gpu: Option<String>,
    /// How many GPUs one pod requests, where these are whole ones.
    pub gpus: Option<i64>,
    pub priority_class: Option<String>,
    /// By its class, or by the one that is the default of all pods; none where its class is in none of the manifests.
    pub priority: Option<Priority>,
    pub termination_grace_period_seconds: Option<i64>,
    /// The same, where its author wrote it.
    pub asked_grace: Option<i64>,
    /// How it starts to serve, and how it stops.
    pub serving: Serving,
    /// Of a `Job` and a `CronJob`.
    pub job: Option<JobFailures>,
    /// Whether a volume is an `emptyDir` (in memory too) or a `hostPath`.
    pub local_storage: bool,
    /// Whether a volume is a `hostPath`, so that what is written to it stays on the node.
    pub host_path: bool,
    /// The storage of the volumes that it claims, or that each of its pods claims.
    pub storage: Vec<Storage>,
    /// Shared with the workload of the plan.
    pub existing: Arc<ExistingPlacement>,
    pub node_selector: Labels,
    /// Its tolerations as far as the API server takes them, with their numbers in the list.
    pub tolerations: Vec<WrittenToleration>,
    pub refused_tolerations: Vec<RefusedToleration>,
    pub unsupported_values: Vec<UnsupportedValue>,
    /// The program of the system itself that it runs, if any.
    pub program: Option<Box<ManifestProgram>>,
    /// If its pods only hold room for others.
    pub placeholder: Option<Box<ManifestPlaceholder>>,
    /// The values of a chart that it is rendered from, where it is a program.
    pub(crate) values: Vec<PlacedValue>,
    /// All of a `Deployment`, where that was wanted.
    pub original: Option<Arc<Json>>,
    /// What it says and nobody knows here.
    pub unread: Unread,
    /// The workload as a whole: its `kind`; in a typed list, where items have none, its name.
    pub location: Span,
    pub locations: WorkloadLocations,
}

/// The locations of facts in a manifest. A fact that is not declared points to the nearest one that is.
#[derive(Clone, Copy, Debug)]
pub struct WorkloadLocations {
    pub name: Span,
    pub selector: Span,
    pub replicas: Span,
    /// What its pods ask of the labels of nodes.
    pub nodes: Span,
    pub requests: Span,
    pub grace: Span,
    /// The longest that its pods tolerate a lost node for.
    pub node_loss: Span,
    /// The value of the annotation by which it selects a class, if it has one.
    pub class: Option<Span>,
    /// In the autoscaler, if there is one.
    pub autoscaling: Span,
}

impl ManifestWorkload {
    /// Whether it is a part of the system, and no workload that the system serves.
    pub fn is_of_the_system(&self) -> bool {
        self.program.is_some() || self.placeholder.is_some()
    }

    /// The image of what it is in the system, if it is a part of that.
    pub fn system_image(&self) -> Option<&str> {
        let program = self.program.as_ref().map(|program| &program.image);
        let placeholder = self.placeholder.as_ref().map(|own| &own.image);
        program.or(placeholder).map(String::as_str)
    }

    /// Where its program has an argument, or can get it: in the object, or in the values that a chart renders it from.
    pub(crate) fn argument_place(&self, name: &str) -> Option<ArgumentPlace> {
        let program = self.program.as_deref()?;
        let place = program.place(name)?;
        let location = program.location(name).filter(|_| !place.is_new);
        let value = self
            .values
            .iter()
            .find(|value| Some(value.location) == location);
        if let Some(value) = value {
            // As a whole word, or only its value.
            let before = if value.is_word {
                place.before
            } else {
                String::new()
            };
            return Some(ArgumentPlace {
                pointer: value.pointer.clone(),
                before,
                object: location,
                is_new: false,
            });
        }
        let container = pod_spec_pointer(self.kind).child("containers").child(0);
        let within = place.pointer.segments();
        let pointer = within.fold(container, |pointer, key| pointer.child(key));
        Some(ArgumentPlace {
            pointer,
            object: Some(self.location),
            ..place
        })
    }

    /// Where a value is to be edited that stands at a location: in the object, at `own`, or among the values of a chart.
    pub(crate) fn edited_at(&self, location: Span, own: &str) -> (Span, Pointer) {
        let mut values = self.values.iter();
        match values.find(|value| value.location == location && !value.is_only_argument) {
            Some(value) => (location, value.pointer.clone()),
            None => (self.location, Pointer::parse(own)),
        }
    }

    /// Whether it has no pods, and nothing in the manifests gives it any.
    pub fn is_off(&self) -> bool {
        self.states_replicas && self.replicas == Some(0) && self.autoscaling.is_none()
    }

    /// Whether its pods have volumes that are claimed.
    pub fn has_claims(&self) -> bool {
        !self.storage.is_empty()
    }

    /// Whether a volume that its pods share can be mounted on one node alone, as far as the manifests tell.
    pub fn is_bound_to_node(&self) -> bool {
        let mut storage = self.storage.iter();
        storage.any(|storage| storage.is_for_one_node == Some(true))
    }

    /// Whether a volume of its pods may be bound to a zone, for all that is known.
    pub fn may_be_bound_to_zone(&self) -> bool {
        let mut storage = self.storage.iter();
        storage.any(|storage| storage.is_in_one_zone != Some(false))
    }
}
