use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::priority_expander::{Refused, Why, refused, running};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::manifests::ManifestWorkload;

pub(super) const RULE: Rule = Rule {
    id: "refused-autoscaler-flag",
    levels: &[Severity::Error],
    summary: "the cluster autoscaler does not start with one of its flags",
    harm: "The program stops at a flag that it does not know, and at a value that it cannot read: an \
           expander that does not exist, a duration without a unit. Its pod crashes again and again, and no pool is scaled \
           any more. A rollout keeps the old pod running, so it is noticed only once that is gone.",
    detection: "The pod is in `CrashLoopBackOff`, and its log ends with `unknown flag`, `invalid argument` or `not supported`.",
    remedy: "Write a value that the flag takes. Only known values are judged, of the flags by which the autoscaler scales.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go",
        "kubernetes/autoscaler cluster-autoscaler/expander/factory/expander_factory.go, `Build`",
        "kubernetes/autoscaler#4233: lists of expanders, from 1.23 on; kubernetes/autoscaler#2469 and #2578: `priority`, from \
         1.14 on",
        "spf13/pflag flag.go, `parseLongArg`; golang/go src/time/format.go, `ParseDuration`",
    ],
    check: Check::Installed(check),
};

const CHOICE: &str = "another value may be meant";

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for (found, program) in running(installed) {
        for flag in refused(program) {
            report(found, &flag, findings);
        }
    }
}

fn report(found: &ManifestWorkload, flag: &Refused, findings: &mut Findings<'_>) {
    let name = &flag.name;
    let program = found.program.as_deref();
    let location = program.and_then(|program| program.location(name));
    let location = location.unwrap_or(found.locations.name);
    let problem = match (&flag.why, &flag.value) {
        (Why::Unknown { .. }, _) => format!("there is no flag `--{name}`"),
        (Why::Value { .. }, Some(value)) => format!("`--{name}` does not take `{value}`"),
        (Why::Value { .. }, None) => format!("`--{name}` needs a value"),
    };
    let message = format!(
        "cluster autoscaler `{}` does not start: {problem}",
        found.name
    );
    findings.in_manifest(location, message, |diagnostic| match &flag.why {
        Why::Unknown { meant } => diagnostic
            .help(format!("did you mean `--{meant}`?"))
            .no_fix("the flag may have been meant for another release or program"),
        Why::Value {
            meant: Some(meant), ..
        } => diagnostic
            .help(help(flag, meant))
            .cure(set(found, name, meant))
            .choice(CHOICE),
        Why::Value { wanted, .. } => diagnostic
            .help(format!("write {wanted}"))
            .no_fix("only the owner knows which value is meant"),
    });
}

fn help(flag: &Refused, meant: &str) -> String {
    match (&flag.why, &flag.value) {
        // Right in itself, and only too new.
        (Why::Value { wanted, .. }, Some(value)) if value.contains(meant) => {
            format!("write {wanted}")
        }
        _ => format!("did you mean `{meant}`?"),
    }
}

fn set(found: &ManifestWorkload, name: &str, value: &str) -> Result<Fix, &'static str> {
    let place = found.argument_place(name);
    let place = place.ok_or("a script starts the autoscaler, or the value comes from elsewhere")?;
    let edit = Edit::Set {
        pointer: place.pointer,
        value: format!("{}{value}", place.before).into(),
    };
    Ok(Fix::manifest(place.object.unwrap_or(found.location), edit))
}
