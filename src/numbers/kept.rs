//! The nodes that placeholders keep running, and those that they add for what is left on on-demand.
//!
//! The autoscaler removes a node only when its pods fit on others. A placeholder that wants a node for itself fits on none
//! that has one already, so that as many nodes as there are such placeholders stay, however little else runs on them.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/simulator/cluster.go`, `SimulateNodeRemoval`.

use std::cmp::Reverse;

use super::Number;
use super::room::{Amount, of_node, placeholders_on_node, pools_of, preferring_spot};
use crate::plan::{Control, NodePool, Placeholder, Plan};

/// Nodes, by the pools that they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<'p>(Vec<(&'p str, i64, Option<i64>)>);

impl<'p> Kept<'p> {
    /// Those that the autoscaler brings while all pools have capacity; none where it is free to choose between nodes of
    /// different sizes, or too little is known.
    pub fn expected(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        let tier = |pool: &NodePool| Reverse(pool.tier());
        let small = Self::of(plan, placeholder, |pool| (tier(pool), vcpus(pool)))?;
        let large = Self::of(plan, placeholder, |pool| {
            (tier(pool), vcpus(pool).map(|count| -count))
        })?;
        (small == large).then_some(small)
    }

    /// The least that it may bring, whichever pools have capacity.
    pub fn least(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        Self::of(plan, placeholder, vcpus)
    }

    /// The most that it may bring.
    pub fn most(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        Self::of(plan, placeholder, |pool| Reverse(vcpus(pool)))
    }

    /// What placeholders keep running, in a sentence; none where too little is known.
    pub fn said(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<String> {
        let mut pools = pools_of(plan, placeholder);
        let is_paid =
            pools.all(|pool| !pool.is_spot()) && Self::fits_the_minimum(plan, placeholder)?;
        if is_paid {
            return Some("Fits on the nodes that the pools always have.".to_owned());
        }
        if let Some(kept) = Self::expected(plan, placeholder) {
            return Some(format!("Keeps {} running: {kept}.", kept.amount()));
        }
        let (least, most) = (
            Self::least(plan, placeholder)?,
            Self::most(plan, placeholder)?,
        );
        Some(format!(
            "Keeps {} to {} running: {least}, or {most}.",
            least.amount(),
            most.amount()
        ))
    }

    /// Whether placeholders fit on the nodes that their pools have at their minimum.
    fn fits_the_minimum(plan: &Plan, placeholder: &Placeholder) -> Option<bool> {
        let wanted = base_replicas(placeholder)?;
        let slots = pools_of(plan, placeholder)
            .map(|pool| Some(placeholders_on_node(plan, placeholder, pool)? * pool.nodes?.min));
        Some(slots.sum::<Option<i64>>()? >= wanted)
    }

    /// Pools in the order of `key`, each up to its maximum.
    fn of<K: Ord>(
        plan: &'p Plan,
        placeholder: &'p Placeholder,
        key: impl Fn(&NodePool) -> K,
    ) -> Option<Self> {
        let mut left = base_replicas(placeholder)?;
        let mut pools: Vec<&NodePool> = pools_of(plan, placeholder).collect();
        pools.sort_by_key(|pool| key(pool));
        let mut kept = Vec::new();
        for pool in pools {
            let each = placeholders_on_node(plan, placeholder, pool)?;
            if each == 0 {
                continue;
            }
            let wanted = (left + each - 1) / each;
            let count = wanted.min(pool.nodes.map_or(i64::MAX, |range| range.max));
            if count > 0 {
                kept.push((pool.name.as_str(), count, vcpus(pool)));
            }
            left = (left - count.saturating_mul(each)).max(0);
        }
        (!kept.is_empty()).then_some(Self(kept))
    }

    pub fn nodes(&self) -> i64 {
        self.0.iter().map(|(_, count, _)| count).sum()
    }

    /// Whether nodes of a pool are among them.
    pub fn has(&self, pool: &str) -> bool {
        self.0.iter().any(|(name, ..)| *name == pool)
    }

    /// None where the size of a node is not known.
    pub fn vcpus(&self) -> Option<i64> {
        self.0
            .iter()
            .map(|(_, count, vcpus)| Some(count * (*vcpus)?))
            .sum()
    }

    /// In nodes, and in vCPUs where they are known: `2 nodes (8 vCPU)`.
    pub fn amount(&self) -> String {
        let nodes = match self.nodes() {
            1 => "1 node".to_owned(),
            nodes => format!("{nodes} nodes"),
        };
        match self.vcpus() {
            Some(vcpus) => format!("{nodes} ({vcpus} vCPU)"),
            None => nodes,
        }
    }
}

/// `4 of spot2 and 1 of spot1`.
impl std::fmt::Display for Kept<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (pool, count, _)) in self.0.iter().enumerate() {
            let join = match at {
                0 => "",
                at if at + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{join}{count} of {pool}")?;
        }
        Ok(())
    }
}

/// vCPUs of a node: what is allocatable, rounded up, for less than one is reserved.
fn vcpus(pool: &NodePool) -> Option<i64> {
    let allocatable = pool.allocatable.as_ref()?;
    Some((allocatable.cpu.millis() + 999) / 1000)
}

