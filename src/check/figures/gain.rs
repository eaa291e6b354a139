//! How strongly placeholders feed back into the nodes that they are scaled by.

use super::Figure;
use crate::components::System;
use crate::components::overprovisioner::gain::Gain;

pub(super) fn rows(system: &System) -> Vec<Figure> {
    let plan = &system.plan;
    let placeholders = system
        .overprovisioner
        .iter()
        .flat_map(|overprovisioner| &overprovisioner.placeholders);
    placeholders
        .filter_map(|placeholder| {
            let gain = Gain::of(plan, placeholder)?;
            let fleet = gain
                .multiplier()
                .map_or_else(|| "without end".to_owned(), |times| format!("{times:.1} times"));
            Some(Figure {
                what: format!("gain of placeholders `{}`", placeholder.name),
                value: format!("{:.2}", gain.share),
                how: format!(
                    "{:.2} on each node of {} that they bring; the fleet grows to {fleet} what the work needs",
                    gain.per_node, gain.pool.name
                ),
            })
        })
        .collect()
}
