//! Replacements that append.
//!
//! A path such as `tolerations.[key=KEY]` selects the list item with that key; with `create` it adds one if there is
//! none, and an existing item is replaced. To append, the path names a field that no item has: the item created for it
//! is then replaced as a whole, including that field. Only a topology spread constraint is selected by its key: two
//! over the same key would contradict each other, and the API server rejects them.
//!
//! Source: kubernetes-sigs/kustomize api/filters/replacement/replacement.go; kyaml/yaml/fns.go, `PathGetter`. The tests
//! build with the installed kubectl: versions 1.27 to 1.37 give the same bytes.

use serde::Serialize;

use super::placement::Placed;
use crate::config::Kind;
use crate::kubernetes::{PREFERRED, REQUIRED};

/// The kind of the source object.
pub(super) const SOURCE_KIND: &str = "SpotPlacement";

/// Selects an item that does not exist.
const NEW_ITEM: &str = "[spotgen=new]";

const NODE_AFFINITY: &str = "affinity.nodeAffinity";
const ANTI_AFFINITY: &str = "affinity.podAntiAffinity";

/// Source: kubernetes-sigs/kustomize api/types/replacement.go.
#[derive(Debug, Serialize)]
pub(super) struct Replacement {
    source: Source,
    targets: [Target; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    kind: &'static str,
    name: String,
    field_path: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    select: Select,
    field_paths: Vec<String>,
    options: Options,
}

/// Selects by kind and name only: the namespace of an overlay is not yet set at this point.
#[derive(Debug, Serialize)]
struct Select {
    kind: Kind,
    name: String,
}

#[derive(Debug, Serialize)]
struct Options {
    create: bool,
}

/// All replacements for these workloads, from the source with this name.
pub(super) fn replacements(source: &str, placed: &[Placed]) -> Vec<Replacement> {
    let all = placed.iter().flat_map(|workload| {
        let copies = copies(workload);
        copies
            .into_iter()
            .map(|copy| replacement(source, workload, &copy))
    });
    all.collect()
}

/// The destinations of a value of the source, relative to the pod spec.
struct Copy {
    from: String,
    to: Vec<String>,
}

fn replacement(source: &str, workload: &Placed, copy: &Copy) -> Replacement {
    let pod_spec = match workload.kind {
        Kind::Pod => "spec",
        Kind::CronJob => "spec.jobTemplate.spec.template.spec",
        _ => "spec.template.spec",
    };
    let paths = copy.to.iter().map(|path| format!("{pod_spec}.{path}"));
    Replacement {
        source: Source {
            kind: SOURCE_KIND,
            name: source.to_owned(),
            field_path: format!("spec.workloads.[id={}].{}", workload.id, copy.from),
        },
        targets: [Target {
            select: Select {
                kind: workload.kind,
                name: workload.name.clone(),
            },
            field_paths: paths.collect(),
            options: Options { create: true },
        }],
    }
}

fn copies(workload: &Placed) -> Vec<Copy> {
    let appended = |from: &'static str, count: usize, list: String| {
        (0..count).map(move |at| Copy {
            from: format!("{from}.{at}"),
            to: vec![format!("{list}.{NEW_ITEM}")],
        })
    };
    let mut copies = Vec::new();
    let preferred = format!("{NODE_AFFINITY}.{PREFERRED}");
    copies.extend(appended(
        "preferredNodes",
        workload.preferred_nodes.len(),
        preferred,
    ));
    let terms = format!("{NODE_AFFINITY}.{REQUIRED}.nodeSelectorTerms");
    let missing = workload.required_nodes.paths("requiredNode");
    let in_term = |at| format!("{terms}.{at}.matchExpressions.{NEW_ITEM}");
    copies.extend(missing.zip(&workload.terms).map(|(from, lack)| Copy {
        from,
        to: lack.iter().map(in_term).collect(),
    }));
    let new = workload.required_terms.paths("requiredTerm");
    copies.extend(new.map(|from| Copy {
        from,
        to: vec![format!("{terms}.{NEW_ITEM}")],
    }));
    let preferred = format!("{ANTI_AFFINITY}.{PREFERRED}");
    copies.extend(appended(
        "preferredAntiAffinity",
        workload.preferred_anti_affinity.len(),
        preferred,
    ));
    let required = format!("{ANTI_AFFINITY}.{REQUIRED}");
    copies.extend(appended(
        "requiredAntiAffinity",
        workload.required_anti_affinity.len(),
        required,
    ));
    if workload.termination_grace_period_seconds.is_some() {
        let field = "terminationGracePeriodSeconds";
        copies.push(Copy {
            from: field.to_owned(),
            to: vec![field.to_owned()],
        });
    }
    copies.extend(appended(
        "tolerations",
        workload.tolerations.len(),
        "tolerations".to_owned(),
    ));
    let spread = workload.topology_spread.iter().enumerate();
    copies.extend(spread.map(|(at, spread)| Copy {
        from: format!("topologySpread.{at}"),
        to: vec![format!(
            "topologySpreadConstraints.[topologyKey={}]",
            spread.topology_key
        )],
    }));
    copies
}
