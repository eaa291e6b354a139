use crate::check::context::{Systems, Version};
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use serde_json::Value as Json;

use crate::components::controller::duration;
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::failback_time::{Bound, Failback};
use crate::components::descheduler::limits::LimitKey;
use crate::components::descheduler::pace::{default_interval, has_hourly_round, hourly, seconds};
use crate::config::pointers;
use crate::diagnostic::{Fix, Pointer, Severity};
use crate::model::WorkloadView;
use crate::plan::{Plan, Workload};
use crate::values::Limit;
use crate::values::span::span;

pub(super) const RULE: Rule = Rule {
    id: "failback-takes-hours",
    levels: &[Severity::Error, Severity::Warning, Severity::Info],
    summary: "the descheduler's eviction limits make failback take hours, or prevent it",
    harm: "After a Spot outage, every pod that prefers Spot runs on on-demand. A round of the descheduler evicts no \
           more pods than its limits allow, so the cluster pays for on-demand long after Spot is available again. With \
           a limit of 0, no pod is ever moved. The rounds are not the whole delay: before the first one, the \
           autoscaler has to request Spot again. Each refusal during the outage doubles a pool's back-off, pending \
           placeholders cause one refusal after another (5, 10, 20, 30 minutes), and a success does not reset it. The \
           wait can therefore reach 30 minutes, and AKS has no key for it. Measured on a control plane of real \
           components (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): Spot was requested 23, 347 and 969 s into an \
           outage; in a longer outage, not again until 1300 s after capacity had returned; after a second outage in a \
           row, 358 s after Spot had returned instead of 74 s.",
    detection: "`descheduler_pods_evicted_total` has `result` set to the text of a limit, or rises by a few pods an \
                hour. `spotgen check --numbers` prints how long the whole failback takes.",
    remedy: "Raise the limit or shorten the interval. Without `limits.total`, the default limit returns the usual \
             replicas in about an hour. Replicas that autoscalers have added take longer: a limit sized for them \
             evicts more pods per round than Spot has free capacity for, and the rest return to on-demand. If the \
             limit is already sized for the usual replicas, as the default is, the finding is therefore only an info.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/evictions/evictions.go: the limits are counted in each round",
        "kubernetes/autoscaler cluster-autoscaler/utils/backoff/exponential_backoff.go: doubled up to 30 minutes, dropped 3 \
            hours after the last failure",
    ],
    check: Check::SystemsWithWorkloads(check),
};

const CHOICE: &str = "a higher limit may evict more pods at once than Spot has capacity for";

const TOLERABLE_SECONDS: i64 = 2 * 3600;

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.in_effect().plan;
    let mut planned: Option<Blamed> = None;
    for (version, descheduler) in systems.distinct(|system| system.descheduler.as_ref()) {
        let findings = findings.of_part(version, &pointers::spec("descheduler"));
        let blamed = judge((plan, all), descheduler, findings, planned.as_ref());
        if version == Version::Planned {
            planned = blamed;
        }
    }
}

/// What a finding is about.
struct Blamed {
    pointer: Pointer,
    setting: Setting,
    level: Severity,
}

/// A setting that is to blame.
#[derive(PartialEq)]
enum Setting {
    Interval(u64),
    Limit(Limit),
}

