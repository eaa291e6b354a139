use super::headroom;
use super::pools::{chosen, linux};
use super::priority_class::priority_class;
use crate::components::controller::{chart, creates_namespace};
use crate::components::descheduler::Descheduler;
use crate::components::overprovisioner::{Overprovisioner, Placeholder, PriorityClass, Target};
use crate::components::proportional_autoscaler::{Control, Scaling};
use crate::config::{self, Capacity, Counting, Mode, PlaceholderSpread, PriorityClassRef, Spec};
use crate::defaults;
use crate::kubernetes::{Resources, Toleration};
use crate::plan::{NodePool, Workload};

pub(crate) fn resolve(
    spec: &Spec,
    pools: &[NodePool],
    workloads: &[Workload],
    descheduler: Option<&Descheduler>,
) -> Option<Overprovisioner> {
    let declared = spec.overprovisioner.clone().unwrap_or_default();
    if declared.enabled == Some(false) {
        return None;
    }
    let shared = declared.priority_class.as_ref();
    let name = declared
        .name
        .map_or_else(|| defaults::OVERPROVISIONER.to_owned(), String::from);
    let placeholders: Vec<Placeholder> = match &declared.placeholders {
        Some(placeholders) => placeholders
            .iter()
            .map(|found| placeholder(found, &name, shared, pools))
            .collect(),
        None => headroom::placeholders(&name, shared, pools, workloads, descheduler),
    };
    if placeholders.is_empty() {
        return None;
    }
    let namespace = declared
        .namespace
        .map_or_else(|| defaults::SYSTEM_NAMESPACE.to_owned(), String::from);
    let (repository, version) = defaults::OVERPROVISIONER_CHART;
    Some(Overprovisioner {
        create_namespace: creates_namespace(spec, &namespace),
        namespace,
        image: declared
            .image
            .map_or_else(|| defaults::PAUSE_IMAGE.to_owned(), String::from),
        chart: chart(declared.chart.as_ref(), repository, version),
        name,
        placeholders,
    })
}

fn placeholder(
    declared: &config::Placeholder,
    prefix: &str,
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
) -> Placeholder {
    let target = match &declared.pools {
        Some(names) => Target::Pools(names.iter().map(ToString::to_string).collect()),
        None => capacity_target(
            declared
                .capacity
                .expect("validation requires one of the two"),
            &linux(pools),
        ),
    };
    let requests = declared.requests.clone().unwrap_or_default();
    let replicas = declared.replicas.map_or(1, crate::values::Int::get_i32);
    Placeholder {
        name: declared.name.to_string(),
        replicas: declared.scaling.is_none().then_some(replicas),
        requests: Resources {
            cpu: requests.cpu.expect("validation requires it"),
            memory: requests.memory.expect("validation requires it"),
        },
        priority_class: priority_class(
            declared.priority_class.as_ref().or(shared),
            is_spot(&target, pools),
        ),
        spread: declared.spread.unwrap_or(PlaceholderSpread::None),
        tolerations: Toleration::for_taints(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling: declared
            .scaling
            .as_ref()
            .map(|found| scaling(found, prefix, declared.name.as_str(), pools)),
        target,
    }
}

/// On-demand placeholders are pinned to user pools by name: "not Spot" would also match the system pool.
fn capacity_target(capacity: Capacity, pools: &[&NodePool]) -> Target {
    match capacity {
        Capacity::Spot => Target::Spot,
        Capacity::OnDemand => {
            let on_demand = || {
                pools
                    .iter()
                    .filter(|pool| pool.capacity == Capacity::OnDemand)
            };
            let mut names: Vec<String> = on_demand()
                .filter(|pool| pool.mode == Mode::User)
                .map(|pool| pool.name.clone())
                .collect();
            if names.is_empty() {
                names = on_demand().map(|pool| pool.name.clone()).collect();
            }
            Target::Pools(names)
        }
    }
}

/// The priority class of placeholders that name none.
pub(crate) fn default_class(target: &Target, pools: &[NodePool]) -> PriorityClass {
    priority_class(None, is_spot(target, pools))
}

fn is_spot(target: &Target, pools: &[NodePool]) -> bool {
    chosen(target, pools).any(|pool| pool.capacity == Capacity::Spot)
}

fn scaling(
    declared: &config::Scaling,
    prefix: &str,
    placeholder: &str,
    pools: &[NodePool],
) -> Scaling {
    let name = declared.name.as_ref().map_or_else(
        || format!("{prefix}-{placeholder}-scaler"),
        ToString::to_string,
    );
    let control = match (&declared.linear, &declared.ladder) {
        (Some(linear), _) => Control::Linear(linear.clone()),
        (None, ladder) => {
            Control::Ladder(ladder.clone().expect("validation requires one of the two"))
        }
    };
    Scaling {
        config_map: declared
            .config_map
            .as_ref()
            .map_or_else(|| name.clone(), ToString::to_string),
        name,
        counting: match &declared.counting {
            Counting::Capacity(capacity) => {
                capacity_target(*capacity, &pools.iter().collect::<Vec<_>>())
            }
            Counting::Pools(names) => {
                Target::Pools(names.iter().map(ToString::to_string).collect())
            }
        },
        unscaled: i32::try_from(control.least()).unwrap_or(i32::MAX),
        control,
    }
}
