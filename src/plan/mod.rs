//! The resolved plan: everything decided, nothing left open. Only `resolve` makes one.

mod amount;
mod autoscaler;
mod custom_workload;
mod labels;
mod node_pool;
pub(crate) mod node_pools;
mod origin;
mod own_settings;
mod part;
mod placement;
mod workload_facts;

pub use amount::Amount;
pub(crate) use autoscaler::PRIORITY;
pub use autoscaler::{Autoscaler, Tier};
pub use custom_workload::CustomWorkload;
pub(crate) use labels::owned_labels;
pub use node_pool::{MatchedBy, NodePool, NodeRange, OnDemandPart};
pub use origin::Origin;
pub use own_settings::OwnSettings;
pub(crate) use part::{BASE, PART_LABEL, base_name, of_base, with_part};
pub use part::{Base, Part};
pub use placement::{Placement, SpotPlacement, Spread};
pub use workload_facts::WorkloadFacts;

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use serde::Serialize;
use smol_str::SmolStr;

use crate::config::{Kind, Spot, UnhealthyPodEvictionPolicy, pointers};
use crate::diagnostic::Pointer;
use crate::kubernetes::{Labels, Taint, Toleration, budget};
use crate::manifests::{ExistingPlacement, Priority};
use crate::providers::Facts;
use crate::source::Span;
use crate::values::{IntOrPercent, Version};

/// Everything decided.
#[derive(Clone, Debug)]
pub struct Plan {
    pub name: String,
    pub provider: &'static Facts,
    pub cluster: Cluster,
    pub common_labels: Labels,
    pub common_annotations: Labels,
    pub node_pools: Vec<NodePool>,
    /// The labels that Spot nodes have and others have not, as key and value: one if all Spot pools share it. Never empty.
    pub spot_labels: Vec<(String, String)>,
    pub autoscaler: Autoscaler,
    /// Tolerations that let a pod onto Spot nodes.
    pub spot_tolerations: Vec<Toleration>,
    /// Tolerations that make on-demand nodes as good as any other to those who belong there.
    pub on_demand_tolerations: Vec<Toleration>,
    pub workloads: Vec<Workload>,
    /// Workloads of the manifests that get a class and another name each time: no output can name them, and only a stream
    /// that is patched gets their placement.
    pub generated: Vec<Workload>,
    /// Workloads of the manifests that are neither listed nor matched, or that are ignored.
    pub uncovered: Vec<Uncovered>,
    /// What the class rules match in the manifests, one for each of the configuration.
    pub class_rules: Vec<ClassRule>,
    /// Objects of operators in the manifests, except those that are ignored.
    pub custom_workloads: Vec<CustomWorkload>,
    /// The classes of the configuration and the default one, for pods that no workload here stands for.
    pub classes: Vec<Class>,
}

impl Plan {
    /// A copy of everything but the workloads, of which there may be very many.
    #[must_use]
    pub fn without_workloads(&self) -> Self {
        Self {
            name: self.name.clone(),
            provider: self.provider,
            cluster: self.cluster.clone(),
            common_labels: self.common_labels.clone(),
            common_annotations: self.common_annotations.clone(),
            node_pools: self.node_pools.clone(),
            spot_labels: self.spot_labels.clone(),
            autoscaler: self.autoscaler.clone(),
            spot_tolerations: self.spot_tolerations.clone(),
            on_demand_tolerations: self.on_demand_tolerations.clone(),
            workloads: Vec::new(),
            generated: Vec::new(),
            uncovered: Vec::new(),
            class_rules: self.class_rules.clone(),
            custom_workloads: self.custom_workloads.clone(),
            classes: self.classes.clone(),
        }
    }

    /// The label that Spot nodes have and others have not, for what can name only one.
    pub fn spot_label(&self) -> (&str, &str) {
        let (key, value) = &self.spot_labels[0];
        (key, value)
    }

