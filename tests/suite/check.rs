//! `spotgen check` and `spotgen explain` from outside.

use std::process::Output;
use std::time::{Duration, Instant};

use spotgen::rules;

use super::golden::root;
use super::process;

/// Runs it among the golden cases.
pub(super) fn spotgen(arguments: &[&str], stdin: &str) -> Output {
    process::spotgen(&root(), arguments, stdin.as_bytes())
}

#[track_caller]
pub(super) fn ends(arguments: &[&str], stdin: &str, code: i32, stdout: &str, stderr: &str) {
    let output = spotgen(arguments, stdin);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    assert!(out.contains(stdout), "no {stdout:?} in {out}");
    assert!(err.contains(stderr), "no {stderr:?} in {err}");
}

pub(super) const MINIMAL: [&str; 3] = ["check", "-f", "minimal/spot-config.yaml"];
const BAD: [&str; 3] = ["check", "-f", "rules/no-catch-all/bad.yaml"];

pub(super) fn with<'a>(arguments: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [arguments, more].concat()
}

#[test]
fn findings_are_results() {
    ends(&MINIMAL, "", 0, "4 infos\n", "");
    ends(
        &with(&MINIMAL, &["--deny", "warnings"]),
        "",
        0,
        "4 infos\n",
        "",
    );
    ends(&BAD, "", 0, "1 warning", "");
    ends(&with(&BAD, &["--deny", "warnings"]), "", 1, "1 warning", "");
    let allowed = with(&BAD, &["--deny", "warnings", "--allow", "no-catch-all"]);
    ends(&allowed, "", 0, "infos\n", "");
    let all = [
        "no-catch-all",
        "no-system-pool",
        "notice-outruns-budget",
        "placeholders-keep-nodes",
        "single-spot-pool",
    ];
    let allow = all
        .iter()
        .flat_map(|id| ["--allow", *id])
        .collect::<Vec<_>>();
    ends(&with(&BAD, &allow), "", 0, "no findings\n", "");
}

#[test]
fn allowances_must_be_known_and_needed() {
    let typo = with(&BAD, &["--allow", "no-catchall"]);
    ends(&typo, "", 2, "", "did you mean `no-catch-all`?");
    let needless = with(&MINIMAL, &["--allow", "no-catch-all"]);
    ends(&needless, "", 0, "warning[unused-allowance]", "");
    // Without manifests nobody can say whether it is needed.
    let unknowable = with(&MINIMAL, &["--allow", "workload-drift"]);
    ends(&unknowable, "", 0, "4 infos\n", "");
    let set = "spec.check.allow=[{rule: no-catchall, reason: none}]";
    ends(
        &with(&BAD, &["--set", set]),
        "",
        1,
        "unknown rule `no-catchall`",
        "",
    );
    let set = "spec.check.allow=[{rule: no-catch-all, reason: none}]";
    ends(&with(&BAD, &["--set", set]), "", 0, "4 infos\n", "");
}

#[test]
fn manifests_come_from_anywhere() {
    let manifest =
        std::fs::read_to_string(root().join("rules/two-global-defaults/bad-manifests.yaml"))
            .expect("the case is there");
    let fault = "error[two-global-defaults]";
    ends(&with(&MINIMAL, &["-"]), &manifest, 1, fault, "");
    ends(&with(&MINIMAL, &["--from", "-"]), &manifest, 1, fault, "");
    let file = "rules/two-global-defaults/bad-manifests.yaml";
    ends(&with(&MINIMAL, &[file]), "", 1, fault, "");
    let config =
        std::fs::read_to_string(root().join("minimal/spot-config.yaml")).expect("it is there");
    ends(&["check", "-f", "-", file], &config, 1, fault, "");
    ends(
        &["check", "-f", "-", "-"],
        &config,
        2,
        "",
        "stdin can be read once only",
    );
    ends(
        &with(&MINIMAL, &["absent.yaml"]),
        "",
        2,
        "",
        "cannot read absent.yaml",
    );
    ends(&["check", "-f", "-"], "a: [1\n", 2, "not YAML", "");
    ends(&with(&MINIMAL, &["-"]), "a: [1\n", 2, "not YAML", "");
}

