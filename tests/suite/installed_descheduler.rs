//! Deschedulers that others have installed: their policies in every form, and when they make their rounds.
//!
//! The structure of the policies is that of public ones: kubernetes-sigs/descheduler charts/descheduler/values.yaml (all
//! plugins for balance in one profile), kubernetes/job/job.yaml and kubernetes/cronjob/cronjob.yaml of the same repository,
//! and examples/*.yaml at v0.26.1 (strategies).

use std::fmt::Write as _;

use super::library::{Checked, Given, golden};

const POLICY: &str = "apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
maxNoOfPodsToEvictTotal: 1
profiles:
  - name: spot
    pluginConfig:
      - name: DefaultEvictor
        args:
          nodeFit: true
          nodeSelector: kubernetes.azure.com/scalesetpriority=spot
          minPodAge: 10m
          podProtections:
            extraEnabled: [PodsWithPVC]
      - name: RemovePodsViolatingNodeAffinity
        args:
          nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]
          namespaces:
            include: [shop]
    plugins:
      deschedule:
        enabled:
          - RemovePodsViolatingNodeAffinity
";

/// Writes a text in one of the styles.
type Write = fn(&str) -> String;

/// How a text stands in a `ConfigMap`, as people and tools write it.
const STYLES: [(&str, Write); 6] = [
    ("literal", |text| format!("|\n{}", indented(text))),
    ("literal with a header", |text| {
        format!("|2-\n{}", indented(text))
    }),
    ("double-quoted", |text| format!("{text:?}\n")),
    ("double-quoted, wrapped", |text| {
        format!("{text:?}\n")
            .replace("\\n", "\\n\\\n    ")
            .replace("\\\n     ", "\\\n    \\ ")
    }),
    // Folded, as indentation does not last in such a scalar.
    ("single-quoted", |text| {
        format!("'{}'\n", json(text).replace(",\"", ",\n    \""))
    }),
    ("JSON", |text| format!("{:?}\n", json(text))),
];

fn json(text: &str) -> String {
    let data: serde_json::Value = serde_saphyr::from_str(text).expect("it is YAML");
    data.to_string()
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "    {line}");
        all
    })
}

fn config_map(name: &str, scalar: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: kube-system}}\ndata:\n  policy.yaml: {scalar}"
    )
}

fn literal(policy: &str) -> String {
    config_map("descheduler", &format!("|\n{}", indented(policy)))
}

/// Something that runs the descheduler with the policy of a `ConfigMap`: its kind, the fields of its spec, its arguments.
fn runner(kind: &str, fields: &str, arguments: &str, map: &str) -> String {
    let pod = format!(
        "{{metadata: {{labels: {{app: d}}}}, spec: {{restartPolicy: {}, priorityClassName: system-cluster-critical, containers: \
         [{{name: d, image: \"registry.k8s.io/descheduler/descheduler:v0.36.0\", command: [/bin/descheduler], args: \
         [{arguments}], resources: {{requests: {{cpu: 100m, memory: 128Mi}}}}, volumeMounts: [{{name: p, mountPath: \
         /p}}]}}], volumes: [{{name: p, configMap: {{name: {map}}}}}]}}}}",
        if kind == "Deployment" {
            "Always"
        } else {
            "Never"
        }
    );
    let (api, spec) = match kind {
        "Deployment" => (
            "apps/v1",
            format!("{{{fields}selector: {{matchLabels: {{app: d}}}}, template: {pod}}}"),
        ),
        "Job" => ("batch/v1", format!("{{{fields}template: {pod}}}")),
        _ => (
            "batch/v1",
            format!("{{{fields}jobTemplate: {{spec: {{template: {pod}}}}}}}"),
        ),
    };
    format!(
        "---\napiVersion: {api}\nkind: {kind}\nmetadata:\n  name: runner\n  namespace: kube-system\nspec: {spec}\n"
    )
}

const POLICY_FILE: &str = "--policy-config-file=/p/policy.yaml";

fn given() -> Given {
    golden("rules/policy-hides-spot/spot-config.yaml").set("spec.descheduler.enabled=false")
}

fn check(manifests: &str) -> Checked {
    given().manifests(manifests).check()
}

