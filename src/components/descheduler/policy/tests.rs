//! Policies of the descheduler.

use super::{Policy, read};
use crate::diagnostic::Severity;
use crate::load::Inputs;
use crate::plan::Plan;

const GOOD: &str = "apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
maxNoOfPodsToEvictTotal: 2
profiles:
  - name: spot
    pluginConfig:
      - name: DefaultEvictor
        args:
          nodeFit: true
          minPodAge: 10m
      - name: RemovePodsViolatingNodeAffinity
        args:
          nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]
    plugins:
      deschedule:
        enabled: [RemovePodsViolatingNodeAffinity]
";

fn policy(text: &str) -> Policy {
    read(text).policy
}

fn problems(text: &str) -> Vec<(Severity, String)> {
    let faults = read(text).faults.into_iter();
    faults.map(|fault| (fault.level, fault.text)).collect()
}

/// Spot, and on-demand with these taints.
fn plan(taints: &str) -> Plan {
    let text = format!(
        "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: s}}\nspec:\n  provider: eks\n  nodePools:\n    \
         - {{name: spot, capacity: Spot}}\n    - {{name: od, capacity: OnDemand, taints: [{taints}]}}\n"
    );
    let mut inputs = Inputs::default();
    let source = inputs.sources.add("spot-config.yaml", text);
    inputs.files.push(source);
    let planned = crate::pipeline::plan(&inputs, None).expect("the configuration is valid");
    planned.system.plan
}

#[test]
fn a_policy_is_read() {
    let policy = read(GOOD);
    assert!(policy.faults.is_empty(), "{:?}", policy.faults);
    let policy = policy.policy;
    assert_eq!(policy.limits.total, Some(2));
    let plan = plan("");
    let failback = policy.failbacks(&plan).next().expect("it moves pods back");
    assert_eq!(failback.profile, "spot");
    let evictor = failback.evictor.expect("it has arguments");
    assert_eq!(evictor.node_fit, Some(true));
}

/// What is changed of it, into what, and what comes of that.
const FAULTS: [(&str, &str, Severity, &str); 22] = [
    (
        "apiVersion: descheduler/v1alpha2\n",
        "",
        Severity::Error,
        "treated as empty",
    ),
    (
        "v1alpha2",
        "v1alpha1",
        Severity::Error,
        "only `descheduler/v1alpha2` is supported",
    ),
    (
        "maxNoOfPodsToEvictTotal",
        "maxNoOfPodsToEvict",
        Severity::Warning,
        "the unknown key `maxNoOfPodsToEvict` is ignored",
    ),
    (
        "maxNoOfPodsToEvictTotal: 2",
        "maxNoOfPodsToEvictTotal: -2",
        Severity::Error,
        "`maxNoOfPodsToEvictTotal` must be a whole number from 0, not `-2`",
    ),
    (
        "nodeFit: true",
        "nodefit: true",
        Severity::Error,
        "unknown field `nodefit`",
    ),
    (
        "nodeFit: true",
        "nodeFit: often",
        Severity::Error,
        "`nodeFit` of `DefaultEvictor` must be true or false, not `often`",
    ),
    (
        "        args:\n          nodeFit: true\n          minPodAge: 10m\n",
        "        nodeFit: true\n",
        Severity::Warning,
        "it belongs under `args`",
    ),
    (
        "minPodAge: 10m",
        "minPodAge: ten",
        Severity::Error,
        "`DefaultEvictor`",
    ),
    (
        "minPodAge: 10m",
        "priorityThreshold: {name: high, value: 5}",
        Severity::Error,
        "both a `name` and a `value`",
    ),
    (
        "minPodAge: 10m",
        "priorityThreshold: {value: 2000000001}",
        Severity::Error,
        "above 2000000000",
    ),
    (
        "minPodAge: 10m",
        "evictLocalStoragePods: true\n          podProtections: {extraEnabled: [PodsWithPVC]}",
        Severity::Error,
        "mutually exclusive",
    ),
    (
        "minPodAge: 10m",
        "podProtections: {extraEnabled: [PodsWithPVC, PodsWithPVC]}",
        Severity::Error,
        "listed twice",
    ),
    (
        "minPodAge: 10m",
        "podProtections: {extraEnabled: [PodsWithLocalStorage]}",
        Severity::Error,
        "unknown variant",
    ),
    (
        "minPodAge: 10m",
        "ignorePodsWithoutPDB: true",
        Severity::Error,
        "protects every pod",
    ),
    (
        "minPodAge: 10m",
        "noEvictionPolicy: Never",
        Severity::Error,
        "`Preferred` or `Mandatory`",
    ),
    (
        "minPodAge: 10m",
        "evictSystemCriticalPods: true\n          priorityThreshold: {value: 5}",
        Severity::Warning,
        "`priorityThreshold` has no effect",
    ),
    (
        "[preferredDuringSchedulingIgnoredDuringExecution]",
        "[]",
        Severity::Error,
        "`nodeAffinityType` is empty",
    ),
    (
        "[preferredDuringSchedulingIgnoredDuringExecution]",
        "[preferred]",
        Severity::Warning,
        "unknown affinity type",
    ),
    (
        "      - name: RemovePodsViolatingNodeAffinity\n        args:\n          nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]\n",
        "",
        Severity::Error,
        "without an entry in `pluginConfig`",
    ),
    (
        "deschedule:",
        "balance:",
        Severity::Error,
        "belongs under `deschedule`",
    ),
    (
        "deschedule:",
        "preEvictionFilter:",
        Severity::Warning,
        "did you mean `preevictionfilter`",
    ),
    (
        "profiles:",
        "profiles: none\nother:",
        Severity::Error,
        "`profiles` must be a list, not `none`",
    ),
];

