//! What an alert is made of.

use crate::components::System;
use crate::components::monitoring::autoscaler_metrics;
use crate::components::monitoring::times::Time;

/// An alert and its runbook.
pub(crate) struct Alert {
    pub(crate) name: &'static str,
    /// Who has to act, and when.
    pub(crate) severity: Severity,
    pub(crate) watches: Watched,
    /// One sentence, with a full stop.
    pub(crate) summary: &'static str,
    /// A template of Prometheus, with the values of the series.
    pub(crate) description: &'static str,
    /// The runbook, in paragraphs of Markdown.
    pub(crate) meaning: &'static str,
    /// Commands, one in a line, with comments.
    pub(crate) diagnosis: &'static str,
    pub(crate) remedy: &'static str,
    pub(crate) ignore: &'static str,
    /// None where the system lacks the part that the alert watches, or a metric of it.
    pub(crate) condition: fn(&System) -> Option<Condition>,
}

/// When an alert fires.
pub(crate) struct Condition {
    pub(in crate::components::monitoring) expr: String,
    /// How long the expression has to hold.
    pub(in crate::components::monitoring) pending: Time,
    /// For how many seconds of the past it has to have held, by the expression itself.
    pub(in crate::components::monitoring) looks_back: i64,
}

impl Condition {
    /// The seconds from the beginning of what is wrong to the alert, at least.
    pub(super) fn waits(&self) -> i64 {
        self.looks_back + self.pending.seconds
    }

    /// The expression, with the arithmetic of its times as a comment of `PromQL`.
    pub(in crate::components::monitoring) fn text(&self) -> String {
        format!(
            "# {}: {}\n{}",
            self.pending.text(),
            self.pending.why,
            self.expr
        )
    }
}

/// As kubernetes-mixin has them. Source: kubernetes-monitoring/kubernetes-mixin README.md, "Multi-cluster support" and
/// alerts/.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Somebody has to look at once.
    Critical,
    /// Somebody has to look within the day.
    Warning,
    /// Nobody has to look; it explains others.
    Info,
}

impl Severity {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What an alert cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watched {
    /// What every cluster has.
    Cluster,
    Autoscaler,
    Descheduler,
    Overprovisioner,
    TerminationHandler,
}

impl Watched {
    /// Why a system has nothing to watch there; `None` where it has.
    pub(crate) fn missing(self, system: &System) -> Option<String> {
        let provider = system.plan.provider;
        match self {
            Self::Cluster => None,
            Self::Autoscaler => autoscaler_metrics::missing(system),
            Self::Descheduler => without(system.descheduler.is_none(), "there is no descheduler"),
            Self::Overprovisioner => without(
                system.overprovisioner.is_none(),
                "there are no placeholders",
            ),
            Self::TerminationHandler if !provider.interruption.has_termination_handler() => {
                Some(format!(
                    "spotgen installs no termination handler on {}",
                    provider.title
                ))
            }
            Self::TerminationHandler => without(
                system.termination_handler.is_none(),
                "there is no termination handler",
            ),
        }
    }
}

fn without(is_missing: bool, why: &str) -> Option<String> {
    is_missing.then(|| why.to_owned())
}