/// Placeholders that there always are; none where an autoscaler's parameters do not say.
fn base_replicas(placeholder: &Placeholder) -> Option<i64> {
    match &placeholder.scaling {
        None => placeholder.replicas.map(i64::from),
        Some(scaling) => match &scaling.control {
            Control::Ladder(ladder) => ladder.nodes_to_replicas.first().map(|step| step[1].get()),
            Control::Linear(_) => None,
        },
    }
}

/// Placeholders on Spot that are added while more on-demand nodes run than there are in any case.
#[derive(Clone, Debug)]
pub struct Added<'p> {
    pub counted: Vec<&'p str>,
    /// On-demand nodes that add none.
    pub least: i64,
    /// What each further node adds.
    pub each: i64,
    /// All that there are at most, those that are always there included.
    pub most: i64,
    /// The share of an on-demand node's pods that the Spot nodes of what it adds take: how strong the feedback is where they
    /// are of the pool that holds the fewest, and of the one that holds the most.
    pub shares: Option<[f64; 2]>,
}

impl<'p> Added<'p> {
    /// None where nothing is scaled by steps, or other nodes than on-demand ones are counted.
    pub fn of(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        let scaling = placeholder.scaling.as_ref()?;
        let Control::Ladder(ladder) = &scaling.control else {
            return None;
        };
        let counted: Vec<&NodePool> = plan.pools_of(&scaling.counting).collect();
        let brings_spot = pools_of(plan, placeholder).all(NodePool::is_spot);
        if counted.is_empty() || !brings_spot || counted.iter().any(|pool| pool.is_spot()) {
            return None;
        }
        let [first, second, ..] = &ladder.nodes_to_replicas[..] else {
            return None;
        };
        let each = second[1].get() - first[1].get();
        Some(Self {
            counted: counted.iter().map(|pool| pool.name.as_str()).collect(),
            least: second[0].get() - 1,
            each,
            most: ladder
                .nodes_to_replicas
                .iter()
                .map(|step| step[1].get())
                .max()?,
            shares: shares(plan, placeholder, &counted, each),
        })
    }
}

/// By what nodes hold of pods of average size, beside a placeholder on Spot; none where too little is known.
fn shares(
    plan: &Plan,
    placeholder: &Placeholder,
    counted: &[&NodePool],
    each: i64,
) -> Option<[f64; 2]> {
    let demand = preferring_spot(plan);
    let average = (demand.pods > 0).then(|| Amount {
        cpu: demand.all.cpu / demand.pods,
        memory: demand.all.memory / demand.pods,
    })?;
    let request = Amount::from(&placeholder.requests);
    let spot = pools_of(plan, placeholder).filter_map(of_node);
    let held: Vec<i64> = spot
        .filter(|room| request.fits(*room))
        .filter_map(|room| average.thousandths_in(room.minus(request)))
        .collect();
    let rooms = counted.iter().filter_map(|pool| of_node(pool));
    let node = rooms.filter_map(|room| average.thousandths_in(room)).max();
    let node = node.filter(|node| *node > 0)?;
    let share = |held: i64| float(each) * float(held) / float(node);
    Some([share(*held.iter().min()?), share(*held.iter().max()?)])
}

#[expect(
    clippy::cast_precision_loss,
    reason = "pods and placeholders of one node are small numbers"
)]
fn float(amount: i64) -> f64 {
    amount as f64
}

pub(super) fn numbers(plan: &Plan) -> Vec<Number> {
    let mut numbers = Vec::new();
    for (_, placeholder) in plan.placeholders() {
        if !pools_of(plan, placeholder).any(NodePool::is_spot) {
            continue;
        }
        numbers.extend(kept(plan, placeholder));
        numbers.extend(added(plan, placeholder));
    }
    numbers
}

fn kept(plan: &Plan, placeholder: &Placeholder) -> Option<Number> {
    let least = Kept::least(plan, placeholder)?;
    let most = Kept::most(plan, placeholder)?;
    let range = format!(
        "from {}, {least}, to {}, {most}",
        least.amount(),
        most.amount()
    );
    let (value, how) = match Kept::expected(plan, placeholder) {
        Some(expected) if least == most => (expected.amount(), expected.to_string()),
        Some(expected) => (
            expected.amount(),
            format!("{expected}; where a pool has no capacity when they are asked for: {range}"),
        ),
        None => (
            format!("{} to {}", least.amount(), most.amount()),
            format!("the autoscaler chooses: {range}"),
        ),
    };
    Some(Number {
        what: format!("Spot nodes that placeholders `{}` keep", placeholder.name),
        value,
        how,
    })
}

fn added(plan: &Plan, placeholder: &Placeholder) -> Option<Number> {
    let added = Added::of(plan, placeholder)?;
    let strength = added.shares.map_or_else(String::new, |shares| {
        let [least, most] = shares.map(|share| format!("{:.0}", share * 100.0));
        let range = if least == most {
            least
        } else {
            format!("{least} to {most}")
        };
        format!("; their Spot nodes take {range} % of what runs on one")
    });
    Some(Number {
        what: format!("placeholders `{}` added for overflow", placeholder.name),
        value: format!("{} a node", added.each),
        how: format!(
            "none while {} of {} run, {} for each node above, up to {} in all{strength}; a node that only unlisted workloads need counts too",
            match added.least {
                1 => "1 node".to_owned(),
                least => format!("{least} nodes"),
            },
            added.counted.join(", "),
            added.each,
            added.most
        ),
    })
}
