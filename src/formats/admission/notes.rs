//! What policies cannot say, and what they need.

use std::collections::BTreeMap;

use super::api::{CLASS_LABEL, IGNORE_LABEL, STABLE_SINCE};
use crate::components::bundle::Bundle;
use crate::components::{ComponentId, System};
use crate::config::Kind;
use crate::formats::note::Note;
use crate::formats::uncarried;
use crate::plan::{Class, Placement, Plan, Workload};
use crate::values::words::all_of;

pub(super) fn notes(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    let plan = &system.plan;
    let mut notes = labels(plan);
    notes.extend(uncarried::without_bases(system, bundle));
    let classes = || {
        plan.classes
            .iter()
            .filter(|_| bundle.has(ComponentId::Placement))
    };
    let names = |has: fn(&Class) -> bool| {
        let names: Vec<&str> = classes()
            .filter(|class| has(class))
            .map(|class| class.name.as_str())
            .collect();
        names.join(", ")
    };
    let spread = names(|class| !class.placement.spread.is_empty());
    if !spread.is_empty() {
        notes.push(Note::new(
            format!("policies do not add the spread of these classes: {spread}; a pod does not tell the API server which labels its workload selects"),
            "spotgen patch",
        ));
    }
    let node_loss = names(|class| class.node_loss_toleration_seconds.is_some());
    if !node_loss.is_empty() {
        notes.push(Note::new(
            format!("policies do not set the node-loss toleration of these classes: {node_loss}; the API server has already given every pod its default of 300 s"),
            "spotgen patch",
        ));
    }
    let (major, minor) = STABLE_SINCE;
    let version = plan.cluster.kubernetes_version;
    if !version.at_least(major, minor) {
        notes.push(Note::new(
            format!("MutatingAdmissionPolicy is beta and off by default in Kubernetes {version}: enable it"),
            "start the API server with --feature-gates=MutatingAdmissionPolicy=true --runtime-config=admissionregistration.k8s.io/v1beta1=true",
        ));
    }
    notes
}

/// How policies fit the workloads that the configuration has.
pub(super) struct Namespaces<'p> {
    /// By class, the namespaces of which it places all pods as the configuration says.
    alike: BTreeMap<&'p str, Vec<&'p str>>,
    /// The workloads that are set apart from the others of their namespace, with the class that most of those have.
    pub(super) apart: Vec<String>,
}

/// Policies place all pods of a namespace alike.
pub(super) fn namespaces(plan: &Plan) -> Namespaces<'_> {
    let mut by_namespace: BTreeMap<&str, Vec<&Workload>> = BTreeMap::new();
    // Policies leave the pods of DaemonSets alone.
    let workloads = plan.workloads.iter();
    // Second workloads have the label by which policies leave their pods alone.
    let is_placed =
        |workload: &&Workload| workload.kind != Kind::DaemonSet && workload.base().is_none();
    for workload in workloads.filter(is_placed) {
        let workloads = by_namespace.entry(&workload.namespace).or_default();
        workloads.push(workload);
    }
    let mut alike: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut apart = Vec::new();
    for (namespace, workloads) in by_namespace {
        let class = main_class(plan, &workloads);
        let others = workloads.iter().filter(|workload| {
            class.is_none_or(|class| {
                workload.class != class.name || !is_placed_by_class(workload, class)
            })
        });
        let others = others.map(|workload| workload.name.as_str());
        let uncovered = plan
            .uncovered
            .iter()
            .filter(|found| found.namespace == namespace && found.kind != Kind::DaemonSet);
        let others = others.chain(uncovered.map(|found| found.name.as_str()));
        let others: Vec<String> = others.map(|name| format!("`{name}`")).collect();
        match class {
            Some(class) if others.is_empty() => {
                alike.entry(&class.name).or_default().push(namespace);
            }
            Some(class) => apart.push(format!(
                "{} in namespace `{namespace}`, if its label is {CLASS_LABEL}={}",
                all_of(&others),
                class.name
            )),
            None => apart.push(format!("{} in namespace `{namespace}`", all_of(&others))),
        }
    }
    Namespaces { alike, apart }
}

/// Which namespaces to label, and which workloads are set apart.
fn labels(plan: &Plan) -> Vec<Note> {
    let Namespaces { alike, apart } = namespaces(plan);
    let mut notes = Vec::new();
    if !apart.is_empty() {
        notes.push(Note::new(
            format!(
                "policies place all pods of a namespace by one class, but the configuration sets these workloads apart: {}; \
                 label their pods `{IGNORE_LABEL}: \"true\"` before you label the namespace, or place them from their manifests",
                apart.join("; ")
            ),
            "spotgen patch",
        ));
    }
    let commands = alike.iter().map(|(class, namespaces)| {
        format!(
            "kubectl label namespace {} {CLASS_LABEL}={class}",
            namespaces.join(" ")
        )
    });
    let commands: Vec<String> = commands.collect();
    let message = "policies change only new pods, in namespaces labelled with a class";
    if !commands.is_empty() {
        notes.push(Note::new(
            format!("{message}: label the namespaces"),
            commands.join(" && "),
        ));
    } else if apart.is_empty() {
        notes.push(Note::new(
            format!("{message}: label the namespaces"),
            format!("kubectl label namespace NAME {CLASS_LABEL}=CLASS"),
        ));
    }
    notes
}

/// The class of most workloads of a namespace that leave their placement to it.
fn main_class<'p>(plan: &'p Plan, workloads: &[&Workload]) -> Option<&'p Class> {
    let followers = |class: &Class| {
        let own = workloads
            .iter()
            .filter(|workload| workload.class == class.name);
        own.filter(|workload| is_placed_by_class(workload, class))
            .count()
    };
    let classes = plan.classes.iter().filter(|class| followers(class) > 0);
    classes.max_by_key(|class| followers(class))
}

/// Whether a policy of the class does to its pods what the configuration says, as far as a policy can do it at all.
fn is_placed_by_class(workload: &Workload, class: &Class) -> bool {
    let in_policy = |placement: &Placement| Placement {
        spread: Vec::new(),
        ..placement.clone()
    };
    let of_class = in_policy(&class.placement);
    let own = in_policy(&workload.placement);
    // A class tolerates what any of its pods may need to tolerate. The others do without, or have it: both are right.
    let mut with_toleration = own.clone();
    with_toleration.tolerate_deletion_candidates();
    (own == of_class || with_toleration == of_class)
        && workload.termination_grace_period_seconds == class.termination_grace_period_seconds
}
