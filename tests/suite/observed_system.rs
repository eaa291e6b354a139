//! The system that manifests bring along: judged by the same rules as the one that is made.

use std::fs;

use super::golden::{cases, root};
use super::library::{Given, golden};
use super::process::{self, spotgen};

/// The least configuration, with these manifests.
fn minimal_with(manifests: &str) -> Given {
    golden("minimal/spot-config.yaml").manifests(manifests)
}

/// What spotgen makes is what it has judged already, sound or not.
#[test]
fn own_output_adds_nothing() {
    let mut tried = 0;
    let mut added = Vec::new();
    for case in cases(&root())
        .into_iter()
        .chain(cases(&root().join("rules")))
    {
        let name = case.strip_prefix(root()).expect("it is in there");
        for file in ["spot-config.yaml", "bad.yaml"] {
            let config = name.join(file).display().to_string();
            if !root().join(&config).exists() {
                continue;
            }
            let given = golden(&config);
            // Those that need other arguments are not told of here.
            let Some(manifests) = given.render("manifests") else {
                continue;
            };
            let before = given.check().counts();
            let after = given.manifests(&manifests).check().counts();
            // The workloads are not among them, which only the manifests of all would tell. Budgets of one class are one
            // finding in the configuration, and each its own in manifests. Class rules without manifests are an error,
            // and with manifests that hold no workload a warning.
            let is_about_the_rest = |rule| {
                matches!(
                    rule,
                    "budget-without-pods"
                        | "unused-allowance"
                        | "notice-outruns-budget"
                        | "class-rules-without-manifests"
                        | "unused-class-rule"
                )
            };
            added.extend(
                after
                    .into_iter()
                    .filter(|(kind, count)| {
                        before.get(kind) < Some(count) && !is_about_the_rest(kind.0)
                    })
                    .map(|found| (config.clone(), found)),
            );
            tried += 1;
        }
    }
    assert!(added.is_empty(), "{added:#?}");
    assert!(tried > 100, "{tried}");
}

const SCALED: &str = "spec.overprovisioner.placeholders=[{name: spot, capacity: Spot, requests: {cpu: 500m, memory: 512Mi}, \
                      scaling: {counting: OnDemand, linear: {nodesPerReplica: 2, max: 3}}}]";

/// A system with scaled placeholders, and its manifests.
fn system() -> (Given, String) {
    let given = golden("minimal/spot-config.yaml").set(SCALED);
    let manifests = given.render("manifests");
    (given, manifests.expect("it is a system"))
}

/// What is changed of the output, into what, whether that is an error, and what finds it.
const CHANGES: [(&str, &str, bool, &str); 16] = [
    (
        "    20:\n",
        "    5:\n",
        true,
        "error[pattern-takes-both-capacities]",
    ),
    (
        "      - \".*\"\n",
        "      - spot\n",
        true,
        "error[pool-without-priority]",
    ),
    (
        "nodeFit: true",
        "nodeFit: false",
        true,
        "error[preferred-loop]",
    ),
    (
        "              minPodAge: 10m\n",
        "",
        false,
        "warning[no-rest-between-moves]",
    ),
    (
        "    maxNoOfPodsToEvictTotal: 1\n",
        "",
        false,
        "warning[unlimited-evictions]",
    ),
    (
        "              namespaces:\n                include:\n                  - shop\n",
        "",
        false,
        "warning[moves-foreign-pods]",
    ),
    (
        "                  - shop\n",
        "                  - other\n",
        false,
        "warning[never-fails-back]",
    ),
    (
        "--descheduling-interval=1m",
        "--descheduling-interval=20m",
        false,
        "warning[scale-down-beats-failback]",
    ),
    (
        "value: -5\n",
        "value: 5\n",
        true,
        "error[unpreemptable-placeholder]",
    ),
    (
        "value: -5\n",
        "value: -20\n",
        true,
        "error[expendable-placeholder]",
    ),
    (
        "cpu: 500m\n              memory: 512Mi\n            requests:\n              cpu: 500m",
        "cpu: 9\n              memory: 512Mi\n            requests:\n              cpu: 9",
        true,
        "error[placeholder-never-fits]",
    ),
    (
        "--nodelabels=kubernetes.azure.com/agentpool=regular1",
        "--nodelabels=kubernetes.io/os=linux",
        true,
        "error[counts-mixed-pools]",
    ),
    (
        "\"max\": 3",
        "\"max\": 1,\n      \"preventSinglePointFailure\": true",
        false,
        "warning[max-not-respected]",
    ),
    (
        "cluster-proportional-autoscaler:v1.10.1",
        "cluster-proportional-autoscaler:1.8.8",
        true,
        "error[unknown-image-tag]",
    ),
    ("-period=1s", "-period=5s", false, "warning[slow-polling]"),
    (
        "-nodeGracePeriodSeconds=25",
        "-nodeGracePeriodSeconds=120",
        false,
        "warning[drain-outlasts-notice]",
    ),
];

