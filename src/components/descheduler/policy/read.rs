//! A policy of others, read as the descheduler reads it.
//!
//! Sources: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/policyconfig.go (the policy is not strict, the arguments
//! of plugins are), pkg/api/v1alpha2/types.go, and pkg/framework/profile/profile.go.

use super::arguments::{entries, items, typed, unknown, unknown_arguments, value};
use super::faults::{Fault, Faults};
use super::judge::{self, Written};
use super::plugins::{self, BALANCE, DESCHEDULE, FILTER, PRE_EVICTION_FILTER, Plugin};
use super::types::{
    Args, EVICTOR, NODE_AFFINITY, NODE_TAINTS, NodeTaints, PluginConfig, PluginSet, Plugins,
    Policy, Profile, VERSION,
};
use crate::components::descheduler::evictor_args::EvictorArgs;
use crate::diagnostic::Severity;
use crate::source::{SourceId, Span};
use crate::yaml::{self, Dialect, Entry, Node, Value};

/// A policy, and what the descheduler has against it.
#[derive(Debug, Default)]
pub(crate) struct Reading<'t> {
    pub(crate) policy: Policy,
    pub(crate) faults: Vec<Fault>,
    /// What needs a newer release than some that read policies.
    pub(crate) new: Vec<Fault>,
    /// The text as data; none where it is no map.
    pub(crate) root: Option<Node<'t>>,
}

/// Source: pkg/api/v1alpha2/types.go, `DeschedulerPolicy`.
const TOP: [&str; 11] = [
    "apiVersion",
    "evictionFailureEventNotification",
    "gracePeriodSeconds",
    "kind",
    "maxNoOfPodsToEvictPerNamespace",
    "maxNoOfPodsToEvictPerNode",
    TOTAL,
    "metricsCollector",
    "metricsProviders",
    "nodeSelector",
    "profiles",
];
const TOTAL: &str = "maxNoOfPodsToEvictTotal";
/// The format that 0.30 was the last to read.
/// Source: pkg/descheduler/policyconfig.go at v0.30.0 and v0.31.0, `decode`.
pub(crate) const FORMER_VERSION: &str = "descheduler/v1alpha1";
const PROFILE: [&str; 3] = ["name", "pluginConfig", "plugins"];
const PLUGIN_CONFIG: [&str; 2] = ["args", "name"];
const PLUGIN_SET: [&str; 2] = ["disabled", "enabled"];
const EXTENSION_POINTS: [&str; 6] = [
    BALANCE,
    DESCHEDULE,
    FILTER,
    PRE_EVICTION_FILTER,
    "presort",
    "sort",
];

/// Reads a policy, and tells what the descheduler has against it.
pub(crate) fn read(text: &str) -> Reading<'_> {
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let mut faults = Faults::new(text);
    for problem in parsed.problems {
        let level = if problem.is_fatal {
            Severity::Error
        } else {
            Severity::Warning
        };
        faults.add(level, Some(problem.span), problem.message);
    }
    let root = parsed.documents.into_iter().next();
    let is_map = |root: &Node<'_>| matches!(root.value, Value::Mapping(_));
    let Some(root) = root.filter(is_map) else {
        if faults.all.is_empty() {
            faults.add(Severity::Error, None, "the policy is not a map");
        }
        return Reading {
            faults: faults.all,
            ..Reading::default()
        };
    };
    let policy = read_policy(&root, &mut faults);
    Reading {
        policy,
        faults: faults.all,
        new: faults.new,
        root: Some(root),
    }
}

