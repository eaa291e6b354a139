//! Tolerations for the pods of manifests.

use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, ManifestEdit};
use crate::kubernetes::{Toleration, api_tolerations};
use crate::manifests::pod_spec_pointer;
use crate::source::Span;

/// Adds tolerations to the pods of a workload.
pub(in crate::check) fn tolerate(object: Span, kind: Kind, more: &[Toleration]) -> Fix {
    Fix::Manifest(edits(object, kind, more))
}

/// The same as a part of a fix.
pub(in crate::check) fn edits(object: Span, kind: Kind, more: &[Toleration]) -> Vec<ManifestEdit> {
    let more = api_tolerations(more).unwrap_or_default();
    let edits = more.into_iter().map(|toleration| ManifestEdit {
        object,
        edit: Edit::Append {
            pointer: pod_spec_pointer(kind).child("tolerations"),
            value: serde_json::json!(toleration),
        },
    });
    edits.collect()
}