/// What is made by hand, or by other charts, is found out where it is.
#[test]
fn changed_output_is_judged() {
    let (given, manifests) = system();
    let check = |manifests: &str| given.clone().manifests(manifests).check();
    check(&manifests).passes("");
    for (from, to, has_errors, rule) in CHANGES {
        assert!(manifests.contains(from), "no {from:?} in {manifests}");
        let checked = check(&manifests.replacen(from, to, 1));
        assert_eq!(checked.report.has_errors(), has_errors, "{}", checked.text);
        assert!(checked.text.contains(rule), "no {rule} in {}", checked.text);
        // It is the manifest that is shown, alone or beside the configuration.
        let places = ["--> <stdin>:", "::: <stdin>:"];
        let is_shown = places.iter().any(|place| checked.text.contains(place));
        assert!(is_shown, "{}", checked.text);
    }
}

/// A rule that takes every workload does not take what the system itself is made of.
#[test]
fn the_system_is_placed_by_nobody() {
    let (given, manifests) = system();
    let every = "spec.classRules=[{match: {}, class: default}]";
    let checked = given.set(every).manifests(&manifests).check();
    checked.passes("");
    checked.is_silent_about("`overprovisioner-spot`");
    let sets = ["--set", SCALED, "--set", every];
    let patched = spotgen(["patch", "-f", "minimal/spot-config.yaml"])
        .args(sets)
        .in_folder(root())
        .stdin(manifests.as_str())
        .run();
    assert_eq!(process::stdout(&patched), manifests);
}

/// What the configuration lists is there beside what the manifests bring; its defaults are not.
#[test]
fn listed_placeholders_stay_beside_those_of_manifests() {
    let case = "rules/placeholder-holds-nothing";
    let manifests = fs::read_to_string(root().join(case).join("good-manifests.yaml"));
    let manifests = manifests.expect("the case is there");
    let each = "replicas: 1, requests: {cpu: 500m, memory: 512Mi}";
    let set = format!(
        "spec.overprovisioner.placeholders=[{{name: on-demand, capacity: OnDemand, {each}}}]"
    );
    let listed = minimal_with(&manifests).set(&set).check();
    assert!(!listed.has("no-failover-headroom"), "{}", listed.text);
    // More than fits on the one node that runs anyway.
    let many = "spec.workloads.0.replicas=9";
    let default = minimal_with(&manifests).set(many).check();
    assert!(default.has("no-failover-headroom"), "{}", default.text);
}

