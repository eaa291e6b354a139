//! The nodes that placeholders keep running, and those that they add for what is left on on-demand.
//!
//! The autoscaler removes a node only when its pods fit on others. A placeholder that wants a node for itself fits on none
//! that has one already, so that as many nodes as there are such placeholders stay, however little else runs on them.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/simulator/cluster.go`, `SimulateNodeRemoval`.

use std::cmp::Reverse;

use super::Number;
use super::room::{Amount, of_node, placeholders_on_node, pools_of, preferring_spot};
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::plan::{NodePool, Plan};

/// Nodes, by the pools that they are of, in the order of the plan: those that run in any case, and those that placeholders
/// bring besides. Pods on Spot come on top.
#[derive(Clone, Debug)]
pub struct Kept<'p>(Vec<(&'p NodePool, i64)>);

impl PartialEq for Kept<'_> {
    fn eq(&self, other: &Self) -> bool {
        let own = self.0.iter().map(|(pool, count)| (&pool.name, count));
        own.eq(other.0.iter().map(|(pool, count)| (&pool.name, count)))
    }
}

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

    /// What it brings as far as that can be told: the least and the most, which are the same where it is expected.
    pub fn range(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<(Self, Self)> {
        if let Some(expected) = Self::expected(plan, placeholder) {
            return Some((expected.clone(), expected));
        }
        Some((
            Self::least(plan, placeholder)?,
            Self::most(plan, placeholder)?,
        ))
    }

    /// What placeholders keep running, in a sentence; none where too little is known.
    pub fn said(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<String> {
        let mut pools = pools_of(plan, placeholder);
        let is_paid =
            pools.all(|pool| !pool.is_spot()) && Self::fits_the_minimum(plan, placeholder)?;
        if is_paid {
            return Some("Fits on the nodes that the pools always have.".to_owned());
        }
        let (least, most) = Self::range(plan, placeholder)?;
        let which = if least == most {
            least.to_string()
        } else {
            format!("{least}, or {most}")
        };
        Some(format!(
            "Keeps {} running: {which}.",
            least.amount_to(&most)
        ))
    }

    /// Whether placeholders fit on the nodes that their pools have at their minimum.
    fn fits_the_minimum(plan: &Plan, placeholder: &Placeholder) -> Option<bool> {
        let wanted = base_replicas(placeholder)?;
        let slots = pools_of(plan, placeholder)
            .map(|pool| Some(placeholders_on_node(plan, placeholder, pool)? * pool.nodes?.min));
        Some(slots.sum::<Option<i64>>()? >= wanted)
    }

    /// The nodes that pools have at their minimum, which placeholders fill first, and then pools in the order of `key`, each
    /// up to its maximum.
    fn of<K: Ord>(
        plan: &'p Plan,
        placeholder: &'p Placeholder,
        key: impl Fn(&NodePool) -> K,
    ) -> Option<Self> {
        let mut left = base_replicas(placeholder).filter(|count| *count > 0)?;
        let mut pools = Vec::new();
        for (at, pool) in pools_of(plan, placeholder).enumerate() {
            let each = placeholders_on_node(plan, placeholder, pool)?;
            if each > 0 {
                let min = pool.nodes.map_or(0, |range| range.min);
                left = (left - each.saturating_mul(min)).max(0);
                pools.push((at, pool, each, min));
            }
        }
        pools.sort_by_key(|(_, pool, ..)| key(pool));
        for (_, pool, each, count) in &mut pools {
            let most = pool.nodes.map_or(i64::MAX, |range| range.max - range.min);
            let more = ((left + *each - 1) / *each).min(most.max(0));
            left = (left - more.saturating_mul(*each)).max(0);
            *count += more;
        }
        pools.sort_by_key(|(at, ..)| *at);
        let kept = pools.into_iter().filter(|(.., count)| *count > 0);
        let kept: Vec<_> = kept.map(|(_, pool, _, count)| (pool, count)).collect();
        (!kept.is_empty()).then_some(Self(kept))
    }

    /// The pools that have nodes of these.
    pub fn pools(&self) -> impl Iterator<Item = &'p NodePool> {
        self.0.iter().map(|(pool, _)| *pool)
    }

    /// The pools of which more are kept than run in any case.
    pub fn above_minimum(&self) -> impl Iterator<Item = &'p NodePool> {
        let above =
            |(pool, count): &&(&NodePool, i64)| pool.nodes.is_some_and(|range| range.min < *count);
        self.0.iter().filter(above).map(|(pool, _)| *pool)
    }

    fn nodes(&self) -> i64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// None where the size of a node is not known.
    fn vcpus(&self) -> Option<i64> {
        self.0
            .iter()
            .map(|(pool, count)| Some(count * vcpus(pool)?))
            .sum()
    }

    /// In nodes, and in vCPUs where they are known: `2 nodes (8 vCPU)`.
    pub fn amount(&self) -> String {
        match self.vcpus() {
            Some(vcpus) => format!("{} ({vcpus} vCPU)", counted(self.nodes())),
            None => counted(self.nodes()),
        }
    }

    /// From this to another: `5 nodes (20 to 36 vCPU)`.
    pub fn amount_to(&self, most: &Self) -> String {
        match (self.vcpus(), most.vcpus()) {
            _ if self.amount() == most.amount() => self.amount(),
            (Some(least), Some(vcpus)) if self.nodes() == most.nodes() => {
                format!("{} ({least} to {vcpus} vCPU)", counted(self.nodes()))
            }
            _ => format!("{} to {}", self.amount(), most.amount()),
        }
    }
}

fn counted(nodes: i64) -> String {
    match nodes {
        1 => "1 node".to_owned(),
        nodes => format!("{nodes} nodes"),
    }
}

/// `1 of spot1 and 4 of spot2`.
impl std::fmt::Display for Kept<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (pool, count)) in self.0.iter().enumerate() {
            let join = match at {
                0 => "",
                at if at + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{join}{count} of {}", pool.name)?;
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
    let (value, which) = match Kept::expected(plan, placeholder) {
        Some(expected) if least == most => (expected.amount(), expected.to_string()),
        Some(expected) => (
            expected.amount(),
            format!("{expected}; where a pool has no capacity when they are asked for: {range}"),
        ),
        None => (
            least.amount_to(&most),
            format!("the autoscaler chooses: {range}"),
        ),
    };
    let running: i64 = least.pools().filter_map(|pool| Some(pool.nodes?.min)).sum();
    let running = match running {
        0 => String::new(),
        running => format!("; {} of them by `nodes.min`", counted(running)),
    };
    Some(Number {
        what: format!("Spot nodes that placeholders `{}` keep", placeholder.name),
        value,
        how: format!("{which}{running}; without the pods, which come on top"),
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
        format!("; the Spot nodes that they bring hold {range} % of the pods of that node")
    });
    Some(Number {
        what: format!("placeholders `{}` added for overflow", placeholder.name),
        value: format!("{} a node", added.each),
        how: format!(
            "none while {}, {} for each node above, up to {} in all{strength}; a node that only unlisted workloads need counts too",
            match (added.least, added.counted.join(", ")) {
                (1, pools) => format!("1 node of {pools} runs"),
                (least, pools) => format!("{least} nodes of {pools} run"),
            },
            added.each,
            added.most
        ),
    })
}
