//! Which known charts a release is of.

use super::found::Found;
use super::known_chart::{ChartRelease, KnownChart};
use crate::diagnostic::Pointer;
use crate::manifests::later::Later;
use crate::manifests::wanted::Wanted;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// The known charts of a release: its own chart, or those in an umbrella chart.
pub(in crate::manifests) fn charts<'n, 's>(
    found: &'n Found<'_>,
    values: &'n Node<'s>,
    (wanted, later): (Wanted, Later),
) -> Vec<(KnownChart, ChartRelease<'n, 's>)> {
    let namespace = found.namespace;
    let namespace = namespace.filter(|own| later.form(own).is_none());
    let release = |chart: &KnownChart, values, path, location| ChartRelease {
        name: if found.name.is_empty() {
            chart.name
        } else {
            found.name
        },
        namespace,
        values,
        // Values files are merged.
        is_complete: found.kind.is_some() && found.elsewhere.is_none(),
        path,
        layers: &found.values,
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
        let release = release(&chart, values, Pointer::root(), found.location);
        return vec![(chart, release)];
    }
    let parts = within(values, &Pointer::root(), (named, wanted), DEPTH).into_iter();
    // Each part at its own key: what no value says stands there.
    let parts = parts.map(|part| {
        (
            part.chart,
            release(&part.chart, part.values, part.pointer, part.location),
        )
    });
    parts.collect()
}

/// So deep an umbrella chart can have others in it.
pub(super) const DEPTH: usize = 3;

/// The values of a known chart within those of another.
pub(super) struct Part<'n, 's> {
    chart: KnownChart,
    values: &'n Node<'s>,
    pointer: Pointer,
    /// The key.
    pub(super) location: Span,
}

/// The parts of an umbrella chart that are known charts.
pub(super) fn within<'n, 's>(
    values: &'n Node<'s>,
    pointer: &Pointer,
    (named, wanted): (Option<KnownChart>, Wanted),
    depth: usize,
) -> Vec<Part<'n, 's>> {
    let entries = values.entries().iter();
    let parts = entries.flat_map(|part| {
        let is_off = part.value.get("enabled").map(|enabled| &enabled.value);
        if matches!(is_off, Some(Value::Bool(false))) {
            return Vec::new();
        }
        let is_named = |chart: &KnownChart| chart.name == part.key;
        let has_usual =
            |chart: &KnownChart| chart.usual.iter().any(|key| part.value.get(key).is_some());
        let chart = named
            .filter(is_named)
            .or_else(|| told_by(&part.value, wanted))
            .or_else(|| (wanted.chart)(&|chart| is_named(chart) && has_usual(chart)));
        let pointer = pointer.child(&part.key);
        match chart {
            Some(chart) => vec![Part {
                chart,
                values: &part.value,
                pointer,
                location: part.key_span,
            }],
            None if depth > 1 => within(&part.value, &pointer, (named, wanted), depth - 1),
            None => Vec::new(),
        }
    });
    parts.collect()
}

/// The chart whose values these are, by what no other chart has.
pub(super) fn told_by(values: &Node<'_>, wanted: Wanted) -> Option<KnownChart> {
    let by_key = values.entries().iter().find_map(|entry| {
        let key: &str = &entry.key;
        (wanted.chart)(&|chart| !entry.value.is_null() && chart.keys.contains(&key))
    });
    by_key.or_else(|| (wanted.chart)(&|chart| (chart.tells)(values)))
}