/// What stands where a finding points to.
fn place<'m>(manifests: &'m str, checked: &Checked, finding: &str) -> &'m str {
    let (_, behind) = checked
        .text
        .split_once(finding)
        .unwrap_or_else(|| panic!("no {finding} in {}", checked.text));
    let (_, at) = behind
        .split_once("--> <stdin>:")
        .expect("it is in the manifests");
    let at = at.lines().next().expect("a place");
    let (line, column) = at.split_once(':').expect("a line and a column");
    let (line, column): (usize, usize) = (
        line.parse().expect("a number"),
        column.trim().parse().expect("a number"),
    );
    let line = manifests.lines().nth(line - 1).expect("there is the line");
    let (start, _) = line.char_indices().nth(column - 1).expect("the column");
    &line[start..]
}

/// What is changed, the finding, and what it points to: of what is missing, the smallest thing that lacks it.
const PLACES: [(&str, &str, &str, &str); 9] = [
    (
        "nodeFit: true",
        "nodeFit: false",
        "error[preferred-loop]",
        "nodeFit",
    ),
    (
        "          minPodAge: 10m\n",
        "",
        "warning[no-rest-between-moves]",
        "args",
    ),
    (
        "      - name: DefaultEvictor\n        args:\n          nodeFit: true\n          nodeSelector: kubernetes.azure.com/scalesetpriority=spot\n          minPodAge: 10m\n          podProtections:\n            extraEnabled: [PodsWithPVC]\n",
        "",
        "error[preferred-loop]",
        "pluginConfig",
    ),
    (
        "maxNoOfPodsToEvictTotal: 1",
        "maxNoOfPodsToEvictTotal: 0",
        "error[failback-takes-hours]",
        "maxNoOfPodsToEvictTotal",
    ),
    (
        "          namespaces:\n            include: [shop]\n",
        "",
        "warning[moves-foreign-pods]",
        "args",
    ),
    (
        "nodeFit: true",
        "nodefit: true",
        "error[broken-descheduler-policy]",
        "nodefit",
    ),
    (
        "          - RemovePodsViolatingNodeAffinity",
        "          - RemovePodsViolatingNodeAfinity",
        "error[broken-descheduler-policy]",
        "RemovePodsViolatingNodeAfinity",
    ),
    (
        "maxNoOfPodsToEvictTotal: 1",
        "nodeSelector: agentpool=other",
        "error[policy-hides-spot]",
        "nodeSelector",
    ),
    (
        "[preferred",
        "[required",
        "warning[policy-without-failback]",
        "nodeAffinityType",
    ),
];

#[test]
fn findings_about_policies_have_their_place_in_every_style() {
    for (from, to, finding, expected) in PLACES {
        assert!(POLICY.contains(from), "no {from:?}");
        let policy = POLICY.replacen(from, to, 1);
        for (style, written) in STYLES {
            let manifests = config_map("descheduler", &written(&policy));
            let checked = check(&manifests);
            let found = place(&manifests, &checked, finding);
            let found = found.trim_start_matches(['\\', '"']);
            assert!(
                found.starts_with(expected),
                "{style}: {finding} at {found:?}, not {expected:?}\n{manifests}"
            );
        }
    }
}

const INTERVAL: &str = "--descheduling-interval=5m";