/// What only looks like a part of the system is left alone.
#[test]
fn what_is_nothing_of_ours_is_left_alone() {
    let scaler = fs::read_to_string(root().join("rules/scaling-without-target/bad-manifests.yaml"));
    let scaler = scaler.expect("the case is there");
    // The cluster brings what it scales.
    let for_dns = scaler
        .replace("deployment/overprovision-spot", "deployment/coredns")
        .replace("--namespace=spot-system", "--namespace=kube-system");
    let config_map = |data: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: notes, namespace: shop}}\ndata:\n{data}\n"
        )
    };
    let puller = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: puller, namespace: shop}\nspec:\n  \
                  selector: {matchLabels: {app: puller}}\n  template:\n    metadata: {labels: {app: puller}}\n    spec:\n      \
                  tolerations: [{operator: Exists}]\n      containers: [{name: pause, image: \"registry.k8s.io/pause:3.10\"}]\n";
    let balance = "  policy.yaml: |\n    apiVersion: descheduler/v1alpha2\n    kind: DeschedulerPolicy\n    \
                   nodeSelector: agentpool=regular1\n    profiles:\n      - name: balance\n        pluginConfig:\n          \
                   - name: RemoveDuplicates\n        plugins:\n          balance:\n            enabled: [RemoveDuplicates]";
    let about =
        "  readme.md: |\n    Write a `DeschedulerPolicy` for the cluster: it is not made here.";
    for (manifests, rules) in [
        (for_dns, &["scaling-without-target"][..]),
        (config_map(about), &["broken-descheduler-policy"]),
        (
            config_map("  linear: \"0.5\"\n  cubic: \"1\""),
            &["broken-scaling-parameters"],
        ),
        (config_map(balance), &["policy-hides-spot"]),
        (puller.to_owned(), &["placeholder-holds-nothing"]),
    ] {
        let checked = minimal_with(&manifests).check();
        let alarm = rules.iter().find(|rule| checked.has(rule));
        assert!(alarm.is_none(), "{alarm:?} of {manifests}");
    }
    // Placeholders without any selector are where their tolerations let them.
    let placeholders =
        fs::read_to_string(root().join("rules/placeholder-holds-nothing/good-manifests.yaml"));
    let anywhere = placeholders.expect("the case is there");
    let anywhere = anywhere.replace(
        "      nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}\n",
        "",
    );
    let mixed = "placeholder-on-mixed-pools";
    let checked = minimal_with(&anywhere).check();
    checked.fails(&format!("error[{mixed}]"));
    let on_demand = anywhere.replace(
        "value: spot, effect: NoSchedule",
        "value: other, effect: NoSchedule",
    );
    let checked = minimal_with(&on_demand).check();
    assert!(!checked.has(mixed), "{}", checked.text);
}

/// One fact, wrong in the configuration and worse in a manifest: both are reported.
#[test]
fn what_the_configuration_has_wrong_hides_nothing_of_the_manifests() {
    let policy = |total: u32| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: descheduler, namespace: kube-system}}\ndata:\n  policy.yaml: |\n    \
             apiVersion: descheduler/v1alpha2\n    kind: DeschedulerPolicy\n    maxNoOfPodsToEvictTotal: {total}\n    profiles:\n      \
             - name: spot\n        pluginConfig:\n          - name: RemovePodsViolatingNodeAffinity\n            args: \
             {{nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]}}\n        plugins:\n          deschedule: \
             {{enabled: [RemovePodsViolatingNodeAffinity]}}\n"
        )
    };
    let check = |total| {
        golden("minimal/spot-config.yaml")
            .set("spec.descheduler.limits.total=1")
            .set("spec.workloads.0.replicas=400")
            .manifests(&policy(total))
            .check()
            .text
    };
    let nothing_moved = check(0);
    let both = [
        "warning[failback-takes-hours]",
        "error[failback-takes-hours]",
    ];
    for level in both {
        assert!(
            nothing_moved.contains(level),
            "no {level}:\n{nothing_moved}"
        );
    }
}

/// The object of a stream that has this text.
fn object<'m>(manifests: &'m str, text: &str) -> &'m str {
    let mut objects = manifests.split("---\n");
    objects
        .find(|object| object.contains(text))
        .unwrap_or_else(|| panic!("no {text:?}"))
}

