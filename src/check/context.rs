//! Everything that rules can look at.

use std::sync::OnceLock;

use crate::components::observe::{Locations, Observed};
use crate::components::overprovisioner::Placeholder;
use crate::components::{Installed, System};
use crate::config::pointers;
use crate::diagnostic::Pointer;
use crate::load::Document;
use crate::model::budgets::{self, Covered};
use crate::model::{WorkloadView, alike, workload_view};
use crate::plan::Plan;
use crate::source::Span;
use crate::values::Duration;

/// Everything that rules can look at.
pub(crate) struct RuleContext<'a> {
    pub(super) systems: Systems<'a>,
    pub(super) document: &'a Document<'a>,
    pub(super) workloads: Workloads<'a>,
    /// One of those that are alike, and all others; none where there are hardly fewer.
    distinct: Option<Workloads<'a>>,
}

impl<'a> RuleContext<'a> {
    pub(crate) fn new(
        system: &'a System,
        document: &'a Document<'a>,
        installed: Option<&'a Installed<'a>>,
        observed: &'a [Observed],
    ) -> Self {
        let manifests = installed.map(|installed| installed.manifests);
        let workloads = workload_view::all(&system.plan, manifests);
        let distinct = alike::distinct(&workloads);
        Self {
            systems: Systems {
                planned: system,
                observed,
                installed,
            },
            document,
            // To look at some of them first pays where there are few of those.
            distinct: (distinct.len() * 2 < workloads.len()).then(|| Workloads::new(distinct)),
            workloads: Workloads::new(workloads),
        }
    }

    /// Fewer workloads that every other one is like, if there are such.
    pub(super) fn distinct(&self) -> Option<&Workloads<'a>> {
        self.distinct.as_ref()
    }
}

/// Workloads, and what protects them.
pub(crate) struct Workloads<'a> {
    pub(super) all: Vec<WorkloadView<'a>>,
    /// Every budget that covers one of them, once a rule asks.
    budgets: OnceLock<Vec<Covered<'a>>>,
}

impl<'a> Workloads<'a> {
    fn new(all: Vec<WorkloadView<'a>>) -> Self {
        Self {
            all,
            budgets: OnceLock::new(),
        }
    }

    /// Every budget that covers one of them.
    pub(super) fn budgets(&self) -> &[Covered<'a>] {
        self.budgets.get_or_init(|| budgets::covered(&self.all))
    }
}

/// Which system a part belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// What the configuration makes.
    Planned,
    /// What manifests hold, and for the rest what is planned: the one of this number.
    Observed(usize),
}

/// The system as it is planned, and as manifests hold it. What is the same in all of them is judged once.
#[derive(Clone, Copy)]
pub(super) struct Systems<'a> {
    planned: &'a System,
    observed: &'a [Observed],
    installed: Option<&'a Installed<'a>>,
}

impl<'a> Systems<'a> {
    pub(super) fn planned(self) -> &'a System {
        self.planned
    }

    /// The given manifests.
    pub(super) fn installed(self) -> Option<&'a Installed<'a>> {
        self.installed
    }

    /// What manifests hold, as far as they hold anything.
    pub(super) fn in_effect(self) -> &'a System {
        let observed = self.observed.first();
        observed.map_or(self.planned, |observed| &observed.system)
    }

    pub(super) fn version_in_effect(self) -> Version {
        if self.observed.is_empty() {
            Version::Planned
        } else {
            Version::Observed(0)
        }
    }

    pub(super) fn version(self, version: Version) -> &'a System {
        match version {
            Version::Planned => self.planned,
            Version::Observed(number) => &self.observed[number].system,
        }
    }

    /// Where manifests have what is theirs of a system.
    pub(super) fn locations(self, version: Version) -> Option<&'a Locations> {
        match version {
            Version::Planned => None,
            Version::Observed(number) => Some(&self.observed[number].locations),
        }
    }

    /// The part of a version to which it owes that it has other room than planned.
    pub(super) fn room(self, version: Version) -> Pointer {
        let system = self.version(version);
        if system.overprovisioner != self.planned.overprovisioner {
            pointers::spec("overprovisioner")
        } else if system.plan.autoscaler.settings() != self.planned.plan.autoscaler.settings() {
            pointers::spec("autoscaler")
        } else {
            pointers::spec("descheduler")
        }
    }

    /// The longest time between two looks of a termination handler; none where there is no handler.
    pub(super) fn longest_period(self) -> Option<&'a Duration> {
        let systems = self.each().map(|(_, system)| system);
        let handlers = systems.filter_map(|system| system.termination_handler.as_ref());
        let periods = handlers.map(|handler| &handler.period);
        periods.max_by_key(|period| period.seconds())
    }

    pub(super) fn each(self) -> impl Iterator<Item = (Version, &'a System)> {
        let observed = self.observed.iter().enumerate();
        let observed = observed.map(|(at, own)| (Version::Observed(at), &own.system));
        std::iter::once((Version::Planned, self.planned)).chain(observed)
    }

    /// A part of each, or what a rule makes of it: once where several have the same.
    pub(super) fn distinct<T: PartialEq>(
        self,
        part: impl Fn(&'a System) -> Option<T>,
    ) -> Vec<(Version, T)> {
        let mut distinct: Vec<(Version, T)> = Vec::new();
        for (version, system) in self.each() {
            if let Some(part) =
                part(system).filter(|part| distinct.iter().all(|own| own.1 != *part))
            {
                distinct.push((version, part));
            }
        }
        distinct
    }

    /// The plans whose autoscalers differ in anything but the priorities, and those of other manifests with the same.
    pub(super) fn autoscalers(self) -> impl Iterator<Item = (Version, &'a Plan)> {
        let expander = pointers::spec("autoscaler/expander");
        self.in_places(&expander, |plan| plan.autoscaler.settings())
            .into_iter()
    }

    /// The plans whose priorities differ, and those that have the same in other manifests.
    pub(super) fn priorities(self) -> impl Iterator<Item = (Version, &'a Plan)> {
        let priorities = pointers::spec("autoscaler/priorities");
        self.in_places(&priorities, |plan| plan.autoscaler.written_priorities())
            .into_iter()
    }

    /// The plans that differ in a part from the planned one, and of those with the same part one for each place.
    fn in_places<T: PartialEq>(
        self,
        pointer: &Pointer,
        part: impl Fn(&'a Plan) -> T,
    ) -> Vec<(Version, &'a Plan)> {
        let mut known: Vec<(T, Option<Span>)> = Vec::new();
        let mut plans = Vec::new();
        for (version, system) in self.each() {
            let locations = self.locations(version);
            let place = locations.and_then(|locations| locations.of(pointer));
            let own = part(&system.plan);
            let is_same = |(other, at): &(T, Option<Span>)| {
                *other == own && at.is_none_or(|at| Some(at) == place)
            };
            if !known.iter().any(is_same) {
                known.push((own, place));
                plans.push((version, &system.plan));
            }
        }
        plans
    }

    /// All placeholders, each with the system and the number that it has there.
    pub(super) fn placeholders(self) -> Vec<(Version, usize, &'a Placeholder)> {
        let mut distinct: Vec<(Version, usize, &Placeholder)> = Vec::new();
        for (version, system) in self.each() {
            for (at, placeholder) in system.placeholders() {
                let mut others = distinct.iter().filter(|(other, ..)| *other != version);
                if others.all(|(.., own)| *own != placeholder) {
                    distinct.push((version, at, placeholder));
                }
            }
        }
        distinct
    }
}
