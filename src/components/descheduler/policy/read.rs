//! A policy of others, read as the descheduler reads it.
//!
//! Sources: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/policyconfig.go (the policy is not strict, the arguments
//! of plugins are), pkg/api/v1alpha2/types.go, pkg/framework/plugins/defaultevictor/validation.go and
//! pkg/framework/plugins/removepodsviolatingnodeaffinity/validation.go.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::types::{
    Args, EVICTOR, NODE_AFFINITY, NodeAffinity, PluginConfig, PluginSet, Plugins, Policy, Profile,
    VERSION,
};
use crate::components::descheduler::evictor_args::EvictorArgs;
use crate::config::{DefaultProtection, ExtraProtection};
use crate::diagnostic::Severity;
use crate::kubernetes::{LabelSelector, PREFERRED, REQUIRED};
use crate::manifests::Problem;
use crate::source::SourceId;
use crate::yaml::{self, Dialect};

/// What the descheduler has against the arguments of its evictor.
fn evictor_problems(evictor: &EvictorArgs, problems: &mut Vec<Problem>) {
    let mut error = |text: &str| problems.push((Severity::Error, format!("`{EVICTOR}`: {text}")));
    let (disabled, enabled) = (evictor.default_disabled(), evictor.extra_enabled());
    let has_new = evictor.pod_protections.as_ref().is_some_and(|protections| {
        !protections.default_disabled.is_empty() || !protections.extra_enabled.is_empty()
    });
    if has_new && evictor.has_flags() {
        error("`podProtections` and the flags that it replaced are mutually exclusive");
    } else if !are_distinct(&disabled) || !are_distinct(&enabled) {
        error("a protection is listed twice");
    }
    let selector = evictor.label_selector.as_ref();
    if let Some(Err(text)) = selector.map(LabelSelector::try_from) {
        error(&format!("`matchExpressions` of `labelSelector` {text}"));
    }
    if let Some(threshold) = &evictor.priority_threshold {
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
            "in versions 0.32 to 0.36, `PodsWithoutPDB` protects every pod, so nothing is evicted",
        );
    }
    if evictor
        .no_eviction_policy
        .as_deref()
        .is_some_and(|policy| !matches!(policy, "Preferred" | "Mandatory"))
    {
        error("`noEvictionPolicy` must be `Preferred` or `Mandatory`");
    }
    if disabled.contains(&DefaultProtection::SystemCriticalPods)
        && evictor.priority_threshold.is_some()
    {
        let text = format!(
            "`{EVICTOR}`: if the protection of `SystemCriticalPods` is disabled, `priorityThreshold` has no effect"
        );
        problems.push((Severity::Warning, text));
    }
}

