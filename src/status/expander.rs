//! The priority expander: whether the cluster autoscaler finds its `ConfigMap`, can read it, and goes by it.

use super::autoscaler::Autoscaler;
use super::cluster::Cluster;
use super::expander_groups as groups;
use super::karpenter;
use super::owners::note;
use super::part::{EXPANDER_MISSING, Part};
use super::report;
use super::words::{add, count, short};
use crate::components::ComponentId;
use crate::components::priority_expander::{
    CONFIG_MAP, InstalledPriorities, KEY, namespaces, running,
};
use crate::diagnostic::Severity;
use crate::manifests::is_accepted;
use crate::plan::PRIORITY;
use crate::providers::Cli;
use crate::snapshot::{Age, Controller, Event};

/// What the autoscaler says of the `ConfigMap`, and the rule that finds the cause.
/// Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go.
const REASONS: [(&str, &str); 3] = [
    ("PriorityConfigMapInvalid", "broken-expander-config"),
    ("PriorityConfigMapNotMatchedGroup", "pool-without-priority"),
    ("PriorityConfigMapNoGroupMatched", "pattern-without-pool"),
];

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let mut part = Part::new(ComponentId::PriorityExpander.name());
    let is_wanted = autoscaler(&mut part, cluster);
    let expanders = &cluster.installed.priorities;
    let namespaces = where_read(cluster);
    let is_read = |own: &&InstalledPriorities<'_>| is_read(own, &namespaces);
    match expanders.iter().find(is_read) {
        Some(own) => read(&mut part, cluster, own),
        // Karpenter chooses by itself, and reads no priorities.
        None if is_wanted && karpenter::is_alone(cluster) && expanders.is_empty() => part.gap(
            "what it would do: Karpenter makes the nodes, and no cluster autoscaler is to be seen",
            "the configuration is for the cluster autoscaler; leave this part out with --skip priority-expander",
        ),
        None => {
            let wanted = (is_wanted, cluster);
            unread(&mut part, expanders, &namespaces, wanted);
        }
    }
    for own in expanders {
        let identity = identity(own);
        note(&mut part, cluster, &identity);
        part.is_there = true;
    }
    if part.is_there && !is_unread(cluster) {
        events(&mut part, cluster);
    }
    part
}

/// Whether nobody reads priorities, so that nobody says anything of them either.
fn is_unread(cluster: &Cluster<'_>) -> bool {
    matches!(
        Autoscaler::of(cluster),
        Autoscaler::Nowhere | Autoscaler::Karpenter
    )
}

fn identity(own: &InstalledPriorities<'_>) -> Controller {
    Controller {
        namespace: own.map.namespace.clone().unwrap_or_default(),
        kind: "ConfigMap".to_owned(),
        name: own.map.name.clone(),
    }
}

/// Judges how the autoscaler was started, where it is in the snapshot. Whether it wants priorities.
fn autoscaler(part: &mut Part, cluster: &Cluster<'_>) -> bool {
    let mut is_wanted = cluster
        .planned
        .is_some_and(|system| system.plan.autoscaler.goes_by_priority());
    let mut is_seen = false;
    for (found, program) in running(&cluster.installed) {
        is_seen = true;
        let name = &found.name;
        if program.is_unknown("expander") {
            part.gap(
                format!("with which `--expander` {name} runs"),
                "look at the arguments of its container",
            );
            continue;
        }
        let given = program.argument("expander").unwrap_or_default();
        if given.split(',').next() == Some(PRIORITY) {
            is_wanted = true;
        } else if is_wanted || !cluster.installed.priorities.is_empty() {
            let given = match given {
                "" => "without `--expander`".to_owned(),
                given => format!("with `--expander={given}`"),
            };
            part.trouble(
                "expander-not-used",
                format!(
                    "the cluster autoscaler {name} runs {given} and does not read the priorities"
                ),
                "add `--expander=priority` to its arguments: spotgen explain expander-not-priority",
            );
        }
    }
    if !is_seen && !cluster.installed.priorities.is_empty() {
        unseen(part, cluster);
    } else if !is_seen && is_wanted && Autoscaler::of(cluster) == Autoscaler::Nowhere {
        nowhere(part);
    }
    is_wanted
}

/// Tells who may go by the priorities that are there, where no autoscaler is to be seen.
fn unseen(part: &mut Part, cluster: &Cluster<'_>) {
    const WHETHER: &str = "whether the cluster autoscaler goes by priorities";
    let (why, next) = match (Autoscaler::of(cluster), cluster.plan.provider.cli) {
        (Autoscaler::Here, _) => return,
        (Autoscaler::Nowhere, _) => return nowhere(part),
        (Autoscaler::OfProvider, Cli::AzureCli) => (
            "it does not run in the cluster",
            "it does if this prints \"priority\": az aks show -g GROUP -n CLUSTER --query autoScalerProfile.expander"
                .to_owned(),
        ),
        (Autoscaler::OfProvider, Cli::Other) => (
            "it does not run in the cluster",
            "look at its settings in the cloud".to_owned(),
        ),
        (Autoscaler::Elsewhere, _) => (
            "it reports, and its Deployment is not to be seen",
            cluster.add_unless("Deployment", "deployments", || {
                "look at its `--expander` where it runs".to_owned()
            }),
        ),
        (Autoscaler::Karpenter, _) => (
            "Karpenter makes the nodes, and no cluster autoscaler is to be seen",
            "if Karpenter makes all of them, remove the ConfigMap: nothing reads it".to_owned(),
        ),
        (Autoscaler::NotAskedFor, _) => (
            "there are no Deployments in the snapshot",
            add("deployments"),
        ),
        (Autoscaler::Unknown, _) => (
            "no cluster autoscaler is to be seen",
            "if the cloud runs one, look at its settings there; without one, the priorities do nothing".to_owned(),
        ),
    };
    part.gap(format!("{WHETHER}: {why}"), next);
}

