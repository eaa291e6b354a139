//! A kind of objects that have pod specs.

use super::behaviour::{Caution, Controller, Layering};
use super::fields::PlacementFields;
use super::operators::{OperatorKind, Template};
use super::path::Path;
use super::pod_labels::PodLabels;
use crate::config::{CustomKind, CustomPodSpec, pointers};
use crate::diagnostic::Pointer;
use crate::values::DnsLabel;

/// A kind of objects that have pod specs.
#[derive(Clone, Debug)]
pub(crate) struct PodKind<'k> {
    pub(crate) group: &'k str,
    pub(crate) kind: &'k str,
    /// The versions of its API with these pod specs; empty for all.
    pub(crate) versions: &'k [&'k str],
    pub(crate) templates: Vec<PodTemplate<'k>>,
    /// A template that the operator merges into each of the others, the items of lists by their positions.
    pub(crate) common: Option<PodTemplate<'k>>,
    /// Whether `spec.mode: DaemonSet` makes the operator run a `DaemonSet`.
    pub(super) has_mode: bool,
    pub(crate) cautions: &'k [Caution],
    /// The labels of the pods that the operator keeps on different nodes, unless the object has an affinity of its own.
    pub(crate) apart: Option<PodLabels<'k>>,
    /// Whether the configuration declares it.
    pub(crate) is_declared: bool,
}

/// A pod spec of a kind.
#[derive(Clone, Debug)]
pub(crate) struct PodTemplate<'k> {
    /// The path as it is written.
    pub(crate) text: &'k str,
    /// Where the configuration has it; none if it does not.
    pub(crate) declared_at: Option<Pointer>,
    pub(crate) path: Path<'k>,
    pub(crate) fields: PlacementFields<'k>,
    /// None if the operator is not known to set any: a selector or the labels of the template are those of the pods.
    pub(crate) labels: Option<PodLabels<'k>>,
    /// The class of its pods, if it is not that of the object.
    pub(crate) class: Option<&'k str>,
    pub(crate) controller: Controller,
    pub(crate) layering: Layering,
    /// The parts that are its own even if they are empty.
    pub(crate) own_if_empty: &'k [&'k str],
}

impl<'k> PodKind<'k> {
    /// A kind as the configuration declares it. What it does not say is as it is `known` of an operator's kind.
    pub(super) fn declared((at, custom): (usize, &'k CustomKind), known: &[PodKind<'k>]) -> Self {
        let place = pointers::spec("customKinds").child(at);
        let only = custom.pod_spec.as_ref();
        let only = only.map(|path| (path, None, place.child("podSpec")));
        let several = custom.pod_specs.iter().enumerate().map(|(at, pods)| {
            let place = place.child("podSpecs").child(at).child("path");
            (&pods.path, Some(pods), place)
        });
        let templates: Vec<PodTemplate<'k>> = only
            .into_iter()
            .chain(several)
            .map(|(path, pods, place)| {
                PodTemplate::declared((path.as_str(), place), pods, custom, known)
            })
            .collect();
        let common = known.iter().find_map(|known| known.common.clone());
        let is_declared = |common: &PodTemplate<'_>| {
            let mut templates = templates.iter();
            templates.any(|own| is_same(own.text, common.text))
        };
        Self {
            group: custom.group.as_str(),
            kind: custom.kind.as_str(),
            versions: &[],
            common: common.filter(|common| !is_declared(common)),
            has_mode: known.iter().any(|known| known.has_mode),
            cautions: known.first().map_or(&[], |known| known.cautions),
            apart: known.first().and_then(|known| known.apart.clone()),
            templates,
            is_declared: true,
        }
    }
}

impl PodKind<'_> {
    /// The controller of the pods of a template in an object with this `spec.mode`.
    pub(crate) fn controller(&self, template: &PodTemplate<'_>, mode: Option<&str>) -> Controller {
        if self.has_mode && mode == Some("DaemonSet") {
            return Controller::DaemonSet;
        }
        template.controller
    }
}

impl PodTemplate<'_> {
    /// Whether its path has a key behind these.
    pub(super) fn names(&self, way: &[&str], key: &str) -> bool {
        let mut keys = self.path.steps().iter().map(|step| step.key);
        way.iter().all(|passed| keys.next() == Some(passed)) && keys.next() == Some(key)
    }
}

