//! What may be written in more than one way, and means the same.

use std::fs;

use super::golden::root;
use super::library::{Given, config, golden};
use super::process::{spotgen, stderr};

const MINIMAL: &str = "minimal/spot-config.yaml";

#[track_caller]
fn plan(given: &Given) -> String {
    given.check().passes("");
    given.render("plan").expect("there is a plan")
}

fn minimal() -> String {
    fs::read_to_string(root().join(MINIMAL)).expect("the case is there")
}

#[test]
fn an_empty_file_is_told_what_it_could_begin_with() {
    let said = config("# nothing yet\n").check().report;
    let help = &said.iter().next().expect("it is refused").help[0];
    let (_, example) = help.split_once(":\n\n").expect("an example");
    assert_eq!(example, spotgen::load::MINIMAL.trim_end());
    assert!(example.len() < 500, "it is shown as a whole");
    let checked = config(example).check();
    checked.passes("");
    assert!(!checked.text.contains("warning"), "{}", checked.text);
}

#[test]
fn aliases_and_merge_keys_stand_for_what_they_refer_to() {
    let spelt_out = minimal();
    let pools = spelt_out.find("    - {name: spot1").expect("the pools");
    let workloads = spelt_out.find("  workloads:").expect("the workloads");
    let with_aliases = [
        &spelt_out[..pools],
        "    - &pool {name: spot1, capacity: Spot, vmSize: &size Standard_D4s_v5, nodes: &range {min: 0, max: 10}}\n",
        "    - {<<: [{capacity: OnDemand}, *pool], name: regular1, vmSize: *size, nodes: {<<: *range, min: 1}}\n",
        &spelt_out[workloads..],
    ]
    .concat();
    assert_eq!(plan(&config(with_aliases)), plan(&config(spelt_out)));
}

/// `null` takes an inherited key away, as it takes away one of an earlier file.
#[test]
fn an_inherited_key_can_be_removed() {
    let pools = |second: &str| {
        let first = "- &pool {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, zones: [1]}";
        let second = format!("    - {second}\n    - {{name: regular1");
        let text = minimal().replace("    - {name: regular1", &second);
        config(text.replace("- {name: spot1", &format!("{first}\n    - {{name: spot3")))
    };
    let without = pools("{name: spot2, capacity: Spot, vmSize: Standard_D4s_v5}");
    let removed = pools("{<<: *pool, name: spot2, zones: null}");
    assert_eq!(plan(&removed), plan(&without));
}

/// Many aliases are as many mistakes at one place, which are one.
#[test]
fn a_mistake_in_an_anchored_value_is_said_once() {
    let anchored = minimal().replace("requests:", "requests: &much {cpu: 1x}, x:");
    let aliases = (0..50).map(|number| {
        format!("    - {{name: w{number}, selector: {{app: x}}, requests: *much}}\n")
    });
    let text: String = std::iter::once(anchored).chain(aliases).collect();
    let checked = config(text).check();
    assert_eq!(checked.text.matches("`1x`").count(), 1, "{}", checked.text);
}

/// What an alias repeats is written once: the second definition is the alias.
#[test]
fn what_an_alias_defines_again_is_told_at_the_alias() {
    for (list, kept) in [("nodePools", "name: spot1"), ("workloads", "name: web")] {
        let text = minimal();
        let line = text.lines().find(|line| line.contains(kept));
        let line = line.unwrap_or_else(|| panic!("a line of {list} with `{kept}`"));
        let anchored = line.replace("- {", "- &one {");
        let twice = text.replace(line, &format!("{anchored}\n    - *one"));
        let at = twice.lines().position(|line| line.ends_with("*one"));
        let checked = config(twice.clone()).check();
        checked.fails("is defined twice");
        let place = format!(":{}:7", at.expect("it is there") + 1);
        assert!(checked.text.contains(&place), "{place}\n{}", checked.text);
    }
}

#[test]
fn prices_are_not_below_zero() {
    let priced = |price: &str| {
        let setting = format!("spec.nodePools.spot1.price={{perHour: {price}}}");
        golden(MINIMAL).set(&setting).check()
    };
    priced("-0.01").fails("a price below zero");
    priced("0").is_silent_about("price below zero");
}

#[test]
fn zones_have_names_or_numbers() {
    let zones = |written: &str| {
        let setting = format!("spec.nodePools.spot1.zones={written}");
        golden(MINIMAL).set(&setting)
    };
    assert_eq!(
        plan(&zones("[1, 2, 3]")),
        plan(&zones("[\"1\", \"2\", \"3\"]"))
    );
    for (wrong, message) in [
        ("[-1]", "-1 is out of range"),
        ("[1.5]", "found a number with a fraction"),
        ("[a b]", "`a b` is not a label value"),
        ("[4294967296]", "4294967296 is out of range"),
    ] {
        zones(wrong).check().fails(message);
    }
}

