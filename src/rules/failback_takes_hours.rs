use super::unlimited_evictions::policy_key;
use super::{Check, Findings, Rule, places};
use crate::diagnostic::{Pointer, Severity};
use crate::numbers::failback::{Failback, span};
use crate::plan::{Descheduler, Plan};
use crate::values::Limit;

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
    remedy: "Raise the limit or shorten the interval; left out, `limits.total` brings all back in about an hour.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/evictions/evictions.go: the limits are counted in each round",
        "kubernetes/autoscaler cluster-autoscaler/utils/backoff/exponential_backoff.go: doubled up to 30 minutes, dropped 3 \
            hours after the last failure",
    ],
    check: Check::Plan(check),
};

const TOLERABLE_SECONDS: i64 = 2 * 3600;

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let Some(descheduler) = &plan.descheduler else {
        return;
    };
    if let Some(key) = forbidden(descheduler) {
        let unlimited = findings.unless_brought(", or write `Unlimited`");
        findings.at(
            &limit(key),
            format!(
                "`{}: 0` lets no pod be moved: nothing comes back to Spot",
                named(findings, key)
            ),
            |diagnostic| diagnostic.help(format!("raise it{unlimited}")),
        );
        return;
    }
    let Some(failback) = Failback::of(plan, descheduler) else {
        return;
    };
    if failback.seconds <= TOLERABLE_SECONDS {
        return;
    }
    let key = match descheduler.limits.total {
        Limit::AtMost(most)
            if (failback.pods + i64::from(most) - 1) / i64::from(most) >= failback.rounds =>
        {
            "total"
        }
        _ => "perNamespace",
    };
    let message = format!(
        "failback of {} pods takes {} rounds of {}: {}",
        failback.pods,
        failback.rounds,
        descheduler.interval.as_str(),
        span(failback.seconds)
    );
    let written = limit(key);
    let pointer = match findings.document.node(&written) {
        Some(_) => written,
        None => places::spec("descheduler/interval"),
    };
    let named = named(findings, key);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.level(Severity::Warning).help(format!(
            "`{named}: {}` brings all back in about an hour",
            hourly(failback, descheduler)
        ))
    });
}

fn forbidden(descheduler: &Descheduler) -> Option<&'static str> {
    let limits = &descheduler.limits;
    [
        ("total", limits.total),
        ("perNode", limits.per_node),
        ("perNamespace", limits.per_namespace),
    ]
    .into_iter()
    .find_map(|(key, limit)| (limit == Limit::AtMost(0)).then_some(key))
}

fn limit(key: &str) -> Pointer {
    places::spec("descheduler/limits").child(key)
}

/// Pods a round so that all are back in an hour.
fn hourly(failback: Failback, descheduler: &Descheduler) -> i64 {
    let interval = i64::try_from(descheduler.interval.seconds()).unwrap_or(3600);
    let rounds = (3600 / interval.max(1)).max(1);
    (failback.pods + rounds - 1) / rounds
}

/// What a limit is called where it is.
fn named<'k>(findings: &Findings<'_>, key: &'k str) -> &'k str {
    if findings.is_brought() {
        policy_key(key)
    } else {
        key
    }
}
