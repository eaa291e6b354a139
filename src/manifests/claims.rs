//! Storage classes and claims. They tell whether a pod can move with its disk.

use foldhash::{HashMap, HashMapExt as _};

use super::manifest_workload::ManifestWorkload;
use super::shape::{self, Reader};
use super::storage::Storage;
use crate::yaml::Node;

/// A `StorageClass` in the manifests.
#[derive(Debug)]
pub(super) struct FoundStorageClass {
    name: String,
    storage: Storage,
}

/// A `PersistentVolumeClaim` in the manifests.
#[derive(Debug)]
pub(super) struct FoundClaim {
    name: String,
    namespace: Option<String>,
    class: Option<String>,
    is_for_one_node: bool,
}

/// A claim of a workload: by the class that a template names, or by the claim's own name.
#[derive(Debug)]
pub(super) enum Claimed {
    OfClass(Option<String>),
    Named(String),
}

/// None for what has no name. They only tell more of others: what of them cannot be read is not told.
pub(super) fn read_class(node: &Node<'_>) -> Option<FoundStorageClass> {
    let name = text(node, &["metadata", "name"])?;
    let provisioner = text(node, &["provisioner"]).unwrap_or_default();
    let parameters = node.get("parameters").map_or(&[][..], Node::entries);
    // Source: kubernetes-sigs/azuredisk-csi-driver docs/driver-parameters.md; the driver does not mind the case.
    let mut skus = parameters.iter().filter(|entry| {
        let key = entry.key.to_lowercase();
        matches!(key.as_str(), "skuname" | "storageaccounttype")
    });
    let is_replicated = skus.any(|entry| {
        let sku = entry.value.as_str().unwrap_or_default();
        sku.to_uppercase().ends_with("_ZRS")
    });
    Some(FoundStorageClass {
        storage: Storage {
            class: Some(name.to_owned()),
            is_for_one_node: None,
            is_in_one_zone: is_in_one_zone(provisioner, is_replicated),
            // Source: k8s.io/api storage/v1, `volumeBindingMode`: immediate by default.
            // One that says where its disks may be is chosen for that.
            is_immediate: text(node, &["volumeBindingMode"]) != Some("WaitForFirstConsumer")
                && node.get("allowedTopologies").is_none(),
        },
        name: name.to_owned(),
    })
}

fn text<'n>(node: &'n Node<'_>, path: &[&str]) -> Option<&'n str> {
    node.at(path)?.as_str()
}

/// Files are reached from everywhere, disks from one zone, unless they are replicated over all.
fn is_in_one_zone(provisioner: &str, is_replicated: bool) -> Option<bool> {
    match provisioner {
        "disk.csi.azure.com" | "kubernetes.io/azure-disk" => Some(!is_replicated),
        "ebs.csi.aws.com" | "kubernetes.io/aws-ebs" => Some(true),
        "file.csi.azure.com"
        | "kubernetes.io/azure-file"
        | "blob.csi.azure.com"
        | "efs.csi.aws.com"
        | "nfs.csi.k8s.io" => Some(false),
        _ => None,
    }
}

/// None for what has no name.
pub(super) fn read_claim(node: &Node<'_>) -> Option<FoundClaim> {
    let owned = |path: &[&str]| text(node, path).map(str::to_owned);
    Some(FoundClaim {
        name: owned(&["metadata", "name"])?,
        namespace: owned(&["metadata", "namespace"]),
        class: owned(&["spec", "storageClassName"]),
        is_for_one_node: is_for_one_node(node),
    })
}

/// Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes>
fn is_for_one_node(claim: &Node<'_>) -> bool {
    let modes = claim.at(&["spec", "accessModes"]);
    let modes = modes.map_or(&[][..], Node::items);
    let is_of_many =
        |mode: &Node<'_>| matches!(mode.as_str(), Some("ReadWriteMany" | "ReadOnlyMany"));
    !modes.is_empty() && !modes.iter().any(is_of_many)
}

/// What a workload claims: of its templates, and of the volumes of its pods.
pub(super) fn claimed(
    reader: &mut Reader<'_>,
    templates: &[&Node<'_>],
    volumes: &[&Node<'_>],
) -> Vec<Claimed> {
    let mut claimed = Vec::new();
    for template in templates {
        let spec = shape::present(Some(template), "spec");
        claimed.push(Claimed::OfClass(reader.text(spec, "storageClassName")));
    }
    for volume in volumes {
        if let Some(claim) = shape::present(Some(volume), "persistentVolumeClaim") {
            let name = reader.text(Some(claim), "claimName").unwrap_or_default();
            claimed.push(Claimed::Named(name));
        }
        // A claim with the lifetime of its pod.
        if let Some(template) = shape::present(Some(volume), "ephemeral")
            .and_then(|ephemeral| ephemeral.at(&["volumeClaimTemplate", "spec"]))
        {
            let class = reader.text(Some(template), "storageClassName");
            claimed.push(Claimed::OfClass(class));
        }
    }
    claimed
}

/// Tells each workload what its volumes are kept in.
pub(super) fn attach(
    workloads: &mut [ManifestWorkload],
    claimed: Vec<Vec<Claimed>>,
    classes: &[FoundStorageClass],
    claims: &[FoundClaim],
) {
    // Of two with the same name, the first counts.
    let classes: HashMap<&str, &Storage> = classes
        .iter()
        .rev()
        .map(|class| (class.name.as_str(), &class.storage))
        .collect();
    let mut by_name: HashMap<&str, Vec<&FoundClaim>> = HashMap::new();
    for claim in claims {
        by_name.entry(&claim.name).or_default().push(claim);
    }
    let of_class = |class: Option<&String>| {
        let known = class.and_then(|name| classes.get(name.as_str()));
        known.map_or_else(
            || Storage {
                class: class.cloned(),
                // AKS creates classes with these names, for files and blobs.
                // Source: MicrosoftDocs/azure-aks-docs articles/aks/concepts-storage.md.
                is_in_one_zone: class
                    .filter(|class| {
                        class.starts_with("azurefile") || class.starts_with("azureblob")
                    })
                    .map(|_| false),
                is_for_one_node: None,
                is_immediate: false,
            },
            |storage| (*storage).clone(),
        )
    };
    for (found, claimed) in workloads.iter_mut().zip(claimed) {
        let storage = claimed.iter().map(|claimed| match claimed {
            Claimed::OfClass(class) => of_class(class.as_ref()),
            Claimed::Named(name) => {
                let claims = by_name.get(name.as_str()).into_iter().flatten();
                let mut own = claims.filter(|claim| is_in_namespace(claim, found));
                own.next().map_or_else(Storage::default, |claim| Storage {
                    is_for_one_node: Some(claim.is_for_one_node),
                    ..of_class(claim.class.as_ref())
                })
            }
        });
        found.storage = storage.collect();
    }
}

fn is_in_namespace(claim: &FoundClaim, found: &ManifestWorkload) -> bool {
    let (one, other) = (&claim.namespace, &found.namespace);
    one.is_none() || other.is_none() || one == other
}
