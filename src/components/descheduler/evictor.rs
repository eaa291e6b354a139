//! What may be evicted: as it is decided, and how that is in the policy.

use serde::Serialize;

use super::evictor_args::{
    EvictorArgs, PodProtections, ProtectionConfig, PvcProtection, StorageClass, Threshold,
};
use super::label_selector;
use crate::components::controller::duration;
use crate::config::{self, DefaultProtection, ExtraProtection, Kind};
use crate::defaults;
use crate::kubernetes::{LabelSelector, Labels};
use crate::values::{Duration, Version};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evictor {
    pub node_fit: bool,
    pub node_selector: String,
    /// By the labels of pods: only what it selects is evicted.
    #[serde(
        serialize_with = "label_selector::serialize",
        skip_serializing_if = "LabelSelector::is_empty"
    )]
    pub label_selector: LabelSelector,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_pod_age: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_threshold: Option<PriorityThreshold>,
    pub default_disabled: Vec<DefaultProtection>,
    pub extra_enabled: Vec<ExtraProtection>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protected_storage_classes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PriorityThreshold {
    Name(String),
    Value(i64),
}

impl Evictor {
    /// What is declared, and the defaults of the rest.
    pub(super) fn resolve(
        declared: config::Evictor,
        version: Version,
        kubernetes: Version,
        spot_label: &(String, String),
    ) -> Self {
        let (key, value) = spot_label;
        let protections = declared.pod_protections.unwrap_or_default();
        let classes = protections.config.and_then(|config| config.pods_with_pvc);
        let default_age = version
            .at_least(0, 31)
            .then(|| duration(defaults::MIN_POD_AGE));
        Self {
            node_fit: declared.node_fit.unwrap_or(true),
            node_selector: declared
                .node_selector
                .map_or_else(|| format!("{key}={value}"), String::from),
            label_selector: label_selector::resolve(declared.label_selector.as_ref(), kubernetes),
            min_replicas: declared
                .min_replicas
                .map(crate::values::Int::get)
                .filter(|count| *count > 0),
            min_pod_age: declared
                .min_pod_age
                .or(default_age)
                .filter(|age| !age.is_zero()),
            priority_threshold: declared.priority_threshold.map(|threshold| {
                match (threshold.name, threshold.value) {
                    (Some(name), _) => PriorityThreshold::Name(name.into()),
                    (None, value) => PriorityThreshold::Value(
                        value.expect("validation wants one of the two").get(),
                    ),
                }
            }),
            default_disabled: protections
                .default_disabled
                .unwrap_or_else(|| defaults::DEFAULT_DISABLED.to_vec()),
            extra_enabled: protections
                .extra_enabled
                .unwrap_or_else(|| defaults::EXTRA_ENABLED.to_vec()),
            protected_storage_classes: classes
                .map(|classes| {
                    classes
                        .protected_storage_classes
                        .into_iter()
                        .map(|class| class.name.into())
                        .collect()
                })
                .unwrap_or_default(),
        }
    }

    /// Whether its selector lets it evict pods of this kind of workload with these labels, for all that is known: where
    /// `are_all` does not hold, pods may have others.
    pub(crate) fn selects(&self, kind: Kind, labels: &Labels, are_all: bool) -> bool {
        label_selector::selects(&self.label_selector, kind.is_job(), (labels, are_all))
    }

    /// The arguments of the plugin as this version of the descheduler takes them. Protections are named from 0.34 on;
    /// before, each was a flag of its own. A policy with both is refused.
    pub(super) fn args(&self, version: Version) -> EvictorArgs {
        let common = EvictorArgs {
            node_fit: Some(self.node_fit),
            node_selector: Some(self.node_selector.clone()).filter(|selector| !selector.is_empty()),
            label_selector: (!self.label_selector.is_empty())
                .then(|| (&self.label_selector).into()),
            min_replicas: self
                .min_replicas
                .map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
            min_pod_age: self.min_pod_age.clone(),
            priority_threshold: self.priority_threshold.as_ref().map(Threshold::from),
            ..EvictorArgs::default()
        };
        if version.at_least(0, 34) {
            EvictorArgs {
                pod_protections: self.protections(),
                ..common
            }
        } else {
            self.with_flags(common)
        }
    }

