//! Looks up whose the objects of a part are.

use super::cluster::Cluster;
use super::part::Part;
use super::whose::Whose;
use crate::manifests::ManifestWorkload;
use crate::snapshot::Controller;

/// Notes whose an object is.
pub(super) fn note(part: &mut Part, cluster: &Cluster<'_>, identity: &Controller) {
    if let Some(kept) = cluster.snapshot.kept.get(identity) {
        part.belongs_to(Whose::from(&kept.marks));
    }
}

/// The same of a workload.
pub(super) fn note_workload(part: &mut Part, cluster: &Cluster<'_>, found: &ManifestWorkload) {
    note(part, cluster, &identity(found));
}

/// Whether spotgen made a workload.
pub(super) fn is_ours(cluster: &Cluster<'_>, found: &ManifestWorkload) -> bool {
    let kept = cluster.snapshot.kept.get(&identity(found));
    kept.is_some_and(|kept| Whose::from(&kept.marks).is_ours)
}

pub(super) fn identity(found: &ManifestWorkload) -> Controller {
    let namespace = found.namespace.as_deref().unwrap_or("default");
    Controller {
        namespace: namespace.to_owned(),
        kind: found.kind.as_str().to_owned(),
        name: found.name.clone(),
    }
}
