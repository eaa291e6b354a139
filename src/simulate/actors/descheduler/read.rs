//! Reads a policy as the descheduler loads it: what it refuses is refused, what it ignores is ignored.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/policyconfig.go (`decode`, `validateDeschedulerConfiguration`,
//! `setDefaultEvictor`), pkg/api/v1alpha2/conversion.go and pkg/framework/profile/profile.go (`NewProfile`).

use super::arguments;
use super::policy::{
    DUPLICATES, EVICTOR, Evictor, Limits, NODE_AFFINITY, NODE_TAINTS, Plugin, Point, Policy,
    Profile,
};
use super::raw::{RawPlugins, RawPolicy, RawProfile, RawSet, decoded};
use super::refused::{Refused, refuse};
use super::unmodelled::{NOT_MODELLED, Unmodelled};
use crate::kubernetes::Requirement;
use crate::simulate::world::seconds;
use crate::source::SourceId;
use crate::yaml::{self, Dialect, Node, Value};

const VERSION: &str = "descheduler/v1alpha2";
const KIND: &str = "DeschedulerPolicy";

impl Policy {
    /// Reads the text of `policy.yaml`; it may be JSON. `priority` gives the value of a `PriorityClass` of the cluster.
    ///
    /// Of a key that is written twice the first counts here, and the last upstream.
    ///
    /// # Errors
    /// The descheduler would end with an error.
    pub fn read(text: &str, priority: impl Fn(&str) -> Option<i32>) -> Result<Self, Refused> {
        let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
        if let Some(problem) = parsed.problems.iter().find(|problem| problem.is_fatal) {
            return refuse(&problem.message);
        }
        let Some(root) = parsed.documents.first().filter(|root| !root.is_null()) else {
            return Ok(Self::default());
        };
        if !matches!(root.value, Value::Mapping(_)) {
            return refuse("the policy is not a map");
        }
        let version = word(root, "apiVersion")?;
        let kind = word(root, "kind")?;
        match (version, kind) {
            // Then it is taken for the internal version, whose keys have other names: all of these are ignored.
            ("", "" | KIND) => return Ok(Self::default()),
            (VERSION, "" | KIND) => {}
            (version, kind) => {
                return refuse(&format!("there is no kind `{kind}` of version `{version}`"));
            }
        }
        let raw: RawPolicy = decoded(root)?;
        if let Some(selector) = &raw.node_selector
            && Requirement::parse(selector).is_none()
        {
            return refuse(&format!("`nodeSelector`: `{selector}` is not a selector"));
        }
        let written = root.get("profiles").map_or(&[][..], Node::items);
        let profiles = raw.profiles.unwrap_or_default().into_iter().zip(written);
        Ok(Self {
            node_selector: raw.node_selector,
            limits: Limits {
                per_node: raw.max_no_of_pods_to_evict_per_node,
                per_namespace: raw.max_no_of_pods_to_evict_per_namespace,
                total: raw.max_no_of_pods_to_evict_total,
            },
            // The API server makes one second of a negative grace.
            // Source: kubernetes/kubernetes pkg/registry/core/pod/strategy.go, `CheckGracefulDelete`.
            grace: raw
                .grace_period_seconds
                .map(|grace| seconds(if grace < 0 { 1 } else { grace })),
            profiles: profiles
                .map(|(raw, node)| profile(raw.unwrap_or_default(), node, &priority))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn word<'n>(root: &'n Node<'_>, key: &str) -> Result<&'n str, Refused> {
    match root.get(key).map(|node| &node.value) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text),
        Some(_) => refuse(&format!("`{key}` must be a string")),
    }
}

fn profile(
    raw: RawProfile,
    node: &Node<'_>,
    priority: &impl Fn(&str) -> Option<i32>,
) -> Result<Profile, Refused> {
    let configs = raw.plugin_config.unwrap_or_default();
    let written = node.get("pluginConfig").map_or(&[][..], Node::items);
    // Of one name, the first counts; all are checked.
    let mut plugins: Vec<(String, Configured)> = Vec::new();
    for (config, node) in configs.into_iter().zip(written) {
        let name = config.and_then(|config| config.name).unwrap_or_default();
        let args = node.get("args").filter(|args| !args.is_null());
        let configured = configured(&name, args)?;
        plugins.push((name, configured));
    }
    let find = |name: &str| {
        plugins
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, own)| own)
    };
    let evictor = match find(EVICTOR) {
        Some(Configured::Evictor(own)) => own.clone().resolve(priority)?,
        _ => Evictor::default(),
    };
    let sets = raw.plugins.unwrap_or_default();
    check_filters(&sets)?;
    let points = |set: Option<RawSet>, point: Point| -> Result<Vec<Plugin>, Refused> {
        let names = names(set).into_iter();
        let plugins = names.map(|name| {
            if point_of(&name) != Some(point) {
                return refuse(&format!("`{name}` is no plugin of the extension point"));
            }
            match find(&name) {
                Some(Configured::Plugin(plugin)) => Ok(plugin.clone()),
                _ => refuse(&format!(
                    "`{name}` is enabled without an entry in `pluginConfig`"
                )),
            }
        });
        plugins.collect()
    };
    Ok(Profile {
        name: raw.name.unwrap_or_default(),
        evictor,
        deschedule: points(sets.deschedule, Point::Deschedule)?,
        balance: points(sets.balance, Point::Balance)?,
    })
}

/// What an entry of `pluginConfig` says.
enum Configured {
    Evictor(arguments::EvictorArguments),
    Plugin(Plugin),
}

fn configured(name: &str, args: Option<&Node<'_>>) -> Result<Configured, Refused> {
    let plugin = match name {
        EVICTOR => return arguments::evictor(args).map(Configured::Evictor),
        NODE_AFFINITY => Plugin::NodeAffinity(arguments::node_affinity(args)?),
        NODE_TAINTS => Plugin::NodeTaints(arguments::node_taints(args)?),
        DUPLICATES => Plugin::Duplicates(arguments::duplicates(args)?),
        name => match NOT_MODELLED.iter().find(|plugin| plugin.name == name) {
            Some(plugin) => Plugin::NotModelled(plugin.name),
            None => return refuse(&format!("there is no plugin `{name}`")),
        },
    };
    Ok(Configured::Plugin(plugin))
}

/// Source: pkg/descheduler/setupplugins.go, `RegisterDefaultPlugins`.
fn point_of(name: &str) -> Option<Point> {
    match name {
        NODE_AFFINITY | NODE_TAINTS => Some(Point::Deschedule),
        DUPLICATES => Some(Point::Balance),
        name => {
            let is_meant = |plugin: &&Unmodelled| plugin.name == name;
            Some(NOT_MODELLED.iter().find(is_meant)?.point)
        }
    }
}

fn names(set: Option<RawSet>) -> Vec<String> {
    let names = set.and_then(|set| set.enabled).unwrap_or_default();
    names.into_iter().map(Option::unwrap_or_default).collect()
}

fn check_filters(sets: &RawPlugins) -> Result<(), Refused> {
    let filters = [&sets.filter, &sets.pre_eviction_filter]
        .into_iter()
        .flatten();
    let mut enabled = filters.flat_map(|set| set.enabled.iter().flatten().flatten());
    match enabled.find(|name| *name != EVICTOR) {
        Some(name) => refuse(&format!("`{name}` is no filter")),
        None => Ok(()),
    }
}