/// The kind that runs it, its fields, its arguments, and what is found about that; nothing where it does its rounds.
const ROUNDS: [(&str, &str, &str, &str); 20] = [
    ("Deployment", "replicas: 1, ", INTERVAL, ""),
    (
        "Deployment",
        "replicas: 2, ",
        "--leader-elect=true, --descheduling-interval=5m",
        "",
    ),
    (
        "Deployment",
        "replicas: 1, ",
        "--descheduling-interval, 5m",
        "",
    ),
    (
        "Deployment",
        "replicas: 1, ",
        "--v=3",
        "error[idle-descheduler]",
    ),
    (
        "Deployment",
        "replicas: 1, ",
        "--descheduling-interval=0",
        "error[idle-descheduler]",
    ),
    (
        "Deployment",
        "replicas: 1, ",
        "--descheduling-interval=5",
        "error[idle-descheduler]",
    ),
    (
        "Deployment",
        "replicas: 1, ",
        "--leader-elect",
        "error[idle-descheduler]",
    ),
    (
        "Deployment",
        "replicas: 0, ",
        INTERVAL,
        "warning[idle-descheduler]",
    ),
    (
        "Deployment",
        "replicas: 1, ",
        "--dry-run, --descheduling-interval=5m",
        "warning[idle-descheduler]",
    ),
    (
        "Deployment",
        "replicas: 1, ",
        "--dry-run=false, --descheduling-interval=5m",
        "",
    ),
    ("Job", "", "--v=3", "warning[idle-descheduler]"),
    ("Job", "", INTERVAL, ""),
    ("CronJob", "schedule: \"*/5 * * * *\", ", "--v=3", ""),
    (
        "CronJob",
        "schedule: \"@hourly\", timeZone: Asia/Tokyo, ",
        "--v=3",
        "",
    ),
    (
        "CronJob",
        "schedule: \"0 0 31 2 *\", ",
        "--v=3",
        "error[idle-descheduler]",
    ),
    (
        "CronJob",
        "schedule: \"every hour\", ",
        "--v=3",
        "error[idle-descheduler]",
    ),
    (
        "CronJob",
        "schedule: \"*/5 * * * *\", suspend: true, ",
        "--v=3",
        "warning[idle-descheduler]",
    ),
    (
        "CronJob",
        "schedule: \"*/5 * * * *\", suspend: false, ",
        "--v=3",
        "",
    ),
    (
        "CronJob",
        "schedule: \"*/5 * * * *\", ",
        INTERVAL,
        "warning[idle-descheduler]",
    ),
    (
        "CronJob",
        "schedule: \"*/5 * * * *\", concurrencyPolicy: Forbid, ",
        INTERVAL,
        "warning[idle-descheduler]",
    ),
];

#[test]
fn rounds_are_those_of_what_runs_the_descheduler() {
    for (kind, fields, more, finding) in ROUNDS {
        let arguments = format!("{POLICY_FILE}, {more}");
        let manifests = literal(POLICY) + &runner(kind, fields, &arguments, "descheduler");
        let checked = check(&manifests);
        if finding.is_empty() {
            checked.is_silent_about("idle-descheduler");
        } else {
            assert!(
                checked.text.contains(finding),
                "{kind} {fields} {more}: {}",
                checked.text
            );
        }
    }
    let without_policy = literal(POLICY) + &runner("Deployment", "", INTERVAL, "descheduler");
    check(&without_policy).fails("names no policy");
}

/// The time that failback takes is that of the schedule: 3 pods, one a round.
#[test]
fn failback_waits_for_the_schedule() {
    for (schedule, time) in [
        ("*/2 * * * *", "6 min"),
        ("0 * * * *", "3 h"),
        ("@every 90m", "4 h 30 min"),
        ("0 8,20 * * *", "36 h"),
        // From Friday evening to Monday.
        ("0 8-18 * * MON-FRI", "64 h"),
    ] {
        let fields = format!("schedule: \"{schedule}\", concurrencyPolicy: Forbid, ");
        let manifests = literal(POLICY) + &runner("CronJob", &fields, POLICY_FILE, "descheduler");
        let figures = given()
            .manifests(&manifests)
            .numbers("failback of all pods");
        let values: Vec<&str> = figures.iter().map(|figure| figure.value.as_str()).collect();
        assert_eq!(values, [time], "{schedule}");
    }
}

/// A policy with one more plugin: its arguments, and its extension point.
fn with_plugin(plugin: &str, args: &str) -> String {
    POLICY
        .replace(
            "    plugins:\n",
            &format!("      - name: {plugin}\n        args: {args}\n    plugins:\n"),
        )
        .replace(
            "      deschedule:\n",
            &format!("      balance:\n        enabled: [{plugin}]\n      deschedule:\n"),
        )
}

