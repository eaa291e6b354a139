//! The loss of all Spot at once: what on-demand nodes that run anyway hold of it, and what more of them would buy.
//!
//! Within the notice, pods leave in good order as far as their budgets let them go at once. Each that is ready elsewhere
//! before the notice ends lets another one go; it can be only where a node runs already, for a new one takes minutes. The
//! rest is killed with its VM, and comes again when the nodes are known to be lost.

use super::capacity::{failover_pools, of_node, spot_pools};
use super::packing::{Packing, count, sum};
use crate::config::Spot;
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};

/// Pods that prefer Spot against the on-demand room that is paid for.
#[derive(Clone, Debug)]
pub(crate) struct PaidRoom<'p> {
    /// The pools whose nodes run in any case, and how many those are. The last is the one whose minimum is to be raised.
    pools: Vec<(&'p NodePool, i64)>,
    /// What is on on-demand for good: sizes and numbers.
    beside: Vec<(Amount, i64)>,
    workloads: Vec<Workload>,
}

/// A workload that prefers Spot.
#[derive(Clone, Copy, Debug)]
struct Workload {
    one: Amount,
    usual: i64,
    most: i64,
    /// Pods that budgets let go at once.
    at_once: i64,
}

impl<'p> PaidRoom<'p> {
    /// None where nothing prefers Spot, nothing is known of on-demand nodes, or a workload does not say what it requests.
    /// `controllers` are what the system itself runs on on-demand nodes, sizes and numbers.
    pub(crate) fn of(plan: &'p Plan, controllers: Vec<(Amount, i64)>) -> Option<Self> {
        let pools = failover_pools(plan);
        let ranges = pools.iter().map(|pool| Some((*pool, pool.nodes?.min)));
        let mut pools: Vec<(&NodePool, i64)> = ranges.collect::<Option<_>>()?;
        let raised = pools.iter().position(|(_, min)| *min > 0).unwrap_or(0);
        let raised = (raised < pools.len()).then(|| pools.remove(raised))?;
        // The on-demand nodes of mixed Spot pools run in any case, too.
        pools.extend(spot_pools(plan).into_iter().filter_map(|pool| {
            let left = pool.without_spot()?;
            Some((pool, left.nodes?.min))
        }));
        pools.retain(|(_, min)| *min > 0);
        pools.push(raised);
        let is_known = pools.iter().all(|(pool, _)| of_node(pool).is_some());
        let mut this = Self {
            pools,
            beside: controllers,
            workloads: Vec::new(),
        };
        for workload in plan
            .workloads
            .iter()
            .filter(|workload| workload.kind.is_counted())
        {
            let requests = workload.requests.as_ref().map(Amount::from);
            let most = workload.most_replicas().unwrap_or(1);
            match workload.placement.spot() {
                // It is on on-demand in any case.
                Some(Spot::Preferred) if workload.is_kept_off_spot => {
                    this.beside.push((requests?, most));
                }
                Some(Spot::Preferred) => this.workloads.push(Workload {
                    one: requests?,
                    usual: workload.usual_replicas().unwrap_or(1),
                    most,
                    at_once: workload.at_once(),
                }),
                // What prefers on-demand is there while there is room.
                Some(Spot::Never | Spot::Avoided) => this.beside.push((requests?, most)),
                _ => {}
            }
        }
        (is_known && this.pods() > 0).then_some(this)
    }

