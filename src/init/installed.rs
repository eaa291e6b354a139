//! What of the system is there already, with the values that it has.

use std::cmp::Reverse;

use smol_str::SmolStr;

use super::ownership::{
    TAKEN, are_ours, is_ours, marks, owner, owning_tool, replaced, same_namespace, whose,
};
use super::placeholders;
use super::section::Section;
use super::words::{flow, list, map, quoted};
use crate::components::descheduler::limits::LimitKey;
use crate::components::descheduler::{Descheduler, Namespaces, PriorityThreshold};
use crate::components::priority_expander::InstalledPriorities;
use crate::components::termination_handler::others;
use crate::components::{ComponentId, Installed, System};
use crate::defaults::{DESCHEDULER_IMAGE, TERMINATION_HANDLER_IMAGE};
use crate::kubernetes::{GENERATOR, Marks};
use crate::manifests::{ManifestWorkload, is_accepted};
use crate::plan::Plan;
use crate::snapshot::{Controller, Snapshot};
use crate::values::Limit;

/// The sections for what `installed` has. `systems` are the planned one, and the one with it in place of what is planned.
pub(super) fn sections(
    installed: &Installed<'_>,
    systems: (&System, &System),
    snapshot: &Snapshot,
) -> Vec<Section> {
    let (_, observed) = systems;
    let others = others(snapshot, installed.manifests);
    let sections = [
        autoscaler(installed, systems, snapshot),
        descheduler(installed, observed, snapshot),
        placeholders::section(installed, observed, snapshot),
        handler(installed, observed, snapshot).or_else(|| other_handler(&others, &observed.plan)),
    ];
    sections.into_iter().flatten().collect()
}

/// The autoscaler that runs, where users run it, and the priorities that it can use.
fn autoscaler(
    installed: &Installed<'_>,
    (planned, observed): (&System, &System),
    snapshot: &Snapshot,
) -> Option<Section> {
    let (mut comments, mut lines, mut tells) = (Vec::new(), Vec::new(), Vec::new());
    let running = installed.running(ComponentId::PriorityExpander).next();
    if let Some(found) = running {
        let expander = observed
            .plan
            .autoscaler
            .expander
            .as_deref()
            .unwrap_or("random");
        let whose = whose(found);
        comments.push(format!(
            "{whose}, and chooses node groups by `{expander}`: give it the flags that `spotgen render --format values` writes."
        ));
        if let Some(namespace) = &found.namespace {
            lines.push(format!("namespace: {}", flow(namespace)));
        }
    }
    let usable = |found: &&InstalledPriorities<'_>| {
        found.has_its_name()
            && is_accepted(&found.problems)
            && !is_made_again(found, planned, snapshot)
    };
    let priorities = installed.priorities.iter().find(usable);
    if let Some(found) = priorities
        && let Some(tiers) = &found.tiers
    {
        let namespace = found
            .map
            .namespace
            .as_deref()
            .unwrap_or(AUTOSCALER_NAMESPACE);
        let map = &found.map.name;
        let marks = marks(snapshot, CONFIG_MAP_KIND, Some(namespace), map);
        let theirs = marks.filter(|marks| !are_ours(marks));
        let whose = theirs.map(|marks| format!(", which is {}", owner(marks)));
        comments.push(format!(
            "The priorities are those of the ConfigMap `{map}` in `{namespace}`{}; without them, spotgen makes exact patterns.",
            whose.unwrap_or_default()
        ));
        if let Some(marks) = theirs {
            comments.push(handed_over(marks).to_owned());
            tells.push(Controller {
                namespace: namespace.to_owned(),
                kind: CONFIG_MAP_KIND.to_owned(),
                name: map.clone(),
            });
        }
        lines.push("priorities:".to_owned());
        let mut tiers: Vec<_> = tiers.iter().filter(|(tier, _)| *tier > 0).collect();
        tiers.sort_by_key(|(tier, _)| Reverse(*tier));
        for (tier, patterns) in tiers {
            let patterns = patterns.iter().map(|pattern| quoted(pattern));
            lines.push(format!("  {tier}: {}", list(patterns)));
        }
    }
    (!lines.is_empty()).then(|| Section {
        key: "autoscaler",
        comment: comments.join(" "),
        lines,
        tells,
    })
}

