//! Policies of the descheduler.

use super::read;
use crate::diagnostic::Severity;

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

#[test]
fn a_policy_is_read() {
    let (policy, problems) = read(GOOD);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(policy.limits.total, Some(2));
    let failback = policy.failbacks().next().expect("it moves pods back");
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
        let (_, problems) = read(&GOOD.replacen(from, to, 1));
        assert!(
            problems
                .iter()
                .any(|(own, problem)| *own == level && problem.contains(text)),
            "{to:?}: no {text:?} in {problems:?}"
        );
    }
    for text in ["", "- a\n", "a: [1\n", "kind: DeschedulerPolicy\n"] {
        let (_, problems) = read(text);
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
        let (policy, _) = read(&GOOD.replacen(from, to, 1));
        assert!(policy.failbacks().next().is_none(), "{to}");
    }
}
