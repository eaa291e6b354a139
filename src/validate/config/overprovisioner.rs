use std::collections::BTreeMap;

use super::{Context, spec};
use crate::config::{Counting, Ladder, Linear, Placeholder, PriorityClassRef, Scaling};
use crate::defaults::OVERPROVISIONER;
use crate::diagnostic::Pointer;
use crate::values::PoolName;

/// A Deployment's name becomes the value of a label.
const LONGEST_NAME: usize = 63;

pub(super) fn check(context: &mut Context<'_>) {
    let Some(overprovisioner) = &context.config.spec.overprovisioner else {
        return;
    };
    let pointer = spec().child("overprovisioner");
    let mut classes = BTreeMap::new();
    if let Some(class) = &overprovisioner.priority_class {
        priority_class(
            context,
            class,
            &pointer.child("priorityClass"),
            &mut classes,
        );
    }
    let prefix = overprovisioner
        .name
        .as_ref()
        .map_or(OVERPROVISIONER, |name| name.as_str());
    let placeholders = overprovisioner.placeholders.as_deref().unwrap_or_default();
    for (at, placeholder) in placeholders.iter().enumerate() {
        let list = pointer.child("placeholders");
        let here = list.child(at);
        if let Some(first) = placeholders[..at]
            .iter()
            .position(|other| other.name == placeholder.name)
        {
            context.twice(
                &list.child(first).child("name"),
                &here.child("name"),
                &format!("placeholder `{}`", placeholder.name),
                "give one of them another name",
            );
        }
        if prefix.len() + 1 + placeholder.name.as_str().len() > LONGEST_NAME {
            let message = format!(
                "`{prefix}-{}` is longer than {LONGEST_NAME} characters",
                placeholder.name
            );
            context.fault(
                &here.child("name"),
                message,
                "the Deployment's name becomes a label: shorten it",
            );
        }
        where_it_goes(context, placeholder, &here);
        requests(context, placeholder, &here);
        if let Some(class) = &placeholder.priority_class {
            priority_class(context, class, &here.child("priorityClass"), &mut classes);
        }
        if let Some(found) = &placeholder.scaling {
            scaling(context, found, &here.child("scaling"));
        }
    }
    scaler_names(
        context,
        prefix,
        placeholders,
        &pointer.child("placeholders"),
    );
}

fn where_it_goes(context: &mut Context<'_>, placeholder: &Placeholder, pointer: &Pointer) {
    match (&placeholder.capacity, &placeholder.pools) {
        (Some(_), Some(_)) => {
            context.fault(
                &pointer.child("pools").at_key(),
                "`capacity` and `pools` exclude each other",
                "keep one",
            );
        }
        (None, None) => {
            let help = "write `capacity: Spot`, `capacity: OnDemand`, or the names of `pools`";
            context.missing(
                pointer,
                format!("placeholder `{}` is pinned to nothing", placeholder.name),
                help,
            );
        }
        (Some(capacity), None) => {
            let pools = &context.config.spec.node_pools;
            let section = spec().child("nodePools");
            if !pools.iter().any(|pool| pool.capacity == *capacity)
                && !context.holes.within(context.document, &section)
            {
                let message = format!("no node pool has the capacity `{capacity:?}`");
                context.fault(
                    &pointer.child("capacity"),
                    message,
                    "list the pool under `spec.nodePools`",
                );
            }
        }
        (None, Some(pools)) => pool_references(context, pools, &pointer.child("pools")),
    }
}

fn pool_references(context: &mut Context<'_>, pools: &[PoolName], pointer: &Pointer) {
    if pools.is_empty() {
        context.missing(pointer, "no pool is named", "name at least one pool");
    }
    for (at, name) in pools.iter().enumerate() {
        let known: Vec<String> = context
            .pool_names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        if !known.contains(&name.as_str()) {
            context.unknown(
                &pointer.child(at),
                "node pool",
                name.as_str(),
                &known,
                &spec().child("nodePools"),
            );
        }
    }
}

fn requests(context: &mut Context<'_>, placeholder: &Placeholder, pointer: &Pointer) {
    let requests = placeholder.requests.as_ref();
    let has_cpu = requests.is_some_and(|requests| requests.cpu.is_some());
    let has_memory = requests.is_some_and(|requests| requests.memory.is_some());
    let missing = match (has_cpu, has_memory) {
        (true, true) => return,
        (false, true) => "no CPU",
        (true, false) => "no memory",
        (false, false) => "nothing",
    };
    let pointer = if requests.is_some() {
        pointer.child("requests")
    } else {
        pointer.clone()
    };
    let message = format!(
        "placeholder `{}` requests {missing}, and so holds no room",
        placeholder.name
    );
    context.missing(
        &pointer,
        message,
        "write `requests: {cpu: 500m, memory: 512Mi}`: at least what the largest pod requests",
    );
}

