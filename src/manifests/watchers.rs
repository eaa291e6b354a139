//! The objects of the Prometheus operator that choose monitors and rules.
//!
//! Source: prometheus-operator/prometheus-operator Documentation/api-reference/api.md, `PrometheusSpec`,
//! `PrometheusAgentSpec` and `ThanosRulerSpec`.

use super::fields::Fields;
use super::objects::{self, Object};
use super::selector::PodSelector;
use crate::kubernetes::{Labels, Requirement};
use crate::source::Span;

const GROUP: &str = "monitoring.coreos.com";
/// The API server gives it to every namespace.
/// Source: kubernetes/api `core/v1/well_known_labels.go`, `LabelMetadataName`.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// The kinds that they choose: the kind, the field with the selector, and that with the selector of namespaces.
const CHOSEN: [(&str, &str, &str); 3] = [
    (
        "ServiceMonitor",
        "serviceMonitorSelector",
        "serviceMonitorNamespaceSelector",
    ),
    (
        "PodMonitor",
        "podMonitorSelector",
        "podMonitorNamespaceSelector",
    ),
    ("PrometheusRule", "ruleSelector", "ruleNamespaceSelector"),
];

/// An object by which the operator runs Prometheus, or what evaluates rules for it.
#[derive(Debug)]
pub struct ManifestWatcher {
    pub kind: String,
    pub name: String,
    /// `None` if whoever applies the manifest decides.
    pub namespace: Option<String>,
    pub location: Span,
    choices: Vec<Choice>,
}

/// What it chooses of one kind.
#[derive(Debug)]
struct Choice {
    kind: &'static str,
    /// Absent: nothing.
    selector: PodSelector,
    /// Absent: its own namespace alone.
    namespaces: PodSelector,
}

impl ManifestWatcher {
    /// Whether it may choose objects of this kind at all.
    pub fn chooses(&self, kind: &str) -> bool {
        self.choices.iter().any(|choice| choice.kind == kind)
    }

    /// Whether it chooses an object. Unknown labels of a namespace may be the right ones.
    pub fn selects(&self, kind: &str, namespace: &str, labels: &Labels) -> bool {
        let mut choices = self.choices.iter();
        choices.any(|choice| {
            choice.kind == kind
                && choice.selector.selects(labels)
                && self.looks_into(choice, namespace)
        })
    }

    fn looks_into(&self, choice: &Choice, namespace: &str) -> bool {
        match &choice.namespaces {
            PodSelector::Absent => self.namespace.as_deref().is_none_or(|own| own == namespace),
            by => takes_namespace(by, namespace),
        }
    }
}

/// Whether a selector of namespaces may take the one of this name: of its other labels nothing is known.
pub(super) fn takes_namespace(selector: &PodSelector, namespace: &str) -> bool {
    let PodSelector::By(selector) = selector else {
        return *selector == PodSelector::Unreadable;
    };
    let name = selector.match_labels.get(NAMESPACE_NAME);
    let known = Labels::from([(NAMESPACE_NAME.to_owned(), namespace.to_owned())]);
    let is_about_name = |requirement: &&Requirement| requirement.key == NAMESPACE_NAME;
    let mut about_name = selector.match_expressions.iter().filter(is_about_name);
    name.is_none_or(|name| name == namespace)
        && about_name.all(|requirement| requirement.matches(&known))
}

pub(super) fn read(object: &Object<'_, '_>) -> Option<ManifestWatcher> {
    // An agent sends on what it scrapes, and evaluates no rules. The ruler of Thanos does nothing else.
    let chosen = match object.kind.as_str() {
        "Prometheus" => &CHOSEN[..],
        "PrometheusAgent" => &CHOSEN[..2],
        "ThanosRuler" => &CHOSEN[2..],
        _ => return None,
    };
    let (group, _) = object.api_version.as_ref()?.split_once('/')?;
    if group != GROUP || objects::is_left_alone(object.node) {
        return None;
    }
    let metadata = object.node.get("metadata")?;
    let name = metadata.get("name")?;
    let namespace = metadata.get("namespace").and_then(|text| text.as_str());
    let mut spec = Fields::of(object.node.get("spec")?);
    let choices = chosen.iter().map(|(kind, objects, namespaces)| Choice {
        kind,
        selector: PodSelector::read_at(&mut spec, objects).0,
        namespaces: PodSelector::read_at(&mut spec, namespaces).0,
    });
    Some(ManifestWatcher {
        kind: object.kind.clone(),
        name: name.as_str()?.to_owned(),
        namespace: namespace.filter(|text| !text.is_empty()).map(str::to_owned),
        choices: choices.collect(),
        location: name.span,
    })
}
