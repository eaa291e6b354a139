use std::collections::BTreeMap;

use foldhash::HashSet;

use crate::config::{
    Counting, Ladder, Linear, NodePool, OsType, Placeholder, PriorityClassRef, Scaling,
};
use crate::defaults::{NAMESPACE, OVERPROVISIONER};
use crate::diagnostic::Pointer;
use crate::validate::{Context, spec};
use crate::values::{DnsLabel, PoolName};

/// The name of a Deployment becomes the value of a label.
const LONGEST_NAME: usize = 63;

pub(crate) fn validate(context: &mut Context<'_>) {
    let Some(overprovisioner) = &context.config.spec.overprovisioner else {
        return;
    };
    let pointer = spec().child("overprovisioner");
    let namespace = overprovisioner
        .namespace
        .as_ref()
        .map_or("", DnsLabel::as_str);
    if overprovisioner.create_namespace == Some(true)
        && (namespace == NAMESPACE || namespace.starts_with("kube-"))
    {
        context.problem(
            &pointer.child("createNamespace"),
            format!("namespace `{namespace}` belongs to Kubernetes"),
            "remove `createNamespace`: a namespace that spotgen creates admits hardened pods only, which would lock \
             out other pods",
        );
    }
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
                "rename one of the two placeholders",
            );
        }
        if prefix.len() + 1 + placeholder.name.as_str().len() > LONGEST_NAME {
            let message = format!(
                "the Deployment name `{prefix}-{}` is longer than {LONGEST_NAME} characters",
                placeholder.name
            );
            context.problem(
                &here.child("name"),
                message,
                "shorten the name: the name of the Deployment becomes the value of a label",
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
            context.problem(
                &pointer.child("pools").at_key(),
                "`capacity` and `pools` are mutually exclusive",
                "remove one",
            );
        }
        (None, None) => {
            let help =
                "write `capacity: Spot` or `capacity: OnDemand`, or list node pools in `pools`";
            context.missing(
                pointer,
                format!(
                    "placeholder `{}` has neither `capacity` nor `pools`",
                    placeholder.name
                ),
                help,
            );
        }
        (Some(capacity), None) => {
            let pools = &context.config.spec.node_pools;
            let section = spec().child("nodePools");
            let fits =
                |pool: &NodePool| pool.capacity == *capacity && pool.os_type == OsType::Linux;
            if !pools.iter().any(fits) && !context.holes.within(context.document, &section) {
                let message = format!("no Linux node pool has `capacity: {capacity:?}`");
                context.problem(
                    &pointer.child("capacity"),
                    message,
                    "add such a pool under `spec.nodePools`",
                );
            }
        }
        (None, Some(pools)) => {
            pool_references(context, pools, &pointer.child("pools"));
            not_windows(context, pools, &pointer.child("pools"));
        }
    }
}

