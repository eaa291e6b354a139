//! What is installed: the descheduler, the termination handler, what scales placeholders, the expander's priorities.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as api;

use crate::simulate::world::OwnerId;

/// The components that act in the cluster, as their objects set them up.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    pub descheduler: Option<DeschedulerProgram>,
    pub handler: Option<HandlerProgram>,
    pub proportional: Vec<Counted>,
    /// The text under `priorities` of the expander's `ConfigMap`.
    pub priorities: Option<String>,
}

#[derive(Clone, Debug)]
pub struct DeschedulerProgram {
    /// Whose pods it runs in; none for a `CronJob`, whose pods are not played.
    pub owner: Option<OwnerId>,
    /// The policy as YAML.
    pub policy: String,
    /// As its argument has it, `5m`.
    pub interval: String,
    /// It says what it would evict, and evicts nothing.
    pub is_dry_run: bool,
}

/// The `DaemonSet` of a termination handler.
#[derive(Clone, Debug)]
pub struct HandlerProgram {
    pub owner: OwnerId,
    pub image: String,
    pub args: Vec<String>,
}

/// A proportional autoscaler: what it scales, by which parameters, counting which nodes.
#[derive(Clone, Debug)]
pub struct Counted {
    pub owner: OwnerId,
    /// Namespace and name of the `Deployment` that it scales.
    pub target: (String, String),
    pub node_labels: String,
    /// The entries of its `ConfigMap`.
    pub parameters: BTreeMap<String, String>,
    pub poll_seconds: i64,
}

/// The value of an argument: `--name=value`, or the next word.
pub(super) fn argument<'a>(container: &'a api::Container, name: &str) -> Option<&'a str> {
    let words: Vec<&str> = [&container.command, &container.args]
        .into_iter()
        .flatten()
        .flatten()
        .map(String::as_str)
        .collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let word = word.trim_start_matches('-');
        match word.split_once('=') {
            Some((own, value)) if own == name => Some(value),
            None if word == name => words.get(at + 1).copied(),
            _ => None,
        }
    })
}

/// Whether a flag without a value of its own is set: `--name`, or `--name=true`.
pub(super) fn flag(container: &api::Container, name: &str) -> bool {
    let words = [&container.command, &container.args].into_iter();
    let mut words = words
        .flatten()
        .flatten()
        .map(|word| word.trim_start_matches('-'));
    words.any(|word| match word.split_once('=') {
        Some((own, value)) => {
            own == name && matches!(value, "true" | "1" | "t" | "T" | "True" | "TRUE")
        }
        None => word == name,
    })
}

/// Whether the image is of this repository, whatever its registry.
pub(super) fn is_image(container: &api::Container, name: &str) -> bool {
    let Some(image) = &container.image else {
        return false;
    };
    let path = image.split(['@']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    last.split(':').next() == Some(name)
}
