//! Nodes of which nothing is known: when that is said, once or for each pool, and how loudly.

use spotgen::diagnostic::Severity;

use super::library::{Checked, Given, config};

const RULE: &str = "unknown-vm-size";

/// A Spot and an on-demand pool, each with this besides.
fn pools(provider: &str, spot: &str, on_demand: &str) -> Given {
    three_pools(provider, spot, on_demand, None)
}

/// The same, and another on-demand pool.
fn three_pools(provider: &str, spot: &str, on_demand: &str, other: Option<&str>) -> Given {
    let other = other.map(|other| {
        format!("    - {{name: other, capacity: OnDemand, nodes: {{min: 0, max: 3}}{other}}}\n")
    });
    config(format!(
        "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {{name: shop}}
spec:
  provider: {provider}
  nodePools:
    - {{name: spot1, capacity: Spot, nodes: {{min: 0, max: 10}}{spot}}}
    - {{name: regular1, capacity: OnDemand, nodes: {{min: 1, max: 10}}{on_demand}}}
{other}  workloads:
    - {{name: web, namespace: shop, selector: {{app: web}}, replicas: 3, requests: {{cpu: 500m, memory: 512Mi}}}}
",
        other = other.unwrap_or_default()
    ))
}

fn count(checked: &Checked, severity: Severity) -> usize {
    let counts = checked.counts();
    counts.get(&(RULE, severity)).copied().unwrap_or_default()
}

#[test]
fn sizes_of_each_provider_are_known() {
    for (provider, size) in [
        ("aks", "Standard_D4s_v5"),
        ("eks", "m6i.xlarge"),
        ("gke", "n2-standard-4"),
        ("gke", "n2-custom-4-8192"),
    ] {
        let size = format!(", vmSize: {size}");
        pools(provider, &size, &size).check().is_silent_about(RULE);
    }
}

#[test]
fn an_unknown_size_is_a_warning_for_each_pool() {
    for (provider, size, near) in [
        ("aks", "Standard_D4s_v55", "set `vmSize: Standard_D4s_v5`"),
        ("eks", "m6i.xlrage", "set `vmSize: m6i.xlarge`"),
        ("gke", "n2-stanadrd-4", "set `vmSize: n2-standard-4`"),
    ] {
        let size = format!(", vmSize: {size}");
        let checked = pools(provider, &size, &size).check();
        assert_eq!(count(&checked, Severity::Warning), 2, "{}", checked.text);
        assert_eq!(count(&checked, Severity::Info), 0, "{}", checked.text);
        checked.passes(near);
        checked.passes("`spot-capacity-short`");
        checked.passes("`failover-capacity-short`");
    }
    let other_cloud = pools("gke", ", vmSize: m6i.xlarge", ", vmSize: e2-medium").check();
    other_cloud.passes("pool `spot1` has the unknown VM size `m6i.xlarge`");
    other_cloud.passes("it is a size of EKS");
    let unheard = pools("gke", ", vmSize: made-up", ", vmSize: e2-medium").check();
    unheard.passes("correct `vmSize` if it is misspelled, or set `allocatable:");
}

#[test]
fn what_is_stated_needs_no_size() {
    const STATED: &str = ", allocatable: {cpu: 3, memory: 12Gi}";
    for provider in ["aks", "eks", "gke", "generic"] {
        let size = format!(", vmSize: made-up{STATED}");
        pools(provider, &size, STATED).check().is_silent_about(RULE);
    }
    let half = ", vmSize: made-up, allocatable: {cpu: 3}";
    let checked = pools("eks", half, STATED).check();
    checked.passes("the unknown VM size `made-up` and no `allocatable.memory`");
    let known = ", vmSize: m6i.xlarge, allocatable: {cpu: 3}";
    pools("eks", known, STATED).check().is_silent_about(RULE);
}

#[test]
fn sizes_that_are_not_given_are_one_info() {
    for (provider, size) in [
        ("aks", ""),
        ("eks", ""),
        ("gke", ""),
        ("generic", ""),
        ("generic", ", vmSize: large"),
    ] {
        let checked = pools(provider, size, size).check();
        assert_eq!(count(&checked, Severity::Warning), 0, "{}", checked.text);
        assert_eq!(count(&checked, Severity::Info), 1, "{}", checked.text);
        checked.passes("nodes in pools `spot1` and `regular1` are unknown");
        // Nothing is counted where nothing says what it requests.
        let requests = "spec.workloads.0.requests=null";
        let silent = pools(provider, size, size).set(requests).check();
        silent.is_silent_about(RULE);
    }
}

#[test]
fn pools_that_no_workload_runs_on_do_not_matter() {
    const KNOWN: &str = ", vmSize: e2-standard-4";
    const FOREIGN: &str = ", taints: [\"team=other:NoSchedule\"]";
    let beside = |pool: &str| three_pools("gke", KNOWN, KNOWN, Some(pool)).check();
    beside(FOREIGN).is_silent_about(RULE);
    beside(&format!("{FOREIGN}, vmSize: made-up"))
        .passes("VM size `made-up`: spotgen cannot tell what fits on its nodes");
    beside("").passes("nodes in pool `other` are unknown");
}

#[test]
fn the_nearest_size_is_named_for_a_misspelling() {
    for (provider, written, near) in [
        ("eks", "m5xlarge", "m5.xlarge"),
        ("eks", "M5.Xlarge", "m5.xlarge"),
        ("eks", "m5.3xlarge", "m5.4xlarge"),
        ("gke", "c3-standard-5", "c3-standard-4"),
        ("gke", "n2-standard-3", "n2-standard-4"),
        ("gke", "n2standard4", "n2-standard-4"),
        ("aks", "D5s_v5", "Standard_D4s_v5"),
        ("aks", "Standard_D4sv5", "Standard_D4s_v5"),
        ("aks", "standard-d4s-v5", "Standard_D4s_v5"),
        ("aks", "D4s_v5", "Standard_D4s_v5"),
    ] {
        let size = format!(", vmSize: {written}");
        let checked = pools(provider, &size, &size).check();
        checked.passes(&format!("set `vmSize: {near}`"));
    }
    let lower = ", vmSize: standard_d4s_v5";
    pools("aks", lower, lower).check().is_silent_about(RULE);
}

#[test]
fn a_size_of_another_generation_or_cloud_is_told() {
    let of = |provider: &str, size: &str| {
        let size = format!(", vmSize: {size}");
        pools(provider, &size, &size).check()
    };
    of("aks", "Standard_D4as_v9").passes("(the nearest known size is `Standard_D4as_v");
    of("aks", "m5.large").passes("it is a size of EKS");
    of("eks", "Standard_D4s_v5").passes("it is a size of AKS");
    of("gke", "m5.large").passes("set a size of GKE, or correct `provider`");
}
