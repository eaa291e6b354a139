//! Which workloads get which class.

use std::collections::BTreeSet;

use super::globs;
use super::reason::Reason;
use super::rules::{self, Rule, Sorted};
use crate::defaults;
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::snapshot::{Controller, Snapshot};
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

/// Kinds whose objects get a new name with each revision or run: what made them has a name that people know.
const NAMED_ANEW: [&str; 3] = ["ReplicaSet", "ReplicationController", "Job"];

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
    /// Others that an operator made, and some of whose kind the snapshot has only the pods.
    pub(super) of_operators: Vec<Controller>,
    pub(super) unasked: Vec<Controller>,
    /// How many of the default class ask for Spot and do not tolerate its taint.
    pub(super) untolerating: usize,
    /// The namespaces that are known of the workloads, as far as a rule can name them.
    pub(super) scope: Scope,
    /// The kinds of the default class.
    pub(super) kinds: BTreeSet<&'static str>,
}

/// Whether the manifests have namespaces: a chart leaves them to whoever installs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    #[default]
    Known,
    /// Those of so many workloads are not known.
    Partly(usize),
    Unknown,
}

impl Workloads {
    /// Notes what is left out of the rules.
    pub(super) fn add_left_out(&mut self, snapshot: &Snapshot, found: &[ManifestWorkload]) {
        let own = |controller: &&Controller| !is_system(&controller.namespace);
        let identity = |found: &ManifestWorkload| Controller {
            namespace: found
                .namespace
                .clone()
                .unwrap_or_else(|| defaults::NAMESPACE.to_owned()),
            kind: found.kind.as_str().to_owned(),
            name: found.name.clone(),
        };
        let covered: BTreeSet<Controller> = found.iter().map(identity).collect();
        let of_operators = snapshot.of_operators.iter().filter(own).filter_map(|own| {
            let maker = snapshot.maker(own);
            // A rule is for what made it, such as a Rollout.
            if maker.is_some_and(|maker| covered.contains(maker)) {
                return None;
            }
            let is_named_anew = NAMED_ANEW.contains(&own.kind.as_str());
            Some(maker.filter(|_| is_named_anew).unwrap_or(own).clone())
        });
        let of_operators: BTreeSet<Controller> = of_operators.collect();
        self.of_operators = of_operators.into_iter().collect();
        let unasked = snapshot.unasked().into_iter();
        self.unasked = unasked.filter(own).cloned().collect();
    }
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
    let without = ours
        .iter()
        .filter(|found| found.namespace.is_none())
        .count();
    let scope = match without {
        0 => Scope::Known,
        count if count == ours.len() => Scope::Unknown,
        count => Scope::Partly(count),
    };
    let of_default = || {
        let all = ours.iter().zip(&sorted);
        all.filter(|(_, sorted)| sorted.reason.is_none())
    };
    let kinds = of_default().map(|(found, _)| found.kind.as_str()).collect();
    let asks = |(found, _): &(&&ManifestWorkload, &Sorted<'_>)| {
        let pods = WorkloadView::alone(found);
        (pods.own_prefers_spot(plan) || pods.own_requires_spot(plan)) && !pods.tolerates_spot(plan)
    };
    let untolerating = of_default().filter(asks).count();
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
        of_operators: Vec::new(),
        unasked: Vec::new(),
        untolerating,
        scope,
        kinds,
    }
}
