//! A policy of the descheduler, read as the descheduler reads it.
//!
//! Sources: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/policyconfig.go (the policy is not strict, the arguments
//! of plugins are), pkg/api/v1alpha2/types.go, pkg/framework/plugins/defaultevictor/types.go and validation.go,
//! pkg/framework/plugins/removepodsviolatingnodeaffinity/types.go and validation.go.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::components::{EVICTOR, NODE_AFFINITY, POLICY_VERSION};
use crate::config::{self, DefaultProtection, ExtraProtection};
use crate::diagnostic::Severity;
use crate::kubernetes::{PREFERRED, REQUIRED};
use crate::source::SourceId;
use crate::values::Duration;
use crate::yaml::{self, Dialect};

/// What is wrong with a text, and how bad that is: with an error all of it has no effect.
pub type Fault = (Severity, String);

/// Whether a program takes a text against which it has this: it may pass over a part of it.
pub fn is_taken(faults: &[Fault]) -> bool {
    faults.iter().all(|(level, _)| *level != Severity::Error)
}

/// What of a policy matters for bringing pods back.
#[derive(Debug, Default)]
pub struct Policy {
    /// The nodes that all plugins see.
    pub node_selector: Option<String>,
    pub total: Option<u32>,
    pub per_node: Option<u32>,
    pub per_namespace: Option<u32>,
    /// How many profiles there are.
    pub profiles: usize,
    /// The first profile that moves pods to nodes that they prefer.
    pub failback: Option<Failback>,
}

/// A profile that moves pods to nodes that they prefer.
#[derive(Debug)]
pub struct Failback {
    pub profile: String,
    pub namespaces: Namespaces,
    pub evictor: Evictor,
}

/// The arguments of the plugin that decides what may be evicted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Evictor {
    api_version: Option<String>,
    kind: Option<String>,
    label_selector: Option<Json>,
    namespace_label_selector: Option<Json>,
    no_eviction_policy: Option<String>,
    pub node_fit: Option<bool>,
    pub node_selector: Option<String>,
    pub min_replicas: Option<u32>,
    pub min_pod_age: Option<Duration>,
    pub priority_threshold: Option<Threshold>,
    pub pod_protections: Option<config::PodProtections>,
    evict_local_storage_pods: Option<bool>,
    evict_daemon_set_pods: Option<bool>,
    evict_system_critical_pods: Option<bool>,
    evict_failed_bare_pods: Option<bool>,
    #[serde(rename = "ignorePvcPods")]
    ignore_pvc_pods: Option<bool>,
    #[serde(rename = "ignorePodsWithoutPDB")]
    ignore_pods_without_pdb: Option<bool>,
}

/// Where pods are moved, or not moved.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Namespaces {
    pub include: Option<Vec<String>>,
    pub exclude: Option<Vec<String>>,
}

/// The priority from which on pods stay.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Threshold {
    pub value: Option<i64>,
    pub name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NodeAffinity {
    #[serde(rename = "apiVersion")]
    _api_version: Option<String>,
    #[serde(rename = "kind")]
    _kind: Option<String>,
    #[serde(rename = "labelSelector")]
    _label_selector: Option<Json>,
    namespaces: Option<Namespaces>,
    #[serde(rename = "nodeAffinityType")]
    kinds: Option<Vec<String>>,
}

impl Evictor {
    /// Protections that are on by default and taken off, in the old way of saying it or in the new.
    pub fn default_disabled(&self) -> Vec<DefaultProtection> {
        let old = [
            (
                self.evict_local_storage_pods,
                DefaultProtection::PodsWithLocalStorage,
            ),
            (self.evict_daemon_set_pods, DefaultProtection::DaemonSetPods),
            (
                self.evict_system_critical_pods,
                DefaultProtection::SystemCriticalPods,
            ),
            (
                self.evict_failed_bare_pods,
                DefaultProtection::FailedBarePods,
            ),
        ];
        let protections = self.pod_protections.as_ref();
        let new = protections.and_then(|protections| protections.default_disabled.clone());
        chosen(old).chain(new.into_iter().flatten()).collect()
    }

    /// Protections that are off by default and put on.
    pub fn extra_enabled(&self) -> Vec<ExtraProtection> {
        let old = [
            (self.ignore_pvc_pods, ExtraProtection::PodsWithPvc),
            (
                self.ignore_pods_without_pdb,
                ExtraProtection::PodsWithoutPdb,
            ),
        ];
        let protections = self.pod_protections.as_ref();
        let new = protections.and_then(|protections| protections.extra_enabled.clone());
        chosen(old).chain(new.into_iter().flatten()).collect()
    }

    fn has_old_flags(&self) -> bool {
        let flags = [
            self.evict_local_storage_pods,
            self.evict_daemon_set_pods,
            self.evict_system_critical_pods,
            self.evict_failed_bare_pods,
            self.ignore_pvc_pods,
            self.ignore_pods_without_pdb,
        ];
        flags.contains(&Some(true))
    }

