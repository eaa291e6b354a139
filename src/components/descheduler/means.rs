//! What makes the descheduler move pods back to Spot.

use crate::kubernetes::Taint;
use crate::plan::{NodePool, Plan};

/// By what it takes pods away from on-demand.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Means {
    /// They prefer another node that is there.
    #[default]
    Preference,
    /// They do not tolerate a `PreferNoSchedule` taint of on-demand nodes: by `RemovePodsViolatingNodeTaints` with
    /// `includePreferNoSchedule`.
    Taints {
        /// Keys, or `key=value`; none: all taints.
        included: Option<Vec<String>>,
        excluded: Vec<String>,
    },
}

impl Means {
    /// Whether it takes pods away from any on-demand node.
    pub(crate) fn works(&self, plan: &Plan) -> bool {
        let mut pools = on_demand(plan);
        *self == Self::Preference || pools.any(|pool| self.takes_from(pool))
    }

    /// On-demand pools that it leaves pods on.
    pub(crate) fn left_alone<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = &'p NodePool> {
        on_demand(plan).filter(|pool| *self != Self::Preference && !self.takes_from(pool))
    }

    /// Whether it takes pods away from the nodes of a pool, if they do not tolerate its taints.
    fn takes_from(&self, pool: &NodePool) -> bool {
        pool.taints.iter().any(|taint| self.counts(taint))
    }

    /// Whether a taint makes it move pods.
    /// Source: kubernetes-sigs/descheduler v0.36.0 `pkg/framework/plugins/removepodsviolatingnodetaints/node_taint.go`,
    /// `taintFilterFnc`. Taints with `NoSchedule` count, too, but pods that do not tolerate them are never there.
    pub(crate) fn counts(&self, taint: &Taint) -> bool {
        let Self::Taints { included, excluded } = self else {
            return false;
        };
        let value = taint.value.as_deref().filter(|value| !value.is_empty());
        let whole = value.map(|value| format!("{}={value}", taint.key));
        let is_in = |list: &[String]| {
            let mut list = list.iter();
            list.any(|own| *own == taint.key || Some(own) == whole.as_ref())
        };
        let is_included = included.as_deref().is_none_or(is_in);
        taint.is_soft() && is_included && !is_in(excluded)
    }
}

fn on_demand(plan: &Plan) -> impl Iterator<Item = &NodePool> {
    let pools = plan.node_pools.iter();
    pools.filter(|pool| !pool.is_spot() && plan.is_for_workloads(pool))
}
