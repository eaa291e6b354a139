//! Policies against what the descheduler itself makes of them.
//!
//! It takes much without doing it: a key that it does not know is dropped, a selector that it cannot read selects
//! nothing. [`judge`] is stricter: it takes a policy only if all of it is understood and has an effect. That it says so
//! rightly is shown by `tests/facts/descheduler-0.36.yaml`; all golden policies and many generated ones must pass it.
//!
//! Source: kubernetes-sigs/descheduler at 0.36.0, `pkg/api/v1alpha2/types.go`, `pkg/descheduler/policyconfig.go`, and
//! `types.go` and `validation.go` of the two plugins.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use regex::Regex;
use serde_json::{Map, Value, json};
use spotgen::components::ComponentId;

use super::library;
use super::output_invariants::{documents, text};
use super::sample_size::sample_size;

const EVICTOR: &str = "DefaultEvictor";
const NODE_AFFINITY: &str = "RemovePodsViolatingNodeAffinity";

/// Flags of before 0.34, which a policy that names protections must not have.
const FLAGS: [&str; 6] = [
    "evictLocalStoragePods",
    "evictDaemonSetPods",
    "evictSystemCriticalPods",
    "evictFailedBarePods",
    "ignorePvcPods",
    "ignorePodsWithoutPDB",
];

type Verdict = Result<(), String>;

/// Whether the descheduler understands all of a policy, and does all of it.
pub(crate) fn judge(policy: &str) -> Verdict {
    let policy: Value = serde_saphyr::from_str(policy).map_err(|error| error.to_string())?;
    is(
        policy.get("apiVersion") == Some(&json!("descheduler/v1alpha2")),
        "apiVersion",
    )?;
    fields(&policy, |key, value| match key {
        "apiVersion" => Ok(()),
        "kind" => is(value == "DeschedulerPolicy", "kind"),
        "maxNoOfPodsToEvictPerNode"
        | "maxNoOfPodsToEvictPerNamespace"
        | "maxNoOfPodsToEvictTotal" => is(value.is_u64(), key),
        "gracePeriodSeconds" => is(value.is_i64(), key),
        "nodeSelector" => selector(value),
        "profiles" => each(value, profile),
        _ => unknown(key),
    })?;
    is(!items(&policy["profiles"]).is_empty(), "no profile")
}

fn profile(profile: &Value) -> Verdict {
    fields(profile, |key, value| match key {
        "name" => is(value.is_string(), key),
        "pluginConfig" => each(value, plugin_config),
        "plugins" => fields(value, |point, plugins| match point {
            "deschedule" => fields(plugins, |key, names| match key {
                "enabled" => is(
                    *names == json!([NODE_AFFINITY]),
                    "not a plugin of this extension point",
                ),
                _ => unknown(key),
            }),
            _ => unknown(point),
        }),
        _ => unknown(key),
    })?;
    let configured: Vec<&str> = items(&profile["pluginConfig"])
        .iter()
        .map(|plugin| text(plugin, "/name"))
        .collect();
    let distinct: BTreeSet<&&str> = configured.iter().collect();
    is(
        distinct.len() == configured.len(),
        "of two configurations the first counts",
    )?;
    let enabled = items(&profile["plugins"]["deschedule"]["enabled"]);
    is(!enabled.is_empty(), "nothing is enabled")?;
    is(
        configured.contains(&NODE_AFFINITY),
        "enabled and not configured",
    )
}

fn plugin_config(plugin: &Value) -> Verdict {
    fields(plugin, |key, args| match (key, text(plugin, "/name")) {
        ("name", EVICTOR | NODE_AFFINITY) => Ok(()),
        ("args", EVICTOR) => evictor(args),
        ("args", NODE_AFFINITY) => node_affinity(args),
        _ => unknown(key),
    })
}

fn node_affinity(args: &Value) -> Verdict {
    fields(args, |key, value| match key {
        "nodeAffinityType" => each(value, |kind| {
            is(
                *kind == "preferredDuringSchedulingIgnoredDuringExecution"
                    || *kind == "requiredDuringSchedulingIgnoredDuringExecution",
                "it would be logged and do nothing",
            )
        }),
        "namespaces" => {
            fields(value, |key, names| match key {
                "include" | "exclude" => each(names, |name| is(name.is_string(), "a namespace")),
                _ => unknown(key),
            })?;
            is(
                value.get("include").is_none() || value.get("exclude").is_none(),
                "include and exclude",
            )
        }
        "labelSelector" => label_selector(value),
        _ => unknown(key),
    })?;
    is(
        !items(&args["nodeAffinityType"]).is_empty(),
        "nodeAffinityType needs to be set",
    )
}

