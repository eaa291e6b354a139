use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Pointer, Severity};
use crate::manifests::workload_kind;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "unused-class-rule",
    levels: &[Severity::Warning, Severity::Info],
    summary: "a class rule gives no workload its class",
    harm: "A rule with a misspelled name, label or namespace matches nothing, and the workloads that it is for get the class of \
           a later rule, or none: no budget, no placement, no failback.",
    detection: "`spotgen render --format plan --from MANIFESTS` names the class of each workload.",
    remedy: "Correct the `match` of the rule, move it before the rules that take its workloads, or remove it.\n\nThe \
             finding is a warning if an earlier rule matches every workload, so that no manifest can change it. \
             Otherwise it is an info: one configuration may serve several streams of manifests, and a rule that matches \
             nothing in one of them may match in another.",
    sources: &["A rule of spotgen's own: the first rule that matches counts."],
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let list = pointers::spec("classRules");
    let plan = &systems.planned().plan;
    let document = findings.document;
    let rules = document.node(&list).map_or(&[][..], Node::items);
    // Of rules that match nothing together, another rule says so.
    let is_known = systems.planned().from_manifests && !plan.workloads.is_empty();
    let mut takes_all = None;
    for (at, (rule, used)) in rules.iter().zip(&plan.class_rules).enumerate() {
        let pointer = list.child(at).child("match");
        if let Some(earlier) = takes_all {
            never_first(&pointer, earlier, findings);
        } else if is_known && !used.chooses && is_of_known_kinds(rule) {
            without_workload(&pointer, used.matches, findings);
        }
        if takes_all.is_none() && matches_all(rule) {
            takes_all = Some(at);
        }
    }
}

fn matches_all(rule: &Node<'_>) -> bool {
    let conditions = rule.get("match").map_or(&[][..], Node::entries);
    conditions
        .iter()
        .all(|condition| condition.value.items().is_empty() && condition.value.entries().is_empty())
}

/// Manifests are searched for workloads of the built-in kinds only.
fn is_of_known_kinds(rule: &Node<'_>) -> bool {
    let kinds = rule.at(&["match", "kinds"]).map_or(&[][..], Node::items);
    kinds.is_empty()
        || kinds
            .iter()
            .filter_map(Node::as_str)
            .any(|kind| workload_kind(kind, None).is_some())
}

fn never_first(pointer: &Pointer, earlier: usize, findings: &mut Findings<'_>) {
    let message = format!(
        "this class rule is never used: rule {} before it matches every workload",
        earlier + 1
    );
    findings.at(pointer, message, |diagnostic| {
        diagnostic
            .help("move it before that rule: the first rule that matches counts")
            .no_fix("only its author knows which of the two is meant")
    });
}

fn without_workload(pointer: &Pointer, matches: bool, findings: &mut Findings<'_>) {
    let (message, help) = if matches {
        (
            "this class rule gives no workload its class: earlier rules or annotations choose for all that it matches",
            "move it before those rules, or remove it: the first rule that matches counts",
        )
    } else {
        (
            "this class rule matches no workload in the given manifests",
            "correct it, unless it is for other manifests: names and namespaces are globs, labels are those of the workload itself",
        )
    };
    findings.at(pointer, message, |diagnostic| {
        diagnostic
            .level(Severity::Info)
            .help(help)
            .no_fix("only its author knows which workloads it is for")
    });
}
