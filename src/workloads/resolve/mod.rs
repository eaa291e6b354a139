//! Resolves the workloads of the configuration and of manifests.

mod alike;
mod chosen;
mod made;
mod resolver;

use foldhash::{HashSet, HashSetExt as _};

use alike::Alike;
pub(crate) use resolver::Given;
use resolver::Resolver;

use super::bases::{Bases, ByName};
use super::equal_budgets;
use super::let_go;
use super::manifest::{identity, is_ignored, with_candidate};
use super::refusals;
use super::selection::Rules;
use crate::config::{self, Kind, Spec};
use crate::defaults;
use crate::diagnostic::Report;
use crate::load::Document;
use crate::manifests::{BudgetIndex, ManifestWorkload, Manifests};
use crate::plan::{ClassRule, Uncovered, Workload};

/// The listed workloads, with the facts of their manifests, and those in manifests that class rules match. What is wrong
/// with others, which are left out, is in the report.
pub(crate) fn resolve(
    spec: &Spec,
    declared: Vec<config::Workload>,
    given: Given<'_>,
    manifests: Option<&Manifests>,
    document: &Document<'_>,
) -> (Resolved, Report) {
    let given_count = manifests.map_or(0, |manifests| manifests.workloads.len());
    let mut resolver = Resolver {
        given,
        manifests,
        budgets: BudgetIndex::of_others(manifests.map_or(&[], |manifests| &manifests.budgets)),
        document,
        rules: Rules::new(spec),
        by_name: index(manifests),
        bases: Bases::new(given_count, spec, &declared),
        alike: Alike::default(),
        numbers: 0..,
        generated: Vec::new(),
        uncovered: Vec::new(),
        class_rules: vec![ClassRule::default(); spec.class_rules.len()],
        report: Report::default(),
    };
    let mut workloads = resolver.all(declared);
    equal_budgets::settle(&mut workloads, document, &mut resolver.report);
    let Resolver {
        budgets,
        bases,
        generated,
        uncovered,
        class_rules,
        report,
        ..
    } = resolver;
    let bases = bases.made();
    if let Some(manifests) = manifests {
        let_go::by_manifests(&mut workloads, manifests, &bases, &budgets);
    }
    (
        Resolved {
            workloads,
            generated,
            uncovered,
            class_rules,
            bases,
        },
        report,
    )
}

/// What is known of the workloads.
pub(crate) struct Resolved {
    pub(crate) workloads: Vec<Workload>,
    pub(crate) generated: Vec<Workload>,
    pub(crate) uncovered: Vec<Uncovered>,
    pub(crate) class_rules: Vec<ClassRule>,
    /// Manifests of the second workloads that none of those given has: they come behind those.
    pub(crate) bases: Vec<ManifestWorkload>,
}

fn index(manifests: Option<&Manifests>) -> ByName<'_> {
    let mut index = ByName::default();
    for found in manifests.map_or(&[][..], |manifests| &manifests.workloads) {
        index.entry(&found.name).or_default().push(found);
    }
    index
}

impl<'a> Resolver<'a> {
    fn all(&mut self, declared: Vec<config::Workload>) -> Vec<Workload> {
        let mut workloads = Vec::with_capacity(declared.len());
        let mut uncovered_at = Vec::new();
        let mut listed: HashSet<(Kind, &str, Option<&str>)> = HashSet::new();
        for (at, declared) in declared.into_iter().enumerate() {
            let Ok(found) = self.find(&declared, at) else {
                continue;
            };
            listed.extend(found.map(identity));
            if !found.is_some_and(is_ignored) {
                if let Some(workload) = self.listed(declared, found, at) {
                    workloads.push(workload);
                }
                workloads.extend(self.bases.take(Some(at)));
            }
        }
        for found in self.found() {
            let is_listed = listed.contains(&identity(found));
            let chosen = (!is_listed && !is_ignored(found))
                .then(|| self.by_rule(found))
                .flatten();
            let (generated, chosen) = match chosen {
                Some(workload) if found.is_generated => (Some(workload), None),
                chosen => (None, chosen),
            };
            if chosen.is_none() && (!is_listed || is_ignored(found)) && !found.is_of_the_system() {
                uncovered_at.push((found.number, uncovered(found)));
            }
            self.generated.extend(generated);
            workloads.extend(chosen);
            workloads.extend(self.bases.take(None));
        }
        // What was written before is planned again.
        let is_before = |number: usize| self.bases.is_before(number);
        uncovered_at.retain(|(number, _)| !is_before(*number));
        workloads.retain(|workload| {
            workload.base().is_some() || !workload.found().is_some_and(is_before)
        });
        let uncovered = uncovered_at.into_iter().map(|(_, uncovered)| uncovered);
        self.uncovered = uncovered.collect();
        workloads
    }

    fn found(&self) -> &'a [ManifestWorkload] {
        self.manifests
            .map(|manifests| manifests.workloads.as_slice())
            .unwrap_or_default()
    }

    /// The manifest of a listed workload: by name, and by kind and namespace if both sides declare them.
    fn find(
        &mut self,
        declared: &config::Workload,
        at: usize,
    ) -> Result<Option<&'a ManifestWorkload>, Ambiguous> {
        let means = |found: &&&ManifestWorkload| {
            with_candidate(found, |candidate| candidate.is_meant_by(declared))
        };
        let candidates = self
            .by_name
            .get(declared.name.as_str())
            .map(Vec::as_slice)
            .unwrap_or_default();
        let several: Vec<&ManifestWorkload> = candidates.iter().filter(means).copied().collect();
        if let [] | [_] = several.as_slice() {
            return Ok(several.first().copied());
        }
        let refusal = refusals::ambiguous(declared, &several);
        self.report.push(refusal.at(self.name_of(at)));
        Err(Ambiguous)
    }
}

fn uncovered(found: &ManifestWorkload) -> Uncovered {
    let namespace = found.namespace.clone();
    Uncovered {
        name: found.name.clone(),
        namespace: namespace.unwrap_or_else(|| defaults::NAMESPACE.to_owned()),
        kind: found.kind,
    }
}

/// Several manifests match. This is already reported.
struct Ambiguous;