fn pool_references(context: &mut Context<'_>, pools: &[PoolName], pointer: &Pointer) {
    if pools.is_empty() {
        context.missing(
            pointer,
            "the list of node pools is empty",
            "list at least one node pool",
        );
    }
    for (at, name) in pools.iter().enumerate() {
        let config = context.config;
        if !config.spec.node_pools.iter().any(|pool| pool.name == *name) {
            let known: Vec<&str> = config
                .spec
                .node_pools
                .iter()
                .map(|pool| pool.name.as_str())
                .collect();
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

/// Placeholders use security settings that only Linux has, and would never start on other systems.
fn not_windows(context: &mut Context<'_>, names: &[PoolName], pointer: &Pointer) {
    for (at, name) in names.iter().enumerate() {
        let pools = &context.config.spec.node_pools;
        let pool = pools.iter().find(|pool| pool.name == *name);
        if pool.is_some_and(|pool| pool.os_type == OsType::Windows) {
            context.problem(
                &pointer.child(at),
                format!("placeholders cannot run on Windows, and node pool `{name}` runs Windows"),
                "remove it from the list",
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
        "placeholder `{}` requests {missing}, so it reserves no headroom",
        placeholder.name
    );
    context.missing(
        &pointer,
        message,
        "write `requests: {cpu: 500m, memory: 512Mi}`, with at least the requests of the largest pod",
    );
}

fn priority_class<'a>(
    context: &mut Context<'_>,
    class: &'a PriorityClassRef,
    pointer: &Pointer,
    known: &mut BTreeMap<&'a str, (i64, Pointer)>,
) {
    if class.name.as_str().starts_with("system-") {
        context.problem(
            &pointer.child("name"),
            "names that begin with `system-` are reserved for Kubernetes",
            "use another name",
        );
    }
    match known.get(class.name.as_str()) {
        Some((value, first)) if *value != class.value.get() => {
            let message = format!(
                "priority class `{}` has two different values: {value} and {}",
                class.name,
                class.value.get()
            );
            let related = context.locate(&first.child("value"));
            let diagnostic = crate::diagnostic::Diagnostic::error("config", message)
                .at(context.locate(&pointer.child("value")))
                .related(related, "the other value")
                .help("use the same value, or rename one of the two classes");
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
            context.problem(
                &pointer.child("ladder").at_key(),
                "`linear` and `ladder` are mutually exclusive",
                "the autoscaler allows only one of them: remove one",
            );
        }
        (None, None) => {
            context.missing(
                pointer,
                "`scaling` has neither `linear` nor `ladder`",
                "set `linear` or `ladder`",
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
        let help = "set `coresPerReplica`, `nodesPerReplica` or both: without them the autoscaler refuses `linear`";
        context.missing(
            pointer,
            "`linear` has neither `coresPerReplica` nor `nodesPerReplica`",
            help,
        );
    }
    for (key, value) in [
        ("coresPerReplica", linear.cores_per_replica),
        ("nodesPerReplica", linear.nodes_per_replica),
    ] {
        if value.is_some_and(|value| value.get() <= 0.0) {
            context.problem(
                &pointer.child(key),
                format!("`{key}` is not greater than 0"),
                "write a number greater than 0, or remove the key to scale with the other one only",
            );
        }
    }
    if let (Some(min), Some(max)) = (linear.min, linear.max)
        && min.get() > max.get()
    {
        let message = format!("`min` {} is greater than `max` {}", min.get(), max.get());
        context.problem(
            &pointer.child("min"),
            message,
            "set `min` to at most `max`: otherwise the autoscaler refuses `linear`",
        );
    }
}

fn ladder(context: &mut Context<'_>, ladder: &Ladder, pointer: &Pointer) {
    if ladder.cores_to_replicas.is_empty() && ladder.nodes_to_replicas.is_empty() {
        let help =
            "set `coresToReplicas` or `nodesToReplicas`: without steps the autoscaler scales to 0";
        context.missing(pointer, "`ladder` has no step", help);
    }
}

/// Reports names that are used twice, since objects of one kind and name would overwrite each other: two autoscalers,
/// or an autoscaler and a placeholder in the same namespace. Names that are derived count too.
fn scaler_names(
    context: &mut Context<'_>,
    prefix: &str,
    placeholders: &[Placeholder],
    pointer: &Pointer,
) {
    let taken: HashSet<String> = placeholders
        .iter()
        .map(|placeholder| format!("{prefix}-{}", placeholder.name))
        .chain([prefix.to_owned()])
        .collect();
    // Each with the location that it comes from, and whether it is written there.
    let mut names: BTreeMap<String, (Pointer, bool)> = BTreeMap::new();
    let mut config_maps: BTreeMap<String, (Pointer, bool)> = BTreeMap::new();
    for (at, placeholder) in placeholders.iter().enumerate() {
        let Some(scaling) = &placeholder.scaling else {
            continue;
        };
        let here = pointer.child(at);
        let derived = || format!("{prefix}-{}-scaler", placeholder.name);
        let name = scaling
            .name
            .as_ref()
            .map_or_else(derived, ToString::to_string);
        let location = match scaling.name {
            Some(_) => here.child("scaling").child("name"),
            None => here.child("name"),
        };
        if taken.contains(&name) {
            context.problem(
                &location,
                format!("an autoscaler and another Deployment here would both be called `{name}`"),
                "set `scaling: {name: …}` to a name that no placeholder has",
            );
        } else if name.len() > LONGEST_NAME {
            context.problem(
                &location,
                format!("`{name}` is longer than {LONGEST_NAME} characters"),
                "set `scaling: {name: …}` to a shorter name: the name of the Deployment becomes the value of a label",
            );
        }
        let (config_map, config_map_location) = match &scaling.config_map {
            Some(name) => (name.to_string(), here.child("scaling").child("configMap")),
            None => (name.clone(), location.clone()),
        };
        once(context, &mut names, name, location, scaling.name.is_some());
        let is_written = scaling.config_map.is_some();
        once(
            context,
            &mut config_maps,
            config_map,
            config_map_location,
            is_written,
        );
    }
}

/// Reports a name that is already used. Two derived names are reported with the names that they derive from.
fn once(
    context: &mut Context<'_>,
    known: &mut BTreeMap<String, (Pointer, bool)>,
    name: String,
    location: Pointer,
    is_written: bool,
) {
    match known.get(&name) {
        Some((first, first_is_written)) => {
            if is_written || *first_is_written {
                context.twice(
                    first,
                    &location,
                    &format!("`{name}`"),
                    "use another name for one of them",
                );
            }
        }
        None => {
            known.insert(name, (location, is_written));
        }
    }
}