/// A plugin with its arguments, and whether it undoes failback.
const PULLING: [(&str, &str, bool); 14] = [
    (
        "RemovePodsViolatingTopologySpreadConstraint",
        "{constraints: [ScheduleAnyway]}",
        true,
    ),
    (
        "RemovePodsViolatingTopologySpreadConstraint",
        "{constraints: [ScheduleAnyway], namespaces: {exclude: [shop]}}",
        false,
    ),
    (
        "RemovePodsViolatingTopologySpreadConstraint",
        "{constraints: [DoNotSchedule]}",
        false,
    ),
    ("RemovePodsViolatingTopologySpreadConstraint", "{}", false),
    ("RemoveDuplicates", "{}", true),
    (
        "RemoveDuplicates",
        "{excludeOwnerKinds: [ReplicaSet]}",
        false,
    ),
    ("RemoveDuplicates", "{excludeOwnerKinds: [Job]}", true),
    (
        "RemoveDuplicates",
        "{namespaces: {include: [other]}}",
        false,
    ),
    (
        "LowNodeUtilization",
        "{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}}",
        true,
    ),
    (
        "LowNodeUtilization",
        "{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictableNamespaces: {exclude: [shop]}}",
        false,
    ),
    ("HighNodeUtilization", "{thresholds: {cpu: 20}}", true),
    (
        "HighNodeUtilization",
        "{thresholds: {cpu: 20}, evictableNamespaces: {exclude: [kube-system]}}",
        true,
    ),
    (
        "RemovePodsViolatingTopologySpreadConstraint",
        "{constraints: [DoNotSchedule, ScheduleAnyway], namespaces: {include: [shop]}}",
        true,
    ),
    (
        "RemoveDuplicates",
        "{namespaces: {exclude: [shop, other]}}",
        false,
    ),
];

/// The pods of the case, spread over nodes.
const WEB: &str = "---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
        - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
      containers: [{name: web, image: web:1, resources: {requests: {cpu: 500m, memory: 512Mi}}}]
";

#[test]
fn plugins_that_undo_failback_are_found() {
    for (plugin, args, undoes) in PULLING {
        let manifests = literal(&with_plugin(plugin, args)) + WEB;
        let checked = check(&manifests);
        assert!(
            !checked.has("broken-descheduler-policy"),
            "{plugin} {args}: {}",
            checked.text
        );
        assert_eq!(
            checked.has("plugins-pull-apart"),
            undoes,
            "{plugin} {args}: {}",
            checked.text
        );
        if undoes {
            let found = place(&manifests, &checked, "warning[plugins-pull-apart]");
            assert!(found.starts_with(plugin), "{found}");
        }
    }
}

/// With so much skew, all pods may be on one Spot node.
#[test]
fn spread_that_spot_alone_can_keep_pulls_nothing() {
    let policy = with_plugin(
        "RemovePodsViolatingTopologySpreadConstraint",
        "{constraints: [ScheduleAnyway]}",
    );
    let manifests = literal(&policy) + WEB;
    let wide = manifests.replace("maxSkew: 1", "maxSkew: 3");
    check(&wide).is_silent_about("plugins-pull-apart");
    // Zones are the same for Spot and on-demand here, for all that is known.
    let zones = manifests.replace(
        "topologyKey: kubernetes.io/hostname",
        "topologyKey: topology.kubernetes.io/region",
    );
    let zones = given()
        .set("spec.classes.default.placement.spread=None")
        .manifests(&zones)
        .check();
    zones.is_silent_about("plugins-pull-apart");
}

#[test]
fn two_deschedulers_can_undo_each_others_work() {
    let balance = "apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
  - name: even
    pluginConfig:
      - name: RemoveDuplicates
    plugins:
      balance:
        enabled: [RemoveDuplicates]
";
    let two = |arguments: &str| {
        let other = config_map("even", &format!("|\n{}", indented(balance)));
        let failback = runner(
            "Deployment",
            "",
            &format!("{POLICY_FILE}, --descheduling-interval=5m"),
            "descheduler",
        );
        let even = runner(
            "Deployment",
            "",
            &format!("{POLICY_FILE}, {arguments}"),
            "even",
        );
        let even = even.replace("name: runner", "name: even");
        literal(POLICY) + &failback + "---\n" + &other + &even + WEB
    };
    let both = check(&two("--descheduling-interval=5m"));
    assert!(both.has("plugins-pull-apart"), "{}", both.text);
    // One that evicts nothing undoes nothing.
    let one = check(&two("--dry-run, --descheduling-interval=5m"));
    one.is_silent_about("plugins-pull-apart");
    assert!(one.has("idle-descheduler"), "{}", one.text);
    // Nor does it keep the other one from its rounds.
    let rows = given()
        .manifests(&two("--dry-run, --descheduling-interval=5m"))
        .numbers("failback of workload `web`");
    assert!(
        rows.iter().all(|row| !row.how.contains("dry-run")),
        "{rows:?}"
    );
}

