//! Where placeholders fit, and what they leave of a node.

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

/// As many as an autoscaler makes at most.
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

/// How many placeholders can come to be on one node of a pool; none where it is not known.
pub(crate) fn placeholders_on_node(
    plan: &Plan,
    placeholder: &Placeholder,
    pool: &NodePool,
) -> Option<i64> {
    placeholders_in(plan, placeholder, pool, of_node(pool)?)
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

/// Placeholders on one node, and what they leave of it.
#[derive(Debug, PartialEq)]
pub(crate) struct Beside<'p> {
    /// Of each entry its number, and as many as can be there beside those before it; there is at least one.
    pub placeholders: Vec<(usize, &'p Placeholder, i64)>,
    pub rest: Amount,
}

impl<'p> Beside<'p> {
    /// On a node of a pool; none where there are none, or too little is known.
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

    /// Whether that is a single placeholder.
    pub(crate) fn is_one(&self) -> bool {
        matches!(self.placeholders[..], [(_, _, 1)])
    }

    /// What is there: ``2 `spot` placeholders (0.5 CPU and 512Mi each)``.
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
