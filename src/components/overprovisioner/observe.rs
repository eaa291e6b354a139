use crate::components::observe::{Observed, tolerated};
use crate::components::overprovisioner::{Overprovisioner, Placeholder, PriorityClass, Target};
use crate::components::proportional_autoscaler::{
    InstalledParameters, LADDER, LINEAR, ProportionalAutoscaler, Scaling,
};
use crate::components::{Installed, System};
use crate::config::pointers;
use crate::config::{OsType, PlaceholderSpread, SpreadMethod};
use crate::defaults;
use crate::diagnostic::Pointer;
use crate::kubernetes::{Toleration, TopologyKey};
use crate::load::Document;
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::{WorkloadView, is_let_on, node_labels};
use crate::plan::{NodePool, Plan};
use crate::source::Span;

/// The placeholders, with what scales them: beside those that the configuration lists, and in place of those that it has
/// by default.
pub(crate) fn observe(
    observed: &mut Observed,
    installed: &Installed<'_>,
    document: &Document<'_>,
    _: usize,
) {
    let listed = document.node(&pointers::spec("overprovisioner/placeholders"));
    let are_listed = listed.is_some();
    let planned = observed.system.overprovisioner.clone();
    let mut overprovisioner = planned.filter(|_| are_listed);
    let mut scaled_by = None;
    for found in installed.placeholders() {
        let system = &observed.system;
        let scaler = scaler(installed, found);
        let own = |placeholder: &Placeholder| {
            let planned = overprovisioner.as_ref();
            planned.is_some_and(|planned| planned.deployment(placeholder) == found.name)
        };
        let is_planned = system
            .placeholders()
            .any(|(_, placeholder)| own(placeholder));
        // A chart that has them switched off.
        if found.is_off() && scaler.is_none() && !is_planned {
            continue;
        }
        let Some(mut placeholder) = placeholder(system, found) else {
            continue;
        };
        let whole = overprovisioner.get_or_insert_with(|| {
            let pointer = pointers::spec("overprovisioner");
            observed.locations.add(pointer, found.locations.name);
            nothing(system, found)
        });
        let own = |placeholder: &Placeholder| whole.deployment(placeholder) == found.name;
        let at = whole.placeholders.iter().position(own);
        let at = at.or_else(|| taken_over(whole, installed, found));
        let pointer = pointers::placeholder(at.unwrap_or(whole.placeholders.len()));
        let mut add = |pointer, location| observed.locations.add(pointer, location);
        let (mut places, mut scalers) = (Vec::new(), Vec::new());
        add(pointer.clone(), found.locations.name);
        add(pointer.child("requests"), found.locations.requests);
        if let Some(class) = found.priority.and_then(|priority| priority.location) {
            add(pointer.child("priorityClass").child("value"), class);
        }
        if let Some((scaler, parameters)) = scaler
            && let Some(scaling) = scaling(system, &placeholder, scaler, parameters)
        {
            let location =
                parameters.map_or(scaler.locations.name, |parameters| parameters.text.location);
            add(pointer.child("scaling"), location);
            if let Some(parameters) = parameters {
                let control = pointer.child("scaling").child(&parameters.text.key);
                let place = parameters.text.pointer();
                places.push((control, location, place));
                parameter_locations(&pointer.child("scaling"), parameters, &mut add);
            }
            let counting = pointer.child("scaling").child("counting");
            add(counting.clone(), scaler.locations.name);
            scalers.push((counting, scaler));
            placeholder.scaling = Some(scaling);
            scaled_by = scaled_by.or(Some(scaler));
        }
        if found.placeholder.as_deref().is_some_and(|own| own.is_alone) {
            let container = pod_spec_pointer(found.kind).child("containers").child(0);
            let place = container.child("resources").child("requests");
            places.push((pointer.child("requests"), found.location, place));
        }
        if found.states_replicas && !found.kind.is_job() {
            let (object, place) = found.edited_at(found.locations.replicas, "/spec/replicas");
            places.push((pointer.child("replicas"), object, place));
        }
        for (pointer, object, place) in places {
            observed.locations.add_place(pointer, object, place);
        }
        for (pointer, scaler) in scalers {
            let locations = &mut observed.locations;
            locations.add_argument(pointer, scaler, "nodelabels");
        }
        match at {
            Some(at) => whole.placeholders[at] = placeholder,
            None => whole.placeholders.push(placeholder),
        }
    }
    let Some(overprovisioner) = overprovisioner else {
        return;
    };
    if let Some(scaler) = scaled_by {
        let pointer = pointers::spec("proportionalAutoscaler");
        observed.locations.add(pointer, scaler.locations.name);
        let planned = observed.system.proportional_autoscaler.as_ref();
        observed.system.proportional_autoscaler = Some(ProportionalAutoscaler {
            namespace: namespace(scaler),
            create_namespace: planned.is_some_and(|planned| planned.create_namespace),
            image: image(scaler),
            resources: planned
                .map(|planned| planned.resources.clone())
                .unwrap_or_default(),
        });
    } else if !are_listed {
        observed.system.proportional_autoscaler = None;
    }
    observed.system.overprovisioner = Some(overprovisioner);
}

