//! How Prometheus knows pods: those that belong on Spot, those that the descheduler would move, placeholders.

use std::collections::BTreeMap;

use super::nodes::{SpotNodes, of_other_system, quoted};
use super::staying::{Named, is_counted_by_name};
use crate::components::System;
use crate::components::descheduler::{Descheduler, Evictor, Namespaces};
use crate::components::overprovisioner::Overprovisioner;
use crate::config::{ExtraProtection, Kind};
use crate::kubernetes::{Labels, Taint};
use crate::plan::Plan;

/// Running pods, and pods that are about to run, for a join on cluster, namespace and pod. Those that have ended keep their
/// requests and their node in the metrics.
pub(super) const ALIVE: &str =
    "max by (cluster, namespace, pod) (kube_pod_status_phase{phase=~\"Pending|Running\"}) == 1";

/// Matchers of the pods that a drain evicts.
const OF_WORKLOADS: &str = "created_by_kind!~\"DaemonSet|Node\"";

/// The pods on Spot nodes that a drain evicts, whether they belong there or not, each with its node and its owner. The pods of a
/// `DaemonSet` and those of the kubelet stay, and placeholders may go at any time.
pub(super) fn on_spot(system: &System) -> String {
    let mut lines = vec![
        info(OF_WORKLOADS),
        "and on (cluster, node) node:spotgen_spot:info".to_owned(),
        format!("and on (cluster, namespace, pod) ({ALIVE})"),
    ];
    lines.extend(all_but(&of_placeholders(system)));
    lines.join("\n")
}

/// The pods that have a node and belong on Spot, each as a series with its node and its owner.
/// Source of the metrics: kubernetes/kube-state-metrics docs/metrics/workload/pod-metrics.md.
pub(super) fn eligible(system: &System) -> String {
    let plan = &system.plan;
    let mut lines = match SpotNodes::of(plan) {
        SpotNodes::Taint(taint) => vec![info(OF_WORKLOADS), tolerating(&taint)],
        SpotNodes::Labels(_) => vec![by_name(plan)],
    };
    lines.push(format!("and on (cluster, namespace, pod) ({ALIVE})"));
    let mut left_out = of_placeholders(system);
    let indifferent = system.monitoring.iter();
    left_out.extend(indifferent.flat_map(|monitoring| of_workloads(&monitoring.indifferent)));
    lines.extend(all_but(&left_out));
    lines.join("\n")
}

/// A selector of the placeholders, if there are any.
fn of_placeholders(system: &System) -> Vec<String> {
    let all = system.overprovisioner.iter();
    all.map(|overprovisioner| format!("kube_pod_info{{{}}}", placeholders(overprovisioner)))
        .collect()
}

/// A join for each of these selectors that leaves its pods out.
fn all_but(selectors: &[String]) -> impl Iterator<Item = String> {
    let each = selectors.iter();
    each.map(|selector| format!("unless on (cluster, namespace, pod) {selector}"))
}

/// The join with pods that tolerate a taint. A toleration without a value tolerates every value.
fn tolerating(taint: &Taint) -> String {
    let key = quoted(&taint.key);
    let value = taint.value.as_deref().map(pattern);
    let value = value.map(|value| format!(", value=~{}", quoted(&format!("|{value}"))));
    let value = value.unwrap_or_default();
    format!("and on (cluster, namespace, pod) kube_pod_tolerations{{key={key}{value}}}")
}

/// Pods that have a node, each as a series with that and its owner. The pods of a `StatefulSet` keep their names: the ID tells one
/// from the next.
/// Source of the metric: kubernetes/kube-state-metrics docs/metrics/workload/pod-metrics.md.
fn info(matchers: &str) -> String {
    format!(
        "max by (cluster, namespace, pod, uid, node, created_by_kind, created_by_name) (kube_pod_info{{node!=\"\", {matchers}}})"
    )
}

/// Where no taint says who may run on Spot: the workloads that are known, else every pod outside the cluster's own
/// namespace.
fn by_name(plan: &Plan) -> String {
    let all = plan.workloads.iter();
    let on_spot: Vec<Named> = all
        .filter(|workload| is_counted_by_name(workload))
        .map(Named::from)
        .collect();
    let selectors = matchers(&on_spot);
    if selectors.is_empty() {
        return info("created_by_kind!~\"DaemonSet|Node\", namespace!=\"kube-system\"");
    }
    let infos: Vec<String> = selectors.iter().map(|matchers| info(matchers)).collect();
    format!("(\n  {}\n)", infos.join("\n  or ").replace("\n\n", "\n"))
}

