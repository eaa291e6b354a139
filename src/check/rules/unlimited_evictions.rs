use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::limits::LimitKey;
use crate::defaults;
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Workload;
use crate::values::Limit;

pub(super) const RULE: Rule = Rule {
    id: "unlimited-evictions",
    level: Severity::Error,
    summary: "one round of the descheduler can evict every pod that prefers Spot",
    harm: "Whether a pod has room on Spot is asked of each pod by itself, against the same picture of the cluster: with room \
           for one, all of them are evicted. The rest goes back to on-demand, and the next round does the same. Workloads \
           without a budget lose all their pods at once.",
    detection: "`descheduler_pods_evicted_total` rises by many in one round, and most of the new pods are on on-demand again.",
    remedy: "Set `limits.total`, or leave it out: by default a twelfth of the usual replicas is moved in a round. Before descheduler \
             0.31 there is `perNode` and `perNamespace` only.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/api/v1alpha2/types.go: maxNoOfPodsToEvictTotal and its siblings, unlimited \
         when unset",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go: all \
         candidates of a node are taken before the first is evicted",
        "kubernetes-sigs/descheduler#1712",
    ],
    check: Check::SystemsWithWorkloads(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    for (version, descheduler) in systems.distinct(|system| system.descheduler.as_ref()) {
        judge(descheduler, all, findings.of(version));
    }
}

fn judge(descheduler: &Descheduler, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let limits = &descheduler.limits;
    let mut keys = LimitKey::ALL.into_iter();
    let is_unlimited = keys.all(|key| limits.get(key) == Limit::Unlimited);
    if !is_unlimited {
        return;
    }
    let moved = || {
        all.iter()
            .filter(|pods| pods.planned.is_some_and(Workload::prefers_spot))
    };
    let pods: i64 = moved().filter_map(|pods| pods.most()).sum();
    let bare = moved().filter(|pods| !pods.has_budget() && pods.most() > Some(1));
    let bare = bare.count();
    // Budgets still let pods go, though not all at once.
    let level = if bare > 0 {
        Severity::Error
    } else {
        Severity::Warning
    };
    let message = match bare {
        _ if pods == 0 => "one round can evict every pod that has a better node, whether or not there is room for all".to_owned(),
        0 => format!(
            "one round can evict as many of {pods} pods as their budgets allow, whether or not Spot has room for all"
        ),
        1 => format!("one round can evict all {pods} pods, and a workload of them has no budget"),
        _ => format!(
            "one round can evict all {pods} pods, and {bare} workloads of them have no budget"
        ),
    };
    let key = if descheduler.version.at_least(0, 31) {
        LimitKey::Total
    } else {
        LimitKey::PerNamespace
    };
    let pointer = key.pointer();
    // By the most that autoscalers make, a round would evict more than it finds room for.
    let usual = moved().filter_map(|pods| pods.planned?.usual_replicas());
    let rounds = defaults::ROUNDS_TO_FAIL_BACK;
    let hourly = ((usual.sum::<i64>() + rounds - 1) / rounds).max(1);
    let is_manifest = findings.origin(&pointer).is_manifest();
    let limit = if is_manifest {
        format!("{}: {hourly}", key.in_policy())
    } else {
        format!("limits: {{{}: {hourly}}}", key.in_config())
    };
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic.level(level).help(format!(
            "limit a round: `{limit}` brings the usual replicas back in about an hour"
        ));
        if is_manifest {
            diagnostic.no_fix("the policy is a text inside a ConfigMap")
        } else {
            diagnostic.fix(Fix::set(pointer.clone(), hourly))
        }
    });
}
