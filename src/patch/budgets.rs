//! Budgets for the workloads of a stream that have none.

use std::collections::HashMap;

use crate::components::disruption_budgets;
use crate::config::Kind;
use crate::defaults;
use crate::kubernetes::Object;
use crate::plan::Plan;

/// Budgets by the kind, namespace and name of their workload.
#[derive(Debug, Default)]
pub struct Budgets(HashMap<(&'static str, String, String), Object>);

impl Budgets {
    /// Those of a plan that was made with the stream's manifests at hand: so none for a workload that has one there.
    pub fn new(plan: &Plan) -> Self {
        let budgets = plan.workloads.iter().filter_map(|workload| {
            let identity = (
                workload.kind.as_str(),
                workload.namespace.clone(),
                workload.name.clone(),
            );
            Some((identity, disruption_budgets::build(plan, workload)?))
        });
        Self(budgets.collect())
    }

    /// The budget of a workload in its namespace, as far as that is known.
    pub(super) fn take(
        &mut self,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<Object> {
        let kind = Kind::ALL
            .iter()
            .map(|kind| kind.as_str())
            .find(|known| *known == kind)?;
        let in_plan = namespace.unwrap_or(defaults::NAMESPACE);
        let mut budget = self
            .0
            .remove(&(kind, in_plan.to_owned(), name.to_owned()))?;
        if namespace.is_none()
            && let Object::PodDisruptionBudget(budget) = &mut budget
        {
            // It goes where its workload goes.
            budget.metadata.namespace = None;
        }
        Some(budget)
    }
}
