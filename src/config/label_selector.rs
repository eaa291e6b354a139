#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Labels;
use crate::values::{LabelKey, LabelValue};

/// A label selector of Kubernetes: all of `matchLabels` and `matchExpressions` must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelSelector {
    /// Labels that a pod must have, with these values. Default: none. Example: `{app: web}`.
    #[serde(default)]
    pub match_labels: Option<Labels>,
    /// Conditions on single labels. Default: none. Example: `[{key: tier, operator: Exists}]`.
    #[serde(default)]
    pub match_expressions: Option<Vec<LabelRequirement>>,
}

/// A condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelRequirement {
    /// The label. Example: `batch.kubernetes.io/job-name`.
    pub key: LabelKey,
    /// How to compare it. `NotIn` and `DoesNotExist` also hold without the label. Example: `DoesNotExist`.
    pub operator: LabelOperator,
    /// The values to compare it with, for `In` and `NotIn` only. Default: none. `In` and `NotIn` require at least one.
    /// Example: `[web, api]`.
    #[serde(default)]
    pub values: Option<Vec<LabelValue>>,
}

/// What a condition asks of its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum LabelOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
