//! What the descheduler has against the arguments of its plugins.
//!
//! Sources: kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/*/validation.go.

use foldhash::HashSet;
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as api;
use serde::Deserialize as _;

use super::faults::Faults;
use super::plugins::{HIGH_UTILIZATION, LOW_UTILIZATION, TOPOLOGY_SPREAD};
use super::types::{NodeAffinity, NodeTaints};
use crate::components::descheduler::evictor_args::EvictorArgs;
use crate::components::descheduler::namespaces::NamespaceLists;
use crate::config::{DefaultProtection, ExtraProtection};
use crate::diagnostic::Severity;
use crate::kubernetes::{LabelSelector, PREFERRED, REQUIRED};
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// The arguments of a plugin where they stand.
#[derive(Clone, Copy)]
pub(super) struct Written<'n, 's> {
    pub(super) plugin: &'n str,
    pub(super) args: &'n [Entry<'s>],
    /// The smallest thing that lacks what is missing.
    pub(super) around: Span,
}

impl<'n, 's> Written<'n, 's> {
    fn entry(&self, key: &str) -> Option<&'n Entry<'s>> {
        self.args.iter().find(|entry| entry.key == key)
    }

    /// At a key, or where it is missing.
    fn add(&self, level: Severity, key: &str, text: &str, faults: &mut Faults<'_>) {
        let text = format!("`{}`: {text}", self.plugin);
        match self.entry(key) {
            Some(entry) => faults.at_entry(level, entry, text),
            None => faults.add(level, Some(self.around), text),
        }
    }

    fn error(&self, key: &str, text: &str, faults: &mut Faults<'_>) {
        self.add(Severity::Error, key, text, faults);
    }

    /// At the item of a list that is this text.
    fn at_item(&self, level: Severity, key: &str, item: &str, text: &str, faults: &mut Faults<'_>) {
        let items = self.entry(key).map_or(&[][..], |entry| entry.value.items());
        let item = items.iter().find(|node| node.as_str() == Some(item));
        match item {
            Some(node) => faults.add(level, Some(node.span), format!("`{}`: {text}", self.plugin)),
            None => self.add(level, key, text, faults),
        }
    }
}

pub(super) fn evictor(own: Written<'_, '_>, evictor: &EvictorArgs, faults: &mut Faults<'_>) {
    const PROTECTIONS: &str = "podProtections";
    let (disabled, enabled) = (evictor.default_disabled(), evictor.extra_enabled());
    let has_new = evictor.pod_protections.as_ref().is_some_and(|protections| {
        !protections.default_disabled.is_empty() || !protections.extra_enabled.is_empty()
    });
    if has_new && evictor.has_flags() {
        let text = "`podProtections` and the flags that it replaced are mutually exclusive";
        own.error(PROTECTIONS, text, faults);
    } else if !are_distinct(&disabled) || !are_distinct(&enabled) {
        own.error(PROTECTIONS, "a protection is listed twice", faults);
    }
    label_selector(own, evictor.label_selector.as_ref(), faults);
    if let Some(threshold) = &evictor.priority_threshold {
        let mut error = |text: &str| own.error("priorityThreshold", text, faults);
        if threshold.name.is_some() && threshold.value.is_some() {
            error("`priorityThreshold` has both a `name` and a `value`");
        }
        if threshold.value.is_some_and(|value| value > 2_000_000_000) {
            error("`priorityThreshold` is above 2000000000");
        }
    }
    // kubernetes-sigs/descheduler#1882: the informer of budgets is never started.
    if enabled.contains(&ExtraProtection::PodsWithoutPdb) {
        let flag = "ignorePodsWithoutPDB";
        let key = own.entry(flag).map_or(PROTECTIONS, |_| flag);
        let text =
            "in versions 0.32 to 0.36, `PodsWithoutPDB` protects every pod, so nothing is evicted";
        own.error(key, text, faults);
    }
    let policy = evictor.no_eviction_policy.as_deref();
    if policy.is_some_and(|policy| !matches!(policy, "Preferred" | "Mandatory")) {
        let text = "`noEvictionPolicy` must be `Preferred` or `Mandatory`";
        own.error("noEvictionPolicy", text, faults);
    }
    if disabled.contains(&DefaultProtection::SystemCriticalPods)
        && evictor.priority_threshold.is_some()
    {
        let text = "if the protection of `SystemCriticalPods` is disabled, `priorityThreshold` has no effect";
        own.add(Severity::Warning, "priorityThreshold", text, faults);
    }
}

fn label_selector(
    own: Written<'_, '_>,
    selector: Option<&api::LabelSelector>,
    faults: &mut Faults<'_>,
) {
    if let Some(Err(text)) = selector.map(LabelSelector::try_from) {
        let text = format!("`matchExpressions` of `labelSelector` {text}");
        own.error("labelSelector", &text, faults);
    }
}

