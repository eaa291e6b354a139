use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;
use crate::values::span::span;

pub(super) const RULE: Rule = Rule {
    id: "scale-down-beats-failback",
    levels: &[Severity::Warning],
    summary: "the autoscaler removes a new Spot node before the descheduler moves pods onto it",
    harm: "A returning Spot node holds only placeholders, or nothing, until the descheduler's next round. The \
           autoscaler removes a node that was not needed for `scale-down-unneeded-time`, once \
           `scale-down-delay-after-add` is over. If that happens before the next round, failback finds no free \
           capacity.",
    detection: "The autoscaler adds Spot nodes and removes them again, and no pod is moved.",
    remedy: "Make rounds more frequent than node removals: shorten `descheduler.interval`, or raise \
             `scale-down-unneeded-time`.",
    sources: &[
        "https://learn.microsoft.com/azure/aks/cluster-autoscaler: scale-down-unneeded-time 10m, scale-down-delay-after-add \
         10m",
        "A conclusion from these and the descheduler's interval; not measured in a cluster.",
    ],
    check: Check::Systems(check),
};

const CHOICE: &str = "the interval and the time until a node is removed can both be changed";

const UNNEEDED: &str = "scale-down-unneeded-time";
const AFTER_ADD: &str = "scale-down-delay-after-add";
/// The default of both settings.
const DEFAULT_SECONDS: u64 = 600;

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let plan = &systems.in_effect().plan;
    let in_effect = systems.in_effect().descheduler.as_ref();
    for (version, descheduler) in systems.distinct(|system| system.descheduler.as_ref()) {
        // The autoscaler can be that of manifests where the descheduler is as it is planned.
        let version = if in_effect == Some(descheduler) {
            systems.version_in_effect()
        } else {
            version
        };
        judge(
            plan,
            descheduler,
            findings.of_part(version, &pointers::spec("descheduler")),
        );
    }
}

fn judge(plan: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    let seconds = |key: &str| plan.autoscaler.seconds(key).unwrap_or(DEFAULT_SECONDS);
    let settings = [UNNEEDED, AFTER_ADD];
    if settings.iter().any(|key| plan.autoscaler.is_unknown(key)) {
        return;
    }
    let kept = seconds(UNNEEDED).max(seconds(AFTER_ADD));
    let interval = &descheduler.interval;
    if kept >= interval.seconds() {
        return;
    }
    let message = format!(
        "the autoscaler can remove a new Spot node after {}, but the descheduler moves pods only {}",
        span(i64::try_from(kept).unwrap_or(i64::MAX)),
        descheduler.rhythm()
    );
    let written = pointers::spec("descheduler/interval");
    let pointer = match findings.document.node(&written) {
        Some(_) => written.clone(),
        None if findings.origin(&written).is_manifest() => written.clone(),
        None => pointers::autoscaler_setting(UNNEEDED),
    };
    let is_in_manifest = findings.origin(&written).is_manifest();
    let is_shortened = kept >= 60 && !is_in_manifest;
    let help = if is_in_manifest {
        "let the descheduler run more often than `scale-down-unneeded-time`: `--descheduling-interval`, or the schedule \
         of its CronJob"
    } else {
        "set `descheduler.interval` lower than `scale-down-unneeded-time`"
    };
    let longer = minutes(interval.seconds().div_ceil(60));
    let longer = Fix::set(pointers::autoscaler_setting(UNNEEDED), longer);
    let longer = findings.wherever(longer);
    let is_known = plan.autoscaler.has_setting(UNNEEDED);
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic.help(help);
        if is_shortened {
            diagnostic
                .fix(Fix::set(written.clone(), minutes(kept / 60)))
                .choice(CHOICE)
        } else if is_known {
            diagnostic.cure(longer).choice(CHOICE)
        } else {
            diagnostic.no_fix("both settings are flags of programs that spotgen does not deploy")
        }
    });
}

fn minutes(minutes: u64) -> String {
    format!("{minutes}m")
}
