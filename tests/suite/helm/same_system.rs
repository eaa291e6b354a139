//! The chart installs the same system as the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use super::compare::{differences, open};
use super::differences::{ALLOWED, ALONE};
use super::{CASES, Chart, helms, yaml};
use crate::golden;
use crate::output_invariants::documents;

const HANDLER: &str = "spotgen-termination-handler";

/// Objects by kind, namespace and name. Those of the termination handler's chart go where the release goes, so they are
/// told without their namespace.
fn by_identity(objects: Vec<Value>, namespace: &str) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for mut object in objects {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
        let is_namespaced = !matches!(
            kind.as_str(),
            "Namespace" | "PriorityClass" | "ClusterRole" | "ClusterRoleBinding"
        );
        // Helm installs an object without a namespace into the release's.
        if is_namespaced && object["metadata"]["namespace"].is_null() {
            object["metadata"]["namespace"] = json!(namespace);
        }
        let location = text(&object["metadata"]["namespace"]);
        let identity = match name.as_str() {
            HANDLER | "rel-files" => format!("{kind}/{name}"),
            _ if is_namespaced => format!("{kind}/{location}/{name}"),
            _ => format!("{kind}/{name}"),
        };
        let before = found.insert(identity, open(object));
        assert!(before.is_none(), "{kind} {location} {name} is there twice");
    }
    found
}

/// Whether a text is this pattern, in which `*` stands for anything but a slash.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<_>, Vec<_>) =
        (pattern.split('/').collect(), text.split('/').collect());
    pattern.len() == text.len()
        && pattern
            .iter()
            .zip(text)
            .all(|(pattern, text)| *pattern == "*" || *pattern == text)
}

/// Whether an object, as Helm makes it, is one that a difference is about.
fn is_about(pattern: &str, helm: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = text(&helm["metadata"]["name"]);
    let of = text(&helm["metadata"]["labels"]["app.kubernetes.io/name"]);
    let from_chart = |chart: &str| of == chart;
    let is_budget = helm["kind"] == "PodDisruptionBudget";
    match pattern {
        "*" => true,
        "PLACEHOLDER" => helm["kind"] == "Deployment" && from_chart("cluster-overprovisioner"),
        "UPSTREAM" => {
            !is_budget
                && (from_chart("cluster-overprovisioner")
                    || from_chart("aks-node-termination-handler")
                    || (from_chart("descheduler") && name == "spotgen-descheduler"))
        }
        "PriorityClass/*" => {
            helm["kind"] == "PriorityClass" && from_chart("cluster-overprovisioner")
        }
        pattern => matches(pattern, &format!("{}/{name}", text(&helm["kind"]))),
    }
}

/// Rules with the namespace of the handler's pods: the chart installs those in that of the release.
fn with_handler_in(object: Value, from: &str, to: &str) -> Value {
    if object["kind"] != "PrometheusRule" {
        return object;
    }
    let pods = |namespace: &str| {
        format!(
            r#"namespace=\"{namespace}\", created_by_kind=\"DaemonSet\", created_by_name=\"{HANDLER}\""#
        )
    };
    let text = object.to_string().replace(&pods(from), &pods(to));
    serde_json::from_str(&text).expect("it is JSON as before")
}

/// Compares a case; what was used of the list is noted.
fn compare(
    case: &str,
    stream: &str,
    objects: Vec<Value>,
    namespace: &str,
    used: &mut BTreeSet<usize>,
) -> Vec<String> {
    let helm = by_identity(objects, namespace);
    let manifests = by_identity(documents(stream), namespace);
    let handler_namespace = manifests
        .get(&format!("DaemonSet/{HANDLER}"))
        .and_then(|handler| handler["metadata"]["namespace"].as_str())
        .map(str::to_owned);
    let manifests: BTreeMap<String, Value> = manifests
        .into_iter()
        .map(|(identity, object)| {
            let from = handler_namespace.as_deref().unwrap_or(namespace);
            (identity, with_handler_in(object, from, namespace))
        })
        .collect();
    let mut mistakes = Vec::new();
    let identities: BTreeSet<&String> = helm.keys().chain(manifests.keys()).collect();
    for identity in identities {
        let (Some(one), Some(other)) = (manifests.get(identity), helm.get(identity)) else {
            let release = format!("Namespace/{namespace}");
            let handler = handler_namespace
                .as_ref()
                .map(|own| format!("Namespace/{own}"));
            let known = ALONE.iter().any(|(alone, _)| match *alone {
                "Namespace/RELEASE" => *identity == release,
                "Namespace/HANDLER" => Some(identity) == handler.as_ref(),
                alone => alone == identity,
            });
            if !known {
                let where_ = if helm.contains_key(identity) {
                    "Helm"
                } else {
                    "the manifests"
                };
                mistakes.push(format!("{case}: only {where_} make {identity}"));
            }
            continue;
        };
        for at in differences(one, other) {
            let known = ALLOWED
                .iter()
                .position(|(about, pattern, _)| is_about(about, other) && matches(pattern, &at));
            match known {
                Some(number) => {
                    used.insert(number);
                }
                None => mistakes.push(format!(
                    "{case}: {identity} at {at}\n  manifests: {}\n  Helm:      {}",
                    one.pointer(&at).unwrap_or(&Value::Null),
                    other.pointer(&at).unwrap_or(&Value::Null)
                )),
            }
        }
    }
    mistakes
}

