//! The domains over which pods are spread.
//!
//! Which pools count is for the caller to say, because it differs by rule of the scheduler:
//! - Anti-affinity looks at the pods of a domain alone. What bounds it are the domains that the pods can get to.
//! - Topology spread counts the domains of all nodes that the node selector and the node affinity of the pods allow, and
//!   of tainted nodes too, whether or not the pods tolerate the taints, unless the constraint has
//!   `nodeTaintsPolicy: Honor`. So the domains that pods cannot get to count as empty, and hold the others down.
//!   With `minDomains`, the least used domain counts as empty where there are fewer domains.
//! - Nodes without the label are in no domain, and topology spread that must be kept lets no pod onto them.
//!
//! Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/common.go,
//! `matchNodeInclusionPolicies`, and filtering.go, `minMatchNum`; interpodaffinity/filtering.go,
//! `satisfyPodAntiAffinity`.

use std::collections::BTreeSet;

use super::node_labels;
use crate::kubernetes::{TopologyKey, stable};
use crate::plan::{NodePool, Plan};

/// What a topology key makes of the nodes that some pools can have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Domains<'p> {
    /// As many as the pools can have nodes.
    Nodes(i64),
    Zones {
        names: BTreeSet<&'p str>,
        /// Whether every pool says in which zones it is.
        are_all: bool,
    },
    /// The values of any other label.
    Values {
        names: BTreeSet<&'p str>,
        /// Whether every pool has the label. Nodes without it are in no domain.
        are_all: bool,
    },
}

impl<'p> Domains<'p> {
    /// None where a pool does not say how many nodes it can have, or nothing says which of them has a label.
    pub(crate) fn of(
        plan: &'p Plan,
        key: &TopologyKey,
        pools: impl Iterator<Item = &'p NodePool>,
    ) -> Option<Self> {
        match &TopologyKey::from(stable(key.as_str())) {
            TopologyKey::Hostname => {
                let nodes: Option<i64> = pools.map(|pool| Some(pool.nodes?.max)).sum();
                nodes.map(Self::Nodes)
            }
            TopologyKey::Zone => {
                let (mut names, mut are_all) = (BTreeSet::new(), true);
                for pool in pools {
                    names.extend(pool.zones.iter().map(String::as_str));
                    are_all &= !pool.zones.is_empty();
                }
                Some(Self::Zones { names, are_all })
            }
            TopologyKey::Other(label) => {
                let values = pools.map(|pool| node_labels::value(plan, pool, label));
                let values: Vec<Option<&str>> = values.collect::<Result<_, _>>().ok()?;
                Some(Self::Values {
                    are_all: values.iter().all(Option::is_some),
                    names: values.into_iter().flatten().collect(),
                })
            }
        }
    }

    pub(crate) fn count(&self) -> i64 {
        match self {
            Self::Nodes(count) => *count,
            Self::Zones { names, .. } | Self::Values { names, .. } => {
                i64::try_from(names.len()).unwrap_or(i64::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Inputs;

    /// What a key makes of these pools, in the words of `Debug`.
    fn domains(key: &TopologyKey, pools: &str) -> String {
        let text = format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: s}}\nspec:\n  provider: generic\n  \
             nodePools: [{pools}]\n"
        );
        let mut inputs = Inputs::default();
        let source = inputs.sources.add("spot-config.yaml", text);
        inputs.files.push(source);
        let planned = crate::pipeline::plan(&inputs, None).expect("the configuration is valid");
        let plan = &planned.system.plan;
        format!("{:?}", Domains::of(plan, key, plan.node_pools.iter()))
    }

    #[test]
    fn nodes_and_zones_are_counted_over_all_pools() {
        let spot = "name: a, capacity: Spot, nodes: {min: 0, max: 3}, zones: [\"1\", \"2\"]";
        let on_demand = "name: b, capacity: OnDemand, nodes: {min: 1, max: 2}, zones: [\"2\"]";
        let unknown = "name: c, capacity: OnDemand";
        let known = format!("{{{spot}}}, {{{on_demand}}}");
        let all = format!("{known}, {{{unknown}}}");
        let racks = format!("{{{spot}, labels: {{rack: r1}}}}, {{{on_demand}}}");
        for (key, pools, expected) in [
            (TopologyKey::Hostname, &known, "Some(Nodes(5))"),
            (TopologyKey::Hostname, &all, "None"),
            (
                TopologyKey::Zone,
                &known,
                r#"Some(Zones { names: {"1", "2"}, are_all: true })"#,
            ),
            (
                TopologyKey::Zone,
                &all,
                r#"Some(Zones { names: {"1", "2"}, are_all: false })"#,
            ),
            (TopologyKey::from("rack"), &known, "None"),
            (
                TopologyKey::from("rack"),
                &racks,
                r#"Some(Values { names: {"r1"}, are_all: false })"#,
            ),
        ] {
            assert_eq!(domains(&key, pools), expected, "{key}");
        }
    }
}
