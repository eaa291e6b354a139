use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::manifests::{Taken, UnsupportedValue};
use crate::source::Span;
use crate::suggest::similar;
use crate::values::words::quoted;

pub(super) const RULE: Rule = Rule {
    id: "unsupported-value",
    levels: &[Severity::Error],
    summary: "the API server does not know a value of a manifest",
    harm: "The API server refuses the whole object. An earlier version of it keeps running, without what the new one says. \
           Words such as `Equal`, `NoSchedule` and `DoNotSchedule` are compared letter by letter, upper and lower case \
           included.\n\nThe rule covers the fields that decide where pods run and when they are evicted: tolerations, \
           operators of affinities, topology spread, preemption, restart and update policies, and the policies of Jobs and \
           PodDisruptionBudgets. It covers the numbers of topology spread, too: `maxSkew` and `minDomains` are at least 1, and \
           `minDomains` is only for `DoNotSchedule`.",
    detection: "`kubectl apply --dry-run=server` fails with `Unsupported value`, for numbers with `Invalid value`.",
    remedy: "Write one of the values that the error lists.",
    sources: &[
        "kubernetes/kubernetes pkg/apis/core/validation/validation.go, `ValidateTolerations`, \
         `ValidateTopologySpreadConstraints`, `ValidateMaxSkew`, `validateMinDomains`, `ValidatePreemptionPolicy`",
        "kubernetes/kubernetes pkg/apis/apps/validation/validation.go",
        "kubernetes/kubernetes pkg/apis/batch/validation/validation.go",
        "kubernetes/kubernetes pkg/apis/policy/validation/validation.go, `ValidatePodDisruptionBudgetSpec`",
    ],
    check: Check::Installed(check),
};

const HARD: &str = "a hard spread keeps the number of domains";

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let manifests = installed.manifests;
    for found in &manifests.workloads {
        let subject = format!("{} `{}`", found.kind.as_str(), found.name);
        tell(
            &subject,
            found.location,
            &found.unsupported_values,
            findings,
        );
    }
    for budget in &manifests.budgets {
        let subject = format!("PodDisruptionBudget `{}`", budget.name);
        tell(
            &subject,
            budget.location,
            &budget.unsupported_values,
            findings,
        );
    }
    for class in &manifests.priority_classes {
        let subject = format!("PriorityClass `{}`", class.name);
        tell(
            &subject,
            class.location,
            &class.unsupported_values,
            findings,
        );
    }
}

fn tell(subject: &str, object: Span, values: &[UnsupportedValue], findings: &mut Findings<'_>) {
    for value in values {
        match value.taken {
            Taken::Words(supported) => of_word(subject, object, (value, supported), findings),
            Taken::Positive => below_one(subject, value, findings),
            Taken::NothingWhereSoft => of_soft_spread(subject, object, value, findings),
        }
    }
}

fn of_word(
    subject: &str,
    object: Span,
    (value, supported): (&UnsupportedValue, &'static [&'static str]),
    findings: &mut Findings<'_>,
) {
    let UnsupportedValue { field, written, .. } = value;
    let message = format!("the API server refuses {subject}: it knows no `{field}: {written}`");
    let meant = similar(written, supported.iter().copied());
    findings.in_manifest(value.location, message, |diagnostic| match meant {
        Some(meant) => diagnostic
            .help(format!("did you mean `{meant}`?"))
            .fix(Fix::manifest(
                object,
                Edit::Set {
                    pointer: value.pointer.clone(),
                    value: meant.into(),
                },
            )),
        None => diagnostic
            .help(format!("`{field}` takes {}", quoted(supported)))
            .no_fix("only its owner knows which of the values is meant"),
    });
}

fn below_one(subject: &str, value: &UnsupportedValue, findings: &mut Findings<'_>) {
    let UnsupportedValue { field, written, .. } = value;
    let message = format!("the API server refuses {subject}: `{field}: {written}` is less than 1");
    findings.in_manifest(value.location, message, |diagnostic| {
        diagnostic
            .help(format!("set `{field}` to 1 or more"))
            .no_fix("only its owner knows which number is meant")
    });
}

fn of_soft_spread(
    subject: &str,
    object: Span,
    value: &UnsupportedValue,
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "the API server refuses {subject}: it takes `{}` only beside `whenUnsatisfiable: DoNotSchedule`",
        value.field
    );
    let pointer = value.pointer.clone();
    findings.in_manifest(value.location, message, |diagnostic| {
        diagnostic
            .help(format!(
                "remove `{}`, or set `whenUnsatisfiable: DoNotSchedule`",
                value.field
            ))
            .fix(Fix::manifest(object, Edit::Remove { pointer }))
            .choice(HARD)
    });
}
