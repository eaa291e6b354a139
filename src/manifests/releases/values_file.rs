//! A values file: it does not tell its chart, but what only one chart has does.

use super::found::Found;
use super::layers::Layers;
use super::of_known_charts::{DEPTH, told_by, within};
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::manifests::wanted::Wanted;
use crate::yaml::Node;

/// The values of a known chart, or of an umbrella chart that has one in it.
pub(super) fn release<'n>(
    document: &'n Node<'_>,
    (wanted, texts): (Wanted, Texts<'_>),
) -> Option<Found<'n>> {
    let own = told_by(document, wanted).and_then(|chart| {
        let mut keys = document.entries().iter();
        let is_its = |key: &str| chart.keys.contains(&key) || chart.usual.contains(&key);
        keys.find(|entry| is_its(&entry.key))
            .map(|entry| entry.key_span)
    });
    let location = own.or_else(|| {
        let parts = within(document, &Pointer::root(), (None, wanted), DEPTH);
        parts.first().map(|part| part.location)
    })?;
    let mut values = Layers::default();
    values.map(texts, Some(document), Pointer::root());
    Some(Found {
        kind: None,
        name: "",
        namespace: None,
        chart: None,
        values,
        elsewhere: None,
        location,
    })
}
