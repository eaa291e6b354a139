//! The releases of a helmfile. Source: helmfile/helmfile pkg/state/state.go, `ReleaseSpec`.

use super::beside::Beside;
use super::found::{Found, last_part, place, text};
use super::layers::{Layers, OneEdit};
use super::set_path::{Handed, steps, value};
use super::values_files::{Base, Named};
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::source::Span;
use crate::yaml::{Node, Value};

use super::rendered::printed;

/// Those of a document that has releases of charts; none where it is no helmfile.
pub(super) fn releases<'n>(
    document: &'n Node<'_>,
    (texts, beside): (Texts<'_>, &Beside<'_>),
) -> Vec<Found<'n>> {
    let releases = document.get("releases").map_or(&[][..], Node::items);
    let releases = releases.iter().enumerate();
    let releases = releases.filter_map(|(at, release)| {
        let name = release.get("name")?;
        let chart = text(release, &["chart"])?;
        let pointer = Pointer::parse("/releases").child(at);
        let mut values = Layers::default();
        values.set_template();
        let elsewhere = add(&mut values, (release, pointer), (texts, beside));
        let is_off = release.get("installed").map(|installed| &installed.value);
        if matches!(is_off, Some(Value::Bool(false))) {
            return None;
        }
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
    (texts, beside): (Texts<'_>, &Beside<'_>),
) -> Option<Span> {
    let mut elsewhere = None;
    if let Some(chart) = text(release, &["chart"]).filter(|chart| chart.starts_with('.')) {
        // A chart in a folder has values of its own.
        let own = format!("{chart}/values.yaml");
        values.chart_file(beside.values_files.read(named(&own, release)));
    }
    let list = release.get("values").map_or(&[][..], Node::items);
    for (number, own) in list.iter().enumerate() {
        if matches!(own.value, Value::Mapping(_)) {
            values.map(texts, Some(own), pointer.child("values").child(number));
        } else if let Some(path) = own.as_str().filter(|path| !path.is_empty()) {
            let is_here = values.file(beside.values_files.read(named(path, release)));
            if !is_here {
                let whole = place(Some(release), "values");
                let alone = (list.len() > 1).then_some(own.span);
                elsewhere = elsewhere.or(alone).or(whole);
            }
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

fn named<'n>(path: &'n str, release: &Node<'_>) -> Named<'n> {
    Named {
        path,
        base: Base::Folder,
        near: release.span.source,
        release: release.span,
    }
}
