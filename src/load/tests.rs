use super::*;
use crate::diagnostic::Pointer;

fn inputs(files: &[&str], sets: &[&str]) -> Inputs {
    let mut inputs = Inputs::default();
    for (at, text) in files.iter().enumerate() {
        let id = inputs.sources.add(format!("{at}.yaml"), *text);
        inputs.files.push(id);
    }
    for set in sets {
        let id = inputs.sources.add("--set", *set);
        inputs.sets.push(id);
    }
    inputs
}

fn merged(files: &[&str], sets: &[&str]) -> String {
    let inputs = inputs(files, sets);
    let (document, report) = load(&inputs);
    assert!(report.is_empty(), "{report:?}");
    document.expect("a document").root().to_json().to_string()
}

#[test]
fn maps_merge_deep_and_lists_are_replaced() {
    assert_eq!(
        merged(&["a: {b: 1, c: [1, 2]}", "a: {c: [3], d: 4}"], &[]),
        r#"{"a":{"b":1,"c":[3],"d":4}}"#
    );
}

#[test]
fn pools_merge_by_name_and_workloads_by_who_they_are() {
    assert_eq!(
        merged(
            &[
                "nodePools: [{name: a, x: 1}, {name: b}]",
                "nodePools: [{name: a, z: 2}, {name: c}]"
            ],
            &[]
        ),
        r#"{"nodePools":[{"name":"a","x":1,"z":2},{"name":"b"},{"name":"c"}]}"#
    );
    assert_eq!(
        merged(
            &[
                "workloads: [{name: w, namespace: ns}]",
                "workloads: [{name: w, replicas: 2}, {name: w, namespace: other}]"
            ],
            &[]
        ),
        r#"{"workloads":[{"name":"w","namespace":"ns","replicas":2},{"name":"w","namespace":"other"}]}"#
    );
}

#[test]
fn one_ofs_never_mix_and_null_removes() {
    assert_eq!(
        merged(
            &[
                "disruptionBudget: {minAvailable: 1, name: x}",
                "disruptionBudget: {maxUnavailable: 1}"
            ],
            &[]
        ),
        r#"{"disruptionBudget":{"maxUnavailable":1}}"#
    );
    assert_eq!(
        merged(
            &[
                "placeholders: [{name: p, capacity: Spot}]",
                "placeholders: [{name: p, pools: [a]}]"
            ],
            &[]
        ),
        r#"{"placeholders":[{"name":"p","pools":["a"]}]}"#
    );
    assert_eq!(
        merged(&["a: {b: 1, c: 2}", "a: {b: null}"], &[]),
        r#"{"a":{"c":2}}"#
    );
}

#[test]
fn names_that_users_choose_are_no_keys() {
    assert_eq!(
        merged(
            &[
                "classes: {capacity: {a: 1}, spread: {a: 1, b: 1}}\ncommonLabels: {capacity: x}",
                "classes: {pools: {a: 2}, spread: {a: 2}}\ncommonLabels: {pools: z}"
            ],
            &[]
        ),
        r#"{"classes":{"capacity":{"a":1},"spread":{"a":2,"b":1},"pools":{"a":2}},"commonLabels":{"capacity":"x","pools":"z"}}"#
    );
}

#[test]
fn a_workload_that_could_be_several_is_refused() {
    let inputs = inputs(
        &[
            "workloads: [{name: w, namespace: a}, {name: w, namespace: b}]",
            "workloads: [{name: w}]",
        ],
        &[],
    );
    let (_, report) = load(&inputs);
    assert!(
        report
            .iter()
            .any(|diagnostic| diagnostic.message == "`w` could mean several workloads")
    );
}

#[test]
fn a_file_laid_over_itself_changes_nothing() {
    let file = "workloads: [{name: w}, {name: w, kind: StatefulSet}, {name: w, namespace: a}, {name: v, kind: Job}]";
    assert_eq!(merged(&[file, file], &[]), merged(&[file], &[]));
    // What is the same in full wins; what leaves something unsaid means the only one that it can.
    assert_eq!(
        merged(
            &[
                file,
                "workloads: [{name: w, replicas: 1}, {name: v, replicas: 2}, {name: w, namespace: default, kind: StatefulSet, replicas: 3}]"
            ],
            &[]
        ),
        r#"{"workloads":[{"name":"w","replicas":1},{"name":"w","kind":"StatefulSet","namespace":"default","replicas":3},{"name":"w","namespace":"a"},{"name":"v","kind":"Job","replicas":2}]}"#
    );
}

#[test]
fn items_without_a_name_are_added() {
    assert_eq!(
        merged(
            &[
                "nodePools: [{x: 1}, {name: a}, 3]",
                "nodePools: [{x: 2}, 4, {name: a, z: 1}]"
            ],
            &[]
        ),
        r#"{"nodePools":[{"x":1},{"name":"a","z":1},3,{"x":2},4]}"#
    );
}