/// What a rule finds can be milder or worse by what else there is.
#[test]
fn circumstances_count() {
    let short = ["check", "-f", "rules/spot-capacity-short/bad.yaml"];
    ends(&short, "", 0, "warning[spot-capacity-short]", "");
    let blind = with(&short, &["--set", "spec.descheduler.evictor.nodeFit=false"]);
    ends(&blind, "", 1, "error[spot-capacity-short]", "");
    let feeding = ["check", "-f", "rules/headroom-feeds-itself/bad.yaml"];
    ends(&feeding, "", 1, "error[headroom-feeds-itself]", "");
    let max = "spec.overprovisioner.placeholders.spot.scaling.linear.max=4";
    ends(
        &with(&feeding, &["--set", max]),
        "",
        0,
        "warning[headroom-feeds-itself]",
        "",
    );
    let least_waste = ["check", "-f", "rules/expander-not-priority/bad.yaml"];
    ends(&least_waste, "", 0, "warning[expander-not-priority]", "");
    let dead = with(
        &least_waste,
        &["--set", "spec.autoscaler.priorities={10: [\".*\"]}"],
    );
    ends(&dead, "", 1, "these priorities have no effect", "");
    // Placeholders on on-demand, made by default where nodes are paid for, do not wait for requests for Spot.
    let starved = ["check", "-f", "rules/on-demand-starved/bad.yaml"];
    ends(&starved, "", 1, "error[on-demand-starved]", "");
    let paid = "spec.nodePools.regular1.nodes.min=1";
    let many = "spec.workloads.0.replicas=9";
    ends(
        &with(&starved, &["--set", paid, "--set", many]),
        "",
        0,
        "warning[on-demand-starved]: without the on-demand placeholders, on-demand might never be scaled up",
        "",
    );
    // Nothing waits at all where all of it fits on nodes that run anyway.
    ends(
        &with(&starved, &["--set", paid]),
        "",
        0,
        "warning[on-demand-starved]: without the room on on-demand nodes that always run, on-demand might never",
        "",
    );
    let slow = ["check", "-f", "rules/slow-failover/bad.yaml"];
    ends(&slow, "", 0, "warning[slow-failover]", "");
    ends(
        &with(&slow, &["--set", paid]),
        "",
        0,
        "until then, pods go to on-demand nodes that always run",
        "",
    );
    ends(
        &with(&slow, &["--set", paid, "--set", many]),
        "",
        0,
        "until then, pods fail over by the placeholders on on-demand alone",
        "",
    );
    // Nodes of machines that are deleted hardly count as unready.
    let halt = [
        "check",
        "-f",
        "rules/unready-nodes-halt-autoscaler/bad.yaml",
    ];
    ends(&halt, "", 0, "warning[unready-nodes-halt-autoscaler]", "");
    let delete = "spec.nodePools.spot1.spot.evictionPolicy=Delete";
    ends(
        &with(&halt, &["--set", delete]),
        "",
        0,
        "info[unready-nodes-halt-autoscaler]",
        "",
    );
    // A System pool is the better node only where the other pools have a taint that it has not.
    let system = ["check", "-f", "rules/untainted-system-pool/bad.yaml"];
    ends(&system, "", 0, "warning[untainted-system-pool]", "");
    ends(
        &with(&system, &["--set", "spec.nodePools.regular1.taints=[]"]),
        "",
        0,
        "info[untainted-system-pool]",
        "",
    );
    let tainted = ["check", "-f", "rules/taint-not-tolerated/bad.yaml"];
    ends(&tainted, "", 0, "warning[taint-not-tolerated]", "");
    let all = "spec.nodePools.spot2.taints=[team=web:NoSchedule]";
    ends(
        &with(&tainted, &["--set", all]),
        "",
        1,
        "error[taint-not-tolerated]",
        "",
    );
}

/// One finding says where pods fail over to: at the System pool, or where it would be listed.
#[test]
fn the_system_pool_is_one_finding() {
    let ids = ["no-system-pool", "untainted-system-pool"];
    let found = |file: &str, set: &[&str]| -> Vec<&str> {
        let output = spotgen(&with(&["check", "-f", file], set), "");
        let report = String::from_utf8_lossy(&output.stdout).into_owned();
        let ids = ids.into_iter();
        ids.filter(|id| report.contains(&format!("[{id}]")))
            .collect()
    };
    let untainted = "rules/untainted-system-pool/bad.yaml";
    assert_eq!(found("minimal/spot-config.yaml", &[]), [ids[0]]);
    assert_eq!(found(untainted, &[]), [ids[1]]);
    let soft = "spec.nodePools.system.taints=[\"CriticalAddonsOnly=true:PreferNoSchedule\"]";
    assert_eq!(found(untainted, &["--set", soft]), [ids[1]]);
    assert!(found("rules/untainted-system-pool/good.yaml", &[]).is_empty());
    // No other rule is about it: neither its missing taint nor its nodes speak for on-demand.
    let many = "spec.workloads.0.replicas=30";
    for set in [&[][..], &["--set", many], &["--set", soft]] {
        let arguments = with(&["check", "--numbers", "-f", untainted], set);
        let output = spotgen(&arguments, "");
        let report = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!report.contains("outvotes-spot"), "{report}");
        for row in report.lines() {
            let is_vote = row.starts_with("Spot ahead of on-demand, ");
            assert!(
                !is_vote || row.contains('+') && !row.contains("  -"),
                "{row}"
            );
        }
    }
    // Without another on-demand pool it is where pods are to fail over to.
    let alone = "spec.nodePools.regular1=null";
    assert!(found(untainted, &["--set", alone]).is_empty());
}

