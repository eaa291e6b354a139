//! The policy of a descheduler that spotgen makes, as its version understands it.

use serde_json::Value as Json;

use super::types::{
    Args, EVICTOR, KIND, NODE_AFFINITY, NodeAffinity, PluginConfig, PluginSet, Plugins, Policy,
    Profile, VERSION,
};
use crate::components::Explained;
use crate::components::descheduler::explain;
use crate::components::descheduler::limits::{LimitKey, PolicyLimits};
use crate::components::descheduler::resolve::Descheduler;
use crate::kubernetes::PREFERRED;
use crate::plan::Plan;

/// The policy as the text of a file.
pub(crate) fn text(plan: &Plan, descheduler: &Descheduler) -> String {
    let mut text = String::new();
    let (limit, time) = explain::limits(plan, descheduler).unzip();
    let limit = limit.unwrap_or(LimitKey::Total);
    Explained::from(policy(descheduler))
        .because([limit.in_policy()], time)
        .because(
            ["profiles", "pluginConfig", "args", "labelSelector"],
            explain::label_selector(plan, &descheduler.evictor.label_selector),
        )
        .because(
            ["profiles", "pluginConfig", "args", "minPodAge"],
            explain::min_pod_age(descheduler),
        )
        .write(&mut text);
    text
}

/// The policy as data.
pub(crate) fn data(descheduler: &Descheduler) -> Json {
    serde_json::to_value(policy(descheduler)).expect("a policy is data")
}

fn policy(descheduler: &Descheduler) -> Policy {
    let evictor = descheduler.evictor.args(descheduler.version);
    let plugin = |name: &str, args: Args| PluginConfig {
        name: name.to_owned(),
        args,
    };
    Policy {
        api_version: VERSION.to_owned(),
        kind: KIND.to_owned(),
        node_selector: None,
        limits: PolicyLimits::from(&descheduler.limits),
        profiles: vec![Profile {
            name: descheduler.profile_name.clone(),
            plugin_config: vec![
                plugin(EVICTOR, Args::Evictor(Box::new(evictor))),
                plugin(
                    NODE_AFFINITY,
                    Args::NodeAffinity(NodeAffinity {
                        types: vec![PREFERRED.to_owned()],
                        namespaces: descheduler.namespaces.lists(),
                        ..NodeAffinity::default()
                    }),
                ),
            ],
            plugins: Plugins {
                deschedule: PluginSet {
                    enabled: vec![NODE_AFFINITY.to_owned()],
                },
                balance: PluginSet::default(),
            },
        }],
    }
}
