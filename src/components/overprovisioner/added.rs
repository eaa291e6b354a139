//! Placeholders that are added while pods are left on on-demand nodes.

use super::Placeholder;
use super::pools::pools_of;
use crate::components::proportional_autoscaler::Control;
use crate::model::capacity::{of_node, preferring_spot};
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};

/// Placeholders on Spot that are added while more on-demand nodes run than the permanent ones.
#[derive(Clone, Debug)]
pub(crate) struct Added<'p> {
    pub counted: Vec<&'p str>,
    /// The number of on-demand nodes that add no placeholder.
    pub least: i64,
    /// The placeholders that each further node adds.
    pub each: i64,
    /// The maximum number of placeholders, including the permanent ones.
    pub most: i64,
    /// The share of an on-demand node's pods that fit on the Spot nodes which it adds, i.e. the strength of the
    /// feedback: in the pool whose nodes hold the fewest pods, and in the one whose nodes hold the most.
    pub shares: Option<[f64; 2]>,
}

impl<'p> Added<'p> {
    /// `None` if nothing is scaled by steps, or if nodes other than on-demand ones are counted.
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

/// Calculated from the number of average pods that a node holds, on Spot next to a placeholder; `None` if facts are
/// missing.
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
