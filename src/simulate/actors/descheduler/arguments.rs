//! The arguments of plugins: what is wrong with one of them makes the descheduler refuse the whole policy.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/*/validation.go.

use super::policy::{
    AffinityKind, CRITICAL, Covered, Duplicates, Evictor, NodeAffinity, NodeTaints, Protections,
};
use super::raw::{
    RawDuplicates, RawEvictor, RawNamespaces, RawNodeAffinity, RawNodeTaints, RawProtections,
    RawSelector, RawThreshold, decoded,
};
use super::refused::{Refused, refuse};
use crate::kubernetes::{LabelSelector, Operator, PREFERRED, REQUIRED, Requirement};
use crate::simulate::world::Millis;
use crate::values::{Duration, LabelKey, LabelValue};
use crate::yaml::Node;

const LOCAL_STORAGE: &str = "PodsWithLocalStorage";
const CRITICAL_PODS: &str = "SystemCriticalPods";
const BARE: &str = "FailedBarePods";
const DAEMON_SETS: &str = "DaemonSetPods";
const CLAIMS: &str = "PodsWithPVC";
const WITHOUT_BUDGET: &str = "PodsWithoutPDB";
const RESOURCE_CLAIMS: &str = "PodsWithResourceClaims";

/// Arguments of the evictor, whose priority class is not known yet.
#[derive(Clone, Debug)]
pub(super) struct EvictorArguments {
    evictor: Evictor,
    class: Option<String>,
}

impl EvictorArguments {
    /// Source: the same repository, pkg/utils/priority.go, `GetPriorityValueFromPriorityThreshold`.
    pub(super) fn resolve(
        self,
        priority: &impl Fn(&str) -> Option<i32>,
    ) -> Result<Evictor, Refused> {
        let mut evictor = self.evictor;
        if let Some(class) = self.class {
            evictor.threshold = match priority(&class) {
                Some(value) => value,
                None => return refuse(&format!("there is no PriorityClass `{class}`")),
            };
        }
        if evictor.threshold > CRITICAL {
            return refuse("`priorityThreshold` is above 2000000000");
        }
        Ok(evictor)
    }
}

fn args<'de, T: serde::Deserialize<'de> + Default>(
    node: Option<&'de Node<'_>>,
) -> Result<T, Refused> {
    node.map_or_else(|| Ok(T::default()), decoded)
}

pub(super) fn node_affinity(node: Option<&Node<'_>>) -> Result<NodeAffinity, Refused> {
    let raw: RawNodeAffinity = args(node)?;
    let kinds = raw.node_affinity_type.unwrap_or_default();
    if kinds.is_empty() {
        return refuse("`nodeAffinityType` is empty");
    }
    let kinds = kinds.iter().filter_map(|kind| match kind.as_str() {
        REQUIRED => Some(AffinityKind::Required),
        PREFERRED => Some(AffinityKind::Preferred),
        _ => None,
    });
    Ok(NodeAffinity {
        kinds: kinds.collect(),
        covered: covered(raw.namespaces, raw.label_selector)?,
    })
}

pub(super) fn node_taints(node: Option<&Node<'_>>) -> Result<NodeTaints, Refused> {
    let raw: RawNodeTaints = args(node)?;
    let excluded = raw.excluded_taints.unwrap_or_default();
    let has_included = raw
        .included_taints
        .as_ref()
        .is_some_and(|taints| !taints.is_empty());
    if has_included && !excluded.is_empty() {
        return refuse("`includedTaints` and `excludedTaints` are mutually exclusive");
    }
    Ok(NodeTaints {
        covered: covered(raw.namespaces, raw.label_selector)?,
        includes_prefer_no_schedule: raw.include_prefer_no_schedule.unwrap_or_default(),
        excluded,
        included: raw.included_taints,
    })
}

pub(super) fn duplicates(node: Option<&Node<'_>>) -> Result<Duplicates, Refused> {
    let raw: RawDuplicates = args(node)?;
    Ok(Duplicates {
        covered: covered(raw.namespaces, None)?,
        excluded_kinds: raw.exclude_owner_kinds.unwrap_or_default(),
    })
}

fn covered(
    namespaces: Option<RawNamespaces>,
    labels: Option<RawSelector>,
) -> Result<Covered, Refused> {
    let namespaces = namespaces.unwrap_or_default();
    let included = namespaces.include.unwrap_or_default();
    let excluded = namespaces.exclude.unwrap_or_default();
    if !included.is_empty() && !excluded.is_empty() {
        return refuse("`include` and `exclude` of `namespaces` are mutually exclusive");
    }
    Ok(Covered {
        included,
        excluded,
        labels: selector(labels)?,
    })
}

