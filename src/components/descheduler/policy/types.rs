//! A policy as data.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::components::descheduler::evictor_args::EvictorArgs;
use crate::components::descheduler::limits::PolicyLimits;
use crate::components::descheduler::means::Means;
use crate::components::descheduler::namespaces::{NamespaceLists, Namespaces};
use crate::components::descheduler::null::or_default;
use crate::kubernetes::{self as selector, PREFERRED};
use crate::plan::Plan;

pub(in crate::components) const EVICTOR: &str = "DefaultEvictor";
pub(in crate::components) const NODE_AFFINITY: &str = "RemovePodsViolatingNodeAffinity";
pub(in crate::components) const NODE_TAINTS: &str = "RemovePodsViolatingNodeTaints";

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
    NodeTaints(NodeTaints),
    /// Of a plugin that failback does not need.
    Other(Json),
}

/// The plugins that run, by what they are for. Failback needs one kind of them.
#[derive(Debug, Default, Serialize)]
pub(super) struct Plugins {
    pub(super) deschedule: PluginSet,
    #[serde(skip_serializing_if = "PluginSet::is_empty")]
    pub(super) balance: PluginSet,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct PluginSet {
    pub(super) enabled: Vec<String>,
}

impl PluginSet {
    fn is_empty(&self) -> bool {
        self.enabled.is_empty()
    }

    fn has(&self, plugin: &str) -> bool {
        self.enabled.iter().any(|name| name == plugin)
    }
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
    pub(super) label_selector: Option<LabelSelector>,
    #[serde(rename = "nodeAffinityType", deserialize_with = "or_default")]
    pub(super) types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) namespaces: Option<NamespaceLists>,
}

/// The arguments of the plugin that evicts pods which do not tolerate a taint of their node.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct NodeTaints {
    pub(super) api_version: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) label_selector: Option<LabelSelector>,
    pub(super) namespaces: Option<NamespaceLists>,
    pub(super) include_prefer_no_schedule: Option<bool>,
    #[serde(deserialize_with = "or_default")]
    pub(super) excluded_taints: Vec<String>,
    pub(super) included_taints: Option<Vec<String>>,
}

/// A profile that moves pods back to Spot.
#[derive(Clone, Copy, Debug)]
pub struct Failback<'p> {
    /// The number of the profile.
    pub number: usize,
    pub profile: &'p str,
    /// None: everywhere.
    pub namespaces: Option<&'p NamespaceLists>,
    /// Which pods it moves by their labels; none: all.
    label_selector: Option<&'p LabelSelector>,
    /// None: as the descheduler has it by default.
    pub evictor: Option<&'p EvictorArgs>,
    way: Way<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Way<'p> {
    NodeAffinity,
    NodeTaints(&'p NodeTaints),
}

impl Failback<'_> {
    /// In which namespaces it moves pods.
    pub(crate) fn covered(&self) -> Namespaces {
        self.namespaces.map_or(Namespaces::All, Namespaces::from)
    }

    /// Which pods it moves by their labels, beside what the evictor lets go.
    /// Source: kubernetes-sigs/descheduler v0.36.0 `pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go`
    /// and `pkg/framework/plugins/removepodsviolatingnodetaints/node_taint.go`, `WithLabelSelector`.
    pub(crate) fn moves(&self) -> selector::LabelSelector {
        let own = self.label_selector;
        own.and_then(|own| selector::LabelSelector::try_from(own).ok())
            .unwrap_or_default()
    }

    /// The plugin that moves the pods.
    pub(crate) fn plugin(&self) -> &'static str {
        match self.way {
            Way::NodeAffinity => NODE_AFFINITY,
            Way::NodeTaints(_) => NODE_TAINTS,
        }
    }

    pub(crate) fn means(&self) -> Means {
        match self.way {
            Way::NodeAffinity => Means::Preference,
            Way::NodeTaints(args) => Means::Taints {
                included: args.included_taints.clone(),
                excluded: args.excluded_taints.clone(),
            },
        }
    }
}

impl Policy {
    /// The profiles that move pods back to Spot, each once for each plugin that does.
    pub fn failbacks<'p>(&'p self, plan: &'p Plan) -> impl Iterator<Item = Failback<'p>> {
        let profiles = self.profiles.iter().enumerate();
        let all = profiles.flat_map(|(number, profile)| profile.failbacks(number));
        all.filter(|failback| failback.means().works(plan))
    }

    /// The profiles that run a plugin for balance, each by its number.
    pub(crate) fn balancing<'p>(&'p self, plugin: &str) -> impl Iterator<Item = (usize, &'p Json)> {
        let profiles = self.profiles.iter().enumerate();
        profiles.filter_map(move |(number, profile)| Some((number, profile.balancing(plugin)?)))
    }
}

impl Profile {
    fn failbacks(&self, number: usize) -> impl Iterator<Item = Failback<'_>> {
        let runs = |plugin: &str| self.plugins.deschedule.has(plugin);
        let evictor = self.args().find_map(|args| match args {
            Args::Evictor(evictor) => Some(&**evictor),
            _ => None,
        });
        self.args().filter_map(move |args| {
            let (way, namespaces, label_selector, moves) = match args {
                Args::NodeAffinity(own) => {
                    let moves = own.types.iter().any(|kind| kind == PREFERRED);
                    let moves = moves && runs(NODE_AFFINITY);
                    (
                        Way::NodeAffinity,
                        &own.namespaces,
                        &own.label_selector,
                        moves,
                    )
                }
                Args::NodeTaints(own) => {
                    let moves = own.include_prefer_no_schedule == Some(true);
                    (
                        Way::NodeTaints(own),
                        &own.namespaces,
                        &own.label_selector,
                        moves && runs(NODE_TAINTS),
                    )
                }
                _ => return None,
            };
            moves.then_some(Failback {
                number,
                profile: &self.name,
                namespaces: namespaces.as_ref(),
                label_selector: label_selector.as_ref(),
                evictor,
                way,
            })
        })
    }

    /// The arguments of a plugin, if it runs for balance.
    fn balancing(&self, plugin: &str) -> Option<&Json> {
        let mut configs = self.plugin_config.iter();
        let own = configs.find(|config| config.name == plugin)?;
        match &own.args {
            Args::Other(args) if self.plugins.balance.has(plugin) => Some(args),
            _ => None,
        }
    }

    fn args(&self) -> impl Iterator<Item = &Args> {
        self.plugin_config.iter().map(|config| &config.args)
    }
}
