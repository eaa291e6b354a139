//! Plugins for which there are no recorded answers.

use super::*;

#[test]
fn pods_that_their_required_affinity_keeps_off_their_node_leave_it() {
    let args = json!({"nodeAffinityType": ["requiredDuringSchedulingIgnoredDuringExecution"]});
    let policy = with_plugin("RemovePodsViolatingNodeAffinity", &args, &json!({}));
    for (is_affinity, is_evicted) in [(true, true), (false, false)] {
        let mut stage = Stage::default();
        stage.add_node(&on_demand("od", 4));
        stage.add_node(&spot("sp", 4));
        let pod = CasePod {
            pref: false,
            ..app("a", "od")
        };
        let mut template = stage.template(&pod);
        template.required_nodes = Some(vec![stage.requirement(SPOT, "spot")]);
        // A node selector alone is not looked at.
        template.has_required_affinity = is_affinity;
        stage.add_pod_of(&pod, template);
        let round = stage.round(&policy);
        assert_eq!(round.evicted.len(), usize::from(is_evicted));
    }
    // There is no place for it at all.
    let mut stage = Stage::default();
    stage.add_node(&on_demand("od", 4));
    stage.add_node(&CaseNode {
        cordoned: true,
        ..spot("sp", 4)
    });
    let pod = CasePod {
        pref: false,
        ..app("a", "od")
    };
    let mut template = stage.template(&pod);
    template.required_nodes = Some(vec![stage.requirement(SPOT, "spot")]);
    template.has_required_affinity = true;
    stage.add_pod_of(&pod, template);
    let round = stage.round(&policy);
    assert_eq!(stage.kept(&round), [("a".to_owned(), Kept::NoPlace)]);
}

#[test]
fn pods_that_do_not_tolerate_a_taint_leave_their_node() {
    for (args, is_evicted) in [
        (json!({}), false),
        (json!({"includePreferNoSchedule": true}), true),
        (
            json!({"includePreferNoSchedule": true, "excludedTaints": ["soft"]}),
            false,
        ),
        (
            json!({"includePreferNoSchedule": true, "excludedTaints": ["soft=other"]}),
            true,
        ),
        (
            json!({"includePreferNoSchedule": true, "includedTaints": ["soft=yes"]}),
            true,
        ),
        (
            json!({"includePreferNoSchedule": true, "includedTaints": ["hard"]}),
            false,
        ),
        (
            json!({"includePreferNoSchedule": true, "includedTaints": []}),
            false,
        ),
        (
            json!({"includePreferNoSchedule": true, "namespaces": {"exclude": ["default"]}}),
            false,
        ),
    ] {
        let mut stage = one_pod(|_| {});
        let symbols = &mut stage.world.symbols;
        let soft = taint_of("soft", "yes", Effect::PreferNoSchedule, symbols);
        let gone = taint_of("gone", "yes", Effect::NoExecute, symbols);
        stage
            .world
            .update_node(NodeId(0), |node| node.taints = vec![soft, gone]);
        let policy = with_plugin("RemovePodsViolatingNodeTaints", &args, &json!({}));
        let round = stage.round(&policy);
        assert_eq!(round.evicted.len(), usize::from(is_evicted), "{args}");
    }
}

#[test]
fn duplicates_are_spread_evenly_over_the_nodes_that_take_them() {
    let policy = with_plugin("RemoveDuplicates", &json!({}), &json!({}));
    for (tolerates, nodes, evicted) in [(true, 2, 2), (true, 3, 3), (false, 3, 0)] {
        let mut stage = Stage::default();
        stage.add_node(&on_demand("od", 8));
        for at in 1..nodes {
            stage.add_node(&spot(&format!("sp{at}"), 8));
        }
        for name in ["a", "b", "c", "d"] {
            stage.add_pod(&CasePod {
                tol: tolerates,
                ..app(name, "od")
            });
        }
        let round = stage.round(&policy);
        // Four pods on two nodes are two each; on three at most two each, and one is never moved.
        let wanted = if nodes == 3 && tolerates { 2 } else { evicted };
        assert_eq!(round.evicted.len(), wanted, "{tolerates} {nodes}");
    }
    let policy = with_plugin(
        "RemoveDuplicates",
        &json!({"excludeOwnerKinds": ["ReplicaSet"]}),
        &json!({}),
    );
    let mut stage = one_pod(|_| {});
    stage.add_pod(&app("b", "od"));
    assert!(stage.round(&policy).evicted.is_empty());
}