    fn faults(&self, faults: &mut Vec<Fault>) {
        let mut error = |text: &str| faults.push((Severity::Error, format!("`{EVICTOR}`: {text}")));
        let (disabled, enabled) = (self.default_disabled(), self.extra_enabled());
        let has_new = self.pod_protections.as_ref().is_some_and(|protections| {
            let lengths = (&protections.default_disabled, &protections.extra_enabled);
            lengths.0.as_ref().is_some_and(|list| !list.is_empty())
                || lengths.1.as_ref().is_some_and(|list| !list.is_empty())
        });
        if has_new && self.has_old_flags() {
            error("`podProtections` and the flags that it replaces exclude each other");
        } else if !are_distinct(&disabled) || !are_distinct(&enabled) {
            error("a protection is named twice");
        }
        if let Some(threshold) = &self.priority_threshold {
            if threshold.name.is_some() && threshold.value.is_some() {
                error("`priorityThreshold` has both a `name` and a `value`");
            }
            if threshold.value.is_some_and(|value| value > 2_000_000_000) {
                error("`priorityThreshold` is above 2000000000");
            }
        }
        // kubernetes-sigs/descheduler#1882: the informer of budgets is never started.
        if enabled.contains(&ExtraProtection::PodsWithoutPdb) {
            error(
                "protecting `PodsWithoutPDB` protects every pod in 0.32 to 0.36: nothing is evicted",
            );
        }
        if self
            .no_eviction_policy
            .as_deref()
            .is_some_and(|policy| !matches!(policy, "Preferred" | "Mandatory"))
        {
            error("`noEvictionPolicy` is `Preferred` or `Mandatory`");
        }
        if disabled.contains(&DefaultProtection::SystemCriticalPods)
            && self.priority_threshold.is_some()
        {
            let text = format!(
                "`{EVICTOR}`: without the protection of `SystemCriticalPods`, `priorityThreshold` is not looked at"
            );
            faults.push((Severity::Warning, text));
        }
    }
}

/// Reads a policy, and tells what the descheduler has against it.
pub(super) fn read(text: &str) -> (Policy, Vec<Fault>) {
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let mut faults = Vec::new();
    for problem in parsed.problems {
        let level = if problem.is_fatal {
            Severity::Error
        } else {
            Severity::Warning
        };
        faults.push((level, problem.message));
    }
    let root = parsed.documents.first().map(yaml::Node::to_json);
    let Some(Json::Object(root)) = root else {
        if faults.is_empty() {
            faults.push((Severity::Error, "it is no map".to_owned()));
        }
        return (Policy::default(), faults);
    };
    match root.get("apiVersion").and_then(Json::as_str) {
        Some(POLICY_VERSION) => {}
        Some(other) => faults.push((
            Severity::Error,
            format!("`apiVersion` is `{other}`, and only `{POLICY_VERSION}` is known"),
        )),
        None => faults.push((
            Severity::Error,
            "without `apiVersion` it is taken for an empty one".to_owned(),
        )),
    }
    unknown(&root, &TOP, "", &mut faults);
    let whole = from::<Top>(Json::Object(root), "", &mut faults);
    let mut policy = Policy {
        node_selector: whole
            .node_selector
            .filter(|selector| !selector.trim().is_empty()),
        total: whole.max_no_of_pods_to_evict_total,
        per_node: whole.max_no_of_pods_to_evict_per_node,
        per_namespace: whole.max_no_of_pods_to_evict_per_namespace,
        profiles: whole.profiles.as_ref().map_or(0, Vec::len),
        failback: None,
    };
    for profile in whole.profiles.into_iter().flatten() {
        let found = read_profile(profile, &mut faults);
        policy.failback = policy.failback.or(found);
    }
    (policy, faults)
}