/// The quota by family, the figure for all families where there are several, and that of Spot.
#[test]
fn quota_is_said_in_azure_s_own_names() {
    let numbers = |file: &str, set: &[&str]| -> Vec<(String, String)> {
        let arguments = with(&["check", "--numbers", "--report", "json", "-f", file], set);
        let output = spotgen(&arguments, "");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let numbers = report["numbers"].as_array().expect("they are asked for");
        let text = |number: &serde_json::Value, key: &str| {
            number[key].as_str().unwrap_or_default().to_owned()
        };
        let all = numbers.iter();
        let all = all.map(|number| (text(number, "what"), text(number, "value")));
        all.filter_map(|(what, value)| {
            let quota = what.strip_prefix("vCPU quota ")?;
            Some((quota.to_owned(), value))
        })
        .collect()
    };
    let of = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(quota, value)| ((*quota).to_owned(), (*value).to_owned()))
            .collect()
    };
    let file = "minimal/spot-config.yaml";
    // Each pod fills a node of 3.46 CPU.
    assert_eq!(
        numbers(
            file,
            &[
                "--set",
                "spec.workloads.0.requests.cpu=3",
                "--set",
                "spec.overprovisioner.enabled=false"
            ]
        ),
        of(&[
            ("standardDSv5Family", "16 to 40"),
            ("lowPriorityCores", "40")
        ])
    );
    // Three pods, three placeholders and the descheduler fit on two nodes, and a pool is never below its minimum.
    for (min, value) in [("1", "8 to 40"), ("6", "24 to 40")] {
        let set = format!("spec.nodePools.regular1.nodes.min={min}");
        let placeholders = "spec.overprovisioner.placeholders=[{name: od, capacity: OnDemand, replicas: 3, requests: {cpu: 500m, memory: 512Mi}}]";
        assert_eq!(
            numbers(file, &["--set", set.as_str(), "--set", placeholders])[0].1,
            value
        );
    }
    // What is not known has no row.
    assert_eq!(
        numbers(
            file,
            &["--set", "spec.nodePools.regular1.vmSize=Standard_X4"]
        ),
        of(&[("lowPriorityCores", "40")])
    );
    assert_eq!(
        numbers(
            file,
            &["--set", "spec.nodePools.spot1.vmSize=Standard_E32-8s_v5"]
        )
        .iter()
        .filter(|(quota, _)| quota == "lowPriorityCores")
        .count(),
        0
    );
    let several = numbers("many-pools-and-zones/spot-config.yaml", &[]);
    let quotas: Vec<&str> = several.iter().map(|(quota, _)| quota.as_str()).collect();
    assert_eq!(
        quotas,
        [
            "standardDSv5Family",
            "standardESv5Family",
            "cores",
            "lowPriorityCores"
        ]
    );
    assert!(numbers("eks/spot-config.yaml", &[]).is_empty());
}

/// `render` says what is wrong, and leaves what is only worth knowing to `check`.
#[test]
fn render_stops_at_errors() {
    let bad = ["render", "-f", "rules/deallocated-spot-nodes/bad.yaml"];
    ends(&bad, "", 1, "", "error[deallocated-spot-nodes]");
    assert!(spotgen(&bad, "").stdout.is_empty());
    ends(
        &with(&bad, &["--no-check"]),
        "",
        0,
        "kind: Deployment",
        "error[deallocated-spot-nodes]",
    );
    let arguments = ["render", "-f", "minimal/spot-config.yaml"];
    let output = spotgen(&arguments, "");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("info["));
}

#[test]
fn everything_can_be_explained() {
    for id in rules::ids().chain(rules::mistakes().map(|(id, _)| id)) {
        ends(&["explain", id], "", 0, &format!("# {id}\n"), "");
    }
    ends(&["explain"], "", 0, "unused-allowance", "");
    ends(
        &["explain", "spec.nodePools"],
        "",
        0,
        "`capacity` (required)",
        "",
    );
    ends(
        &["explain", "inverted-prioritys"],
        "",
        2,
        "",
        "did you mean `inverted-priorities`?",
    );
    ends(
        &["explain", "spec.nodePols"],
        "",
        2,
        "",
        "did you mean `nodePools`?",
    );
}

