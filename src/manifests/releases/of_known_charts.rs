//! Which known charts a release is of.

use super::found::Found;
use super::known_chart::{ChartRelease, KnownChart};
use crate::manifests::later::Later;
use crate::manifests::wanted::Wanted;
use crate::yaml::{Node, Value};

/// The known charts of a release: its own chart, or those in an umbrella chart.
pub(in crate::manifests) fn charts<'n, 's>(
    found: &'n Found<'_, '_>,
    values: &'n Node<'s>,
    (wanted, later): (Wanted, Later),
) -> Vec<(KnownChart, ChartRelease<'n, 's>)> {
    let namespace = found.namespace;
    let namespace = namespace.filter(|own| later.form(own).is_none());
    let release = |chart: &KnownChart, values, pointer, location| ChartRelease {
        name: if found.name.is_empty() {
            chart.name
        } else {
            found.name
        },
        namespace,
        values,
        // Values files are merged.
        is_complete: found.kind.is_some() && found.elsewhere.is_none(),
        pointer,
        location,
    };
    let named = found
        .chart
        .and_then(|name| (wanted.chart)(&|chart| chart.name == name));
    // A chart around another one is often called like it, and has its values below that name.
    // Source: <https://helm.sh/docs/topics/charts/>, "Scope, Dependencies, and Values".
    let is_around = |chart: &KnownChart| {
        let own = values.get(chart.name);
        own.is_some_and(|own| matches!(own.value, Value::Mapping(_)))
    };
    let is_itself = named.filter(|chart| !is_around(chart));
    if let Some(chart) = is_itself.or_else(|| told_by(values, wanted)) {
        let release = release(&chart, values, found.pointer.clone(), found.location);
        return vec![(chart, release)];
    }
    let parts = values.entries().iter().filter_map(|part| {
        let is_named = |chart: &KnownChart| chart.name == part.key;
        let chart = named
            .filter(is_named)
            .or_else(|| told_by(&part.value, wanted))?;
        let is_off = part.value.get("enabled").map(|enabled| &enabled.value);
        if matches!(is_off, Some(Value::Bool(false))) {
            return None;
        }
        let pointer = found.pointer.child(&part.key);
        // Each part at its own key: what no value says stands there.
        Some((chart, release(&chart, &part.value, pointer, part.key_span)))
    });
    parts.collect()
}

/// The chart that has one of the keys.
pub(super) fn told_by(values: &Node<'_>, wanted: Wanted) -> Option<KnownChart> {
    values.entries().iter().find_map(|entry| {
        let key: &str = &entry.key;
        (wanted.chart)(&|chart| !entry.value.is_null() && chart.keys.contains(&key))
    })
}
