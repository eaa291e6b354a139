//! The system that manifests bring along, put into the plan in place of what the configuration makes: so the same rules
//! judge what others have made.

mod descheduler;
mod expander;
mod placeholders;
mod termination_handler;

use crate::config::Spot;
use crate::diagnostic::Pointer;
use crate::load::Document;
use crate::manifests::{Found, Manifests};
use crate::plan::{Plan, Taint, Toleration};
use crate::source::Span;

use super::{Pods, places};

/// A plan whose system is, as far as manifests bring it, theirs.
pub(crate) struct Brought {
    pub(crate) plan: Plan,
    pub(crate) places: Places,
}

/// Where manifests have what the configuration would have at these pointers.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<(Pointer, Span)>);

impl Places {
    fn add(&mut self, pointer: Pointer, place: Span) {
        self.0.push((pointer, place));
    }

    /// The place of the nearest thing that a pointer lies in.
    pub(super) fn of(&self, pointer: &Pointer) -> Option<Span> {
        let around = self.0.iter().filter(|(own, _)| pointer.lies_in(own));
        around
            .max_by_key(|(own, _)| own.depth())
            .map(|(_, place)| *place)
    }
}

/// None where manifests bring nothing of the system.
pub(crate) fn read(plan: &Plan, document: &Document<'_>, manifests: &Manifests) -> Option<Brought> {
    let brings_any = !manifests.expanders.is_empty()
        || !manifests.policies.is_empty()
        || manifests
            .workloads
            .iter()
            .any(|found| found.program.is_some());
    if !brings_any {
        return None;
    }
    let mut brought = Brought {
        plan: plan.clone(),
        places: Places::default(),
    };
    expander::put(&mut brought, manifests);
    descheduler::put(&mut brought, manifests);
    let listed = document.node(&places::spec("overprovisioner/placeholders"));
    placeholders::put(&mut brought, manifests, listed.is_some());
    termination_handler::put(&mut brought, manifests);
    (!brought.places.0.is_empty()).then_some(brought)
}

/// Of these taints those that a workload tolerates.
fn tolerated<'t>(found: &Found, taints: impl Iterator<Item = &'t Taint>) -> Vec<Toleration> {
    let pods = Pods::alone(found);
    let mut tolerations: Vec<Toleration> = Vec::new();
    for taint in taints.filter(|taint| pods.own_tolerates(taint)) {
        let toleration = Toleration::from(taint);
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    tolerations
}

/// Where a workload that nobody has planned may run.
fn spot(plan: &Plan, found: &Found) -> Spot {
    let pods = Pods::alone(found);
    if !pods.tolerates_spot(plan) || pods.own_excludes_spot(plan) {
        Spot::Never
    } else if pods.own_requires_spot(plan) {
        Spot::Required
    } else if pods.own_prefers_spot(plan) {
        Spot::Preferred
    } else {
        Spot::Tolerated
    }
}