/// All golden cases of one configuration file.
fn cases() -> Vec<String> {
    let cases = golden::cases(&golden::root()).into_iter();
    let cases =
        cases.filter(|case| case.join("manifests.yaml").exists() && !case.join("args").exists());
    let cases: Vec<String> = cases
        .filter_map(|case| Some(case.file_name()?.to_str()?.to_owned()))
        .collect();
    assert!(
        CASES
            .iter()
            .all(|case| cases.iter().any(|found| found == case))
    );
    cases
}

#[test]
fn the_chart_installs_what_the_manifests_do() {
    let Some(helms) = helms("the chart against the manifests") else {
        return;
    };
    let cases = cases();
    for helm in helms {
        let mut used = BTreeSet::new();
        let mut mistakes = Vec::new();
        for case in &cases {
            let chart = Chart::of(case);
            let version =
                yaml(&golden::root().join(case).join("plan.yaml"))["cluster"]["kubernetesVersion"]
                    .clone();
            let version = version.as_str().expect("a version is text");
            let mut command = chart.template(&helm);
            let objects = super::rendered(command.args(["--kube-version", version]));
            let stream = fs::read_to_string(golden::root().join(case).join("manifests.yaml"))
                .expect("the case makes manifests");
            mistakes.extend(compare(case, &stream, objects, &chart.namespace, &mut used));
        }
        assert!(
            mistakes.is_empty(),
            "{}:\n{}",
            helm.display(),
            mistakes.join("\n")
        );
        let unused: Vec<_> = (0..ALLOWED.len())
            .filter(|number| !used.contains(number))
            .map(|number| ALLOWED[number])
            .collect();
        // The real charts write a few things more than the stand-ins do.
        if std::env::var_os("SPOTGEN_UPSTREAM_CHARTS").is_some() {
            assert!(
                unused.is_empty(),
                "nothing differs so any more: {unused:#?}"
            );
        }
    }
}

/// Labels that the upstream charts write themselves, names that they would make numbers of, a class that placeholders of both kinds share, one that
/// would preempt others on its nodes, and a value that they would write as `1e+06`.
const ODD: &str = r#"
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: odd}
spec:
  provider: aks
  commonLabels: {app.kubernetes.io/version: "9", helm.sh/chart: mine, app.cluster-overprovisioner/deployment: mine, example.com/a: b}
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}
  overprovisioner:
    namespace: room
    priorityClass: {name: low, value: -1000000}
    placeholders:
      - {name: "1e3", capacity: Spot, requests: {cpu: 500m, memory: 1Gi}}
      - {name: "null", capacity: OnDemand, requests: {cpu: 500m, memory: 1Gi}}
      - {name: spot, capacity: Spot, replicas: 2, spread: OnePerNode, requests: {cpu: 500m, memory: 1Gi}}
      - {name: high, pools: [spot1], requests: {cpu: 1, memory: 1Gi}, priorityClass: {name: high, value: -3}}
      - name: scaled
        capacity: OnDemand
        requests: {cpu: 250m, memory: 1Gi}
        priorityClass: {name: "2", value: -4}
        scaling: {counting: OnDemand, ladder: {nodesToReplicas: [[1, 1], [5, 2]]}}
"#;

#[test]
fn placeholders_that_the_upstream_chart_cannot_carry_are_made_too() {
    let Some(helms) = helms("placeholders of the chart's own") else {
        return;
    };
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    let config = folder.path().join("spot-config.yaml");
    fs::write(&config, ODD).expect("a file can be written");
    let stream = folder.path().join("manifests.yaml");
    super::render(folder.path(), "manifests", &stream);
    let stream = fs::read_to_string(stream).expect("it was written");
    let chart = Chart::in_folder(folder.path());
    for helm in helms {
        let mut used = BTreeSet::new();
        let objects = chart.objects(&helm);
        let carried: Vec<&Value> = objects
            .iter()
            .filter(|object| {
                object["metadata"]["labels"]["app.kubernetes.io/name"] == "cluster-overprovisioner"
            })
            .collect();
        let names: Vec<&Value> = carried
            .iter()
            .map(|object| &object["metadata"]["name"])
            .collect();
        assert_eq!(names, ["low", "overprovisioner-spot"]);
        let mistakes = compare("odd", &stream, objects, "room", &mut used);
        assert!(
            mistakes.is_empty(),
            "{}:\n{}",
            helm.display(),
            mistakes.join("\n")
        );
    }
}
