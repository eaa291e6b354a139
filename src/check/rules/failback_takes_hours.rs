use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use serde_json::Value as Json;

use crate::check::fixes::unreachable;
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::failback_time::{Bound, Failback, span};
use crate::components::descheduler::limits::LimitKey;
use crate::config::pointers;
use crate::defaults;
use crate::diagnostic::{Fix, Pointer, Severity};
use crate::plan::Plan;
use crate::values::{Duration, Limit};

pub(super) const RULE: Rule = Rule {
    id: "failback-takes-hours",
    level: Severity::Error,
    summary: "the limits of a round make failback take hours, or stop it",
    harm: "After Spot has been away, every pod that prefers it is on on-demand. A round moves no more than its limits allow, \
           so the cluster pays for on-demand long after Spot is back. With a limit of 0 nothing is ever moved. The rounds are not \
           all: before the first, the autoscaler must ask for Spot again. Each refusal while Spot is away doubles a pool's \
           back-off, pending placeholders bring one after the other (5, 10, 20, 30 minutes), and a success does not clear it, \
           so that may take up to 30 minutes; AKS has no key for it. Seen on a control plane of real components (Kubernetes \
           1.36.3, cluster-autoscaler 1.36.1): asked 23, 347 and 969 s into an outage, and in a longer one not again until \
           1300 s after capacity was back; after a second outage in a row 358 s after Spot was back, instead of 74 s.",
    detection: "`descheduler_pods_evicted_total` with `result` set to the text of a limit, or rising by a few pods an hour. \
                `spotgen check --numbers` prints how long all of it takes.",
    remedy: "Raise the limit or shorten the interval; left out, `limits.total` brings the usual replicas back in about an hour. \
             What autoscalers have added takes longer: a limit made for that evicts more at once than a round finds room for \
             on Spot, and the rest goes back to on-demand. So this is only worth knowing where the limit is the default.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/evictions/evictions.go: the limits are counted in each round",
        "kubernetes/autoscaler cluster-autoscaler/utils/backoff/exponential_backoff.go: doubled up to 30 minutes, dropped 3 \
            hours after the last failure",
    ],
    check: Check::Descheduler(check),
};

const TOLERABLE_SECONDS: i64 = 2 * 3600;

fn check(plan: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    if let Some(key) = descheduler.limits.forbidding() {
        let pointer = key.pointer();
        let origin = findings.origin(&pointer);
        let unlimited = origin.unless_manifest(", or write `Unlimited`");
        findings.at(
            &pointer,
            format!(
                "`{}: 0` lets no pod be moved: nothing comes back to Spot",
                named(findings, key)
            ),
            |diagnostic| {
                let diagnostic = diagnostic.help(format!("raise it{unlimited}"));
                if origin.is_manifest() {
                    return diagnostic.no_fix(unreachable::IN_CONFIG_MAP);
                }
                // The default of the total is made for an hour, and the others have none.
                diagnostic.fix(Fix::remove(pointer.clone()))
            },
        );
        return;
    }
    let Some(failback) = Failback::of(plan, descheduler) else {
        return;
    };
    if failback.seconds <= TOLERABLE_SECONDS {
        return;
    }
    let message = format!(
        "failback of {} pods takes {} rounds of {}: {}",
        failback.pods,
        failback.rounds,
        descheduler.interval.as_str(),
        span(failback.seconds)
    );
    let WayOut {
        pointer,
        value,
        level,
        help,
    } = way_out(failback, descheduler, findings);
    let is_manifest = findings.origin(&pointer).is_manifest();
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic.level(level).help(help);
        if is_manifest {
            return diagnostic.no_fix(unreachable::IN_CONFIG_MAP);
        }
        diagnostic.fix(Fix::set(pointer.clone(), value))
    });
}

/// Where it hangs, what to write there, how bad it is, and how that is said.
struct WayOut {
    pointer: Pointer,
    value: Json,
    level: Severity,
    help: String,
}

/// What we have decided ourselves is not held against anybody.
fn way_out(failback: Failback, descheduler: &Descheduler, findings: &Findings<'_>) -> WayOut {
    let Bound {
        key, usual, most, ..
    } = failback.by;
    let name = named(findings, key);
    let pointer = key.pointer();
    let interval = pointers::spec("descheduler/interval");
    let is_declared = |pointer: &Pointer| !findings.origin(pointer).is_default();
    let wanted = hourly(usual, descheduler);
    let is_low = matches!(failback.by.limit, Limit::AtMost(limit) if i64::from(limit) < wanted);
    if is_low && is_declared(&pointer) {
        let help = format!(
            "`{name}: {wanted}` brings the usual {usual} back in about an hour; a higher limit evicts more at once than Spot \
             may have room for"
        );
        return WayOut {
            pointer,
            value: wanted.into(),
            level: Severity::Warning,
            help,
        };
    }
    let default = Duration::parse(defaults::DESCHEDULER_INTERVAL);
    let default = default.map_or(0, |default| seconds(&default));
    if seconds(&descheduler.interval) > default && is_declared(&interval) {
        let help = format!(
            "with an interval of {}, the default, it takes {}",
            defaults::DESCHEDULER_INTERVAL,
            span(failback.rounds.saturating_mul(default))
        );
        return WayOut {
            pointer: interval,
            value: defaults::DESCHEDULER_INTERVAL.into(),
            level: Severity::Warning,
            help,
        };
    }
    let all = hourly(most, descheduler);
    let help = format!(
        "the limit is made for the {usual} pods that there usually are; `{name}: {all}` brings {most} back in about an hour, and \
         evicts more at once than Spot may have room for"
    );
    WayOut {
        pointer,
        value: all.into(),
        level: Severity::Info,
        help,
    }
}

/// Pods a round so that so many are back in an hour.
fn hourly(pods: i64, descheduler: &Descheduler) -> i64 {
    let rounds = (3600 / seconds(&descheduler.interval).max(1)).max(1);
    (pods + rounds - 1) / rounds
}

fn seconds(duration: &Duration) -> i64 {
    i64::try_from(duration.seconds()).unwrap_or(i64::MAX)
}

/// What a limit is called where it is.
fn named(findings: &Findings<'_>, key: LimitKey) -> &'static str {
    if findings.origin(&key.pointer()).is_manifest() {
        key.in_policy()
    } else {
        key.in_config()
    }
}
