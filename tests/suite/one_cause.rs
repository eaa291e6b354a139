//! One cause is told once, and not what follows from it; what another fault hides is told as well.

use spotgen::diagnostic::Severity;

use super::library::{Checked, Given, config, golden};

/// The messages of a rule.
fn messages<'c>(checked: &'c Checked, rule: &str) -> Vec<&'c str> {
    let findings = checked.report.iter().filter(|found| found.rule == rule);
    findings.map(|found| found.message.as_str()).collect()
}

/// The levels of a rule's findings.
fn levels(checked: &Checked, rule: &str) -> Vec<Severity> {
    let findings = checked.report.iter().filter(|found| found.rule == rule);
    findings.map(|found| found.severity).collect()
}

/// A workload that prefers Spot by its own manifest alone.
fn own(kind: &str, name: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: other}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      tolerations: [{{key: kubernetes.azure.com/scalesetpriority, operator: Equal, value: spot, effect: NoSchedule}}]
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              preference:
                matchExpressions: [{{key: kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}}]
      containers: [{{name: main, image: registry.example.com/x:1.0, resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]
---
"
    )
}

#[test]
fn that_nothing_covers_a_workload_is_told_without_its_consequences() {
    let given = golden("minimal/spot-config.yaml").manifests(&own("Deployment", "api"));
    let checked = given.check();
    assert!(checked.has("unlisted-workload"), "{}", checked.text);
    assert!(!checked.has("never-fails-back"), "{}", checked.text);
    // Namespaces that somebody has chosen are a cause of their own.
    let chosen = "spec.descheduler.namespaces={include: [shop]}";
    let chosen = given.clone().set(chosen).check();
    let reason = "the descheduler does not cover namespace `other`";
    assert!(chosen.has("never-fails-back"), "{}", chosen.text);
    chosen.passes(reason);
    // So is what the workload itself brings.
    let important = own("Deployment", "api").replace(
        "      containers:",
        "      priorityClassName: system-cluster-critical\n      containers:",
    );
    let minimal = golden("minimal/spot-config.yaml");
    let important = minimal.clone().manifests(&important).check();
    important.passes("never returns to Spot after a failover: the descheduler protects pods of");
    important.is_silent_about(reason);
    // The pods of a DaemonSet move nowhere.
    let agents = minimal.manifests(&own("DaemonSet", "agent")).check();
    assert!(!agents.has("never-fails-back"), "{}", agents.text);
}

#[test]
fn a_grace_period_that_nobody_wrote_is_told_once() {
    let manifests = [own("Deployment", "a"), own("Deployment", "b")].concat();
    let given = golden("minimal/spot-config.yaml").manifests(&manifests);
    let checked = given.check();
    let [message] = messages(&checked, "grace-exceeds-notice")[..] else {
        panic!("{}", checked.text);
    };
    assert!(message.ends_with("; likewise workload `b`"), "{message}");
}

fn with_priorities(expander: &str, priorities: &str) -> Given {
    golden("minimal/spot-config.yaml")
        .set("spec.provider=eks")
        .set("spec.nodePools.spot1.vmSize=m6i.xlarge")
        .set("spec.nodePools.regular1.vmSize=m6i.xlarge")
        .set(&format!("spec.autoscaler.expander={expander}"))
        .set(&format!("spec.autoscaler.priorities={priorities}"))
}

#[test]
fn another_expander_hides_no_fault_of_a_pattern() {
    const MISSPELT: &str = "{20: [\"^spott1.*\"], 10: [\".*\"]}";
    const GLOB: &str = "{20: [\"spot*\"], 10: [\".*\"]}";
    const INVERTED: &str = "{20: [\"regular1\"], 10: [\"spot1\"]}";
    for (priorities, rule) in [
        (MISSPELT, "pattern-without-pool"),
        (GLOB, "glob-like-pattern"),
        (INVERTED, "inverted-priorities"),
    ] {
        for expander in ["least-waste", "random", "most-pods"] {
            let checked = with_priorities(expander, priorities).check();
            assert_eq!(levels(&checked, "expander-not-priority"), [Severity::Error]);
            assert_eq!(
                levels(&checked, rule),
                [Severity::Warning],
                "{}",
                checked.text
            );
            checked.fails(&format!(
                "this matters once the expander is `priority`: it is `{expander}` now"
            ));
        }
        let checked = with_priorities("priority", priorities).check();
        assert!(checked.has(rule), "{}", checked.text);
        checked.is_silent_about("this matters once");
    }
    // Nothing is made of them.
    let objects = with_priorities("least-waste", MISSPELT).render("manifests");
    assert!(objects.is_some_and(|text| !text.contains("spott1")));
}