#[test]
fn what_is_set_is_text_where_text_is_wanted() {
    for (bare, quoted) in [
        (
            "spec.cluster.kubernetesVersion=1.30",
            "spec.cluster.kubernetesVersion=\"1.30\"",
        ),
        ("spec.cluster.name=007", "spec.cluster.name=\"007\""),
        (
            "spec.workloads.web.selector.v=on",
            "spec.workloads.web.selector.v=\"on\"",
        ),
        (
            "spec.workloads.web.selector.v=1",
            "spec.workloads.web.selector.v=\"1\"",
        ),
        ("metadata.name=true", "metadata.name=\"true\""),
        (
            "spec.commonAnnotations.a=2024-01-01",
            "spec.commonAnnotations.a=\"2024-01-01\"",
        ),
    ] {
        let bare = plan(&golden(MINIMAL).set(bare));
        assert_eq!(bare, plan(&golden(MINIMAL).set(quoted)));
    }
    for (setting, message) in [
        (
            "spec.provider=1",
            "expected `aks`, `eks`, `gke` or `generic`, found a number",
        ),
        (
            "spec.nodePools.spot1.nodes.max=many",
            "expected a whole number",
        ),
        ("spec.workloads.web.selector={v: on}", "`on` is ambiguous"),
        (
            "spec.cluster={kubernetesVersion: 1.30}",
            "add quotes: \"1.30\"",
        ),
    ] {
        golden(MINIMAL).set(setting).check().fails(message);
    }
}

#[test]
fn the_page_of_classes_shows_the_one_that_is_built_in() {
    let output = spotgen(["explain", "classes"]).run();
    let page = String::from_utf8(output.stdout).expect("text");
    let built_in = "## Built in\n\nOn AKS:\n\ndefault:\n  placement:\n    spot: Preferred\n";
    assert!(page.contains(built_in), "{page}");
    let shown = page.split_once("On AKS:\n\n").expect("a class").1;
    let shown = shown.trim_end().replace('\n', "\n    ");
    let text = minimal().replace(
        "  workloads:",
        &format!("  classes:\n    {shown}\n  workloads:"),
    );
    assert_eq!(plan(&config(text)), plan(&golden(MINIMAL)));
}

#[test]
fn the_word_for_a_key_elsewhere_is_no_key() {
    let output = spotgen(["explain", "spec.workloads.hpa"]).run();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `autoscaling`?"));
}

/// What the built-in class would do is left out without a word, and what the configuration asks for with one.
#[test]
fn a_stream_says_of_a_job_only_what_is_asked_for() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: import}\nspec: {template: {spec: {containers: []}}}\n";
    let own = ", placement: {spread: {method: PodAntiAffinity, node: {}}}";
    for (written, is_said) in [("", false), (own, true)] {
        let workload = format!("- {{name: import, kind: Job{written}}}\n    - {{name: web");
        let text = minimal().replace("- {name: web", &workload);
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("spot-config.yaml"), text).expect("it can be written");
        let output = spotgen(["patch"]).in_folder(folder.path()).stdin(job).run();
        assert!(output.status.success(), "{}", stderr(&output));
        let says = stderr(&output).contains("gets no `spread`");
        assert_eq!(says, is_said, "{}", stderr(&output));
    }
}

/// Facts of a Job come from its manifest: without labels of its pods, a class rule takes it all the same.
#[test]
fn a_job_whose_pods_have_no_labels_is_placed() {
    let text = minimal() + "  classRules:\n    - {match: {}, class: default}\n";
    let job = "{apiVersion: batch/v1, kind: Job, metadata: {name: import, namespace: shop}, spec: {template: \
               {spec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}}}}";
    let patches = config(text)
        .manifests(job)
        .render("patches")
        .expect("patches");
    let (_, patch) = patches.split_once("kind: Job").expect("one of the Job");
    assert!(
        patch.contains("preferredDuringScheduling") && !patch.contains("topologySpread"),
        "{patch}"
    );
}

