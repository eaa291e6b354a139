//! Labels whose value tells Spot nodes from others, and what people write in place of it.

use crate::suggest::similar;

/// A label by which a node says what capacity it is.
#[derive(Debug)]
pub struct CapacityLabel {
    pub key: &'static str,
    /// Its value on Spot nodes.
    pub spot: &'static str,
    /// Its value on other nodes; none where they do not have the label.
    pub on_demand: Option<&'static str>,
    /// Further values that nodes can have.
    pub others: &'static [&'static str],
    /// Whether nodes have no value but these.
    pub is_complete: bool,
}

/// What is meant by a value of such a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Nodes can have it.
    Written,
    /// It is a misspelling of this one.
    Misspelled(&'static str),
    /// Nodes that are not Spot, and that do not have the label.
    Absent,
    /// Nothing that is known.
    Unknown,
}

/// Words for capacity that can go away, and for the other one, as `squeezed` writes them.
const SPOT: [&str; 3] = ["spot", "true", "yes"];
const ON_DEMAND: [&str; 6] = ["regular", "ondemand", "standard", "normal", "false", "no"];

impl CapacityLabel {
    pub(crate) fn meaning(&self, value: &str) -> Meaning {
        let known = || {
            let first = [Some(self.spot), self.on_demand].into_iter().flatten();
            first.chain(self.others.iter().copied())
        };
        if known().any(|own| own == value) {
            return Meaning::Written;
        }
        let written = squeezed(value);
        if let Some(own) = known().find(|own| squeezed(own) == written) {
            return Meaning::Misspelled(own);
        }
        if SPOT.contains(&written.as_str()) {
            return Meaning::Misspelled(self.spot);
        }
        if ON_DEMAND.contains(&written.as_str()) {
            return self.on_demand.map_or(Meaning::Absent, Meaning::Misspelled);
        }
        let near = similar(value, known()).filter(|_| self.is_complete);
        near.map_or(Meaning::Unknown, Meaning::Misspelled)
    }
}

/// Karpenter's own, on every node that it makes.
/// Source: kubernetes-sigs/karpenter pkg/apis/v1/labels.go, `CapacityTypeSpot`, `CapacityTypeOnDemand` and
/// `CapacityTypeReserved`.
pub(super) const KARPENTER: CapacityLabel = CapacityLabel {
    key: "karpenter.sh/capacity-type",
    spot: "spot",
    on_demand: Some("on-demand"),
    others: &["reserved"],
    is_complete: true,
};

/// The letters and digits, in lower case.
fn squeezed(value: &str) -> String {
    let kept = value.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::Meaning::{self, Absent, Misspelled, Unknown, Written};
    use crate::providers::named;

    fn meaning(provider: &str, key: &str, value: &str) -> Meaning {
        let facts = named(provider).expect("it is a provider");
        let label = facts.capacity_label(key);
        label
            .unwrap_or_else(|| panic!("{provider}: {key}"))
            .meaning(value)
    }

    #[test]
    fn a_value_that_no_node_has_is_understood() {
        let aks = "kubernetes.azure.com/scalesetpriority";
        let priority = "kubernetes.azure.com/priority";
        let eks = "eks.amazonaws.com/capacityType";
        let gke = "cloud.google.com/gke-spot";
        let provisioning = "cloud.google.com/gke-provisioning";
        let karpenter = "karpenter.sh/capacity-type";
        for (provider, key, value, expected) in [
            ("aks", aks, "spot", Written),
            ("aks", aks, "Spot", Misspelled("spot")),
            ("aks", aks, "spott", Misspelled("spot")),
            ("aks", aks, "true", Misspelled("spot")),
            ("aks", aks, "regular", Absent),
            ("aks", aks, "On-Demand", Absent),
            ("aks", aks, "gold", Unknown),
            ("aks", priority, "Regular", Misspelled("regular")),
            ("aks", priority, "on-demand", Misspelled("regular")),
            ("eks", eks, "spot", Misspelled("SPOT")),
            ("eks", eks, "ON-DEMAND", Misspelled("ON_DEMAND")),
            ("eks", eks, "onDemand", Misspelled("ON_DEMAND")),
            ("eks", eks, "ON_DEMAND", Written),
            ("eks", eks, "CAPACITY_BLOCK", Written),
            ("eks", eks, "gold", Unknown),
            ("eks", karpenter, "SPOT", Misspelled("spot")),
            ("gke", karpenter, "ON_DEMAND", Misspelled("on-demand")),
            ("generic", karpenter, "reserved", Written),
            ("gke", gke, "True", Misspelled("true")),
            ("gke", gke, "spot", Misspelled("true")),
            ("gke", gke, "false", Absent),
            ("gke", provisioning, "SPOT", Misspelled("spot")),
            ("gke", provisioning, "on-demand", Misspelled("standard")),
            ("gke", provisioning, "preemptible", Written),
        ] {
            assert_eq!(meaning(provider, key, value), expected, "{key}={value}");
        }
    }

    #[test]
    fn no_node_of_the_managed_autoscaler_has_a_label_of_karpenter() {
        let aks = named("aks").expect("it is a provider");
        assert!(aks.capacity_label("karpenter.sh/capacity-type").is_none());
    }
}
