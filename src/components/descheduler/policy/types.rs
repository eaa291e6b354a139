//! A policy as data.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use crate::config::{DefaultProtection, ExtraProtection};
use crate::kubernetes::PREFERRED;
use crate::values::Duration;

pub(super) const EVICTOR: &str = "DefaultEvictor";
pub(super) const NODE_AFFINITY: &str = "RemovePodsViolatingNodeAffinity";

/// The API version of policies.
pub(crate) const VERSION: &str = "descheduler/v1alpha2";
pub(crate) const KIND: &str = "DeschedulerPolicy";

/// A policy as a whole. Lists of evictions without a number have no limit.
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
    #[serde(
        rename = "maxNoOfPodsToEvictPerNode",
        skip_serializing_if = "Option::is_none"
    )]
    pub per_node: Option<u32>,
    #[serde(
        rename = "maxNoOfPodsToEvictPerNamespace",
        skip_serializing_if = "Option::is_none"
    )]
    pub per_namespace: Option<u32>,
    #[serde(
        rename = "maxNoOfPodsToEvictTotal",
        skip_serializing_if = "Option::is_none"
    )]
    pub total: Option<u32>,
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
    Evictor(Box<Evictor>),
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

/// The arguments of the plugin that decides what may be evicted.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Evictor {
    #[serde(skip_serializing)]
    pub(super) api_version: Option<String>,
    #[serde(skip_serializing)]
    pub(super) kind: Option<String>,
    #[serde(skip_serializing)]
    pub(super) label_selector: Option<Json>,
    #[serde(skip_serializing)]
    pub(super) namespace_label_selector: Option<Json>,
    #[serde(skip_serializing)]
    pub(super) no_eviction_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_fit: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_pod_age: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_threshold: Option<Threshold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_protections: Option<PodProtections>,
    /// The flags from here on are deprecated since 0.34, in favour of `podProtections`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evict_local_storage_pods: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evict_daemon_set_pods: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evict_system_critical_pods: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evict_failed_bare_pods: Option<bool>,
    #[serde(rename = "ignorePvcPods", skip_serializing_if = "Option::is_none")]
    pub(super) ignore_pvc_pods: Option<bool>,
    #[serde(
        rename = "ignorePodsWithoutPDB",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) ignore_pods_without_pdb: Option<bool>,
}

/// The priority from which on pods stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Threshold {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodProtections {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub default_disabled: Vec<DefaultProtection>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub extra_enabled: Vec<ExtraProtection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<ProtectionConfig>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProtectionConfig {
    #[serde(rename = "PodsWithPVC", skip_serializing_if = "Option::is_none")]
    pub pods_with_pvc: Option<PvcProtection>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PvcProtection {
    #[serde(deserialize_with = "or_default")]
    pub protected_storage_classes: Vec<StorageClass>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StorageClass {
    pub name: String,
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
    pub(super) namespaces: Option<Namespaces>,
}

/// Where pods are moved, or not moved.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Namespaces {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<Vec<String>>,
}

/// A profile that moves pods to nodes that they prefer.
#[derive(Clone, Copy, Debug)]
pub struct Failback<'p> {
    pub profile: &'p str,
    /// None: everywhere.
    pub namespaces: Option<&'p Namespaces>,
    /// None: as the descheduler has it by default.
    pub evictor: Option<&'p Evictor>,
}

impl Policy {
    /// The first profile that moves pods to nodes that they prefer.
    pub fn failback(&self) -> Option<Failback<'_>> {
        self.profiles.iter().find_map(Profile::failback)
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

/// What a policy calls a limit of the configuration.
pub(crate) fn limit_key(limit: &str) -> &'static str {
    match limit {
        "total" => "maxNoOfPodsToEvictTotal",
        "perNode" => "maxNoOfPodsToEvictPerNode",
        _ => "maxNoOfPodsToEvictPerNamespace",
    }
}

impl Evictor {
    /// Protections that are on by default and taken off, as flags or by name.
    pub fn default_disabled(&self) -> Vec<DefaultProtection> {
        let flags = [
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
        let named = self.pod_protections.iter();
        let named = named.flat_map(|protections| &protections.default_disabled);
        set(flags).chain(named.copied()).collect()
    }

    /// Protections that are off by default and put on.
    pub fn extra_enabled(&self) -> Vec<ExtraProtection> {
        let flags = [
            (self.ignore_pvc_pods, ExtraProtection::PodsWithPvc),
            (
                self.ignore_pods_without_pdb,
                ExtraProtection::PodsWithoutPdb,
            ),
        ];
        let named = self.pod_protections.iter();
        let named = named.flat_map(|protections| &protections.extra_enabled);
        set(flags).chain(named.copied()).collect()
    }

    pub(super) fn has_flags(&self) -> bool {
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

    /// The storage classes whose claims are protected; empty where it is all of them, or none.
    pub fn protected_storage_classes(&self) -> Vec<String> {
        let config = self
            .pod_protections
            .as_ref()
            .and_then(|protections| protections.config.as_ref()?.pods_with_pvc.as_ref());
        let classes = config.map_or(&[][..], |config| &config.protected_storage_classes);
        classes.iter().map(|class| class.name.clone()).collect()
    }
}

/// To Go `null` is an empty list, and an empty text.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Those whose flag is set.
fn set<T>(flags: impl IntoIterator<Item = (Option<bool>, T)>) -> impl Iterator<Item = T> {
    let flags = flags.into_iter();
    flags.filter_map(|(is_set, protection)| is_set.unwrap_or(false).then_some(protection))
}
