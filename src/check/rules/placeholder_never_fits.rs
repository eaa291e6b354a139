use crate::check::findings::Findings;
use crate::check::fixes::placeholders;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::pools::pools_of;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::capacity;
use crate::plan::Amount;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-never-fits",
    level: Severity::Error,
    summary: "a placeholder is larger than any node that it may run on",
    harm: "It stays Pending for ever, and the autoscaler does not grow a pool for a pod that would not fit on a \
           new node either. It holds no room and wakes nothing. What a VM has is not what pods can request: AKS \
           keeps a part for the system, and DaemonSets take theirs.",
    detection: "The placeholder has the event `NotTriggerScaleUp`, with `Insufficient cpu` or `Insufficient \
                memory`.",
    remedy: "Request less, or choose a larger VM. `spotgen check --numbers` prints the room on a node of each \
             pool.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: a pool is grown only for pods that fit on a node of it",
        "MicrosoftDocs/azure-aks-docs articles/aks/node-resource-reservations.md",
    ],
    check: Check::Placeholder(check),
};

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let largest = capacity::preferring_spot(plan).largest;
    let request = Amount::from(&placeholder.requests);
    // A pool of which nothing is known may have the room.
    let rooms: Option<Vec<_>> = pools_of(plan, placeholder)
        .map(|pool| Some((pool, capacity::of_node(pool)?)))
        .collect();
    let Some(rooms) = rooms
        .filter(|rooms| !rooms.is_empty() && rooms.iter().all(|(_, room)| !request.fits(*room)))
    else {
        return;
    };
    let is_largest_known = largest != Amount::default();
    let holds_largest = is_largest_known && rooms.iter().any(|(_, room)| largest.fits(*room));
    let rooms: Vec<String> = rooms
        .iter()
        .map(|(pool, room)| format!("`{}` has room for {room}", pool.name))
        .collect();
    let message = format!(
        "placeholder `{}` requests {request}, and fits on no node: {}",
        placeholder.name,
        rooms.join(", ")
    );
    // As much as the largest pod is what they are to hold.
    let cure = if holds_largest {
        placeholders::request(findings, at, largest)
    } else {
        Err("nothing that they make room for is known to fit there")
    };
    findings.at(&pointers::placeholder(at).child("requests"), message, |diagnostic| {
        diagnostic
            .help(format!(
                "request less, or choose a larger VM; room is what {} leaves of a VM, less what DaemonSets request",
                plan.provider.title
            ))
            .cure(cure)
    });
}
