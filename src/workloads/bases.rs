//! The second workloads of those that keep a number of their pods on on-demand.

use foldhash::{HashMap, HashSet, HashSetExt as _};

use super::base;
use super::refusals;
use crate::config::{self, Class, Kind, Spec};
use crate::defaults;
use crate::diagnostic::{Diagnostic, Severity};
use crate::manifests::{BudgetIndex, ManifestWorkload};
use crate::plan::{Budget, Part, Workload, base_name};
use crate::source::Span;

/// The workloads of the manifests by name.
pub(super) type ByName<'a> = HashMap<&'a str, Vec<&'a ManifestWorkload>>;

pub(super) struct Bases {
    /// How many workloads the manifests have.
    given: usize,
    /// Names and namespaces of the listed workloads, if any workload is to have a second one.
    listed: HashSet<(String, Option<String>)>,
    /// That of the last workload, until it is put behind it.
    next: Option<Workload>,
    /// The numbers of those that manifests have, as they were written before.
    before: HashSet<usize>,
    /// The manifests of the others.
    made: Vec<ManifestWorkload>,
}

/// A workload that may get a second one.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) kind: Kind,
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
    pub(super) class: &'a Class,
    /// Where it says itself how many pods it keeps on on-demand.
    pub(super) own: Option<Span>,
    pub(super) location: &'a dyn Fn() -> Span,
    pub(super) found: Option<&'a ManifestWorkload>,
}

impl Bases {
    pub(super) fn new(given: usize, spec: &Spec, declared: &[config::Workload]) -> Self {
        let are_asked_for = base::are_asked_for(spec, declared);
        let declared = declared.iter().filter(|_| are_asked_for);
        let listed = declared.map(|declared| {
            let namespace = declared.namespace.as_ref().map(ToString::to_string);
            (declared.name.to_string(), namespace)
        });
        Self {
            given,
            listed: listed.collect(),
            next: None,
            before: HashSet::new(),
            made: Vec::new(),
        }
    }

    /// How many pods a workload keeps on on-demand in a second one.
    ///
    /// # Errors
    /// If it is to keep some, and cannot.
    pub(super) fn count(
        &self,
        candidate: Candidate<'_>,
        by_name: &ByName<'_>,
    ) -> Result<i64, Box<Diagnostic>> {
        let Candidate {
            kind, name, found, ..
        } = candidate;
        let count = base::count(candidate.class);
        if count == 0 || found.is_some_and(base::is_base) {
            return Ok(0);
        }
        let placement = candidate.class.placement.as_ref();
        let spot = placement.and_then(|placement| placement.spot);
        if let Some(misfit) = base::misfit(kind, spot, found) {
            let refusal = refusals::no_base(kind, name, misfit);
            let location = found.map_or_else(candidate.location, |found| found.locations.name);
            return Err(Box::new(match candidate.own {
                Some(own) => refusal.at(own),
                // What a class asks for is for those that can have it.
                None => refusal.level(Severity::Warning).at(location),
            }));
        }
        let base = base_name(name);
        let other = namesake(by_name, &base, candidate.namespace);
        let other = other.filter(|other| !base::is_base(other));
        if other.is_none() && !self.lists(&base, candidate.namespace) {
            return Ok(count);
        }
        let refusal = refusals::taken_name(name, &base);
        let refusal = refusal.at(candidate.own.unwrap_or_else(candidate.location));
        Err(Box::new(match other {
            Some(other) => refusal.related(other.locations.name, "it is here"),
            None => refusal,
        }))
    }

    fn lists(&self, name: &str, namespace: &str) -> bool {
        let is_listed = |namespace: Option<String>| {
            let identity = (name.to_owned(), namespace);
            self.listed.contains(&identity)
        };
        is_listed(None) || is_listed(Some(namespace.to_owned()))
    }

    /// Makes the second workload, and gives both their part in the budget. `budget` makes one for it alone, by its name.
    pub(super) fn add(
        &mut self,
        workload: &mut Workload,
        count: i64,
        (found, by_name): (Option<&ManifestWorkload>, &ByName<'_>),
        budgets: &BudgetIndex<'_>,
        budget: impl FnOnce(&str) -> Option<Budget>,
    ) {
        let before = namesake(by_name, &base_name(&workload.name), &workload.namespace);
        if before.is_none()
            && let Some(found) = found
        {
            let number = self.given + self.made.len();
            self.made.push(base::manifest(found, count, number));
        }
        self.before.extend(before.map(|before| before.number));
        let manifest = before.or(self.made.last().filter(|_| found.is_some()));
        let number = manifest.map(|manifest| manifest.number);
        let mut second = base::of(workload, count, found, number);
        let labels = manifest.map_or(&second.selector, |manifest| &manifest.pod_labels);
        let is_covered = budgets.cover(workload.namespace.as_str(), labels);
        let shares_budget = workload.disruption_budget.is_some() && !is_covered;
        // Without labels of the first, the budget would be over the pods of all second workloads.
        if workload.disruption_budget.is_none() && !is_covered && !workload.selector.is_empty() {
            second.disruption_budget = budget(&second.name);
        }
        if let Some(Part::Base(base)) = &mut second.part {
            base.shares_budget = shares_budget;
        }
        workload.part = Some(Part::Others {
            base: count,
            shares_budget,
        });
        self.next = Some(second);
    }

    /// The second workload of the last one, which the configuration lists under this number.
    pub(super) fn take(&mut self, listed: Option<usize>) -> Option<Workload> {
        let mut second = self.next.take()?;
        second.listed = listed;
        Some(second)
    }

    /// Whether the workload of this number was written before, and is planned again.
    pub(super) fn is_before(&self, number: usize) -> bool {
        self.before.contains(&number)
    }

    /// The manifests of those that none of the given manifests has.
    pub(super) fn made(self) -> Vec<ManifestWorkload> {
        self.made
    }
}

/// The `Deployment` of the manifests with this name.
fn namesake<'a>(by_name: &ByName<'a>, name: &str, namespace: &str) -> Option<&'a ManifestWorkload> {
    let mut same = by_name.get(name)?.iter().copied();
    same.find(|found| {
        let own = found.namespace.as_deref();
        found.kind == Kind::Deployment && own.unwrap_or(defaults::NAMESPACE) == namespace
    })
}
