//! Objects of operators: what `spotgen patch` adds to them is what their `CustomResourceDefinitions` have. Which fields those
//! have is in `tests/facts/operator-fields.yaml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use spotgen::patch::Options;

use super::golden::root;
use super::library;

#[derive(Deserialize)]
struct Fact {
    #[serde(rename = "apiVersion")]
    api_version: String,
    kind: String,
    /// The parts of a placement, by the path to what has them.
    fields: BTreeMap<String, Vec<String>>,
}

const CASE: &str = "patch/operators";

fn facts() -> Vec<Fact> {
    serde_saphyr::from_str(include_str!("../facts/operator-fields.yaml")).expect("a list of facts")
}

fn input() -> String {
    std::fs::read_to_string(root().join(CASE).join("in.yaml")).expect("a case has an input")
}

fn objects(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).expect("it is YAML")
}

fn patched(text: &str) -> String {
    let options = Options {
        verify: true,
        ..Options::default()
    };
    let given = library::golden(&format!("{CASE}/spot-config.yaml"));
    given
        .patch(text, options)
        .expect("every object can be patched")
}

/// The paths of what is in `after` only, down to the first key that is new. Items of a list are all called `[]`.
fn added(before: &Value, after: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in after {
                let path = format!("{path}.{key}");
                let before = before.get(key).unwrap_or(&Value::Null);
                added(before, value, &path, paths);
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for (at, value) in after.iter().enumerate() {
                let before = before.get(at).unwrap_or(&Value::Null);
                added(before, value, &format!("{path}[]"), paths);
            }
        }
        (Value::Null, Value::Object(after)) if !after.is_empty() => {
            for (key, value) in after {
                added(&Value::Null, value, &format!("{path}.{key}"), paths);
            }
        }
        (before, after) if before != after => {
            paths.insert(path.trim_start_matches('.').to_owned());
        }
        _ => {}
    }
}

#[test]
fn only_fields_that_a_kind_has_are_added() {
    let facts = facts();
    let (before, text) = (input(), patched(&input()));
    let mut seen = BTreeSet::new();
    for (before, after) in objects(&before).iter().zip(&objects(&text)) {
        let (api_version, kind) = (&after["apiVersion"], &after["kind"]);
        let mut paths = BTreeSet::new();
        added(before, after, "", &mut paths);
        let fact = facts
            .iter()
            .find(|fact| *api_version == fact.api_version.as_str() && *kind == fact.kind.as_str());
        let Some(fact) = fact else {
            assert!(paths.is_empty(), "{api_version} {kind}: {paths:?}");
            continue;
        };
        assert!(
            !paths.is_empty(),
            "{kind} {} gets nothing",
            after["metadata"]
        );
        for path in &paths {
            let is_known = fact.fields.iter().any(|(template, fields)| {
                let mut fields = fields.iter().map(|field| format!("{template}.{field}"));
                fields.any(|field| {
                    let rest = path.strip_prefix(&field);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
                })
            });
            assert!(is_known, "{kind} has no `{path}`");
        }
        seen.insert((fact.api_version.as_str(), fact.kind.as_str()));
    }
    // Of the older versions of a kind, only those are in the case whose paths differ.
    let kinds: BTreeSet<&str> = facts.iter().map(|fact| fact.kind.as_str()).collect();
    let seen: BTreeSet<&str> = seen.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(seen, kinds);
}

#[test]
fn what_is_optional_is_not_switched_on() {
    let text = patched(&input());
    let all = objects(&text);
    let kafka = all.iter().find(|object| object["kind"] == "Kafka");
    let spec = kafka.expect("it is in the case")["spec"]
        .as_object()
        .expect("a map");
    let keys: Vec<&str> = spec.keys().map(String::as_str).collect();
    assert_eq!(keys, ["kafka", "entityOperator"]);
}

/// The manifests of the case with a configuration that chooses all, or none, of their objects.
fn checked(rules: &str) -> String {
    let config = format!(
        "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: x}}\nspec:\n  provider: aks\n  \
         nodePools:\n    - {{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {{min: 0, max: 10}}}}\n    \
         - {{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {{min: 1, max: 10}}}}\n{rules}"
    );
    library::config(config).manifests(&input()).check().text
}

#[test]
fn check_knows_the_same_kinds() {
    let none = checked("");
    assert!(none.contains("unlisted-workload"), "{none}");
    assert!(
        none.contains("does not cover Kafka `events`, KafkaNodePool `brokers`"),
        "{none}"
    );
    assert!(!none.contains("stateful-on-spot"), "{none}");
    let all = checked("  classRules: [{match: {}, class: default}]\n");
    assert!(!all.contains("unlisted-workload"), "{all}");
    assert!(all.contains("only `spotgen patch` can place them"), "{all}");
    for kind in [
        "Kafka `events`",
        "KafkaNodePool `brokers`",
        "Elasticsearch `logs`",
        "Prometheus `k8s`",
    ] {
        assert!(
            all.contains(&format!("{kind} runs on Spot by class `default`")),
            "{all}"
        );
    }
    for name in [
        "KafkaConnect `sinks`",
        "Kibana `logs`",
        "KafkaBridge `http`",
    ] {
        assert!(!all.contains(&format!("{name} runs on Spot")), "{all}");
    }
    let never = checked(
        "  classes: {never: {placement: {spot: Never}}}\n  classRules: [{match: {}, class: never}]\n",
    );
    assert!(!never.contains("stateful-on-spot"), "{never}");
}

