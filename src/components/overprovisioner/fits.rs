//! Where placeholders fit, and the capacity that they leave on a node.

use super::Placeholder;
use super::gain;
use super::pools::pools_of;
use crate::components::System;
use crate::components::proportional_autoscaler::Control;
use crate::config::PlaceholderSpread;
use crate::model::capacity::of_node;
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};
use crate::values::Int;

/// The maximum number of replicas that an autoscaler creates.
fn most(control: &Control) -> i64 {
    match control {
        Control::Linear(linear) => linear.max.map_or(i64::MAX, Int::get),
        Control::Ladder(ladder) => {
            let steps = ladder
                .cores_to_replicas
                .iter()
                .chain(&ladder.nodes_to_replicas);
            steps.map(|[_, replicas]| replicas.get()).max().unwrap_or(0)
        }
    }
}

/// How many placeholders can run on one node of a pool; `None` if that is unknown.
pub(crate) fn placeholders_on_node(
    plan: &Plan,
    placeholder: &Placeholder,
    pool: &NodePool,
) -> Option<i64> {
    let fit = placeholders_in(plan, placeholder, pool, of_node(pool)?)?;
    Some(pool.max_pods.map_or(fit, |most| fit.min(most)))
}

fn placeholders_in(
    plan: &Plan,
    placeholder: &Placeholder,
    pool: &NodePool,
    room: Amount,
) -> Option<i64> {
    let fit = Amount::from(&placeholder.requests).count_in(room)?;
    let wanted = match (&placeholder.spread, &placeholder.scaling) {
        (PlaceholderSpread::OnePerNode, _) => 1,
        (PlaceholderSpread::None, None) => i64::from(placeholder.replicas.unwrap_or(1)),
        (PlaceholderSpread::None, Some(scaling)) => {
            gain::brought_by_node(plan, scaling, pool).unwrap_or_else(|| most(&scaling.control))
        }
    };
    Some(fit.min(wanted))
}

/// Placeholders on one node, and the capacity that they leave.
#[derive(Debug, PartialEq)]
pub(crate) struct Beside<'p> {
    /// Each entry with its index and with how many fit next to those before it; never empty.
    pub placeholders: Vec<(usize, &'p Placeholder, i64)>,
    pub rest: Amount,
}

impl<'p> Beside<'p> {
    /// The placeholders on a node of a pool; `None` if there are none, or if facts are missing.
    pub(crate) fn on_node(system: &'p System, pool: &NodePool) -> Option<Self> {
        let plan = &system.plan;
        let mut beside = Self {
            placeholders: Vec::new(),
            rest: of_node(pool)?,
        };
        for (at, placeholder) in system.placeholders() {
            let is_there = pools_of(plan, placeholder).any(|own| own.name == pool.name);
            let count = is_there.then(|| placeholders_in(plan, placeholder, pool, beside.rest));
            if let Some(count) = count.flatten().filter(|count| *count > 0) {
                let taken = Amount::from(&placeholder.requests).times(count);
                beside.rest = beside.rest.minus(taken);
                beside.placeholders.push((at, placeholder, count));
            }
        }
        (!beside.placeholders.is_empty()).then_some(beside)
    }

    /// Whether this is a single placeholder.
    pub(crate) fn is_one(&self) -> bool {
        matches!(self.placeholders[..], [(_, _, 1)])
    }

    /// The placeholders in words: ``2 `spot` placeholders (0.5 CPU and 512Mi each)``.
    pub(crate) fn said(&self) -> String {
        let said = |(_, placeholder, count): &(usize, &Placeholder, i64)| {
            let (name, request) = (&placeholder.name, Amount::from(&placeholder.requests));
            match count {
                1 => format!("one `{name}` placeholder ({request})"),
                count => format!("{count} `{name}` placeholders ({request} each)"),
            }
        };
        let said: Vec<String> = self.placeholders.iter().map(said).collect();
        said.join(" and ")
    }
}