#[test]
fn another_expander_of_an_installed_autoscaler_hides_no_fault_either() {
    let manifests = "apiVersion: v1
kind: ConfigMap
metadata: {name: cluster-autoscaler-priority-expander, namespace: kube-system}
data:
  priorities: |-
    20: [\"^spott1.*\"]
    10: [\".*\"]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cluster-autoscaler, namespace: kube-system}
spec:
  selector: {matchLabels: {app: cluster-autoscaler}}
  template:
    metadata: {labels: {app: cluster-autoscaler}}
    spec:
      containers:
        - name: cluster-autoscaler
          image: registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0
          command: [./cluster-autoscaler, --cloud-provider=aws, --expander=least-waste]
          resources: {requests: {cpu: 100m, memory: 600Mi}}
";
    let given = golden("minimal/spot-config.yaml")
        .set("spec.provider=eks")
        .set("spec.nodePools.spot1.vmSize=m6i.xlarge")
        .set("spec.nodePools.regular1.vmSize=m6i.xlarge");
    let checked = given.clone().manifests(manifests).check();
    assert_eq!(
        levels(&checked, "pattern-without-pool"),
        [Severity::Warning]
    );
    let right = manifests.replace("least-waste", "priority");
    let checked = given.manifests(&right).check();
    assert_eq!(levels(&checked, "pattern-without-pool"), [Severity::Error]);
}

/// A configuration with these classes, pools and workloads.
fn anchored(spot: &str, classes: &str, workloads: &[&str]) -> Given {
    config(format!(
        "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {{name: shop}}
spec:
  provider: aks
  nodePools:
    - {spot}
    - {{<<: *spot, name: spot2}}
    - {{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {{min: 1, max: 10}}}}
  classes: {classes}
  workloads:
    - {}
",
        workloads.join("\n    - ")
    ))
}

const SPOT: &str =
    "&spot {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}";

fn listed(name: &str, more: &str) -> String {
    format!(
        "{{name: {name}, namespace: shop, kind: Deployment, replicas: 3, selector: {{app: {name}}}, requests: \
         {{cpu: 500m, memory: 512Mi}}, {more}}}"
    )
}

#[test]
fn what_an_anchor_gives_to_several_is_told_once() {
    const RULE: &str = "grace-exceeds-notice";
    const ONE: &str =
        "pods of workload `a` may take 300 s to stop, but the eviction notice leaves them 24 s";
    // Classes that are joined by an alias and by a merge key.
    let classes = "{one: &base {placement: {spot: Preferred}, terminationGracePeriodSeconds: 300}, two: {<<: *base, \
                   disruptionBudget: {maxUnavailable: 1}}, three: *base}";
    let of = |name: &str, class: &str| listed(name, &format!("class: {class}"));
    let workloads = [of("a", "one"), of("b", "two"), of("c", "three")];
    let workloads = workloads.each_ref().map(String::as_str);
    let checked = anchored(SPOT, classes, &workloads).check();
    let said = format!("{ONE}; likewise workloads `b` and `c`");
    assert_eq!(messages(&checked, RULE), [said]);
    // One scalar.
    let workloads = [
        listed("a", "terminationGracePeriodSeconds: &long 300"),
        listed("b", "terminationGracePeriodSeconds: *long"),
    ];
    let workloads = workloads.each_ref().map(String::as_str);
    let checked = anchored(SPOT, "{}", &workloads).check();
    let said = format!("{ONE}; likewise workload `b`");
    assert_eq!(messages(&checked, RULE), [said]);
    // The same in two places is two findings.
    let apart = [
        listed("a", "terminationGracePeriodSeconds: 300"),
        listed("b", "terminationGracePeriodSeconds: 300"),
    ];
    let apart = apart.each_ref().map(String::as_str);
    let checked = anchored(SPOT, "{}", &apart).check();
    assert_eq!(messages(&checked, RULE).len(), 2, "{}", checked.text);
    // Pools.
    let wrong = SPOT.replace("D4s_v5", "D4s_v55");
    let checked = anchored(&wrong, "{}", &apart).check();
    let [message] = messages(&checked, "unknown-vm-size")[..] else {
        panic!("{}", checked.text);
    };
    assert!(message.starts_with("pool `spot1`"), "{message}");
    assert!(message.ends_with("; likewise pool `spot2`"), "{message}");
}
