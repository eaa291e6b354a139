//! Label selectors, as manifests have them.

use crate::kubernetes::{LabelSelector, Labels, Operator, Requirement};
use crate::yaml::Node;

use super::fields::Fields;
use super::shape::Reader;

/// The `labelSelector` of an affinity term or a spread constraint, or a selector that works like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodSelector {
    Absent,
    By(LabelSelector),
    /// It cannot be evaluated.
    Unreadable,
}

impl PodSelector {
    /// Whether it selects pods with these labels. Without a selector there are none.
    pub fn selects(&self, labels: &Labels) -> bool {
        match self {
            Self::Absent => false,
            Self::By(selector) => selector.matches(labels),
            // Assume that it selects them.
            Self::Unreadable => true,
        }
    }

    /// Also tells whether it contains nothing else.
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> (Self, bool) {
        Self::read_at(fields, "labelSelector")
    }

    /// The same under another key.
    pub(super) fn read_at(fields: &mut Fields<'_, '_>, key: &str) -> (Self, bool) {
        let Some(node) = fields.node(key) else {
            return (Self::Absent, true);
        };
        if node.is_null() {
            return (Self::Absent, false);
        }
        let (selector, is_whole) = LabelSelector::read_with_rest(node);
        (selector.map_or(Self::Unreadable, Self::By), is_whole)
    }
}

impl LabelSelector {
    /// Reads it without reporting problems. `None` if it cannot be evaluated.
    pub(super) fn read_leniently(node: &Node<'_>) -> Option<Self> {
        Self::read_with_rest(node).0
    }

    /// Also tells whether it contains nothing else.
    fn read_with_rest(node: &Node<'_>) -> (Option<Self>, bool) {
        let mut fields = Fields::of(node);
        let labels = fields
            .node("matchLabels")
            .map_or(&[][..], |labels| labels.entries());
        let labels = labels
            .iter()
            .map(|label| Some((label.key.to_string(), label.value.as_str()?.to_owned())));
        let match_labels: Option<Labels> = labels.collect();
        let expressions = fields.items("matchExpressions").iter();
        let match_expressions: Option<Vec<Requirement>> = expressions
            .map(|expression| Requirement::read_leniently(expression).0)
            .collect();
        let selector =
            match_labels
                .zip(match_expressions)
                .map(|(match_labels, match_expressions)| Self {
                    match_labels,
                    match_expressions,
                });
        (selector, fields.is_whole())
    }

    /// Reads the selector under `key`. `None` if there is none, or if it cannot be evaluated.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        parent: Option<&Node<'_>>,
        key: &str,
    ) -> Option<Self> {
        let node = reader.map(parent, key)?;
        let match_labels = reader.labels(Some(node), "matchLabels");
        let mut match_expressions = Vec::new();
        for expression in reader.maps(Some(node), "matchExpressions") {
            // Without one of its parts it would select too much.
            match_expressions.push(Requirement::read(reader, expression)?);
        }
        Some(Self {
            match_labels,
            match_expressions,
        })
    }
}

impl Requirement {
    /// Reads a requirement of a label or node selector, without reporting problems. `None` if it cannot be evaluated.
    /// Also tells whether it contains nothing else.
    pub(super) fn read_leniently(node: &Node<'_>) -> (Option<Self>, bool) {
        let mut fields = Fields::of(node);
        let key = fields.text("key");
        let operator = match fields.text("operator") {
            Some("In") => fields.texts("values").map(Operator::In),
            Some("NotIn") => fields.texts("values").map(Operator::NotIn),
            Some("Exists") => Some(Operator::Exists),
            Some("DoesNotExist") => Some(Operator::DoesNotExist),
            _ => None,
        };
        let requirement = key.zip(operator);
        let requirement = requirement.map(|(key, operator)| Self::new(key, operator));
        (requirement, fields.is_whole())
    }

    fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Self> {
        let problems = reader.problems();
        let key = reader.text(Some(node), "key");
        let operator = reader.text(Some(node), "operator");
        let values = reader.texts(Some(node), "values");
        if reader.problems() > problems {
            return None;
        }
        let requirement = key.ok_or("needs a `key`").and_then(|key| {
            let operator = Operator::of(operator.as_deref().unwrap_or_default(), values)?;
            Ok(Self::new(key, operator))
        });
        let problem = match requirement {
            Ok(requirement) => return Some(requirement),
            Err(problem) => problem,
        };
        let location = reader.location(Some(node), "operator").unwrap_or(node.span);
        let diagnostic = reader.problem(location, "matchExpressions", problem);
        reader.report.push(diagnostic);
        None
    }
}