#[test]
fn faults_are_told_by_what_the_descheduler_makes_of_them() {
    for (from, to, level, text) in FAULTS {
        assert!(GOOD.contains(from), "no {from:?}");
        let problems = problems(&GOOD.replacen(from, to, 1));
        assert!(
            problems
                .iter()
                .any(|(own, problem)| *own == level && problem.contains(text)),
            "{to:?}: no {text:?} in {problems:?}"
        );
    }
    for text in ["", "- a\n", "a: [1\n", "kind: DeschedulerPolicy\n"] {
        let problems = problems(text);
        assert!(
            problems.iter().any(|(level, _)| *level == Severity::Error),
            "{text:?}"
        );
    }
}

#[test]
fn what_moves_no_pod_back_is_known() {
    for (from, to) in [
        ("enabled: [RemovePodsViolatingNodeAffinity]", "enabled: []"),
        ("[preferred", "[required"),
    ] {
        let policy = policy(&GOOD.replacen(from, to, 1));
        assert!(policy.failbacks(&plan("")).next().is_none(), "{to}");
    }
}

#[test]
fn taints_move_pods_back_from_the_nodes_that_have_them() {
    const BY_TAINTS: &str = "apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
  - name: spot
    pluginConfig:
      - name: RemovePodsViolatingNodeTaints
        args: {ARGS}
    plugins:
      deschedule:
        enabled: [RemovePodsViolatingNodeTaints]
";
    let soft = "\"dedicated=od:PreferNoSchedule\"";
    for (args, taints, moves) in [
        ("includePreferNoSchedule: true", soft, true),
        ("includePreferNoSchedule: false", soft, false),
        ("labelSelector: {}", soft, false),
        ("includePreferNoSchedule: true", "", false),
        (
            "includePreferNoSchedule: true, includedTaints: [dedicated]",
            soft,
            true,
        ),
        (
            "includePreferNoSchedule: true, includedTaints: [dedicated=od]",
            soft,
            true,
        ),
        (
            "includePreferNoSchedule: true, includedTaints: [other]",
            soft,
            false,
        ),
        (
            "includePreferNoSchedule: true, excludedTaints: [dedicated=od]",
            soft,
            false,
        ),
        (
            "includePreferNoSchedule: true, excludedTaints: [dedicated=x]",
            soft,
            true,
        ),
    ] {
        let text = BY_TAINTS.replace("ARGS", args);
        assert!(problems(&text).is_empty(), "{args}: {:?}", problems(&text));
        let plan = plan(taints);
        let is_moved = policy(&text).failbacks(&plan).next().is_some();
        assert_eq!(is_moved, moves, "{args} with [{taints}]");
    }
}

