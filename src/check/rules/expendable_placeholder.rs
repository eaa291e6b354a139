use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::placeholders;
use crate::check::rule::{Check, Rule};
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::EXPENDABLE_CUTOFF;
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: "expendable-placeholder",
    levels: &[Severity::Error],
    summary: "placeholders have a priority that the autoscaler ignores",
    harm: "The autoscaler ignores pods with a priority below -10: a pending placeholder triggers no scale-up, and a \
           running one does not keep its node. There is no headroom, and nothing scales Spot up from 0. `--expendable-pods-priority-cutoff` \
           sets another limit, but not on AKS.",
    detection: "Placeholders stay Pending without any event from the autoscaler.",
    remedy: "Use a value from -10 to -1. The value of a PriorityClass is immutable: give the class another name.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/core/utils/expendable.go and \
         `--expendable-pods-priority-cutoff`",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: no scale-up for a priority \
         below -10",
    ],
    check: Check::Systems(check),
};

const CUTOFF: &str = "expendable-pods-priority-cutoff";

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let cutoff = systems.in_effect().plan.autoscaler.expendable_cutoff();
    for (version, at, placeholder) in systems.placeholders() {
        let raised = (cutoff > EXPENDABLE_CUTOFF).then(|| lowered(systems, findings));
        let findings = findings.of_part(version, &pointers::placeholder(at));
        judge(cutoff, raised, (at, placeholder), findings);
    }
}

/// Where the limit is set to more than its default, and what sets it to that.
type Raised = (Span, Result<Fix, &'static str>);

fn lowered(systems: Systems<'_>, findings: &mut Findings<'_>) -> Raised {
    let findings = findings.of(systems.version_in_effect());
    let setting = pointers::autoscaler_setting(CUTOFF);
    let location = findings.locate(&setting);
    let fix = Fix::set(setting, EXPENDABLE_CUTOFF.to_string());
    (location, findings.wherever(fix))
}

fn judge(
    cutoff: i32,
    raised: Option<Raised>,
    (at, placeholder): (usize, &Placeholder),
    findings: &mut Findings<'_>,
) {
    let class = &placeholder.priority_class;
    if class.value >= cutoff {
        return;
    }
    let message = format!(
        "placeholders `{}` have the priority {} and trigger no scale-up: the autoscaler ignores pods below \
         {cutoff}",
        placeholder.name, class.value
    );
    let pointer = placeholders::priority(findings, at);
    let is_declared = findings.document.node(&pointer).is_some()
        && !findings.origin(&pointers::placeholder(at)).is_manifest();
    findings.at(&pointer, message, |diagnostic| {
        if let Some((location, fix)) = raised.filter(|_| class.value >= EXPENDABLE_CUTOFF) {
            return diagnostic
                .related(location, "this is the limit")
                .help(format!("set `{CUTOFF}` to {EXPENDABLE_CUTOFF}, which is the default"))
                .cure(fix);
        }
        let diagnostic = diagnostic.help(format!(
            "set `value` between {cutoff} and -1, and rename the class: the value of a PriorityClass is immutable"
        ));
        if !is_declared {
            return diagnostic.no_fix(
                "the class is defined in a manifest, and a new class needs a manifest of its own",
            );
        }
        diagnostic.fix(class_at(cutoff.min(-1), &pointer, &class.name))
    });
}

/// The lowest value that the autoscaler considers: pods that outrank these placeholders still do.
fn class_at(cutoff: i32, value: &Pointer, name: &str) -> Fix {
    let set = |pointer, value| Edit::Set { pointer, value };
    // `headroom-10` for -10.
    let other_name = format!("{name}{cutoff}");
    Fix::Config(vec![
        set(value.parent().child("name"), other_name.into()),
        set(value.clone(), cutoff.into()),
    ])
}
