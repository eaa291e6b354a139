use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::InstalledPolicy;
use crate::components::descheduler::policy::Fault;
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::values::Version;

pub(super) const RULE: Rule = Rule {
    id: "broken-descheduler-policy",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the descheduler rejects its policy or ignores a part of it",
    harm: "The descheduler silently ignores unknown keys of the policy itself. An unknown key in the arguments of a \
           plugin invalidates the whole policy: the descheduler exits, or runs its rounds and evicts nothing. So does \
           a plugin that does not exist, that has no entry in `pluginConfig`, or that is enabled under the wrong \
           extension point. `nodeFit` next to `args` instead of inside it has no effect. Policies of the version \
           `descheduler/v1alpha1` are refused since 0.31. Where the image is not one of a release, a plugin that is not \
           built in is a warning: its owner may have compiled it in.",
    detection: "The descheduler's log ends with `failed decoding descheduler's policy config` or \
                `non-existing plugins`, or shows rounds without evictions.",
    remedy: "Put the arguments of a plugin under its `args`, and use the keys of the version that you run. Or let \
             spotgen generate the policy: in `spec.descheduler` it accepts only what the descheduler accepts.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/policyconfig.go, `decode`",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/profile/profile.go, `NewProfile`: plugins that do not exist",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/*/validation.go and types.go",
        "kubernetes-sigs/descheduler#1627: `nodeFit` beside `args`",
        "kubernetes-sigs/descheduler#1882: `PodsWithoutPDB` protects every pod",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for found in &installed.policies {
        let reader = installed.reader(found);
        let program = reader.and_then(|reader| reader.program.as_deref());
        let version = program.and_then(|program| Version::parse(program.tag()?));
        // What 0.31 removed is what older ones read.
        if installed.is_of_an_old_release(found) {
            not_read(found, findings);
            continue;
        }
        for fault in &found.faults {
            judge(found, fault, &fault.text, findings);
        }
        for (fault, (major, minor)) in found.new.iter().filter_map(|new| Some((new, new.since?))) {
            if let Some(version) = version.filter(|version| !version.at_least(major, minor)) {
                let text = format!(
                    "{} requires {major}.{minor}, but {version} is running",
                    fault.text
                );
                judge(found, fault, &text, findings);
            }
        }
    }
}

fn judge(found: &InstalledPolicy<'_>, fault: &Fault, text: &str, findings: &mut Findings<'_>) {
    let message = match fault.level {
        Severity::Warning if fault.name.is_some() => {
            format!("{text} in the descheduler itself: its image must have the plugin compiled in")
        }
        Severity::Error => format!("the descheduler evicts nothing with this policy: {text}"),
        _ => format!("the descheduler ignores a part of this policy: {text}"),
    };
    findings.in_manifest(found.locate(fault), message, |diagnostic| {
        diagnostic
            .level(fault.level)
            .help(help(fault))
            .no_fix("only its author knows what the policy should do")
    });
}

/// What to do about a fault of a key, or of the whole policy.
fn help(fault: &Fault) -> String {
    match &fault.key {
        Some(key) if fault.since.is_some() => {
            format!("run a newer descheduler, or remove `{key}`")
        }
        Some(key) => format!("correct `{key}`, or remove it"),
        None if fault.name.is_some() && fault.level == Severity::Warning => {
            "make sure that the image has the plugin, or remove it from the policy".to_owned()
        }
        None if fault.name.is_some() => {
            "write the name of the plugin as the descheduler has it".to_owned()
        }
        None => {
            "compare it with the policy that `spotgen render --only descheduler` writes".to_owned()
        }
    }
}

/// A policy of the format that only old releases read: nobody has judged it.
fn not_read(found: &InstalledPolicy<'_>, findings: &mut Findings<'_>) {
    let message = "this policy is not checked: its format, `descheduler/v1alpha1`, is the one that descheduler 0.31 removed";
    let location = found.top("apiVersion").unwrap_or(found.text.location);
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .level(Severity::Warning)
            .help("write it in the format `descheduler/v1alpha2`, which every release since 0.27 reads")
            .no_fix("the former format has strategies in place of profiles, and each has to be carried over")
    });
}