/// Of what there are several of, each is judged, whichever comes first.
#[test]
fn a_second_one_is_judged_too() {
    let (given, manifests) = system();
    for (text, name, from, to, rule) in [
        (
            "DeschedulerPolicy",
            "  name: spotgen-descheduler\n",
            "nodeFit: true",
            "nodeFit: false",
            "preferred-loop",
        ),
        (
            "kind: DaemonSet",
            "  name: spotgen-termination-handler\n",
            "-period=1s",
            "-period=20s",
            "slow-polling",
        ),
        (
            "kind: DaemonSet",
            "  name: spotgen-termination-handler\n",
            "termination-handler:v1.0.19",
            "termination-handler:latest",
            "floating-image",
        ),
        (
            "--target=deployment",
            "  name: overprovisioner-spot-scaler\n",
            "autoscaler:v1.10.1",
            "autoscaler:1.8.8",
            "unknown-image-tag",
        ),
    ] {
        let own = object(&manifests, text);
        assert!(own.contains(name) && own.contains(from), "{own}");
        let second = own.replace(name, "  name: second\n").replace(from, to);
        for stream in [
            format!("{manifests}---\n{second}"),
            format!("{second}---\n{manifests}"),
        ] {
            let checked = given.clone().manifests(&stream).check();
            assert!(checked.has(rule), "no {rule} in {}", checked.text);
        }
    }
}

/// The policy may be in another repository than what runs the descheduler.
#[test]
fn a_descheduler_without_its_policy_is_judged() {
    let (given, manifests) = system();
    let policy = object(&manifests, "DeschedulerPolicy");
    let rest = manifests.replace(policy, "");
    let slow = rest.replace("--descheduling-interval=1m", "--descheduling-interval=20m");
    let checked = given.manifests(&slow).check();
    assert!(checked.has("scale-down-beats-failback"), "{}", checked.text);
}

/// What each placeholder runs and by which class it gives way is its manifest's, whatever the configuration lists.
#[test]
fn listed_placeholders_are_judged_as_manifests_have_them() {
    let each = "replicas: 2, requests: {cpu: 500m, memory: 512Mi}";
    let given = golden("minimal/spot-config.yaml").set(&format!(
        "spec.overprovisioner.placeholders=[{{name: spot, capacity: Spot, {each}}}]"
    ));
    let manifests = given.render("manifests").expect("it is a system");
    let newest = manifests.replace("pause:3.10", "pause:latest");
    let checked = given.clone().manifests(&newest).check();
    checked.passes("warning[floating-image]");
    let ignored = manifests.replace("value: -5\n", "value: -20\n");
    let checked = given.manifests(&ignored).check();
    let at = ignored.lines().position(|line| line == "value: -20");
    let at = at.expect("it is there") + 1;
    assert!(
        checked.text.contains(&format!("--> <stdin>:{at}:")),
        "not in line {at}: {}",
        checked.text
    );
}

/// One reason that both have is said once.
#[test]
fn what_manifests_have_alike_is_not_said_again() {
    let given = golden("minimal/spot-config.yaml").set("spec.descheduler.evictor.minReplicas=10");
    let manifests = given.render("manifests").expect("it is a system");
    let elsewhere = manifests.replace("                  - shop\n", "                  - other\n");
    let checked = given.manifests(&elsewhere).check();
    let said = checked.text.matches("minReplicas").count();
    let planned = golden("minimal/spot-config.yaml")
        .set("spec.descheduler.evictor.minReplicas=10")
        .check();
    assert_eq!(
        said,
        planned.text.matches("minReplicas").count(),
        "{}",
        checked.text
    );
}

