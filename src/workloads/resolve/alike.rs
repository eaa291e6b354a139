//! Listed workloads that differ in names and labels alone: what is decided of the first holds for the others.

use std::sync::Arc;

use foldhash::HashMap;
use smol_str::SmolStr;

use crate::config;
use crate::defaults;
use crate::plan::{Budget, Workload, WorkloadFacts, owned_labels};
use crate::workloads::budget::default_name;

/// What is decided, by the facts that the workloads share.
#[derive(Default)]
pub(super) struct Alike(HashMap<*const config::WorkloadFacts, Decided>);

struct Decided {
    /// Kept, so that no other facts come to be in their place.
    _declared: Arc<config::WorkloadFacts>,
    facts: Arc<WorkloadFacts>,
    /// Its name is that of the first.
    budget: Option<Budget>,
}

impl Alike {
    /// Keeps what was decided of a workload that has no manifest, and nothing of which depends on its names and labels but the
    /// name of its budget.
    pub(super) fn keep(&mut self, declared: &Arc<config::WorkloadFacts>, workload: &Workload) {
        let decided = Decided {
            facts: Arc::clone(&workload.facts),
            budget: workload.disruption_budget.clone(),
            _declared: Arc::clone(declared),
        };
        self.0.insert(Arc::as_ptr(declared), decided);
    }

    /// The workload that has this number in the configuration's list, if its facts are known.
    ///
    /// # Errors
    /// The same as it was, if they are not. One without labels is not like others.
    pub(super) fn workload(
        &self,
        listed: config::Workload,
        at: usize,
    ) -> Result<Workload, config::Workload> {
        let Some(decided) = self.0.get(&Arc::as_ptr(&listed.facts)) else {
            return Err(listed);
        };
        let selector = match listed.selector {
            Some(selector) if !selector.is_empty() => selector,
            selector => return Err(config::Workload { selector, ..listed }),
        };
        let name = SmolStr::from(listed.name);
        let namespace = listed.namespace.map(SmolStr::from);
        Ok(Workload {
            disruption_budget: decided.budget.as_ref().map(|budget| Budget {
                name: default_name(&name),
                ..*budget
            }),
            name,
            namespace: namespace.unwrap_or(SmolStr::new_static(defaults::NAMESPACE)),
            selector: owned_labels(selector),
            facts: Arc::clone(&decided.facts),
            listed: Some(at),
            manifest: None,
            let_go_by_manifests: None,
            is_kept_off_spot: false,
            part: None,
        })
    }
}
