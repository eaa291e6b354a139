use std::collections::HashSet;
use std::sync::Arc;

use super::bases::{Bases, ByName, Candidate};
use super::budget::{Budgeted, budget};
use super::classes::{self, Classes};
use super::declared::{Declared, ToleratesCandidates};
use super::drift::drift;
use super::equal_budgets;
use super::let_go;
use super::manifest::{autoscaling, identity, is_ignored, most, with_candidate};
use super::refusals;
use super::selection::Rules;
use super::settings::Settings;
use super::unselected;
use crate::config::{self, Autoscaling, Class, Kind, Spec, pointers};
use crate::defaults;
use crate::diagnostic::{Pointer, Report};
use crate::kubernetes::{Labels, Resources};
use crate::load::Document;
use crate::manifests::{BudgetIndex, ManifestWorkload, Manifests, Priority};
use crate::plan::{Budget, ClassRule, Uncovered, Workload, owned_labels};
use crate::providers::Facts;
use crate::source::Span;
use crate::values::{Int, Quantity, Version};

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
        bases: Bases::new(given_count, &declared),
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

/// The parts that are already resolved.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) classes: &'a Classes,
    pub(crate) facts: &'static Facts,
    pub(crate) version: Version,
    pub(crate) tolerates_candidates: &'a ToleratesCandidates<'a>,
}

struct Resolver<'a> {
    given: Given<'a>,
    manifests: Option<&'a Manifests>,
    /// The budgets in the manifests that spotgen has not made.
    budgets: BudgetIndex<'a>,
    document: &'a Document<'a>,
    rules: Rules<'a>,
    /// The workloads of the manifests.
    by_name: ByName<'a>,
    bases: Bases,
    /// Those that a class rule or an annotation chooses, and that no patch can name.
    generated: Vec<Workload>,
    uncovered: Vec<Uncovered>,
    /// One for each of the configuration.
    class_rules: Vec<ClassRule>,
    report: Report,
}