/// Strategies, as all policies had them before 0.27.
#[test]
fn policies_of_the_former_format_are_refused_by_the_releases_that_cannot_read_them() {
    let policy = "apiVersion: descheduler/v1alpha1
kind: DeschedulerPolicy
strategies:
  RemovePodsViolatingNodeAffinity:
    enabled: true
    params:
      nodeAffinityType: [requiredDuringSchedulingIgnoredDuringExecution]
";
    let arguments = format!("{POLICY_FILE}, --descheduling-interval=5m");
    let manifests = literal(policy) + &runner("Deployment", "", &arguments, "descheduler");
    let checked = check(&manifests);
    checked.fails("`descheduler/v1alpha1` was removed in 0.31");
    assert!(
        place(&manifests, &checked, "error[broken-descheduler-policy]").starts_with("apiVersion")
    );
    let older = check(&manifests.replace("v0.36.0", "v0.29.0"));
    older.passes("this policy is not checked");
    // A new version with the former keys.
    let mixed = check(&manifests.replace("v1alpha1", "v1alpha2"));
    assert!(
        mixed.text.contains("write `profiles` instead"),
        "{}",
        mixed.text
    );
}

/// The release that runs decides which arguments there are.
#[test]
fn arguments_of_later_releases_are_found() {
    let arguments = format!("{POLICY_FILE}, --descheduling-interval=5m");
    let manifests = literal(POLICY) + &runner("Deployment", "", &arguments, "descheduler");
    check(&manifests).is_silent_about("broken-descheduler-policy");
    let older = check(&manifests.replace("v0.36.0", "v0.33.0"));
    older.fails("`podProtections` requires 0.34, but 0.33.0 is running");
    older.is_silent_about("`minPodAge` requires");
    let oldest = check(&manifests.replace("v0.36.0", "v0.30.1"));
    oldest.fails("`minPodAge` requires 0.31");
    oldest.is_silent_about("`nodeFit` requires");
}

/// On-demand nodes whose soft taint moves pods back, and what keeps them there.
#[test]
fn taints_bring_pods_back() {
    let policy = POLICY
        .replace(
            "RemovePodsViolatingNodeAffinity",
            "RemovePodsViolatingNodeTaints",
        )
        .replace(
            "nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]",
            "includePreferNoSchedule: true",
        );
    let manifests = literal(&policy);
    let soft = "spec.nodePools=[{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}, {name: regular1, \
                capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}, taints: [\"pool=regular:PreferNoSchedule\"]}]";
    let with = |pools: &str, manifests: &str| given().set(pools).manifests(manifests).check();
    let found = with(soft, &manifests);
    found.is_silent_about("policy-without-failback");
    found.is_silent_about("preferred-loop");
    let rows = given()
        .set(soft)
        .manifests(&manifests)
        .numbers("failback of all pods");
    assert_eq!(rows.len(), 1, "{rows:?}");
    // The loop is the same: without `nodeFit`, pods are evicted while there is no Spot.
    let loops = with(soft, &manifests.replace("nodeFit: true", "nodeFit: false"));
    loops.fails("preferred-loop");
    // A toleration keeps them where they are.
    let tolerating = WEB.replace(
        "      topologySpreadConstraints:",
        "      tolerations: [{key: pool, operator: Exists}]\n      topologySpreadConstraints:",
    );
    let stays = with(soft, &(manifests.clone() + &tolerating));
    assert!(
        stays
            .text
            .contains("it tolerates the taints of on-demand nodes"),
        "{}",
        stays.text
    );
    // A pool without the taint keeps its pods.
    let second = soft.replace(
        "]}]",
        "]}, {name: regular2, capacity: OnDemand, vmSize: Standard_D8s_v5, nodes: {min: 0, max: 10}, taints: [\"x=y:NoExecute\"]}]",
    );
    with(&second, &manifests).is_silent_about("policy-without-failback");
    let second = second.replace("taints: [\"x=y:NoExecute\"]", "taints: []");
    let partly = with(&second, &manifests);
    assert!(
        partly
            .text
            .contains("pods that failed over to on-demand pool `regular2` stay there"),
        "{}",
        partly.text
    );
}