/// Source: kubernetes/apimachinery pkg/apis/meta/v1/helpers.go, `LabelSelectorAsSelector`.
fn selector(raw: Option<RawSelector>) -> Result<LabelSelector, Refused> {
    let raw = raw.unwrap_or_default();
    let labels = raw.match_labels.unwrap_or_default();
    let mut selector = LabelSelector {
        match_labels: labels
            .into_iter()
            .map(|(key, value)| (key, value.unwrap_or_default()))
            .collect(),
        match_expressions: Vec::new(),
    };
    for expression in raw.match_expressions.unwrap_or_default() {
        let operator = expression.operator.unwrap_or_default();
        let operator = Operator::of(&operator, expression.values.unwrap_or_default());
        let operator = operator.map_err(|error| Refused(format!("a selector {error}")))?;
        let key = expression.key.unwrap_or_default();
        selector
            .match_expressions
            .push(Requirement::new(key, operator));
    }
    let pairs = selector.match_labels.iter();
    let pairs = pairs.map(|(key, value)| (key.as_str(), vec![value.as_str()]));
    let expressions = selector.match_expressions.iter();
    let expressions = expressions.map(|one| {
        let values = match &one.operator {
            Operator::In(values) | Operator::NotIn(values) => values.as_slice(),
            _ => &[],
        };
        let values = values.iter().map(String::as_str).collect();
        (one.key.as_str(), values)
    });
    for (key, values) in pairs.chain(expressions) {
        let mut values = values.into_iter();
        let are_values = values.all(|value| LabelValue::parse(value).is_some());
        if LabelKey::parse(key).is_none() || !are_values {
            return refuse(&format!("a selector has no label that could be `{key}`"));
        }
    }
    Ok(selector)
}

/// Source: the file of the same name in defaultevictor, `ValidateDefaultEvictorArgs`.
pub(super) fn evictor(node: Option<&Node<'_>>) -> Result<EvictorArguments, Refused> {
    let raw: RawEvictor = args(node)?;
    let (value, class) = match raw.priority_threshold {
        None => (None, None),
        Some(RawThreshold { value, name }) => (value, name.filter(|name| !name.is_empty())),
    };
    if value.is_some() && class.is_some() {
        return refuse("`priorityThreshold` has both a `name` and a `value`");
    }
    let obeys_sparing = match raw.no_eviction_policy.as_deref() {
        None | Some("" | "Preferred") => false,
        Some("Mandatory") => true,
        Some(_) => return refuse("`noEvictionPolicy` must be `Preferred` or `Mandatory`"),
    };
    let flag = Option::unwrap_or_default;
    let old = Protections {
        local_storage: !flag(raw.evict_local_storage_pods),
        daemon_sets: !flag(raw.evict_daemon_set_pods),
        critical: !flag(raw.evict_system_critical_pods),
        bare: !flag(raw.evict_failed_bare_pods),
        claims: flag(raw.ignore_pvc_pods).then(Vec::new),
        without_budget: flag(raw.ignore_pods_without_pdb),
        resource_claims: false,
    };
    Ok(EvictorArguments {
        evictor: Evictor {
            node_fit: raw.node_fit.unwrap_or_default(),
            node_selector: raw.node_selector.unwrap_or_default(),
            labels: selector(raw.label_selector)?,
            namespace_labels: selector(raw.namespace_label_selector)?,
            threshold: value.unwrap_or(CRITICAL),
            min_replicas: raw.min_replicas.unwrap_or_default(),
            min_age: raw.min_pod_age.as_deref().map(age).transpose()?,
            obeys_sparing,
            protects: protections(raw.pod_protections.unwrap_or_default(), old)?,
        },
        class,
    })
}

/// The protections by name, or else those of the flags that were there before 0.34.
/// Source: the same repository, pkg/framework/plugins/defaultevictor/defaultevictor.go, `getEffectivePodProtections`.
fn protections(raw: RawProtections, old: Protections) -> Result<Protections, Refused> {
    let enabled = raw.extra_enabled.unwrap_or_default();
    let disabled = raw.default_disabled.unwrap_or_default();
    // They count for the flag as well.
    let classes = raw
        .config
        .and_then(|config| config.claims)
        .unwrap_or_default();
    let classes = classes.protected_storage_classes.unwrap_or_default();
    let classes: Vec<String> = classes
        .into_iter()
        .map(|class| class.name.unwrap_or_default())
        .collect();
    if enabled.is_empty() && disabled.is_empty() {
        return Ok(Protections {
            claims: old.claims.map(|_| classes),
            ..old
        });
    }
    if old != Protections::default() {
        return refuse("`podProtections` and the flags that it replaced are mutually exclusive");
    }
    check(&enabled, &[CLAIMS, WITHOUT_BUDGET, RESOURCE_CLAIMS])?;
    check(
        &disabled,
        &[LOCAL_STORAGE, CRITICAL_PODS, BARE, DAEMON_SETS],
    )?;
    let has = |list: &[String], name: &str| list.iter().any(|own| own == name);
    let protects_claims = has(&enabled, CLAIMS);
    if protects_claims && has(&classes, "") {
        return refuse("a protected storage class has no name");
    }
    Ok(Protections {
        local_storage: !has(&disabled, LOCAL_STORAGE),
        daemon_sets: !has(&disabled, DAEMON_SETS),
        critical: !has(&disabled, CRITICAL_PODS),
        bare: !has(&disabled, BARE),
        claims: protects_claims.then_some(classes),
        without_budget: has(&enabled, WITHOUT_BUDGET),
        resource_claims: has(&enabled, RESOURCE_CLAIMS),
    })
}

fn check(names: &[String], known: &[&str]) -> Result<(), Refused> {
    for (at, name) in names.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            return refuse(&format!("`{name}` is not one of these protections"));
        }
        if names[..at].contains(name) {
            return refuse(&format!("the protection `{name}` is listed twice"));
        }
    }
    Ok(())
}

/// A duration of Go, which may be negative.
fn age(text: &str) -> Result<Millis, Refused> {
    let (text, is_negative) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    if text == "0" {
        return Ok(0);
    }
    let nanos = Duration::parse(text).map_err(Refused)?.nanos();
    let millis = i64::try_from(nanos.div_ceil(1_000_000)).unwrap_or(i64::MAX);
    Ok(if is_negative { -millis } else { millis })
}
