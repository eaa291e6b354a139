//! `HelmRelease`. Source: fluxcd/helm-controller `api/v2/helmrelease_types.go`, `HelmReleaseSpec`.
//! Source of how values are put together: fluxcd/pkg chartutil/values.go, `ChartValuesFromReferences`.

use super::beside::{Beside, STRING_DATA};
use super::found::{Found, last_part, place, text};
use super::layers::{Layers, OneEdit};
use super::set_path::{Handed, Step, steps, value};
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::source::Span;
use crate::yaml::{Node, Value};

pub(super) fn releases<'n>(
    object: &'n Node<'_>,
    (texts, beside): (Texts<'_>, &'n Beside<'_>),
) -> Vec<Found<'n>> {
    let Some(name) = object.at(&["metadata", "name"]) else {
        return Vec::new();
    };
    let chart = text(object, &["spec", "chart", "spec", "chart"]);
    let chart = chart.or_else(|| referred_chart(object, beside));
    let metadata = || text(object, &["metadata", "name"]);
    let Some(release) = text(object, &["spec", "releaseName"]).or_else(metadata) else {
        return Vec::new();
    };
    // A chart in Git or in a bucket has a `values.yaml` of its own there.
    // Source: fluxcd/helm-controller api/v2/helmrelease_types.go, `CrossNamespaceObjectReference`.
    let template = object.at(&["spec", "chart", "spec"]);
    let source = object.at(&["spec", "chart", "spec", "sourceRef", "kind"]);
    let is_local = matches!(
        source.and_then(Node::as_str),
        Some("GitRepository" | "Bucket")
    );
    let local = is_local.then(|| place(template, "chart")).flatten();
    // They take the place of the chart's own `values.yaml`.
    // Source: fluxcd/helm-controller api/v2/helmrelease_types.go, `HelmChartTemplateSpec`, `ValuesFiles`.
    let files = place(template, "valuesFiles");
    let mut values = Layers::default();
    let elsewhere = add(&mut values, object, (texts, beside));
    vec![Found {
        kind: Some("HelmRelease"),
        name: release,
        namespace: text(object, &["spec", "targetNamespace"])
            .or_else(|| text(object, &["metadata", "namespace"])),
        chart: chart.map(last_part),
        values,
        elsewhere: elsewhere.or(local).or(files),
        location: name.span,
    }]
}

/// The chart of a `HelmChart` or an `OCIRepository`; where that is nowhere here, its name: mostly, it is named for the chart.
fn referred_chart<'n>(object: &'n Node<'_>, beside: &'n Beside<'_>) -> Option<&'n str> {
    let reference = object.at(&["spec", "chartRef"])?;
    let name = text(reference, &["name"])?;
    let namespace = text(reference, &["namespace"]);
    let namespace = namespace.or_else(|| text(object, &["metadata", "namespace"]));
    let kind = text(reference, &["kind"])?;
    let found = beside.chart_of((kind, namespace), name, object.span.source);
    found.or(Some(name))
}

/// The references in their order, the release's own values over them, and over these the references to single values.
/// Returns where values come from that are not known.
fn add(
    values: &mut Layers,
    object: &Node<'_>,
    (texts, beside): (Texts<'_>, &Beside<'_>),
) -> Option<Span> {
    let list = object.at(&["spec", "valuesFrom"]);
    let list = list.map_or(&[][..], Node::items);
    let mut unknown = Vec::new();
    let whole = list.iter().filter(|own| target(own).is_none());
    for own in whole {
        if let Some((found, pointer, is_shared)) = referred(own, object, beside) {
            let before = values.count();
            values.map(texts, Some(found), pointer);
            if is_shared {
                values.share_behind(before);
            }
        } else {
            values.unread(Vec::new());
            unknown.push(own);
        }
    }
    let inline = object.at(&["spec", "values"]);
    values.map(texts, inline, Pointer::parse("/spec/values"));
    for own in list {
        let Some(path) = target(own) else {
            continue;
        };
        let way = steps(path);
        let found = way.as_ref().and_then(|way| {
            // Whether the release's own values or these win then, depends on what else there is.
            let is_given = inline.is_some_and(|inline| says(inline, way));
            let is_literal = own.get("literal").is_some();
            let found = referred(own, object, beside).filter(|_| !is_given && !is_literal);
            let (found, pointer, is_shared) = found?;
            Some((single(found)?, pointer, is_shared))
        });
        match (way, found) {
            (Some(way), Some((found, pointer, is_shared))) => {
                let before = values.count();
                values.one((way, found), pointer, OneEdit::Never);
                if is_shared {
                    values.share_behind(before);
                }
            }
            (way, _) => {
                values.unread(way.unwrap_or_default());
                unknown.push(own);
            }
        }
    }
    let first = unknown.first()?;
    let name = first.get("name").map(|name| name.span);
    let all = place(object.get("spec"), "valuesFrom");
    name.filter(|_| unknown.len() < list.len()).or(all)
}

fn target<'n>(reference: &'n Node<'_>) -> Option<&'n str> {
    text(reference, &["targetPath"])
}

/// The text that a reference means, if it is in the manifests, its pointer, and whether another release may take it too.
fn referred<'n>(
    reference: &Node<'_>,
    object: &Node<'_>,
    beside: &'n Beside<'_>,
) -> Option<(&'n Node<'n>, Pointer, bool)> {
    // A reference without a kind is refused.
    let name = text(reference, &["name"])?;
    let namespace = text(object, &["metadata", "namespace"]);
    let key = text(reference, &["valuesKey"]).unwrap_or("values.yaml");
    let near = object.span.source;
    let (holder, data) = match text(reference, &["kind"])? {
        "ConfigMap" => (beside.config_map((namespace, name), near)?, "data"),
        "Secret" => (beside.secret((namespace, name), near)?, STRING_DATA),
        _ => return None,
    };
    let found = holder.at(&[data, key])?;
    found.as_str()?;
    let pointer = Pointer::root().child(data).child(key);
    Some((found, pointer, beside.is_shared(holder, object)))
}

/// A text as a single value: in quotes, it is a text whatever it looks like.
fn single(node: &Node<'_>) -> Option<Node<'static>> {
    let text = node.as_str()?;
    let is_in = |quote: char| text.starts_with(quote) && text.ends_with(quote);
    let is_text = is_in('\'') || is_in('"');
    let plain = if is_text {
        text.trim_matches(['\'', '"'])
    } else {
        text
    };
    let handed = Handed {
        is_text,
        escapes: false,
    };
    value(plain, handed, node.span)
}

/// Whether values say something at these steps.
fn says(values: &Node<'_>, way: &[Step]) -> bool {
    let mut node = values;
    for step in way {
        let next = match (step, &node.value) {
            (Step::Key(key), Value::Mapping(_)) => node.get(key),
            (Step::Index(number), Value::Sequence(items)) => items.get(*number),
            _ => return true,
        };
        let Some(next) = next else {
            return false;
        };
        node = next;
    }
    true
}