/// Priorities have their place in every style, too.
#[test]
fn findings_about_priorities_have_their_place_in_every_style() {
    let priorities = "10:\n  - .*spot9.*\n1:\n  - .*\n";
    for (style, written) in STYLES {
        // JSON has no place for what is not quoted.
        if matches!(style, "JSON" | "single-quoted") {
            continue;
        }
        let map = config_map("cluster-autoscaler-priority-expander", &written(priorities));
        let map = map.replace("policy.yaml:", "priorities:");
        let checked = check(&map);
        let found = place(&map, &checked, "[pattern-without-pool]");
        assert!(
            found.starts_with(".*spot9.*"),
            "{style}: {found:?} of {map}"
        );
    }
}

/// What `--fix` makes of the manifests of a descheduler with this schedule.
fn fixed_schedule(fields: &str) -> (Checked, String) {
    let fields = format!("{fields}, concurrencyPolicy: Forbid, ");
    let manifests = literal(POLICY) + &runner("CronJob", &fields, POLICY_FILE, "descheduler");
    let given = given().manifests(&manifests);
    let checked = given.check();
    let fixed = spotgen::fix::apply(&given.inputs, &checked.report).inputs;
    let mut texts = fixed.sources.iter().map(|(_, source)| source.text.clone());
    let text = texts.find(|text| text.contains("CronJob"));
    (checked, text.expect("it is there"))
}

#[test]
fn a_time_zone_moves_to_its_field() {
    for (schedule, fields, zone) in [
        ("TZ=Europe/Paris 0 3 * * *", "0 3 * * *", "Europe/Paris"),
        ("CRON_TZ=Asia/Tokyo @daily", "@daily", "Asia/Tokyo"),
    ] {
        let (checked, fixed) = fixed_schedule(&format!("schedule: \"{schedule}\""));
        checked.fails("it has a time zone, which belongs in `timeZone`");
        let help = format!("set `schedule: \"{fields}\"` and `timeZone: {zone}`");
        assert!(checked.text.contains(&help), "{}", checked.text);
        assert!(fixed.contains(fields) && !fixed.contains("TZ="), "{fixed}");
        assert!(fixed.contains(&format!("timeZone: {zone}")), "{fixed}");
    }
    // Which of the two is meant, nobody can say.
    let schedule = "schedule: \"TZ=Europe/Paris 0 3 * * *\", timeZone: Asia/Tokyo";
    let (_, fixed) = fixed_schedule(schedule);
    assert!(fixed.contains(schedule), "{fixed}");
}

/// A schedule of which nobody can tell what it was meant to be stays, and what is wrong with it is said.
#[test]
fn no_schedule_is_made_up() {
    for (schedule, said) in [
        ("61 * * * *", "`61` is no minute: they are 0 to 59"),
        ("0 0 31 2 *", "no day is on schedule `0 0 31 2 *`"),
        ("H/5 * * * *", "`H` is no part of a schedule"),
        ("0 */5 * * * *", "has 6 fields, and a schedule has five"),
        ("every hour", "has not the five fields of a schedule"),
        ("TZ=Local 0 3 * * *", "it has a time zone"),
        ("TZ=Europe/Paris 61 * * * *", "it has a time zone"),
    ] {
        let written = format!("schedule: \"{schedule}\"");
        let (checked, fixed) = fixed_schedule(&written);
        assert!(checked.has("idle-descheduler"), "{}", checked.text);
        assert!(checked.text.contains(said), "{said}: {}", checked.text);
        assert!(fixed.contains(&written), "{fixed}");
    }
}

