//! Selects the workloads of a stream, with their classes and pod specs.

use std::collections::HashMap;

use super::findings::RULE;
use super::objects::Object;
use super::original::Original;
use super::pod_spec::{self, PodSpec};
use super::refusal::Refusal;
use super::uneditable::Uneditable;
use crate::components::programs::component_of_image;
use crate::diagnostic::Diagnostic;
use crate::workloads::{Candidate, Choice, Stream};
use crate::{load, manifests};

pub(super) struct Selector<'a> {
    choices: &'a Stream<'a>,
    /// The namespace of objects that set none.
    namespace: Option<&'a str>,
    /// The object that matched each listed workload, and its line.
    listed: HashMap<usize, (Identity, usize)>,
}

/// Kind, namespace and name.
type Identity = (String, Option<String>, String);

/// A selected workload.
pub(super) struct Selected<'o, 'n, 's> {
    pub(super) object: &'o Object<'n, 's>,
    pub(super) choice: Choice,
    /// `None` if another object, which is itself in the stream, has the template.
    pub(super) pod_spec: Option<PodSpec<'n, 's>>,
}

impl<'a> Selector<'a> {
    pub(super) fn new(choices: &'a Stream<'a>, namespace: Option<&'a str>) -> Self {
        Self {
            choices,
            namespace,
            listed: HashMap::new(),
        }
    }

    /// An object as a selected workload; `None` if it is not a workload or not selected.
    ///
    /// # Errors
    /// When that, or its pod spec, is ambiguous.
    pub(super) fn select<'o, 'n, 's>(
        &mut self,
        object: &'o Object<'n, 's>,
        original: &Original<'_>,
    ) -> Result<Option<Selected<'o, 'n, 's>>, Refusal> {
        let custom = self.choices.custom_kinds();
        let Some((kind, keys)) = pod_spec::keys(object.kind, object.api_version, custom) else {
            return Ok(None);
        };
        let Some(choice) = self.choose(object, &keys, original)? else {
            return Ok(None);
        };
        let pod_spec = match PodSpec::find(object.node, kind, &keys) {
            Ok(pod_spec) => {
                let certain = original.doubts.pod_spec(object.node, &pod_spec);
                certain.map_err(|doubt| doubt.diagnostic(&object.title()))?;
                Some(pod_spec)
            }
            // A Rollout may leave its template to a Deployment.
            // Source: argoproj/argo-rollouts docs/features/specification.md, `workloadRef`.
            Err(_) if object.node.at(&["spec", "workloadRef"]).is_some() => None,
            Err(location) => {
                let message = format!("{} has no `{}`", object.title(), keys.join("."));
                return Err(Diagnostic::error(RULE, message).at(location).into());
            }
        };
        Ok(Some(Selected {
            object,
            choice,
            pod_spec,
        }))
    }

    /// The choice for an object. `keys` lead to its pod spec.
    fn choose(
        &mut self,
        object: &Object<'_, '_>,
        keys: &[&str],
        original: &Original<'_>,
    ) -> Result<Option<Choice>, Refusal> {
        let refused = |doubt: Uneditable| doubt.diagnostic(&object.title());
        let doubts = &original.doubts;
        if let Some(problem) = doubts.unread() {
            return Err(load::syntax(problem.clone()).into());
        }
        doubts.identity(object.node).map_err(refused)?;
        let pod = object.node.at(keys);
        let image = manifests::image(pod);
        let kind = manifests::workload_kind(object.kind, object.api_version);
        let is_placeholder = kind.is_some_and(|kind| manifests::is_placeholder(kind, pod));
        let labels = object.metadata("labels");
        let annotations = object.metadata("annotations");
        let candidate = Candidate {
            kind: object.kind,
            name: object.name(),
            namespace: object.namespace(self.namespace),
            labels: &|key| original.text.word(labels?.get(key)?),
            annotations: &|key| original.text.word(annotations?.get(key)?),
            is_of_the_system: is_placeholder || image.and_then(component_of_image).is_some(),
            location: object.location(),
        };
        if manifests::is_left_alone(object.node) || candidate.is_ignored() {
            return Ok(None);
        }
        doubts.labels(object.node).map_err(refused)?;
        let choice = self.choices.choose(&candidate).map_err(Refusal::Unclear)?;
        if let Some(listed) = choice.as_ref().and_then(|choice| choice.listed) {
            self.claim(listed, object, original)
                .map_err(Refusal::Unclear)?;
        }
        Ok(choice)
    }

    /// Records which object matches a listed workload. A second match is an error.
    fn claim(
        &mut self,
        listed: usize,
        object: &Object<'_, '_>,
        original: &Original<'_>,
    ) -> Result<(), Box<Diagnostic>> {
        let identity = (
            object.kind.to_owned(),
            object.namespace(self.namespace).map(str::to_owned),
            object.name().to_owned(),
        );
        let line = original.line(object.location());
        let (first, first_line) = self
            .listed
            .entry(listed)
            .or_insert_with(|| (identity.clone(), line));
        if *first == identity {
            return Ok(());
        }
        let message = format!(
            "the listed workload `{}` matches several objects: this one and the {} in line {first_line}",
            object.name(),
            first.0
        );
        let finding = Diagnostic::error("config", message)
            .at(object.location())
            .help("set its `namespace` and `kind` in `spec.workloads`");
        Err(Box::new(finding))
    }
}
