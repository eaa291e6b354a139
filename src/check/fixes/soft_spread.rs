//! Turns a hard spread into a preference.

use serde_json::json;

use crate::config::{SpreadMethod, WhenUnsatisfiable};
use crate::defaults;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer};
use crate::kubernetes::{PREFERRED, REQUIRED, TopologyKey};
use crate::load::Document;
use crate::manifests::{TopologySpreadConstraint, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::hard_spread::HardSpread;

/// The reason if there is no such fix.
pub(in crate::check) const IN_BOTH: &str =
    "both the configuration and the manifest declare the spread";

/// Turns these spreads of a workload into preferences; `None` if both the configuration and its manifest have them.
pub(in crate::check) fn of(
    pods: WorkloadView<'_>,
    spreads: &[HardSpread<'_>],
    document: &Document<'_>,
) -> Option<Fix> {
    let is_meant = |method: SpreadMethod, key: &TopologyKey| {
        spreads
            .iter()
            .any(|spread| (spread.method, spread.key) == (method, key))
    };
    let planned = in_config(pods, &is_meant, document);
    let own = in_manifest(pods, &is_meant);
    match (planned.is_empty(), own.is_empty()) {
        (false, true) => Some(Fix::Config(planned)),
        (true, false) => Some(Fix::Manifest(own)),
        _ => None,
    }
}

fn in_config(
    pods: WorkloadView<'_>,
    is_meant: &dyn Fn(SpreadMethod, &TopologyKey) -> bool,
    document: &Document<'_>,
) -> Vec<Edit> {
    let Some(setting) = pods.setting(document, &["placement", "spread"]) else {
        return Vec::new();
    };
    let spreads = pods
        .planned
        .map_or(&[][..], |workload| &workload.placement.spread);
    let hard = spreads
        .iter()
        .filter(|spread| spread.is_hard() && is_meant(spread.method(), spread.topology_key()));
    hard.map(|spread| {
        let key = spread.topology_key();
        let short = match key {
            TopologyKey::Hostname => setting.child("node"),
            TopologyKey::Zone => setting.child("zone"),
            TopologyKey::Other(_) => setting.child("nodePool"),
        };
        let named = setting.child("topologyKeys").child(key);
        let over = if document.node(&named).is_some() {
            named
        } else {
            short
        };
        set(over.child("whenUnsatisfiable"), "ScheduleAnyway")
    })
    .collect()
}

fn in_manifest(
    pods: WorkloadView<'_>,
    is_meant: &dyn Fn(SpreadMethod, &TopologyKey) -> bool,
) -> Vec<ManifestEdit> {
    let Some(found) = pods.found else {
        return Vec::new();
    };
    let is_over = |method, key: Option<&TopologyKey>| key.is_some_and(|key| is_meant(method, key));
    let pod = pod_spec_pointer(found.kind);
    let mut edits = Vec::new();
    let constraints = pod.child("topologySpreadConstraints");
    for (at, constraint) in found.existing.topology_spread.iter().enumerate() {
        let is_hard = constraint.when_unsatisfiable == Some(WhenUnsatisfiable::DoNotSchedule);
        if is_hard
            && is_over(
                SpreadMethod::TopologySpread,
                constraint.topology_key.as_ref(),
            )
            && pods.is_selected_by(&constraint.selector)
        {
            edits.extend(soften(&constraints.child(at), constraint));
        }
    }
    let apart = pod.child("affinity").child("podAntiAffinity");
    let written = found.existing.replaced.as_deref();
    let written = written.map_or(&[][..], |lists| &lists.required_anti_affinity);
    let terms = found.existing.required_anti_affinity.iter().zip(written);
    // From the end, so that the indices of earlier terms stay valid.
    for (at, (term, written)) in terms.enumerate().rev() {
        if is_over(SpreadMethod::PodAntiAffinity, term.topology_key.as_ref())
            && pods.is_selected_by(&term.selector)
        {
            let weight = defaults::ANTI_AFFINITY_WEIGHT;
            edits.push(Edit::Remove {
                pointer: apart.child(REQUIRED).child(at),
            });
            edits.push(Edit::Append {
                pointer: apart.child(PREFERRED),
                value: json!({"weight": weight, "podAffinityTerm": written}),
            });
        }
    }
    let object = found.location;
    edits
        .into_iter()
        .map(|edit| ManifestEdit { object, edit })
        .collect()
}

/// Turns a constraint into a preference. The API server takes `minDomains` only with `DoNotSchedule`.
/// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `validateMinDomains`.
pub(in crate::check) fn soften(
    at: &Pointer,
    constraint: &TopologySpreadConstraint,
) -> impl Iterator<Item = Edit> {
    let softer = set(
        at.child("whenUnsatisfiable"),
        WhenUnsatisfiable::ScheduleAnyway.as_str(),
    );
    let min = constraint.min_domains.map(|_| Edit::Remove {
        pointer: at.child("minDomains"),
    });
    std::iter::once(softer).chain(min)
}

fn set(pointer: Pointer, value: &str) -> Edit {
    Edit::Set {
        pointer,
        value: value.into(),
    }
}