/// What can be many is looked at once.
#[test]
fn a_thousand_workloads_are_checked_in_bounded_time() {
    let one =
        std::fs::read_to_string(root().join("rules/regular-label-selected/bad-manifests.yaml"))
            .expect("the case is there");
    let mut many = String::new();
    for number in 0..1_000 {
        let name = format!("name: web{number}\n");
        many.push_str("---\n");
        let label = format!("app: web{number}");
        many.push_str(
            &one.replace("name: web\n", &name)
                .replace("app: web", &label),
        );
    }
    let rules = "spec.classRules=[{match: {}, class: default}]";
    let started = Instant::now();
    let arguments = with(
        &MINIMAL,
        &["-", "--set", rules, "--set", "spec.workloads=null"],
    );
    ends(&arguments, &many, 1, " errors, ", "");
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

/// The same for failback and budgets.
#[test]
fn circumstances_of_failback_count() {
    let set = |setting: &'static str| with(&MINIMAL, &["--set", setting]);
    let said = |arguments: &[&str], code: i32, text: &str| ends(arguments, "", code, text, "");
    // Any node with room will do, then.
    let anywhere = set("spec.descheduler.evictor.nodeSelector=");
    said(&anywhere, 1, "on-demand pool `regular1` for room on Spot");
    let by_pool = set("spec.descheduler.evictor.nodeSelector=agentpool=spot1");
    said(&by_pool, 0, "4 infos");
    // A label that nobody has told of: nothing is known, nothing is said.
    let unknown = set("spec.descheduler.evictor.nodeSelector=team=web");
    said(&unknown, 0, "4 infos");
    let few = set("spec.descheduler.evictor.minReplicas=5");
    said(&few, 0, "fewer pods than `minReplicas`, 5");
    let elsewhere = set("spec.descheduler.namespaces={include: [other]}");
    said(&elsewhere, 0, "moves nothing in namespace `shop`");
    let nothing = set("spec.descheduler.limits.perNode=0");
    said(&nothing, 1, "error[failback-takes-hours]");
    // A limit that we have made ourselves is nobody's fault, and neither is the same one written out.
    let wide = with(
        &set("spec.workloads.0.autoscaling={min: 3, max: 30}"),
        &["--deny", "warnings"],
    );
    let hours = "info[failback-takes-hours]: failback of 30 pods takes 30 rounds of 5m: 2 h 30 min";
    said(&wide, 0, hours);
    said(&wide, 0, "evicts more at once than Spot may have room for");
    let written = with(&wide, &["--set", "spec.descheduler.limits.total=1"]);
    said(&written, 0, hours);
    // The interval is; so is a limit that is too low for the usual replicas, whose number it names.
    let rare = with(&wide, &["--set", "spec.descheduler.interval=30m"]);
    said(
        &rare,
        1,
        "with an interval of 5m, the default, it takes 2 h 30 min",
    );
    let usual = with(&written, &["--set", "spec.workloads.0.replicas=27"]);
    said(
        &usual,
        1,
        "`total: 3` brings the usual 27 back in about an hour",
    );
    let shared = with(
        &set("spec.workloads.0.replicas=60"),
        &["--set", "spec.descheduler.limits.perNamespace=1"],
    );
    said(
        &shared,
        0,
        "`perNamespace: 5` brings the usual 60 back in about an hour",
    );
    let unlimited = set("spec.descheduler.limits.total=Unlimited");
    said(&unlimited, 0, "warning[unlimited-evictions]");
    let bare = with(
        &unlimited,
        &[
            "--set",
            "spec.classes.default={extends: default, disruptionBudget: None}",
        ],
    );
    said(&bare, 1, "error[unlimited-evictions]");
    let anti_affinity = "spec.classes.default={placement: {spot: Preferred, spread: {method: PodAntiAffinity, node: {}}}}";
    let avoided = set(anti_affinity);
    said(&avoided, 0, "3 infos");
    let outvoted = with(&avoided, &["--set", "spec.nodePools.regular1.taints=[]"]);
    said(&outvoted, 0, "warning[spread-outvotes-spot]");
    let alone = "spec.workloads=[{name: one, selector: {app: x}, replicas: 1, requests: {cpu: 1, memory: 1Gi}, \
                 disruptionBudget: {minAvailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow}}]";
    said(&set(alone), 1, "over the only pod of `one`");
    let twins = "spec.workloads=[{name: a, selector: {app: x}, replicas: 2, requests: {cpu: 1, memory: 1Gi}}, \
                 {name: b, selector: {app: x}, replicas: 2, requests: {cpu: 1, memory: 1Gi}}]";
    said(&set(twins), 1, "budgets `a-pdb` and `b-pdb` both cover");
}
