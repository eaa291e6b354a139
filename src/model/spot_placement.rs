//! Where the pods of a workload may run: on Spot, on on-demand, on the nodes of a pool.

use super::let_on::is_let_on;
use super::node_labels;
use super::spot_terms;
use super::workload_view::WorkloadView;
use crate::config::Spot;
use crate::kubernetes::{Taint, Toleration};
use crate::manifests::NodeSelectorTerm;
use crate::plan::{NodePool, Plan, Workload};

impl<'a> WorkloadView<'a> {
    /// Whether its pods tolerate a taint, with what the plan adds to them.
    pub fn tolerates(self, plan: &Plan, taint: &Taint) -> bool {
        let (spot, on_demand) = (&plan.spot_tolerations[..], &plan.on_demand_tolerations[..]);
        let (added, further) = match self.spot() {
            Some(Spot::Never) => (on_demand, &[][..]),
            Some(Spot::Avoided) => (spot, on_demand),
            Some(Spot::Preferred | Spot::Required | Spot::Tolerated) => (spot, &[][..]),
            None => (&[][..], &[][..]),
        };
        let mut added = added.iter().chain(further);
        added.any(|added| taint.is_tolerated_by(added))
            || self.own_tolerates(taint)
            || self
                .found
                .is_some_and(|found| is_let_on(plan, taint, found))
    }

    /// Whether the manifest by itself tolerates a taint.
    pub fn own_tolerates(self, taint: &Taint) -> bool {
        self.existing().is_some_and(|existing| {
            let mut tolerations = existing.tolerations.iter();
            tolerations.any(|toleration| taint.is_tolerated_by(toleration))
        })
    }

    /// Whether its pods tolerate every taint of a pool that keeps pods off.
    pub fn tolerates_all(self, plan: &Plan, pool: &NodePool) -> bool {
        let mut taints = pool.taints.iter();
        taints.all(|taint| taint.is_soft() || self.tolerates(plan, taint))
    }

    /// Whether its pods may be on the nodes of a pool, for all that is known.
    pub fn may_be_on(self, plan: &Plan, pool: &NodePool) -> bool {
        let by_plan = match self.spot() {
            Some(Spot::Never) => !pool.is_spot(),
            Some(Spot::Required) => pool.is_spot(),
            _ => true,
        };
        // One system is reckoned with, unless a manifest asks for another.
        let has_system =
            plan.has_their_system(pool) || self.found.is_some_and(node_labels::asks_for_system);
        let allows = |found| node_labels::allows(plan, pool, found) != Some(false);
        by_plan && has_system && self.found.is_none_or(allows) && self.tolerates_all(plan, pool)
    }

    /// Whether its pods prefer Spot to on-demand: by the plan, or by a preference of their own.
    pub fn prefers_spot(self, plan: &Plan) -> bool {
        self.planned.is_some_and(Workload::prefers_spot) || self.own_prefers_spot(plan)
    }

    /// Whether its pods prefer on-demand and may run on Spot: by the plan, or by a preference of their own.
    pub fn avoids_spot(self, plan: &Plan) -> bool {
        match self.spot() {
            Some(Spot::Avoided) => true,
            Some(Spot::Preferred | Spot::Required | Spot::Never) => false,
            Some(Spot::Tolerated) | None => {
                self.own_prefers_on_demand(plan) && self.can_be_on_spot(plan)
            }
        }
    }

    /// Whether the manifest by itself has a preference that Spot nodes alone meet.
    pub fn own_prefers_spot(self, plan: &Plan) -> bool {
        self.has_preference(|term| spot_terms::means_spot(plan, term))
    }

    /// Whether the manifest by itself has a preference that on-demand nodes alone meet.
    pub fn own_prefers_on_demand(self, plan: &Plan) -> bool {
        self.has_preference(|term| spot_terms::means_on_demand(plan, term))
    }

