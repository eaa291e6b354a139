//! Termination handlers of other clouds and by other hands, which spotgen does not install and nothing replaces.

use serde_json::Value as Json;

use crate::config::Kind;
use crate::manifests::{ManifestWorkload, Manifests};
use crate::snapshot::{Controller, Snapshot};

/// How the names of their images and of the workloads that run them end: `aws-node-termination-handler`,
/// `gke-node-termination-handler`, `kube-spot-termination-notice-handler`, `machine-api-termination-handler`.
/// Sources: aws/aws-node-termination-handler config/helm/aws-node-termination-handler/values.yaml;
/// GoogleCloudPlatform/k8s-node-termination-handler deploy/k8s.yaml; kube-aws/kube-spot-termination-notice-handler
/// README.md; openshift/machine-api-operator pkg/operator/sync.go.
const ENDS: [&str; 2] = ["termination-handler", "termination-notice-handler"];

/// What images of one kind of machine have behind the name.
const MACHINES: [&str; 4] = ["-amd64", "-arm64", "-windows", "-win"];

/// Those of a cluster.
pub(crate) fn others<'m>(
    snapshot: &Snapshot,
    manifests: &'m Manifests,
) -> Vec<&'m ManifestWorkload> {
    let workloads = manifests.workloads.iter();
    let is_one = |found: &&ManifestWorkload| {
        matches!(found.kind, Kind::DaemonSet | Kind::Deployment)
            && !found.is_of_the_system()
            && (is_name(&found.name) || has_image(snapshot, found))
    };
    workloads.filter(is_one).collect()
}

fn is_name(name: &str) -> bool {
    let machine = MACHINES.iter().find_map(|end| name.strip_suffix(end));
    let name = machine.unwrap_or(name);
    ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a container of it has such an image. Nearly no object has the word, so nearly none is read for nothing.
fn has_image(snapshot: &Snapshot, found: &ManifestWorkload) -> bool {
    let namespace = found.namespace.as_deref().unwrap_or("default");
    let identity = Controller {
        namespace: namespace.to_owned(),
        kind: found.kind.as_str().to_owned(),
        name: found.name.clone(),
    };
    let text = snapshot.object(&identity).unwrap_or_default();
    if !ENDS.iter().any(|end| text.contains(end)) {
        return false;
    }
    let json: Json = serde_json::from_str(text).unwrap_or_default();
    let containers = json.pointer("/spec/template/spec/containers");
    let containers = containers.and_then(Json::as_array).into_iter().flatten();
    let mut images = containers.filter_map(|container| container.get("image")?.as_str());
    images.any(|image| {
        let name = image.rsplit('/').next().unwrap_or_default();
        is_name(name.split([':', '@']).next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn handlers_are_known_by_their_names() {
        for name in [
            "aws-node-termination-handler",
            "aws-node-termination-handler-win",
            "k8s-node-termination-handler",
            "gke-node-termination-handler",
            "kube-spot-termination-notice-handler",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "termination-handler-docs",
            "web",
            "spot-termination-exporter",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
