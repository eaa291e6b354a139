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
    levels: &[Severity::Error],
    summary: "a placeholder is larger than every node that it may run on",
    harm: "The placeholder stays Pending indefinitely. The autoscaler scales up no pool for it, because it would not \
           fit on a new node either. So it holds no headroom and triggers no scale-up. Pods cannot request all that a \
           VM has: the provider reserves a part for the system, and DaemonSets use more of it.",
    detection: "The placeholder has the event `NotTriggerScaleUp`, with `Insufficient cpu` or `Insufficient memory`.",
    remedy: "Lower the requests, or choose a larger VM size. `spotgen check --numbers` prints the free capacity of a \
             node in each pool.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: a pool is scaled up only for pods that fit on one of its nodes",
        "MicrosoftDocs/azure-aks-docs articles/aks/node-resource-reservations.md",
    ],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "a larger VM size fits them as they are";

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let largest = capacity::preferring_spot(plan).largest;
    let request = Amount::from(&placeholder.requests);
    // A pool of unknown size may have enough capacity.
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
        .map(|(pool, room)| format!("an empty node of `{}` has only {room} free", pool.name))
        .collect();
    let message = format!(
        "placeholder `{}` requests {request} and stays Pending: {}",
        placeholder.name,
        rooms.join(", ")
    );
    // The headroom should match the largest pod.
    let cure = if holds_largest {
        placeholders::request(findings, at, largest)
    } else {
        Err("the largest pod that needs this headroom is unknown, or does not fit there either")
    };
    findings.at(&pointers::placeholder(at).child("requests"), message, |diagnostic| {
        diagnostic
            .help(format!(
                "lower its requests, or choose a larger VM size; {} and DaemonSets use a part of each VM",
                plan.provider.title
            ))
            .cure(cure).choice(CHOICE)
    });
}
