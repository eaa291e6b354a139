//! Amounts of resources, as the scheduler adds them up for a pod.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as api;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as ApiQuantity;

use crate::model::score;
use crate::plan::Amount;
use crate::simulate::world::{Requests, Symbols};
use crate::values::Quantity;

/// What resources other than CPU and memory are left out: nothing here runs out of disk.
const EPHEMERAL_STORAGE: &str = "ephemeral-storage";

/// A list of resources.
pub(super) fn list(resources: &BTreeMap<String, ApiQuantity>, symbols: &mut Symbols) -> Requests {
    let mut requests = Requests::default();
    for (name, quantity) in resources {
        let Ok(quantity) = Quantity::parse(&quantity.0) else {
            continue;
        };
        match name.as_str() {
            "cpu" => requests.amount.cpu = quantity.millis(),
            "memory" => requests.amount.memory = quantity.bytes(),
            EPHEMERAL_STORAGE | "pods" => {}
            name if quantity.bytes() > 0 => {
                requests.others.push((symbols.of(name), quantity.bytes()));
            }
            _ => {}
        }
    }
    requests.others.sort_unstable();
    requests
}

/// What a pod requests: its real requests, and those with the scheduler's defaults for scores.
///
/// Source: kubernetes/kubernetes `pkg/api/v1/resource/helpers.go`, `PodRequests`: the larger of all containers with
/// sidecars, and of each init container with the sidecars before it; then the overhead.
pub(super) fn of_pod(spec: &api::PodSpec, symbols: &mut Symbols) -> (Requests, Amount) {
    let mut running = Requests::default();
    let mut counted = Amount::default();
    let mut sidecars = Requests::default();
    let mut counted_sidecars = Amount::default();
    let mut peak = Requests::default();
    let mut counted_peak = Amount::default();
    for container in &spec.containers {
        let own = of_container(container, symbols);
        counted = counted.plus(score::counted(own.amount));
        running += &own;
    }
    for container in spec.init_containers.iter().flatten() {
        let own = of_container(container, symbols);
        let own_counted = score::counted(own.amount);
        if container.restart_policy.as_deref() == Some("Always") {
            running += &own;
            counted = counted.plus(own_counted);
            sidecars += &own;
            counted_sidecars = counted_sidecars.plus(own_counted);
            raise(&mut peak, &sidecars);
            counted_peak = counted_peak.max(counted_sidecars);
        } else {
            let mut with = sidecars.clone();
            with += &own;
            raise(&mut peak, &with);
            counted_peak = counted_peak.max(counted_sidecars.plus(own_counted));
        }
    }
    raise(&mut running, &peak);
    counted = counted.max(counted_peak);
    if let Some(overhead) = &spec.overhead {
        let overhead = list(overhead, symbols);
        counted = counted.plus(overhead.amount);
        running += &overhead;
    }
    (running, counted)
}

/// Of one container. A limit without a request is the request, as the API server fills it in.
/// Source: kubernetes/kubernetes `pkg/apis/core/v1/defaults.go`, `SetDefaults_Pod`.
fn of_container(container: &api::Container, symbols: &mut Symbols) -> Requests {
    let Some(resources) = &container.resources else {
        return Requests::default();
    };
    let mut requests = resources.limits.clone().unwrap_or_default();
    requests.extend(resources.requests.clone().unwrap_or_default());
    list(&requests, symbols)
}

/// The larger of each.
fn raise(requests: &mut Requests, to: &Requests) {
    requests.amount = requests.amount.max(to.amount);
    for (name, count) in &to.others {
        match requests.others.binary_search_by_key(name, |(own, _)| *own) {
            Ok(at) => requests.others[at].1 = requests.others[at].1.max(*count),
            Err(at) => requests.others.insert(at, (*name, *count)),
        }
    }
}
