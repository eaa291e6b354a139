//! What selectors by zone make of a pool that has nodes in several.

use crate::kubernetes::Operator;
use crate::plan::{NodePool, Plan};
use crate::providers::ZoneLabel;

/// Whether nodes of a pool meet what is asked of their zone: all of them, or none. None where some do, or where that
/// cannot be told.
pub(super) fn holds(plan: &Plan, pool: &NodePool, operator: &Operator) -> Option<bool> {
    let (values, wanted) = match operator {
        Operator::In(values) => (values, true),
        Operator::NotIn(values) => (values, false),
        _ => return None,
    };
    if pool.zones.is_empty() {
        return None;
    }
    let is_named = |zone: &String| {
        values
            .iter()
            .any(|value| may_be(plan.provider.labels.zone, value, zone))
    };
    let count = pool.zones.iter().filter(|zone| is_named(zone)).count();
    match plan.provider.labels.zone {
        _ if count == 0 => Some(!wanted),
        // Nothing tells the region.
        ZoneLabel::RegionAndZone => None,
        ZoneLabel::Zone => (count == pool.zones.len()).then_some(wanted),
    }
}

/// Whether a node in a zone of the configuration may have this value as its label.
fn may_be(label: ZoneLabel, value: &str, zone: &str) -> bool {
    match label {
        ZoneLabel::Zone => value == zone,
        ZoneLabel::RegionAndZone => {
            let region = value.strip_suffix(zone);
            region.is_some_and(|region| region.ends_with('-') && region.len() > 1)
        }
    }
}