/// What a template has although it is empty hides that of its workflow or run.
#[test]
fn what_is_empty_and_hides_another_placement_is_filled() {
    let workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: hello}\nspec:\n  entrypoint: main\n  \
                    templates:\n    - {name: main, affinity: {}, tolerations: [], container: {image: a}}\n";
    let text = patched(workflow);
    let template = &objects(&text)[0]["spec"]["templates"][0];
    assert!(
        template["affinity"]["nodeAffinity"].is_object(),
        "{template}"
    );
    // An empty list of Argo is none: the pods have that of the workflow.
    assert_eq!(template["tolerations"], serde_json::json!([]));
    let run = "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {name: hello}\nspec:\n  pipelineRef: {name: hello}\n  \
               taskRunSpecs:\n    - {pipelineTaskName: a, podTemplate: {affinity: {}, tolerations: [], \
               topologySpreadConstraints: null}}\n";
    let text = patched(run);
    let template = &objects(&text)[0]["spec"]["taskRunSpecs"][0]["podTemplate"];
    assert!(
        template["affinity"]["nodeAffinity"].is_object(),
        "{template}"
    );
    let tolerations = template["tolerations"].as_array().expect("a list");
    assert!(!tolerations.is_empty(), "{template}");
    assert!(
        template["topologySpreadConstraints"].is_null(),
        "{template}"
    );
}

/// The operator's default applies only where there is no affinity at all.
#[test]
fn the_default_anti_affinity_of_an_operator_is_kept() {
    let set = |affinity: &str| {
        format!(
            "apiVersion: elasticsearch.k8s.elastic.co/v1\nkind: Elasticsearch\nmetadata: {{name: logs, namespace: shop, \
             annotations: {{spotgen.dev/class: default}}}}\nspec:\n  version: 8.1.0\n  nodeSets:\n    - name: hot\n      \
             count: 3\n      podTemplate: {{spec: {{{affinity}}}}}\n"
        )
    };
    let apart = |text: &str| {
        let affinity = &objects(text)[0]["spec"]["nodeSets"][0]["podTemplate"]["spec"]["affinity"];
        assert!(affinity["nodeAffinity"].is_object(), "{text}");
        affinity["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"].clone()
    };
    let default = serde_json::json!([{
        "weight": 100,
        "podAffinityTerm": {
            "labelSelector": {"matchLabels": {"elasticsearch.k8s.elastic.co/cluster-name": "logs"}},
            "topologyKey": "kubernetes.io/hostname",
        },
    }]);
    for without in ["", "affinity: null"] {
        let text = patched(&set(without));
        assert_eq!(apart(&text), default, "{text}");
        // It is there once, however often it is patched.
        assert_eq!(patched(&text), text);
    }
    // Whoever has written one does without the default one already.
    for own in ["affinity: {}", "affinity: {podAffinity: {}}"] {
        assert_eq!(apart(&patched(&set(own))), Value::Null, "{own}");
    }
    let knative = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web, namespace: shop, annotations: \
                   {spotgen.dev/class: default}}\nspec:\n  template:\n    spec:\n      containers: [{image: a}]\n";
    let text = patched(knative);
    let affinity = &objects(&text)[0]["spec"]["template"]["spec"]["affinity"];
    let term = &affinity["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0];
    assert_eq!(
        term["podAffinityTerm"]["labelSelector"]["matchLabels"],
        serde_json::json!({"serving.knative.dev/service": "web"})
    );
}

/// `check` says the same of the paths of `customKinds` as `patch`.
#[test]
fn check_finds_paths_that_lead_nowhere() {
    let case = "patch/unreached-paths";
    let text = std::fs::read_to_string(root().join(case).join("in.yaml"));
    let given = library::golden(&format!("{case}/spot-config.yaml"));
    let found = given.manifests(&text.expect("a case has an input")).check();
    for words in [
        "leads to no pods of RayCluster `rays`: it has no `spec.workerGroupSpec`, but `workerGroupSpecs` there",
        "leads to no pods of Engine `engine`: it has no `spec.tempalte`, but `template` there",
        "leads to no pods in any Farm of the manifests: Farm `farm` has no `spec.parts`",
        "leads to no pods in any Bare of the manifests: Bare `bare` has no `spec`",
        "Agent `agent` gets no placement",
        "the path `spec.template` ends above the pods of Short `short`",
        "the path `spec` ends above the pods of Shorter `shorter`",
        "of Twice `twice`: it has no `spec.broker.templte`, but `template` there",
        "of Twice `twice`: it has no `spec.brokers`, but `broker` there",
    ] {
        assert!(found.text.contains(words), "{words}\n{}", found.text);
    }
    assert!(!found.text.contains("in any Part"), "{}", found.text);
    assert!(!found.text.contains("of Part"), "{}", found.text);
}

/// An object that leaves out what another has says nothing of the path.
#[test]
fn a_path_that_leads_somewhere_is_not_reported() {
    let config = "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: x}\nspec:\n  provider: aks\n  \
                  nodePools: [{name: spot1, capacity: Spot}, {name: regular1, capacity: OnDemand}]\n  \
                  classRules: [{match: {}, class: default}]\n  customKinds:\n    - {group: example.com, kind: Farm, \
                  podSpecs: [{path: \"spec.workers[].pod\", podLabels: {}}, {path: spec.extra?.pod, podLabels: {}}]}\n";
    let farm = |name: &str, spec: &str| {
        format!(
            "---\napiVersion: example.com/v1\nkind: Farm\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n"
        )
    };
    let with = farm("a", "{workers: [{name: w}]}");
    let without = farm("b", "{size: 1}");
    let check = |text: &str| {
        library::config(config.to_owned())
            .manifests(text)
            .check()
            .text
    };
    assert!(!check(&(with + &without)).contains("leads to no pods"));
    assert!(!check(&farm("c", "{workers: []}")).contains("leads to no pods"));
    assert!(check(&without).contains("leads to no pods in any Farm"));
    assert!(check(&farm("d", "{workers: [], extr: {}}")).contains("but `extr` there"));
}
