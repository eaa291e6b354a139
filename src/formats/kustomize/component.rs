//! The component of a namespace: replacements that add placement to its workloads, and their budgets.

use serde::Serialize;

use super::placement::{Placed, placed};
use super::replacements::{Replacement, SOURCE_KIND, replacements};
use crate::components::bundle::Bundle;
use crate::components::{ComponentId, Explained, System};
use crate::files::Files;
use crate::formats::text::{document, documents};
use crate::kubernetes::Object;
use crate::plan::Workload;

/// Adds the files of a namespace's component; none if its workloads need nothing.
pub(super) fn add(
    files: &mut Files,
    system: &System,
    bundle: &Bundle<'_>,
    header: &str,
    namespace: &str,
    workloads: &[&Workload],
) {
    let plan = &system.plan;
    let made = workloads
        .iter()
        .flat_map(|workload| bundle.objects_of(workload));
    let is_budget = |made: &Explained<Object>| matches!(made.value, Object::PodDisruptionBudget(_));
    let (budgets, bases): (Vec<_>, Vec<_>) = made.partition(is_budget);
    let is_placed = bundle.has(ComponentId::Placement);
    let placed: Vec<Placed> = workloads
        .iter()
        .filter(|_| is_placed)
        .filter_map(|workload| placed(plan, workload))
        .collect();
    let name = format!("{}-{namespace}", plan.name);
    let mut resources = Vec::new();
    for (file, made) in [("budgets.yaml", budgets), ("on-demand-base.yaml", bases)] {
        if !made.is_empty() {
            resources.push(file);
            files.add(
                format!("workloads/{namespace}/{file}"),
                documents(header, &made),
            );
        }
    }
    if !placed.is_empty() {
        resources.push("placement.yaml");
        files.add(
            format!("workloads/{namespace}/placement.yaml"),
            document(header, &Source::new(&name, &placed)),
        );
    }
    if !resources.is_empty() {
        let component = Kustomization::component(resources, replacements(&name, &placed));
        let how = if placed.is_empty() { "" } else { HOW };
        files.add(
            format!("workloads/{namespace}/kustomization.yaml"),
            document(&format!("{header}{how}"), &component),
        );
    }
}

/// How to read the replacements.
const HOW: &str = "\
# Each replacement copies one value from placement.yaml into a workload. `[spotgen=new]` matches no item of a list, so
# kustomize appends the value as a new item (`create: true`): what the workload has stays.
";

/// Source: kubernetes-sigs/kustomize api/types/kustomization.go.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kustomization {
    api_version: &'static str,
    kind: &'static str,
    resources: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replacements: Vec<Replacement>,
}

impl Kustomization {
    pub(super) fn plain(resources: Vec<&'static str>) -> Self {
        Self {
            api_version: "kustomize.config.k8s.io/v1beta1",
            kind: "Kustomization",
            resources,
            replacements: Vec::new(),
        }
    }

    fn component(resources: Vec<&'static str>, replacements: Vec<Replacement>) -> Self {
        Self {
            api_version: "kustomize.config.k8s.io/v1alpha1",
            kind: "Component",
            resources,
            replacements,
        }
    }
}

/// The source of the replacements. It is never applied to a cluster.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Source<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    spec: Spec<'a>,
}

#[derive(Debug, Serialize)]
struct Metadata<'a> {
    name: &'a str,
    annotations: Annotations,
}

#[derive(Debug, Serialize)]
struct Annotations {
    /// Excludes it from the output of a build.
    /// Source: <https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md>
    #[serde(rename = "config.kubernetes.io/local-config")]
    local_config: &'static str,
}

#[derive(Debug, Serialize)]
struct Spec<'a> {
    workloads: &'a [Placed],
}

impl<'a> Source<'a> {
    fn new(name: &'a str, workloads: &'a [Placed]) -> Self {
        Self {
            api_version: "spotgen.dev/v1alpha1",
            kind: SOURCE_KIND,
            metadata: Metadata {
                annotations: Annotations {
                    local_config: "true",
                },
                name,
            },
            spec: Spec { workloads },
        }
    }
}