/// What is changed of [`GOOD`], and the part of it that the fault is at: of what is missing, the smallest that lacks it.
#[test]
fn faults_are_where_they_are_made() {
    for (from, to, at) in [
        ("nodeFit: true", "nodefit: true", "nodefit: true"),
        ("minPodAge: 10m", "minPodAge: ten", "minPodAge: ten"),
        (
            "nodeAffinityType: [preferred",
            "nodeAffinityType: [wanted, preferred",
            "wanted",
        ),
        (
            "enabled: [Remove",
            "enabled: [Removes",
            "RemovesPodsViolatingNodeAffinity",
        ),
        (
            "      - name: RemovePods",
            "      - name: RemoveAllPods",
            "RemoveAllPodsViolatingNodeAffinity",
        ),
        ("deschedule:", "balance:", "RemovePodsViolatingNodeAffinity"),
        ("deschedule:", "desschedule:", "desschedule"),
        (
            "    plugins:\n",
            "    plugin: {}\n    plugins:\n",
            "plugin: {}",
        ),
        (
            "          nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]\n",
            "",
            "args",
        ),
        (
            "      - name: RemovePodsViolatingNodeAffinity\n        args:\n          nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]\n",
            "",
            "pluginConfig",
        ),
        ("v1alpha2", "v1beta1", "apiVersion: descheduler/v1beta1"),
        (
            "maxNoOfPodsToEvictTotal: 2",
            "maxNoOfPodsToEvictTotal: two",
            "maxNoOfPodsToEvictTotal: two",
        ),
    ] {
        assert!(GOOD.contains(from), "no {from:?}");
        let text = GOOD.replacen(from, to, 1);
        let faults = read(&text).faults;
        let first = faults
            .first()
            .unwrap_or_else(|| panic!("{to:?} is no fault"));
        let span = first.at.unwrap_or_else(|| panic!("{to:?} is nowhere"));
        let found = &text[span.start as usize..span.end as usize];
        assert_eq!(found, at, "{to:?}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let text = GOOD
        .replace("nodeFit: true", "nodeFit: often")
        .replace("minPodAge: 10m", "minPodAge: ten")
        .replace("enabled: [Remove", "enabled: [PodLifetime, Remove");
    let problems = problems(&text);
    assert_eq!(problems.len(), 3, "{problems:?}");
    let known = "there is no plugin `PodLifetime`; did you mean `PodLifeTime`?";
    assert!(
        problems.iter().any(|(_, text)| text == known),
        "{problems:?}"
    );
}

/// Plugins for balance, and the arguments that each needs.
#[test]
fn plugins_have_their_own_extension_points_and_arguments() {
    for (plugin, point, args, wrong) in [
        ("RemoveDuplicates", "balance", "{}", "{maxSkew: 1}"),
        (
            "RemovePodsViolatingTopologySpreadConstraint",
            "balance",
            "{constraints: [ScheduleAnyway]}",
            "{constraints: [Soft]}",
        ),
        (
            "LowNodeUtilization",
            "balance",
            "{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}}",
            "{thresholds: {cpu: 20}}",
        ),
        (
            "HighNodeUtilization",
            "balance",
            "{thresholds: {cpu: 20}}",
            "{thresholds: {cpu: 120}}",
        ),
        (
            "PodLifeTime",
            "deschedule",
            "{maxPodLifeTimeSeconds: 86400}",
            "{}",
        ),
        (
            "RemovePodsHavingTooManyRestarts",
            "deschedule",
            "{podRestartThreshold: 100}",
            "{}",
        ),
        (
            "RemoveFailedPods",
            "deschedule",
            "{reasons: [OutOfcpu]}",
            "{namespaces: {include: [a], exclude: [b]}}",
        ),
        (
            "RemovePodsViolatingNodeTaints",
            "deschedule",
            "{includedTaints: [a]}",
            "{includedTaints: [a], excludedTaints: [b]}",
        ),
        (
            "RemovePodsViolatingInterPodAntiAffinity",
            "deschedule",
            "{}",
            "{namespace: a}",
        ),
    ] {
        let of = |point: &str, args: &str| {
            let text = format!(
                "apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\nprofiles:\n  - name: a\n    pluginConfig:\n      - name: \
                 {plugin}\n        args: {args}\n    plugins:\n      {point}:\n        enabled: [{plugin}]\n"
            );
            problems(&text)
        };
        assert!(
            of(point, args).is_empty(),
            "{plugin}: {:?}",
            of(point, args)
        );
        let other = if point == "balance" {
            "deschedule"
        } else {
            "balance"
        };
        let found = of(other, args);
        assert!(
            found.iter().any(|(_, text)| text.contains("belongs under")),
            "{plugin}: {found:?}"
        );
        let found = of(point, wrong);
        assert!(
            found.iter().any(|(level, _)| *level == Severity::Error),
            "{plugin}: {found:?}"
        );
    }
}