fn evictor(args: &Value) -> Verdict {
    fields(args, |key, value| match key {
        "nodeFit" => is(value.is_boolean(), key),
        "nodeSelector" => selector(value),
        "labelSelector" | "namespaceLabelSelector" => label_selector(value),
        "minReplicas" => is(value.is_u64(), key),
        "minPodAge" => is(value.as_str().is_some_and(is_duration), key),
        "noEvictionPolicy" => is(value == "Preferred" || value == "Mandatory", key),
        "priorityThreshold" => priority_threshold(value),
        "podProtections" => protections(value),
        "ignorePodsWithoutPDB" => is(value == false, "it protects every pod"),
        flag if FLAGS.contains(&flag) => is(value.is_boolean(), key),
        _ => unknown(key),
    })?;
    let named = &args["podProtections"];
    let names_any =
        !items(&named["defaultDisabled"]).is_empty() || !items(&named["extraEnabled"]).is_empty();
    let has_flag = FLAGS
        .iter()
        .any(|flag| args.get(flag) == Some(&json!(true)));
    is(!(names_any && has_flag), "flags beside named protections")?;
    let frees_critical = items(&named["defaultDisabled"]).contains(&json!("SystemCriticalPods"))
        || args.get("evictSystemCriticalPods") == Some(&json!(true));
    is(
        !(frees_critical && args.get("priorityThreshold").is_some()),
        "no threshold counts where critical pods are not protected",
    )
}

fn priority_threshold(threshold: &Value) -> Verdict {
    fields(threshold, |key, value| match key {
        "name" => is(value.is_string(), key),
        // Beyond it are the priorities of the system.
        "value" => is(
            value.as_i64().is_some_and(|value| value <= 2_000_000_000),
            key,
        ),
        _ => unknown(key),
    })?;
    let parts = threshold.as_object().map_or(0, Map::len);
    is(parts == 1, "one of name and value")
}

fn protections(protections: &Value) -> Verdict {
    let distinct = |value: &Value, known: &[&str]| {
        let names: Vec<&str> = items(value).iter().filter_map(Value::as_str).collect();
        let set: BTreeSet<&&str> = names.iter().collect();
        is(
            set.len() == items(value).len() && names.iter().all(|name| known.contains(name)),
            "a protection that is twice there, or not known",
        )
    };
    fields(protections, |key, value| match key {
        "defaultDisabled" => distinct(
            value,
            &[
                "PodsWithLocalStorage",
                "SystemCriticalPods",
                "FailedBarePods",
                "DaemonSetPods",
            ],
        ),
        // Of PodsWithoutPDB the informer is never started: every pod would be protected.
        "extraEnabled" => distinct(value, &["PodsWithPVC", "PodsWithResourceClaims"]),
        "config" => fields(value, |key, value| match key {
            "PodsWithPVC" => fields(value, |key, classes| match key {
                "protectedStorageClasses" => each(classes, |class| {
                    fields(class, |key, name| {
                        is(key == "name" && name.is_string(), "a storage class")
                    })
                }),
                _ => unknown(key),
            }),
            _ => unknown(key),
        }),
        _ => unknown(key),
    })?;
    let protects_claims = items(&protections["extraEnabled"]).contains(&json!("PodsWithPVC"));
    is(
        protections.get("config").is_none() || protects_claims,
        "a protection is configured and not enabled",
    )
}

fn is(holds: bool, otherwise: &str) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}

fn unknown(key: &str) -> Verdict {
    Err(format!("`{key}` is not known here"))
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn each(list: &Value, check: impl Fn(&Value) -> Verdict) -> Verdict {
    let list = list.as_array().ok_or("not a list")?;
    list.iter().try_for_each(check)
}

fn fields(map: &Value, check: impl Fn(&str, &Value) -> Verdict) -> Verdict {
    let map = map.as_object().ok_or("not a map")?;
    map.iter().try_for_each(|(key, value)| check(key, value))
}

fn label_selector(selector: &Value) -> Verdict {
    fields(selector, |key, labels| match key {
        "matchLabels" => fields(labels, |_, value| is(value.is_string(), "a label")),
        "matchExpressions" => each(labels, |condition| {
            fields(condition, |key, value| match key {
                "key" => is(value.is_string(), "a label"),
                "operator" => is(value.is_string(), "an operator"),
                "values" => each(value, |value| is(value.is_string(), "a value")),
                _ => unknown(key),
            })?;
            let has_values = !items(&condition["values"]).is_empty();
            match condition["operator"].as_str() {
                Some("In" | "NotIn") => is(has_values, "values"),
                Some("Exists" | "DoesNotExist") => is(!has_values, "no values"),
                _ => Err("an operator".to_owned()),
            }
        }),
        _ => unknown(key),
    })
}

/// Source: kubernetes/apimachinery `pkg/labels/selector.go`, `Parse`.
fn selector(value: &Value) -> Verdict {
    static REQUIREMENT: LazyLock<Regex> = LazyLock::new(|| {
        let name = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
        let prefix = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
        let pattern = format!("^({prefix}/)?{name}(=|==|!=)({name})?$");
        Regex::new(&pattern).expect("the pattern is valid")
    });
    let text = value.as_str().ok_or("a selector is text")?;
    is(
        text.split(',').all(|part| REQUIREMENT.is_match(part)),
        "a selector that cannot be read selects nothing",
    )
}

/// Source: Go's `time.ParseDuration`, without signs.
fn is_duration(text: &str) -> bool {
    static DURATION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("^([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$").expect("the pattern is valid")
    });
    DURATION.is_match(text)
}