fn priority_class<'a>(
    context: &mut Context<'_>,
    class: &'a PriorityClassRef,
    pointer: &Pointer,
    known: &mut BTreeMap<&'a str, (i64, Pointer)>,
) {
    if class.name.as_str().starts_with("system-") {
        context.fault(
            &pointer.child("name"),
            "names that begin with `system-` are Kubernetes' own",
            "choose another name",
        );
    }
    match known.get(class.name.as_str()) {
        Some((value, first)) if *value != class.value.get() => {
            let message = format!(
                "priority class `{}` has two values: {value} and {}",
                class.name,
                class.value.get()
            );
            let related = context.locate(&first.child("value"));
            let diagnostic = crate::diagnostic::Diagnostic::error("config", message)
                .at(context.locate(&pointer.child("value")))
                .related(related, "the other one")
                .help("give one of them another name");
            context.report.push(diagnostic);
        }
        Some(_) => {}
        None => {
            known.insert(class.name.as_str(), (class.value.get(), pointer.clone()));
        }
    }
}

fn scaling(context: &mut Context<'_>, scaling: &Scaling, pointer: &Pointer) {
    if let Counting::Pools(pools) = &scaling.counting {
        pool_references(context, pools, &pointer.child("counting"));
    }
    match (&scaling.linear, &scaling.ladder) {
        (Some(_), Some(_)) => {
            context.fault(
                &pointer.child("ladder").at_key(),
                "`linear` and `ladder` exclude each other",
                "the autoscaler takes one: keep one",
            );
        }
        (None, None) => {
            context.missing(
                pointer,
                "nothing says how it scales",
                "write `linear` or `ladder`",
            );
        }
        (Some(found), None) => linear(context, found, &pointer.child("linear")),
        (None, Some(found)) => ladder(context, found, &pointer.child("ladder")),
    }
}

/// Source: kubernetes-sigs/cluster-proportional-autoscaler
/// `pkg/autoscaler/controller/linearcontroller/linear_controller.go`, `parseParams`.
fn linear(context: &mut Context<'_>, linear: &Linear, pointer: &Pointer) {
    if linear.cores_per_replica.is_none() && linear.nodes_per_replica.is_none() {
        let help = "the autoscaler refuses it: write `coresPerReplica`, `nodesPerReplica` or both";
        context.missing(pointer, "this scales with nothing", help);
    }
    for (key, value) in [
        ("coresPerReplica", linear.cores_per_replica),
        ("nodesPerReplica", linear.nodes_per_replica),
    ] {
        if value.is_some_and(|value| value.get() <= 0.0) {
            context.fault(
                &pointer.child(key),
                format!("`{key}` must be more than 0"),
                "leave it out to scale with the other alone",
            );
        }
    }
    if let (Some(min), Some(max)) = (linear.min, linear.max)
        && min.get() > max.get()
    {
        let message = format!("min {} is more than max {}", min.get(), max.get());
        context.fault(
            &pointer.child("min"),
            message,
            "the autoscaler refuses it: write min ≤ max",
        );
    }
}

fn ladder(context: &mut Context<'_>, ladder: &Ladder, pointer: &Pointer) {
    if ladder.cores_to_replicas.is_empty() && ladder.nodes_to_replicas.is_empty() {
        let help = "the autoscaler would scale to 0: write `coresToReplicas` or `nodesToReplicas`";
        context.missing(pointer, "this ladder has no step", help);
    }
}

/// Objects of one kind and name would overwrite each other: autoscalers among themselves, and an autoscaler and the
/// placeholders that stand in the same namespace.
fn scaler_names(
    context: &mut Context<'_>,
    prefix: &str,
    placeholders: &[Placeholder],
    pointer: &Pointer,
) {
    let taken = |name: &str| {
        name == prefix
            || placeholders
                .iter()
                .any(|placeholder| name == format!("{prefix}-{}", placeholder.name))
    };
    for key in ["name", "configMap"] {
        let mut known: BTreeMap<&str, Pointer> = BTreeMap::new();
        for (at, placeholder) in placeholders.iter().enumerate() {
            let scaling = placeholder.scaling.as_ref();
            let is_name = key == "name";
            let name = scaling.and_then(|scaling| {
                if is_name {
                    scaling.name.as_ref()
                } else {
                    scaling.config_map.as_ref()
                }
            });
            let Some(name) = name else { continue };
            let here = pointer.child(at).child("scaling").child(key);
            if is_name && taken(name.as_str()) {
                let message = format!("`{name}` is the name of something else here");
                context.fault(
                    &here,
                    message,
                    "the placeholders have this name already: choose another one",
                );
            }
            match known.get(name.as_str()) {
                Some(first) => context.twice(
                    &first.clone(),
                    &here,
                    &format!("`{name}`"),
                    "give one of them another name",
                ),
                None => {
                    known.insert(name.as_str(), here);
                }
            }
        }
    }
}