    /// The pool whose minimum is to be raised: the first that has one, else the first.
    pub(crate) fn pool(&self) -> &'p NodePool {
        self.last().0
    }

    /// The minimum of that pool.
    pub(crate) fn min(&self) -> i64 {
        self.last().1
    }

    fn last(&self) -> (&'p NodePool, i64) {
        *self.pools.last().expect("there is one at least")
    }

    /// The pools whose nodes run in any case, with their minimums, that one first.
    pub(crate) fn minimums(&self) -> impl Iterator<Item = (&'p NodePool, i64)> {
        let others = &self.pools[..self.pools.len() - 1];
        std::iter::once(self.last()).chain(others.iter().copied())
    }

    /// Their names.
    pub(crate) fn names(&self) -> Vec<&'p str> {
        self.minimums()
            .map(|(pool, _)| pool.name.as_str())
            .collect()
    }

    /// The pods that there usually are.
    pub(crate) fn pods(&self) -> i64 {
        self.workloads.iter().map(|workload| workload.usual).sum()
    }

    /// The pods that there are at most.
    pub(crate) fn most_pods(&self) -> i64 {
        self.workloads.iter().map(|workload| workload.most).sum()
    }

    /// Pods that budgets let go at once.
    pub(crate) fn at_once(&self) -> i64 {
        self.workloads.iter().map(|workload| workload.at_once).sum()
    }

    /// How many of those find room.
    pub(crate) fn placed(&self) -> i64 {
        self.free().fill(&self.pods_at_once())
    }

    /// Whether everything that there usually is finds room.
    pub(crate) fn holds_usual(&self) -> bool {
        self.holds(&self.groups(|workload| workload.usual))
    }

    /// Whether everything that prefers Spot finds room, with all the replicas that autoscalers make.
    pub(crate) fn holds_all(&self) -> bool {
        self.holds(&self.all())
    }

    /// Whether these placeholders find room in what all that leaves: pods displace them, and not the other way round.
    pub(crate) fn holds_beside_all(&self, placeholders: &[(Amount, i64)]) -> bool {
        let mut free = self.free();
        let all = self.all();
        free.fill(&all) == count(&all) && free.fill(placeholders) == count(placeholders)
    }

    /// Whether these find room, sizes and numbers, beside what is there for good.
    pub(crate) fn holds(&self, wanted: &[(Amount, i64)]) -> bool {
        self.free().fill(wanted) == count(wanted)
    }

    /// How many placeholders as large as the largest pod find room, and no more of them than pods come at once.
    pub(crate) fn slots(&self) -> (Amount, i64) {
        let sizes = self.workloads.iter().map(|workload| workload.one);
        let largest = sizes.fold(Amount::default(), Amount::max);
        (largest, self.free().fill(&[(largest, self.at_once())]))
    }

    #[must_use]
    fn with_min(mut self, min: i64) -> Self {
        if let Some((_, last)) = self.pools.last_mut() {
            *last = min;
        }
        self
    }

    /// The least minimum with which everything that comes at once finds room, where it is more than there is.
    pub(crate) fn cure(&self) -> Option<Self> {
        let least = self.min_for(&self.pods_at_once());
        least.filter(|cure| cure.min() > self.min())
    }

    /// The least minimum with which these placeholders find room, and all pods that come at once. Where that holds
    /// everything that fails over, it is to hold the placeholders beside it. None where the pool cannot have it.
    pub(crate) fn min_with(&self, placeholders: &[(Amount, i64)]) -> Option<Self> {
        let least = self.min_for(placeholders)?;
        let least = least.min_for(&least.pods_at_once())?;
        if least.holds_all() {
            let all = [&least.all(), placeholders].concat();
            return least.least_min(&all, |paid| paid.holds_beside_all(placeholders));
        }
        Some(least)
    }

    /// The least minimum whose nodes hold these, no less than there is; none where the pool cannot have it.
    fn min_for(&self, wanted: &[(Amount, i64)]) -> Option<Self> {
        self.least_min(wanted, |paid| paid.holds(wanted))
    }

    /// The least minimum with which this holds, which takes room for these at least.
    fn least_min(
        &self,
        wanted: &[(Amount, i64)],
        is_enough: impl Fn(&Self) -> bool,
    ) -> Option<Self> {
        let (pool, min) = self.last();
        let (node, most) = (of_node(pool)?, pool.nodes?.max);
        let nodes = self.nodes();
        let fits_somewhere =
            |one: Amount| one.fits(node) || nodes.iter().any(|(node, _)| one.fits(*node));
        let mut wanted_at_all = wanted.iter().filter(|(_, count)| *count > 0);
        if !wanted_at_all.all(|(one, _)| fits_somewhere(*one)) {
            return None;
        }
        // Fewer would not do even if pods could be cut in pieces.
        let short = sum(wanted).minus(sum(&nodes));
        let by = |short: i64, node: i64| {
            if node > 0 {
                (short + node - 1) / node
            } else {
                0
            }
        };
        let least = by(short.cpu, node.cpu)
            .max(by(short.memory, node.memory))
            .max(0);
        (min + least..=most.max(min))
            .map(|min| self.clone().with_min(min))
            .find(is_enough)
    }

    fn all(&self) -> Vec<(Amount, i64)> {
        self.groups(|workload| workload.most)
    }

    fn pods_at_once(&self) -> Vec<(Amount, i64)> {
        self.groups(|workload| workload.at_once)
    }

    fn groups(&self, count: impl Fn(&Workload) -> i64) -> Vec<(Amount, i64)> {
        let workloads = self.workloads.iter();
        workloads
            .map(|workload| (workload.one, count(workload)))
            .collect()
    }

    /// The nodes that run anyway, whole.
    fn nodes(&self) -> Vec<(Amount, i64)> {
        let nodes = self.pools.iter();
        nodes
            .filter_map(|(pool, count)| Some((of_node(pool)?, *count)))
            .collect()
    }

    /// What they leave beside what is there for good.
    fn free(&self) -> Packing {
        let mut nodes = Packing::of(self.nodes());
        nodes.spread(&self.beside);
        nodes
    }

    /// The fewest and the most pods that are killed with their VMs.
    pub(crate) fn killed(&self) -> (i64, i64) {
        let held_back = self.pods() - self.at_once();
        ((held_back - self.placed()).max(0), held_back)
    }
}
