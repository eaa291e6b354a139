//! Budgets for workloads of a stream that have none.

use std::collections::{HashMap, HashSet};

use super::findings::RULE;
use super::pod_index::PodIndex;
use super::select::Selected;
use crate::components::disruption_budgets;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kubernetes::Object;
use crate::manifests::{BudgetIndex, ManifestWorkload, Manifests};
use crate::plan::{Budget, Plan};
use crate::workloads::{Choice, Stream};

/// The decision about the budget of a workload.
enum Outcome {
    Put(Box<Object>),
    /// It should have none, or has one already.
    Unneeded,
    /// It would do harm, or cannot be created: the reason, and the fix.
    Left(String, &'static str),
}

/// Facts about the whole stream that budgets depend on.
#[derive(Debug)]
pub struct Budgets<'m> {
    manifests: &'m Manifests,
    /// The budgets that are in the stream already.
    there: BudgetIndex<'m>,
    /// The workloads by kind, namespace and name.
    workloads: HashMap<(&'m str, Option<&'m str>, &'m str), &'m ManifestWorkload>,
    pods: PodIndex<'m>,
    /// The name of the budget that covers the pods of each workload.
    covered: Vec<Option<String>>,
    /// The namespaces of the budgets of each name.
    names: HashMap<String, HashSet<Option<&'m str>>>,
}

impl<'m> Budgets<'m> {
    /// `choices` provide the listed workloads, whose budgets are rendered from the configuration.
    pub fn new(manifests: &'m Manifests, choices: &Stream<'_>) -> Self {
        let there = BudgetIndex::new(&manifests.budgets);
        let covered = manifests.workloads.iter().map(|found| {
            let namespace = found.namespace.as_deref();
            let budget = there.over(namespace, &found.pod_labels).next();
            budget.map(|budget| budget.name.clone())
        });
        let mut budgets = Self {
            covered: covered.collect(),
            workloads: manifests.workloads.iter().rev().map(identified).collect(),
            pods: PodIndex::new(&manifests.workloads),
            manifests,
            there,
            names: HashMap::new(),
        };
        for budget in &manifests.budgets {
            budgets.name(&budget.name, budget.namespace.as_deref());
        }
        budgets.take_listed(choices);
        budgets
    }

    fn take_listed(&mut self, choices: &Stream<'_>) {
        for found in &self.manifests.workloads {
            if let Some(choice) = choices.choose_found(found)
                && choice.listed.is_some()
                && let Some(budget) = choices.budget(&choice, found)
            {
                self.take(found, &budget);
            }
        }
    }

    /// The budget to append after a workload; `None` if it needs none. `namespace` applies to objects that set none.
    ///
    /// # Errors
    /// When a workload that should have a budget gets none.
    pub(super) fn of_workload(
        &mut self,
        plan: &Plan,
        choices: &Stream<'_>,
        selected: &Selected<'_, '_, '_, '_>,
        namespace: Option<&str>,
    ) -> Result<Option<Object>, Box<Diagnostic>> {
        let Selected { object, choice, .. } = selected;
        if choice.listed.is_some() {
            return Ok(None);
        }
        let identity = (object.kind, object.namespace(namespace), object.name());
        let outcome = if object.is_built_in() {
            self.decide(plan, choices, choice, identity)
        } else {
            of_custom_kind(choices, choice)
        };
        match outcome {
            Outcome::Put(budget) => Ok(Some(*budget)),
            Outcome::Unneeded => Ok(None),
            Outcome::Left(why, cure) => {
                let message = format!("{} gets no budget: {why}", object.title());
                let warning = Diagnostic::error(RULE, message)
                    .level(Severity::Warning)
                    .at(object.location())
                    .help(cure);
                Err(Box::new(warning))
            }
        }
    }

