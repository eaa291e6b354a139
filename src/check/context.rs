//! Everything that rules can look at.

use crate::components::observe::{Locations, Observed};
use crate::components::overprovisioner::Placeholder;
use crate::components::termination_handler::TerminationHandler;
use crate::components::{Installed, System};
use crate::diagnostic::Limit;
use crate::load::Document;
use crate::model::{WorkloadView, workload_view};
use crate::plan::Plan;

/// Everything that rules can look at.
pub(crate) struct RuleContext<'a> {
    pub(super) systems: Systems<'a>,
    pub(super) document: &'a Document<'a>,
    pub(super) installed: Option<&'a Installed<'a>>,
    pub(super) workloads: Vec<WorkloadView<'a>>,
    /// Where manifests have what they have of the system.
    pub(super) locations: Option<&'a Locations>,
    /// What a rule need not look for any more.
    pub(super) limit: Limit,
}

impl<'a> RuleContext<'a> {
    pub(crate) fn new(
        system: &'a System,
        document: &'a Document<'a>,
        installed: Option<&'a Installed<'a>>,
        observed: Option<&'a Observed>,
    ) -> Self {
        let manifests = installed.map(|installed| installed.manifests);
        Self {
            systems: Systems {
                planned: system,
                observed: observed.map(|observed| &observed.system),
            },
            document,
            installed,
            workloads: workload_view::all(&system.plan, manifests),
            locations: observed.map(|observed| &observed.locations),
            limit: Limit::NONE,
        }
    }
}

/// Which of the two a part of the system belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// What the configuration makes.
    Planned,
    /// What manifests hold, and for the rest what is planned.
    Observed,
}

/// The system as it is planned, and as manifests hold it. What is the same in both is judged once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Systems<'a> {
    planned: &'a System,
    observed: Option<&'a System>,
}

impl<'a> Systems<'a> {
    pub(super) fn planned(self) -> &'a System {
        self.planned
    }

    /// What manifests hold, as far as they hold anything.
    pub(super) fn in_effect(self) -> &'a System {
        self.observed.unwrap_or(self.planned)
    }

    pub(super) fn version(self, version: Version) -> &'a System {
        match version {
            Version::Planned => self.planned,
            Version::Observed => self.in_effect(),
        }
    }

    /// The termination handler that leaves pods the least time; none where there is none.
    pub(super) fn slowest_handler(self) -> Option<&'a TerminationHandler> {
        let handlers = self
            .each()
            .filter_map(|(_, system)| system.termination_handler.as_ref());
        handlers.max_by_key(|handler| handler.period.seconds())
    }

    pub(super) fn each(self) -> impl Iterator<Item = (Version, &'a System)> {
        let observed = self.observed.map(|system| (Version::Observed, system));
        [(Version::Planned, self.planned)]
            .into_iter()
            .chain(observed)
    }

    /// A part of each, or what a rule makes of it: once where both have the same.
    pub(super) fn distinct<T: PartialEq>(
        self,
        part: impl Fn(&'a System) -> Option<T>,
    ) -> impl Iterator<Item = (Version, T)> {
        let planned = part(self.planned);
        let observed = self
            .observed
            .and_then(part)
            .filter(|observed| Some(observed) != planned.as_ref());
        let planned = planned.map(|part| (Version::Planned, part));
        let observed = observed.map(|part| (Version::Observed, part));
        planned.into_iter().chain(observed)
    }

    /// The plans whose priorities differ.
    pub(super) fn priorities(self) -> impl Iterator<Item = (Version, &'a Plan)> {
        let is_same = |system: &System| {
            let planned = &self.planned.plan.autoscaler;
            system.plan.autoscaler.priorities == planned.priorities
        };
        self.each()
            .filter(move |(version, system)| *version == Version::Planned || !is_same(system))
            .map(|(version, system)| (version, &system.plan))
    }

    /// All placeholders, each with the system and the number that it has there.
    pub(super) fn placeholders(
        self,
    ) -> impl Iterator<Item = (Version, &'a System, usize, &'a Placeholder)> {
        let is_planned = move |placeholder: &Placeholder| {
            let mut planned = self.planned.placeholders();
            planned.any(|(_, own)| own == placeholder)
        };
        self.each()
            .flat_map(|(version, system)| {
                let placeholders = system.placeholders();
                placeholders.map(move |(at, placeholder)| (version, system, at, placeholder))
            })
            .filter(move |(version, _, _, placeholder)| {
                *version == Version::Planned || !is_planned(placeholder)
            })
    }
}
