//! What is accepted.

use super::*;

#[derive(Deserialize)]
struct PolicyCase {
    name: String,
    policy: String,
    accepted: bool,
}

#[test]
fn policies_are_accepted_as_by_the_real_one() {
    let cases: Vec<PolicyCase> = vectors("policies.json");
    assert_eq!(cases.len(), 52);
    for case in cases {
        let read = Policy::read(&case.policy, |_| None);
        assert_eq!(read.is_ok(), case.accepted, "{}: {read:?}", case.name);
        let Ok(policy) = read else { continue };
        let runs = policy.profiles.iter().any(|profile| {
            let plugins = profile.deschedule.iter();
            plugins.clone().any(|plugin| match plugin {
                Plugin::NodeAffinity(args) => !args.kinds.is_empty(),
                _ => false,
            })
        });
        // Accepted, and without effect.
        let inert = [
            "bad-epname",
            "bad-noapiversion",
            "noplugins",
            "noprofiles",
            "typo-affinitytype",
        ];
        assert_eq!(runs, !inert.contains(&case.name.as_str()), "{}", case.name);
    }
}

#[test]
fn plugins_that_are_not_modelled_are_accepted_at_their_point() {
    for plugin in NOT_MODELLED {
        let mut own = with_plugin(plugin.name, &json!({"any": 1}), &json!({}));
        let point = if plugin.point == Point::Balance {
            "balance"
        } else {
            "deschedule"
        };
        own["profiles"][0]["plugins"] = json!({point: {"enabled": [plugin.name]}});
        assert!(one_pod(|_| {}).round(&own).evicted.is_empty());
        let other = if point == "balance" {
            "deschedule"
        } else {
            "balance"
        };
        own["profiles"][0]["plugins"] = json!({other: {"enabled": [plugin.name]}});
        assert!(Policy::read(&own.to_string(), |_| None).is_err());
    }
}

#[test]
fn what_go_refuses_is_refused() {
    for args in [
        json!([]),
        json!("x"),
        json!({"namespaces": []}),
        json!({"podProtections": []}),
        json!({"minReplicas": 1.5}),
        json!({"nodeFit": "true"}),
        json!({"labelSelector": {"matchLabels": {"a b": "c"}}}),
        json!({"labelSelector": {"matchExpressions": [{"key": "a", "operator": "in", "values": ["b"]}]}}),
        json!({"labelSelector": {"matchLabel": {}}}),
        json!({"minPodAge": "5"}),
        json!({"minPodAge": ""}),
        json!({"priorityThreshold": {"name": "missing"}}),
        json!({"podProtections": {"extraEnabled": ["PodsWithPVC"], "config": {"PodsWithPVC": {"protectedStorageClasses": [{}]}}}}),
    ] {
        let policy = failback(&args);
        assert!(
            Policy::read(&policy.to_string(), |_| None).is_err(),
            "{args}"
        );
    }
    for args in [
        json!(null),
        json!({"nodeFit": null, "minReplicas": null, "labelSelector": null}),
        json!({"kind": "x", "apiVersion": "y"}),
        json!({"minPodAge": "0"}),
        json!({"priorityThreshold": {}}),
        json!({"priorityThreshold": {"name": "known"}}),
    ] {
        let policy = failback(&args);
        let known = |name: &str| (name == "known").then_some(7);
        let read = Policy::read(&policy.to_string(), known);
        assert!(read.is_ok(), "{args}: {read:?}");
    }
}
