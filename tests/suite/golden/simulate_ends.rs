//! How runs of `spotgen simulate` end: that they go on until what can still happen has happened, and what they say then.

use std::fs;

use serde_json::Value as Json;

use super::root;
use super::simulate_played::Simulation;

fn message(run: &Json) -> &str {
    run["findings"][0]["message"].as_str().unwrap_or_default()
}

/// Three nodes at most, and pods of a core each.
const SCARCE: [&str; 2] = [
    "spec.nodePools.spot1.nodes.max=3",
    "spec.workloads.web.requests.cpu=1",
];

#[test]
fn machines_on_their_way_and_a_pause_of_the_autoscaler_are_waited_for() {
    let (code, run) = Simulation::of_minimal().sets(&SCARCE).run("flapping");
    assert_eq!(code, Some(0), "{run}");
    assert_eq!(run["verdict"], "converged");
    assert_eq!(run["workloads"][0]["onSpot"], 3, "{run}");
    assert!(run["failbackSeconds"].is_i64(), "{run}");
}

#[test]
fn a_return_that_takes_too_long_fails_its_objective() {
    let over = "spec: {simulation: {objectives: {failbackWithin: 10m}}}";
    let (code, run) = Simulation::of_minimal()
        .over(over)
        .sets(&SCARCE)
        .run("flapping");
    assert_eq!(code, Some(1), "{run}");
    let assertion = &run["assertions"][0];
    assert_eq!(assertion["objective"], "failbackWithin");
    assert_eq!(assertion["isMet"], false);
    // Where Spot does not come back there is nothing to fail back to.
    let (code, run) = Simulation::of_minimal().over(over).run("pool-gone");
    assert_eq!(
        (code, &run["verdict"]),
        (Some(0), &"converged".into()),
        "{run}"
    );
    assert_eq!(run["assertions"].as_array().map(Vec::len), Some(0), "{run}");
}

#[test]
fn a_watching_that_ends_too_early_invents_nothing() {
    for watched in ["1m", "2m", "12m", "20m"] {
        let over = format!(
            "spec: {{simulation: {{scenarios: [{{name: short, watchedFor: {watched}, steps: [{{at: 1h, interrupt: {{}}}}]}}]}}}}"
        );
        let (_, run) = Simulation::of_minimal().over(&over).run("short");
        assert_ne!(run["verdict"], "converged", "{watched}: {run}");
        assert_ne!(run["verdict"], "loops", "{watched}: {run}");
        let findings = run["findings"].as_array().expect("a list");
        assert_eq!(findings.len(), 1, "{watched}: {run}");
        assert_eq!(findings[0]["class"], "watch-ended", "{watched}: {run}");
        assert!(message(&run).contains("`watchedFor`"), "{run}");
    }
}

#[test]
fn slow_rounds_and_old_pods_are_waited_for() {
    for set in [
        "spec.descheduler.interval=1h",
        "spec.descheduler.interval=24h",
        "spec.descheduler.evictor.minPodAge=2h",
    ] {
        let (code, run) = Simulation::of_minimal().sets(&[set]).run("all-spot-10m");
        assert_eq!(code, Some(0), "{set}: {run}");
        assert_eq!(run["verdict"], "converged", "{set}: {run}");
        assert_eq!(run["workloads"][0]["onSpot"], 3, "{set}: {run}");
    }
}

