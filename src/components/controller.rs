//! Common parts of the controllers that spotgen installs.

use crate::plan::Amount;
use indexmap::IndexMap;
use serde::Serialize;

use crate::config::{self, Spec};
use crate::defaults::{self, ResourceDefaults};
use crate::values::{Duration, Quantity};

/// Parses a quantity from spotgen's own defaults.
fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).expect("the defaults are valid quantities")
}

/// Requests and limits of a controller: declared ones replace the whole default list.
pub(crate) fn container(
    declared: Option<&config::Resources>,
    defaults: ResourceDefaults,
) -> ContainerResources {
    let list = |declared: Option<&config::ResourceList>, (cpu, memory): (&str, &str)| match declared
    {
        Some(declared) => [("cpu", &declared.cpu), ("memory", &declared.memory)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.clone()?)))
            .collect(),
        None => IndexMap::from([("cpu", quantity(cpu)), ("memory", quantity(memory))]),
    };
    ContainerResources {
        requests: list(
            declared.and_then(|declared| declared.requests.as_ref()),
            defaults.requests,
        ),
        limits: list(
            declared.and_then(|declared| declared.limits.as_ref()),
            defaults.limits,
        ),
    }
}

pub(crate) fn chart(declared: Option<&config::Chart>, repository: &str, version: &str) -> Chart {
    let declared_repository = declared.and_then(|chart| chart.repository.as_deref());
    let declared_version = declared.and_then(|chart| Some(chart.version.as_ref()?.as_str()));
    Chart {
        repository: declared_repository.unwrap_or(repository).to_owned(),
        version: declared_version.unwrap_or(version).to_owned(),
    }
}

/// Parses a duration from spotgen's own defaults.
pub(crate) fn duration(text: &str) -> Duration {
    Duration::parse(text).expect("the defaults are valid durations")
}

/// Whether to create a namespace: as the overprovisioner declares for its own; of the others only spotgen's own
/// namespace is created.
pub(crate) fn creates_namespace(spec: &Spec, namespace: &str) -> bool {
    let overprovisioner = spec.overprovisioner.as_ref();
    let its_own = overprovisioner
        .and_then(|overprovisioner| overprovisioner.namespace.as_ref())
        .map_or(defaults::SYSTEM_NAMESPACE, |namespace| namespace.as_str());
    let declared = overprovisioner.filter(|_| its_own == namespace);
    declared
        .and_then(|overprovisioner| overprovisioner.create_namespace)
        .unwrap_or(namespace == defaults::SYSTEM_NAMESPACE)
}

#[derive(Clone, Debug, PartialEq, Default, Serialize)]
pub struct Chart {
    pub repository: String,
    pub version: String,
}

/// Requests and limits of an installed controller.
#[derive(Clone, Debug, PartialEq, Default, Serialize)]
pub struct ContainerResources {
    pub requests: IndexMap<&'static str, Quantity>,
    pub limits: IndexMap<&'static str, Quantity>,
}

/// The requests of a controller.
impl From<&ContainerResources> for Amount {
    fn from(resources: &ContainerResources) -> Self {
        let get = |name: &str| resources.requests.get(name);
        Self {
            cpu: get("cpu").map_or(0, Quantity::millis),
            memory: get("memory").map_or(0, Quantity::bytes),
        }
    }
}
