//! Which objects of a stream are chosen, and for what.

use std::collections::HashMap;

use super::edited::Edited;
use super::objects::Object;
use super::uneditable::Uneditable;
use crate::diagnostic::{Diagnostic, Report};
use crate::workloads::{Candidate, Choice, Stream};
use crate::{load, manifests};

pub(super) struct Chooser<'a> {
    choices: &'a Stream<'a>,
    /// Of objects that name none.
    namespace: Option<&'a str>,
    /// Who took a listed workload, and in which line.
    listed: HashMap<usize, (Identity, usize)>,
}

/// Kind, namespace and name.
type Identity = (String, Option<String>, String);

impl<'a> Chooser<'a> {
    pub(super) fn new(choices: &'a Stream<'a>, namespace: Option<&'a str>) -> Self {
        Self {
            choices,
            namespace,
            listed: HashMap::new(),
        }
    }

    /// What an object takes; nothing where it is left alone. `is_of_the_system` tells whether it runs a part of it.
    ///
    /// # Errors
    /// Where it is not certain.
    pub(super) fn choose(
        &mut self,
        object: &Object<'_, '_>,
        is_of_the_system: bool,
        edited: &mut Edited<'_>,
    ) -> Result<Option<Choice>, Report> {
        let refused = |doubt: Uneditable| Report::from(doubt.diagnostic(&object.title()));
        if let Some(problem) = edited.doubts.unread() {
            return Err(load::syntax(problem.clone()).into());
        }
        edited.doubts.identity(object.node).map_err(refused)?;
        let labels = object.metadata("labels");
        let annotations = object.metadata("annotations");
        let candidate = Candidate {
            kind: object.kind,
            name: object.name(),
            namespace: object.namespace(self.namespace),
            labels: &|key| labels?.get(key)?.as_str(),
            annotations: &|key| annotations?.get(key)?.as_str(),
            is_of_the_system,
            place: object.place(),
        };
        if manifests::is_left_alone(object.node) || candidate.is_ignored() {
            return Ok(None);
        }
        edited.doubts.labels(object.node).map_err(refused)?;
        let choice = self.choices.choose(&candidate);
        let taken = choice.and_then(|choice| {
            if let Some(listed) = choice.as_ref().and_then(|choice| choice.listed) {
                self.take(listed, object, edited)?;
            }
            Ok(choice)
        });
        // That is for the configuration to mend, not for whoever leaves workloads alone.
        Ok(taken.unwrap_or_else(|finding| {
            edited.findings.push(*finding);
            None
        }))
    }

    /// Notes who a listed workload is. Two that it could mean are one too many.
    fn take(
        &mut self,
        listed: usize,
        object: &Object<'_, '_>,
        edited: &Edited<'_>,
    ) -> Result<(), Box<Diagnostic>> {
        let identity = (
            object.kind.to_owned(),
            object.namespace(self.namespace).map(str::to_owned),
            object.name().to_owned(),
        );
        let line = edited.line(object.place());
        let (first, first_line) = self
            .listed
            .entry(listed)
            .or_insert_with(|| (identity.clone(), line));
        if *first == identity {
            return Ok(());
        }
        let message = format!(
            "the listed workload `{}` could mean several: the {} in line {first_line} too",
            object.name(),
            first.0
        );
        let finding = Diagnostic::error("config", message)
            .at(object.place())
            .help("say its `namespace` and `kind` in the list");
        Err(Box::new(finding))
    }
}
