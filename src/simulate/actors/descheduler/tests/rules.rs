//! What may be evicted, and how much of it.

use super::*;

#[test]
fn annotations_pass_every_constraint_or_are_obeyed_where_they_must_be() {
    let mandatory = failback(&json!({"noEvictionPolicy": "Mandatory"}));
    for (policy, evicts, spares, is_evicted) in [
        (failback(&json!({})), false, false, true),
        (failback(&json!({})), false, true, true),
        (mandatory.clone(), false, true, false),
        (mandatory, true, true, true),
        (
            failback(&json!({"minPodAge": "99999h"})),
            false,
            false,
            false,
        ),
        (failback(&json!({"minPodAge": "99999h"})), true, false, true),
        (failback(&json!({"minPodAge": "24h"})), false, false, true),
        (failback(&json!({"minPodAge": "-5m"})), false, false, true),
        (
            failback(&json!({"ignorePodsWithoutPDB": true})),
            false,
            false,
            false,
        ),
        (
            failback(&json!({"ignorePodsWithoutPDB": true})),
            true,
            false,
            true,
        ),
    ] {
        let mut stage = one_pod(|template| {
            template.descheduler_evicts = evicts;
            template.descheduler_spares = spares;
        });
        let round = stage.round(&policy);
        assert_eq!(round.evicted.len(), usize::from(is_evicted), "{policy}");
        assert_eq!(round.kept.len(), usize::from(!is_evicted), "{policy}");
    }
}

