//! Which workloads get which class.

use std::collections::BTreeSet;

use super::globs;
use super::reason::Reason;
use super::rules::{self, Rule, Sorted};
use crate::defaults;
use crate::manifests::ManifestWorkload;
use crate::plan::Plan;
use crate::workloads::is_ignored;

/// Namespaces of the cluster itself and of what clouds install in it: by name, or by the beginning of the name.
const SYSTEM: [&str; 14] = [
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "gke-",
    "gmp-",
    "calico-",
    "tigera-",
    "gatekeeper-system",
    "amazon-",
    "aws-",
    "azure-",
    "aks-",
    "app-routing-system",
    "openshift-",
];

/// The workloads of a cluster, sorted by what is to become of them.
#[derive(Debug, Default)]
pub(super) struct Workloads {
    /// Rules for those that do not get the default class.
    pub(super) exceptions: Vec<Rule>,
    /// Namespaces whose other workloads get the default class.
    pub(super) namespaces: BTreeSet<String>,
    /// Namespaces of the cluster itself that have workloads.
    pub(super) system: BTreeSet<String>,
    /// How many workloads there are outside of those, and how many get the default class.
    pub(super) count: usize,
    pub(super) by_default: usize,
    /// The seconds that a pod on Spot can count on to stop, and the most that a workload asks for.
    pub(super) grace: i64,
    pub(super) asked: i64,
    /// How many others an operator made.
    pub(super) of_operators: usize,
}

fn is_system(namespace: &str) -> bool {
    SYSTEM
        .iter()
        .any(|own| namespace == *own || (own.ends_with('-') && namespace.starts_with(own)))
}

pub(super) fn sort(found: &[ManifestWorkload], plan: &Plan) -> Workloads {
    let grace = i64::from(plan.provider.interruption.grace_seconds);
    let namespace = |found: &ManifestWorkload| {
        found
            .namespace
            .clone()
            .unwrap_or_else(|| defaults::NAMESPACE.to_owned())
    };
    let mut system = BTreeSet::new();
    let mut namespaces = BTreeSet::new();
    for found in found {
        let namespace = namespace(found);
        if is_system(&namespace) {
            system.insert(namespace);
        }
    }
    let ours: Vec<&ManifestWorkload> = found
        .iter()
        .filter(|found| {
            !found.is_of_the_system() && !is_system(&namespace(found)) && !is_ignored(found)
        })
        .collect();
    let asked = ours
        .iter()
        .filter_map(|found| found.asked_grace)
        .max()
        .unwrap_or(0);
    let sorted: Vec<Sorted<'_>> = ours
        .iter()
        .map(|found| Sorted {
            namespace: found.namespace.as_deref().unwrap_or(defaults::NAMESPACE),
            kind: found.kind,
            name: &found.name,
            reason: Reason::of(found, plan, grace),
        })
        .collect();
    let exceptions = rules::exceptions(&sorted);
    let by_default = sorted.iter().filter(|workload| workload.reason.is_none());
    namespaces.extend(
        by_default
            .clone()
            .map(|workload| workload.namespace.to_owned()),
    );
    // Those that the rules before leave are of the default class, so only namespaces of the cluster itself are others.
    let namespaces = globs::shorten(&namespaces, |namespaces| {
        let mut others = system.iter().filter(|own| !namespaces.contains(*own));
        !others.any(|own| namespaces.iter().any(|glob| globs::takes(glob, own)))
    });
    Workloads {
        exceptions,
        namespaces,
        system,
        count: sorted.len(),
        by_default: by_default.count(),
        grace,
        asked,
        of_operators: 0,
    }
}