#[test]
fn no_interval_is_made_up() {
    let arguments = format!("{POLICY_FILE}, --descheduling-interval=300");
    let manifests =
        literal(POLICY) + &runner("Deployment", "replicas: 1, ", &arguments, "descheduler");
    let given = given().manifests(&manifests);
    let checked = given.check();
    checked.fails("is no duration");
    let fixed = spotgen::fix::apply(&given.inputs, &checked.report).fixed;
    let rules: Vec<&str> = fixed.iter().map(|done| done.finding.rule).collect();
    assert!(!rules.contains(&"idle-descheduler"), "{rules:?}");
}

/// Others compile plugins of their own into the descheduler.
#[test]
fn plugins_of_an_own_image_are_a_warning() {
    let of = |image: &str, plugin: &str| {
        let run = runner(
            "CronJob",
            "schedule: \"*/5 * * * *\", ",
            POLICY_FILE,
            "descheduler",
        );
        let run = run.replace("registry.k8s.io/descheduler/descheduler:v0.36.0", image);
        check(&(literal(&with_plugin(plugin, "{}")) + &run))
    };
    let own = "ghcr.io/acme/descheduler-with-plugins:v1";
    for image in [own, "registry.example.com/descheduler:v0.36.0"] {
        let checked = of(image, "EvictTired");
        let said = "warning[broken-descheduler-policy]: there is no plugin `EvictTired` in the descheduler itself";
        assert!(checked.text.contains(said), "{image}: {}", checked.text);
        assert!(
            !checked.text.contains("error[broken-descheduler-policy]"),
            "{}",
            checked.text
        );
    }
    for (image, plugin) in [
        (
            "registry.example.com/mirror/descheduler/descheduler:v0.36.0",
            "EvictTired",
        ),
        ("docker.io/bitnami/descheduler:0.36.0", "EvictTired"),
        // A letter is wrong, whoever has built the image.
        (own, "RemoveDuplicate"),
    ] {
        let checked = of(image, plugin);
        checked.fails(&format!("there is no plugin `{plugin}`"));
    }
}

/// With hours between two rounds, what is good for an interval of minutes makes failback slower.
#[test]
fn helps_count_the_time_between_two_rounds() {
    let policy = |limit: &str| {
        format!(
            "apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\n{limit}profiles:\n- name: d\n  pluginConfig:\n  - name: \
             RemovePodsViolatingNodeAffinity\n    args: {{nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]}}\n  \
             - name: DefaultEvictor\n    args: {{nodeFit: true}}\n  plugins: {{deschedule: {{enabled: \
             [RemovePodsViolatingNodeAffinity]}}}}\n"
        )
    };
    let total = "maxNoOfPodsToEvictTotal: 1\n";
    for (schedule, limit, rule, help, is_fixed) in [
        (
            "0 */6 * * *",
            "",
            "unlimited-evictions",
            "set the interval to 1m and `maxNoOf",
            false,
        ),
        (
            "0 */6 * * *",
            "",
            "no-rest-between-moves",
            "set the interval to 1m and `minPodAge: 10m`",
            false,
        ),
        (
            "0 */6 * * *",
            total,
            "failback-takes-hours",
            "set the interval to 1m",
            true,
        ),
        (
            "*/30 * * * *",
            "",
            "unlimited-evictions",
            "set `maxNoOfPodsToEvictTotal: 2`",
            true,
        ),
        (
            "*/30 * * * *",
            "",
            "no-rest-between-moves",
            "set `minPodAge: 60m`",
            true,
        ),
    ] {
        let fields = format!("schedule: \"{schedule}\", ");
        let runner = runner("CronJob", &fields, POLICY_FILE, "descheduler");
        let report = check(&(literal(&policy(limit)) + &runner)).report;
        let found = report.iter().find(|found| found.rule == rule);
        let found = found.unwrap_or_else(|| panic!("{schedule} {rule}"));
        let said = found.help.join(" ");
        assert!(said.starts_with(help), "{schedule} {rule}: {said}");
        assert_eq!(found.fix.is_ok(), is_fixed, "{schedule} {rule}");
    }
}
