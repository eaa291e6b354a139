//! Budgets that somebody has chosen, beside those that spotgen makes unasked.

use spotgen::components::ComponentId;
use spotgen::diagnostic::Severity;

use super::library::{Given, golden};

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.0
          ports: [{containerPort: 8080}]
          resources: {requests: {cpu: 500m, memory: 512Mi}}
---
";

fn with(workload: &str) -> Given {
    let web = format!("{{name: web, namespace: shop, {workload}}}");
    golden("minimal/spot-config.yaml").set(&format!("spec.workloads=[{web}]"))
}

fn budgets(given: &Given) -> String {
    let only = |component| component == ComponentId::DisruptionBudgets;
    given
        .render_only("manifests", only)
        .expect("there are budgets")
}

#[test]
fn a_bound_of_its_own_leaves_what_is_said_of_pods_that_are_not_ready() {
    for (own, keeps) in [
        ("{maxUnavailable: 2}", true),
        ("{minAvailable: 1}", true),
        (
            "{maxUnavailable: 2, unhealthyPodEvictionPolicy: IfHealthyBudget}",
            false,
        ),
    ] {
        let budget = format!("selector: {{app: web}}, replicas: 3, disruptionBudget: {own}");
        let made = budgets(&with(&budget));
        let policy = "unhealthyPodEvictionPolicy: AlwaysAllow";
        assert_eq!(made.contains(policy), keeps, "{own}: {made}");
        let class = golden("minimal/spot-config.yaml").set(&format!(
            "spec.classes.default={{extends: default, disruptionBudget: {own}}}"
        ));
        let made = budgets(&class);
        assert_eq!(made.contains(policy), keeps, "{own}: {made}");
    }
}

#[test]
fn a_budget_that_nobody_asked_for_is_no_fault_of_a_pod_without_a_probe() {
    let level = |given: Given| {
        let checked = given.manifests(WEB).check();
        let mut found = checked.report.iter();
        let found = found.find(|found| found.rule == "budget-without-readiness");
        found.map(|found| (found.severity, found.message.clone()))
    };
    let (unasked, message) = level(with("replicas: 3")).expect("it is worth knowing");
    assert_eq!(unasked, Severity::Info);
    assert!(!message.contains("budget"), "{message}");
    let asked = level(with("disruptionBudget: {maxUnavailable: 1}"));
    assert!(asked.is_some_and(|(level, _)| level == Severity::Warning));
}