fn index(manifests: Option<&Manifests>) -> ByName<'_> {
    let mut index = ByName::new();
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
                workloads.extend(self.listed(declared, found, at));
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
        workloads
            .retain(|workload| workload.base().is_some() || !workload.found.is_some_and(is_before));
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

    fn listed(
        &mut self,
        mut listed: config::Workload,
        found: Option<&ManifestWorkload>,
        at: usize,
    ) -> Option<Workload> {
        let class = match found.and_then(|found| self.class_annotation(found)) {
            Some(class) => class,
            None => listed.class.as_ref().map_or_else(
                || self.given.classes.default_name().to_owned(),
                ToString::to_string,
            ),
        };
        let drift = found.map_or_else(Vec::new, |found| drift(&listed, found));
        let declared = Declared::of(&listed);
        let declared_selector = listed.selector.take().map(owned_labels);
        let kind = found
            .map(|found| found.kind)
            .or(listed.kind)
            .unwrap_or(Kind::Deployment);
        let known = found
            .and_then(|found| found.selector.clone())
            .or(declared_selector);
        if let (None, Some(found), true) = (&known, found, kind.has_selector()) {
            self.report.push(refusals::without_selector(found));
        }
        let is_known = found.is_some() || !kind.has_selector();
        let Some(selector) = known.or_else(|| is_known.then(Labels::new)) else {
            // What cannot be read, and is reported, may have it.
            if self.manifests.is_none_or(|all| !all.has_unreadable) {
                let refusal = refusals::no_selector(&listed);
                self.report.push(refusal.at(self.name_of(at)));
            }
            return None;
        };
        let namespace = found.and_then(|found| found.namespace.clone());
        let namespace = namespace.or_else(|| listed.namespace.take().map(String::from));
        let refusal = refusals::uncountable(&listed, kind, self.document, at);
        self.report.extend(refusal.into_iter().collect());
        let by_default =
            self.given.classes.has_default_budget(&class) && listed.disruption_budget.is_none();
        let own_spread = listed
            .placement
            .as_ref()
            .and_then(|own| own.spread.as_ref());
        let has_default_spread =
            self.given.classes.has_default_spread(&class) && own_spread.is_none();
        let base = self.given.classes.get(&class);
        let own_base = listed.on_demand_base.filter(|count| count.get() > 0);
        let own_base = own_base.map(|_| {
            let written = pointers::spec("workloads").child(at).child("onDemandBase");
            self.document.locate(&written)
        });
        let overridden = listed
            .has_settings()
            .then(|| classes::overlaid(base, listed.take_overrides()));
        let mut workload = self.workload(
            Identity {
                name: listed.name.into(),
                namespace: namespace.unwrap_or_else(|| defaults::NAMESPACE.to_owned()),
                kind,
                selector,
                location: self.name_of(at),
            },
            Counts {
                replicas: found
                    .and_then(|found| found.replicas)
                    .or(listed.replicas.map(Int::get)),
                autoscaling: found.and_then(autoscaling).or(listed.autoscaling),
                requests: found
                    .and_then(|found| found.requests.clone())
                    .or_else(|| declared_requests(listed.requests?)),
            },
            Taken {
                class: overridden.as_ref().unwrap_or(base),
                has_default_budget: by_default,
                has_default_spread,
                declared,
                own_base,
            },
            class,
            found,
        );
        workload.drift = drift;
        workload.listed = Some(at);
        Some(workload)
    }

    /// A workload that is not listed: selected by its annotation, or else by the first rule that matches.
    fn by_rule(&mut self, found: &ManifestWorkload) -> Option<Workload> {
        let annotated = self.class_annotation(found);
        let chosen = with_candidate(found, |candidate| {
            for (at, rule) in self.class_rules.iter_mut().enumerate() {
                rule.matches = rule.matches || self.rules.matches(at, candidate);
            }
            self.rules.first(candidate)
        });
        let class = annotated.or_else(|| {
            let (at, class) = chosen?;
            self.class_rules[at].chooses = true;
            Some(class.to_owned())
        })?;
        if found.is_generated {
            self.report.push(refusals::generated(found));
        } else if found.selector.is_none() && found.kind.has_selector() {
            self.report.push(refusals::without_selector(found));
        }
        let selector = found.selector.clone().unwrap_or_default();
        let identity = Identity {
            name: found.name.clone(),
            namespace: found
                .namespace
                .clone()
                .unwrap_or_else(|| defaults::NAMESPACE.to_owned()),
            kind: found.kind,
            selector,
            location: found.location,
        };
        let counts = Counts {
            replicas: found.replicas,
            autoscaling: autoscaling(found),
            requests: found.requests.clone(),
        };
        let taken = Taken {
            class: self.given.classes.get(&class),
            has_default_budget: self.given.classes.has_default_budget(&class),
            has_default_spread: self.given.classes.has_default_spread(&class),
            declared: Declared::default(),
            own_base: None,
        };
        Some(self.workload(identity, counts, taken, class, Some(found)))
    }

    fn class_annotation(&mut self, found: &ManifestWorkload) -> Option<String> {
        let annotated = with_candidate(found, |candidate| {
            candidate
                .annotated(self.given.classes)
                .map(|class| class.map(str::to_owned))
        });
        annotated.unwrap_or_else(|unknown| {
            self.report.push(*unknown);
            None
        })
    }

    /// The location of a listed workload's name.
    fn name_of(&self, at: usize) -> Span {
        let list = Pointer::root().child("spec").child("workloads");
        self.document.locate(&list.child(at).child("name"))
    }

    fn workload(
        &mut self,
        identity: Identity,
        counts: Counts,
        taken: Taken<'_>,
        class: String,
        found: Option<&ManifestWorkload>,
    ) -> Workload {
        let is_generated = found.is_some_and(|found| found.is_generated);
        // A second workload needs a name that is known.
        let base = if is_generated {
            0
        } else {
            self.base_count(&identity, &taken, found)
        };
        let resolved_budget = self.budget(&identity, &counts, (&taken, base), found);
        let mut disruption_budget = resolved_budget.filter(|_| !is_generated);
        let is_daemon_set = identity.kind == Kind::DaemonSet;
        let mut settings = Settings::new(taken.class, is_daemon_set, self.given.facts);
        if identity.selector.is_empty() {
            let refusal = unselected::refusal(
                &identity.name,
                taken.class,
                taken.has_default_spread,
                disruption_budget
                    .as_ref()
                    .filter(|_| !taken.has_default_budget),
            );
            // Only `spotgen patch` places what has another name each time, and warns of this.
            let refusal = refusal.filter(|_| !is_generated);
            let refusal = refusal.map(|refusal| refusal.at(identity.location));
            self.report.extend(refusal.into_iter().collect());
            disruption_budget = None;
            settings.placement.spread.clear();
        }
        let tolerates_candidates = (self.given.tolerates_candidates)(
            &settings.placement,
            Some(identity.kind),
            taken.declared,
            found.map(|found| &*found.existing),
        );
        if tolerates_candidates {
            settings.placement.tolerate_deletion_candidates();
        }
        let mut workload = Workload {
            placement: settings.placement,
            disruption_budget,
            termination_grace_period_seconds: settings.termination_grace_period_seconds,
            node_loss_toleration_seconds: settings.node_loss_toleration_seconds,
            name: identity.name,
            namespace: identity.namespace,
            kind: identity.kind,
            selector: identity.selector,
            replicas: counts.replicas,
            autoscaling: counts.autoscaling,
            requests: counts.requests,
            class,
            is_without_namespace: found.is_some_and(|found| found.namespace.is_none()),
            existing: found.map(|found| Arc::clone(&found.existing)),
            drift: Vec::new(),
            listed: None,
            found: found.map(|found| found.number),
            let_go_by_manifests: None,
            priority: found.map_or(Some(Priority::NONE), |found| found.priority),
            part: None,
        };
        if base > 0 {
            let own_budget = |name: &str| {
                let budgeted = Budgeted {
                    kind: Kind::Deployment,
                    name,
                    most: Some(base),
                };
                let is_default = taken.has_default_budget;
                budget(taken.class, is_default, budgeted, self.given.version)
            };
            let manifests = (found, &self.by_name);
            self.bases
                .add(&mut workload, base, manifests, &self.budgets, own_budget);
        }
        workload
    }

    /// How many pods it keeps on on-demand in a second workload. If it cannot have one, that is reported.
    fn base_count(
        &mut self,
        identity: &Identity,
        taken: &Taken<'_>,
        found: Option<&ManifestWorkload>,
    ) -> i64 {
        let candidate = Candidate {
            kind: identity.kind,
            name: &identity.name,
            namespace: &identity.namespace,
            class: taken.class,
            own: taken.own_base,
            location: identity.location,
            found,
        };
        let count = self.bases.count(candidate, &self.by_name);
        count.unwrap_or_else(|refusal| {
            self.report.push(*refusal);
            0
        })
    }

    fn budget(
        &self,
        identity: &Identity,
        counts: &Counts,
        (taken, base): (&Taken<'_>, i64),
        found: Option<&ManifestWorkload>,
    ) -> Option<Budget> {
        // Two budgets for one pod block every eviction.
        let pod_labels = found.map_or(&identity.selector, |found| &found.pod_labels);
        if self.budgets.cover(identity.namespace.as_str(), pod_labels) {
            return None;
        }
        let budgeted = Budgeted {
            kind: identity.kind,
            name: &identity.name,
            most: most(counts.autoscaling, counts.replicas).map(|most| most + base),
        };
        budget(
            taken.class,
            taken.has_default_budget,
            budgeted,
            self.given.version,
        )
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

/// The identity of a workload.
struct Identity {
    name: String,
    namespace: String,
    kind: Kind,
    /// Empty if no label of its pods is known.
    selector: Labels,
    location: Span,
}

/// The settings of a workload, from its class and from itself.
#[derive(Clone, Copy)]
struct Taken<'a> {
    class: &'a Class,
    /// Whether its budget is the built-in one.
    has_default_budget: bool,
    /// Whether its spread is the built-in one.
    has_default_spread: bool,
    declared: Declared,
    /// Where it says itself how many pods it keeps on on-demand.
    own_base: Option<Span>,
}

/// The number of pods, and the requests of each.
struct Counts {
    replicas: Option<i64>,
    autoscaling: Option<Autoscaling>,
    requests: Option<Resources>,
}

/// The declared requests. If only one of the two is declared, the other counts as 0, as it does for the scheduler.
fn declared_requests(requests: config::ResourceList) -> Option<Resources> {
    if requests.cpu.is_none() && requests.memory.is_none() {
        return None;
    }
    Some(Resources {
        cpu: requests.cpu.unwrap_or_else(|| Quantity::from_millis(0)),
        memory: requests.memory.unwrap_or_else(|| Quantity::from_bytes(0)),
    })
}
