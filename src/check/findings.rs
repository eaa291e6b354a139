//! Where a rule puts what it finds.

use super::context::RuleContext;
use super::rule::Rule;
use crate::components::observe::Places;
use crate::diagnostic::{Diagnostic, Pointer, Report, Severity};
use crate::load::Document;
use crate::model::WorkloadView;
use crate::model::budgets::Covered;
use crate::source::Span;

/// Takes what a rule finds, and gives it the rule's id and level.
pub(super) struct Findings<'a> {
    rule: &'a Rule,
    /// Where everything in the configuration was written.
    pub document: &'a Document<'a>,
    /// Where manifests have what of the plan is theirs.
    brought: Option<&'a Places>,
    report: &'a mut Report,
    /// How many more warnings are shown.
    left: usize,
}

impl<'a> Findings<'a> {
    pub(in crate::check) fn new(
        rule: &'a Rule,
        context: &'a RuleContext<'_>,
        report: &'a mut Report,
    ) -> Self {
        Self {
            rule,
            document: context.document,
            brought: context.brought,
            report,
            left: context.most,
        }
    }

    /// Whether the plan's system is, as far as they have it, that of the manifests.
    pub(in crate::check) fn is_brought(&self) -> bool {
        self.brought.is_some()
    }

    /// Where this is: in the configuration, or where a manifest has it in its stead.
    pub(in crate::check) fn locate(&self, pointer: &Pointer) -> Span {
        let stead = self.stead(pointer);
        stead.unwrap_or_else(|| self.document.locate(pointer))
    }

    fn stead(&self, pointer: &Pointer) -> Option<Span> {
        self.brought?.of(pointer)
    }

    /// The end of a sentence that holds for the configuration alone.
    pub(in crate::check) fn unless_brought(&self, end: &'static str) -> &'static str {
        if self.is_brought() { "" } else { end }
    }

    /// Adds a finding in the configuration, or where a manifest has that in its stead. `complete` adds what else there is
    /// to say.
    pub(super) fn at(
        &mut self,
        pointer: &Pointer,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let mut diagnostic = complete(self.diagnostic(message));
        if self.is_only_counted(&diagnostic) {
            return;
        }
        if self.stead(pointer).is_none() {
            diagnostic.pointer = Some(pointer.clone());
        } else if let Some(fix) = diagnostic.fix.take() {
            // What there is a correction for needs no other way out, and the correction is for the configuration.
            let key = pointer.segments().last().unwrap_or_default();
            diagnostic.help = vec![format!("write `{key}: {}`", fix.text)];
        }
        let place = self.locate(pointer);
        self.push(diagnostic.at(place));
    }

    /// Adds a finding in a manifest.
    pub(super) fn in_manifest(
        &mut self,
        place: Span,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let diagnostic = complete(self.diagnostic(message));
        if !self.is_only_counted(&diagnostic) {
            self.push(diagnostic.at(place));
        }
    }

    /// Adds a finding that is in no file.
    pub(super) fn nowhere(
        &mut self,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let diagnostic = complete(self.diagnostic(message));
        if !self.is_only_counted(&diagnostic) {
            self.push(diagnostic);
        }
    }

    /// Adds a finding about a workload: where the setting is written, else where the configuration lists it, else in its
    /// manifest.
    pub(super) fn at_workload(
        &mut self,
        workload: WorkloadView<'_>,
        path: &[&str],
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let written = workload.setting(self.document, path);
        self.at_workload_setting(workload, written, message, complete);
    }

    /// The same, where it is known already where the setting is written.
    fn at_workload_setting(
        &mut self,
        workload: WorkloadView<'_>,
        written: Option<Pointer>,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        match (written.or_else(|| workload.pointer()), workload.found) {
            (Some(pointer), _) => self.at(&pointer, message, complete),
            (None, Some(found)) => self.in_manifest(found.places.name, message, complete),
            (None, None) => self.nowhere(message, complete),
        }
    }

    /// Adds a finding about a budget: in its manifest, or where the configuration has it.
    pub(super) fn at_budget(
        &mut self,
        budget: &Covered<'_>,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let written = budget.setting(self.document);
        self.at_budget_setting(budget, written, message, complete);
    }

    /// The same, where it is known already where the configuration has it.
    pub(super) fn at_budget_setting(
        &mut self,
        budget: &Covered<'_>,
        written: Option<Pointer>,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        match budget.found {
            Some(found) => self.in_manifest(found.place, message, complete),
            None => self.at_workload_setting(budget.pods[0], written, message, complete),
        }
    }

    /// Whether there are enough warnings already: to place thousands that nobody is shown takes long.
    fn is_only_counted(&mut self, diagnostic: &Diagnostic) -> bool {
        if diagnostic.severity != Severity::Warning {
            return false;
        }
        let is_only_counted = self.left == 0;
        if is_only_counted {
            self.report.leave_out(self.rule.id);
        }
        self.left = self.left.saturating_sub(1);
        is_only_counted
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        debug_assert!(
            diagnostic.severity <= self.rule.level,
            "a rule of a mild level is not asked where only what is worse counts"
        );
        self.report.push(diagnostic);
    }

    fn diagnostic(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.rule.id, message).level(self.rule.level)
    }
}