#[test]
fn the_key_that_stops_all_evictions_is_blamed() {
    for (set, key) in [
        ("spec.descheduler.limits.total=0", "limits.total"),
        ("spec.descheduler.limits.perNode=0", "limits.perNode"),
        (
            "spec.descheduler.namespaces.include=[other]",
            "namespaces.include",
        ),
        (
            "spec.descheduler.namespaces.exclude=[shop]",
            "namespaces.exclude",
        ),
        (
            "spec.descheduler.evictor.labelSelector={matchLabels: {app: other}}",
            "evictor.labelSelector",
        ),
    ] {
        let (_, run) = Simulation::of_minimal().sets(&[set]).run("all-spot-10m");
        assert_eq!(run["verdict"], "quiet", "{set}: {run}");
        let cause = run["findings"][0]["cause"].as_str().expect("one is named");
        let wanted = format!(" spec.descheduler.{key}");
        assert!(cause.ends_with(&wanted), "{set}: {cause}");
        let changes = &run["findings"][0]["changes"];
        assert_eq!(changes[0]["verdict"], "converged", "{set}: {run}");
    }
}

#[test]
fn a_bare_pod_that_is_lost_is_not_ready_for_good() {
    let over = "spec: {workloads: [{name: p, kind: Pod, namespace: shop, selector: {app: p}, requests: {cpu: 100m, memory: 64Mi}}]}";
    let (code, run) = Simulation::of_minimal().over(over).run("all-spot-10m");
    assert_eq!(code, Some(1), "{run}");
    assert_eq!(run["verdict"], "stuck");
    assert_eq!(run["failoverSeconds"], Json::Null);
    assert_eq!(run["findings"].as_array().map(Vec::len), Some(1), "{run}");
    assert_eq!(run["findings"][0]["rule"], "bare-pod-on-spot");
    assert_eq!(run["findings"][0]["workloads"][0], "shop/p");
    // Nothing makes more of it either.
    let (code, run) = Simulation::of_minimal().over(over).run("load-triples");
    assert_eq!(code, Some(0), "{run}");
}

#[test]
fn an_upgrade_that_a_budget_blocks_is_told() {
    let set = "spec.workloads.web.disruptionBudget={maxUnavailable: 0}";
    // AKS drains no Spot node.
    let on_demand = "spec.workloads.web.placement={spot: Never}";
    let (code, run) = Simulation::of_minimal()
        .sets(&[set, on_demand])
        .run("node-upgrade");
    assert_eq!(code, Some(1), "{run}");
    assert_eq!(run["findings"].as_array().map(Vec::len), Some(1), "{run}");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "budget-allows-nothing");
    assert!(message(&run).contains("shop/web"), "{run}");
    let cause = finding["cause"].as_str().expect("one is named");
    assert!(cause.contains("disruptionBudget"), "{cause}");
    assert_eq!(finding["changes"][0]["verdict"], "converged", "{run}");
}

#[test]
fn failback_counts_from_what_took_the_pods_off_spot() {
    let over = "
spec:
  simulation:
    scenarios:
      - name: night
        steps:
          - {at: 0s, load: {percent: 0}}
          - {at: 20m, interrupt: {}}
          - {at: 1h, load: {percent: 100}}
";
    let (_, run) = Simulation::of_minimal().over(over).run("night");
    assert_eq!(run["verdict"], "converged", "{run}");
    let took = run["failbackSeconds"].as_i64().expect("they come back");
    assert!(took < 900, "{took}");
}

#[test]
fn a_base_on_on_demand_is_played_without_its_manifest() {
    let (_, run) = Simulation::of_minimal()
        .sets(&["spec.workloads.web.onDemandBase=2"])
        .run("all-spot-10m");
    assert_eq!(run["verdict"], "converged", "{run}");
    let workloads = run["workloads"].as_array().expect("a list");
    let base = workloads.iter().find(|own| own["name"] == "web-base");
    let base = base.expect("it is played");
    assert_eq!(base["onOnDemand"], 2, "{run}");
    assert_eq!(base["leastReady"], 2, "{run}");
    assert_eq!(base["prefersSpot"], false, "{run}");
}

