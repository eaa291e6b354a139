//! What a pool says of itself, and what contradicts it: itself, its VM size, its provider, or the label of another pool.

use foldhash::{HashMap, HashMapExt as _};

use super::context::{Context, spec};
use crate::config::{Architecture, Capacity, NodePool};
use crate::diagnostic::{Diagnostic, Pointer};
use crate::providers;
use crate::values::Int;

pub(super) fn check(context: &mut Context<'_>) {
    let pools = &context.config.spec.node_pools;
    for (at, pool) in pools.iter().enumerate() {
        let pointer = spec().child("nodePools").child(at);
        taints(context, pool, &pointer);
        hardware(context, pool, &pointer);
        mixed_capacity(context, pool, &pointer);
        label_of_spot(context, pool, &pointer);
    }
}

/// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `validateNodeTaints`.
fn taints(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    let pointer = pointer.child("taints");
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for (at, taint) in pool.taints.iter().flatten().enumerate() {
        let Some((rest, effect)) = taint.as_str().rsplit_once(':') else {
            continue;
        };
        let key = rest.split_once('=').map_or(rest, |(key, _)| key);
        let first = *known.entry((key, effect)).or_insert(at);
        if first < at {
            context.twice(
                &pointer.child(first),
                &pointer.child(at),
                &format!("taint `{key}` with the effect `{effect}`"),
                "remove one of them: a node has no two taints of one key and effect",
            );
        }
    }
}

/// Source of the GPUs of sizes: the tables of the provider.
fn hardware(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    let sizes = context.facts.vm_sizes.as_ref();
    let Some((sizes, size)) = sizes.zip(pool.vm_size.as_deref()) else {
        return;
    };
    let Some(known) = (sizes.resources)(size) else {
        return;
    };
    let declared = pool.architecture.map(|declared| match declared {
        Architecture::Amd64 => providers::Architecture::Amd64,
        Architecture::Arm64 => providers::Architecture::Arm64,
    });
    if let Some(declared) = declared.filter(|declared| *declared != known.architecture) {
        let message = format!(
            "the processors of `{size}` are {}, not {}",
            known.architecture.as_str(),
            declared.as_str()
        );
        context.problem(
            &pointer.child("architecture"),
            message,
            "remove `architecture`: it follows from `vmSize`",
        );
    }
    // A GPU can be shared, so any number that is not 0 can be right.
    let message = match (pool.gpus.map(Int::get), known.gpus) {
        (Some(0), 1) => format!("`{size}` has a GPU"),
        (Some(0), count @ 2..) => format!("`{size}` has {count} GPUs"),
        (Some(1..), 0) if !sizes.can_add_gpus => format!("`{size}` has no GPU"),
        _ => return,
    };
    context.problem(
        &pointer.child("gpus"),
        message,
        "remove `gpus`: it follows from `vmSize`",
    );
}

fn mixed_capacity(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    if pool.instances_distribution.is_none()
        || pool.capacity == Capacity::OnDemand
        || context.facts.pool_limits.mixed_capacity
    {
        return;
    }
    let message = format!(
        "a node pool on {} is either Spot or on-demand",
        context.facts.title
    );
    context.problem(
        &pointer.child("instancesDistribution").at_key(),
        message,
        "remove it, and list the on-demand nodes as a pool of their own",
    );
}

/// Pods that belong on one kind of nodes are told the two apart by this label alone.
fn label_of_spot(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    if pool.capacity == Capacity::Spot {
        return;
    }
    let (key, value) = context.facts.labels.spot;
    let reserved = context.facts.reserved_prefixes.as_ref();
    // A rule of its own reports what the provider refuses.
    let is_refused = reserved.is_some_and(|reserved| reserved.include(key));
    let pools = context.config.spec.node_pools.iter().enumerate();
    for (at, spot) in pools.filter(|(_, other)| other.capacity == Capacity::Spot) {
        let declared = spot.spot_label.as_ref().map(|label| label.iter().next());
        let (key, value) = match declared {
            Some(Some((key, value))) => (key.as_str(), value.as_str()),
            None if !is_refused => (key, value),
            _ => continue,
        };
        let mut own = pool.labels.iter();
        if !own.any(|(own, text)| own.as_str() == key && text.as_str() == value) {
            continue;
        }
        let spot_pool = spec().child("nodePools").child(at);
        let message = format!(
            "on-demand pool `{}` has the label `{key}={value}`, by which the Spot nodes of pool `{}` are known",
            pool.name, spot.name
        );
        let related = match declared {
            Some(_) => spot_pool.child("spotLabel"),
            None => spot_pool.child("name"),
        };
        let location = context.locate(&pointer.child("labels").child(key));
        let related = context.locate(&related);
        context.report.push(
            Diagnostic::error("config", message)
                .at(location)
                .related(related, "the Spot pool")
                .help("give it another value on on-demand nodes, or name a label in `spotLabel` that only Spot nodes have"),
        );
        return;
    }
}