const CONFIG_MAP_KIND: &str = "ConfigMap";

/// What is to be done so that only spotgen writes the `ConfigMap` of these marks.
/// Source: kubernetes/autoscaler charts/cluster-autoscaler/values.yaml, `expanderPriorities`.
fn handed_over(marks: &Marks) -> &'static str {
    if owning_tool(marks).is_none() {
        return "spotgen writes this ConfigMap from now on: delete the file that made it.";
    }
    "Take it out of there before you apply spotgen's, or the next upgrade undoes that: in the chart of the cluster \
     autoscaler, drop `expanderPriorities`, and the upgrade deletes the ConfigMap."
}

/// Whether spotgen has made these priorities from its defaults, and makes them again: the same patterns in the same order.
/// Pools may have come since, so that the numbers are others.
fn is_made_again(found: &InstalledPriorities<'_>, planned: &System, snapshot: &Snapshot) -> bool {
    let identity = Controller {
        namespace: found.map.namespace.clone().unwrap_or_default(),
        kind: CONFIG_MAP_KIND.to_owned(),
        name: found.map.name.clone(),
    };
    let kept = snapshot.kept.get(&identity);
    let tool = kept.and_then(|kept| kept.marks.managed_by.as_deref());
    if tool != Some(GENERATOR) {
        return false;
    }
    let mut tiers: Vec<&(i64, Vec<String>)> = found.tiers.iter().flatten().collect();
    tiers.retain(|(_, patterns)| !patterns.is_empty());
    tiers.sort_by_key(|(priority, _)| *priority);
    let defaults = planned.plan.autoscaler.written_priorities();
    let default = |(_, patterns): &(i64, Vec<String>)| {
        let mut same = defaults.iter();
        let same = same.find(|tier| patterns.iter().all(|own| tier.patterns.contains(own)))?;
        Some(same.priority)
    };
    let numbers: Option<Vec<u32>> = tiers.into_iter().map(default).collect();
    numbers.is_some_and(|numbers| numbers.is_sorted_by(|one, next| one < next))
}

/// Where the autoscaler looks for its priorities unless it is told otherwise.
const AUTOSCALER_NAMESPACE: &str = "kube-system";

fn descheduler(
    installed: &Installed<'_>,
    observed: &System,
    snapshot: &Snapshot,
) -> Option<Section> {
    let found = installed
        .running(ComponentId::Descheduler)
        .find(|found| !is_ours(found))?;
    let Some(descheduler) = &observed.descheduler else {
        // Its policy is there, and no profile of it is for Spot.
        let namespace = found.namespace.as_deref()?;
        return Some(Section {
            key: "descheduler",
            comment: format!(
                "{}; or give it another name, and run both: no profile of its policy brings pods back to Spot",
                replaced(found)
            ),
            lines: vec![format!("namespace: {}", flow(namespace))],
            tells: Vec::new(),
        });
    };
    let (namespace, why) = same_namespace(&descheduler.namespace, snapshot);
    let mut lines: Vec<String> = namespace.into_iter().collect();
    lines.push(format!(
        "interval: {}",
        flow(&descheduler.interval.to_string())
    ));
    let has_policy = installed.failbacks(&observed.plan).next().is_some();
    lines.extend(mirrored(&descheduler.image, DESCHEDULER_IMAGE));
    if has_policy {
        lines.extend(taken_from_policy(descheduler));
    }
    Some(Section {
        key: "descheduler",
        comment: format!("{}. {TAKEN}{why}", replaced(found)),
        lines,
        tells: Vec::new(),
    })
}