/// Numbers of a tier above what 32 bits hold are the autoscaler's all the same.
#[test]
fn tiers_of_any_number_are_ordered() {
    let (given, manifests) = system();
    let high = manifests.replace("    20:\n", "    4294967296:\n");
    let checked = given.manifests(&high).check();
    assert!(
        !checked.has("pattern-takes-both-capacities"),
        "{}",
        checked.text
    );
}

const BY_HAND: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cluster-autoscaler, namespace: kube-system}
spec:
  replicas: 1
  selector: {matchLabels: {app: ca}}
  template:
    metadata: {labels: {app: ca}}
    spec:
      containers:
        - name: ca
          image: registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0
          command: [./cluster-autoscaler, --expander=priority]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: spare}
value: -10
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: warm}
spec:
  replicas: 4
  selector: {matchLabels: {app: spare}}
  template:
    metadata: {labels: {app: spare}}
    spec:
      priorityClassName: spare
      nodeSelector: {kubernetes.azure.com/agentpool: regular1}
      containers:
        - name: wait
          image: registry.k8s.io/pause:3.10
          resources: {requests: {cpu: \"2\", memory: 1Gi}}
";

/// Placeholders by another hand that the configuration takes over hold their room once.
#[test]
fn placeholders_that_are_taken_over_count_once() {
    let given = golden("rules/no-failover-headroom/bad.yaml").set_all(&[
        "spec.overprovisioner.namespace=warm",
        "spec.overprovisioner.placeholders=[{name: spare, pools: [regular1], replicas: 4, \
         requests: {cpu: 2, memory: 1Gi}, priorityClass: {name: spare, value: -10}}]",
    ]);
    let rule = "no-failover-headroom]";
    let planned = given.check().text;
    assert!(planned.contains("request 8 CPU"), "{planned}");
    let taken_over = given
        .clone()
        .manifests(&BY_HAND.replace("NAME", "spare"))
        .check()
        .text;
    assert!(!taken_over.contains("request 16 CPU"), "{taken_over}");
    assert_eq!(taken_over.matches(rule).count(), 1, "{taken_over}");
    // Others come on top, and their own manifest is marked, not that of the autoscaler.
    let added = given
        .clone()
        .manifests(&BY_HAND.replace("NAME", "other"))
        .check()
        .text;
    let (_, added_up) = added
        .split_once("request 16 CPU")
        .unwrap_or_else(|| panic!("{added}"));
    let marked = added_up
        .lines()
        .find(|line| line.contains("metadata: {name:"));
    assert!(
        marked.is_some_and(|line| line.contains("{name: other")),
        "{added}"
    );
    // While both are installed, both hold room.
    let rendered = given.render("manifests").expect("it is a system");
    let both = format!("{rendered}---\n{}", BY_HAND.replace("NAME", "spare"));
    let both = given.manifests(&both).check().text;
    assert!(both.contains("request 16 CPU"), "{both}");
}

/// A descheduler that is planned in place of another hand's, with its interval, is slow for one reason, which is said once.
#[test]
fn an_interval_that_is_taken_over_is_blamed_once() {
    let given = golden("rules/failback-takes-hours/bad.yaml").set_all(&[
        "spec.descheduler.limits.total=60",
        "spec.descheduler.interval=150m",
    ]);
    let rule = "failback-takes-hours]";
    let planned = given.check().text;
    assert_eq!(planned.matches(rule).count(), 1, "{planned}");
    let manifests = given.render("manifests").expect("it is a system");
    // The same with another limit, on which it does not hang.
    let other = manifests.replace("maxNoOfPodsToEvictTotal", "maxNoOfPodsToEvictPerNamespace");
    let checked = given.clone().manifests(&other).check().text;
    assert_eq!(checked.matches(rule).count(), 1, "{checked}");
    // Another interval is another reason.
    let slower = other.replace(
        "--descheduling-interval=150m",
        "--descheduling-interval=180m",
    );
    let checked = given.manifests(&slower).check().text;
    assert_eq!(checked.matches(rule).count(), 2, "{checked}");
}