fn judge(
    (plan, all): (&Plan, &[WorkloadView<'_>]),
    descheduler: &Descheduler,
    findings: &mut Findings<'_>,
    planned: Option<&Blamed>,
) -> Option<Blamed> {
    // What moves nothing at all is found for that.
    if descheduler.idle.is_some() {
        return None;
    }
    if let Some(key) = descheduler.limits.forbidding() {
        let pointer = key.pointer();
        let origin = findings.origin(&pointer);
        let unlimited = origin.unless_manifest(", or set it to `Unlimited`");
        // The default total is sized for an hour, and the other limits have no default. A policy has no defaults at all.
        let cure = findings.wherever(if origin.is_manifest() {
            let moved = plan.workloads.iter().filter(|own| own.prefers_spot());
            let usual = moved.filter_map(Workload::usual_replicas).sum();
            Fix::set(pointer.clone(), hourly(usual, &descheduler.interval).max(1))
        } else {
            Fix::remove(pointer.clone())
        });
        findings.at(
            &pointer,
            format!(
                "`{}: 0` forbids every eviction: no pod ever returns to Spot",
                named(findings, key)
            ),
            |diagnostic| {
                diagnostic
                    .help(format!("raise the limit{unlimited}"))
                    .cure(cure)
                    .choice(CHOICE)
            },
        );
        return None;
    }
    let failback = Failback::of(plan, descheduler, all)?;
    if failback.seconds <= TOLERABLE_SECONDS {
        return None;
    }
    let message = format!(
        "failback of {} pods takes {}: the descheduler {} {}",
        failback.pods,
        span(failback.seconds),
        pace(failback, findings),
        descheduler.rhythm()
    );
    let WayOut {
        pointer,
        value,
        level,
        help,
    } = way_out(failback, descheduler, findings);
    // A descheduler that is planned in place of the installed one, with its settings, is found for them already.
    let setting = if pointer == failback.by.key.pointer() {
        Setting::Limit(failback.by.limit)
    } else {
        Setting::Interval(descheduler.interval.seconds())
    };
    let is_told = planned
        .is_some_and(|own| own.pointer == pointer && own.setting == setting && own.level >= level);
    if is_told {
        return None;
    }
    let cure = findings.wherever(Fix::set(pointer.clone(), value));
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(cure).choice(CHOICE)
    });
    Some(Blamed {
        pointer,
        setting,
        level,
    })
}

/// What the descheduler does in a round: `evicts at most 1 pod (limits.total)`.
fn pace(failback: Failback, findings: &Findings<'_>) -> String {
    match failback.by.limit {
        Limit::Unlimited => "runs".to_owned(),
        Limit::AtMost(limit) => {
            let s = if limit == 1 { "" } else { "s" };
            let name = named(findings, failback.by.key);
            format!("evicts at most {limit} pod{s} (`{name}: {limit}`)")
        }
    }
}

/// The setting that delays failback, the value to set there, the level of the finding, and its help.
struct WayOut {
    pointer: Pointer,
    value: Json,
    level: Severity,
    help: String,
}

/// A warning if the user declared the setting that is to blame; spotgen's own defaults are an info only.
fn way_out(failback: Failback, descheduler: &Descheduler, findings: &Findings<'_>) -> WayOut {
    let Bound {
        key, usual, most, ..
    } = failback.by;
    let name = named(findings, key);
    let pointer = key.pointer();
    let interval = pointers::spec("descheduler/interval");
    let is_declared = |pointer: &Pointer| !findings.origin(pointer).is_default();
    let wanted = hourly(usual, &descheduler.interval);
    // With hours between two rounds, only a round that moves all pods at once would do.
    let takes_hours = !has_hourly_round(&descheduler.interval) && is_declared(&interval);
    let is_low = matches!(failback.by.limit, Limit::AtMost(limit) if i64::from(limit) < wanted);
    if is_low && !takes_hours && is_declared(&pointer) {
        let help = format!(
            "set `{name}: {wanted}` to return the usual {usual} pods in about an hour; a higher limit may evict more \
             pods at once than Spot has capacity for"
        );
        return WayOut {
            pointer,
            value: wanted.into(),
            level: Severity::Warning,
            help,
        };
    }
    let default = duration(default_interval(descheduler.version));
    let rounds = match failback.by.limit {
        // The default limit follows from the interval: with a shorter one it is lower.
        Limit::AtMost(_) if key == LimitKey::Total && !is_declared(&pointer) => {
            let limit = hourly(usual, &default).max(1);
            (most + limit - 1) / limit
        }
        _ => failback.rounds,
    };
    let with_default = rounds.saturating_mul(seconds(&default));
    if with_default < failback.seconds && is_declared(&interval) {
        let help = format!(
            "set the interval to {default}, which is the default: failback then takes {}",
            span(with_default)
        );
        return WayOut {
            pointer: interval,
            value: default.to_string().into(),
            level: Severity::Warning,
            help,
        };
    }
    let all = hourly(most, &descheduler.interval);
    let help = format!(
        "set `{name}: {all}` to return {most} pods in about an hour; the current limit is sized for the usual {usual}, \
         and a higher one may evict more pods at once than Spot has capacity for"
    );
    WayOut {
        pointer,
        value: all.into(),
        level: Severity::Info,
        help,
    }
}

/// The name of a limit in the file that sets it.
fn named(findings: &Findings<'_>, key: LimitKey) -> &'static str {
    if findings.origin(&key.pointer()).is_manifest() {
        key.in_policy()
    } else {
        key.in_config()
    }
}
