//! Pools say what they are: workloads are matched against the labels and taints that pools declare, and those that their
//! cloud sets.

mod contradictions;
mod groups;
mod hardware;
mod host_ports;
mod labels;
mod provider_labels;
mod selectors;
mod spot_labels;
mod spreads;
mod whole_pod;

use spotgen::diagnostic::Severity;

use super::library::{Checked, Given, config};

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;

/// A cluster, what runs on it, and what is said of it at the levels of errors and warnings, other rules left out.
struct Case {
    /// What is tried, and where it was seen.
    name: &'static str,
    provider: &'static str,
    pools: &'static [&'static str],
    /// The spec of the pods, as one line of YAML. None where no manifest is passed.
    pod: Option<&'static str>,
    found: &'static [(&'static str, Severity)],
}

/// Findings that are no matter of these cases.
const BESIDE: [&str; 4] = [
    "untainted-system-pool",
    "unlisted-workload",
    "single-spot-pool",
    "pod-fits-no-node",
];

fn spec(provider: &str, pools: &[&str]) -> String {
    let pools = pools.iter().map(|pool| format!("    - {{{pool}}}\n"));
    let pools = pools.collect::<Vec<_>>().concat();
    format!(
        "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: shop}}\nspec:\n  provider: {provider}\n  \
         nodePools:\n{pools}"
    )
}

fn deployment(pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: front, namespace: shop}}\nspec:\n  replicas: 6\n  \
         selector: {{matchLabels: {{app: front}}}}\n  template:\n    metadata: {{labels: {{app: front}}}}\n    \
         spec: {{terminationGracePeriodSeconds: 15, {pod}}}\n"
    )
}

const CONTAINER: &str = "containers: [{name: main, image: registry.example.com/front:1.0, resources: {requests: {cpu: 500m, memory: 1Gi}}}]";

fn given(case: &Case) -> Given {
    let given = config(spec(case.provider, case.pools));
    match case.pod {
        Some(pod) => given.manifests(&deployment(&format!("{pod}, {CONTAINER}"))),
        None => given,
    }
}

fn findings(checked: &Checked) -> Vec<(&'static str, Severity)> {
    let found = checked.found().into_iter();
    found
        .filter(|(id, level)| *level != Severity::Info && !BESIDE.contains(id))
        .collect()
}

const SYSTEM: &str = "name: sys, capacity: OnDemand, mode: System, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 3}, taints: \
     [\"CriticalAddonsOnly=true:NoSchedule\"]";
const STEADY: &str =
    "name: steady, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}";
const CHEAP: &str =
    "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}";

/// What is said of each case is what is right.
fn check_all(cases: &[Case]) {
    for case in cases {
        let checked = given(case).check();
        let found = findings(&checked);
        assert_eq!(found, case.found, "{}:\n{}", case.name, checked.text);
    }
}
