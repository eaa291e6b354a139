//! Another label in a `nodeSelector`.

use crate::diagnostic::{Edit, Fix, ManifestEdit};
use crate::kubernetes::Requirement;
use crate::manifests::{ManifestWorkload, pod_spec_pointer};

/// Writes the label that is meant in place of the other.
pub(in crate::check) fn select(
    found: &ManifestWorkload,
    unmet: &Requirement,
    (key, value): (&str, &str),
) -> Result<Fix, &'static str> {
    if found.node_selector.get(unmet.key.as_str()).is_none() {
        return Err("the label is in one of several terms of an affinity");
    }
    let selector = pod_spec_pointer(found.kind).child("nodeSelector");
    let set = Edit::Set {
        pointer: selector.child(key),
        value: value.into(),
    };
    if key == unmet.key {
        return Ok(Fix::manifest(found.location, set));
    }
    let remove = Edit::Remove {
        pointer: selector.child(&unmet.key),
    };
    Ok(Fix::Manifest(
        [set, remove]
            .map(|edit| ManifestEdit {
                object: found.location,
                edit,
            })
            .into(),
    ))
}