/// The number of the placeholder that takes the place of one by another hand: it has its name and its namespace, as
/// `spotgen init` drafts it. While both are installed, both hold room.
fn taken_over(
    whole: &Overprovisioner,
    installed: &Installed<'_>,
    found: &ManifestWorkload,
) -> Option<usize> {
    let is_meant = |placeholder: &Placeholder| {
        placeholder.name == found.name && namespace(found) == whole.namespace
    };
    let at = whole.placeholders.iter().position(is_meant)?;
    let new = whole.deployment(&whole.placeholders[at]);
    let mut others = installed.placeholders();
    let is_there = others.any(|other| other.name == new && other.namespace == found.namespace);
    (!is_there).then_some(at)
}

/// The locations of its parameters.
fn parameter_locations(
    scaling: &Pointer,
    parameters: &InstalledParameters<'_>,
    add: &mut impl FnMut(Pointer, Span),
) {
    for (control, keys) in [("linear", &LINEAR[..]), ("ladder", &LADDER[..])] {
        for key in keys {
            if let Some(location) = parameters.text.keys.any(key) {
                add(scaling.child(control).child(key), location);
            }
        }
    }
}

/// An overprovisioner without placeholders, to add the first one to.
fn nothing(system: &System, first: &ManifestWorkload) -> Overprovisioner {
    let planned = system.overprovisioner.as_ref();
    Overprovisioner {
        namespace: namespace(first),
        create_namespace: planned.is_some_and(|planned| planned.create_namespace),
        name: planned.map_or_else(String::new, |planned| planned.name.clone()),
        image: image(first),
        chart: planned
            .map(|planned| planned.chart.clone())
            .unwrap_or_default(),
        placeholders: Vec::new(),
    }
}

/// `None` if its size or its nodes are unknown.
fn placeholder(system: &System, found: &ManifestWorkload) -> Option<Placeholder> {
    let plan = &system.plan;
    let target = pinned(plan, found)?;
    let spreads = WorkloadView::alone(found).hard_spreads();
    let is_alone = spreads.iter().any(|spread| {
        spread.method == SpreadMethod::PodAntiAffinity && *spread.key == TopologyKey::Hostname
    });
    // The value of a class that is not in the manifests is unknown and assumed to be correct.
    let value = found.priority.map(|priority| priority.value);
    let value = value.and_then(|value| i32::try_from(value).ok());
    let taints = || plan.node_pools.iter().flat_map(|pool| &pool.taints);
    let mut tolerations = tolerated(found, taints());
    let given = taints().filter(|taint| is_let_on(plan, taint, found));
    tolerations.extend(Toleration::for_taints(given));
    Some(Placeholder {
        name: name(system, found),
        replicas: count(found).and_then(|count| i32::try_from(count).ok()),
        requests: found.requests.clone()?,
        priority_class: PriorityClass {
            name: found.priority_class.clone().unwrap_or_default(),
            value: value.unwrap_or(defaults::ON_DEMAND_PLACEHOLDER.1),
        },
        spread: if is_alone {
            PlaceholderSpread::OnePerNode
        } else {
            PlaceholderSpread::None
        },
        tolerations,
        target,
        scaling: None,
    })
}

/// How many there always are; none where that is not known.
fn count(found: &ManifestWorkload) -> Option<i64> {
    if let Some((least, _)) = found.autoscaling {
        return Some(least);
    }
    // Without the key, an autoscaler may control it, even one that is not recognized. Jobs end.
    let is_constant = found.states_replicas && !found.kind.is_job();
    found.replicas.filter(|_| is_constant)
}

