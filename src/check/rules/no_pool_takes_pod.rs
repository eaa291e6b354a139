use crate::check::findings::Findings;
use crate::check::fixes::tolerations;
use crate::check::misspelled_tolerations::has_wrong_toleration;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::Toleration;
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::model::nowhere::Nowhere;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "no-pool-takes-pod",
    levels: &[Severity::Error],
    summary: "the pool that a workload is pinned to has a taint that it does not tolerate, or no GPUs",
    harm: "A pod needs one node that meets all it asks for: the `nodeSelector`, required node affinity, the taints and the \
           GPUs. If the only pool with the label has a taint that the pods do not tolerate, or none of the GPUs that they \
           request, they stay Pending. The autoscaler calculates the same way and adds no node.\n\n\
           The labels, taints and GPUs of pools are those that the configuration says, and what follows from `vmSize`. A \
           label that nobody declares is no reason: the nodes may have it. Workloads that the configuration does not cover \
           may have pools of their own: of these, only a label that not every node has, such as the name of a pool, is a \
           reason. DaemonSets are left out: charts have them for nodes that a cluster may lack.",
    detection: "`kubectl describe pod` shows `untolerated taint` or `Insufficient nvidia.com/gpu` beside `didn't match Pod's \
                node affinity/selector`, and the autoscaler's event is `NotTriggerScaleUp`.",
    remedy: "Add the toleration of the pool, or ask for a label of another pool. For GPUs, ask for a pool that has them.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: a node group is scaled up only if the pod would fit on one of its nodes",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "the pods may be meant for another pool";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found.filter(|found| found.kind != Kind::DaemonSet) else {
        return;
    };
    match pods.nowhere(plan) {
        Some(Nowhere::Gpu(gpu)) => of_gpu(found, gpu, findings),
        Some(Nowhere::Taints(pools)) => {
            // The taint of all Spot nodes, and a toleration that is wrong by itself, have rules of their own.
            let is_of_spot = pods.own_requires_spot(plan) && pods.lacks_spot_toleration(plan);
            if !is_of_spot && !has_wrong_toleration(plan, found) {
                of_taints((plan, pods, found), &pools, findings);
            }
        }
        None => {}
    }
}

fn of_gpu(found: &ManifestWorkload, gpu: &str, findings: &mut Findings<'_>) {
    let message = format!(
        "{} `{}` requests `{gpu}`, and no pool that its `nodeSelector` or required node affinity allows has such GPUs: its \
         pods stay Pending",
        found.kind.as_str(),
        found.name
    );
    findings.in_manifest(found.locations.nodes, message, |diagnostic| {
        diagnostic
            .help("ask for the label of a pool with such GPUs; if the nodes have them, set `gpus` of their pool")
            .no_fix("only the owner knows which nodes are meant, or whether the pods need GPUs")
    });
}

fn of_taints(
    (plan, pods, found): (&Plan, WorkloadView<'_>, &ManifestWorkload),
    pools: &[&NodePool],
    findings: &mut Findings<'_>,
) {
    let name = format!("{} `{}`", found.kind.as_str(), found.name);
    let of_pool = |pool: &NodePool| -> Vec<String> {
        let taints = pods.untolerated(plan, pool);
        taints.map(ToString::to_string).collect()
    };
    let (message, help) = if let [pool] = pools {
        let taints = of_pool(pool).join(", ");
        (
            format!(
                "{name} can run on pool `{}` alone, and does not tolerate {taints}: its pods stay Pending",
                pool.name
            ),
            "tolerate the taint, or ask for a label of another pool".to_owned(),
        )
    } else {
        let names: Vec<String> = pools
            .iter()
            .map(|pool| format!("`{}`", pool.name))
            .collect();
        let taints = pools.iter();
        let taints = taints.map(|pool| format!("`{}` {}", pool.name, of_pool(pool).join(", ")));
        (
            format!(
                "{name} can run on pools {} alone, and tolerates the taints of none of them: its pods stay Pending",
                names.join(", ")
            ),
            format!(
                "tolerate the taints of one pool: {}",
                taints.collect::<Vec<String>>().join("; ")
            ),
        )
    };
    findings.in_manifest(found.locations.nodes, message, |diagnostic| {
        let diagnostic = diagnostic.help(help);
        match tolerate((plan, pods, found), pools) {
            Some(fix) => diagnostic.fix(fix).choice(CHOICE),
            None => diagnostic.no_fix("only the owner knows which of the pools is meant"),
        }
    });
}

fn tolerate(
    (plan, pods, found): (&Plan, WorkloadView<'_>, &ManifestWorkload),
    pools: &[&NodePool],
) -> Option<Fix> {
    let [pool] = pools else {
        return None;
    };
    let missing = pods.untolerated(plan, pool).map(Toleration::from);
    let missing: Vec<Toleration> = missing.collect();
    Some(tolerations::tolerate(found.location, found.kind, &missing))
}
