//! Selects the workloads of a stream, with their classes and pod specs.

use std::collections::HashMap;
use std::rc::Rc;

use super::choices::Choices;
use super::findings::RULE;
use super::objects::Object;
use super::original::Original;
use super::pod_spec::{Known, Misfit, PodSpec, keys};
use super::refusal::Refusal;
use super::uneditable::Uneditable;
use crate::components::programs::component_of_image;
use crate::config::Kind;
use crate::diagnostic::Diagnostic;
use crate::kinds::PodKind;
use crate::plan::base_name;
use crate::source::{SourceId, Span};
use crate::workloads::{Candidate, Choice, Stream};
use crate::yaml::{Flat, Node, Scalar};
use crate::{load, manifests};

/// The kind of the objects that say what a priority is. Source: k8s.io/api scheduling/v1/types.go, `PriorityClass`.
pub(super) const PRIORITY_CLASS: &str = "PriorityClass";

pub(super) struct Selector<'a> {
    choices: &'a Stream<'a>,
    made: Choices,
    /// The namespace of objects that set none.
    namespace: Option<&'a str>,
    /// The object that matched each listed workload, and its line.
    listed: HashMap<usize, (Identity, usize)>,
    /// Those of the stream so far: Helm and kustomize put them before all workloads.
    priorities: manifests::KnownPriorities,
}

/// Kind, namespace and name.
type Identity = (String, Option<String>, String);

/// A selected workload.
pub(super) struct Selected<'o, 'n, 's, 'k> {
    pub(super) object: &'o Object<'n, 's>,
    pub(super) choice: Rc<Choice>,
    /// None if it has a list of templates without items.
    pub(super) pods: Vec<Pods<'n, 's, 'k>>,
    /// What is known of its kind, if that is none of Kubernetes.
    pub(super) custom: Option<&'k PodKind<'k>>,
}

/// The pods of a selected workload, or some of them.
pub(super) struct Pods<'n, 's, 'k> {
    pub(super) spec: PodSpec<'n, 's, 'k>,
    /// If it is not that of the workload.
    own: Option<Choice>,
}

impl Selected<'_, '_, '_, '_> {
    pub(super) fn choice_for<'a>(&'a self, pods: &'a Pods<'_, '_, '_>) -> &'a Choice {
        pods.own.as_ref().unwrap_or(&self.choice)
    }
}

impl<'a> Selector<'a> {
    pub(super) fn new(choices: &'a Stream<'a>, namespace: Option<&'a str>) -> Self {
        Self {
            choices,
            made: Choices::default(),
            namespace,
            listed: HashMap::new(),
            priorities: manifests::KnownPriorities::default(),
        }
    }

