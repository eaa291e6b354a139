//! The policies of the descheduler: whether it finds one and can read it.

use super::cluster::Cluster;
use super::failback;
use super::part::Part;
use super::words::{add, full_name, short};
use crate::components::ComponentId;
use crate::diagnostic::Severity;
use crate::manifests::ManifestWorkload;

/// Whether it brings pods back to Spot.
pub(super) fn judge(part: &mut Part, cluster: &Cluster<'_>) {
    let installed = &cluster.installed;
    for policy in &installed.policies {
        let is_old = installed.is_of_an_old_release(policy);
        let mut faults = policy.faults.iter();
        let fault = faults.find(|fault| fault.level == Severity::Error);
        if let Some(fault) = fault.filter(|_| !is_old) {
            part.trouble(
                "descheduler-policy",
                format!(
                    "it refuses the policy in {}: {}",
                    policy.map.name,
                    short(&fault.text)
                ),
                "spotgen explain broken-descheduler-policy",
            );
        }
    }
    let mut is_told = false;
    for found in installed.running(ComponentId::Descheduler) {
        is_told |= is_without(part, cluster, found);
    }
    if installed.policies.is_empty() {
        if !is_told {
            part.gap("what it moves: its policy is not there", add("configmaps"));
        }
        return;
    }
    if installed.readable_policies().next().is_none() {
        return;
    }
    if installed.failbacks(cluster.plan).next().is_none() {
        part.trouble(
            "descheduler-without-failback",
            "no profile of its policy brings pods back to Spot",
            "spotgen explain policy-without-failback",
        );
        return;
    }
    failback::judge(part, cluster);
}

/// Whether what it mounts is no policy, or is not there, which is told.
fn is_without(part: &mut Part, cluster: &Cluster<'_>, found: &ManifestWorkload) -> bool {
    let mut policies = cluster.installed.policies.iter();
    let names = found
        .program
        .iter()
        .flat_map(|program| &program.config_maps);
    let names: Vec<&String> = names.collect();
    let [name] = names[..] else {
        return false;
    };
    if policies.any(|policy| policy.is_mounted_by(found)) || !cluster.snapshot.has("ConfigMap") {
        return false;
    }
    let namespace = found.namespace.as_deref().unwrap_or("default");
    let what = if cluster.snapshot.has_config_map(namespace, name) {
        "has no policy that it can read"
    } else {
        "is not there"
    };
    part.trouble(
        "descheduler-policy",
        format!(
            "{}: the ConfigMap {namespace}/{name} that it mounts {what}",
            full_name(found)
        ),
        "spotgen explain broken-descheduler-policy",
    );
    true
}