fn read_policy(root: &Node<'_>, faults: &mut Faults<'_>) -> Policy {
    match root
        .entry("apiVersion")
        .map(|entry| (entry, entry.value.as_str()))
    {
        Some((_, Some(VERSION))) => {}
        Some((entry, Some(FORMER_VERSION))) => {
            let text =
                format!("`{FORMER_VERSION}` was removed in 0.31: only `{VERSION}` is supported");
            faults.at_entry(Severity::Error, entry, text);
            // The former format has other keys, and all of them would be unknown.
            return Policy {
                api_version: FORMER_VERSION.to_owned(),
                ..Policy::default()
            };
        }
        Some((entry, other)) => {
            let other = other.unwrap_or_default();
            let text = format!("`apiVersion` is `{other}`, but only `{VERSION}` is supported");
            faults.at_entry(Severity::Error, entry, text);
        }
        None => {
            let text = "without `apiVersion`, the policy is treated as empty";
            faults.add(Severity::Error, None, text);
        }
    }
    let former = |key: &str| {
        (key == "strategies").then(|| {
            format!("it is of the former format, `{FORMER_VERSION}`: write `profiles` instead")
        })
    };
    unknown(root.entries(), &TOP, "", former, faults);
    if let Some(total) = root.entry(TOTAL) {
        // An unknown key of the policy itself is only ignored.
        faults.needs(Severity::Warning, total, (0, 31));
    }
    let top = root.entries().iter();
    let top: Vec<Entry<'_>> = top
        .filter(|entry| entry.key != "profiles")
        .cloned()
        .collect();
    let mut policy: Policy = typed(&top, "", faults);
    policy.node_selector = policy
        .node_selector
        .filter(|selector| !selector.trim().is_empty());
    let profiles = items(root.entry("profiles"), "", faults);
    policy.profiles = profiles
        .iter()
        .map(|profile| read_profile(profile, faults))
        .collect();
    policy
}

/// An entry of `pluginConfig`: the first of its name, which counts.
struct Configured<'n, 's> {
    name: &'n str,
    /// Where its name stands.
    at: Span,
    args: Option<&'n Entry<'s>>,
}

fn read_profile(profile: &Node<'_>, faults: &mut Faults<'_>) -> Profile {
    const OF: &str = " of a profile";
    let map = entries(Some(profile), ("profiles", ""), faults);
    unknown(map, &PROFILE, OF, |_| None, faults);
    let name = value(profile.entry("name"), OF, faults);
    let configured = configured(profile, faults);
    let enabled = enabled(profile, faults);
    for plugin in &enabled {
        judge_enabled(plugin, profile, &configured, faults);
    }
    let runs = |name: &str| {
        let mut enabled = enabled.iter();
        enabled.any(|own| own.point == DESCHEDULE && own.name == name)
    };
    let plugin_config = configured.iter().map(|own| PluginConfig {
        args: read_args(own, runs(own.name), faults),
        name: own.name.to_owned(),
    });
    let plugin_config = plugin_config.collect();
    let set = |point: &str| {
        let own = enabled.iter().filter(|own| own.point == point);
        PluginSet {
            enabled: own.map(|own| own.name.to_owned()).collect(),
        }
    };
    Profile {
        plugin_config,
        name,
        plugins: Plugins {
            deschedule: set(DESCHEDULE),
            balance: set(BALANCE),
        },
    }
}

fn configured<'n, 's>(profile: &'n Node<'s>, faults: &mut Faults<'_>) -> Vec<Configured<'n, 's>> {
    let mut all: Vec<Configured<'n, 's>> = Vec::new();
    for config in items(profile.entry("pluginConfig"), " of a profile", faults) {
        let map = entries(Some(config), ("pluginConfig", ""), faults);
        let name = config.get("name").and_then(Node::as_str).unwrap_or("");
        let under_args = |key: &str| Some(format!("it belongs under `args`: `args: {{{key}: …}}`"));
        let of = format!(" of `{name}`");
        unknown(map, &PLUGIN_CONFIG, &of, under_args, faults);
        if all.iter().any(|other| other.name == name) {
            continue;
        }
        let at = config.get("name").map_or(config.span, |name| name.span);
        if plugins::find(name).is_none() {
            faults.unknown_plugin(at, name);
        }
        all.push(Configured {
            name,
            at,
            args: config.entry("args"),
        });
    }
    all
}

