//! How long it takes until all pods that return to Spot are back on it.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt as _};

use super::limits::LimitKey;
use super::returning::Returning;
use crate::components::descheduler::Descheduler;
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::values::Limit;

/// All pods that prefer Spot are on on-demand, and Spot is there again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failback {
    /// All pods, with as many replicas as autoscalers make at most.
    pub pods: i64,
    /// Whether that is more than there usually are.
    pub is_maximum: bool,
    /// Whether there are workloads whose number of pods is unknown: they are not counted.
    pub leaves_out: bool,
    pub rounds: i64,
    pub seconds: i64,
    /// What it hangs on.
    pub by: Bound,
}

/// The limit of a round that takes the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub key: LimitKey,
    pub limit: Limit,
    /// The pods that it is for, as many as there usually are, and at most.
    pub usual: i64,
    pub most: i64,
}

impl Bound {
    /// None where nothing is ever moved.
    fn rounds(&self) -> Option<i64> {
        match self.limit {
            Limit::Unlimited => Some(1),
            Limit::AtMost(0) => None,
            Limit::AtMost(most) => Some((self.most + i64::from(most) - 1) / i64::from(most)),
        }
    }
}

impl Failback {
    /// Of the workloads of a plan, as far as it knows which of them return.
    pub(crate) fn planned(plan: &Plan, descheduler: &Descheduler) -> Option<Self> {
        let all: Vec<WorkloadView<'_>> = plan.workloads.iter().map(WorkloadView::planned).collect();
        Self::of(plan, descheduler, &all)
    }

    /// Of the workloads that return to Spot. None where there are none, or a limit lets nothing be moved.
    pub(crate) fn of(
        plan: &Plan,
        descheduler: &Descheduler,
        all: &[WorkloadView<'_>],
    ) -> Option<Self> {
        if descheduler.idle.is_some() {
            return None;
        }
        let mut by_namespace: HashMap<&str, (i64, i64)> = HashMap::new();
        let mut leaves_out = false;
        let mut returning = Returning::new(plan, descheduler);
        for pods in all.iter().filter(|pods| returning.returns(**pods)) {
            let namespace = pods.namespace().unwrap_or_default();
            let (usual, most) = by_namespace.entry(namespace).or_default();
            *usual += pods.usual().unwrap_or(0);
            *most += pods.most().unwrap_or(0);
            leaves_out |= pods.most().is_none();
        }
        let by_namespace: BTreeMap<&str, (i64, i64)> = by_namespace.into_iter().collect();
        let all = by_namespace.values();
        let (usual, pods) = all.fold((0, 0), |all, own| (all.0 + own.0, all.1 + own.1));
        let largest = by_namespace.values().max_by_key(|(_, most)| *most);
        let largest = largest.filter(|_| pods > 0)?;
        let limits = &descheduler.limits;
        let total = Bound {
            key: LimitKey::Total,
            limit: limits.total,
            usual,
            most: pods,
        };
        let per_namespace = Bound {
            key: LimitKey::PerNamespace,
            limit: limits.per_namespace,
            usual: largest.0,
            most: largest.1,
        };
        let (by_total, by_namespace) = (total.rounds()?, per_namespace.rounds()?);
        let (rounds, by) = if by_total >= by_namespace {
            (by_total, total)
        } else {
            (by_namespace, per_namespace)
        };
        Some(Self {
            pods,
            is_maximum: pods > usual,
            leaves_out,
            rounds,
            seconds: descheduler.seconds(rounds),
            by,
        })
    }
}
