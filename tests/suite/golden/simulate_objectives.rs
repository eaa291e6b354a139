//! Objectives that cannot be met, or need not.

use super::simulate_played::Simulation;

/// A pool that is gone for good leaves pods on on-demand that the other pools have no room for.
#[test]
fn no_failback_is_asked_for_while_a_pool_is_gone() {
    let sets = [
        "spec.nodePools=[{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: spot2, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 1}}, \
         {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]",
        "spec.workloads.web.replicas=12",
        "spec.workloads.web.requests={cpu: 800m, memory: 512Mi}",
        "spec.overprovisioner={placeholders: [{name: spot, capacity: Spot, replicas: 1, requests: {cpu: 1500m, memory: 512Mi}}]}",
        "spec.simulation={objectives: {failoverWithin: 5m, failbackWithin: 1h}}",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("pool-gone");
    assert_eq!(run["verdict"], "converged", "{run}");
    assert!(
        run["workloads"][0]["onOnDemand"].as_i64() > Some(0),
        "{run}"
    );
    let judged = run["assertions"].as_array().expect("a list").iter();
    let judged: Vec<_> = judged.filter_map(|own| own["objective"].as_str()).collect();
    assert_eq!(judged, ["failoverWithin"], "{run}");
}

#[test]
fn more_ready_pods_than_there_are_cannot_be_asked_for() {
    let objectives = "spec.simulation.objectives={minReady: 4}";
    let run = Simulation::of_minimal()
        .sets(&[objectives])
        .play("cold-start");
    let got = run["assertions"][0]["got"].as_str().unwrap_or_default();
    assert!(
        got.ends_with("of 3 of shop/web, which has no more"),
        "{run}"
    );
}

/// In text, tables and charts a time is written as in sentences, and in JSON as seconds.
#[test]
fn times_are_written_in_one_way() {
    let objectives =
        "spec.simulation.objectives={failoverWithin: 10s, failbackWithin: 1h, minReady: 0}";
    let simulation = || Simulation::of_minimal().sets(&[objectives]);
    let out = simulation().tell("all-spot-10m");
    let is_time = |word: &str| {
        let number = word.trim_end_matches(|unit: char| "hms".contains(unit));
        number.len() < word.len() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let times = out.split(|letter: char| !letter.is_ascii_alphanumeric());
    let times: Vec<&str> = times
        .filter(|word| word.len() > 1 && is_time(word))
        .collect();
    // What was asked for, and the name of the scenario.
    assert_eq!(times, ["10m", "10s", "1h"], "{out}");
    let (text, charted) = ("not met (30 s, 20 s too long)", "20 s too long");
    assert!(out.contains(text), "{out}");
    assert!(
        out.contains("met (11 min 35 s, 48 min 25 s to spare)"),
        "{out}"
    );
    assert!(out.contains(", 1 replica to spare)"), "{out}");
    let chart = simulation().arguments(&["--chart", "run.svg", "--scenario", "all-spot-10m"]);
    chart.say();
    let drawn = std::fs::read_to_string(chart.folder().join("run.svg")).expect("a chart");
    assert!(drawn.contains(charted), "{drawn}");
    let run = simulation().play("all-spot-10m");
    assert_eq!(run["assertions"][0]["got"], "30s", "{run}");
    assert_eq!(run["assertions"][0]["margin"], -20, "{run}");
}