    fn has_preference(self, is_meant: impl Fn(&NodeSelectorTerm) -> bool) -> bool {
        self.existing().is_some_and(|existing| {
            let mut preferred = existing.preferred_nodes.iter();
            preferred.any(|preferred| preferred.preference.as_ref().is_some_and(&is_meant))
        })
    }

    /// Whether the manifest lets its pods run on Spot alone, by `nodeSelector` or by required affinity.
    pub fn own_requires_spot(self, plan: &Plan) -> bool {
        self.found
            .is_some_and(|found| spot_terms::requires_spot(plan, found))
    }

    /// The kind of GPU that its pods request, if they can be on Spot alone for want of it elsewhere.
    pub fn gpu_on_spot_alone(self, plan: &Plan) -> Option<&'a str> {
        let found = self.found?;
        let is_by_gpu =
            self.own_requires_spot(plan) && !spot_terms::labels_require_spot(plan, found);
        found.gpu.as_deref().filter(|_| is_by_gpu)
    }

    /// The kind of GPU that its pods request, if their labels let them onto a Spot pool that has none.
    pub fn gpu_off_spot(self, plan: &Plan) -> Option<&'a str> {
        let found = self.found?;
        let allow = |pool: &NodePool| node_labels::allow_by_labels(plan, pool, found);
        let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
        let is_by_gpu = spot.any(|pool| allow(pool) != Some(false));
        found.gpu.as_deref().filter(|_| is_by_gpu)
    }

    /// Whether the manifest keeps its pods off every Spot pool that is known.
    pub fn own_excludes_spot(self, plan: &Plan) -> bool {
        let Some(found) = self.found else {
            return false;
        };
        plan.node_pools.iter().any(NodePool::is_spot)
            && plan
                .node_pools
                .iter()
                .filter(|pool| pool.is_spot())
                .all(|pool| node_labels::allows(plan, pool, found) == Some(false))
    }

    /// Whether its pods can be on Spot nodes.
    pub fn can_be_on_spot(self, plan: &Plan) -> bool {
        let by_plan = match self.spot() {
            Some(Spot::Never) => return false,
            Some(_) => true,
            None if !self.has_known_placement() => return false,
            None => false,
        };
        let tolerated = by_plan
            || self.own_prefers_spot(plan)
            || self.own_requires_spot(plan)
            || self.tolerates_by_key(plan)
            || self.tolerates_everything();
        tolerated && self.tolerates_spot(plan) && !self.own_excludes_spot(plan)
    }

    /// Whether its pods tolerate what the nodes of a Spot pool are tainted with; where no Spot pool is listed, what the
    /// provider taints them with.
    pub fn tolerates_spot(self, plan: &Plan) -> bool {
        let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
        let has_spot = spot.clone().next().is_some();
        let tolerates = |taint: &Taint| self.tolerates(plan, taint);
        if !has_spot {
            return plan.automatic_taint().is_none_or(|taint| tolerates(&taint));
        }
        spot.any(|pool| {
            let taints = pool.taints.iter();
            taints.filter(|taint| !taint.is_soft()).all(tolerates)
        })
    }

    /// Whether the manifest names a taint of Spot, as opposed to tolerating everything.
    pub fn tolerates_by_key(self, plan: &Plan) -> bool {
        let taints = plan.spot_taints();
        self.existing().is_some_and(|existing| {
            existing.tolerations.iter().any(|toleration| {
                let names = |taint: &Taint| toleration.key.as_ref() == Some(&taint.key);
                let mut taints = taints.iter();
                taints.any(|taint| names(taint) && taint.is_tolerated_by(toleration))
            })
        })
    }

    /// Whether the manifest of a workload that the configuration does not cover tolerates every taint: of others, the
    /// configuration says where they belong.
    fn tolerates_everything(self) -> bool {
        let is_any =
            |toleration: &Toleration| toleration.key.is_none() && toleration.effect.is_none();
        self.planned.is_none()
            && self
                .existing()
                .is_some_and(|existing| existing.tolerations.iter().any(is_any))
    }
}