/// How many pods a round may move, and which ones it may not.
fn taken_from_policy(descheduler: &Descheduler) -> Vec<String> {
    let mut lines = Vec::new();
    let limits = LimitKey::ALL.into_iter().filter_map(|key| {
        let Limit::AtMost(most) = descheduler.limits.get(key) else {
            return None;
        };
        // One that forbids everything is a mistake, or a switch.
        (most > 0).then(|| (key.in_config(), most.to_string()))
    });
    let limits: Vec<_> = limits.collect();
    if !limits.is_empty() {
        lines.push(format!("limits: {}", map(limits)));
    }
    if let Namespaces::Exclude(names) = &descheduler.namespaces
        && !names.is_empty()
    {
        let names = list(names.iter().map(|name| flow(name)));
        lines.push(format!("namespaces: {{exclude: {names}}}"));
    }
    let evictor = &descheduler.evictor;
    let mut own = Vec::new();
    if let Some(least) = evictor.min_replicas {
        own.push(("minReplicas", least.to_string()));
    }
    if let Some(age) = &evictor.min_pod_age {
        own.push(("minPodAge", flow(&age.to_string())));
    }
    match &evictor.priority_threshold {
        Some(PriorityThreshold::Name(name)) => {
            own.push(("priorityThreshold", map([("name", flow(name))])));
        }
        Some(PriorityThreshold::Value(value)) => {
            own.push(("priorityThreshold", map([("value", value.to_string())])));
        }
        None => {}
    }
    if !own.is_empty() {
        lines.push(format!("evictor: {}", map(own)));
    }
    lines
}

fn handler(installed: &Installed<'_>, observed: &System, snapshot: &Snapshot) -> Option<Section> {
    let found = installed
        .running(ComponentId::TerminationHandler)
        .find(|found| !is_ours(found))?;
    let handler = observed.termination_handler.as_ref()?;
    let (namespace, why) = same_namespace(&handler.namespace, snapshot);
    let mut lines: Vec<String> = namespace.into_iter().collect();
    lines.push(format!("period: {}", flow(&handler.period.to_string())));
    lines.push(format!(
        "nodeGracePeriodSeconds: {}",
        handler.node_grace_period_seconds
    ));
    // Its default is also that of spotgen.
    if handler.pod_grace_period_seconds >= 0 {
        lines.push(format!(
            "podGracePeriodSeconds: {}",
            handler.pod_grace_period_seconds
        ));
    }
    lines.extend(mirrored(&handler.image, TERMINATION_HANDLER_IMAGE));
    Some(Section {
        key: "terminationHandler",
        comment: format!("{}. {TAKEN}{why}", replaced(found)),
        lines,
        tells: Vec::new(),
    })
}

/// The image of a part as a line, where it is from another registry than that of spotgen: its nodes may reach no other.
fn mirrored(image: &str, default: &str) -> Option<String> {
    let repository = |image: &str| {
        let image = image.split('@').next().unwrap_or_default().to_owned();
        match image.rsplit_once(':') {
            // A colon before a slash is that of a port.
            Some((name, tag)) if !tag.contains('/') => name.to_owned(),
            _ => image,
        }
    };
    let own = repository(image);
    let own = own.strip_prefix("docker.io/").unwrap_or(&own);
    let is_other = !image.is_empty() && own != repository(default);
    is_other.then(|| format!("image: {}", flow(image)))
}

/// A handler that is none of spotgen's, and that nothing replaces.
fn other_handler(others: &[&ManifestWorkload], plan: &Plan) -> Option<Section> {
    let found = others.first()?;
    let cloud = plan.provider.title;
    let place = found.namespace.as_deref().unwrap_or("default");
    let why = if plan.provider.interruption.has_termination_handler() {
        "remove `enabled` to have spotgen's own as well, which drains each node".to_owned()
    } else {
        format!("spotgen has none of its own for {cloud}")
    };
    let more = match others.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more like it"),
    };
    Some(Section {
        key: "terminationHandler",
        comment: format!(
            "{} `{place}/{}` is {}{more}: it drains Spot nodes, and stays as it is; {why}",
            found.kind.as_str(),
            found.name,
            owner(&Marks::of(
                |key| found.labels.get(key).map(SmolStr::as_str),
                |key| found.annotations.get(key).map(SmolStr::as_str),
            ))
        ),
        lines: vec!["enabled: false".to_owned()],
        tells: Vec::new(),
    })
}