#[test]
fn a_rollout_is_placed_as_a_deployment_is() {
    let (_, mut deployment) = Simulation::of_minimal().run("all-spot-10m");
    let (_, rollout) = Simulation::of_minimal()
        .sets(&["spec.workloads.web.kind=Rollout"])
        .run("all-spot-10m");
    deployment["workloads"][0]["kind"] = "Rollout".into();
    assert_eq!(rollout["workloads"], deployment["workloads"]);
    assert_eq!(rollout["failbackSeconds"], deployment["failbackSeconds"]);
    let left_out = rollout["leftOut"].as_array().expect("a list");
    let is_it = |own: &Json| own["object"] == "Rollout shop/web";
    assert!(left_out.iter().any(is_it), "{rollout}");
}

/// Of many workloads the table has those that fared worst, whatever their names are.
#[test]
fn the_table_shows_the_worst_of_many_workloads() {
    let mut config =
        fs::read_to_string(root().join("minimal/spot-config.yaml")).expect("it is there");
    let workload = |name: &str, cpu: &str| {
        format!(
            "    - {{name: {name}, namespace: shop, replicas: 2, selector: {{app: {name}}}, requests: {{cpu: {cpu}}}}}\n"
        )
    };
    let well = (10..35).map(|number| workload(&format!("a{number}"), "10m"));
    config.truncate(config.find("  workloads:\n").expect("it lists them"));
    config.push_str("  workloads:\n");
    config.extend(well.chain([workload("zebra", "64")]));
    let out = Simulation::of(&config).tell("one-node");
    let table = out.lines().skip_while(|line| !line.contains("WORKLOAD"));
    let rows: Vec<&str> = table.take_while(|line| !line.is_empty()).collect();
    assert!(rows.iter().any(|row| row.starts_with("zebra")), "{out}");
    assert!(!rows.iter().any(|row| row.starts_with("a34")), "{out}");
    assert!(
        out.contains("these are the 20 worst of 26: `--report json` has them all"),
        "{out}"
    );
}

/// The setting that is to blame is in the policy that manifests hold, not in the configuration.
#[test]
fn a_policy_among_manifests_is_blamed_where_it_is() {
    let case = root().join("real/descheduler-cronjob");
    let read = |name: &str| fs::read_to_string(case.join(name)).expect("it is there");
    let (config, manifests) = (read("spot-config.yaml"), read("manifests.yaml"));
    for (from, to, place, key) in [
        (
            "include: [office]",
            "include: [other]",
            "app.yaml:55:",
            "namespaces.include",
        ),
        (
            "EvictTotal: 1",
            "EvictTotal: 0",
            "app.yaml:41:",
            "limits.total",
        ),
    ] {
        let changed = manifests.replace(from, to);
        assert_ne!(changed, manifests, "{from}");
        let run = Simulation::of(&config).from(&changed).play("all-spot-10m");
        let place_of = run["findings"][0]["cause"].as_str().unwrap_or_default();
        assert!(
            place_of.starts_with(place) && place_of.ends_with(key),
            "{run}"
        );
    }
}

/// A descheduler that a `CronJob` starts each hour moves one pod an hour; one that runs dry moves none.
#[test]
fn a_scheduled_descheduler_makes_its_rounds() {
    let case = root().join("real/descheduler-cronjob");
    let read = |name: &str| fs::read_to_string(case.join(name)).expect("it is there");
    let (config, manifests) = (read("spot-config.yaml"), read("manifests.yaml"));
    let dry = manifests.replace("- --v=3", "- --dry-run");
    assert_ne!(dry, manifests);
    let suspended = manifests.replace("  schedule:", "  suspend: true\n  schedule:");
    for (manifests, verdict) in [
        (manifests, "converged"),
        (dry, "quiet"),
        (suspended, "quiet"),
    ] {
        let run = Simulation::of(&config)
            .from(&manifests)
            .play("all-spot-10m");
        assert_eq!(run["verdict"], verdict, "{run}");
        if verdict == "converged" {
            assert!(run["failbackSeconds"].as_i64() > Some(24 * 3600), "{run}");
        } else {
            assert_eq!(run["evictionsBy"]["descheduler"], 0, "{run}");
        }
    }
}
