//! Plugins that evict pods from Spot nodes, to have them elsewhere: what failback undoes, and they do again.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/*: types.go, defaults.go, and the function `Balance`
//! of each. The last two plugins are in nodeutilization.

use serde::Deserialize as _;
use serde_json::Value as Json;

use super::namespaces::{NamespaceLists, Namespaces};
use super::policy::{DUPLICATES, HIGH_UTILIZATION, LOW_UTILIZATION, Policy, TOPOLOGY_SPREAD};
use crate::config::{Kind, WhenUnsatisfiable};
use crate::kubernetes::TopologyKey;
use crate::model::{WorkloadView, node_labels};
use crate::plan::{Plan, Spread};

/// A plugin for balance that a profile runs.
#[derive(Debug)]
pub(crate) struct Puller<'p> {
    pub(crate) plugin: &'static str,
    /// The number of its profile.
    pub(crate) number: usize,
    args: &'p Json,
}

impl<'p> Puller<'p> {
    /// All of a policy.
    pub(crate) fn all(policy: &'p Policy) -> impl Iterator<Item = Self> {
        let plugins = [
            TOPOLOGY_SPREAD,
            DUPLICATES,
            LOW_UTILIZATION,
            HIGH_UTILIZATION,
        ];
        plugins.into_iter().flat_map(move |plugin| {
            let found = policy.balancing(plugin);
            found.map(move |(number, args)| Self {
                plugin,
                number,
                args,
            })
        })
    }

    /// What it does to the pods of a workload.
    pub(crate) fn how(&self) -> &'static str {
        match self.plugin {
            TOPOLOGY_SPREAD => {
                "evicts them from Spot nodes, because on-demand nodes count as well and have fewer of them"
            }
            DUPLICATES => {
                "evicts them from Spot nodes that have several of them, because on-demand nodes have none"
            }
            LOW_UTILIZATION => {
                "evicts them from full Spot nodes, because on-demand nodes are emptier"
            }
            _ => {
                "evicts them from Spot nodes that are little used, because on-demand nodes are fuller"
            }
        }
    }

    /// The argument that says in which namespaces it evicts pods.
    pub(crate) fn namespaces_key(&self) -> &'static str {
        match self.plugin {
            LOW_UTILIZATION | HIGH_UTILIZATION => "evictableNamespaces",
            _ => "namespaces",
        }
    }

    /// Whether it names the namespaces in which it evicts pods.
    pub(crate) fn includes(&self) -> bool {
        matches!(self.namespaces(), Namespaces::Include(_))
    }

    fn namespaces(&self) -> Namespaces {
        let lists = self.args.get(self.namespaces_key());
        let lists = lists.and_then(|lists| NamespaceLists::deserialize(lists).ok());
        Namespaces::from(&lists.unwrap_or_default())
    }

    /// Whether it takes pods of a workload away from Spot.
    pub(crate) fn pulls(&self, plan: &Plan, pods: WorkloadView<'_>) -> bool {
        let namespace = pods.namespace().unwrap_or_default();
        self.namespaces().have(namespace)
            && match self.plugin {
                TOPOLOGY_SPREAD => self.kept(plan, pods).next().is_some(),
                DUPLICATES => pods.most() != Some(1) && !self.excludes(pods.kind()),
                _ => true,
            }
    }

    /// Whether the constraints by which it evicts pods of a workload are all soft.
    pub(crate) fn goes_by_soft_constraints(&self, plan: &Plan, pods: WorkloadView<'_>) -> bool {
        self.plugin == TOPOLOGY_SPREAD && !self.kept(plan, pods).any(|is_hard| is_hard)
    }

    /// The constraints of a workload that it keeps: for each, whether it is hard.
    fn kept(&self, plan: &Plan, pods: WorkloadView<'_>) -> impl Iterator<Item = bool> {
        let (hard, soft) = self.constraints();
        let skews = constraints(pods);
        // All pods can be in one domain of Spot nodes.
        let is_broken = move |key: &TopologyKey, skew: i64| {
            pods.most().is_none_or(|most| most > skew) && has_domain_without_spot(plan, key)
        };
        let broken = skews
            .into_iter()
            .filter(move |own| is_broken(own.key, own.skew));
        let kept = broken.filter(move |own| if own.is_hard { hard } else { soft });
        kept.map(|own| own.is_hard)
    }

    /// Whether it keeps hard constraints, and soft ones. Without `constraints` it keeps the hard ones.
    fn constraints(&self) -> (bool, bool) {
        let listed = self.args.get("constraints").and_then(Json::as_array);
        let listed = listed.filter(|listed| !listed.is_empty());
        let has = |word: &str| {
            listed.is_some_and(|listed| listed.iter().any(|own| own.as_str() == Some(word)))
        };
        let (hard, soft) = (
            WhenUnsatisfiable::DoNotSchedule,
            WhenUnsatisfiable::ScheduleAnyway,
        );
        (listed.is_none() || has(hard.as_str()), has(soft.as_str()))
    }

    /// Whether it leaves the pods of such a workload alone.
    fn excludes(&self, kind: Kind) -> bool {
        let owner = match kind {
            // Their pods belong to a ReplicaSet of theirs.
            Kind::Deployment => "ReplicaSet",
            Kind::CronJob => "Job",
            other => other.as_str(),
        };
        let excluded = self.args.get("excludeOwnerKinds").and_then(Json::as_array);
        excluded.is_some_and(|kinds| kinds.iter().any(|kind| kind.as_str() == Some(owner)))
    }
}

/// A topology spread constraint.
struct Constraint<'a> {
    key: &'a TopologyKey,
    skew: i64,
    is_hard: bool,
}

/// Those of a workload: of its manifest, and of the plan over other keys.
fn constraints(pods: WorkloadView<'_>) -> Vec<Constraint<'_>> {
    let own = pods.existing().map_or(&[][..], |own| &own.topology_spread);
    let own = own.iter().filter(|own| pods.is_selected_by(&own.selector));
    let own = own.filter_map(|own| {
        Some(Constraint {
            key: own.topology_key.as_ref()?,
            skew: own.max_skew?,
            is_hard: own.when_unsatisfiable? == WhenUnsatisfiable::DoNotSchedule,
        })
    });
    let mut all: Vec<Constraint<'_>> = own.collect();
    let planned = pods.planned.map_or(&[][..], |own| &own.placement.spread);
    for spread in planned {
        let Spread::TopologySpread {
            topology_key: key,
            max_skew,
            ..
        } = spread
        else {
            continue;
        };
        if all.iter().all(|own| own.key != key) {
            all.push(Constraint {
                key,
                skew: i64::from(*max_skew),
                is_hard: spread.is_hard(),
            });
        }
    }
    all
}

/// Whether there can be a domain of on-demand nodes alone, for all that is known. Nodes count whose taints the pods do not
/// tolerate, unless a constraint says otherwise; those of on-demand pools keep no pod off.
fn has_domain_without_spot(plan: &Plan, key: &TopologyKey) -> bool {
    match key {
        TopologyKey::Hostname => true,
        TopologyKey::Zone => {
            let (spot, other) = (
                node_labels::zones(plan, true),
                node_labels::zones(plan, false),
            );
            !spot.is_empty() && !other.is_subset(&spot)
        }
        TopologyKey::Other(label) => node_labels::tells_apart(plan, label),
    }
}
