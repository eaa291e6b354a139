//! What all pods of one revision of a workload have in common.

use super::{
    LabelSet, Millis, NodeTerm, PodTerm, PreferredNodes, Requests, SpreadConstraint, Symbol,
    Symbols, Tolerations,
};
use crate::kubernetes::Labels;
use crate::plan::Amount;

/// A pod's specification, and what its containers are known to do.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are fields of the API, and independent"
)]
#[derive(Clone, Debug, Default)]
pub struct Template {
    pub namespace: Option<Symbol>,
    pub labels: Labels,
    pub label_set: LabelSet,
    /// Real requests: the larger of the sum of containers with sidecars and the peak of init containers, and overhead.
    pub requests: Requests,
    /// The same with the scheduler's default for containers without requests, which only scores use.
    /// Source: kubernetes/kubernetes `pkg/scheduler/util/pod_resources.go`.
    pub counted: Amount,
    pub tolerations: Tolerations,
    /// Terms of the required node affinity, of which one must hold; any node, when there is none. The labels of
    /// `nodeSelector` are part of each term.
    pub required_nodes: Option<Vec<NodeTerm>>,
    /// Whether any of that comes from a required node affinity, and not from `nodeSelector` alone.
    pub has_required_affinity: bool,
    pub preferred_nodes: Vec<PreferredNodes>,
    pub required_pods: Vec<PodTerm>,
    pub forbidden_pods: Vec<PodTerm>,
    /// Preferred affinity with its weight; anti-affinity has a negative one.
    pub preferred_pods: Vec<(i64, PodTerm)>,
    pub spread: Vec<SpreadConstraint>,
    /// `spread` is the scheduler's default, since the pod has none of its own.
    pub spread_is_default: bool,
    pub priority: i32,
    /// `preemptionPolicy: Never`.
    pub never_preempts: bool,
    /// `terminationGracePeriodSeconds`.
    pub grace: Millis,
    /// How long its containers take to stop after the signal, `preStop` included, if nothing cuts them short.
    pub stops_within: Millis,
    /// From binding until the pod is ready.
    pub starts_within: Millis,
    /// The pod runs for so long and then succeeds; for ever, when there is none.
    pub runs_for: Option<Millis>,
    pub host_ports: Vec<u16>,
    /// An `emptyDir` (not in memory) or a `hostPath`.
    pub has_local_storage: bool,
    /// As the descheduler sees it: `emptyDir` of any medium, or a `hostPath`.
    pub has_any_local_storage: bool,
    pub has_claims: bool,
    /// The storage class of each claim, as far as it is known.
    pub storage_classes: Vec<Option<Symbol>>,
    /// `resourceClaims`, of devices.
    pub has_resource_claims: bool,
    /// `cluster-autoscaler.kubernetes.io/safe-to-evict`.
    pub safe_to_evict: Option<bool>,
    /// `descheduler.alpha.kubernetes.io/evict`.
    pub descheduler_evicts: bool,
    /// `descheduler.alpha.kubernetes.io/prefer-no-eviction`.
    pub descheduler_spares: bool,
    pub is_system_critical: bool,
    /// It is one of spotgen's placeholders, or of another tool's: it only keeps room.
    pub is_placeholder: bool,
}

impl Template {
    /// Whether a node of this name and with these labels is one that pods may be on, by their required node affinity: one
    /// of the terms must hold.
    pub fn may_be_on(&self, name: Symbol, labels: &LabelSet, symbols: &Symbols) -> bool {
        let terms = self.required_nodes.as_ref();
        terms.is_none_or(|terms| terms.iter().any(|term| term.holds(name, labels, symbols)))
    }
}
