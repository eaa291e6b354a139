//! Gives a budget that allows no eviction a bound that allows one.

use serde_json::{Value as Json, json};

use super::workload_setting;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer};
use crate::load::Document;
use crate::model::budgets::Covered;
use crate::yaml::Node;

/// Allows one eviction at a time. `fewest` is the smallest number of pods that the budget covers, for pods that
/// Kubernetes cannot count.
pub(in crate::check) fn one_at_a_time(
    budget: &Covered<'_>,
    fewest: i64,
    document: &Document<'_>,
) -> Result<Fix, &'static str> {
    let is_counted = budget.pods.iter().all(|pods| pods.kind().is_counted());
    let (key, other, value) = if is_counted {
        ("maxUnavailable", "minAvailable", 1)
    } else {
        ("minAvailable", "maxUnavailable", (fewest - 1).max(0))
    };
    match budget.found {
        Some(found) => {
            let spec = Pointer::parse("/spec");
            let has_other = if is_counted {
                budget.min_available.is_some()
            } else {
                budget.max_unavailable.is_some()
            };
            let remove = has_other.then(|| Edit::Remove {
                pointer: spec.child(other),
            });
            let set = Edit::Set {
                pointer: spec.child(key),
                value: value.into(),
            };
            let edits = remove.into_iter().chain([set]);
            let object = found.location;
            Ok(Fix::Manifest(
                edits.map(|edit| ManifestEdit { object, edit }).collect(),
            ))
        }
        None => in_config(budget, key, other, value, document),
    }
}

/// Edits the budget where it is declared, which may be a class, and keeps the other keys.
fn in_config(
    budget: &Covered<'_>,
    key: &str,
    other: &str,
    value: i64,
    document: &Document<'_>,
) -> Result<Fix, &'static str> {
    let written = budget.setting(document);
    let declared = written.as_ref().and_then(|pointer| document.node(pointer));
    let mut bound = declared.map_or_else(|| json!({}), Node::to_json);
    if let Json::Object(bound) = &mut bound {
        bound.remove(other);
        bound.insert(key.to_owned(), value.into());
    }
    match written {
        Some(pointer) => Ok(Fix::set(pointer, bound)),
        None => workload_setting::fix(budget.pods.first, &["disruptionBudget"], bound),
    }
}