    /// What a kind is, if its objects have pods.
    pub(super) fn known(&self, kind: &str, api_version: Option<&str>) -> Option<Known<'a>> {
        Known::of(kind, api_version, self.choices.kinds())
    }

    /// Whether an object is certainly not selected, whatever it has besides its metadata.
    pub(super) fn leaves(
        &self,
        object: &Object<'_, '_>,
        known: &Known<'_>,
        original: &Original<'_>,
    ) -> bool {
        manifests::is_left_alone(object.node)
            || self.with_candidate(object, known, original, |candidate| {
                self.leaves_candidate(candidate)
            })
    }

    /// The same of an object whose metadata are lines.
    pub(super) fn leaves_flat(
        &self,
        kind: &str,
        known: &Known<'_>,
        (source, metadata): (SourceId, &Flat<'_>),
    ) -> bool {
        if manifests::is_left_alone_by(metadata) {
            return true;
        }
        let text = |key: &str| {
            let text = metadata.get(key).and_then(Scalar::as_str);
            text.filter(|text| !text.is_empty())
        };
        let labels = metadata.within("labels");
        let annotations = metadata.within("annotations");
        let candidate = Candidate {
            kind,
            name: text("name")
                .or_else(|| text("generateName"))
                .unwrap_or_default(),
            namespace: text("namespace").or(self.namespace),
            labels: &|key| labels.get(key)?.word(),
            annotations: &|key| annotations.get(key)?.word(),
            is_of_the_system: false,
            is_listable: is_listable(known),
            location: Span::new(source, 0, 0),
            class_location: None,
        };
        self.leaves_candidate(&candidate)
    }

    fn leaves_candidate(&self, candidate: &Candidate<'_>) -> bool {
        // A part of the system is not selected by rules either.
        candidate.is_ignored() || matches!(self.choices.is_chosen(candidate), Ok(false))
    }

    /// An object as a selected workload; `None` if it is not a workload or not selected.
    ///
    /// # Errors
    /// When that, or its pod spec, is ambiguous.
    pub(super) fn select<'o, 'n, 's>(
        &mut self,
        object: &'o Object<'n, 's>,
        original: &Original<'_>,
    ) -> Result<Option<Selected<'o, 'n, 's, 'a>>, Refusal> {
        let Some(known) = self.known(object.kind, object.api_version) else {
            if object.kind == PRIORITY_CLASS {
                self.priorities.learn(object.name(), object.node);
            }
            return Ok(None);
        };
        if known.has_no_pods(object.node) {
            return Ok(None);
        }
        let Some(choice) = self.choose(object, &known, original)? else {
            return Ok(None);
        };
        if let Some(refusal) = without_base(object, &known, &choice) {
            return Err(Refusal::Unclear(refusal));
        }
        let mut selected = Selected {
            object,
            choice,
            pods: Vec::new(),
            custom: None,
        };
        match known {
            Known::Kubernetes(kind) => match PodSpec::of_kubernetes(object.node, kind) {
                Ok(spec) => selected.pods.push(Pods { spec, own: None }),
                Err(location) => {
                    let message = format!("{} has no `{}`", object.title(), keys(kind).join("."));
                    return Err(Diagnostic::error(RULE, message).at(location).into());
                }
            },
            Known::Custom(kind) => {
                let specs = PodSpec::all(object.node, kind).map_err(|misfit| misfit.of(object))?;
                selected.custom = Some(kind);
                let mode = object.node.at(&["spec", "mode"]).and_then(Node::as_str);
                for spec in specs {
                    let own = spec.template.and_then(|template| {
                        let controller = kind.controller(template, mode);
                        let choices = self.choices;
                        choices.for_template(&selected.choice, template, controller)
                    });
                    selected.pods.push(Pods { spec, own });
                }
            }
        }
        for pods in &selected.pods {
            let certain = original.doubts.pod_spec(object.node, &pods.spec);
            certain.map_err(|doubt| doubt.diagnostic(&object.title()))?;
        }
        Ok(Some(selected))
    }

    /// The choice for an object.
    fn choose(
        &mut self,
        object: &Object<'_, '_>,
        known: &Known<'_>,
        original: &Original<'_>,
    ) -> Result<Option<Rc<Choice>>, Refusal> {
        let refused = |doubt: Uneditable| doubt.diagnostic(&object.title());
        let doubts = &original.doubts;
        if let Some(problem) = doubts.unread() {
            return Err(load::syntax(problem.clone()).into());
        }
        doubts.identity(object.node).map_err(refused)?;
        let choice = self.with_candidate(object, known, original, |candidate| {
            if manifests::is_left_alone(object.node) || candidate.is_ignored() {
                return Ok(None);
            }
            doubts.labels(object.node).map_err(refused)?;
            let candidate = Candidate {
                is_of_the_system: self.is_of_the_system(object, known),
                ..*candidate
            };
            let chosen = self.choices.chosen(&candidate).map_err(Refusal::Unclear)?;
            let choice = chosen.map(|chosen| self.made.of(chosen, candidate.kind, self.choices));
            Ok::<_, Refusal>(choice)
        })?;
        if let Some(listed) = choice.as_ref().and_then(|choice| choice.listed) {
            self.claim(listed, object, original)
                .map_err(Refusal::Unclear)?;
        }
        Ok(choice)
    }

    /// An object as a candidate, as if it were no part of the system.
    fn with_candidate<T>(
        &self,
        object: &Object<'_, '_>,
        known: &Known<'_>,
        original: &Original<'_>,
        then: impl FnOnce(&Candidate<'_>) -> T,
    ) -> T {
        let labels = object.metadata("labels");
        let annotations = object.metadata("annotations");
        then(&Candidate {
            kind: object.kind,
            name: object.name(),
            namespace: object.namespace(self.namespace),
            labels: &|key| original.text.word(labels?.get(key)?),
            annotations: &|key| original.text.word(annotations?.get(key)?),
            is_of_the_system: false,
            is_listable: is_listable(known),
            location: object.location(),
            class_location: manifests::class_location(object.node),
        })
    }

    fn is_of_the_system(&self, object: &Object<'_, '_>, known: &Known<'_>) -> bool {
        let Known::Kubernetes(kind) = known else {
            return false;
        };
        let pod = object.node.at(keys(*kind));
        let own = (*kind, object.node);
        manifests::is_placeholder(own, pod, &self.priorities)
            || manifests::image(pod).and_then(component_of_image).is_some()
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

fn is_listable(known: &Known<'_>) -> bool {
    match known {
        Known::Kubernetes(_) => true,
        Known::Custom(kind) => kind.is_declared,
    }
}

/// Why a workload that keeps pods on on-demand is not patched: to place it alone would take that from it in silence.
fn without_base(
    object: &Object<'_, '_>,
    known: &Known<'_>,
    choice: &Choice,
) -> Option<Box<Diagnostic>> {
    let is_deployment = matches!(known, Known::Kubernetes(Kind::Deployment));
    let count = choice.settings.on_demand_base;
    (is_deployment && count > 0).then(|| {
        let message = format!(
            "{} has `onDemandBase: {count}`, for which `{}` is to be added: `spotgen patch` changes the objects of the \
             stream and adds none for them",
            object.title(),
            base_name(object.name())
        );
        let finding = Diagnostic::error("config", message)
            .at(object.location())
            .help(
                "render the second Deployment with `spotgen render --from MANIFESTS`, and the placement of this one \
                 with `--format patches` or `--format kustomize`",
            )
            .help("or set `onDemandBase: 0` for it");
        Box::new(finding)
    })
}

impl Misfit {
    fn of(self, object: &Object<'_, '_>) -> Diagnostic {
        let message = format!("{} {}", object.title(), self.message);
        Diagnostic::error(RULE, message)
            .at(self.location)
            .help(self.help)
    }
}