/// The pools that it selects and tolerates. If it tolerates none of the pools that it selects, which is a problem,
/// those that it selects.
fn pinned(plan: &Plan, found: &ManifestWorkload) -> Option<Target> {
    let selects = |pool: &NodePool| node_labels::allows(plan, pool, found);
    let tolerates = |pool: &NodePool| WorkloadView::alone(found).tolerates_all(plan, pool);
    let is_open = |pool: &NodePool| selects(pool) == Some(true) && tolerates(pool);
    // Windows nodes do not count unless they are selected explicitly.
    let is_possible =
        |pool: &&NodePool| pool.os_type == OsType::Linux || selects(pool) == Some(true);
    let pools = plan.node_pools.iter().filter(is_possible);
    if plan.node_pools.iter().any(is_open) {
        target(pools, |pool| {
            selects(pool).map(|is_accepted| is_accepted && tolerates(pool))
        })
    } else {
        target(pools, selects)
    }
}

/// The name that the plan uses, if it is a placeholder of the plan.
fn name(system: &System, found: &ManifestWorkload) -> String {
    let own = system.overprovisioner.as_ref().and_then(|planned| {
        let mut placeholders = planned.placeholders.iter();
        placeholders.find(|placeholder| planned.deployment(placeholder) == found.name)
    });
    own.map_or_else(|| found.name.clone(), |own| own.name.clone())
}

/// The pools that match; `None` if that is unknown for any pool.
fn target<'p>(
    pools: impl Iterator<Item = &'p NodePool>,
    takes: impl Fn(&NodePool) -> Option<bool>,
) -> Option<Target> {
    let mut pools = pools.peekable();
    pools.peek()?;
    let mut names = Vec::new();
    let mut is_all_of_spot = true;
    // Those with hardware of their own do not count: spotgen's own placeholders for Spot are not for them.
    for pool in pools {
        let is_accepted = takes(pool)?;
        is_all_of_spot &=
            is_accepted == pool.is_spot() || pool.is_spot() && pool.is_for_its_hardware;
        if is_accepted {
            names.push(pool.name.clone());
        }
    }
    Some(if is_all_of_spot {
        Target::Spot
    } else {
        Target::Pools(names)
    })
}

/// The autoscaler of a workload, and its parameters if they are in the manifests.
fn scaler<'i>(
    installed: &'i Installed<'_>,
    found: &ManifestWorkload,
) -> Option<(&'i ManifestWorkload, Option<&'i InstalledParameters<'i>>)> {
    let mut scalers = installed.scalers();
    let scaler = scalers.find(|scaler| scaler.scales(found))?;
    let name = scaler.0.program.as_deref()?.argument("configmap");
    let mut parameters = installed.parameters.iter();
    let parameters = parameters.find(|parameters| {
        let map = parameters.map;
        Some(map.name.as_str()) == name && scaler.scales_in(map.namespace.as_deref())
    });
    Some((scaler.0, parameters))
}

/// `None` if it is unknown which nodes are counted, or how.
fn scaling(
    system: &System,
    placeholder: &Placeholder,
    scaler: &ManifestWorkload,
    parameters: Option<&InstalledParameters<'_>>,
) -> Option<Scaling> {
    let program = scaler.program.as_deref()?;
    if program.is_unknown("nodelabels") {
        return None;
    }
    let labels = program.argument("nodelabels").unwrap_or_default();
    let control = parameters?.control.clone()?;
    let plan = &system.plan;
    let mut planned = system.placeholders();
    let planned = planned.find(|(_, planned)| planned.name == placeholder.name);
    let planned = planned.and_then(|(_, planned)| planned.scaling.as_ref());
    let least = || i32::try_from(control.least()).unwrap_or(i32::MAX);
    Some(Scaling {
        name: scaler.name.clone(),
        config_map: parameters?.map.name.clone(),
        counting: target(plan.node_pools.iter(), |pool| {
            node_labels::selected(plan, pool, labels)
        })?,
        unscaled: planned.map_or_else(least, |planned| planned.unscaled),
        control,
    })
}

fn namespace(found: &ManifestWorkload) -> String {
    let namespace = found.namespace.as_deref();
    namespace.unwrap_or(defaults::NAMESPACE).to_owned()
}

fn image(found: &ManifestWorkload) -> String {
    found.system_image().unwrap_or_default().to_owned()
}
