//! What users of Kubernetes, the clouds and Terraform write is one error that says what to write here.

use spotgen::diagnostic::Severity;

use super::library::{Checked, config, golden};

const POOL: &str = "name: spot1, capacity: Spot, vmSize: Standard_D4s_v5";
const WORKLOAD: &str = "name: web, namespace: shop, selector: {app: web}, replicas: 3";

fn check(pool: &str, workload: &str, more: &str) -> Checked {
    let text = format!(
        "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {{name: shop}}
spec:
  provider: aks
  nodePools:
    - {{{pool}}}
    - {{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {{min: 1, max: 10}}}}
  workloads:
    - {{{workload}}}
{more}"
    );
    config(text).check()
}

#[track_caller]
fn is_one_error(checked: &Checked, help: &str) {
    let errors = checked.report.iter();
    let errors: Vec<_> = errors
        .filter(|found| found.severity == Severity::Error)
        .collect();
    let [error] = errors.as_slice() else {
        panic!("{} errors for {help}\n{}", errors.len(), checked.text);
    };
    assert!(error.location.is_some(), "{}", checked.text);
    let helps = &error.help;
    assert!(
        helps.iter().any(|given| given.contains(help)),
        "no {help:?} in\n{}",
        checked.text
    );
}

#[test]
fn keys_and_shapes_of_pools_are_translated() {
    for (written, help) in [
        ("autoscaling: {minCount: 1}", "`nodes: {min: 1}`"),
        (
            "autoscaling: {minNodeCount: 1, maxNodeCount: 5}",
            "`nodes: {min: 1, max: 5}`",
        ),
        (
            "scaling_config: {desired_size: 2, min_size: 1, max_size: 5}",
            "`nodes: {min: 1, max: 5}`",
        ),
        ("autoscaling: true", "`nodes`"),
        ("min_count: 1", "`nodes: {min: 1}`"),
        ("nodes: 3", "`{min: 3, max: 3}`"),
        ("nodes: 1-5", "`{min: 1, max: 5}`"),
        ("nodes: [1, 5]", "`{min: 1, max: 5}`"),
        ("zones: [-1]", "write at least 0"),
        ("zones: [1, \"1\"]", "remove one of them"),
        ("zones: [1, 1, 1]", "remove one of them"),
        ("zones: [\"\"]", "the number or the name of a zone"),
        ("zones: 1", "write a list: [1]"),
        ("zones: \"1,2,3\"", "write a list: [1,2,3]"),
        ("zones: [[1, 2]]", "each item in the outer list"),
        ("zones: {1: true}", "write a list, such as `[1, 2, 3]`"),
        (
            "taints: [{key: a, value: b, effect: NO_SCHEDULE}]",
            "\"a=b:NoSchedule\"",
        ),
        (
            "taints: [{key: a, value: true, effect: NoSchedule}]",
            "\"a=true:NoSchedule\"",
        ),
        ("taints: [\"a=b:NO_SCHEDULE\"]", "\"a=b:NoSchedule\""),
        ("labels: [\"a=b\"]", "`{a: b}`"),
        ("labels: a=b", "`{a: b}`"),
        ("labels: [{key: a, value: b}]", "`{a: b}`"),
        ("instance_types: [a, b]", "`vmSize`"),
    ] {
        is_one_error(&check(&format!("{POOL}, {written}"), WORKLOAD, ""), help);
    }
    for (written, help) in [
        ("name: spot1, spot: true", "`capacity: Spot`"),
        ("name: spot1, preemptible: true", "`capacity: Spot`"),
        ("name: spot1, priority: Spot", "`capacity: Spot`"),
        ("name: spot1, capacity: ON_DEMAND", "`OnDemand`"),
        (
            "name: spot1, capacity: Spot, vmSize: [Standard_D4s_v5]",
            "`Standard_D4s_v5`, not a list",
        ),
        (
            "name: spot1, node_config: {capacityType: SPOT}",
            "write `capacity: Spot` here, without `node_config`",
        ),
    ] {
        is_one_error(&check(written, WORKLOAD, ""), help);
    }
}

#[test]
fn keys_and_shapes_of_workloads_are_translated() {
    for (written, help) in [
        ("placement: never", "`{spot: Never}`"),
        ("placement: on-demand", "`{spot: Never}`"),
        ("placement: {spot: OnDemand}", "`Never`"),
        ("placement: {spot: only}", "`Required`"),
        ("placement: {spread: zone}", "zone: {maxSkew: 1}"),
        (
            "placement: {spread: [zone, node]}",
            "`{method: TopologySpread, zone: {maxSkew: 1}, node: {maxSkew: 1}}`",
        ),
        (
            "hpa: {minReplicas: 2, maxReplicas: 5}",
            "`autoscaling: {min: 2, max: 5}`",
        ),
        (
            "resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 1}}",
            "`requests: {cpu: 500m, memory: 1Gi}`",
        ),
        ("requests: {requests: {cpu: 500m}}", "without `requests`"),
        ("disruptionBudget: 1", "`{maxUnavailable: 1}`"),
        ("disruptionBudget: 50%", "`{maxUnavailable: 50%}`"),
        ("disruptionBudget: false", "`None`"),
        ("disruptionBudget: {maxUnavailable: \"1\"}", "write 1"),
        ("terminationGracePeriodSeconds: 20s", "write 20"),
        ("terminationGracePeriodSeconds: \"20\"", "write 20"),
        ("kind: sts", "`StatefulSet`"),
        ("kind: deployments", "`Deployment`"),
        ("class: [default]", "`default`, not a list"),
    ] {
        is_one_error(&check(POOL, &format!("{WORKLOAD}, {written}"), ""), help);
    }
    is_one_error(
        &check(POOL, "name: web, selector: app=web", ""),
        "`{app: web}`",
    );
}