impl<'k> PodTemplate<'k> {
    fn declared(
        (text, place): (&'k str, Pointer),
        pods: Option<&'k CustomPodSpec>,
        custom: &'k CustomKind,
        known: &[PodKind<'k>],
    ) -> Self {
        let mut all = known
            .iter()
            .flat_map(|known| known.templates.iter().chain(&known.common));
        let known_here = all.clone().find(|known| is_same(known.text, text));
        let fields = match &custom.fields {
            Some(fields) => PlacementFields::from(fields),
            // The pod specs of a kind mostly take the same.
            None => known_here
                .or_else(|| all.next())
                .map_or_else(PlacementFields::of_kubernetes, |known| known.fields.clone()),
        };
        let labels = pods.and_then(PodLabels::declared);
        Self {
            text,
            declared_at: Some(place),
            path: Path::parse(text),
            fields,
            labels: labels.or_else(|| known_here?.labels.clone()),
            class: pods.and_then(|pods| pods.class.as_ref().map(DnsLabel::as_str)),
            controller: known_here.map(|known| known.controller).unwrap_or_default(),
            layering: known_here.map(|known| known.layering).unwrap_or_default(),
            own_if_empty: known_here.map_or(&[], |known| known.own_if_empty),
        }
    }
}

/// Whether two paths lead to the same pod specs.
fn is_same(one: &str, other: &str) -> bool {
    one.replace('?', "") == other.replace('?', "")
}

impl From<&'static OperatorKind> for PodKind<'static> {
    fn from(known: &'static OperatorKind) -> Self {
        Self {
            group: known.group,
            kind: known.kind,
            versions: known.versions,
            templates: known.templates.iter().map(PodTemplate::from).collect(),
            common: known.common.as_ref().map(PodTemplate::from),
            has_mode: known.has_mode,
            cautions: known.cautions,
            apart: (!known.apart.is_empty()).then(|| PodLabels::new(known.apart)),
            is_declared: false,
        }
    }
}

impl From<&'static Template> for PodTemplate<'static> {
    fn from(known: &'static Template) -> Self {
        Self {
            text: known.path,
            declared_at: None,
            path: Path::parse(known.path),
            fields: PlacementFields::without(known.lacking),
            labels: Some(PodLabels::new(known.labels)),
            class: None,
            controller: known.controller,
            layering: known.layering,
            own_if_empty: known.own_if_empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Kinds;

    fn declared(text: &str) -> CustomKind {
        serde_json::from_str(text).expect("it is a custom kind")
    }

    #[test]
    fn what_a_configuration_does_not_say_of_a_known_kind_stays_known() {
        let custom = [
            declared(
                r#"{"group": "serving.knative.dev", "kind": "Service", "podSpec": "spec.template.spec"}"#,
            ),
            declared(
                r#"{"group": "kafka.strimzi.io", "kind": "KafkaNodePool", "podSpecs": [{"path": "spec.template.pod", "podLabels": {}}],
                    "fields": {"affinity": "placed.affinity", "terminationGracePeriodSeconds": "None"}}"#,
            ),
            declared(r#"{"group": "example.com", "kind": "Engine", "podSpec": "spec.pod"}"#),
        ];
        let kinds = Kinds::new(&custom);
        let template = |kind, version| {
            let known = kinds.find(kind, Some(version)).expect("it is known");
            assert!(known.is_declared);
            known.templates[0].clone()
        };
        let service = template("Service", "serving.knative.dev/v1");
        assert_eq!(service.fields.grace, None);
        assert!(service.labels.is_some());
        let pool = template("KafkaNodePool", "kafka.strimzi.io/v1");
        assert_eq!(pool.fields.grace, None);
        assert_eq!(pool.fields.affinity, Some(vec!["placed", "affinity"]));
        assert_eq!(pool.controller, Controller::StatefulSet);
        let engine = template("Engine", "example.com/v1");
        assert_eq!(engine.fields, PlacementFields::of_kubernetes());
        assert!(engine.labels.is_none());
    }

    #[test]
    fn kinds_differ_by_group_and_version() {
        let kinds = Kinds::new(&[]);
        let path = |kind, version| {
            let known = kinds.find(kind, Some(version));
            known.map(|known| known.templates[0].text)
        };
        assert_eq!(path("Service", "v1"), None);
        assert_eq!(
            path("Service", "serving.knative.dev/v1"),
            Some("spec.template.spec")
        );
        assert_eq!(
            path("PipelineRun", "tekton.dev/v1"),
            Some("spec.taskRunTemplate.podTemplate")
        );
        assert_eq!(
            path("PipelineRun", "tekton.dev/v1beta1"),
            Some("spec.podTemplate")
        );
    }
}
