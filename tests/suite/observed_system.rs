//! The system that manifests bring along: judged by the same rules as the one that is made.

use std::collections::BTreeSet;

use serde_json::Value;

use super::check::{ends, spotgen, with};
use super::golden::{cases, root};

/// The rules that find something, and how bad it is.
fn found(arguments: &[&str], stdin: &str) -> Option<BTreeSet<(String, String)>> {
    let output = spotgen(&with(arguments, &["--report", "json"]), stdin);
    let report: Value = serde_json::from_slice(&output.stdout).ok()?;
    let findings = report["findings"].as_array()?.iter();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    Some(
        findings
            .map(|finding| (text(finding, "rule"), text(finding, "level")))
            .collect(),
    )
}

/// What spotgen makes is what it has judged already.
#[test]
fn own_output_adds_nothing() {
    let mut tried = 0;
    for case in cases(&root()) {
        let name = case.strip_prefix(root()).expect("it is in there");
        let config = name.join("spot-config.yaml").display().to_string();
        let check = ["check", "-f", config.as_str()];
        // Those that need other arguments are not told of here.
        let rendered = spotgen(&["render", "--no-check", "-f", config.as_str()], "");
        let Some(before) = found(&check, "").filter(|_| rendered.status.success()) else {
            continue;
        };
        let manifests = String::from_utf8(rendered.stdout).expect("it is text");
        let after = found(&with(&check, &["-"]), &manifests).expect("there is a report");
        // The workloads are not among them, which only the manifests of all would tell.
        let is_about_the_rest =
            |rule: &str| matches!(rule, "budget-without-pods" | "unused-allowance");
        let added: Vec<_> = after
            .difference(&before)
            .filter(|(rule, _)| !is_about_the_rest(rule))
            .collect();
        assert!(added.is_empty(), "{config}: {added:?}");
        tried += 1;
    }
    assert!(tried > 10);
}

const CONFIG: [&str; 4] = [
    "-f",
    "minimal/spot-config.yaml",
    "--set",
    "spec.overprovisioner.placeholders=[{name: spot, capacity: Spot, requests: {cpu: 500m, memory: 512Mi}, \
     scaling: {counting: OnDemand, linear: {nodesPerReplica: 2, max: 3}}}]",
];

/// What is changed of the output, into what, and what comes of it.
const CHANGES: [(&str, &str, i32, &str); 16] = [
    (
        "    20:\n",
        "    5:\n",
        1,
        "error[pattern-takes-both-capacities]",
    ),
    (
        "      - \".*\"\n",
        "      - spot\n",
        1,
        "error[pool-without-priority]",
    ),
    (
        "nodeFit: true",
        "nodeFit: false",
        1,
        "error[preferred-loop]",
    ),
    (
        "              minPodAge: 10m\n",
        "",
        0,
        "warning[no-rest-between-moves]",
    ),
    (
        "    maxNoOfPodsToEvictTotal: 1\n",
        "",
        0,
        "warning[unlimited-evictions]",
    ),
    (
        "              namespaces:\n                include:\n                  - shop\n",
        "",
        0,
        "warning[moves-foreign-pods]",
    ),
    (
        "                  - shop\n",
        "                  - other\n",
        0,
        "warning[never-fails-back]",
    ),
    (
        "--descheduling-interval=5m",
        "--descheduling-interval=20m",
        0,
        "warning[scale-down-beats-failback]",
    ),
    (
        "value: -5\n",
        "value: 5\n",
        1,
        "error[unpreemptable-placeholder]",
    ),
    (
        "value: -5\n",
        "value: -20\n",
        1,
        "error[expendable-placeholder]",
    ),
    (
        "cpu: 500m\n              memory: 512Mi\n            requests:\n              cpu: 500m",
        "cpu: 9\n              memory: 512Mi\n            requests:\n              cpu: 9",
        1,
        "error[placeholder-never-fits]",
    ),
    (
        "--nodelabels=kubernetes.azure.com/agentpool=regular1",
        "--nodelabels=kubernetes.io/os=linux",
        1,
        "error[counts-mixed-pools]",
    ),
    (
        "\"max\": 3",
        "\"max\": 1,\n      \"preventSinglePointFailure\": true",
        0,
        "warning[max-not-respected]",
    ),
    (
        "cluster-proportional-autoscaler:v1.10.1",
        "cluster-proportional-autoscaler:1.8.8",
        1,
        "error[unknown-image-tag]",
    ),
    ("-period=1s", "-period=5s", 0, "warning[slow-polling]"),
    (
        "-nodeGracePeriodSeconds=25",
        "-nodeGracePeriodSeconds=120",
        0,
        "warning[drain-outlasts-notice]",
    ),
];

/// What is made by hand, or by other charts, is found out where it is.
#[test]
fn changed_output_is_judged() {
    let rendered = spotgen(&with(&["render"], &CONFIG), "");
    let manifests = String::from_utf8(rendered.stdout).expect("it is text");
    let check = with(&with(&["check"], &CONFIG), &["-"]);
    ends(&check, &manifests, 0, "", "");
    for (from, to, code, rule) in CHANGES {
        assert!(manifests.contains(from), "no {from:?} in {manifests}");
        let changed = manifests.replacen(from, to, 1);
        ends(&check, &changed, code, rule, "");
        // It is the manifest that is shown.
        ends(&check, &changed, code, "--> <stdin>:", "");
    }
}

