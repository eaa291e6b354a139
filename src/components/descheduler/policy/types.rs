//! A policy as data.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::components::descheduler::evictor_args::EvictorArgs;
use crate::components::descheduler::limits::PolicyLimits;
use crate::components::descheduler::namespaces::NamespaceLists;
use crate::components::descheduler::null::or_default;
use crate::kubernetes::PREFERRED;

pub(in crate::components) const EVICTOR: &str = "DefaultEvictor";
pub(in crate::components) const NODE_AFFINITY: &str = "RemovePodsViolatingNodeAffinity";

/// The API version of policies.
pub(crate) const VERSION: &str = "descheduler/v1alpha2";
pub(crate) const KIND: &str = "DeschedulerPolicy";

/// A policy as a whole.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Policy {
    #[serde(deserialize_with = "or_default")]
    pub(super) api_version: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) kind: String,
    /// The nodes that all plugins see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<String>,
    #[serde(flatten)]
    pub limits: PolicyLimits,
    /// Read one by one, so that a fault in one hides no other.
    #[serde(skip_deserializing)]
    pub profiles: Vec<Profile>,
}

/// Plugins with their arguments, and which of them run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    pub name: String,
    pub(super) plugin_config: Vec<PluginConfig>,
    pub(super) plugins: Plugins,
}

#[derive(Debug, Serialize)]
pub(super) struct PluginConfig {
    pub(super) name: String,
    pub(super) args: Args,
}

/// The arguments of a plugin.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Args {
    Evictor(Box<EvictorArgs>),
    NodeAffinity(NodeAffinity),
    /// Of a plugin that failback does not need.
    Other(Json),
}

/// The plugins that run, by what they are for. Failback needs one kind of them.
#[derive(Debug, Default, Serialize)]
pub(super) struct Plugins {
    pub(super) deschedule: PluginSet,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct PluginSet {
    #[serde(deserialize_with = "or_default")]
    pub(super) enabled: Vec<String>,
}

/// The arguments of the plugin that moves pods to nodes that they prefer.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct NodeAffinity {
    #[serde(skip_serializing)]
    pub(super) api_version: Option<String>,
    #[serde(skip_serializing)]
    pub(super) kind: Option<String>,
    #[serde(skip_serializing)]
    pub(super) label_selector: Option<Json>,
    #[serde(rename = "nodeAffinityType", deserialize_with = "or_default")]
    pub(super) types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) namespaces: Option<NamespaceLists>,
}

/// A profile that moves pods to nodes that they prefer.
#[derive(Clone, Copy, Debug)]
pub struct Failback<'p> {
    pub profile: &'p str,
    /// None: everywhere.
    pub namespaces: Option<&'p NamespaceLists>,
    /// None: as the descheduler has it by default.
    pub evictor: Option<&'p EvictorArgs>,
}

impl Policy {
    /// The profiles that move pods to nodes that they prefer.
    pub fn failbacks(&self) -> impl Iterator<Item = Failback<'_>> {
        self.profiles.iter().filter_map(Profile::failback)
    }
}

impl Profile {
    fn failback(&self) -> Option<Failback<'_>> {
        let enabled = &self.plugins.deschedule.enabled;
        let affinity = self.args().find_map(|args| match args {
            Args::NodeAffinity(affinity) => Some(affinity),
            _ => None,
        })?;
        let moves = enabled.iter().any(|name| name == NODE_AFFINITY)
            && affinity.types.iter().any(|kind| kind == PREFERRED);
        moves.then_some(Failback {
            profile: &self.name,
            namespaces: affinity.namespaces.as_ref(),
            evictor: self.args().find_map(|args| match args {
                Args::Evictor(evictor) => Some(&**evictor),
                _ => None,
            }),
        })
    }

    fn args(&self) -> impl Iterator<Item = &Args> {
        self.plugin_config.iter().map(|config| &config.args)
    }
}
