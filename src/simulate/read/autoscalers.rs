//! Who scales what, and how far: `HorizontalPodAutoscaler` and KEDA's `ScaledObject`.

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use serde::Deserialize;
use serde_json::Value as Json;

use super::cluster::{Cluster, kind, namespace};
use super::details::ScaledOwner;
use crate::simulate::world::{OwnerId, OwnerKind};

/// Source: kedacore/keda `apis/keda/v1alpha1/scaledobject_types.go` (`defaultHPAMaxReplicas`).
const KEDA_MAX: i32 = 100;

/// What counts of a `ScaledObject`.
#[derive(Deserialize)]
struct ScaledObject {
    spec: ScaledObjectSpec,
}

/// Source: kedacore/keda `apis/keda/v1alpha1/scaledobject_types.go`, `ScaledObjectSpec`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScaledObjectSpec {
    scale_target_ref: ScaleTarget,
    /// Default: 0.
    min_replica_count: Option<i32>,
    /// Default: 100.
    max_replica_count: Option<i32>,
}

#[derive(Deserialize)]
struct ScaleTarget {
    name: String,
}

/// The name of what is scaled, and its range of replicas.
struct Scaling {
    target: String,
    min: i64,
    max: i64,
}

impl Scaling {
    /// As the real ones, one whose most is below its least has its least.
    fn new(target: String, min: i32, max: i32) -> Self {
        Self {
            target,
            min: i64::from(min),
            max: i64::from(max.max(min)),
        }
    }
}

impl Cluster {
    /// Reads all autoscalers; the workloads are known by now. Replicas that are not given are the least.
    ///
    /// KEDA makes an autoscaler of its own for a `ScaledObject`, and that one can scale to 0: it counts where something else
    /// scales the same.
    pub(super) fn read_autoscalers(&mut self, objects: &[Json]) {
        for object in objects.iter().filter(|object| is_scaled_object(object)) {
            if let Some(own) = self.typed::<ScaledObject>(object) {
                let spec = own.spec;
                let (min, max) = (spec.min_replica_count, spec.max_replica_count);
                let (min, max) = (min.unwrap_or(0), max.unwrap_or(KEDA_MAX));
                self.scale(object, &Scaling::new(spec.scale_target_ref.name, min, max));
            }
        }
        let others = objects.iter();
        for object in others.filter(|object| kind(object) == "HorizontalPodAutoscaler") {
            if let Some(own) = self.typed::<HorizontalPodAutoscaler>(object) {
                let spec = own.spec;
                let (min, max) = (spec.min_replicas.unwrap_or(1), spec.max_replicas);
                self.scale(object, &Scaling::new(spec.scale_target_ref.name, min, max));
            }
        }
    }

    fn scale(&mut self, object: &Json, own: &Scaling) {
        let mut owners = self.world.owners.iter();
        let found = owners.position(|owner| {
            let symbols = &self.world.symbols;
            matches!(
                owner.kind,
                OwnerKind::ReplicaSet | OwnerKind::StatefulSet | OwnerKind::ParallelStatefulSet
            ) && symbols.text(owner.namespace) == namespace(object)
                && symbols.text(owner.name) == own.target
        });
        let Some(at) = found else {
            self.leave_out(object, "what it scales is not in the model".to_owned());
            return;
        };
        let owner = OwnerId::of(at);
        if self.scaled.iter().any(|known| known.owner == owner) {
            self.leave_out(object, "another autoscaler scales the same".to_owned());
            return;
        }
        let replicas = &mut self.world.owners[at].replicas;
        *replicas = (*replicas).clamp(own.min, own.max);
        self.scaled.push(ScaledOwner {
            owner,
            min: own.min,
            max: own.max,
        });
    }
}

fn is_scaled_object(object: &Json) -> bool {
    kind(object) == "ScaledObject"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::simulate::timings::Timings;

    fn deployment() -> Json {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"replicas": 2, "selector": {}, "template": {"spec": {"containers": [{"name": "main"}]}}},
        })
    }

    fn autoscaler(kind: &str, mut spec: Json) -> Json {
        spec["scaleTargetRef"] = json!({"kind": "Deployment", "name": "web"});
        json!({"kind": kind, "metadata": {"name": "web", "namespace": "shop"}, "spec": spec})
    }

    fn read(autoscalers: &[Json]) -> (Vec<(i64, i64)>, i64, Vec<String>) {
        let objects = [&[deployment()], autoscalers].concat();
        let cluster = Cluster::read(&objects, &[], None, &Timings::real());
        let scaled = cluster.scaled.iter().map(|own| (own.min, own.max));
        let unread = cluster.unread.into_iter().map(|own| own.reason);
        let replicas = cluster.world.owners[0].replicas;
        (scaled.collect(), replicas, unread.collect())
    }

    #[test]
    fn a_scaled_object_bounds_as_an_autoscaler_does() {
        let keda = json!({"minReplicaCount": 3, "maxReplicaCount": 4, "triggers": []});
        let own = json!({"minReplicas": 3, "maxReplicas": 4});
        let expected = (vec![(3, 4)], 3, Vec::new());
        assert_eq!(read(&[autoscaler("ScaledObject", keda)]), expected);
        assert_eq!(
            read(&[autoscaler("HorizontalPodAutoscaler", own)]),
            expected
        );
    }

    #[test]
    fn a_scaled_object_without_a_range_has_that_of_keda() {
        let expected = (vec![(0, 100)], 2, Vec::new());
        assert_eq!(read(&[autoscaler("ScaledObject", json!({}))]), expected);
    }

    #[test]
    fn of_two_that_scale_the_same_the_one_of_keda_counts() {
        let keda = autoscaler("ScaledObject", json!({"maxReplicaCount": 4}));
        let own = json!({"minReplicas": 3, "maxReplicas": 9});
        let own = autoscaler("HorizontalPodAutoscaler", own);
        let reason = "another autoscaler scales the same".to_owned();
        assert_eq!(read(&[own, keda]), (vec![(0, 4)], 2, vec![reason]));
    }
}
