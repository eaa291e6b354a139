//! `Application` and `ApplicationSet` with a Helm chart as source.
//! Sources: argoproj/argo-cd pkg/apis/application/v1alpha1/types.go, `ApplicationSource`, `ApplicationSourceHelm`;
//! argo-cd docs, user-guide/helm, "Helm Value Precedence"; argoproj/argo-cd util/helm/cmd.go, `cleanSetParameters`
//! (a comma in a parameter is a part of its value).

use super::found::{Found, last_part, place, text};
use super::layers::{Layers, OneEdit};
use super::rendered::printed;
use super::set_path::{Handed, steps, value};
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::source::Span;
use crate::yaml::{Node, Value};

pub(super) fn of_application<'n>(object: &'n Node<'_>, texts: Texts<'_>) -> Vec<Found<'n>> {
    let spec = (object.get("spec"), Pointer::parse("/spec"));
    releases(object, spec, "Application", texts)
}

pub(super) fn of_application_set<'n>(object: &'n Node<'_>, texts: Texts<'_>) -> Vec<Found<'n>> {
    let node = object.at(&["spec", "template", "spec"]);
    let spec = (node, Pointer::parse("/spec/template/spec"));
    let mut releases = releases(object, spec, "ApplicationSet", texts);
    // Source: argo-cd docs, operator-manual/applicationset/Template, "Template Patch": it may set any field.
    let patch = place(object.get("spec"), "templatePatch");
    for release in &mut releases {
        release.elsewhere = release.elsewhere.or(patch);
    }
    releases
}

fn releases<'n>(
    object: &'n Node<'_>,
    (spec, pointer): (Option<&'n Node<'_>>, Pointer),
    kind: &'static str,
    texts: Texts<'_>,
) -> Vec<Found<'n>> {
    let (Some(name), Some(spec)) = (object.at(&["metadata", "name"]), spec) else {
        return Vec::new();
    };
    let mut sources: Vec<(&Node<'_>, Pointer)> = Vec::new();
    sources.extend(spec.get("source").map(|own| (own, pointer.child("source"))));
    let several = spec.get("sources").map_or(&[][..], Node::items);
    let several = several.iter().enumerate();
    sources.extend(several.map(|(at, own)| (own, pointer.child("sources").child(at))));
    let sources = sources.into_iter().filter_map(|(source, pointer)| {
        let helm = source.get("helm");
        // A path may also lead to plain manifests. A chart in Git has a `values.yaml` of its own there.
        let chart = text(source, &["chart"]).or_else(|| in_registry(source));
        let local = chart
            .is_none()
            .then(|| place(Some(source), "path"))
            .flatten();
        let chart = chart.or_else(|| helm.and_then(|_| text(source, &["path"])))?;
        let mut values = Layers::default();
        let elsewhere = add(&mut values, (helm, pointer.child("helm")), texts);
        let release = text(source, &["helm", "releaseName"]);
        Some(Found {
            kind: Some(kind),
            name: release.or_else(|| name.as_str())?,
            namespace: text(spec, &["destination", "namespace"]),
            chart: Some(last_part(chart)),
            values,
            elsewhere: elsewhere.or(local),
            location: name.span,
        })
    });
    sources.collect()
}

/// The chart of a registry, where the address is that of the chart itself and the path leads to all of it.
/// Source: argo-cd docs, user-guide/helm, "Declarative".
fn in_registry<'n>(source: &'n Node<'_>) -> Option<&'n str> {
    source.get("helm")?;
    let is_whole = matches!(text(source, &["path"]), None | Some("." | "./"));
    let url = text(source, &["repoURL"]).filter(|_| is_whole)?;
    url.starts_with("oci://").then_some(url)
}

/// The values of a source, from the weakest to the strongest. Returns where others come from.
fn add(
    values: &mut Layers,
    (helm, pointer): (Option<&Node<'_>>, Pointer),
    texts: Texts<'_>,
) -> Option<Span> {
    let mut elsewhere = place(helm, "valueFiles");
    if elsewhere.is_some() {
        values.unread(Vec::new());
    }
    // The text counts only without the object.
    let given = ["valuesObject", "values"].into_iter().find_map(|key| {
        let given = helm?.get(key).filter(|given| !given.is_null())?;
        Some((key, given))
    });
    if let Some((key, given)) = given {
        values.map(texts, Some(given), pointer.child(key));
    }
    let list = |key| {
        helm.and_then(|helm| helm.get(key))
            .map_or(&[][..], Node::items)
    };
    // `--set-string` comes behind `--set`.
    for is_text in [false, true] {
        for (number, own) in list("parameters").iter().enumerate() {
            let forced = own.get("forceString").map(|forced| &forced.value);
            if matches!(forced, Some(Value::Bool(true))) != is_text {
                continue;
            }
            let handed = Handed {
                is_text,
                escapes: true,
            };
            let way = text(own, &["name"]).and_then(steps);
            let given = own.get("value").filter(|given| !given.is_null());
            let read = given.and_then(|given| value(&printed(given), handed, given.span));
            match (way, read) {
                (Some(way), Some(read)) => {
                    let pointer = pointer.child("parameters").child(number).child("value");
                    values.one((way, read), pointer, OneEdit::Argument);
                }
                (way, _) => {
                    values.unread(way.unwrap_or_default());
                    elsewhere = place(helm, "parameters");
                }
            }
        }
    }
    for own in list("fileParameters") {
        let way = text(own, &["name"]).and_then(steps);
        values.unread(way.unwrap_or_default());
        elsewhere = elsewhere.or(place(helm, "fileParameters"));
    }
    elsewhere
}