/// `is_used` tells whether the plugin runs: an empty list does no harm where it does not.
pub(super) fn node_affinity(
    own: Written<'_, '_>,
    affinity: &NodeAffinity,
    is_used: bool,
    faults: &mut Faults<'_>,
) {
    const TYPES: &str = "nodeAffinityType";
    if is_used && affinity.types.is_empty() {
        own.error(TYPES, "`nodeAffinityType` is empty", faults);
    }
    for kind in &affinity.types {
        if !matches!(kind.as_str(), PREFERRED | REQUIRED) {
            let text = format!("the unknown affinity type `{kind}` is ignored");
            own.at_item(Severity::Warning, TYPES, kind, &text, faults);
        }
    }
    label_selector(own, affinity.label_selector.as_ref(), faults);
    namespaces(own, affinity.namespaces.as_ref(), faults);
}

pub(super) fn node_taints(own: Written<'_, '_>, args: &NodeTaints, faults: &mut Faults<'_>) {
    let included = args.included_taints.as_deref().unwrap_or_default();
    if !included.is_empty() && !args.excluded_taints.is_empty() {
        let text = "`includedTaints` and `excludedTaints` are mutually exclusive";
        own.error("excludedTaints", text, faults);
    }
    label_selector(own, args.label_selector.as_ref(), faults);
    namespaces(own, args.namespaces.as_ref(), faults);
}

/// A plugin that failback does not need.
pub(super) fn other(own: Written<'_, '_>, faults: &mut Faults<'_>) {
    let lists = |key: &str| {
        let node = &own.entry(key)?.value;
        NamespaceLists::deserialize(&node.to_json()).ok()
    };
    namespaces(own, lists("namespaces").as_ref(), faults);
    let evictable = lists("evictableNamespaces").and_then(|lists| lists.include);
    if evictable.is_some_and(|names| !names.is_empty()) {
        let text = "`evictableNamespaces` takes only `exclude`";
        own.error("evictableNamespaces", text, faults);
    }
    match own.plugin {
        TOPOLOGY_SPREAD => constraints(own, faults),
        LOW_UTILIZATION => {
            thresholds(own, "thresholds", faults);
            thresholds(own, "targetThresholds", faults);
        }
        HIGH_UTILIZATION => thresholds(own, "thresholds", faults),
        "RemovePodsHavingTooManyRestarts" => {
            let threshold = own.entry("podRestartThreshold");
            let threshold = threshold.and_then(|entry| entry.value.as_i64());
            if threshold.is_none_or(|threshold| threshold < 1) {
                let text = "`podRestartThreshold` must be at least 1";
                own.error("podRestartThreshold", text, faults);
            }
        }
        "PodLifeTime" => {
            let filters = ["maxPodLifeTimeSeconds", "states", "conditions", "exitCodes"];
            if filters.into_iter().all(|key| own.entry(key).is_none()) {
                let text = "none of `maxPodLifeTimeSeconds`, `states`, `conditions` and `exitCodes` says which pods";
                own.error(filters[0], text, faults);
            }
        }
        _ => {}
    }
}

fn constraints(own: Written<'_, '_>, faults: &mut Faults<'_>) {
    const KEY: &str = "constraints";
    let items = own.entry(KEY).map_or(&[][..], |entry| entry.value.items());
    for item in items.iter().filter_map(Node::as_str) {
        if !matches!(item, "DoNotSchedule" | "ScheduleAnyway") {
            let text =
                format!("the constraint `{item}` must be `DoNotSchedule` or `ScheduleAnyway`");
            own.at_item(Severity::Error, KEY, item, &text, faults);
        }
    }
}

fn thresholds(own: Written<'_, '_>, key: &str, faults: &mut Faults<'_>) {
    let resources = own
        .entry(key)
        .map_or(&[][..], |entry| entry.value.entries());
    if resources.is_empty() {
        own.error(key, &format!("`{key}` names no resource"), faults);
    }
    for resource in resources {
        let is_percentage = match resource.value.value {
            Value::Integer(number) => (0..=100).contains(&number),
            Value::Float(number) => (0.0..=100.0).contains(&number),
            _ => false,
        };
        if !is_percentage {
            let text = format!(
                "`{}`: `{}` of `{key}` must be a percentage from 0 to 100",
                own.plugin, resource.key
            );
            faults.at_entry(Severity::Error, resource, text);
        }
    }
}

fn namespaces(own: Written<'_, '_>, lists: Option<&NamespaceLists>, faults: &mut Faults<'_>) {
    let has = |names: &Option<Vec<String>>| names.as_ref().is_some_and(|names| !names.is_empty());
    if lists.is_some_and(|lists| has(&lists.include) && has(&lists.exclude)) {
        let text = "`include` and `exclude` of `namespaces` are mutually exclusive";
        own.error("namespaces", text, faults);
    }
}

fn are_distinct<T: Eq + std::hash::Hash>(items: &[T]) -> bool {
    items.iter().collect::<HashSet<_>>().len() == items.len()
}