/// A case of the table as the text of a policy.
fn policy_of(fact: &Value) -> String {
    if let Some(whole) = fact.get("text").and_then(Value::as_str) {
        return whole.to_owned();
    }
    let or = |key: &str, default: Value| fact.get(key).cloned().unwrap_or(default);
    let evictor = or(
        "evictor",
        json!({"podProtections": {"defaultDisabled": ["PodsWithLocalStorage"]}}),
    );
    let affinity = or(
        "affinity",
        json!({"nodeAffinityType": ["preferredDuringSchedulingIgnoredDuringExecution"]}),
    );
    let plugins = or(
        "plugins",
        json!({"deschedule": {"enabled": [NODE_AFFINITY]}}),
    );
    let mut policy = json!({
        "apiVersion": "descheduler/v1alpha2",
        "kind": "DeschedulerPolicy",
        "profiles": [{
            "name": "failback",
            "pluginConfig": [
                {"name": NODE_AFFINITY, "args": affinity},
                {"name": EVICTOR, "args": evictor},
            ],
            "plugins": plugins,
        }],
    });
    let top = or("top", json!({}));
    for (key, value) in top.as_object().into_iter().flatten() {
        policy[key] = value.clone();
    }
    policy.to_string()
}

#[test]
fn the_judge_agrees_with_the_descheduler() {
    let facts: Vec<Value> =
        serde_saphyr::from_str(include_str!("../facts/descheduler-0.36.yaml")).expect("a table");
    assert!(facts.len() > 40);
    for fact in &facts {
        let verdict = judge(&policy_of(fact));
        let works = text(fact, "/verdict") == "works";
        assert_eq!(verdict.is_ok(), works, "{verdict:?} for {fact:#}");
    }
}

/// The policy that a section makes; none where the section is refused.
fn policy_for(section: &Value) -> Option<String> {
    let config = json!({
        "apiVersion": "spotgen.dev/v1alpha1",
        "kind": "SpotConfig",
        "metadata": {"name": "x"},
        "spec": {"provider": "aks", "descheduler": section},
    });
    let given = library::config(config.to_string());
    let chosen = |component| component == ComponentId::Descheduler;
    let stream = given.render_only("manifests", chosen)?;
    let objects = documents(&stream);
    let policy = objects
        .iter()
        .find_map(|object| object.pointer("/data/policy.yaml"));
    policy.and_then(Value::as_str).map(str::to_owned)
}

/// Some of these keys, each with one of its values.
fn section(keys: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    let all: Vec<usize> = (0..names.len()).collect();
    (subsequence(all, 0..=names.len()), values)
        .prop_map(move |(chosen, values)| {
            let entries = chosen
                .into_iter()
                .map(|at| (names[at].to_owned(), values[at].clone()));
            Value::Object(entries.collect())
        })
        .boxed()
}

fn one_of(values: Vec<Value>) -> BoxedStrategy<Value> {
    select(values).boxed()
}

fn some_of(names: &'static [&'static str]) -> BoxedStrategy<Value> {
    subsequence(names, 0..=names.len())
        .prop_map(|names| json!(names))
        .boxed()
}

fn versions() -> BoxedStrategy<Value> {
    let minors = 28..=36;
    one_of(
        minors
            .flat_map(|minor| [json!(format!("0.{minor}.0")), json!(format!("0.{minor}.1"))])
            .collect(),
    )
}

fn limits() -> BoxedStrategy<Value> {
    let limit = || {
        one_of(vec![
            json!(0),
            json!(1),
            json!(100_000),
            json!("Unlimited"),
            json!(-1),
        ])
    };
    section(vec![
        ("total", limit()),
        ("perNode", limit()),
        ("perNamespace", limit()),
    ])
}