/// Reads a policy, and tells what the descheduler has against it.
pub(crate) fn read(text: &str) -> (Policy, Vec<Problem>) {
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let mut problems = Vec::new();
    for problem in parsed.problems {
        let level = if problem.is_fatal {
            Severity::Error
        } else {
            Severity::Warning
        };
        problems.push((level, problem.message));
    }
    let root = parsed.documents.first().map(yaml::Node::to_json);
    let Some(Json::Object(root)) = root else {
        if problems.is_empty() {
            problems.push((Severity::Error, "the policy is not a map".to_owned()));
        }
        return (Policy::default(), problems);
    };
    match root.get("apiVersion").and_then(Json::as_str) {
        Some(VERSION) => {}
        Some(other) => problems.push((
            Severity::Error,
            format!("`apiVersion` is `{other}`, but only `{VERSION}` is supported"),
        )),
        None => problems.push((
            Severity::Error,
            "without `apiVersion`, the policy is treated as empty".to_owned(),
        )),
    }
    unknown(&root, &TOP, "", &mut problems);
    let mut root = root;
    let profiles = root.remove("profiles").unwrap_or_default();
    let mut policy: Policy = arguments(Json::Object(root), "", &mut problems);
    policy.node_selector = policy
        .node_selector
        .filter(|selector| !selector.trim().is_empty());
    let profiles: Option<Vec<Map<String, Json>>> =
        value_of("profiles", profiles, "", &mut problems);
    let profiles = profiles.into_iter().flatten();
    policy.profiles = profiles
        .map(|profile| read_profile(profile, &mut problems))
        .collect();
    (policy, problems)
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
/// What plugins are enabled for that move pods.
const DESCHEDULE: &str = "deschedule";
const EXTENSION_POINTS: [&str; 6] = [
    "balance",
    DESCHEDULE,
    "filter",
    "preevictionfilter",
    "presort",
    "sort",
];

fn read_profile(mut profile: Map<String, Json>, problems: &mut Vec<Problem>) -> Profile {
    unknown(&profile, &PROFILE, " of a profile", problems);
    let mut part = |key: &str| profile.remove(key).unwrap_or_default();
    let (name, config, plugins) = (part("name"), part("pluginConfig"), part("plugins"));
    let of = " of a profile";
    let name: Option<String> = value_of("name", name, of, problems);
    let config: Option<Vec<Map<String, Json>>> = value_of("pluginConfig", config, of, problems);
    let plugins: Option<Map<String, Json>> = value_of("plugins", plugins, of, problems);
    let mut arguments: Vec<(String, Json)> = Vec::new();
    for mut config in config.into_iter().flatten() {
        let name = config.get("name").and_then(Json::as_str).unwrap_or("");
        let name = name.to_owned();
        unknown(&config, &PLUGIN_CONFIG, &format!(" of `{name}`"), problems);
        // Of several the first counts.
        if arguments.iter().all(|(other, _)| *other != name) {
            arguments.push((name, config.remove("args").unwrap_or_default()));
        }
    }
    let enabled = enabled(plugins.unwrap_or_default(), problems);
    for (point, name) in &enabled {
        if arguments.iter().all(|(other, _)| other != name) && name != EVICTOR {
            let text = format!("`{name}` is enabled without an entry in `pluginConfig`");
            problems.push((Severity::Error, text));
        } else if name == NODE_AFFINITY && *point != DESCHEDULE {
            let text =
                format!("`{name}` is enabled under `{point}`, but belongs under `deschedule`");
            problems.push((Severity::Error, text));
        }
    }
    let plugins = enabled
        .into_iter()
        .filter(|(point, _)| *point == DESCHEDULE);
    let plugins = Plugins {
        deschedule: PluginSet {
            enabled: plugins.map(|(_, name)| name).collect(),
        },
    };
    let is_used = plugins
        .deschedule
        .enabled
        .iter()
        .any(|name| name == NODE_AFFINITY);
    let plugin_config = arguments.into_iter().map(|(name, args)| PluginConfig {
        args: read_args(&name, args, is_used, problems),
        name,
    });
    Profile {
        plugin_config: plugin_config.collect(),
        name: name.unwrap_or_default(),
        plugins,
    }
}

/// The plugins that are enabled, each with what for.
fn enabled(
    mut plugins: Map<String, Json>,
    problems: &mut Vec<Problem>,
) -> Vec<(&'static str, String)> {
    unknown(&plugins, &EXTENSION_POINTS, " of `plugins`", problems);
    let mut enabled = Vec::new();
    for point in EXTENSION_POINTS {
        let set = plugins.remove(point).unwrap_or_default();
        let set: Option<PluginSet> = value_of(point, set, " of `plugins`", problems);
        let names = set.unwrap_or_default().enabled.into_iter();
        enabled.extend(names.map(|name| (point, name)));
    }
    enabled
}

/// `is_used` tells whether the plugin that moves pods runs: the arguments of one that does not are not looked at.
fn read_args(name: &str, args: Json, is_used: bool, problems: &mut Vec<Problem>) -> Args {
    let prefix = format!("`{name}`: ");
    let of = format!(" of `{name}`");
    match name {
        EVICTOR => {
            let evictor: Option<EvictorArgs> = arguments(args, &of, problems);
            let evictor = evictor.unwrap_or_default();
            evictor_problems(&evictor, problems);
            Args::Evictor(Box::new(evictor))
        }
        NODE_AFFINITY => {
            let affinity: Option<NodeAffinity> = arguments(args, &of, problems);
            let affinity = affinity.unwrap_or_default();
            if is_used {
                affinity_problems(&affinity, &prefix, problems);
            }
            Args::NodeAffinity(affinity)
        }
        _ => Args::Other(args),
    }
}

fn affinity_problems(affinity: &NodeAffinity, prefix: &str, problems: &mut Vec<Problem>) {
    let kinds = &affinity.types;
    if kinds.is_empty() {
        let text = format!("{prefix}`nodeAffinityType` is empty");
        problems.push((Severity::Error, text));
    }
    for kind in kinds {
        if !matches!(kind.as_str(), PREFERRED | REQUIRED) {
            let text = format!("{prefix}the unknown affinity type `{kind}` is ignored");
            problems.push((Severity::Warning, text));
        }
    }
    let namespaces = affinity.namespaces.as_ref();
    if namespaces.is_some_and(|lists| lists.include.is_some() && lists.exclude.is_some()) {
        let text =
            format!("{prefix}`include` and `exclude` of `namespaces` are mutually exclusive");
        problems.push((Severity::Error, text));
    }
}

fn are_distinct<T: Eq + std::hash::Hash>(items: &[T]) -> bool {
    items.iter().collect::<HashSet<_>>().len() == items.len()
}

/// Keys that the descheduler silently ignores.
fn unknown(map: &Map<String, Json>, known: &[&str], of: &str, problems: &mut Vec<Problem>) {
    for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
        let hint = match known.iter().find(|known| known.eq_ignore_ascii_case(key)) {
            Some(meant) => format!("; did you mean `{meant}`?"),
            None if known == PLUGIN_CONFIG => {
                format!("; it belongs under `args`: `args: {{{key}: …}}`")
            }
            None => String::new(),
        };
        let text = format!("the unknown key `{key}`{of} is ignored{hint}");
        problems.push((Severity::Warning, text));
    }
}

