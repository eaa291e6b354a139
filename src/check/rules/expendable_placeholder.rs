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
    level: Severity::Error,
    summary: "placeholders are below what the autoscaler looks at",
    harm: "The autoscaler ignores pods with a priority below -10: a pending placeholder brings no node, and a \
           running one keeps none. Nothing holds room, and nothing wakes Spot from 0. On AKS the limit cannot be \
           moved.",
    detection: "Placeholders stay Pending without any event of the autoscaler.",
    remedy: "Use a value from -10 to -1. The value of a priority class cannot be changed: give the class another \
             name.",
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
        "placeholders `{}` have the priority {}: the autoscaler ignores pods below {EXPENDABLE_CUTOFF}",
        placeholder.name, class.value
    );
    let pointer = placeholders::priority(findings, at);
    let is_declared = findings.document.node(&pointer).is_some()
        && !findings.origin(&pointers::placeholder(at)).is_manifest();
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic.help(
            "use -10 to -1, and another name for the class: the value of a class cannot be changed",
        );
        if !is_declared {
            return diagnostic.no_fix(
                "the class is one of a manifest, and a new one needs a manifest of its own",
            );
        }
        diagnostic.fix(class_at_cutoff(&pointer, &class.name))
    });
}

/// The lowest value that the autoscaler looks at: what was above these placeholders stays above them.
fn class_at_cutoff(value: &Pointer, name: &str) -> Fix {
    let set = |pointer, value| Edit::Set { pointer, value };
    // `headroom-10` for -10.
    let other_name = format!("{name}{EXPENDABLE_CUTOFF}");
    Fix::Config(vec![
        set(value.parent().child("name"), other_name.into()),
        set(value.clone(), EXPENDABLE_CUTOFF.into()),
    ])
}
