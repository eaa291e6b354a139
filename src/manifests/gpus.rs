//! The GPUs that pods request. The limit of a container is its request.
//!
//! Source: <https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/>; NVIDIA/k8s-device-plugin README.md (shared
//! GPUs and their parts); intel/intel-device-plugins-for-kubernetes `cmd/gpu_plugin/README.md`.

use super::shape;
use crate::yaml::Node;

/// Those of which a request of 1 is one whole GPU of the node.
const WHOLE: [&str; 2] = ["nvidia.com/gpu", "amd.com/gpu"];

/// The first kind of GPU that a container requests.
pub(super) fn gpu(pod: Option<&Node<'_>>) -> Option<String> {
    let lists = ["containers", "initContainers"].map(|list| shape::present(pod, list));
    for container in lists.into_iter().flatten().flat_map(Node::items) {
        let resources = shape::present(Some(container), "resources");
        for key in ["limits", "requests"] {
            let amounts = shape::present(resources, key);
            let entries = amounts.map_or(&[][..], Node::entries);
            let of_gpu = entries.iter().find(|entry| {
                is_gpu(&entry.key) && entry.value.as_i64().is_none_or(|count| count > 0)
            });
            if let Some(entry) = of_gpu {
                return Some(entry.key.to_string());
            }
        }
    }
    None
}

fn is_gpu(resource: &str) -> bool {
    ["nvidia.com/gpu", "nvidia.com/gpu.shared", "amd.com/gpu"].contains(&resource)
        || ["nvidia.com/mig-", "gpu.intel.com/"]
            .iter()
            .any(|prefix| resource.starts_with(prefix))
}

/// How many whole GPUs a pod requests; none where it requests none, or a number is not known. Init containers run before
/// the others, but for those that keep running.
/// Source: kubernetes/kubernetes staging/src/k8s.io/component-helpers/resource/helpers.go, `PodRequests`.
pub(super) fn count(pod: Option<&Node<'_>>) -> Option<i64> {
    let resource = gpu(pod)?;
    let resource = WHOLE.into_iter().find(|own| *own == resource)?;
    let list = |key: &str| shape::present(pod, key).map_or(&[][..], Node::items);
    let (mut kept, mut most) = (0_i64, 0_i64);
    for container in list("initContainers") {
        let own = of_container(container, resource)?;
        let is_kept = container.get("restartPolicy").and_then(Node::as_str) == Some("Always");
        if is_kept {
            kept = kept.saturating_add(own);
            most = most.max(kept);
        } else {
            most = most.max(kept.saturating_add(own));
        }
    }
    let mut sum = kept;
    for container in list("containers") {
        sum = sum.saturating_add(of_container(container, resource)?);
    }
    Some(most.max(sum))
}

fn of_container(container: &Node<'_>, resource: &str) -> Option<i64> {
    let amounts = ["limits", "requests"].map(|key| container.at(&["resources", key, resource]));
    match amounts.into_iter().flatten().next() {
        Some(amount) => {
            let quoted = || amount.as_str()?.parse().ok();
            amount.as_i64().or_else(quoted)
        }
        None => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    #[test]
    fn whole_gpus_are_summed() {
        let of = |gpus: &str| format!("{{resources: {{limits: {{nvidia.com/gpu: {gpus}}}}}}}");
        for (pod, expected) in [
            (
                format!("{{containers: [{}, {}]}}", of("2"), of("\"1\"")),
                Some(3),
            ),
            (
                format!(
                    "{{containers: [{}], initContainers: [{}]}}",
                    of("1"),
                    of("4")
                ),
                Some(4),
            ),
            (
                "{containers: [{resources: {limits: {nvidia.com/gpu.shared: 4}}}]}".to_owned(),
                None,
            ),
            (
                format!("{{containers: [{}, {{name: a}}]}}", of("1")),
                Some(1),
            ),
            ("{containers: [{name: a}]}".to_owned(), None),
        ] {
            let parsed = yaml::parse(SourceId(0), &pod, Dialect::Manifest);
            assert_eq!(count(parsed.documents.first()), expected, "{pod}");
        }
    }
}
