//! A finding stands where its cause is written: at the field that is to blame, not at the name of its object.

use spotgen::source::Span;

use super::library::{Given, golden};

/// The text at which a rule finds something in manifests.
#[track_caller]
fn place(given: &Given, rule: &str) -> String {
    let checked = given.check();
    let mut findings = checked.report.iter().filter(|found| found.rule == rule);
    let found = findings
        .next()
        .unwrap_or_else(|| panic!("{rule}: {}", checked.text));
    let Span { source, start, end } = found.location.expect("it has a place");
    let text = &given.inputs.sources.get(source).text;
    text[start as usize..end as usize].to_owned()
}

/// The bad case of a rule, whose manifests have a name of their own or not.
fn bad(rule: &str) -> Given {
    let case = super::golden::root().join("rules").join(rule);
    let first = |names: [&str; 2]| {
        let mut names = names.into_iter();
        names
            .find(|name| case.join(name).exists())
            .expect("the case has it")
            .to_owned()
    };
    let config = first(["bad.yaml", "spot-config.yaml"]);
    let manifests = first(["bad-manifests.yaml", "manifests.yaml"]);
    golden(&format!("rules/{rule}/{config}")).manifest_file(&case, &manifests)
}

#[test]
fn findings_stand_at_the_field_that_is_to_blame() {
    for (rule, written) in [
        ("anti-affinity-without-room", "topology.kubernetes.io/zone"),
        ("budget-above-autoscaler-floor", "2"),
        ("budget-allows-nothing", "75%"),
        ("budget-over-namespace", "{}"),
        ("budget-without-pods", "{matchLabels: {app: wbe}}"),
        ("handler-deletes-pods", "-disableEviction"),
        (
            "missing-spot-toleration",
            "preferredDuringSchedulingIgnoredDuringExecution",
        ),
        (
            "misplaced-annotation",
            "cluster-autoscaler.kubernetes.io/safe-to-evict",
        ),
        ("no-requests", "sidecar"),
        (
            "pinned-by-annotation",
            "cluster-autoscaler.kubernetes.io/safe-to-evict",
        ),
        ("removed-budget-api", "policy/v1beta1"),
        ("tainted-nodes-counted", "kubernetes.io/hostname"),
        (
            "toleration-without-preference",
            "kubernetes.azure.com/scalesetpriority",
        ),
        ("uncountable-budget", "1"),
        ("volume-stuck-in-zone", "volumes"),
        ("workload-cannot-preempt", "calm"),
    ] {
        assert_eq!(place(&bad(rule), rule), written, "{rule}");
    }
}

/// Also in a list of objects, in JSON, and behind other documents.
#[test]
fn fields_are_found_in_every_kind_of_stream() {
    const BUDGET: &str = "{\"apiVersion\": \"policy/v1\", \"kind\": \"PodDisruptionBudget\", \"metadata\": {\"name\": \"NAME\", \
                          \"namespace\": \"shop\"}, \"spec\": {\"minAvailable\": 3, \"selector\": {\"matchLabels\": \
                          {\"app\": \"web\"}}}}";
    let one = BUDGET.replace("NAME", "web");
    let other = BUDGET
        .replace("NAME", "other")
        .replace("\"web\"}}", "\"none\"}}");
    let list =
        format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{other}, {one}]}}");
    let block = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# ---\n";
    for stream in [
        one.clone(),
        list.clone(),
        format!("{block}{one}\n"),
        format!("{block}{list}\n---\n"),
    ] {
        let given = golden("minimal/spot-config.yaml").manifests(&stream);
        assert_eq!(place(&given, "budget-allows-nothing"), "3", "{stream}");
    }
}

/// A Deployment whose pods must be in different zones.
fn apart(spread: &str) -> Given {
    let manifest = format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      {spread}
      containers:
        - {{name: web, image: registry.example.com/web:1.0, resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}}}
"
    );
    golden("minimal/spot-config.yaml")
        .set("spec.nodePools.spot1.zones=[1, 2]")
        .set("spec.nodePools.regular1.zones=[1, 2, 3]")
        .set("spec.classes={plain: {placement: {spot: Preferred}}}")
        .set("spec.workloads.web.class=plain")
        .manifests(&manifest)
}

#[test]
fn the_cure_of_anti_affinity_speaks_of_anti_affinity() {
    const RULES: [&str; 2] = ["hard-spread-keeps-off-spot", "zones-in-one-pool"];
    const MOVE: &str =
        "move its `podAntiAffinity` term to `preferredDuringSchedulingIgnoredDuringExecution`";
    const SET: &str = "set `whenUnsatisfiable: ScheduleAnyway`";
    let term =
        "{topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: web}}";
    let anti_affinity = apart(&format!(
        "affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}}}]}}}}"
    ));
    let constraint = apart(&format!(
        "topologySpreadConstraints: [{term}, maxSkew: 1, whenUnsatisfiable: DoNotSchedule}}]"
    ));
    for rule in RULES {
        for (given, said, unsaid, at) in [
            (
                &anti_affinity,
                MOVE,
                "ScheduleAnyway",
                "topology.kubernetes.io/zone",
            ),
            (&constraint, SET, "podAntiAffinity", "DoNotSchedule"),
        ] {
            let checked = given.check();
            let mut found = checked.report.iter().filter(|found| found.rule == rule);
            let found = found
                .next()
                .unwrap_or_else(|| panic!("{rule}: {}", checked.text));
            let help = found.help.join("\n");
            assert!(
                help.contains(said) && !help.contains(unsaid),
                "{rule}: {help}"
            );
            assert!(found.fix.is_ok(), "{rule}");
            assert_eq!(place(given, rule), at, "{rule}");
        }
    }
}
