//! How a workload spreads its pods over domains of nodes.

use super::fields::Fields;
use super::selector::PodSelector;
use crate::config::WhenUnsatisfiable;
use crate::kubernetes::TopologyKey;
use crate::yaml::Node;

/// A `TopologySpreadConstraint`. Source: kubernetes/api core/v1/types.go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopologySpreadConstraint {
    pub topology_key: Option<TopologyKey>,
    pub max_skew: Option<i64>,
    pub min_domains: Option<i64>,
    /// None where it is absent or no word of the API, which requires one.
    pub when_unsatisfiable: Option<WhenUnsatisfiable>,
    /// Whether nodes that the node selector or the node affinity of the pods excludes are not counted: the default, which
    /// `nodeAffinityPolicy: Ignore` changes.
    pub honors_affinity: bool,
    /// `nodeTaintsPolicy: Honor`: nodes whose taints the pods do not tolerate are not counted. By default they are.
    pub honors_taints: bool,
    pub selector: PodSelector,
}

impl TopologySpreadConstraint {
    pub(super) fn read(node: &Node<'_>) -> Self {
        let mut fields = Fields::of(node);
        let when = fields.text("whenUnsatisfiable");
        Self {
            topology_key: fields.text("topologyKey").map(TopologyKey::from),
            max_skew: fields.integer("maxSkew"),
            min_domains: fields.integer("minDomains"),
            when_unsatisfiable: when.and_then(WhenUnsatisfiable::parse),
            honors_affinity: fields.text("nodeAffinityPolicy") != Some("Ignore"),
            honors_taints: fields.text("nodeTaintsPolicy") == Some("Honor"),
            selector: PodSelector::read(&mut fields).0,
        }
    }
}
