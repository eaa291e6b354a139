//! The feedback gain of placeholders that are scaled by nodes which they add themselves.

use super::figure::Row;
use crate::components::System;
use crate::components::overprovisioner::gain::Gain;

pub(super) fn rows(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let placeholders = system
        .overprovisioner
        .iter()
        .flat_map(|overprovisioner| &overprovisioner.placeholders);
    placeholders
        .filter_map(|placeholder| {
            let gain = Gain::of(plan, placeholder)?;
            let fleet = gain.multiplier().map_or_else(
                || "without limit".to_owned(),
                |times| format!("to {times:.1} times the size that the workloads need"),
            );
            Some(Row {
                what: format!("feedback gain of placeholders `{}`", placeholder.name),
                value: format!("{:.2}", gain.share),
                how: format!(
                    "{:.2} placeholders per node of {} that they add; the fleet grows {fleet}",
                    gain.per_node, gain.pool.name
                ),
                is_bad: gain.multiplier().is_none(),
            })
        })
        .collect()
}
