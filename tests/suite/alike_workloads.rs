//! Workloads that are alike are read, decided and judged together: the same comes of it as of each by itself.

use std::fmt::Write as _;
use std::sync::Arc;

use spotgen::check::Detail;
use spotgen::load::{Inputs, load};

const HEAD: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata:
  name: alike
spec:
  provider: aks
  classes:
    named:
      extends: default
      disruptionBudget: {name: its-own, maxUnavailable: 1}
    apart:
      extends: default
      placement:
        spread: {method: PodAntiAffinity, node: {whenUnsatisfiable: DoNotSchedule}}
    on-base:
      extends: default
      onDemandBase: 1
    steady:
      placement: {spot: Never}
  nodePools:
  - name: spot1
    capacity: Spot
    vmSize: Standard_D8s_v5
    nodes: {min: 0, max: 3}
  - name: od1
    capacity: OnDemand
    vmSize: Standard_D8s_v5
    nodes: {min: 1, max: 2}
  workloads:
";

/// What a workload may have beside its name, its namespace and its selector.
const FACTS: [&str; 12] = [
    "replicas: 3",
    "replicas: 1",
    "kind: StatefulSet\n    replicas: 3",
    "kind: DaemonSet",
    "class: named",
    "class: apart\n    replicas: 9",
    "class: on-base\n    replicas: 4",
    "class: steady",
    "disruptionBudget: {minAvailable: 3}\n    replicas: 3",
    "placement: {spot: Required, spread: None}\n    replicas: 2",
    "autoscaling: {min: 2, max: 9}\n    requests: {cpu: 100m, memory: 1Gi}",
    "terminationGracePeriodSeconds: 300\n    requests: {cpu: 64}",
];

/// Each of them several times, in several namespaces, in turns.
fn configuration() -> String {
    let mut text = HEAD.to_owned();
    for number in 0..FACTS.len() * 4 {
        let facts = FACTS[number % FACTS.len()];
        let namespace = number % 5;
        let _ = write!(
            text,
            "  - name: w{number}\n    namespace: n{namespace}\n    selector:\n      app: w{number}\n    {facts}\n"
        );
    }
    text
}

fn inputs(text: String) -> Inputs {
    let mut inputs = Inputs::default();
    let id = inputs.sources.add("spot-config.yaml", text);
    inputs.files.push(id);
    inputs
}

/// What is planned, and what is found, without its places.
fn outcome(text: String) -> (Vec<String>, Vec<String>) {
    let inputs = inputs(text);
    let planned = spotgen::plan(&inputs, None).expect("it is valid");
    let workloads = planned.system.plan.workloads.iter();
    let report = planned.check(&[], Detail::ALL);
    let mut found: Vec<String> = report
        .iter()
        .map(|own| format!("{} {} {}", own.severity.as_str(), own.rule, own.message))
        .collect();
    found.sort();
    let told = workloads.cloned().map(|mut own| {
        // Whose facts they are is all that may differ.
        Arc::make_mut(&mut own.facts).number = None;
        format!("{own:?}")
    });
    (told.collect(), found)
}

#[test]
fn each_is_what_it_is_alone() {
    let text = configuration();
    // In brackets, each is read by itself.
    let inputs = inputs(text.clone());
    let (document, _) = load(&inputs);
    let in_brackets = document
        .expect("it is a mapping")
        .root()
        .to_json()
        .to_string();
    let (together, alone) = (outcome(text), outcome(in_brackets));
    assert_eq!(together.0, alone.0);
    assert_eq!(together.1, alone.1);
    assert!(together.1.len() > FACTS.len(), "{:?}", together.1);
}