    /// The labels by which Spot nodes are known: that of all of them, and those of single pools.
    pub fn spot_labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let pools = self.node_pools.iter();
        let own = pools.filter_map(|pool| pool.spot_label.as_ref());
        let own = own.map(|(key, value)| (key.as_str(), value.as_str()));
        std::iter::once(self.spot_label()).chain(own)
    }

    /// The taint that the provider sets on every Spot node by itself.
    pub fn automatic_taint(&self) -> Option<Taint> {
        self.provider.taints.spot.map(Taint::known)
    }

    /// The taints that keep pods off a Spot pool and stand on no on-demand pool: who tolerates one asks for Spot. Where no
    /// Spot pool is listed, that of the provider.
    pub fn spot_taints(&self) -> Vec<Taint> {
        let (spot, on_demand): (Vec<&NodePool>, Vec<&NodePool>) =
            self.node_pools.iter().partition(|pool| pool.is_spot());
        if spot.is_empty() {
            return self.automatic_taint().into_iter().collect();
        }
        let taints = spot.iter().flat_map(|pool| &pool.taints);
        let is_of_spot = |taint: &&Taint| {
            !taint.is_soft() && !on_demand.iter().any(|pool| pool.taints.contains(taint))
        };
        taints.filter(is_of_spot).cloned().collect()
    }

    /// Whether workloads that are placed can run on a pool: they tolerate what every Spot pool is tainted with.
    pub fn lets_workloads_onto(&self, pool: &NodePool) -> bool {
        pool.lets_on(&self.spot_tolerations)
    }

    /// Whether they do run there: one system is reckoned with, which is Linux wherever there is a pool of it.
    pub fn is_for_workloads(&self, pool: &NodePool) -> bool {
        self.has_their_system(pool) && self.lets_workloads_onto(pool)
    }

    /// Whether a pool has the operating system that workloads are taken to need.
    pub fn has_their_system(&self, pool: &NodePool) -> bool {
        pool.has_their_system(&self.node_pools)
    }

    /// Whether a taint does not keep them away.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        taint.lets_on(&self.spot_tolerations)
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_group: Option<String>,
    pub kubernetes_version: Version,
    /// Whether the version was assumed because none was given.
    pub kubernetes_version_assumed: bool,
}

/// A workload of the manifests that gets no class.
#[derive(Clone, Debug)]
pub struct Uncovered {
    pub name: String,
    pub namespace: String,
    pub kind: Kind,
}

/// What a class rule is to the workloads of the manifests that are not listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClassRule {
    /// Whether it matches one of them.
    pub matches: bool,
    /// Whether it gives one of them its class: the first rule that matches does, unless an annotation comes before it.
    pub chooses: bool,
}

/// What a class says of the pods that take it.
#[derive(Clone, Debug)]
pub struct Class {
    pub name: String,
    pub placement: Placement,
    pub termination_grace_period_seconds: Option<i32>,
    pub node_loss_toleration_seconds: Option<i32>,
}

#[derive(Clone, Debug)]
pub struct Workload {
    pub name: SmolStr,
    pub namespace: SmolStr,
    /// The labels by which its pods are found. Empty where none are known; it has no spread and no budget then.
    pub selector: Labels,
    pub facts: Arc<WorkloadFacts>,
    pub disruption_budget: Option<Budget>,
    /// None where it is not given. Few have one where many are listed.
    pub manifest: Option<Box<OfManifest>>,
    /// Its number in the configuration's list; none for one found by a rule.
    pub listed: Option<usize>,
    /// How many of its usual pods the budgets of the manifests let go at once; none where none of them covers it.
    pub let_go_by_manifests: Option<i64>,
    /// Whether its manifest keeps it off every Spot pool.
    pub is_kept_off_spot: bool,
    /// Which part of a workload it is, if that has two.
    pub part: Option<Part>,
}

/// What the manifest of a workload says of it.
#[derive(Clone, Debug)]
pub struct OfManifest {
    /// Its number among those given; that of a second workload may come behind them.
    pub number: usize,
    /// A patch has to carry it along.
    pub existing: Arc<ExistingPlacement>,
    /// Whether it names no namespace.
    pub is_without_namespace: bool,
    /// Facts that the configuration states and the manifest has differently.
    pub drift: Vec<Drift>,
    /// None where its class is not known.
    pub priority: Option<Priority>,
}