/// A plugin that is enabled, and what for.
struct Enabled<'n> {
    name: &'n str,
    point: &'static str,
    at: Span,
}

fn enabled<'n>(profile: &'n Node<'_>, faults: &mut Faults<'_>) -> Vec<Enabled<'n>> {
    let sets = profile.get("plugins");
    let map = entries(sets, ("plugins", " of a profile"), faults);
    unknown(map, &EXTENSION_POINTS, " of `plugins`", |_| None, faults);
    let mut all = Vec::new();
    for set in map {
        let mut points = EXTENSION_POINTS.into_iter();
        let Some(point) = points.find(|point| *point == set.key) else {
            continue;
        };
        let of = format!(" of `{point}`");
        let own = entries(Some(&set.value), (point, " of `plugins`"), faults);
        unknown(own, &PLUGIN_SET, &of, |_| None, faults);
        for item in items(set.value.entry("enabled"), &of, faults) {
            if let Some(name) = item.as_str() {
                all.push(Enabled {
                    name,
                    point,
                    at: item.span,
                });
            } else {
                let text = format!("`enabled`{of} must be a list of names of plugins");
                faults.error(item.span, text);
            }
        }
    }
    all
}

fn judge_enabled(
    own: &Enabled<'_>,
    profile: &Node<'_>,
    configured: &[Configured<'_, '_>],
    faults: &mut Faults<'_>,
) {
    let Enabled { name, point, at } = *own;
    let is_configured = configured.iter().any(|other| other.name == name);
    let Some(plugin) = plugins::find(name) else {
        // Where it is configured, too, that is said of it there.
        if !is_configured {
            faults.unknown_plugin(at, name);
        }
        return;
    };
    // Nothing is sorted: the descheduler reads these two, and uses neither.
    if plugin.points.contains(&point) || point.ends_with("sort") {
        if !is_configured && name != EVICTOR {
            let around = profile.entry("pluginConfig").map(|entry| entry.key_span);
            let text = format!("`{name}` is enabled without an entry in `pluginConfig`");
            faults.error(around.unwrap_or(at), text);
        }
        return;
    }
    let belongs = plugin.points[0];
    let text = format!("`{name}` is enabled under `{point}`, but belongs under `{belongs}`");
    faults.error(at, text);
}

/// `is_used` tells whether it runs.
fn read_args(own: &Configured<'_, '_>, is_used: bool, faults: &mut Faults<'_>) -> Args {
    let name = own.name;
    let of = format!(" of `{name}`");
    let node = own.args.map(|entry| &entry.value);
    let all = || node.map(Node::to_json).unwrap_or_default();
    let Some(plugin) = plugins::find(name) else {
        return Args::Other(all());
    };
    let args = entries(node, ("args", &of), faults);
    let args: Vec<Entry<'_>> = known(plugin, args, faults);
    let written = Written {
        plugin: name,
        args: &args,
        around: own.args.map_or(own.at, |entry| entry.key_span),
    };
    match name {
        EVICTOR => {
            let evictor: EvictorArgs = typed(&args, &of, faults);
            judge::evictor(written, &evictor, faults);
            Args::Evictor(Box::new(evictor))
        }
        NODE_AFFINITY => {
            let affinity = typed(&args, &of, faults);
            judge::node_affinity(written, &affinity, is_used, faults);
            Args::NodeAffinity(affinity)
        }
        NODE_TAINTS => {
            let taints: NodeTaints = typed(&args, &of, faults);
            judge::node_taints(written, &taints, faults);
            Args::NodeTaints(taints)
        }
        _ => {
            judge::other(written, faults);
            Args::Other(all())
        }
    }
}

fn known<'s>(plugin: &Plugin, args: &[Entry<'s>], faults: &mut Faults<'_>) -> Vec<Entry<'s>> {
    let known = unknown_arguments(plugin, args, faults);
    known.into_iter().cloned().collect()
}
