//! Which pods may be evicted, by their labels.

use k8s_openapi::apimachinery::pkg::apis::meta::v1 as api;
use serde::{Serialize, Serializer};
use smol_str::SmolStr;

use crate::config::{self, LabelOperator, LabelRequirement};
use crate::kubernetes::{
    JOB_LABELS, JOB_NAME_LABEL, LabelSelector, Labels, OLD_JOB_NAME_LABEL, Operator, Requirement,
};
use crate::values::{SortedMap, Version};

/// What is declared, else all pods but those of Jobs: an evicted one starts anew, and its Job counts a failure.
pub(super) fn resolve(
    declared: Option<&config::LabelSelector>,
    kubernetes: Version,
) -> LabelSelector {
    let Some(declared) = declared else {
        return LabelSelector {
            match_expressions: vec![Requirement::new(
                job_label(kubernetes),
                Operator::DoesNotExist,
            )],
            ..LabelSelector::default()
        };
    };
    let labels = declared.match_labels.iter().flat_map(SortedMap::iter);
    let conditions = declared.match_expressions.iter().flatten();
    LabelSelector {
        match_labels: labels
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect(),
        match_expressions: conditions
            .map(|condition| requirement(condition).expect("validation has looked at it"))
            .collect(),
    }
}

/// Whether a selector takes pods with these labels, for all that is known: where `are_all` does not hold, pods may have
/// others. The controller of Jobs gives its labels to pods that are `of_job`, which `labels` lack.
pub(crate) fn selects(
    selector: &LabelSelector,
    of_job: bool,
    (labels, are_all): (&Labels, bool),
) -> bool {
    let is_unknown = |key: &str| {
        if JOB_LABELS.contains(&key) {
            of_job
        } else {
            !are_all
        }
    };
    let has_labels = selector.match_labels.iter().all(|(key, value)| {
        labels
            .get(key)
            .map_or_else(|| is_unknown(key), |own| own == value)
    });
    let mut conditions = selector.match_expressions.iter();
    has_labels
        && conditions.all(|condition| {
            let key = condition.key.as_str();
            let own = labels.get(key).map(SmolStr::as_str);
            match &condition.operator {
                operator if own.is_some() || !is_unknown(key) => operator.holds(own),
                // The controller of Jobs sets the label.
                Operator::DoesNotExist => !JOB_LABELS.contains(&key),
                _ => true,
            }
        })
}

/// The label by which the pods of a `Job` are told.
pub(crate) fn job_label(kubernetes: Version) -> &'static str {
    if kubernetes.at_least(1, 27) {
        JOB_NAME_LABEL
    } else {
        OLD_JOB_NAME_LABEL
    }
}

/// A condition as Kubernetes evaluates it.
///
/// # Errors
/// What the API server has against it.
pub(super) fn requirement(condition: &LabelRequirement) -> Result<Requirement, &'static str> {
    let operator = match condition.operator {
        LabelOperator::In => "In",
        LabelOperator::NotIn => "NotIn",
        LabelOperator::Exists => "Exists",
        LabelOperator::DoesNotExist => "DoesNotExist",
    };
    let values = condition.values.iter().flatten();
    let values = values.map(ToString::to_string).collect();
    let operator = Operator::of(operator, values)?;
    Ok(Requirement::new(condition.key.to_string(), operator))
}

/// Writes it as Kubernetes does.
pub(super) fn serialize<S: Serializer>(
    selector: &LabelSelector,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    api::LabelSelector::from(selector).serialize(serializer)
}
