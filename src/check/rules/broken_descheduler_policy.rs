use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::ComponentId;
use crate::components::descheduler::InstalledPolicy;
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::{ManifestWorkload, Problem};
use crate::values::Version;

pub(super) const RULE: Rule = Rule {
    id: "broken-descheduler-policy",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the descheduler rejects its policy or ignores a part of it",
    harm: "The descheduler silently ignores unknown keys of the policy itself. An unknown key in the arguments of a \
           plugin invalidates the whole policy: the descheduler exits, or runs its rounds and evicts nothing. \
           `nodeFit` next to `args` instead of inside it has no effect.",
    detection: "The descheduler's log ends with `failed decoding descheduler's policy config`, or shows rounds without \
                evictions.",
    remedy: "Put the arguments of a plugin under its `args`, and use the keys of the version that you run. Or let \
             spotgen generate the policy: in `spec.descheduler` it accepts only what the descheduler accepts.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/policyconfig.go, `decode`",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/validation.go",
        "kubernetes-sigs/descheduler#1627: `nodeFit` beside `args`",
        "kubernetes-sigs/descheduler#1882: `PodsWithoutPDB` protects every pod",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    // With several deschedulers it is unknown which one reads which policy.
    let deschedulers: Vec<&ManifestWorkload> =
        installed.running(ComponentId::Descheduler).collect();
    let version = match deschedulers[..] {
        [found] => found
            .program
            .as_deref()
            .and_then(|program| Version::parse(program.tag()?)),
        _ => None,
    };
    // Policies before 0.31 have another format.
    if version.is_some_and(|version| !version.at_least(0, 31)) {
        return;
    }
    for found in &installed.policies {
        let too_new = version
            .into_iter()
            .flat_map(|version| too_new(found, version));
        for (level, problem) in found.problems.iter().cloned().chain(too_new) {
            let message = match level {
                Severity::Error => {
                    format!("the descheduler evicts nothing with this policy: {problem}")
                }
                _ => format!("the descheduler ignores a part of this policy: {problem}"),
            };
            let keys = &found.text.keys;
            let location = keys.named_in(&problem).unwrap_or(found.text.location);
            findings.in_manifest(location, message, |diagnostic| {
                diagnostic
                    .level(level)
                    .help(help(&problem, keys.key_name_in(&problem)))
                    .no_fix("only its author knows what the policy should do")
            });
        }
    }
}

/// What to do about a problem with a key, or with the whole policy.
fn help(problem: &str, key: Option<&str>) -> String {
    match key {
        Some(key) if problem.contains("` requires ") => {
            format!("run a newer descheduler, or remove `{key}`")
        }
        Some(key) => format!("correct `{key}`, or remove it"),
        None => {
            "compare it with the policy that `spotgen render --only descheduler` writes".to_owned()
        }
    }
}

/// Keys that the running version does not support yet.
fn too_new(found: &InstalledPolicy<'_>, version: Version) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |holds: bool, what: &str, since: (u16, u16), level: Severity| {
        if holds && !version.at_least(since.0, since.1) {
            let (major, minor) = since;
            let problem = format!("`{what}` requires {major}.{minor}, but {version} is running");
            problems.push((level, problem));
        }
    };
    let policy = &found.policy;
    // An unknown key of the policy itself is only ignored.
    let total = policy.limits.total.is_some();
    add(total, "maxNoOfPodsToEvictTotal", (0, 31), Severity::Warning);
    let failback = policy.failbacks().next();
    if let Some(evictor) = failback.and_then(|failback| failback.evictor) {
        let (age, protections) = (&evictor.min_pod_age, &evictor.pod_protections);
        add(age.is_some(), "minPodAge", (0, 31), Severity::Error);
        let has_protections = protections.is_some();
        add(has_protections, "podProtections", (0, 34), Severity::Error);
    }
    problems
}
