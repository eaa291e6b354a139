//! The releases of a helmfile. Source: helmfile/helmfile pkg/state/state.go, `ReleaseSpec`.

use super::found::{Found, last_part, place, text};
use super::layers::{Layers, OneEdit};
use super::set_path::{Handed, steps, value};
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::source::Span;
use crate::yaml::{Node, Value};

use super::rendered::printed;

/// Those of a document that has releases of charts; none where it is no helmfile.
pub(super) fn releases<'n>(document: &'n Node<'_>, texts: Texts<'_>) -> Vec<Found<'n>> {
    let releases = document.get("releases").map_or(&[][..], Node::items);
    let releases = releases.iter().enumerate();
    let releases = releases.filter_map(|(at, release)| {
        let name = release.get("name")?;
        let chart = text(release, &["chart"])?;
        let is_off = release.get("installed").map(|installed| &installed.value);
        if matches!(is_off, Some(Value::Bool(false))) {
            return None;
        }
        let pointer = Pointer::parse("/releases").child(at);
        let mut values = Layers::default();
        let elsewhere = add(&mut values, (release, pointer), texts);
        Some(Found {
            kind: Some("release of the helmfile"),
            name: name.as_str()?,
            namespace: text(release, &["namespace"]),
            chart: Some(last_part(chart)),
            values,
            elsewhere,
            location: name.span,
        })
    });
    releases.collect()
}

/// Names of files and maps, then secrets, then single values: the last ones win. Returns where others come from.
/// Source: helmfile/helmfile pkg/state/state.go, `namespaceAndValuesFlags`.
fn add(
    values: &mut Layers,
    (release, pointer): (&Node<'_>, Pointer),
    texts: Texts<'_>,
) -> Option<Span> {
    let mut elsewhere = None;
    let list = release.get("values").map_or(&[][..], Node::items);
    for (number, own) in list.iter().enumerate() {
        if matches!(own.value, Value::Mapping(_)) {
            values.map(texts, Some(own), pointer.child("values").child(number));
        } else if !own.is_null() {
            values.unread(Vec::new());
            elsewhere = place(Some(release), "values");
        }
    }
    if let Some(secrets) = place(Some(release), "secrets") {
        values.unread(Vec::new());
        elsewhere = Some(secrets);
    }
    let set = release.get("set").map_or(&[][..], Node::items);
    for (number, own) in set.iter().enumerate() {
        let way = text(own, &["name"]).and_then(steps);
        let given = own.get("value").filter(|given| !given.is_null());
        let handed = Handed {
            is_text: false,
            escapes: false,
        };
        let read = given.and_then(|given| value(&printed(given), handed, given.span));
        match (way, read) {
            (Some(way), Some(read)) => {
                let pointer = pointer.child("set").child(number).child("value");
                values.one((way, read), pointer, OneEdit::Never);
            }
            (way, _) => {
                values.unread(way.unwrap_or_default());
                elsewhere = place(Some(release), "set");
            }
        }
    }
    elsewhere
}
