//! Keys of the configuration that a run alone does not name.

use super::class::{Blame, Class, Finding};
use crate::components::System;
use crate::components::descheduler::limits::LimitKey;
use crate::components::descheduler::{Descheduler, Namespaces};
use crate::config::pointers;
use crate::diagnostic::Pointer;
use crate::plan::Workload;
use crate::values::Limit;

/// Blames the key that decides it, where that is known.
pub(super) fn explain(finding: &mut Finding, system: &System) {
    if finding.blame != Blame::OfClass {
        return;
    }
    let named = |own: &&Workload| {
        let name = format!("{}/{}", own.namespace, own.name);
        finding.workloads.contains(&name)
    };
    let own = system.plan.workloads.iter().filter(named);
    let descheduler = system.descheduler.as_ref();
    let Some(descheduler) = descheduler.filter(|_| finding.class == Class::L5) else {
        return;
    };
    let own: Vec<&Workload> = own.collect();
    if let Some((key, why)) = sparing(descheduler, &own) {
        let stay = finding.message.split(": ").next().unwrap_or_default();
        finding.message = format!("{stay}: a Spot node has room, but the descheduler {why}");
        finding.blame = Blame::Key(key);
    }
}

/// The setting that has it evict none of these workloads' pods.
fn sparing(descheduler: &Descheduler, workloads: &[&Workload]) -> Option<(Pointer, &'static str)> {
    let limits = &descheduler.limits;
    let all = [limits.total, limits.per_node, limits.per_namespace];
    let mut all = LimitKey::ALL.into_iter().zip(all);
    if let Some((key, _)) = all.find(|(_, limit)| *limit == Limit::AtMost(0)) {
        return Some((key.pointer(), "may evict nobody"));
    }
    let has = |names: &[String]| {
        workloads
            .iter()
            .any(|own| names.iter().any(|name| *name == own.namespace))
    };
    let namespaces = pointers::spec("descheduler/namespaces");
    match &descheduler.namespaces {
        Namespaces::Include(names) if !has(names) => {
            return Some((
                namespaces.child("include"),
                "does not look at their namespace",
            ));
        }
        Namespaces::Exclude(names) if has(names) => {
            return Some((namespaces.child("exclude"), "leaves out their namespace"));
        }
        _ => {}
    }
    let evictor = &descheduler.evictor;
    let selects = |own: &&Workload| evictor.label_selector.matches(&own.selector);
    let is_known = workloads.iter().all(|own| !own.selector.is_empty());
    if is_known && !evictor.label_selector.is_empty() && !workloads.iter().any(selects) {
        let key = pointers::spec("descheduler/evictor/labelSelector");
        return Some((key, "selects none of their labels"));
    }
    None
}
