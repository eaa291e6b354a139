//! `Application` and `ApplicationSet` with a Helm chart as source.
//! Source: argoproj/argo-cd pkg/apis/application/v1alpha1/types.go, `ApplicationSource`, `ApplicationSourceHelm`.

use super::found::{Found, last_part, place, text};
use crate::diagnostic::Pointer;
use crate::yaml::Node;

pub(super) fn of_application<'n, 's>(object: &'n Node<'s>) -> Vec<Found<'n, 's>> {
    let spec = Pointer::parse("/spec");
    releases(object, object.get("spec"), &spec, "Application")
}

pub(super) fn of_application_set<'n, 's>(object: &'n Node<'s>) -> Vec<Found<'n, 's>> {
    let spec = Pointer::parse("/spec/template/spec");
    let node = object.at(&["spec", "template", "spec"]);
    let mut releases = releases(object, node, &spec, "ApplicationSet");
    // Source: argo-cd docs, operator-manual/applicationset/Template, "Template Patch": it may set any field.
    let patch = place(object.get("spec"), "templatePatch");
    for release in &mut releases {
        release.elsewhere = release.elsewhere.or(patch);
    }
    releases
}

fn releases<'n, 's>(
    object: &'n Node<'s>,
    spec: Option<&'n Node<'s>>,
    pointer: &Pointer,
    kind: &'static str,
) -> Vec<Found<'n, 's>> {
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
        let chart = text(source, &["chart"]);
        let local = chart
            .is_none()
            .then(|| place(Some(source), "path"))
            .flatten();
        let chart = chart.or_else(|| helm.and_then(|_| text(source, &["path"])))?;
        // The object comes before the text.
        let values = ["valuesObject", "values"].into_iter().find_map(|key| {
            let values = helm?.get(key).filter(|values| !values.is_null())?;
            Some((key, values))
        });
        let (key, values) = values.unzip();
        let elsewhere = ["parameters", "fileParameters", "valueFiles"]
            .into_iter()
            .find_map(|key| place(helm, key));
        let release = text(source, &["helm", "releaseName"]);
        Some(Found {
            kind: Some(kind),
            name: release.or_else(|| name.as_str())?,
            namespace: text(spec, &["destination", "namespace"]),
            chart: Some(last_part(chart)),
            values,
            pointer: pointer.child("helm").child(key.unwrap_or("values")),
            elsewhere: elsewhere.or(local),
            location: name.span,
        })
    });
    sources.collect()
}
