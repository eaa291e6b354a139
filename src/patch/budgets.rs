//! Budgets for the workloads of a stream that have none.

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

/// What becomes of the budget of a workload.
enum Outcome {
    Put(Box<Object>),
    /// None is meant for it, or it has one.
    Unneeded,
    /// It would do harm, or cannot be made: why, and what to do.
    Left(String, &'static str),
}

/// What the budgets of a stream have to know of all of it.
#[derive(Debug)]
pub struct Budgets<'m> {
    manifests: &'m Manifests,
    /// Those that are in the stream already.
    there: BudgetIndex<'m>,
    /// The workloads by kind, namespace and name.
    workloads: HashMap<(&'m str, Option<&'m str>, &'m str), &'m ManifestWorkload>,
    pods: PodIndex<'m>,
    /// The names of the budgets that the pods of each workload fall under.
    covered: Vec<Option<String>>,
    /// The namespaces of the budgets of each name.
    names: HashMap<String, HashSet<Option<&'m str>>>,
}

impl<'m> Budgets<'m> {
    /// `choices` tell of the listed workloads: their budgets come with what the configuration renders.
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

    /// The budget to put behind a workload; none where it needs none. `namespace` is that of objects that name none.
    ///
    /// # Errors
    /// That a workload which is meant to have one gets none.
    pub(super) fn of_workload(
        &mut self,
        plan: &Plan,
        choices: &Stream<'_>,
        selected: &Selected<'_, '_, '_>,
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

    /// What becomes of the budget of a workload that was chosen and is not listed.
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

    /// Why a budget cannot be made, or would do harm.
    fn harm(&self, found: &ManifestWorkload, budget: &Budget) -> Option<(String, &'static str)> {
        if found.selector.is_none() {
            return Some((
                "it has no selector by labels".to_owned(),
                "write a budget for it, with a selector that means its pods alone",
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
                "say the namespace that it goes to, or write one budget for both"
            } else {
                "let their selectors tell their pods apart, or write one budget for both"
            };
            let why = format!(
                "{pods} fall under the budget `{budget}`, and no pod with two budgets can be evicted"
            );
            return Some((why, cure));
        }
        self.is_accepted(&budget.name, found.namespace.as_deref())
            .then(|| {
                (
                    format!("another budget is called `{}` already", budget.name),
                    "list it under `spec.workloads` with a name: `disruptionBudget: {name: …}`",
                )
            })
    }

    /// Whether a budget has this name, or may have it in the namespace that is meant.
    fn is_accepted(&self, name: &str, namespace: Option<&str>) -> bool {
        self.names.get(name).is_some_and(|known| {
            namespace.is_none() || known.contains(&namespace) || known.contains(&None)
        })
    }

    /// Notes what a budget covers and what it is called.
    fn take(&mut self, found: &'m ManifestWorkload, budget: &Budget) {
        let pods: Vec<usize> = self.pods.of(found).collect();
        for at in pods {
            self.covered[at].get_or_insert_with(|| budget.name.clone());
        }
        self.name(&budget.name, found.namespace.as_deref());
    }

    fn name(&mut self, name: &str, namespace: Option<&'m str>) {
        let namespaces = self.names.entry(name.to_owned()).or_default();
        namespaces.insert(namespace);
    }
}

/// How many pods there should be only their operator knows.
fn of_custom_kind(choices: &Stream<'_>, choice: &Choice) -> Outcome {
    if !choices.has_budget(choice) {
        return Outcome::Unneeded;
    }
    Outcome::Left(
        "how many pods an object of a custom kind has is not known".to_owned(),
        "write a budget for its pods with a number of `minAvailable`, or give it a class with `disruptionBudget: None`",
    )
}

fn identified(found: &ManifestWorkload) -> ((&str, Option<&str>, &str), &ManifestWorkload) {
    let namespace = found.namespace.as_deref();
    ((found.kind.as_str(), namespace, &found.name), found)
}

fn title(found: &ManifestWorkload) -> String {
    format!("{} `{}`", found.kind.as_str(), found.name)
}