#[test]
fn protections_keep_pods_and_say_why() {
    type Change = fn(&mut Template);
    let cases: [(Json, Change, Option<Kept>); 14] = [
        (
            json!({}),
            |own| own.has_any_local_storage = true,
            Some(Kept::LocalStorage),
        ),
        (
            json!({"evictLocalStoragePods": true}),
            |own| own.has_any_local_storage = true,
            None,
        ),
        (json!({}), |own| own.has_claims = true, None),
        (
            json!({"ignorePvcPods": true}),
            |own| own.has_claims = true,
            Some(Kept::Claims),
        ),
        (
            json!({}),
            |own| own.priority = 2_000_000_000,
            Some(Kept::SystemCritical),
        ),
        (
            json!({"evictSystemCriticalPods": true}),
            |own| own.priority = 2_000_000_000,
            None,
        ),
        (
            json!({"priorityThreshold": {"value": 500}}),
            |own| own.priority = 500,
            Some(Kept::Priority),
        ),
        (
            json!({"priorityThreshold": {"value": 500}}),
            |own| own.priority = 499,
            None,
        ),
        (
            json!({"priorityThreshold": {"value": 500}, "podProtections": {"defaultDisabled": ["SystemCriticalPods"]}}),
            |own| own.priority = 500,
            None,
        ),
        (
            json!({"podProtections": {"extraEnabled": ["PodsWithResourceClaims"]}}),
            |own| own.has_resource_claims = true,
            Some(Kept::ResourceClaims),
        ),
        (
            json!({"podProtections": {"extraEnabled": ["PodsWithoutPDB"]}}),
            |_| {},
            Some(Kept::WithoutBudget),
        ),
        (
            json!({"minReplicas": 2}),
            |_| {},
            Some(Kept::TooFewReplicas),
        ),
        (
            json!({"labelSelector": {"matchLabels": {"app": "other"}}}),
            |_| {},
            Some(Kept::Unselected),
        ),
        (
            json!({"namespaceLabelSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}),
            |_| {},
            Some(Kept::UnselectedNamespace),
        ),
    ];
    for (args, change, wanted) in cases {
        let mut stage = one_pod(change);
        let round = stage.round(&failback(&args));
        let found = round.kept.first().map(|(_, why)| *why);
        assert_eq!(found, wanted, "{args}");
        assert_eq!(round.evicted.is_empty(), wanted.is_some(), "{args}");
    }
}

#[test]
fn claims_of_some_storage_classes_are_protected() {
    let args = json!({"podProtections": {
        "extraEnabled": ["PodsWithPVC"],
        "config": {"PodsWithPVC": {"protectedStorageClasses": [{"name": "zonal"}]}},
    }});
    for (class, wanted) in [(Some("zonal"), true), (Some("files"), false), (None, true)] {
        let mut stage = Stage::default();
        stage.add_node(&on_demand("od", 4));
        stage.add_node(&spot("sp", 4));
        let pod = app("a", "od");
        let mut template = stage.template(&pod);
        template.has_claims = true;
        template.storage_classes = vec![class.map(|class| stage.world.symbols.of(class))];
        stage.add_pod_of(&pod, template);
        let round = stage.round(&failback(&args));
        assert_eq!(round.evicted.is_empty(), wanted, "{class:?}");
    }
}

#[test]
fn namespaces_are_selected_by_their_labels() {
    let args = json!({"namespaceLabelSelector": {"matchLabels": {"failback": "on"}}});
    for (value, is_evicted) in [("on", true), ("off", false)] {
        let mut stage = one_pod(|_| {});
        stage.world.now = minutes(60);
        let namespaces = vec![("default".to_owned(), labels(&[("failback", value)]))];
        let policy = policy(&failback(&args));
        let mut own = Descheduler::new(policy, 0).with_namespaces(namespaces);
        let (round, next) = stage.play(&mut own);
        assert_eq!(round.evicted.len(), usize::from(is_evicted), "{value}");
        // It runs once.
        assert_eq!(next, None);
    }
}

#[test]
fn limits_and_budgets_keep_pods_and_the_next_round_goes_on() {
    let mut stage = Stage::default();
    stage.add_node(&on_demand("od", 8));
    stage.add_node(&spot("sp", 8));
    for name in ["a", "b", "c"] {
        stage.add_pod(&app(name, "od"));
    }
    stage.add_budget(&CaseBudget {
        app: "web".to_owned(),
        allowed: 2,
    });
    let mut own = failback(&json!({}));
    own["maxNoOfPodsToEvictPerNode"] = json!(1);
    own["gracePeriodSeconds"] = json!(-5);
    let mut descheduler = Descheduler::new(policy(&own), minutes(5));
    stage.world.now = minutes(1);
    let (round, next) = stage.play(&mut descheduler);
    assert_eq!(stage.names(&round), ["a"]);
    let limit = Kept::NodeLimit;
    assert_eq!(
        stage.kept(&round),
        [("b".to_owned(), limit), ("c".to_owned(), limit)]
    );
    assert_eq!(
        stage.world.pod(PodId(0)).deletion,
        Some(minutes(1) + seconds(1))
    );
    assert_eq!(next, Some(minutes(6)));
    stage.world.now = minutes(6);
    let (round, _) = stage.play(&mut descheduler);
    assert_eq!(stage.names(&round), ["b"]);
    let (round, _) = stage.play(&mut descheduler);
    assert_eq!(stage.names(&round), [""; 0]);
    let refused = Kept::Refused(Refusal::Budget);
    let terminating = Kept::Terminating;
    let wanted = [
        ("a".to_owned(), terminating),
        ("b".to_owned(), terminating),
        ("c".to_owned(), refused),
    ];
    assert_eq!(stage.kept(&round), wanted);
}

#[test]
fn a_refusal_counts_for_no_limit_and_a_namespace_limit_only_skips() {
    let mut stage = Stage::default();
    stage.add_node(&on_demand("od", 8));
    stage.add_node(&spot("sp", 8));
    stage.add_pod(&app("a", "od"));
    for name in ["b", "c"] {
        stage.add_pod(&CasePod {
            app: "free".to_owned(),
            ..app(name, "od")
        });
    }
    stage.add_budget(&CaseBudget {
        app: "web".to_owned(),
        allowed: 0,
    });
    let mut own = failback(&json!({}));
    own["maxNoOfPodsToEvictPerNamespace"] = json!(1);
    let round = stage.round(&own);
    assert_eq!(stage.names(&round), ["b"]);
    let wanted = [
        ("a".to_owned(), Kept::Refused(Refusal::Budget)),
        ("c".to_owned(), Kept::NamespaceLimit),
    ];
    assert_eq!(stage.kept(&round), wanted);
}

#[test]
fn it_skips_a_round_with_one_ready_node_and_fits_nothing_by_a_selector_that_is_none() {
    let mut stage = one_pod(|_| {});
    stage
        .world
        .update_node(NodeId(1), |node| node.state = NodeState::NotReady);
    assert!(stage.round(&failback(&json!({}))).is_skipped);
    let mut stage = one_pod(|_| {});
    let round = stage.round(&failback(
        &json!({"nodeFit": true, "nodeSelector": "a in (b"}),
    ));
    assert_eq!(stage.kept(&round), [("a".to_owned(), Kept::NoNodeFits)]);
}