/// Tells that nothing reads priorities.
fn nowhere(part: &mut Part) {
    part.trouble(
        "autoscaler-missing",
        "no cluster autoscaler runs in the cluster: nothing reads the priorities, and no pool grows by itself",
        "install it with `--expander=priority` among its arguments: spotgen explain expander-not-priority",
    );
}

/// The namespaces that the autoscaler reads: as it is started, else where it reports, else as it is planned.
fn where_read(cluster: &Cluster<'_>) -> Vec<String> {
    if running(&cluster.installed).next().is_none()
        && let Some(status) = &cluster.snapshot.autoscaler
    {
        return vec![status.namespace.clone()];
    }
    namespaces(cluster.plan, &cluster.installed)
}

fn is_read(own: &InstalledPriorities<'_>, namespaces: &[String]) -> bool {
    let is_near = own
        .map
        .namespace
        .as_ref()
        .is_none_or(|own| namespaces.contains(own));
    own.has_its_name() && is_near
}

/// Why no `ConfigMap` is read.
fn unread(
    part: &mut Part,
    expanders: &[InstalledPriorities<'_>],
    namespaces: &[String],
    (is_wanted, cluster): (bool, &Cluster<'_>),
) {
    let namespace = namespaces.first().map_or("kube-system", String::as_str);
    for own in expanders {
        let place = own.map.namespace.as_deref().unwrap_or_default();
        let name = &own.map.name;
        if own.has_its_name() {
            part.trouble(
                "expander-namespace",
                format!("the ConfigMap {name} is in {place}, and the cluster autoscaler reads {namespace}"),
                format!("move it to {namespace}: spotgen explain misplaced-expander-config"),
            );
        } else {
            part.trouble(
                "expander-name",
                format!("the cluster autoscaler reads {CONFIG_MAP}, and not the ConfigMap {place}/{name}"),
                format!("name it {CONFIG_MAP}: spotgen explain misplaced-expander-config"),
            );
        }
    }
    if expanders.is_empty() && is_wanted && !cluster.snapshot.has("ConfigMap") {
        part.gap(
            "whether the priorities are there: there are no ConfigMaps",
            add("configmaps"),
        );
    } else if expanders.is_empty() && is_wanted {
        let then = match Autoscaler::of(cluster) {
            Autoscaler::Nowhere => "",
            _ => ": the cluster autoscaler chooses pools at random",
        };
        part.trouble(
            EXPANDER_MISSING,
            format!("there is no ConfigMap {namespace}/{CONFIG_MAP}{then}"),
            cluster
                .advice
                .apply(&[ComponentId::PriorityExpander.name()]),
        );
    }
}

/// What the one says that is read.
fn read(part: &mut Part, cluster: &Cluster<'_>, own: &InstalledPriorities<'_>) {
    let Some(tiers) = &own.tiers else {
        part.trouble(
            "expander-key",
            format!("the ConfigMap has no key `{KEY}`"),
            "spotgen explain broken-expander-config",
        );
        return;
    };
    if !is_accepted(&own.problems) {
        let mut problems = own.problems.iter();
        let problem = problems.find(|(level, _)| *level == Severity::Error);
        let problem = problem.map_or("", |(_, text)| text.as_str());
        part.trouble(
            "expander-invalid",
            format!(
                "the cluster autoscaler refuses the priorities: {}",
                short(problem)
            ),
            "spotgen explain broken-expander-config",
        );
        return;
    }
    part.fact(count(tiers.len(), "tier"));
    part.figure("tiers", tiers.len());
    match &cluster.snapshot.autoscaler {
        // Before its first loop it knows no group, and says nothing of any pattern.
        Some(status) if status.groups.is_empty() => part.gap(
            "whether its patterns match the node groups: the cluster autoscaler reports no group",
            "take the snapshot again once it runs; a cluster without any group has nothing to choose from",
        ),
        Some(status) => groups::judge(part, cluster, tiers, &status.groups),
        None if is_unread(cluster) => {}
        None => {
            let (why, next) = report::missing(cluster);
            part.gap(format!("whether its patterns match the node groups: {why}"), next);
        }
    }
}

/// What the autoscaler has said within the last hour.
fn events(part: &mut Part, cluster: &Cluster<'_>) {
    if !cluster.snapshot.has("Event") {
        part.gap(
            "what the cluster autoscaler says of it: there are no events",
            add("events"),
        );
        return;
    }
    for (reason, rule) in REASONS {
        let is_one = |event: &&Event| {
            event.reason == reason
                && event.about.kind == "ConfigMap"
                && event.about.name == CONFIG_MAP
        };
        let events = cluster.snapshot.events.iter().filter(is_one);
        if let Some(event) = events.max_by_key(|event| event.last) {
            let ago = cluster
                .age(event.last)
                .map(|age| format!("{} ago, ", Age(age)));
            part.trouble(
                "expander-event",
                format!(
                    "the cluster autoscaler says {}{reason}: {}",
                    ago.unwrap_or_default(),
                    short(&event.message)
                ),
                format!("spotgen explain {rule}; the event goes an hour after it was said last"),
            );
        }
    }
}