#[test]
fn what_has_another_shape_elsewhere_is_told_its_shape_here() {
    for (setting, help) in [
        (
            "spec.workloads.web.selector={matchLabels: {app: web}}",
            "write the labels directly under `selector`, without `matchLabels`",
        ),
        ("spec.nodePools.spot1.nodes=3", "write `{min: 3, max: 3}`"),
        ("spec.nodePools.spot1.spot=true", "write `capacity: Spot`"),
        (
            "spec.nodePools.spot1.taints=[{key: team, value: shop, effect: NoSchedule}]",
            "write \"team=shop:NoSchedule\"",
        ),
        (
            "spec.nodePools.spot1.taints=[{key: team, operator: Exists, effect: NoExecute}]",
            "write \"team:NoExecute\"",
        ),
    ] {
        golden(MINIMAL).set(setting).check().fails(help);
    }
}

/// Each is one error, whose help says all that is to be written.
#[test]
fn keys_of_other_tools_are_told_once_and_in_full() {
    let workload = |own: &str| minimal().replace("replicas: 3", &format!("replicas: 3, {own}"));
    let pool = |own: &str| minimal().replace("nodes: {min: 0, max: 10}", own);
    for (text, help) in [
        (workload("spot: no"), "`placement: {spot: Never}`"),
        (workload("spot: off"), "`placement: {spot: Never}`"),
        (
            workload("spot: {enabled: false}"),
            "`placement: {spot: Never}`",
        ),
        (
            workload("spot: {enabled: true}"),
            "`placement: {spot: Preferred}`",
        ),
        (
            workload("minReplicas: 2, maxReplicas: 8"),
            "`autoscaling: {min: 2, max: 8}`",
        ),
        (
            workload("keda: {minReplicaCount: 2, maxReplicaCount: 8}"),
            "`autoscaling: {min: 2, max: 8}`",
        ),
        (
            workload("scaler: {minReplicaCount: 2, maxReplicaCount: 8}"),
            "write `autoscaling: {min: 2, max: 8}` here, without `scaler` around it",
        ),
        (
            pool("minCount: 0, maxCount: 10"),
            "`nodes: {min: 0, max: 10}`",
        ),
        (
            pool("scaling: {minimum: 0, maximum: 10}"),
            "`nodes: {min: 0, max: 10}`",
        ),
        (
            workload("gracePeriod: 20"),
            "did you mean `terminationGracePeriodSeconds`?",
        ),
        (
            workload("tolerations: [{operator: Exists}]"),
            "`tolerations` belongs in the workload's manifest",
        ),
        (
            minimal().replace("  provider: aks", "  cluster: {name: c, provider: aks}"),
            "`provider` goes under `spec`",
        ),
        (
            workload("spread: zone"),
            "`placement: {spread: {method: TopologySpread, zone: {maxSkew: 1}}}`",
        ),
        (
            workload("spread: {method: None}"),
            "`placement: {spread: …}`",
        ),
        (
            workload("disruptionBudget: {maxUnavailable: 0.5}"),
            "write `50%`",
        ),
        (
            workload("limits: {cpu: 1}"),
            "`limits` belongs in the workload's manifest",
        ),
        (
            minimal() + "    - deployment/api\n",
            "write `{name: api, kind: Deployment}`",
        ),
        (
            minimal() + "  check: {allow: [no-catch-all]}\n",
            "write `{rule: no-catch-all, reason: …}`",
        ),
        (
            workload("placement: {replicas: 4}"),
            "`replicas` goes directly in the item of `workloads`",
        ),
        (minimal().replace("cpu: 500m", "cpu: 2Gi"), "such as `500m`"),
        (
            minimal().replace("memory: 512Mi", "memory: 512m"),
            "write `512Mi`",
        ),
        (
            minimal().replace("replicas: 3", "replicas: -1"),
            "write at least 0",
        ),
    ] {
        let checked = config(&*text).check();
        let errors = checked.report.iter().count();
        assert_eq!(errors, 1, "{text}\n{}", checked.text);
        checked.fails(help);
    }
}

#[test]
fn steps_of_scenarios_name_something() {
    for (step, key) in [
        ("interrupt: {pools: []}", "pools"),
        ("interrupt: {zones: []}", "zones"),
        ("rollOut: {workloads: []}", "workloads"),
    ] {
        let setting = format!("spec.simulation.scenarios=[{{name: a, steps: [{{{step}}}]}}]");
        let checked = golden(MINIMAL).set(&setting).check();
        checked.fails("this list names none");
        assert_eq!(
            checked.text.matches("names none").count(),
            1,
            "{key}: {}",
            checked.text
        );
    }
    let all = "spec.simulation.scenarios=[{name: a, steps: [{interrupt: {}}]}]";
    golden(MINIMAL)
        .set(all)
        .check()
        .is_silent_about("names none");
}