/// A rule that takes every workload does not take what the system itself is made of.
#[test]
fn the_system_is_placed_by_nobody() {
    let rendered = spotgen(&with(&["render"], &CONFIG), "");
    let manifests = String::from_utf8(rendered.stdout).expect("it is text");
    let every = ["--set", "spec.classRules=[{match: {}, class: default}]"];
    let check = with(&with(&with(&["check"], &CONFIG), &every), &["-"]);
    let output = spotgen(&check, &manifests);
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(
        !report.contains("`overprovisioner-spot`") && output.status.success(),
        "{report}"
    );
    let patch = with(&with(&["patch"], &CONFIG), &every);
    ends(&patch, &manifests, 0, &manifests, "");
}

/// What the configuration lists is there beside what the manifests bring; its defaults are not.
#[test]
fn listed_placeholders_stay_beside_those_of_manifests() {
    let case = "rules/placeholder-holds-nothing";
    let manifests = std::fs::read_to_string(root().join(case).join("good-manifests.yaml"));
    let manifests = manifests.expect("the case is there");
    let each = "replicas: 1, requests: {cpu: 500m, memory: 512Mi}";
    let set = format!(
        "spec.overprovisioner.placeholders=[{{name: on-demand, capacity: OnDemand, {each}}}]"
    );
    let listed = [
        "check",
        "-f",
        "minimal/spot-config.yaml",
        "--set",
        &set,
        "-",
    ];
    let levels = found(&listed, &manifests).expect("there is a report");
    assert!(
        !levels
            .iter()
            .any(|(rule, _)| rule == "no-failover-headroom")
    );
    // More than fits on the one node that runs anyway.
    let many = "spec.workloads.0.replicas=9";
    let default = [
        "check",
        "-f",
        "minimal/spot-config.yaml",
        "--set",
        many,
        "-",
    ];
    let levels = found(&default, &manifests).expect("there is a report");
    assert!(
        levels
            .iter()
            .any(|(rule, _)| rule == "no-failover-headroom")
    );
}

/// What only looks like a part of the system is left alone.
#[test]
fn what_is_nothing_of_ours_is_left_alone() {
    let scaler =
        std::fs::read_to_string(root().join("rules/scaling-without-target/bad-manifests.yaml"));
    let scaler = scaler.expect("the case is there");
    // The cluster brings what it scales.
    let for_dns = scaler
        .replace("deployment/overprovision-spot", "deployment/coredns")
        .replace("--namespace=spot-system", "--namespace=kube-system");
    let config_map = |data: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: notes, namespace: shop}}\ndata:\n{data}\n"
        )
    };
    let puller = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: puller, namespace: shop}\nspec:\n  \
                  selector: {matchLabels: {app: puller}}\n  template:\n    metadata: {labels: {app: puller}}\n    spec:\n      \
                  tolerations: [{operator: Exists}]\n      containers: [{name: pause, image: \"registry.k8s.io/pause:3.10\"}]\n";
    let balance = "  policy.yaml: |\n    apiVersion: descheduler/v1alpha2\n    kind: DeschedulerPolicy\n    \
                   nodeSelector: agentpool=regular1\n    profiles:\n      - name: balance\n        pluginConfig:\n          \
                   - name: RemoveDuplicates\n        plugins:\n          balance:\n            enabled: [RemoveDuplicates]";
    let about =
        "  readme.md: |\n    Write a `DeschedulerPolicy` for the cluster: it is not made here.";
    for (manifests, rules) in [
        (for_dns, &["scaling-without-target"][..]),
        (config_map(about), &["broken-descheduler-policy"]),
        (
            config_map("  linear: \"0.5\"\n  cubic: \"1\""),
            &["broken-scaling-parameters"],
        ),
        (config_map(balance), &["policy-hides-spot"]),
        (puller.to_owned(), &["placeholder-holds-nothing"]),
    ] {
        let levels = found(
            &["check", "-f", "minimal/spot-config.yaml", "-"],
            &manifests,
        );
        let levels = levels.expect("there is a report");
        let alarm = levels
            .iter()
            .find(|(rule, _)| rules.contains(&rule.as_str()));
        assert!(alarm.is_none(), "{alarm:?} of {manifests}");
    }
    // Placeholders without any selector are where their tolerations let them.
    let placeholders =
        std::fs::read_to_string(root().join("rules/placeholder-holds-nothing/good-manifests.yaml"));
    let anywhere = placeholders.expect("the case is there");
    let anywhere = anywhere.replace(
        "      nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}\n",
        "",
    );
    let mixed = ["check", "-f", "minimal/spot-config.yaml", "-"];
    ends(
        &mixed,
        &anywhere,
        1,
        "error[placeholder-on-mixed-pools]",
        "",
    );
    let on_demand = anywhere.replace(
        "value: spot, effect: NoSchedule",
        "value: other, effect: NoSchedule",
    );
    let levels = found(&mixed, &on_demand).expect("there is a report");
    assert!(
        !levels
            .iter()
            .any(|(rule, _)| rule == "placeholder-on-mixed-pools"),
        "{levels:?}"
    );
}
