use crate::check::findings::Findings;
use crate::check::fixes::open_taints;
use crate::check::rule::{Check, Rule};
use crate::config::Mode;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::kubernetes::Taint;
use crate::model::capacity;
use crate::plan::{NodePool, Plan};
use crate::values::shell::word;

pub(super) const RULE: Rule = Rule {
    id: "untainted-system-pool",
    levels: &[Severity::Warning, Severity::Info],
    summary: "pods that fail over can land on the System pool, beside the cluster's own pods",
    harm: "AKS creates System pools without a taint, so any pod can run there. On-demand pools for workloads have a \
           `PreferNoSchedule` taint, so the scheduler prefers a System node. When Spot is lost, pods go to the System \
           pool first, and to the on-demand pool and its placeholders only once the System pool is full. On the System \
           pool, they share nodes with CoreDNS and the metrics server. Observed on a control plane of real components \
           (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): all three pods landed there, in a cold start and when all \
           Spot was lost. Failback still worked. If an on-demand pool for workloads has no such taint either, pods go \
           to both, and the finding is only an info.",
    detection: "`kubectl get pods -A -o wide` shows workload pods on nodes that `kubectl get nodes -l \
                kubernetes.azure.com/mode=system` lists.",
    remedy: "Add `CriticalAddonsOnly=true:NoSchedule` to the pool's `taints`. AKS's own pods tolerate it, and it is \
             the only `NoSchedule` taint that AKS accepts on a System pool. `spotgen render --format azure-cli` sets \
             it, and so does `az aks nodepool update --node-taints`, which replaces the whole list of the pool. Pods \
             that already run there stay until they are recreated. If the pools for workloads have taints that no workload \
             tolerates, remove them from one pool first: until then, pods fail over to the System pool alone.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/use-system-pools.md: the taint of a dedicated System pool",
        "Azure/AKS#2578: `SystemPoolHasRestrictedTaint` for any other taint, unless it is `PreferNoSchedule`",
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go",
    ],
    check: Check::Plan(check),
};

/// The configuration only describes the pool.
const EXISTING: &str =
    "an existing pool gets the taint from the cloud, and the configuration then says so";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let has_spot = plan.node_pools.iter().any(NodePool::is_spot);
    // If workloads have no on-demand pool of their own, the System pool is their failover target.
    let others = capacity::failover_pools(plan);
    let is_theirs = |pool: &&NodePool| pool.mode == Mode::User;
    let Some(system_pools) = &plan.provider.system_pools else {
        return;
    };
    if !has_spot {
        return;
    }
    let missing = system_pools.taint_text();
    if !others.iter().any(is_theirs) {
        alone(plan, &missing, findings);
        return;
    }
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if pool.mode != Mode::System || pool.is_spot() || !plan.is_for_workloads(pool) {
            continue;
        }
        let is_better = others.iter().all(|other| avoided(pool) < avoided(other));
        let (level, message) = if is_better {
            (
                Severity::Warning,
                format!(
                    "pods that fail over land on System pool `{}` first, beside the cluster's own pods: it has no \
                     taint that keeps them off",
                    pool.name
                ),
            )
        } else {
            (
                Severity::Info,
                format!(
                    "pods that fail over can land on System pool `{}`, beside the cluster's own pods: it has no taint \
                     that keeps them off",
                    pool.name
                ),
            )
        };
        findings.at(&pointers::pool(at).child("name"), message, |diagnostic| {
            diagnostic
                .level(level)
                .help(format!("add `{missing}` to the `taints` of the pool"))
                .help(format!(
                    "on an existing cluster, run `az aks nodepool update --resource-group … --cluster-name … --name {} \
                     --node-taints {}`",
                    word(&pool.name),
                    word(&node_taints(pool, &missing))
                ))
                .fix(Fix::append(
                    pointers::pool(at).child("taints"),
                    missing.clone(),
                ))
                .choice(EXISTING)
        });
    }
}

/// There are on-demand pools for workloads, and no workload tolerates their taints: the System pool is all that is left.
fn alone(plan: &Plan, missing: &str, findings: &mut Findings<'_>) {
    let workloads = findings.workloads(plan);
    let is_closed = |pool: &NodePool| {
        let mut own = workloads.iter().filter(|pods| pods.prefers_spot(plan));
        !pool.is_spot()
            && pool.mode == Mode::User
            && plan.has_their_system(pool)
            && !pool.is_for_its_hardware
            && !own.any(|pods| pods.found.is_some() && pods.may_be_on(plan, pool))
    };
    let pools = || plan.node_pools.iter().enumerate();
    let is_open = |pool: &NodePool| {
        pool.mode == Mode::System && !pool.is_spot() && plan.is_for_workloads(pool)
    };
    let closed = pools().find(|(_, pool)| is_closed(pool));
    let open = pools().find(|(_, pool)| is_open(pool));
    let (Some((at, closed)), Some((system_at, system))) = (closed, open) else {
        return;
    };
    let mut taints = closed.taints.iter().filter(|taint| !plan.tolerates(taint));
    let Some(taint) = taints.next() else { return };
    let message = format!(
        "pods that fail over land on System pool `{}` alone, beside the cluster's own pods: it has no taint that keeps \
         them off, and no workload tolerates {taint} of pool `{}`",
        system.name, closed.name
    );
    let tainted = pointers::pool(at).child("taints");
    let related = findings.locate(&tainted);
    let edits = vec![
        Edit::Append {
            pointer: pointers::pool(system_at).child("taints"),
            value: missing.into(),
        },
        open_taints::edit(plan, at),
    ];
    findings.at(&pointers::pool(system_at).child("name"), message, |diagnostic| {
        diagnostic
            .related(related, "these taints keep workloads off")
            .help(format!(
                "remove the taint from `{}`, or add an on-demand pool for workloads; then add `{missing}` to the `taints` \
                 of `{}`",
                closed.name, system.name
            ))
            .fix(Fix::Config(edits))
            .choice("the tainted pool may be for other workloads, and then these need one of their own")
    });
}

/// How many soft taints make the scheduler avoid a pool for pods that prefer Spot.
fn avoided(pool: &NodePool) -> usize {
    let taints = pool.taints.iter();
    taints.filter(|taint| taint.is_soft()).count()
}

/// The pool's own taints and the missing one, in the syntax of the Azure CLI, which replaces the whole list.
fn node_taints(pool: &NodePool, missing: &str) -> String {
    let own = pool.taints.iter().map(|Taint { key, value, effect }| {
        format!("{key}={}:{effect}", value.as_deref().unwrap_or_default())
    });
    let all: Vec<String> = own.chain([missing.to_owned()]).collect();
    all.join(",")
}
