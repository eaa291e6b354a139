use crate::check::findings::Findings;
use crate::check::fixes::placeholders;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::EXPENDABLE_CUTOFF;

pub(super) const RULE: Rule = Rule {
    id: "expendable-placeholder",
    levels: &[Severity::Error],
    summary: "placeholders have a priority that the autoscaler ignores",
    harm: "The autoscaler ignores pods with a priority below -10: a pending placeholder triggers no scale-up, and a \
           running one does not keep its node. There is no headroom, and nothing scales Spot up from 0. On AKS this \
           limit cannot be changed.",
    detection: "Placeholders stay Pending without any event from the autoscaler.",
    remedy: "Use a value from -10 to -1. The value of a PriorityClass is immutable: give the class another name.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/core/utils/expendable.go and \
         `--expendable-pods-priority-cutoff`",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: no scale-up for a priority \
         below -10",
    ],
    check: Check::Placeholder(check),
};

fn check(_: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let class = &placeholder.priority_class;
    if class.value >= EXPENDABLE_CUTOFF {
        return;
    }
    let message = format!(
        "placeholders `{}` have the priority {} and trigger no scale-up: the autoscaler ignores pods below \
         {EXPENDABLE_CUTOFF}",
        placeholder.name, class.value
    );
    let pointer = placeholders::priority(findings, at);
    let is_declared = findings.document.node(&pointer).is_some()
        && !findings.origin(&pointers::placeholder(at)).is_manifest();
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic.help(
            "set `value` between -10 and -1, and rename the class: the value of a PriorityClass is immutable",
        );
        if !is_declared {
            return diagnostic.no_fix(
                "the class is defined in a manifest, and a new class needs a manifest of its own",
            );
        }
        diagnostic.fix(class_at_cutoff(&pointer, &class.name))
    });
}

/// The lowest value that the autoscaler considers: pods that outrank these placeholders still do.
fn class_at_cutoff(value: &Pointer, name: &str) -> Fix {
    let set = |pointer, value| Edit::Set { pointer, value };
    // `headroom-10` for -10.
    let other_name = format!("{name}{EXPENDABLE_CUTOFF}");
    Fix::Config(vec![
        set(value.parent().child("name"), other_name.into()),
        set(value.clone(), EXPENDABLE_CUTOFF.into()),
    ])
}
