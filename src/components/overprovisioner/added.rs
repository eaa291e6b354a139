//! Placeholders that are added for what is left on on-demand.

use super::Placeholder;
use super::pools::pools_of;
use crate::components::proportional_autoscaler::Control;
use crate::model::capacity::{of_node, preferring_spot};
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};

/// Placeholders on Spot that are added while more on-demand nodes run than there are in any case.
#[derive(Clone, Debug)]
pub(crate) struct Added<'p> {
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
    pub(crate) fn of(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        let scaling = placeholder.scaling.as_ref()?;
        let Control::Ladder(ladder) = &scaling.control else {
            return None;
        };
        let counted: Vec<&NodePool> = scaling.counting.pools(plan).collect();
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
