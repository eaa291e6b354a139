//! The releases of a helmfile. Source: helmfile/helmfile pkg/state/state.go, `ReleaseSpec`.

use super::found::{Found, last_part, place, text};
use crate::diagnostic::Pointer;
use crate::yaml::{Node, Value};

/// Those of a document that has releases of charts; none where it is no helmfile.
pub(super) fn releases<'n, 's>(document: &'n Node<'s>) -> Vec<Found<'n, 's>> {
    let releases = document.get("releases").map_or(&[][..], Node::items);
    let releases = releases.iter().enumerate();
    let releases = releases.filter_map(|(at, release)| {
        let name = release.get("name")?;
        let chart = text(release, &["chart"])?;
        let is_off = release.get("installed").map(|installed| &installed.value);
        if matches!(is_off, Some(Value::Bool(false))) {
            return None;
        }
        // Names of files and maps; the last ones win.
        let values = release.get("values").map_or(&[][..], Node::items);
        let is_map = |values: &Node<'_>| matches!(values.value, Value::Mapping(_));
        let last = values.iter().rposition(is_map);
        let others = place(Some(release), "values").filter(|_| values.len() > 1 || last.is_none());
        let set = ["set", "secrets"]
            .into_iter()
            .find_map(|key| place(Some(release), key));
        let pointer = Pointer::parse("/releases").child(at).child("values");
        Some(Found {
            kind: Some("release of the helmfile"),
            name: name.as_str()?,
            namespace: text(release, &["namespace"]),
            chart: Some(last_part(chart)),
            values: last.map(|last| &values[last]),
            pointer: pointer.child(last.unwrap_or(0)),
            elsewhere: set.or(others),
            location: name.span,
        })
    });
    releases.collect()
}
