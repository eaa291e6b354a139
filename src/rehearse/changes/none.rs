//! Why no change is offered.

use crate::components::overprovisioner::fits::Beside;
use crate::model::capacity;
use crate::rehearse::causes::UNREADY;
use crate::rehearse::class::{Blame, Change, Class, Finding};
use crate::rehearse::hold::Hold;
use crate::rehearse::place::Places;

/// Why no change is offered, after so many were tried. `instead` is the first of them that brings another finding; `all` are
/// the findings of the run.
pub(super) fn why_none(
    finding: &Finding,
    all: &[Finding],
    tried: usize,
    instead: Option<&(Change, Finding)>,
    places: &Places<'_>,
) -> String {
    let known = known(instead.map_or(finding, |(_, next)| next), all, places);
    let mut parts = vec![match tried {
        0 => return known.unwrap_or_else(|| "none is known that could end it".to_owned()),
        1 => "the one change that was tried does not end it".to_owned(),
        count => format!("none of the {count} changes that were tried ends it"),
    }];
    parts.extend(instead.map(|(change, next)| {
        let change = change.words();
        format!("with {change}, {}", next.message)
    }));
    parts.extend(known);
    parts.join("; ")
}

/// What would end a finding and is not for `--set`, or not for a machine to choose.
fn known(finding: &Finding, all: &[Finding], places: &Places<'_>) -> Option<String> {
    let known = match &finding.blame {
        Blame::Pods { hold, .. } => return Some(of_pods(hold)),
        Blame::Budget(name) if is_short_of(name, all) => {
            "the budget allows none while others of its pods are not ready"
        }
        Blame::Deallocation => {
            "the scenario keeps the machines; where pools have `evictionPolicy: Delete`, they are gone"
        }
        // The autoscaler of this cloud has no such limits to set.
        Blame::UnreadyLimits
            if finding
                .cause
                .as_deref()
                .is_none_or(|cause| !cause.ends_with(UNREADY)) =>
        {
            "machines that this cloud takes are gone, and then nothing halts its autoscaler"
        }
        Blame::Workload(_) if finding.rule == Some("interruption-counts-as-failure") => {
            "only a higher `backoffLimit`, or a `podFailurePolicy` that ignores disruptions, does"
        }
        Blame::Workload(_) if finding.rule == Some("bare-pod-on-spot") => {
            "only a controller, such as a Deployment, makes the pod again"
        }
        Blame::Placeholders if finding.class == Class::L5 && is_crowded(places) => {
            "only larger nodes, smaller pods, or placeholders that hold less leave room beside them, and which is for you to choose"
        }
        _ if finding.rule == Some("spot-without-fallback") => {
            "only a pool on on-demand does, and its size is for you to choose"
        }
        _ => return None,
    };
    Some(known.to_owned())
}

/// Whether another finding is that pods of a workload are not ready.
fn is_short_of(name: &String, all: &[Finding]) -> bool {
    let mut stalls = all.iter().filter(|own| own.class == Class::Stall);
    stalls.any(|own| !matches!(own.blame, Blame::Budget(_)) && own.workloads.contains(name))
}

/// Whether the largest pod has no room beside the placeholders on a Spot node.
fn is_crowded(places: &Places<'_>) -> bool {
    let system = places.system;
    let largest = capacity::preferring_spot(&system.plan).largest;
    let mut pools = system.plan.node_pools.iter().filter(|pool| pool.is_spot());
    pools.any(|pool| {
        let beside = Beside::on_node(system, pool);
        beside.is_some_and(|beside| !largest.fits(beside.rest))
    })
}

fn of_pods(hold: &Hold) -> String {
    let known = match hold {
        Hold::Requests => {
            "only a larger `vmSize` or smaller requests do, and which size is for you to choose"
        }
        Hold::Device(name) => {
            return format!(
                "only a pool whose nodes have {name} does, and which is for you to choose"
            );
        }
        Hold::Priority => "only a priority of at least the autoscaler's cutoff does",
        Hold::Ports => "only a Service in place of the port, or fewer replicas than nodes, do",
        Hold::Claims => {
            "the settings spare them on purpose, since a volume can be bound to a zone; a rollout moves them"
        }
        Hold::Affinity => "only the pods that they want to be beside do",
        _ => "only a change of what their manifest asks for does",
    };
    known.to_owned()
}