    fn protections(&self) -> Option<PodProtections> {
        let classes = self.protected_storage_classes.iter();
        let classes: Vec<StorageClass> = classes
            .map(|name| StorageClass { name: name.clone() })
            .collect();
        let has_any = !self.default_disabled.is_empty() || !self.extra_enabled.is_empty();
        has_any.then(|| PodProtections {
            default_disabled: self.default_disabled.clone(),
            extra_enabled: self.extra_enabled.clone(),
            config: (!classes.is_empty()).then_some(ProtectionConfig {
                pods_with_pvc: Some(PvcProtection {
                    protected_storage_classes: classes,
                }),
            }),
        })
    }

    fn with_flags(&self, args: EvictorArgs) -> EvictorArgs {
        let disabled = |protection| self.default_disabled.contains(&protection).then_some(true);
        let enabled = |protection| self.extra_enabled.contains(&protection).then_some(true);
        EvictorArgs {
            evict_local_storage_pods: disabled(DefaultProtection::PodsWithLocalStorage),
            evict_daemon_set_pods: disabled(DefaultProtection::DaemonSetPods),
            evict_system_critical_pods: disabled(DefaultProtection::SystemCriticalPods),
            evict_failed_bare_pods: disabled(DefaultProtection::FailedBarePods),
            ignore_pvc_pods: enabled(ExtraProtection::PodsWithPvc),
            ..args
        }
    }
}

/// As the descheduler takes the arguments of others.
impl From<&EvictorArgs> for Evictor {
    fn from(args: &EvictorArgs) -> Self {
        let threshold = args.priority_threshold.as_ref();
        let extra_enabled = args.extra_enabled();
        let counts = extra_enabled.contains(&ExtraProtection::PodsWithPvc);
        Self {
            // The descheduler's own default.
            node_fit: args.node_fit.unwrap_or(false),
            node_selector: args.node_selector.clone().unwrap_or_default(),
            label_selector: args
                .label_selector
                .as_ref()
                .and_then(|selector| LabelSelector::try_from(selector).ok())
                .unwrap_or_default(),
            min_replicas: args.min_replicas.map(i64::from).filter(|count| *count > 0),
            min_pod_age: args.min_pod_age.clone().filter(|age| !age.is_zero()),
            priority_threshold: threshold.and_then(|threshold| {
                let by_name = threshold.name.clone().map(PriorityThreshold::Name);
                by_name.or(threshold.value.map(PriorityThreshold::Value))
            }),
            default_disabled: args.default_disabled(),
            extra_enabled,
            protected_storage_classes: if counts {
                args.protected_storage_classes()
            } else {
                Vec::new()
            },
        }
    }
}

impl From<&PriorityThreshold> for Threshold {
    fn from(threshold: &PriorityThreshold) -> Self {
        match threshold {
            PriorityThreshold::Name(name) => Self {
                name: Some(name.clone()),
                value: None,
            },
            PriorityThreshold::Value(value) => Self {
                name: None,
                value: Some(*value),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::{JOB_LABELS, Operator, Requirement};

    #[test]
    fn pods_of_jobs_have_the_labels_of_their_controller() {
        let spot_label = ("spot".to_owned(), "true".to_owned());
        let (version, kubernetes) = (defaults::DESCHEDULER_VERSION, defaults::KUBERNETES_VERSION);
        let by = |key: &str, operator: Operator| Evictor {
            label_selector: LabelSelector {
                match_expressions: vec![Requirement::new(key, operator)],
                ..LabelSelector::default()
            },
            ..Evictor::resolve(config::Evictor::default(), version, kubernetes, &spot_label)
        };
        let none = Labels::new();
        for key in JOB_LABELS {
            let without = by(key, Operator::DoesNotExist);
            assert!(!without.selects(Kind::Job, &none, true), "{key}");
            assert!(without.selects(Kind::Deployment, &none, true), "{key}");
            assert!(
                by(key, Operator::Exists).selects(Kind::CronJob, &none, true),
                "{key}"
            );
            assert!(
                !by(key, Operator::Exists).selects(Kind::Pod, &none, true),
                "{key}"
            );
        }
        // Of other labels it is not known whether pods have them.
        let other = by("tier", Operator::DoesNotExist);
        assert!(other.selects(Kind::Job, &none, false));
        let own = Labels::from([("tier".to_owned(), "a".to_owned())]);
        assert!(!other.selects(Kind::Job, &own, false));
    }
}
