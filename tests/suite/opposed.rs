//! Two settings that contradict each other are told, whichever file each is in.

use std::fs::read_to_string;

use spotgen::diagnostic::{Diagnostic, Report, Severity};
use spotgen::fix;

use super::golden::root;
use super::library::{Given, config, golden};
use super::process::{spotgen, stderr};

const REQUIRED: [&str; 3] = [
    "spec.classes={only: {placement: {spot: Required}}}",
    "spec.workloads=[]",
    "spec.classRules=[{match: {}, class: only}]",
];

fn required() -> Given {
    golden("minimal/spot-config.yaml").set_all(&REQUIRED)
}

fn web(nodes: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      {nodes}
      containers:
        - {{name: web, image: registry.example.com/web:1.0, resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}}}
"
    )
}

const KEY: &str = "kubernetes.azure.com/scalesetpriority";

fn terms(expression: &str) -> String {
    format!(
        "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: \
         [{{matchExpressions: [{expression}]}}]}}}}}}"
    )
}

#[test]
fn a_class_for_spot_alone_over_a_manifest_that_excludes_it() {
    let excluding = [
        terms(&format!("{{key: {KEY}, operator: NotIn, values: [spot]}}")),
        terms(&format!("{{key: {KEY}, operator: DoesNotExist}}")),
        "nodeSelector: {agentpool: regular1}".to_owned(),
    ];
    let mut patch = vec!["patch", "-f", "minimal/spot-config.yaml"];
    patch.extend(REQUIRED.iter().flat_map(|set| ["--set", set]));
    for nodes in excluding {
        let manifest = web(&nodes);
        let checked = required().manifests(&manifest).check();
        checked.fails(
            "error[spot-without-fallback]: workload `web` has `spot: Required`, but its manifest excludes Spot: it cannot run \
             on any node",
        );
        let output = spotgen(&patch)
            .in_folder(root())
            .stdin(manifest.as_str())
            .run();
        let said = stderr(&output);
        let expected = "excludes Spot by its manifest, and its class has `spot: Required`: its pods run on no node";
        assert!(said.contains(expected), "{said}");
    }
    for nodes in [
        terms(&format!("{{key: {KEY}, operator: In, values: [spot]}}")),
        "nodeSelector: {team: web}".to_owned(),
    ] {
        let checked = required().manifests(&web(&nodes)).check();
        checked.is_silent_about("it cannot run on any node");
    }
}

/// The bad case of the System pool, with other taints of the pool for workloads.
fn tainted(taints: &str) -> Given {
    golden("rules/untainted-system-pool/bad.yaml")
        .set(&format!("spec.nodePools.regular1.taints={taints}"))
}

#[test]
fn the_system_pool_is_all_that_is_left() {
    const RULE: &str = "untainted-system-pool";
    let closed = tainted("[\"team=data:NoSchedule\"]");
    let checked = closed.check();
    checked.passes("land on System pool `system` alone");
    checked.passes("no workload tolerates `team=data:NoSchedule` of pool `regular1`");
    let found = checked.report.iter().find(|found| found.rule == RULE);
    let found = found.expect("it was just said");
    assert_eq!(found.severity, Severity::Warning);
    // The taints are in the file here, for `--set` cannot be fixed.
    let taints = ", taints: [\"team=data:NoSchedule\"]}\n    - {name: system";
    let text = read_to_string(root().join("rules/untainted-system-pool/bad.yaml"));
    let text = text
        .expect("it is there")
        .replace("}\n    - {name: system", taints);
    let given = config(text);
    let before = given.check().report;
    let of_rule = before.iter().filter(|found| found.rule == RULE);
    let chosen = of_rule.map(|found| Diagnostic {
        choice: None,
        ..found.clone()
    });
    let fixed = fix::apply(&given.inputs, &chosen.collect::<Report>());
    assert!(fixed.unfixed.is_empty(), "{:?}", fixed.unfixed);
    let after = given.with(fixed.inputs).check();
    assert!(!after.has(RULE), "{}", after.text);
    assert!(
        fix::worse(&before, &after.report, Severity::Warning).is_none(),
        "{}",
        after.text
    );
    // With a taint on the System pool, too, nothing is left, and its taint is not to blame.
    let nothing =
        closed.set("spec.nodePools.system.taints=[\"CriticalAddonsOnly=true:NoSchedule\"]");
    let nothing = nothing.check();
    let told = nothing
        .report
        .iter()
        .filter(|found| found.rule == "taint-not-tolerated");
    let told: Vec<&str> = told.map(|found| found.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "none of the workloads tolerates `team=data:NoSchedule` of pool `regular1`, so none of them ever runs there"
        ]
    );
    tainted("[\"team=data:PreferNoSchedule\"]")
        .check()
        .passes("land on System pool `system` first");
}
