//! Limits of a component, which does not see the workloads.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt as _};

use super::on_demand_base;
use crate::components::bundle::Bundle;
use crate::components::{ComponentId, System};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::load::Document;
use crate::plan::{Plan, Workload};
use crate::values::DnsLabel;
use crate::yaml::Value;

pub(crate) fn refusals(system: &System, bundle: &Bundle<'_>, document: &Document<'_>) -> Report {
    let plan = &system.plan;
    let mut report = on_demand_base::refusals(system, bundle, document);
    if bundle.has(ComponentId::Placement) || bundle.has(ComponentId::DisruptionBudgets) {
        report.extend(class_rules(document).into_iter().collect());
        report.extend(unfit_namespaces(plan, document).collect());
    }
    if !bundle.has(ComponentId::Placement) {
        return report;
    }
    for workload in &plan.workloads {
        let is_required = matches!(
            workload.placement.spot(),
            Some(Spot::Required | Spot::Never)
        );
        if is_required && workload.manifest.is_none() && workload.base().is_none() {
            let message = format!(
                "a component cannot add the required node affinity of `{}`: each existing `nodeSelectorTerms` entry needs it, and a component does not see those",
                workload.name
            );
            let refusal = Diagnostic::error("format", message)
                .at(document.locate(&workload.location()))
                .help("pass the workloads' manifests: --from MANIFESTS");
            report.push(refusal);
        }
    }
    for (workload, other) in caught(&plan.workloads) {
        let message = format!(
            "kustomize reads names as regular expressions: the replacements for `{}` would also change `{}`",
            workload.name, other.name
        );
        let refusal = Diagnostic::error("format", message)
            .at(document.locate(&workload.location()))
            .related(document.locate(&other.location()), "also matched")
            .help("add their placement with `spotgen patch` instead");
        report.push(refusal);
    }
    report
}

fn class_rules(document: &Document<'_>) -> Option<Diagnostic> {
    let rules = Pointer::root().child("spec").child("classRules");
    let has_rules = document
        .node(&rules)
        .is_some_and(|node| matches!(&node.value, Value::Sequence(rules) if !rules.is_empty()));
    has_rules.then(|| {
        Diagnostic::error("format", "a component cannot apply `classRules`: it selects workloads by kind and name, and would miss every new workload")
            .at(document.locate(&rules.at_key()))
            .help("list the workloads, or let kustomize run `spotgen patch` as a function, which applies the rules")
    })
}

/// A component is a directory named after its namespace, and the namespace in a manifest can be any text.
fn unfit_namespaces(plan: &Plan, document: &Document<'_>) -> impl Iterator<Item = Diagnostic> {
    let unfit: BTreeMap<&str, &Workload> = plan
        .workloads
        .iter()
        .rev()
        .map(|workload| (workload.namespace.as_str(), workload))
        .filter(|(namespace, _)| DnsLabel::parse(*namespace).is_none())
        .collect();
    unfit.into_iter().map(|(namespace, workload)| {
        let message = format!(
            "namespace `{namespace}` of `{}` is not a valid DNS label, so no directory can be named after it",
            workload.name
        );
        Diagnostic::error("format", message)
            .at(document.locate(&workload.location()))
            .help("correct the namespace in the manifest: Kubernetes rejects this name")
    })
}

/// Workloads whose name, read as a regular expression, matches another one of the same kind and namespace. The dot is
/// the only special character that a name can contain. Before 5.8 kustomize compared names literally, so the dot cannot
/// be escaped.
/// Source: kubernetes-sigs/kustomize api/types/selector.go, `NewSelectorRegex`.
fn caught(workloads: &[Workload]) -> Vec<(&Workload, &Workload)> {
    let mut by_kind: HashMap<(Kind, &str, usize), Vec<&Workload>> = HashMap::new();
    for workload in workloads {
        let key = (
            workload.kind,
            workload.namespace.as_str(),
            workload.name.len(),
        );
        by_kind.entry(key).or_default().push(workload);
    }
    let with_dots = workloads
        .iter()
        .filter(|workload| workload.name.contains('.'));
    let mut caught = Vec::new();
    for workload in with_dots {
        let key = (
            workload.kind,
            workload.namespace.as_str(),
            workload.name.len(),
        );
        let matches = |other: &&&Workload| {
            let mut letters = workload.name.bytes().zip(other.name.bytes());
            other.name != workload.name && letters.all(|(a, b)| a == b'.' || a == b)
        };
        let others = by_kind[&key].iter().filter(matches);
        caught.extend(others.map(|other| (workload, *other)));
    }
    caught
}