    /// Decides about the budget of a selected workload that is not listed.
    fn decide(
        &mut self,
        plan: &Plan,
        choices: &Stream<'_>,
        choice: &Choice,
        (kind, namespace, name): (&str, Option<&str>, &str),
    ) -> Outcome {
        let Some(&found) = self.workloads.get(&(kind, namespace, name)) else {
            return Outcome::Unneeded;
        };
        let Some(budget) = choices.budget(choice, found) else {
            return Outcome::Unneeded;
        };
        let mut there = self.there.over(namespace, &found.pod_labels);
        if there
            .any(|budget| budget.namespace.is_none() || budget.namespace.as_deref() == namespace)
        {
            return Outcome::Unneeded;
        }
        drop(there);
        if let Some((why, cure)) = self.harm(found, &budget) {
            return Outcome::Left(why, cure);
        }
        self.take(found, &budget);
        let selector = found.selector.clone().unwrap_or_default();
        let object = disruption_budgets::object(plan, &budget, namespace, selector);
        Outcome::Put(Box::new(object))
    }

    /// Why a budget cannot be created, or would do harm.
    fn harm(&self, found: &ManifestWorkload, budget: &Budget) -> Option<(String, &'static str)> {
        if found.selector.is_none() {
            let whole = found.whole_selector.as_ref();
            let why = if whole.is_some_and(|whole| !whole.match_expressions.is_empty()) {
                "it selects its pods by expressions alone"
            } else {
                "it has no label selector"
            };
            return Some((
                why.to_owned(),
                "write a budget for it with a selector that matches only its pods",
            ));
        }
        let mut pods = [found.number].into_iter().chain(self.pods.of(found));
        let under_another =
            pods.find_map(|at| Some((&self.manifests.workloads[at], self.covered[at].as_ref()?)));
        if let Some((other, budget)) = under_another {
            let pods = if std::ptr::eq(other, found) {
                "its pods".to_owned()
            } else {
                format!("the pods of {}", title(other))
            };
            let cure = if found.namespace.is_none() {
                "set its namespace with --namespace, or write one budget for both"
            } else {
                "give their pods different labels and selectors, or write one budget for both"
            };
            let why = format!(
                "{pods} are already covered by the budget `{budget}`, and a pod with two budgets cannot be evicted"
            );
            return Some((why, cure));
        }
        self.is_accepted(&budget.name, found.namespace.as_deref())
            .then(|| {
                (
                    format!("another budget already has the name `{}`", budget.name),
                    "list the workload under `spec.workloads` with another budget name: `disruptionBudget: {name: …}`",
                )
            })
    }

    /// Whether a budget has, or may have, this name in the namespace.
    fn is_accepted(&self, name: &str, namespace: Option<&str>) -> bool {
        self.names.get(name).is_some_and(|known| {
            namespace.is_none() || known.contains(&namespace) || known.contains(&None)
        })
    }

    /// Records the pods that a budget covers, and its name.
    fn take(&mut self, found: &'m ManifestWorkload, budget: &Budget) {
        let pods: Vec<usize> = self.pods.of(found).collect();
        for at in pods {
            self.covered[at].get_or_insert_with(|| budget.name.to_string());
        }
        self.name(&budget.name, found.namespace.as_deref());
    }

    fn name(&mut self, name: &str, namespace: Option<&'m str>) {
        let namespaces = self.names.entry(name.to_owned()).or_default();
        namespaces.insert(namespace);
    }
}

/// Only the operator of a custom kind knows its number of pods.
fn of_custom_kind(choices: &Stream<'_>, choice: &Choice) -> Outcome {
    if !choices.has_budget(choice) {
        return Outcome::Unneeded;
    }
    Outcome::Left(
        "the number of pods of a custom resource is unknown".to_owned(),
        "write a budget for its pods with an absolute `minAvailable`, or give it a class with `disruptionBudget: None`",
    )
}

fn identified(found: &ManifestWorkload) -> ((&str, Option<&str>, &str), &ManifestWorkload) {
    let namespace = found.namespace.as_deref();
    ((found.kind.as_str(), namespace, &found.name), found)
}

fn title(found: &ManifestWorkload) -> String {
    format!("{} `{}`", found.kind.as_str(), found.name)
}
