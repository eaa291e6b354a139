use super::*;
use crate::kubernetes::Labels;
use crate::simulate::world::{
    LabelSet, Node, NodeState, Owner, OwnerKind, Requests, Template, seconds,
};

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    mode: String,
    params: serde_json::Value,
    nodes: i64,
    cores: i64,
    schedulable_nodes: i64,
    schedulable_cores: i64,
    replicas: Option<i64>,
    accepted: bool,
}

#[test]
fn it_answers_as_the_real_one() {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/tests/vectors/proportional-autoscaler.json");
    let text = std::fs::read_to_string(path).expect("the vectors are there");
    let cases: Vec<Case> = serde_json::from_str(&text).expect("they are JSON");
    assert_eq!(cases.len(), 350);
    for (at, case) in cases.iter().enumerate() {
        let text = case.params.to_string();
        let params = Params::read(&[(&case.mode, &text)]);
        assert_eq!(params.is_ok(), case.accepted, "{at}: {text}");
        let counted = Counted {
            nodes: case.nodes,
            cores: case.cores,
            schedulable_nodes: case.schedulable_nodes,
            schedulable_cores: case.schedulable_cores,
        };
        let replicas = params.ok().map(|params| params.replicas(counted));
        assert_eq!(replicas, case.replicas, "{at}: {text}");
    }
}

#[test]
fn parameters_are_read_as_go_reads_json() {
    for (key, text, is_accepted) in [
        ("linear", r#"{"NODESPERREPLICA":1,"other":{}}"#, true),
        ("linear", r#"{"nodesPerReplica":"4"}"#, false),
        ("linear", r#"{"nodesPerReplica":1,"min":1.5}"#, false),
        ("linear", r#"{"nodesPerReplica":1,"max":null}"#, true),
        ("linear", r#"{"nodesPerReplica":1,"max":-1}"#, false),
        ("linear", r#"{"nodesPerReplica":1,}"#, false),
        ("linear", r#"{"nodesPerReplica":-1}"#, false),
        ("linear", "nodesPerReplica: 1", false),
        ("linear", "", false),
        ("linear", "null", false),
        ("ladder", "{}", true),
        ("ladder", "null", true),
        (
            "ladder",
            r#"{"nodesToReplicas":[[1,2,3],[4],[],null]}"#,
            true,
        ),
        ("ladder", r#"{"nodesToReplicas":[[0,-1]]}"#, false),
        ("ladder", r#"{"nodesToReplicas":[1]}"#, false),
        ("other", "{}", false),
    ] {
        let read = Params::read(&[(key, text)]);
        assert_eq!(read.is_ok(), is_accepted, "{key}: {text}: {read:?}");
    }
    let linear = ("linear", r#"{"nodesPerReplica":1}"#);
    assert!(Params::read(&[linear, ("ladder", "{}")]).is_err());
    assert!(Params::read(&[]).is_err());
}

#[test]
fn it_scales_to_the_nodes_that_it_selects_and_comes_again() {
    let mut world = World::default();
    let namespace = world.symbols.of("kube-system");
    let template = world.add_template(Template {
        namespace: Some(namespace),
        ..Template::default()
    });
    let target = world.add_owner(Owner {
        kind: OwnerKind::ReplicaSet,
        namespace,
        name: namespace,
        template,
        replicas: 1,
    });
    let add = |world: &mut World, pool: &str, state, is_cordoned| {
        let labels: Labels = [("pool".to_owned(), pool.to_owned())].into_iter().collect();
        let labels = LabelSet::new(&labels, &mut world.symbols);
        world.add_node(Node {
            name: namespace,
            group: None,
            labels,
            zone: None,
            taints: Vec::new(),
            is_cordoned,
            state,
            created: 0,
            ready_since: None,
            allocatable: Requests::of(3860, 0),
            max_pods: 30,
            requested: Requests::default(),
            counted: Requests::default().amount,
            pods: Vec::new(),
        })
    };
    add(&mut world, "spot", NodeState::Ready, false);
    add(&mut world, "spot", NodeState::Ready, true);
    let silent = add(&mut world, "spot", NodeState::NotReady, false);
    add(&mut world, "other", NodeState::Ready, false);
    let text = r#"{"nodesPerReplica":1,"includeUnschedulableNodes":true}"#;
    let params = Params::read(&[("linear", text)]).ok();
    let mut own = Proportional::new(&mut world, params, target, "pool=spot", seconds(10))
        .expect("it is a selector");
    let counted = Counted {
        nodes: 3,
        cores: 12,
        schedulable_nodes: 1,
        schedulable_cores: 4,
    };
    assert_eq!(own.count(&world), counted);
    let mut agenda = Agenda::default();
    own.poll(&mut world, &mut agenda);
    assert_eq!(world.owners[target.index()].replicas, 3);
    assert_eq!(agenda.take_next(), Some((10_000, Event::ProportionalPoll)));
    world.delete_node(silent);
    own.set_params(Params::read(&[("linear", "{}")]).ok());
    own.poll(&mut world, &mut agenda);
    assert_eq!(world.owners[target.index()].replicas, 3);
    own.set_params(Params::read(&[("linear", text)]).ok());
    own.poll(&mut world, &mut agenda);
    assert_eq!(world.owners[target.index()].replicas, 2);
    assert!(Proportional::new(&mut world, None, target, "a in (b", 1).is_none());
}
