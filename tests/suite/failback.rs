//! Which workloads return to Spot, and what is made and counted for those that do not.

use super::library::{Given, golden};

fn with(workloads: &str) -> Given {
    golden("minimal/spot-config.yaml").set(&format!("spec.workloads=[{workloads}]"))
}

const POD: &str = "{name: probe, namespace: shop, kind: Pod, requests: {cpu: 500m, memory: 512Mi}}";
const JOB: &str =
    "{name: batch, namespace: shop, kind: Job, replicas: 30, requests: {cpu: 500m, memory: 512Mi}}";
const WEB: &str = "{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 500m, memory: 512Mi}}";

#[test]
fn nothing_that_returns_needs_no_descheduler() {
    for (workloads, why) in [
        (
            POD.to_owned(),
            Some("only pods without a controller prefer Spot"),
        ),
        (JOB.to_owned(), Some("only Jobs prefer Spot")),
        (
            format!("{POD}, {JOB}"),
            Some("only Jobs and pods without a controller prefer Spot"),
        ),
        (format!("{POD}, {WEB}"), None),
    ] {
        let given = with(&workloads);
        let objects = given.render("manifests").expect("there is a system");
        assert_eq!(
            objects.contains("descheduler"),
            why.is_none(),
            "{workloads}"
        );
        let planned = given.plan(|planned| {
            let notices = planned.system.notices.iter();
            notices
                .map(|notice| notice.message.to_string())
                .collect::<Vec<_>>()
        });
        let notices = planned.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let told = notices
            .iter()
            .find(|notice| notice.contains("no descheduler is installed"));
        match why {
            Some(why) => assert!(told.is_some_and(|told| told.contains(why)), "{notices:?}"),
            None => assert!(told.is_none(), "{notices:?}"),
        }
    }
}

#[test]
fn failback_counts_those_that_return() {
    let never = "{name: calm, namespace: shop, selector: {app: calm}, replicas: 9, placement: {spot: Never}, requests: {cpu: 500m, memory: 512Mi}}";
    let required = "{name: bound, namespace: shop, selector: {app: bound}, replicas: 9, placement: {spot: Required}, requests: {cpu: 500m, memory: 512Mi}}";
    let elsewhere = "{name: far, namespace: far, selector: {app: far}, replicas: 9, requests: {cpu: 500m, memory: 512Mi}}";
    let given = with(&[POD, JOB, WEB, never, required, elsewhere].join(", "))
        .set("spec.descheduler.namespaces={include: [shop]}");
    let claims = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 9
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: a:1, resources: {requests: {cpu: 500m, memory: 512Mi}}}]}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]
";
    let given = given
        .manifests(claims)
        .set("spec.classRules=[{match: {}, class: default}]");
    let figures = given.numbers("failback of all pods");
    let [figure] = &figures[..] else {
        panic!("{figures:?}");
    };
    assert!(
        figure.how.starts_with("3 pods that return to Spot in"),
        "{figure:?}"
    );
}

/// Nothing replaces their pods, so that they are to wait for a lost node.
#[test]
fn what_nothing_replaces_waits_for_a_lost_node() {
    let pods = "tolerations: [{key: kubernetes.azure.com/scalesetpriority, operator: Equal, value: spot, effect: NoSchedule}]
  affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: \
                [{key: kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}]}}]}}
  terminationGracePeriodSeconds: 10
  restartPolicy: Never
  containers: [{name: main, image: a:1, resources: {requests: {cpu: 1, memory: 1Gi}}}]
";
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: probe, namespace: other}}\nspec:\n  {pods}---\n"
    );
    let job = |name: &str, limit: &str| {
        let pods = pods.replace("\n  ", "\n      ");
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}, namespace: other}}\nspec:\n  {limit}\n  template:\n    \
             spec:\n      {pods}---\n"
        )
    };
    let one_try = job("once", "backoffLimit: 0");
    let retried = job("often", "backoffLimit: 3");
    let ignored = job(
        "spared",
        "backoffLimit: 0\n  podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}",
    );
    let checked = golden("minimal/spot-config.yaml")
        .manifests(&[pod, one_try, retried, ignored].concat())
        .check();
    let findings = checked.report.iter();
    let told: Vec<&str> = findings
        .filter(|found| {
            found.rule == "slow-node-loss" && found.message.contains("bound to a lost node")
        })
        .filter(|found| !found.message.contains("`web`"))
        .map(|found| found.message.as_str())
        .collect();
    let [message] = told[..] else {
        panic!("{told:?}");
    };
    assert!(
        message.contains("`often`") && message.ends_with("likewise workload `spared`"),
        "{message}"
    );
}
