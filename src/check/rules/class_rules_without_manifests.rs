use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Pointer, Severity};

/// The rule, for output that depends on no workload.
pub const ID: &str = "class-rules-without-manifests";

pub(super) const RULE: Rule = Rule {
    id: ID,
    levels: &[Severity::Error, Severity::Warning],
    summary: "`classRules` choose workloads from manifests, and no manifests were given",
    harm: "spotgen knows no workload that only `classRules` choose, unless it reads the manifests. It would then make half \
           a system: no budgets and no placeholders for these workloads, and no descheduler that brings them back to \
           Spot. Pruning with such output deletes what they need.",
    detection: "`spotgen render --format plan` lists fewer workloads than the cluster runs.",
    remedy: "Pass the manifests to `check` and to every `render`: `--from MANIFESTS`. `--format azure-cli`, `--only \
             priority-expander` and `--only termination-handler` need none: they depend on no \
             workload.\n\nWhere manifests were given and the rules match nothing in them, `check` only warns, because \
             one configuration may serve several streams, and one of them may have no workload. `render` refuses it \
             all the same.",
    sources: &["A rule of spotgen's own: what it does not know is not left out in silence."],
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let rules = pointers::spec("classRules");
    let declared = findings.document.node(&rules);
    let planned = systems.planned();
    if declared.is_none_or(|rules| rules.items().is_empty()) {
        return;
    }
    if planned.from_manifests {
        let manifests = systems.installed().map(|installed| installed.manifests);
        // What cannot be read, and is reported, may be what they match.
        let is_whole = manifests.is_none_or(|manifests| !manifests.has_unreadable);
        // What has another name each time is chosen, and only `spotgen patch` can place it.
        let matches_any = planned.plan.class_rules.iter().any(|rule| rule.matches);
        if planned.plan.workloads.is_empty() && is_whole && !matches_any {
            nothing_matches(&rules, findings);
        }
        return;
    }
    let message = "`classRules` match workloads in manifests, but no manifests were passed: no budgets or placeholders would \
                   be generated for them";
    findings.at(&rules.at_key(), message, |diagnostic| {
        diagnostic
            .help("pass the manifests: `spotgen check MANIFESTS`, `spotgen render --from MANIFESTS`; a file, a directory, a glob, or - for stdin")
            .no_fix("the manifests are an argument of the command")
    });
}

/// Manifests that hold none of the workloads are as good as none.
fn nothing_matches(rules: &Pointer, findings: &mut Findings<'_>) {
    let message = "`classRules` match no workload in the given manifests: no budgets or placeholders would be generated";
    findings.at(&rules.clone().at_key(), message, |diagnostic| {
        diagnostic
            .level(Severity::Warning)
            .help("pass the manifests of the workloads, or correct the rules: `match: {}` matches every workload")
            .no_fix("only its author knows which workloads the rules are for")
    });
}