/// A selector of the pods of these workloads for each of their namespaces.
fn of_workloads(workloads: &[Named]) -> Vec<String> {
    let all = matchers(workloads).into_iter();
    all.map(|matchers| format!("kube_pod_info{{{matchers}}}"))
        .collect()
}

/// The matchers of their pods, by the kinds and names that their owners have.
pub(super) fn matchers(workloads: &[Named]) -> Vec<String> {
    let mut names: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for workload in workloads {
        let (kind, name) = owner(workload);
        let own = names.entry((&workload.namespace, kind)).or_default();
        own.push(name);
    }
    let each = names.into_iter().map(|((namespace, kind), mut names)| {
        names.sort();
        names.dedup();
        let is_bare = kind == Kind::Pod.as_str();
        let (namespace, kind, names) = (quoted(namespace), quoted(kind), quoted(&names.join("|")));
        if is_bare {
            return format!("namespace={namespace}, pod=~{names}");
        }
        format!("namespace={namespace}, created_by_kind={kind}, created_by_name=~{names}")
    });
    each.collect()
}

/// What owns the pods of a workload, as its kind and a pattern of its name: itself, or what it makes. A pod owns itself.
/// Source: kubernetes/kubernetes pkg/controller/deployment/sync.go (`<name>-<hash>`); pkg/controller/cronjob/utils.go
/// (`<name>-<minutes>`); argoproj/argo-rollouts rollout/sync.go (`<name>-<hash>`).
fn owner(workload: &Named) -> (&'static str, String) {
    let name = pattern(&workload.name);
    match workload.kind {
        Kind::Deployment | Kind::Rollout => ("ReplicaSet", format!("{name}-[0-9a-z]+")),
        Kind::CronJob => ("Job", format!("{name}-[0-9]+")),
        kind => (kind.as_str(), name),
    }
}

/// The name of an object as a pattern: its dots mean themselves.
fn pattern(name: &str) -> String {
    regex::escape(name).replace("\\-", "-")
}

/// The owner of a pod that nothing has made, as versions of kube-state-metrics write it: empty, and `<none>` in older ones.
/// Source: kubernetes/kube-state-metrics internal/store/pod.go, `createPodInfoFamilyGenerator`.
const NO_OWNER: &str = "|<none>";

/// Matchers of the placeholders.
pub(super) fn placeholders(overprovisioner: &Overprovisioner) -> String {
    let names: Vec<String> = overprovisioner
        .placeholders
        .iter()
        .map(|placeholder| pods_of_deployment(&overprovisioner.deployment(placeholder)))
        .collect();
    format!(
        "namespace={}, pod=~{}",
        quoted(&overprovisioner.namespace),
        quoted(&names.join("|"))
    )
}

/// What the API server leaves of a name before it adds five characters to it.
/// Source: kubernetes/apiserver pkg/storage/names/generate.go, `MaxGeneratedNameLength`.
const GENERATED: usize = 58;
/// The characters of the hash in the name of a `ReplicaSet`, at most, and the hyphens around it.
const HASH: usize = 12;

/// A pattern of the names of a Deployment's pods, `<name>-<hash>-<characters>`: the first two are cut where they are too long.
fn pods_of_deployment(name: &str) -> String {
    if name.len() + HASH <= GENERATED {
        return format!("{}-[0-9a-z]+-[0-9a-z]+", pattern(name));
    }
    // Names of Deployments are ASCII.
    match name.get(..GENERATED) {
        Some(cut) => format!("{}[0-9a-z]+", pattern(cut)),
        None => format!("{}-[0-9a-z]*-?[0-9a-z]+", pattern(name)),
    }
}

