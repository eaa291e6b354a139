use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::controller::duration;
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::pace::has_hourly_round;
use crate::config::pointers;
use crate::defaults;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;
use crate::values::span::span;

pub(super) const RULE: Rule = Rule {
    id: "no-rest-between-moves",
    levels: &[Severity::Warning],
    summary: "the descheduler can evict a pod again in the round after it was moved",
    harm: "A pod that found no capacity on Spot is evicted again as soon as the next round starts. Nodes that are \
           still starting get no time to become ready, and the workload keeps restarting.",
    detection: "Pods that prefer Spot are never older than the descheduler's interval.",
    remedy: "Set `minPodAge` to more than the interval and to at least the autoscaler's `max-node-provision-time`, or \
             remove it where rounds are 10 minutes apart or less: the default is 10 minutes.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/constraints.go: minPodAge goes by the \
         pod's start time",
        "kubernetes-sigs/descheduler#1475: a guard against scheduling and descheduling in a loop",
    ],
    check: Check::Descheduler(check),
};

fn check(_: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    if descheduler.idle.is_some() {
        return;
    }
    // The setting does not exist before 0.31.
    if !descheduler.version.at_least(0, 31) {
        return;
    }
    let age = descheduler.evictor.min_pod_age.as_ref();
    // Of a schedule with gaps, the shortest: there a pod is evicted again the soonest.
    let gap = descheduler.shortest_gap();
    if age.is_some_and(|age| age.seconds() >= gap) {
        return;
    }
    let spoken = span(i64::try_from(gap).unwrap_or(i64::MAX));
    let message = match age {
        Some(age) if descheduler.schedule.is_some() => format!(
            "`minPodAge: {age}` is shorter than the {spoken} between two rounds: a pod that was just moved can be evicted \
             again in the next round"
        ),
        Some(age) => format!(
            "`minPodAge: {age}` is shorter than `interval: {}`: a pod that was just moved can be evicted again in the next \
             round",
            descheduler.interval
        ),
        None => format!(
            "there is no `minPodAge`: a pod that was just moved can be evicted again in the next round, {spoken} later"
        ),
    };
    let pointer = pointers::spec("descheduler/evictor/minPodAge");
    let is_default_enough = duration(defaults::MIN_POD_AGE).seconds() >= gap;
    let or = if is_default_enough {
        let or = ", or remove it: the default is 10m";
        findings.origin(&pointer).unless_manifest(or)
    } else {
        ""
    };
    let (help, cure) = if has_hourly_round(&descheduler.interval) {
        let age = rest(gap);
        let help = format!("set `minPodAge: {age}`{or}");
        let fix = Fix::set(pointer.clone(), age);
        (help, findings.wherever(fix))
    } else {
        // Pods that Spot has lost are new, too: for so long, none of them would return.
        let interval = defaults::DESCHEDULER_INTERVAL;
        let age = defaults::MIN_POD_AGE;
        let help = format!(
            "set the interval to {interval} and `minPodAge: {age}`, which are the defaults: with a round {}, a rest of two \
             rounds would make failback slower",
            descheduler.rhythm()
        );
        (help, Err(SLOW))
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.help(help).cure(cure)
    });
}

/// Why there is no fix where hours are between two rounds.
const SLOW: &str = "with hours between two rounds a rest makes failback slower: the interval has to be shorter first";

/// The length of two rounds, and at least the default.
fn rest(gap: u64) -> String {
    let default = duration(defaults::MIN_POD_AGE).seconds();
    let seconds = gap.saturating_mul(2).max(default);
    if seconds.is_multiple_of(60) {
        format!("{}m", seconds / 60)
    } else {
        format!("{seconds}s")
    }
}
