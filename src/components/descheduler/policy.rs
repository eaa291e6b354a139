//! The descheduler's policy, as its version understands it.
//!
//! Source: kubernetes-sigs/descheduler pkg/api/v1alpha2/types.go, pkg/framework/plugins/defaultevictor/types.go and
//! pkg/framework/plugins/removepodsviolatingnodeaffinity/types.go.

use serde::Serialize;

use crate::config::{DefaultProtection, ExtraProtection};
use crate::plan::{Descheduler, Evictor, Namespaces, PriorityThreshold};
use crate::values::Limit;
use crate::yaml;

pub(crate) const EVICTOR: &str = "DefaultEvictor";
pub(crate) const NODE_AFFINITY: &str = "RemovePodsViolatingNodeAffinity";

/// The API version of policies.
pub(crate) const VERSION: &str = "descheduler/v1alpha2";

/// The policy as the text of a file.
pub(crate) fn text(descheduler: &Descheduler) -> String {
    let mut text = String::new();
    yaml::write(&whole(descheduler), &mut text);
    text
}

/// The policy as data.
pub(crate) fn policy(descheduler: &Descheduler) -> serde_json::Value {
    serde_json::to_value(whole(descheduler)).expect("a policy is data")
}

fn whole(descheduler: &Descheduler) -> Policy<'_> {
    let limits = &descheduler.limits;
    Policy {
        api_version: VERSION,
        kind: "DeschedulerPolicy",
        max_no_of_pods_to_evict_per_node: number(limits.per_node),
        max_no_of_pods_to_evict_per_namespace: number(limits.per_namespace),
        max_no_of_pods_to_evict_total: number(limits.total),
        profiles: [Profile {
            name: &descheduler.profile_name,
            plugin_config: (
                PluginConfig {
                    name: EVICTOR,
                    args: evictor(descheduler),
                },
                PluginConfig {
                    name: NODE_AFFINITY,
                    args: NodeAffinityArgs {
                        node_affinity_type: ["preferredDuringSchedulingIgnoredDuringExecution"],
                        namespaces: namespaces(&descheduler.namespaces),
                    },
                },
            ),
            plugins: Plugins {
                deschedule: PluginSet {
                    enabled: [NODE_AFFINITY],
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

fn namespaces(namespaces: &Namespaces) -> Option<NamespaceLists<'_>> {
    let (include, exclude) = match namespaces {
        Namespaces::All => return None,
        Namespaces::Include(names) => (Some(names.as_slice()), None),
        Namespaces::Exclude(names) => (None, Some(names.as_slice())),
    };
    Some(NamespaceLists { include, exclude })
}

/// Protections are named from 0.34 on; before, each was a flag of its own. A policy with both is refused.
fn evictor(descheduler: &Descheduler) -> EvictorArgs<'_> {
    let evictor = &descheduler.evictor;
    let names_protections = descheduler.version.at_least(0, 34);
    EvictorArgs {
        node_fit: evictor.node_fit,
        node_selector: Some(evictor.node_selector.as_str()).filter(|selector| !selector.is_empty()),
        min_replicas: evictor.min_replicas,
        min_pod_age: evictor.min_pod_age.as_ref().map(ToString::to_string),
        priority_threshold: evictor
            .priority_threshold
            .as_ref()
            .map(|threshold| match threshold {
                PriorityThreshold::Name(name) => Threshold::Name { name },
                PriorityThreshold::Value(value) => Threshold::Value { value: *value },
            }),
        pod_protections: if names_protections {
            protections(evictor)
        } else {
            None
        },
        flags: if names_protections {
            Flags::default()
        } else {
            flags(evictor)
        },
    }
}

fn protections(evictor: &Evictor) -> Option<PodProtections<'_>> {
    let storage_classes = &evictor.protected_storage_classes;
    let found = PodProtections {
        default_disabled: &evictor.default_disabled,
        extra_enabled: &evictor.extra_enabled,
        config: (!storage_classes.is_empty()).then(|| ProtectionConfig {
            pods_with_pvc: PvcProtection {
                protected_storage_classes: storage_classes
                    .iter()
                    .map(|name| Named { name })
                    .collect(),
            },
        }),
    };
    Some(found)
        .filter(|found| !found.default_disabled.is_empty() || !found.extra_enabled.is_empty())
}

fn flags(evictor: &Evictor) -> Flags {
    let disabled = |protection| evictor.default_disabled.contains(&protection);
    let enabled = |protection| evictor.extra_enabled.contains(&protection);
    Flags {
        evict_local_storage_pods: disabled(DefaultProtection::PodsWithLocalStorage),
        evict_daemon_set_pods: disabled(DefaultProtection::DaemonSetPods),
        evict_system_critical_pods: disabled(DefaultProtection::SystemCriticalPods),
        evict_failed_bare_pods: disabled(DefaultProtection::FailedBarePods),
        ignore_pvc_pods: enabled(ExtraProtection::PodsWithPvc),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Policy<'a> {
    api_version: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_no_of_pods_to_evict_per_node: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_no_of_pods_to_evict_per_namespace: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_no_of_pods_to_evict_total: Option<u32>,
    profiles: [Profile<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    name: &'a str,
    plugin_config: (
        PluginConfig<EvictorArgs<'a>>,
        PluginConfig<NodeAffinityArgs<'a>>,
    ),
    plugins: Plugins,
}

#[derive(Serialize)]
struct PluginConfig<T> {
    name: &'static str,
    args: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EvictorArgs<'a> {
    node_fit: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_selector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_replicas: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_pod_age: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority_threshold: Option<Threshold<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pod_protections: Option<PodProtections<'a>>,
    #[serde(flatten)]
    flags: Flags,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Threshold<'a> {
    Name { name: &'a str },
    Value { value: i64 },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PodProtections<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    default_disabled: &'a [DefaultProtection],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    extra_enabled: &'a [ExtraProtection],
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<ProtectionConfig<'a>>,
}

#[derive(Serialize)]
struct ProtectionConfig<'a> {
    #[serde(rename = "PodsWithPVC")]
    pods_with_pvc: PvcProtection<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PvcProtection<'a> {
    protected_storage_classes: Vec<Named<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

/// Deprecated since 0.34.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "so the descheduler has them")]
struct Flags {
    #[serde(skip_serializing_if = "is_false")]
    evict_local_storage_pods: bool,
    #[serde(skip_serializing_if = "is_false")]
    evict_daemon_set_pods: bool,
    #[serde(skip_serializing_if = "is_false")]
    evict_system_critical_pods: bool,
    #[serde(skip_serializing_if = "is_false")]
    evict_failed_bare_pods: bool,
    #[serde(skip_serializing_if = "is_false")]
    ignore_pvc_pods: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeAffinityArgs<'a> {
    node_affinity_type: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    namespaces: Option<NamespaceLists<'a>>,
}

#[derive(Serialize)]
struct NamespaceLists<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    include: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclude: Option<&'a [String]>,
}

#[derive(Serialize)]
struct Plugins {
    deschedule: PluginSet,
}

#[derive(Serialize)]
struct PluginSet {
    enabled: [&'static str; 1],
}
