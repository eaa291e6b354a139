use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::controller::duration;
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::limits::LimitKey;
use crate::components::descheduler::pace::{default_interval, has_hourly_round, hourly};
use crate::components::descheduler::reach;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::values::Limit;

pub(super) const RULE: Rule = Rule {
    id: "unlimited-evictions",
    levels: &[Severity::Error, Severity::Warning],
    summary: "one round of the descheduler can evict every pod that prefers Spot",
    harm: "The descheduler checks each pod on its own, against the same snapshot of the cluster. With free capacity on \
           Spot for one pod, it evicts all of them. The rest is scheduled on on-demand again, and the next round \
           repeats this. Workloads without a PodDisruptionBudget lose all their pods at once.",
    detection: "`descheduler_pods_evicted_total` jumps in one round, and most of the new pods run on on-demand again.",
    remedy: "Set `limits.total`, or remove it: by default, a round moves as many as bring the usual replicas back in an hour. \
             Before descheduler 0.31, only `perNode` and `perNamespace` exist.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/api/v1alpha2/types.go: maxNoOfPodsToEvictTotal and its siblings, unlimited \
         when unset",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go: all \
         candidates of a node are taken before the first is evicted",
        "kubernetes-sigs/descheduler#1712",
    ],
    check: Check::SystemsWithWorkloads(check),
};

/// Why there is no fix where hours are between two rounds.
const SLOW: &str = "with hours between two rounds a limit makes failback slower: the interval has to be shorter first";

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    for (version, descheduler) in systems.distinct(|system| system.descheduler.as_ref()) {
        judge(
            &systems.planned().plan,
            descheduler,
            all,
            findings.of_part(version, &pointers::spec("descheduler")),
        );
    }
}

fn judge(
    plan: &Plan,
    descheduler: &Descheduler,
    all: &[WorkloadView<'_>],
    findings: &mut Findings<'_>,
) {
    let limits = &descheduler.limits;
    let mut keys = LimitKey::ALL.into_iter();
    let is_unlimited = keys.all(|key| limits.get(key) == Limit::Unlimited);
    if !is_unlimited {
        return;
    }
    let moved = || {
        all.iter()
            .filter(|pods| pods.prefers_spot(plan) && reach::is_selected(descheduler, **pods))
    };
    let pods: i64 = moved().filter_map(|pods| pods.most()).sum();
    let bare = moved().filter(|pods| !pods.has_budget() && pods.most() > Some(1));
    let bare = bare.count();
    // Budgets still allow evictions, but not of all pods at once.
    let level = if bare > 0 {
        Severity::Error
    } else {
        Severity::Warning
    };
    let message = match bare {
        _ if pods == 0 => {
            "without an eviction limit, one descheduler round can evict every pod that has a better node, \
             even without free capacity for all of them"
                .to_owned()
        }
        0 => format!(
            "without an eviction limit, one descheduler round can evict as many of the pods that prefer Spot \
             ({pods} in total) as their budgets allow, even if Spot cannot hold them all"
        ),
        1 => format!(
            "without an eviction limit, one descheduler round can evict all {pods} pods that prefer Spot, and \
             one of their workloads has no budget"
        ),
        _ => format!(
            "without an eviction limit, one descheduler round can evict all {pods} pods that prefer Spot, and \
             {bare} of their workloads have no budget"
        ),
    };
    let key = if descheduler.version.at_least(0, 31) {
        LimitKey::Total
    } else {
        LimitKey::PerNamespace
    };
    let pointer = key.pointer();
    // With the maximum replicas of autoscalers, a round would evict more pods than Spot has free capacity for.
    let usual: i64 = moved().filter_map(|pods| pods.usual()).sum();
    // With hours between two rounds, the limit is for the interval that has to come with it.
    let is_slow = !has_hourly_round(&descheduler.interval);
    let default = duration(default_interval(descheduler.version));
    let interval = if is_slow {
        &default
    } else {
        &descheduler.interval
    };
    let hourly = hourly(usual, interval).max(1);
    let is_manifest = findings.origin(&pointer).is_manifest();
    let limit = if is_manifest {
        format!("{}: {hourly}", key.in_policy())
    } else {
        format!("limits: {{{}: {hourly}}}", key.in_config())
    };
    let (help, cure) = if is_slow {
        let help = format!(
            "set the interval to {default} and `{limit}`: together they move the usual replicas back to Spot within about an hour; with \
             a round {}, the limit alone would make failback slower",
            descheduler.rhythm()
        );
        (help, Err(SLOW))
    } else {
        let help = format!(
            "set `{limit}`: this moves the usual replicas back to Spot within about an hour"
        );
        let cure = findings.wherever(Fix::set(pointer.clone(), hourly));
        (help, cure)
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(cure)
    });
}