/// Eligible pods that are on on-demand nodes and that the descheduler may evict.
pub(super) fn to_move(system: &System) -> Option<String> {
    let descheduler = system.descheduler.as_ref()?;
    let evictor = &descheduler.evictor;
    // It evicts no pods without an owner: nothing would replace them.
    // Source: kubernetes-sigs/descheduler pkg/framework/plugins/defaultevictor/constraints.go, "pod does not have any ownerRefs".
    let mut kept = NO_OWNER.to_owned();
    // Its selector may keep the pods of Jobs where they are, by a label that only they have.
    if !evictor.selects(Kind::Job, &Labels::default(), false) {
        kept += "|Job";
    }
    let mut matchers = vec![format!("created_by_kind!~{}", quoted(&kept))];
    match &descheduler.namespaces {
        Namespaces::All => {}
        Namespaces::Include(names) => matchers.push(format!("namespace=~{}", any_of(names))),
        Namespaces::Exclude(names) => matchers.push(format!("namespace!~{}", any_of(names))),
    }
    let matchers = matchers.join(", ");
    let mut text = format!(
        "pod:spotgen_eligible:info{{{matchers}}}\nunless on (cluster, node) node:spotgen_spot:info"
    );
    // Pods of another system have no Spot node to return to that is reckoned with.
    let other = of_other_system(&system.plan);
    text.extend(other.map(|nodes| format!("\nunless on (cluster, node) {nodes}")));
    let protected = with_protected_claims(evictor);
    text.extend(all_but(protected.as_slice()).map(|line| format!("\n{line}")));
    let monitoring = system.monitoring.as_ref()?;
    let never_moved = of_workloads(&monitoring.never_moved);
    text.extend(all_but(&never_moved).map(|line| format!("\n{line}")));
    Some(text)
}

/// Pods with a volume claim, each as a series of that.
/// Source: kubernetes/kube-state-metrics docs/metrics/workload/pod-metrics.md.
const CLAIMS: &str = "kube_pod_spec_volumes_persistentvolumeclaims_info";

/// The pods that the descheduler leaves where they are because of a claim: of any, or of some storage classes.
/// Source: kubernetes-sigs/descheduler pkg/framework/plugins/defaultevictor/defaultevictor.go, `podStorageClasses`;
/// kubernetes/kube-state-metrics docs/metrics/storage/persistentvolumeclaim-metrics.md.
fn with_protected_claims(evictor: &Evictor) -> Option<String> {
    if !evictor
        .extra_enabled
        .contains(&ExtraProtection::PodsWithPvc)
    {
        return None;
    }
    let classes = &evictor.protected_storage_classes;
    Some(if classes.is_empty() {
        CLAIMS.to_owned()
    } else {
        let classes = any_of(classes);
        format!(
            "(\n  {CLAIMS}\n  and on (cluster, namespace, persistentvolumeclaim) \
             kube_persistentvolumeclaim_info{{storageclass=~{classes}}}\n)"
        )
    })
}

/// The pods whose data are on a disk of their node, where the descheduler does not protect all pods with a claim: they cannot
/// start elsewhere. Which zone a volume is in is in no metric.
/// Source: kubernetes/kube-state-metrics docs/metrics/storage/persistentvolume-metrics.md; kubernetes/kubernetes
/// pkg/apis/core/validation/validation.go, `ValidatePersistentVolumeSpec`: a local volume needs `nodeAffinity`.
pub(super) fn on_disk_of_node(descheduler: &Descheduler) -> Option<String> {
    let protected = with_protected_claims(&descheduler.evictor);
    if protected.is_some_and(|protected| protected == CLAIMS) {
        return None;
    }
    let volumes = [r#"local_path!="""#, r#"host_path!="""#].map(|of_node| {
        format!(
            "label_replace(kube_persistentvolume_info{{{of_node}}}, \"volumename\", \"$1\", \"persistentvolume\", \"(.+)\")"
        )
    });
    Some(format!(
        "(\n  {CLAIMS}\n  and on (cluster, namespace, persistentvolumeclaim) (\n    \
         kube_persistentvolumeclaim_info\n    and on (cluster, volumename) (\n      {}\n    )\n  )\n)",
        volumes.join("\n      or ")
    ))
}

fn any_of(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| pattern(name)).collect();
    quoted(&names.join("|"))
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::pods_of_deployment;

    /// As the controllers name a pod: the API server cuts what is too long.
    fn pod(deployment: &str) -> String {
        let mut base = format!("{deployment}-7c9f8d6b54-");
        base.truncate(58);
        base + "x2k9q"
    }

    #[test]
    fn pods_of_long_names_are_known() {
        for length in 1..=63 {
            let name = "a".repeat(length);
            let known = Regex::new(&format!("^(?:{})$", pods_of_deployment(&name)));
            let known = known.expect("it is a pattern");
            assert!(known.is_match(&pod(&name)), "{length}");
            assert!(!known.is_match(&pod("other")), "{length}");
        }
    }
}