/// The arguments of a plugin. A mismatch names the key that has it.
fn arguments<T: DeserializeOwned + Default>(
    args: Json,
    of: &str,
    problems: &mut Vec<Problem>,
) -> T {
    let keys = args.as_object().into_iter().flatten();
    let mut wrong = keys.filter_map(|(key, value)| {
        let alone = Map::from_iter([(key.clone(), value.clone())]);
        let error = serde_json::from_value::<T>(Json::Object(alone)).err()?;
        mismatch(key, of, value, &error)
    });
    if let Some(text) = wrong.next() {
        problems.push((Severity::Error, text));
        return T::default();
    }
    drop(wrong);
    from(args, of, problems)
}

/// An error about the type of a value, with its key.
fn mismatch(key: &str, of: &str, value: &Json, error: &serde_json::Error) -> Option<String> {
    let wanted = wanted(&error.to_string())?;
    Some(match value {
        // Which part of it is wrong, its type alone does not say.
        Json::Object(_) | Json::Array(_) if wanted != "a map" && wanted != "a list" => {
            format!("`{key}`{of} has a part that must be {wanted}")
        }
        Json::Object(_) => format!("`{key}`{of} must be {wanted}, not a map"),
        Json::Array(_) => format!("`{key}`{of} must be {wanted}, not a list"),
        Json::String(text) => format!("`{key}`{of} must be {wanted}, not `{text}`"),
        value => format!("`{key}`{of} must be {wanted}, not `{value}`"),
    })
}

/// The value of a key as a type.
fn value_of<T: DeserializeOwned + Default>(
    key: &str,
    data: Json,
    of: &str,
    problems: &mut Vec<Problem>,
) -> T {
    let read = serde_json::from_value(data.clone());
    read.unwrap_or_else(|error| match mismatch(key, of, &data, &error) {
        Some(text) => {
            problems.push((Severity::Error, text));
            T::default()
        }
        None => from(data, of, problems),
    })
}

/// What a value must be, in words, of an error about its type.
fn wanted(error: &str) -> Option<&'static str> {
    let wanted = error
        .strip_prefix("invalid type: ")
        .or_else(|| error.strip_prefix("invalid value: "))?;
    let (_, wanted) = wanted.rsplit_once(", expected ")?;
    Some(match wanted {
        "a boolean" => "true or false",
        "a string" => "a string",
        "a map" => "a map",
        "a sequence" => "a list",
        "u32" | "u64" | "usize" => "a whole number from 0",
        "i32" | "i64" => "a whole number",
        wanted if wanted.starts_with("struct ") => "a map",
        _ => return None,
    })
}

/// The data as a type; a mismatch is a problem, and the data then counts as absent. `of` says what it belongs to.
fn from<T: DeserializeOwned + Default>(data: Json, of: &str, problems: &mut Vec<Problem>) -> T {
    serde_json::from_value(data).unwrap_or_else(|error| {
        let error = error.to_string();
        // The list of what was expected is long.
        let error = error.split(", expected one of").next().unwrap_or_default();
        problems.push((Severity::Error, format!("{error}{of}")));
        T::default()
    })
}