#[test]
fn shapes_of_other_sections_are_translated() {
    for (more, help) in [
        (
            "autoscaler: {expander: [priority, least-waste]}",
            "`priority`",
        ),
        (
            "autoscaler: {expander: \"priority,least-waste\"}",
            "`priority`",
        ),
        (
            "autoscaler:\n    priorities: |\n      10:\n        - .*",
            "remove the `|` or `>`",
        ),
        ("descheduler: false", "`{enabled: false}`"),
        ("descheduler: {interval: 300}", "`300s`"),
        ("classRules: {a: {match: {}}}", "write a list, such as"),
        ("commonLabels: a=b", "`{a: b}`"),
    ] {
        is_one_error(&check(POOL, WORKLOAD, &format!("  {more}\n")), help);
    }
    let maps = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: {name: aks}
";
    is_one_error(&config(maps).check(), "write `aks`");
    let pools = maps.replace("{name: aks}", "aks") + "  nodePools: {spot1: {capacity: Spot}}\n";
    is_one_error(&config(pools).check(), "`- name: spot1`");
}

/// A mistake in what aliases repeat is one mistake, and so is what they leave out where they are too many.
#[test]
fn aliases_repeat_no_message() {
    let pools = |pool: &str, more: &str| {
        config(format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: shop}}\nspec:\n  provider: aks\n  \
             nodePools:\n    - &pool {{{pool}}}\n{}",
            more.repeat(4_000)
        ))
    };
    let labels: Vec<String> = (0..50).map(|at| format!("k{at}: v")).collect();
    let labels = labels.join(", ");
    let many = pools(&format!("{POOL}, labels: {{{labels}}}"), "    - *pool\n").check();
    is_one_error(&many, "replace aliases with their values");
    assert!(
        many.text.contains("| ^") || many.text.contains("*pool"),
        "{}",
        many.text
    );
    let wrong = pools(
        &format!("{POOL}, min_count: 1"),
        "    - {<<: *pool, name: a}\n",
    )
    .check();
    let unknown = wrong.text.matches("unknown key `min_count`").count();
    assert_eq!(unknown, 1, "{}", wrong.text);
}

#[test]
fn keys_of_spec_at_the_top_of_the_file_are_sent_there() {
    let given = golden("minimal/spot-config.yaml");
    for (set, help) in [
        (
            "cluster.kubernetesVersion=1.36",
            "`cluster` goes under `spec`",
        ),
        (
            "kubernetesVersion=1.36",
            "did you mean `spec.cluster.kubernetesVersion`?",
        ),
        ("nodePools=[]", "`nodePools` goes under `spec`"),
        (
            "spec.cluster.kubernetesversion=1.36",
            "did you mean `kubernetesVersion`?",
        ),
    ] {
        let given = given.clone().set(set);
        let checked = given.check();
        is_one_error(&checked, help);
        let place = checked.report.iter().find_map(|found| found.location);
        let source = place.map(|span| given.inputs.sources.get(span.source));
        assert_eq!(
            source.map(|source| source.name.as_str()),
            Some("--set"),
            "{set}"
        );
    }
}

#[test]
fn a_range_of_replicas_is_an_autoscaler() {
    let workload = WORKLOAD.replace("replicas: 3", "replicas: {min: 2, max: 5}");
    is_one_error(
        &check(POOL, &workload, ""),
        "write `autoscaling: {min: 2, max: 5}`",
    );
}

#[test]
fn seconds_that_are_no_number_are_one_error() {
    for (value, help) in [
        ("none", "did you mean `None`?"),
        ("NONE", "did you mean `None`?"),
        ("\"30s\"", "write 30"),
        ("30s", "write 30"),
        ("1m", "write 60"),
    ] {
        for key in ["terminationGracePeriodSeconds", "nodeLossTolerationSeconds"] {
            let workload = format!("{WORKLOAD}, {key}: {value}");
            is_one_error(&check(POOL, &workload, ""), help);
            let set = format!("spec.workloads.web.{key}={value}");
            let checked = golden("minimal/spot-config.yaml").set(&set).check();
            is_one_error(&checked, help);
        }
    }
    let limit = "  descheduler: {limits: {total: unlimited}}\n";
    is_one_error(&check(POOL, WORKLOAD, limit), "did you mean `Unlimited`?");
}
