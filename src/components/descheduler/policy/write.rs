//! The policy of a descheduler that spotgen makes, as its version understands it.

use serde_json::Value as Json;

use super::types::{
    Args, EVICTOR, Evictor, KIND, NODE_AFFINITY, Namespaces, NodeAffinity, PluginConfig, PluginSet,
    Plugins, PodProtections, Policy, Profile, ProtectionConfig, PvcProtection, StorageClass,
    Threshold, VERSION,
};
use crate::components::descheduler::resolve::{
    Descheduler, Evictor as Planned, Namespaces as Moved, PriorityThreshold,
};
use crate::config::{DefaultProtection, ExtraProtection};
use crate::kubernetes::PREFERRED;
use crate::values::Limit;
use crate::yaml;

/// The policy as the text of a file.
pub(crate) fn text(descheduler: &Descheduler) -> String {
    let mut text = String::new();
    yaml::write(&policy(descheduler), &mut text);
    text
}

/// The policy as data.
pub(crate) fn data(descheduler: &Descheduler) -> Json {
    serde_json::to_value(policy(descheduler)).expect("a policy is data")
}

fn policy(descheduler: &Descheduler) -> Policy {
    let limits = &descheduler.limits;
    let plugin = |name: &str, args: Args| PluginConfig {
        name: name.to_owned(),
        args,
    };
    Policy {
        api_version: VERSION.to_owned(),
        kind: KIND.to_owned(),
        node_selector: None,
        per_node: number(limits.per_node),
        per_namespace: number(limits.per_namespace),
        total: number(limits.total),
        profiles: vec![Profile {
            name: descheduler.profile_name.clone(),
            plugin_config: vec![
                plugin(EVICTOR, Args::Evictor(Box::new(evictor(descheduler)))),
                plugin(
                    NODE_AFFINITY,
                    Args::NodeAffinity(NodeAffinity {
                        types: vec![PREFERRED.to_owned()],
                        namespaces: namespaces(&descheduler.namespaces),
                        ..NodeAffinity::default()
                    }),
                ),
            ],
            plugins: Plugins {
                deschedule: PluginSet {
                    enabled: vec![NODE_AFFINITY.to_owned()],
                },
            },
        }],
    }
}

fn number(limit: Limit) -> Option<u32> {
    match limit {
        Limit::Unlimited => None,
        Limit::AtMost(number) => Some(number),
    }
}

fn namespaces(moved: &Moved) -> Option<Namespaces> {
    let (include, exclude) = match moved {
        Moved::All => return None,
        Moved::Include(names) => (Some(names.clone()), None),
        Moved::Exclude(names) => (None, Some(names.clone())),
    };
    Some(Namespaces { include, exclude })
}

/// Protections are named from 0.34 on; before, each was a flag of its own. A policy with both is refused.
fn evictor(descheduler: &Descheduler) -> Evictor {
    let planned = &descheduler.evictor;
    let common = Evictor {
        node_fit: Some(planned.node_fit),
        node_selector: Some(planned.node_selector.clone()).filter(|selector| !selector.is_empty()),
        min_replicas: planned
            .min_replicas
            .map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
        min_pod_age: planned.min_pod_age.clone(),
        priority_threshold: planned
            .priority_threshold
            .as_ref()
            .map(|threshold| match threshold {
                PriorityThreshold::Name(name) => Threshold {
                    name: Some(name.clone()),
                    value: None,
                },
                PriorityThreshold::Value(value) => Threshold {
                    name: None,
                    value: Some(*value),
                },
            }),
        ..Evictor::default()
    };
    if descheduler.version.at_least(0, 34) {
        Evictor {
            pod_protections: protections(planned),
            ..common
        }
    } else {
        with_flags(common, planned)
    }
}

fn protections(planned: &Planned) -> Option<PodProtections> {
    let classes = planned.protected_storage_classes.iter();
    let classes: Vec<StorageClass> = classes
        .map(|name| StorageClass { name: name.clone() })
        .collect();
    let has_any = !planned.default_disabled.is_empty() || !planned.extra_enabled.is_empty();
    has_any.then(|| PodProtections {
        default_disabled: planned.default_disabled.clone(),
        extra_enabled: planned.extra_enabled.clone(),
        config: (!classes.is_empty()).then_some(ProtectionConfig {
            pods_with_pvc: Some(PvcProtection {
                protected_storage_classes: classes,
            }),
        }),
    })
}

fn with_flags(evictor: Evictor, planned: &Planned) -> Evictor {
    let disabled = |protection| {
        planned
            .default_disabled
            .contains(&protection)
            .then_some(true)
    };
    let enabled = |protection| planned.extra_enabled.contains(&protection).then_some(true);
    Evictor {
        evict_local_storage_pods: disabled(DefaultProtection::PodsWithLocalStorage),
        evict_daemon_set_pods: disabled(DefaultProtection::DaemonSetPods),
        evict_system_critical_pods: disabled(DefaultProtection::SystemCriticalPods),
        evict_failed_bare_pods: disabled(DefaultProtection::FailedBarePods),
        ignore_pvc_pods: enabled(ExtraProtection::PodsWithPvc),
        ..evictor
    }
}