#[test]
fn set_replaces_lists_and_lays_maps_over() {
    let base = "spec: {workloads: [{name: a, x: 1}, {name: b}], m: {p: 1, nodePools: [{name: c}]}, classes: {spread: {a: 1}}}";
    assert_eq!(
        merged(
            &[base],
            &[
                "spec.workloads=[{name: a, z: 2}]",
                "spec.m={q: 2, nodePools: [{name: d}]}",
                "spec.classes.spread={b: 2}"
            ]
        ),
        r#"{"spec":{"workloads":[{"name":"a","z":2}],"m":{"p":1,"nodePools":[{"name":"d"}],"q":2},"classes":{"spread":{"a":1,"b":2}}}}"#
    );
}

#[test]
fn set_removes_items() {
    let base = "list: [{name: a}, {name: b}, {name: c}]";
    assert_eq!(
        merged(&[base], &["list.b=null"]),
        r#"{"list":[{"name":"a"},{"name":"c"}]}"#
    );
    // One after the other.
    assert_eq!(
        merged(&[base], &["list.0=null", "list.0="]),
        r#"{"list":["",{"name":"c"}]}"#
    );
    assert_eq!(
        merged(&[base], &["list.0=~", "list.1=~", "list.0=null"]),
        r#"{"list":[]}"#
    );
}

#[test]
fn set_reaches_keys_items_and_names() {
    let base = "spec: {list: [{name: a, c: 1}], text: x}";
    assert_eq!(
        merged(
            &[base],
            &[
                "spec.list.a.c=2",
                "spec.new.deep=[1, yep]",
                "spec.text=",
                r"spec.la\.bel=v=w"
            ]
        ),
        r#"{"spec":{"list":[{"name":"a","c":2}],"text":"","new":{"deep":[1,"yep"]},"la.bel":"v=w"}}"#
    );
    assert_eq!(
        merged(&[base], &["spec.list.0.c=null"]),
        r#"{"spec":{"list":[{"name":"a"}],"text":"x"}}"#
    );
}

#[test]
fn faults_of_set_are_said() {
    for set in [
        "spec",
        "spec..a=1",
        "spec.list.z=1",
        "spec.list.+0.c=1",
        "spec.list.00.c=1",
        "spec.list.-0.c=1",
        "spec.list. 0.c=1",
        "spec.list.1.c=1",
        "spec.list.1=null",
        "spec.list.99999999999999999999=null",
        "spec.list.a.c.m=1",
        "spec.a=[1",
    ] {
        let inputs = inputs(&["spec: {list: [{name: a, c: 1}]}"], &[set]);
        let (_, report) = load(&inputs);
        assert_eq!(report.iter().count(), 1, "{set}");
    }
}

#[test]
fn places_come_from_the_file_that_a_value_came_from() {
    let inputs = inputs(&["a:\n  b: 1\n", "a:\n  b: 22\n"], &["a.c=333"]);
    let (document, _) = load(&inputs);
    let document = document.expect("a document");
    let slice = |pointer: &str| {
        let span = document.locate(&Pointer::parse(pointer));
        (span.source.0, inputs.sources.slice(span))
    };
    assert_eq!(slice("/a/b"), (1, "22"));
    assert_eq!(slice("/a/c"), (2, "333"));
    assert_eq!(slice("/a"), (1, "a"));
    assert_eq!(slice("/a/missing"), (1, "a"));
}

#[test]
fn set_takes_an_index_in_brackets() {
    let file = "spec: {list: [{name: a, c: 1}, {name: b, in: [1, 2]}]}";
    for (set, wanted) in [
        (
            "spec.list[0].c=2",
            r#"{"spec":{"list":[{"name":"a","c":2},{"name":"b","in":[1,2]}]}}"#,
        ),
        (
            "spec.list[1].in[0]=7",
            r#"{"spec":{"list":[{"name":"a","c":1},{"name":"b","in":[7,2]}]}}"#,
        ),
        (
            "spec.list[1]=null",
            r#"{"spec":{"list":[{"name":"a","c":1}]}}"#,
        ),
    ] {
        assert_eq!(merged(&[file], &[set]), wanted, "{set}");
    }
}

/// The part of `--set` that a fault is about, and what is meant.
#[test]
fn faults_of_set_stand_at_their_part_of_the_path() {
    let file = "spec: {list: [{name: spot1, c: 1}]}";
    for (set, place, help) in [
        ("spec.list.spott1.c=2", "spott1", "did you mean `spot1`?"),
        (
            "spec.list[9].c=2",
            "9",
            "check the path up to here: `spec.list`",
        ),
        (
            "spec.list.z.c=2",
            "z",
            "check the path up to here: `spec.list`",
        ),
    ] {
        let inputs = inputs(&[file], &[set]);
        let (_, report) = load(&inputs);
        let found = report.iter().next().expect("it is a fault");
        let span = found.location.expect("it has a place");
        assert_eq!(inputs.sources.slice(span), place, "{set}");
        assert_eq!(found.help, [help], "{set}");
    }
}
