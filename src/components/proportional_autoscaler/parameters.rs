//! The parameters of a proportional autoscaler, read as it reads them.
//!
//! Sources: kubernetes-sigs/cluster-proportional-autoscaler, under `pkg/autoscaler/controller`: `plugin/plugin.go`
//! (`EnsureController`), `linearcontroller/linear_controller.go` and `laddercontroller/ladder_controller.go`. They use plain
//! `json.Unmarshal`, which does not mind the case of keys and passes over those that it does not know.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::Control;
use crate::config::{Ladder, Linear};
use crate::diagnostic::Severity;
use crate::manifests::{Problem, Text};

/// The keys of `linear`.
pub(crate) const LINEAR: [&str; 6] = [
    "coresPerReplica",
    "nodesPerReplica",
    "min",
    "max",
    "preventSinglePointFailure",
    "includeUnschedulableNodes",
];
/// The keys of `ladder`.
pub(crate) const LADDER: [&str; 3] = [
    "coresToReplicas",
    "nodesToReplicas",
    "includeUnschedulableNodes",
];

/// More nodes, cores or replicas than a cluster can have.
const MOST: i64 = 100_000;

/// What the `data` of its `ConfigMap` says, and what it has against it.
pub(super) fn read(data: &[Text]) -> (Option<Control>, Vec<Problem>) {
    let mut problems = Vec::new();
    let control = match data {
        [only] if only.key == "linear" => linear(&only.text, &mut problems).map(Control::Linear),
        [only] if only.key == "ladder" => ladder(&only.text, &mut problems).map(Control::Ladder),
        _ => {
            let keys: Vec<&str> = data.iter().map(|text| text.key.as_str()).collect();
            let problem = format!(
                "exactly one key is allowed, `linear` or `ladder`, but there are `{}`",
                keys.join("`, `")
            );
            problems.push((Severity::Error, problem));
            None
        }
    };
    (control, problems)
}

fn linear(text: &str, problems: &mut Vec<Problem>) -> Option<Linear> {
    let mut map = known(text, &LINEAR, problems)?;
    // No limit.
    if map.get("max").and_then(Json::as_i64) == Some(0) {
        map.remove("max");
    }
    // More than there can be is as good as no limit.
    if let Some(max) = map.get_mut("max").filter(|max| max.as_i64() > Some(MOST)) {
        *max = Json::from(MOST);
    }
    let linear: Linear = from(map, problems)?;
    let is_none =
        |number: Option<crate::values::Number>| number.is_none_or(|number| number.get() == 0.0);
    if is_none(linear.cores_per_replica) && is_none(linear.nodes_per_replica) {
        let problem = "`coresPerReplica` or `nodesPerReplica` must be greater than 0";
        problems.push((Severity::Error, problem.to_owned()));
        return None;
    }
    if let (Some(min), Some(max)) = (linear.min, linear.max)
        && max.get() < min.get()
    {
        let problem = format!("`max` {} is less than `min` {}", max.get(), min.get());
        problems.push((Severity::Error, problem));
        return None;
    }
    Some(linear)
}

fn ladder(text: &str, problems: &mut Vec<Problem>) -> Option<Ladder> {
    let mut map = known(text, &LADDER, problems)?;
    // Of each step two numbers are read, whatever else there is; what is missing is 0.
    for steps in map.values_mut().filter_map(Json::as_array_mut) {
        for step in steps.iter_mut().filter_map(Json::as_array_mut) {
            step.resize(2, Json::from(0));
            for number in step
                .iter_mut()
                .filter(|number| number.as_i64() > Some(MOST))
            {
                *number = Json::from(MOST);
            }
        }
    }
    let mut ladder: Ladder = from(map, problems)?;
    ladder.cores_to_replicas.sort_by_key(|step| step[0].get());
    ladder.nodes_to_replicas.sort_by_key(|step| step[0].get());
    Some(ladder)
}

/// The known keys, in their own spelling.
fn known(text: &str, keys: &[&str], problems: &mut Vec<Problem>) -> Option<Map<String, Json>> {
    let map: Map<String, Json> = match serde_json::from_str(text) {
        Ok(map) => map,
        Err(error) => {
            problems.push((
                Severity::Error,
                format!("the parameters are not a JSON object: {error}"),
            ));
            return None;
        }
    };
    let mut read = Map::new();
    for (key, value) in map {
        match keys.iter().find(|known| known.eq_ignore_ascii_case(&key)) {
            Some(_) if value.is_null() => {}
            Some(known) => {
                read.insert((*known).to_owned(), value);
            }
            None => {
                let hint = crate::suggest::similar(&key, keys.iter().copied());
                let hint = hint.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
                let problem = format!("the unknown key `{key}` is ignored{hint}");
                problems.push((Severity::Warning, problem));
            }
        }
    }
    Some(read)
}

fn from<T: DeserializeOwned>(map: Map<String, Json>, problems: &mut Vec<Problem>) -> Option<T> {
    T::deserialize(&Json::Object(map))
        .map_err(|error| problems.push((Severity::Error, error.to_string())))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    fn one(key: &str, text: &str) -> (Option<Control>, Vec<Problem>) {
        let location = Span::new(SourceId(0), 0, 0);
        read(&[Text::new(key.to_owned(), text.to_owned(), location)])
    }

    #[test]
    fn parameters_are_read_as_the_autoscaler_reads_them() {
        for text in [
            r#"{"nodesPerReplica": 2, "max": 3}"#,
            r#"{"NODESPERREPLICA": 0.5, "max": 0, "min": null}"#,
            r#"{"coresPerReplica": 4, "preventSinglePointFailure": true}"#,
        ] {
            let (control, problems) = one("linear", text);
            assert!(
                matches!(control, Some(Control::Linear(_))),
                "{text}: {problems:?}"
            );
            assert!(problems.is_empty(), "{text}: {problems:?}");
        }
        let (control, problems) = one("ladder", r#"{"nodesToReplicas": [[3, 2], [0], [1, 1, 9]]}"#);
        let Some(Control::Ladder(ladder)) = control else {
            panic!("{problems:?}");
        };
        let steps = ladder.nodes_to_replicas.iter();
        let steps: Vec<[i64; 2]> = steps
            .map(|step| step.map(crate::values::Int::get))
            .collect();
        assert_eq!(steps, [[0, 0], [1, 1], [3, 2]]);
    }

    #[test]
    fn what_it_cannot_use_is_told() {
        for (key, text, problem) in [
            ("linear", "nodesPerReplica: 2", "not a JSON object"),
            ("linear", r#"{"nodesPerReplica": "2"}"#, "invalid type"),
            ("linear", r#"{"max": 3}"#, "must be greater than 0"),
            (
                "linear",
                r#"{"nodesPerReplica": 1, "min": 4, "max": 3}"#,
                "is less than `min`",
            ),
            ("ladder", r#"{"nodesToReplicas": [[0, -1]]}"#, "-1"),
            ("steps", "{}", "exactly one key is allowed"),
        ] {
            let (control, problems) = one(key, text);
            assert!(control.is_none(), "{text}");
            let is_told = problems
                .iter()
                .any(|(level, own)| *level == Severity::Error && own.contains(problem));
            assert!(is_told, "{text}: {problems:?}");
        }
        let (_, problems) = one("linear", r#"{"nodesPerReplica": 1, "maximum": 3}"#);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].0, Severity::Warning);
    }
}
