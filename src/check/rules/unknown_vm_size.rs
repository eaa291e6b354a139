use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Pointer, Severity};
use crate::model::capacity;
use crate::plan::{NodePool, Plan};
use crate::providers::{VmSizes, cloud_of_vm_size};
use crate::suggest::{only_near, other_generation, other_size};
use crate::values::words::quoted;

pub(super) const RULE: Rule = Rule {
    id: "unknown-vm-size",
    levels: &[Severity::Warning, Severity::Info],
    summary: "the CPU and memory of a pool's nodes are unknown",
    harm: "spotgen has tables of the VM sizes of AKS, EKS and GKE. If the size of a pool is not in them, and the pool \
           does not set `allocatable`, spotgen cannot tell what fits on its nodes. These rules then find nothing there: \
           `failover-capacity-short`, `no-failover-headroom`, `no-room-beside-placeholders`, `placeholder-never-fits`, \
           `placeholder-smaller-than-pod`, `pod-fits-no-node` and `spot-capacity-short`. If the size is misspelled, the \
           pool cannot be created either. Where no size is set, or there is no table for the provider, the finding is \
           only an info, and one for all pools.",
    detection: "`spotgen check --numbers` prints no free capacity on a node of the pool.",
    remedy: "Correct the size, or set `allocatable` of the pool to what one of its nodes offers.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/cloudprovider/azure/azure_instance_types.go and \
         cluster-autoscaler/cloudprovider/aws/ec2_instance_types.go",
        "aws/karpenter-provider-aws website/content/en/docs/reference/instance-types.md",
        "docs.cloud.google.com/compute/docs/machine-resource",
    ],
    check: Check::Plan(check),
};

const ALLOCATABLE: &str = "`allocatable: {cpu: …, memory: …}` to what a node offers, as \
                           `kubectl get node NODE -o jsonpath='{.status.allocatable}'` shows it";
const NO_FIX: &str = "only a node can tell what it offers";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let mut others = Vec::new();
    let pools = plan.node_pools.iter().enumerate();
    for (at, pool) in pools.filter(|(_, pool)| pool.allocatable.is_none()) {
        match (&plan.provider.vm_sizes, &pool.vm_size) {
            (Some(sizes), Some(size)) => unknown(plan, (at, pool), (sizes, size), findings),
            _ => others.push((at, pool)),
        }
    }
    // It matters where pods are counted.
    if plan.workloads.iter().any(|pods| pods.requests.is_some()) {
        others.retain(|(_, pool)| !blind_rules(plan, &[pool]).is_empty());
        not_given(plan, &others, findings);
    }
}

/// A size that is not in the provider's table.
fn unknown(
    plan: &Plan,
    (at, pool): (usize, &NodePool),
    (sizes, size): (&VmSizes, &str),
    findings: &mut Findings<'_>,
) {
    let pointer = pointers::pool(at);
    let missing = missing_part(&pointer, findings)
        .map(|part| format!(" and no `allocatable.{part}`"))
        .unwrap_or_default();
    let blind = blind_rules(plan, &[pool]);
    let effect = if blind.is_empty() {
        "spotgen cannot tell what fits on its nodes".to_owned()
    } else {
        format!("{} cannot check what fits on its nodes", quoted(&blind))
    };
    let message = format!(
        "pool `{}` has the unknown VM size `{size}`{missing}: {effect}",
        pool.name
    );
    let pointer = pointer.child("vmSize");
    let location = findings.locate(&pointer);
    let names = (sizes.names)();
    let known = || names.iter().map(String::as_str);
    let near = other_size(size, known()).or_else(|| only_near(size, known()));
    if near.is_none()
        && let Some(cloud) = cloud_of_vm_size(size, plan.provider)
    {
        let own = plan.provider.title;
        let message = format!("{message}; it is a size of {}", cloud.title);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .help(format!("set a size of {own}, or correct `provider`"))
                .no_fix("only the owner knows which size is meant")
        });
        return;
    }
    let like = other_generation(size, known());
    let like = like.map_or_else(String::new, |like| {
        format!(" (the nearest known size is `{like}`)")
    });
    findings.at(&pointer, message, |diagnostic| match near {
        Some(near) => diagnostic
            .replace(location, near)
            .help(format!("if the size is right, set {ALLOCATABLE}"))
            .choice("the size may be right, and new"),
        None => diagnostic
            .help(format!(
                "correct `vmSize` if it is misspelled{like}, or set {ALLOCATABLE}"
            ))
            .no_fix(NO_FIX),
    });
}

/// Pools of which neither is said.
fn not_given(plan: &Plan, pools: &[(usize, &NodePool)], findings: &mut Findings<'_>) {
    let Some((first, _)) = pools.first() else {
        return;
    };
    let pools: Vec<&NodePool> = pools.iter().map(|(_, pool)| *pool).collect();
    let names: Vec<&str> = pools.iter().map(|pool| pool.name.as_str()).collect();
    let noun = if names.len() == 1 { "pool" } else { "pools" };
    let message = format!(
        "the CPU and memory of nodes in {noun} {} are unknown: {} cannot check what fits on them",
        quoted(&names),
        quoted(&blind_rules(plan, &pools)),
    );
    let help = match &plan.provider.vm_sizes {
        Some(_) => format!("set `vmSize`, or {ALLOCATABLE}"),
        None => format!("set {ALLOCATABLE}"),
    };
    let place = pointers::pool(*first).child("name");
    findings.at(&place, message, |diagnostic| {
        diagnostic.level(Severity::Info).help(help).no_fix(NO_FIX)
    });
}

/// The part of `allocatable` that is missing where the other is set.
fn missing_part(pool: &Pointer, findings: &Findings<'_>) -> Option<&'static str> {
    let allocatable = pool.child("allocatable");
    let is_set = |part| !findings.origin(&allocatable.child(part)).is_default();
    match (is_set("cpu"), is_set("memory")) {
        (true, false) => Some("memory"),
        (false, true) => Some("cpu"),
        _ => None,
    }
}

/// The rules that are missed most while nothing is known of these pools; the page lists all.
fn blind_rules(plan: &Plan, pools: &[&NodePool]) -> Vec<&'static str> {
    let is_one_of = |used: Vec<&NodePool>| {
        let mut pools = pools.iter();
        pools.any(|pool| used.iter().any(|used| used.name == pool.name))
    };
    let mut rules = Vec::new();
    if is_one_of(capacity::spot_pools(plan)) {
        rules.extend(["spot-capacity-short", "no-room-beside-placeholders"]);
    }
    if is_one_of(capacity::failover_pools(plan)) {
        rules.extend(["failover-capacity-short", "no-failover-headroom"]);
    }
    if !rules.is_empty() {
        rules.push("pod-fits-no-node");
    }
    rules
}
