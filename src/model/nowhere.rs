//! Why the pods of a manifest can be on no node: each pool that their labels allow refuses them for something else.
//!
//! Source: kubernetes/kubernetes pkg/scheduler/framework/plugins: nodeaffinity, tainttoleration and noderesources have to
//! allow the same node.

use super::capacity;
use super::node_labels;
use super::workload_view::WorkloadView;
use crate::config::Spot;
use crate::kubernetes::{Taint, Toleration, WELL_KNOWN, stable};
use crate::manifests::{ManifestWorkload, NodeSelectorTerm};
use crate::plan::{Amount, NodePool, Plan};

/// What keeps the pods of a manifest off every pool that is listed, where its labels alone do not.
#[derive(Debug)]
pub(crate) enum Nowhere<'a> {
    /// They request this kind of GPU, and no pool that their labels allow has it.
    Gpu(&'a str),
    /// They do not tolerate the taints of these pools, and no other pool has what they ask for.
    Taints(Vec<&'a NodePool>),
}

impl<'a> WorkloadView<'a> {
    /// What keeps its pods off every pool; none where they may be on one, where their labels or their class already exclude
    /// all, or where they ask for nothing that tells the pools apart: then a pool that is not listed may take them.
    pub(crate) fn nowhere(self, plan: &'a Plan) -> Option<Nowhere<'a>> {
        let found = self.found.filter(|_| self.has_known_placement())?;
        let may_be_on = |pool: &NodePool| self.may_be_on(plan, pool);
        if plan.node_pools.iter().any(may_be_on) {
            return None;
        }
        let asks_for_system = node_labels::asks_for_system(found);
        let pools = plan.node_pools.iter();
        let pools = pools.filter(|pool| asks_for_system || plan.has_their_system(pool));
        let pools: Vec<&NodePool> = pools.collect();
        let is_told_apart = is_told_apart(plan, &pools, found);
        // Others may have pools of their own, on which the labels that every node has say nothing.
        let is_known = self.planned.is_some() || is_told_apart.by_labels && names_own_label(found);
        if !is_known || !(is_told_apart.by_labels || is_told_apart.by_gpu) {
            return None;
        }
        let by_labels =
            |pool: &&&NodePool| node_labels::allow_by_labels(plan, pool, found) != Some(false);
        let by_gpu = |pool: &&NodePool| node_labels::has_gpu(plan, pool, found) != Some(false);
        let by_class = |pool: &&NodePool| match self.spot() {
            Some(Spot::Never) => !pool.is_spot(),
            Some(Spot::Required) => pool.is_spot(),
            _ => true,
        };
        let selected: Vec<&NodePool> = pools.iter().filter(by_labels).copied().collect();
        let with_gpu: Vec<&NodePool> = selected.iter().copied().filter(by_gpu).collect();
        if with_gpu.is_empty() && !selected.is_empty() {
            let is_known = is_told_apart.by_gpu || names_own_label(found);
            return found.gpu.as_deref().filter(|_| is_known).map(Nowhere::Gpu);
        }
        let closed: Vec<&NodePool> = with_gpu.into_iter().filter(by_class).collect();
        let roomy: Vec<&NodePool> = closed
            .iter()
            .copied()
            .filter(|pool| self.fits(pool))
            .collect();
        let closed = if roomy.is_empty() { closed } else { roomy };
        (!closed.is_empty()).then_some(Nowhere::Taints(closed))
    }

    fn fits(self, pool: &NodePool) -> bool {
        let request = self.requests().map(Amount::from).unwrap_or_default();
        capacity::of_node(pool).is_none_or(|room| request.fits(room))
    }

    /// The taints of a pool that keep its pods off.
    pub(crate) fn untolerated<'p>(
        self,
        plan: &'p Plan,
        pool: &'p NodePool,
    ) -> impl Iterator<Item = &'p Taint>
    where
        'a: 'p,
    {
        let hard = pool.taints.iter().filter(|taint| !taint.is_soft());
        hard.filter(move |taint| !self.tolerates(plan, taint))
    }

    /// The tolerations of classes that its pods do not have.
    pub(crate) fn missing_spot_tolerations(self, plan: &Plan) -> Vec<Toleration> {
        let automatic = plan.automatic_taint();
        let spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
        let of_pools = spot.flat_map(|pool| &pool.taints);
        let taints: Vec<&Taint> = of_pools.chain(&automatic).collect();
        let is_missing = |toleration: &&Toleration| {
            let is_meant = |taint: &&&Taint| Toleration::from(**taint) == **toleration;
            let mut meant = taints.iter().filter(is_meant).peekable();
            meant.peek().is_none() || !meant.all(|taint| self.tolerates(plan, taint))
        };
        let missing = plan.spot_tolerations.iter().filter(is_missing);
        missing.cloned().collect()
    }

    /// Whether its pods ask for Spot, no class adds a toleration, and the taint that Spot nodes have in common is what keeps
    /// them off, not one of the pool that they are pinned to.
    pub(crate) fn lacks_spot_toleration(self, plan: &'a Plan) -> bool {
        let asks = || self.own_prefers_spot(plan) || self.own_requires_spot(plan);
        if self.spot().is_some() || !asks() || self.tolerates_spot(plan) {
            return false;
        }
        let Some(Nowhere::Taints(closed)) = self.nowhere(plan) else {
            return true;
        };
        let is_closed = |pool: &NodePool| closed.iter().any(|own| own.name == pool.name);
        let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
        let opens = |pool: &&NodePool| {
            let mut left = self.untolerated(plan, pool);
            left.all(|taint| is_among(taint, &plan.spot_tolerations))
        };
        spot.all(is_closed) || closed.iter().any(opens)
    }
}

fn is_among(taint: &Taint, tolerations: &[Toleration]) -> bool {
    let mut tolerations = tolerations.iter();
    tolerations.any(|toleration| taint.is_tolerated_by(toleration))
}

/// Whether what pods ask for is true of some pools and not of others.
#[derive(Clone, Copy, Debug)]
struct ToldApart {
    by_labels: bool,
    by_gpu: bool,
}

fn is_told_apart(plan: &Plan, pools: &[&NodePool], found: &ManifestWorkload) -> ToldApart {
    let differs = |of_pool: &dyn Fn(&NodePool) -> Option<bool>| {
        let has = |answer: bool| pools.iter().any(|pool| of_pool(pool) == Some(answer));
        has(true) && has(false)
    };
    ToldApart {
        by_labels: differs(&|pool| node_labels::allow_by_labels(plan, pool, found)),
        by_gpu: differs(&|pool| node_labels::has_gpu(plan, pool, found)),
    }
}

/// Whether a manifest asks for a label that not every node has by itself.
fn names_own_label(found: &ManifestWorkload) -> bool {
    let is_own = |key: &str| !WELL_KNOWN.contains(&stable(key));
    let terms = found.existing.required_nodes.iter();
    let mut of_terms = terms.flat_map(NodeSelectorTerm::requirements);
    let mut selected = found.node_selector.keys();
    selected.any(|key| is_own(key)) || of_terms.any(|own| is_own(&own.key))
}