/// Source: pkg/api/v1alpha2/types.go, `DeschedulerPolicy`.
const TOP: [&str; 11] = [
    "apiVersion",
    "evictionFailureEventNotification",
    "gracePeriodSeconds",
    "kind",
    "maxNoOfPodsToEvictPerNamespace",
    "maxNoOfPodsToEvictPerNode",
    "maxNoOfPodsToEvictTotal",
    "metricsCollector",
    "metricsProviders",
    "nodeSelector",
    "profiles",
];
const PROFILE: [&str; 3] = ["name", "pluginConfig", "plugins"];
const PLUGIN_CONFIG: [&str; 2] = ["args", "name"];
const EXTENSION_POINTS: [&str; 6] = [
    "balance",
    "deschedule",
    "filter",
    "preevictionfilter",
    "presort",
    "sort",
];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Top {
    node_selector: Option<String>,
    max_no_of_pods_to_evict_total: Option<u32>,
    max_no_of_pods_to_evict_per_node: Option<u32>,
    max_no_of_pods_to_evict_per_namespace: Option<u32>,
    profiles: Option<Vec<Map<String, Json>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Profile {
    name: Option<String>,
    plugin_config: Option<Vec<Map<String, Json>>>,
    plugins: Option<Map<String, Json>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PluginSet {
    enabled: Option<Vec<String>>,
}

fn read_profile(profile: Map<String, Json>, faults: &mut Vec<Fault>) -> Option<Failback> {
    unknown(&profile, &PROFILE, " of a profile", faults);
    let profile = from::<Profile>(Json::Object(profile), "a profile: ", faults);
    let mut arguments: Vec<(String, Json)> = Vec::new();
    for config in profile.plugin_config.into_iter().flatten() {
        let name = config.get("name").and_then(Json::as_str).unwrap_or("");
        let name = name.to_owned();
        unknown(&config, &PLUGIN_CONFIG, &format!(" of `{name}`"), faults);
        let own = config.get("args").cloned().unwrap_or(Json::Null);
        // Of several the first counts.
        if arguments.iter().all(|(other, _)| *other != name) {
            arguments.push((name, own));
        }
    }
    let plugins = profile.plugins.unwrap_or_default();
    unknown(&plugins, &EXTENSION_POINTS, " of `plugins`", faults);
    let mut enabled = Vec::new();
    for point in EXTENSION_POINTS {
        let set = plugins.get(point).cloned().unwrap_or(Json::Null);
        let set = from::<Option<PluginSet>>(set, &format!("`{point}`: "), faults);
        let names = set.unwrap_or_default().enabled.unwrap_or_default();
        enabled.extend(names.into_iter().map(|name| (point, name)));
    }
    for (point, name) in &enabled {
        if arguments.iter().all(|(other, _)| other != name) && name != EVICTOR {
            let text = format!("`{name}` is enabled without an entry in `pluginConfig`");
            faults.push((Severity::Error, text));
        } else if name == NODE_AFFINITY && *point != "deschedule" {
            let text = format!("`{name}` is enabled under `{point}`, and belongs to `deschedule`");
            faults.push((Severity::Error, text));
        }
    }
    let is_enabled = enabled
        .iter()
        .any(|(point, name)| *point == "deschedule" && name == NODE_AFFINITY);
    let of = |plugin: &str| {
        let own = arguments.iter().find(|(name, _)| name == plugin);
        own.map(|(_, arguments)| arguments.clone())
            .unwrap_or_default()
    };
    let evictor = from::<Option<Evictor>>(of(EVICTOR), &format!("`{EVICTOR}`: "), faults);
    let evictor = evictor.unwrap_or_default();
    evictor.faults(faults);
    let prefix = format!("`{NODE_AFFINITY}`: ");
    let affinity = from::<Option<NodeAffinity>>(of(NODE_AFFINITY), &prefix, faults);
    let affinity = affinity.filter(|_| is_enabled)?;
    let kinds = affinity.kinds.unwrap_or_default();
    if kinds.is_empty() {
        let text = format!("{prefix}`nodeAffinityType` is empty");
        faults.push((Severity::Error, text));
    }
    for kind in &kinds {
        if !matches!(kind.as_str(), PREFERRED | REQUIRED) {
            let text = format!("{prefix}`{kind}` is no kind of affinity: it is passed over");
            faults.push((Severity::Warning, text));
        }
    }
    let namespaces = affinity.namespaces.unwrap_or_default();
    if namespaces.include.is_some() && namespaces.exclude.is_some() {
        let text = format!("{prefix}`include` and `exclude` of namespaces exclude each other");
        faults.push((Severity::Error, text));
    }
    kinds
        .iter()
        .any(|kind| kind == PREFERRED)
        .then(|| Failback {
            profile: profile.name.unwrap_or_default(),
            namespaces,
            evictor,
        })
}

/// Those that the flags say yes to.
fn chosen<T>(flags: impl IntoIterator<Item = (Option<bool>, T)>) -> impl Iterator<Item = T> {
    let flags = flags.into_iter();
    flags.filter_map(|(is_set, protection)| is_set.unwrap_or(false).then_some(protection))
}

fn are_distinct<T: Eq + std::hash::Hash>(items: &[T]) -> bool {
    items.iter().collect::<HashSet<_>>().len() == items.len()
}

/// Keys that are passed over without a word.
fn unknown(map: &Map<String, Json>, known: &[&str], of: &str, faults: &mut Vec<Fault>) {
    for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
        let hint = match known.iter().find(|known| known.eq_ignore_ascii_case(key)) {
            Some(meant) => format!("; `{meant}` is meant"),
            None if known == PLUGIN_CONFIG => {
                format!("; it belongs under `args`: `args: {{{key}: …}}`")
            }
            None => String::new(),
        };
        let text = format!("the key `{key}`{of} is passed over{hint}");
        faults.push((Severity::Warning, text));
    }
}

/// The data as a type; what is not of it is an error, and then counts as absent.
fn from<T: DeserializeOwned + Default>(data: Json, prefix: &str, faults: &mut Vec<Fault>) -> T {
    serde_json::from_value(data).unwrap_or_else(|error| {
        let error = error.to_string();
        // What else could have been there is a long list.
        let error = error.split(", expected one of").next().unwrap_or_default();
        faults.push((Severity::Error, format!("{prefix}{error}")));
        T::default()
    })
}