impl Deref for Workload {
    type Target = WorkloadFacts;

    fn deref(&self) -> &WorkloadFacts {
        &self.facts
    }
}

impl Workload {
    /// The number of its manifest.
    pub fn found(&self) -> Option<usize> {
        self.manifest.as_ref().map(|manifest| manifest.number)
    }

    /// What its manifest says of where its pods may run.
    pub fn existing(&self) -> Option<&ExistingPlacement> {
        self.manifest.as_ref().map(|manifest| &*manifest.existing)
    }

    /// Whether its manifest names no namespace.
    pub fn is_without_namespace(&self) -> bool {
        let manifest = self.manifest.as_ref();
        manifest.is_some_and(|manifest| manifest.is_without_namespace)
    }

    /// How important its pods are; none where their class is not known.
    pub fn priority(&self) -> Option<Priority> {
        let manifest = self.manifest.as_ref();
        manifest.map_or(Some(Priority::NONE), |manifest| manifest.priority)
    }

    /// How many pods it can have: the most that its autoscaler makes, else its replicas.
    pub fn most_replicas(&self) -> Option<i64> {
        self.autoscaling
            .map(|range| range.max.get())
            .or(self.replicas)
    }

    /// How many pods it usually has: its replicas, and where its autoscaler decides and nothing is said of them, the least
    /// that it makes.
    pub fn usual_replicas(&self) -> Option<i64> {
        let Some(range) = self.autoscaling else {
            return self.replicas;
        };
        let (min, max) = (range.min.get(), range.max.get());
        Some(
            self.replicas
                .map_or(min, |replicas| replicas.clamp(min, max)),
        )
    }

    /// What it is made of, if it is the second workload of another one.
    pub fn base(&self) -> Option<&Base> {
        match &self.part {
            Some(Part::Base(base)) => Some(base),
            _ => None,
        }
    }

    /// How many pods its second workload has under its budget.
    fn base_under_budget(&self) -> i64 {
        match self.part {
            Some(Part::Others {
                base,
                shares_budget: true,
            }) => base,
            _ => 0,
        }
    }

    /// The labels that its budget selects.
    pub fn budget_selector(&self) -> Cow<'_, Labels> {
        if self.base_under_budget() > 0 {
            Cow::Owned(part::shared(&self.selector))
        } else {
            Cow::Borrowed(&self.selector)
        }
    }

    /// How many pods its budget usually covers.
    pub fn budgeted_replicas(&self) -> Option<i64> {
        Some(self.usual_replicas()? + self.base_under_budget())
    }

    /// How many of its usual pods can go at once, as far as budgets go: the one that is made for it, or those of its
    /// manifests.
    pub fn at_once(&self) -> i64 {
        let usual = self.usual_replicas().unwrap_or(1);
        match &self.disruption_budget {
            Some(made) => {
                let covered = usual + self.base_under_budget();
                budget::allowed(made.min_available, made.max_unavailable, covered).min(usual)
            }
            None => self.let_go_by_manifests.unwrap_or(usual),
        }
    }

    /// Where the configuration lists it.
    pub fn pointer(&self) -> Option<Pointer> {
        let at = self.listed?;
        Some(pointers::workload(at))
    }

    /// What messages about it point at: its name in the list; for one that is not there, the rules that chose it.
    pub fn location(&self) -> Pointer {
        match self.pointer() {
            Some(pointer) => pointer.child("name"),
            None => pointers::spec("classRules"),
        }
    }

    /// Whether it runs on Spot where that can be had, and elsewhere when not: what failover and failback are about.
    pub fn prefers_spot(&self) -> bool {
        self.placement.spot() == Some(Spot::Preferred)
    }
}

/// A fact stated in both the configuration and the manifest, and not alike.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The key within the workload: `replicas`.
    pub key: &'static str,
    pub declared: String,
    pub found: String,
    /// Where the manifest says so.
    pub location: Span,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    pub name: SmolStr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_available: Option<IntOrPercent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrPercent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unhealthy_pod_eviction_policy: Option<UnhealthyPodEvictionPolicy>,
}
