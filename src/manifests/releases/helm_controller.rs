//! `HelmChart` and `HelmChartConfig` of K3s and RKE2.
//! Sources: k3s-io/helm-controller pkg/apis/helm.cattle.io/v1/types.go (`HelmChartSpec`, `HelmChartConfigSpec`),
//! doc/helmchart.md and pkg/controllers/chart/chart.go: `valuesContent`, then `values`, then `valuesSecrets`, first those of
//! the chart, then those of the `HelmChartConfig` of the same name and namespace; `args` lays `set` over all of them.

use super::beside::Beside;
use super::found::{Found, last_part, place, text};
use super::layers::{Layers, OneEdit};
use super::rendered::printed;
use super::set_path::{Handed, steps, value};
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::source::Span;
use crate::yaml::{Node, Value};

pub(super) fn releases<'n>(
    object: &'n Node<'_>,
    (texts, beside): (Texts<'_>, &Beside<'_>),
) -> Option<Found<'n>> {
    let name = object.at(&["metadata", "name"])?;
    let mut values = Layers::default();
    let own = add(&mut values, object, texts);
    let config = beside.config_of(object);
    let over = config.and_then(|config| add(&mut values, config, texts));
    let set = add_set(&mut values, object);
    Some(Found {
        kind: Some("HelmChart"),
        name: name.as_str()?,
        namespace: text(object, &["spec", "targetNamespace"])
            .or_else(|| text(object, &["metadata", "namespace"])),
        chart: text(object, &["spec", "chart"])
            .map(last_part)
            .map(of_archive),
        values,
        elsewhere: set.or(own).or(over),
        location: name.span,
    })
}

/// The chart of an archive: `cluster-autoscaler-9.46.6.tgz`.
/// Source: helm/helm pkg/chart/v2/util/save.go, `Save`.
fn of_archive(file: &str) -> &str {
    let Some(name) = file.strip_suffix(".tgz") else {
        return file;
    };
    let mut ends = name.match_indices('-').map(|(at, _)| at);
    let is_version = |at: &usize| {
        let rest = name[at + 1..].trim_start_matches('v');
        rest.starts_with(|first: char| first.is_ascii_digit())
    };
    ends.find(is_version).map_or(name, |end| &name[..end])
}

/// The values of a `HelmChartConfig` whose chart is nowhere here.
pub(super) fn config<'n>(object: &'n Node<'_>, texts: Texts<'_>) -> Option<Found<'n>> {
    let name = object.at(&["metadata", "name"])?;
    let mut values = Layers::default();
    add(&mut values, object, texts);
    Some(Found {
        kind: Some("HelmChartConfig"),
        name: name.as_str()?,
        namespace: None,
        chart: None,
        values,
        elsewhere: Some(name.span),
        location: name.span,
    })
}

/// Returns where others come from.
fn add(values: &mut Layers, object: &Node<'_>, texts: Texts<'_>) -> Option<Span> {
    for key in ["valuesContent", "values"] {
        let pointer = Pointer::parse("/spec").child(key);
        values.map(texts, object.at(&["spec", key]), pointer);
    }
    let secrets = place(object.get("spec"), "valuesSecrets")?;
    values.unread(Vec::new());
    Some(secrets)
}

/// Numbers and the words `true`, `false` and `null` go to `--set`, all others to `--set-string`.
fn add_set(values: &mut Layers, object: &Node<'_>) -> Option<Span> {
    let set = object.at(&["spec", "set"])?;
    let mut elsewhere = None;
    for entry in set.entries() {
        let given = printed(&entry.value);
        let is_word = |word: &str| given.eq_ignore_ascii_case(word);
        let handed = Handed {
            is_text: !matches!(entry.value.value, Value::Integer(_))
                && !["true", "false", "null"].into_iter().any(is_word),
            escapes: true,
        };
        let way = steps(&entry.key);
        match (way, value(&given, handed, entry.value.span)) {
            (Some(way), Some(read)) => {
                let pointer = Pointer::parse("/spec/set").child(&entry.key);
                values.one((way, read), pointer, OneEdit::Argument);
            }
            (way, _) => {
                values.unread(way.unwrap_or_default());
                elsewhere = place(object.get("spec"), "set");
            }
        }
    }
    elsewhere
}
