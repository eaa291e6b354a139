//! What there is to know of a kind of an operator.

use crate::kinds::behaviour::{Caution, Controller, Layering};

/// A kind of an operator.
#[derive(Debug)]
pub(crate) struct OperatorKind {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    /// The versions of the API with these pod specs; empty for all.
    pub(in crate::kinds) versions: &'static [&'static str],
    pub(in crate::kinds) templates: &'static [Template],
    /// A template that the operator merges into each of the others, the items of lists by their positions.
    pub(in crate::kinds) common: Option<Template>,
    /// Whether `spec.mode: DaemonSet` makes the operator run a `DaemonSet`.
    pub(in crate::kinds) has_mode: bool,
    pub(in crate::kinds) cautions: &'static [Caution],
    /// The labels of the pods that the operator keeps on different nodes by a preference, which an affinity of the object's
    /// own replaces; none if it does not.
    pub(in crate::kinds) apart: &'static [(&'static str, &'static str)],
}

/// A pod spec of a kind.
#[derive(Debug)]
pub(crate) struct Template {
    pub(in crate::kinds) path: &'static str,
    /// The parts of a placement that it does not take.
    pub(in crate::kinds) lacking: &'static [&'static str],
    /// The labels that only the pods of this template have; none if they are known only to the operator.
    pub(in crate::kinds) labels: &'static [(&'static str, &'static str)],
    pub(in crate::kinds) controller: Controller,
    pub(in crate::kinds) layering: Layering,
    /// The parts that are its own even if they are empty.
    pub(in crate::kinds) own_if_empty: &'static [&'static str],
}

impl OperatorKind {
    pub(super) const fn new(
        group: &'static str,
        kind: &'static str,
        templates: &'static [Template],
    ) -> Self {
        Self {
            group,
            kind,
            versions: &[],
            templates,
            common: None,
            has_mode: false,
            cautions: &[],
            apart: &[],
        }
    }
}

impl Template {
    /// A whole pod spec.
    pub(super) const fn at(
        path: &'static str,
        labels: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            path,
            lacking: &[],
            labels,
            controller: Controller::Any,
            layering: Layering::Whole,
            own_if_empty: &[],
        }
    }

    pub(super) const fn lacking(self, lacking: &'static [&'static str]) -> Self {
        Self { lacking, ..self }
    }

    pub(super) const fn of(self, controller: Controller) -> Self {
        Self { controller, ..self }
    }

    /// A template whose missing parts come from another one. An empty one of `own_if_empty` is not missing.
    pub(super) const fn part_by_part(self, own_if_empty: &'static [&'static str]) -> Self {
        Self {
            layering: Layering::PartByPart,
            own_if_empty,
            ..self
        }
    }
}