fn evictors() -> BoxedStrategy<Value> {
    let selectors = prop_oneof![
        Just(json!("")),
        "[aB0][a/.-]{0,3}(=|==|!=)[a0.-]{0,3}(,a=b)?".prop_map(|text| json!(text)),
        Just(json!("kubernetes.azure.com/scalesetpriority=spot")),
    ];
    let classes = one_of(vec![json!([]), json!([{"name": "zonal"}])]);
    let claims = section(vec![("protectedStorageClasses", classes)]);
    let protections = section(vec![
        (
            "defaultDisabled",
            some_of(&[
                "PodsWithLocalStorage",
                "SystemCriticalPods",
                "FailedBarePods",
                "DaemonSetPods",
            ]),
        ),
        (
            "extraEnabled",
            prop_oneof![
                8 => some_of(&["PodsWithPVC", "PodsWithResourceClaims"]),
                1 => some_of(&["PodsWithoutPDB", "PodsWithPVC"]),
            ]
            .boxed(),
        ),
        ("config", section(vec![("PodsWithPVC", claims)])),
    ]);
    let threshold = one_of(vec![
        json!({"name": "high"}),
        json!({"value": 2_000_000_000}),
        json!({"value": -5}),
        json!({"value": 2_000_000_001_i64}),
        json!({}),
    ]);
    let ages = ["10m", "0s", "1h30m", "1.5h", "99999h", "5"].map(Value::from);
    let label_selectors = one_of(vec![
        json!({}),
        json!({"matchLabels": {"app": "web"}}),
        json!({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}]}),
        json!({"matchExpressions": [{"key": "tier", "operator": "Exists"}], "matchLabels": {}}),
        json!({"matchExpressions": [{"key": "tier", "operator": "NotIn"}]}),
        json!({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist", "values": ["a"]}]}),
    ]);
    section(vec![
        ("labelSelector", label_selectors),
        ("nodeFit", one_of(vec![json!(true), json!(false)])),
        ("nodeSelector", selectors.boxed()),
        (
            "minReplicas",
            one_of(vec![json!(0), json!(1), json!(4), json!(-1)]),
        ),
        ("minPodAge", one_of(ages.to_vec())),
        ("priorityThreshold", threshold),
        ("podProtections", protections),
    ])
}

fn sections() -> BoxedStrategy<Value> {
    let names = || some_of(&["shop", "default", "kube-system"]);
    let profiles = ["failback", "", "a: b #c", "on", "ü"].map(Value::from);
    section(vec![
        ("version", versions()),
        ("evictor", evictors()),
        ("limits", limits()),
        (
            "namespaces",
            section(vec![("include", names()), ("exclude", names())]),
        ),
        ("profileName", one_of(profiles.to_vec())),
    ])
}

/// Since which release a key is known, where that is later than the oldest release that we make policies for.
/// Source: the files named above at the tags of the releases.
const SINCE: [(&str, u16); 6] = [
    ("evictDaemonSetPods", 30),
    ("minReplicas", 30),
    ("minPodAge", 31),
    ("maxNoOfPodsToEvictTotal", 31),
    ("podProtections", 34),
    ("config", 35),
];

fn has_key(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(map) => map
            .iter()
            .any(|(name, value)| name == key || has_key(value, key)),
        Value::Array(items) => items.iter().any(|item| has_key(item, key)),
        _ => false,
    }
}

#[test]
fn every_policy_that_can_be_made_is_understood() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let sections = sections();
    let (mut made, mut refused) = (0, 0);
    let sections_tried = sample_size(200, 3_000);
    for _ in 0..sections_tried {
        let section = sections.new_tree(&mut runner).expect("a section").current();
        let Some(policy) = policy_for(&section) else {
            refused += 1;
            continue;
        };
        made += 1;
        assert_eq!(judge(&policy), Ok(()), "{section:#}\n{policy}");
        let minor: u16 = text(&section, "/version")
            .split('.')
            .nth(1)
            .map_or(36, |minor| minor.parse().expect("a number"));
        let written: Value = serde_saphyr::from_str(&policy).expect("YAML");
        for (key, since) in SINCE {
            assert!(
                minor >= since || !has_key(&written, key),
                "0.{minor} knows no {key}\n{policy}"
            );
        }
        let flagged = FLAGS.iter().any(|flag| has_key(&written, flag));
        assert!(minor < 34 || !flagged, "deprecated flags\n{policy}");
    }
    assert!(
        made > sections_tried / 10 && refused > sections_tried / 10,
        "{made} made, {refused} refused"
    );
}
