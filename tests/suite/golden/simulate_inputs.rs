//! Inputs with which nothing can be played, or that do less than they say.

use serde_json::Value as Json;

use super::simulate_played::Simulation;

#[test]
fn a_run_is_watched_for_longer_than_the_notice() {
    let scenario = |watched: &str| {
        format!(
            "spec.simulation={{scenarios: [{{name: short, watchedFor: {watched}, steps: [{{interrupt: {{}}}}]}}]}}"
        )
    };
    for (watched, code) in [("0s", 2), ("30s", 2), ("31s", 0)] {
        let (got, out, err) = Simulation::of_minimal()
            .sets(&[&scenario(watched)])
            .arguments(&["--scenario", "short"])
            .say();
        assert_eq!(got, Some(code), "{watched}: {out}{err}");
        let is_told = err.contains(&format!(
            "`{watched}` is over before Spot VMs are: they get 30 s of notice"
        ));
        assert_eq!(is_told, code == 2, "{err}");
    }
}

/// What the report for programs says that the model leaves out.
fn left_out(manifests: &str) -> Vec<String> {
    let more = ["--report", "json", "--scenario", "one-node"];
    let (code, out, err) = Simulation::of_minimal()
        .from(manifests)
        .arguments(&more)
        .say();
    assert!(matches!(code, Some(0 | 1)), "{err}");
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    let all = report["leftOut"].as_array().expect("a list").iter();
    let text = |own: &Json, key: &str| own[key].as_str().expect("text").to_owned();
    all.map(|own| format!("{}: {}", text(own, "object"), text(own, "reason")))
        .collect()
}

#[test]
fn objects_that_do_less_than_they_say_are_named() {
    let budget = |name: &str, spec: &str| {
        format!(
            "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\nspec: {spec}\n"
        )
    };
    let job = |parallelism: u32| {
        format!(
            "---\napiVersion: batch/v1\nkind: Job\nmetadata: {{name: once}}\nspec: {{parallelism: {parallelism}, completions: 2, \
             template: {{spec: {{restartPolicy: Never, containers: [{{name: main}}]}}}}}}\n"
        )
    };
    let limits =
        "---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: []}\n";
    let selector = "selector: {matchLabels: {app: x}}";
    let manifests = [
        budget(
            "both",
            &format!("{{minAvailable: 1, maxUnavailable: 1, {selector}}}"),
        ),
        budget("nobody", "{minAvailable: 1}"),
        limits.to_owned(),
        job(1),
        job(5),
    ];
    let manifests = manifests.concat();
    let told = left_out(&manifests);
    for expected in [
        "PodDisruptionBudget default/both: the API server refuses `minAvailable` and `maxUnavailable` together",
        "PodDisruptionBudget default/nobody: it has no selector, so it selects no pods",
        "LimitRange default/limits: it is not modelled: pods get no requests from it, so write them into their manifests",
        "Job default/once: it is given more than once: only the last one counts",
    ] {
        assert!(
            told.iter().any(|own| own == expected),
            "{expected}: {told:#?}"
        );
    }
    let run = Simulation::of_minimal().from(&manifests).play("one-node");
    let workloads = run["workloads"].as_array().expect("a list");
    let jobs: Vec<_> = workloads
        .iter()
        .filter(|own| own["name"] == "once")
        .collect();
    assert_eq!(jobs.len(), 1, "{run}");
    // No more than are left to complete. Source: kubernetes/kubernetes pkg/controller/job/job_controller.go, `manageJob`.
    assert_eq!(jobs[0]["replicas"], 2, "{run}");
}

#[test]
fn without_a_workload_nothing_is_played() {
    let none = "spec.workloads=[]";
    let limits = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: []}\n";
    for manifests in ["", limits] {
        let (code, _, err) = Simulation::of_minimal().from(manifests).sets(&[none]).say();
        assert_eq!(code, Some(2), "{err}");
        let message = "no workload makes pods, so nothing can be played";
        assert!(err.contains(message), "{err}");
        assert!(err.contains("--from MANIFESTS"), "{err}");
    }
}

#[test]
fn without_a_pool_the_error_has_its_line() {
    let (code, _, err) = Simulation::of_minimal().sets(&["spec.nodePools=[]"]).say();
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("there are no node pools, so nothing can be played"),
        "{err}"
    );
    assert!(err.contains("--set:1:"), "{err}");
    let unknown = "spec.nodePools=[{name: a, capacity: Spot, nodes: {min: 0, max: 3}}]";
    let (code, _, err) = Simulation::of_minimal().sets(&[unknown]).say();
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("what a node can hold is known of no pool"),
        "{err}"
    );
    assert!(err.contains("--set:1:"), "{err}");
}

/// Only what is taken for something is told: a `DaemonSet` has no replicas, and a `CronJob` makes no pods here.
#[test]
fn what_is_not_known_of_a_workload_depends_on_its_kind() {
    let requests = "what its pods request is not known: they request nothing here";
    let cron_job = "when its Jobs run is not modelled: it makes no pods";
    let at_a_time = "how many of its pods run at a time is not known: 1 is assumed";
    let to_the_end = "how long its pods run is not known: they run to the end";
    let replicas = "how many replicas it has is not known: 1 is assumed";
    for (kind, told) in [
        ("DaemonSet", &[requests] as &[&str]),
        ("Pod", &[requests]),
        ("CronJob", &[cron_job]),
        ("Job", &[requests, at_a_time, to_the_end]),
        ("StatefulSet", &[requests, replicas]),
    ] {
        let workloads = format!(
            "spec.workloads=[{{name: web, namespace: shop, selector: {{app: web}}, replicas: 3, requests: {{cpu: 250m, memory: 512Mi}}}}, {{name: x, namespace: shop, kind: {kind}, selector: {{app: x}}}}]"
        );
        let run = Simulation::of_minimal()
            .sets(&[&workloads])
            .play("one-node");
        let left_out = run["leftOut"].as_array().expect("a list").iter();
        let left_out: Vec<&str> = left_out.filter_map(|own| own["reason"].as_str()).collect();
        assert_eq!(left_out, told, "{kind}");
    }
}
