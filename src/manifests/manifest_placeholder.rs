//! Pods that may be placeholders, as far as the pods themselves say it.

use super::shape;
use super::waiting::{self, Waiting};
use crate::config::Kind;
use crate::yaml::Node;

/// What is only of interest in placeholders.
#[derive(Clone, Debug)]
pub struct ManifestPlaceholder {
    pub image: String,
    /// What it requests besides CPU and memory, a GPU say.
    pub other_requests: Vec<String>,
    /// Whether its container is the only one.
    pub is_alone: bool,
    /// Whether its pods may ask something of the API server.
    pub(super) has_account: bool,
    pub(super) waiting: Waiting,
}

/// Of a workload whose pods may be placeholders, as far as the pods say it.
pub(super) fn read(kind: Kind, pod: Option<&Node<'_>>) -> Option<Box<ManifestPlaceholder>> {
    // What waits on every node, or alone, is there for something else: for images to be pulled, for somebody to log in.
    let is_one_of_many = matches!(
        kind,
        Kind::Deployment
            | Kind::ReplicaSet
            | Kind::ReplicationController
            | Kind::StatefulSet
            | Kind::Job
            | Kind::CronJob
    );
    let items = |key: &str| shape::present(pod, key).map_or(&[][..], Node::items);
    let is_used = !items("initContainers").is_empty() || !items("volumes").is_empty();
    if !is_one_of_many || is_used {
        return None;
    }
    let containers = items("containers");
    let waiting = containers.iter().map(waiting::of);
    Some(Box::new(ManifestPlaceholder {
        waiting: waiting.collect::<Option<Vec<_>>>()?.into_iter().max()?,
        image: shape::present(containers.first(), "image")?
            .as_str()?
            .to_owned(),
        other_requests: containers.iter().flat_map(other_requests).collect(),
        is_alone: containers.len() == 1,
        has_account: has_account(pod),
    }))
}

/// Whether the pods have a `ServiceAccount` of their own. The second key is the older one.
/// Source: k8s.io/api core/v1/types.go, `PodSpec`.
fn has_account(pod: Option<&Node<'_>>) -> bool {
    let keys = ["serviceAccountName", "serviceAccount"];
    let mut names = keys
        .into_iter()
        .filter_map(|key| shape::present(pod, key)?.as_str());
    names.any(|name| !matches!(name, "" | "default"))
}

fn other_requests(container: &Node<'_>) -> Vec<String> {
    let resources = shape::present(Some(container), "resources");
    let of = |key: &str| shape::present(resources, key).map_or(&[][..], Node::entries);
    let entries = of("requests").iter().chain(of("limits"));
    let is_other = |key: &&str| !matches!(*key, "cpu" | "memory");
    let mut others: Vec<String> = entries
        .map(|entry| entry.key.as_ref())
        .filter(is_other)
        .map(str::to_owned)
        .collect();
    others.sort();
    others.dedup();
    others
}
