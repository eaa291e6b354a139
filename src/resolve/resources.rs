use crate::config;
use crate::defaults::ResourceDefaults;
use crate::plan::{Chart, ContainerResources, Resources};
use crate::values::Quantity;
use indexmap::IndexMap;

/// A quantity that we write ourselves.
fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).expect("the defaults are valid quantities")
}

/// Requests and limits of a controller: what is stated replaces the default list whole.
pub(super) fn container(
    stated: Option<&config::Resources>,
    defaults: ResourceDefaults,
) -> ContainerResources {
    let list = |stated: Option<&config::ResourceList>, (cpu, memory): (&str, &str)| match stated {
        Some(stated) => [("cpu", &stated.cpu), ("memory", &stated.memory)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.clone()?)))
            .collect(),
        None => IndexMap::from([("cpu", quantity(cpu)), ("memory", quantity(memory))]),
    };
    ContainerResources {
        requests: list(
            stated.and_then(|stated| stated.requests.as_ref()),
            defaults.requests,
        ),
        limits: list(
            stated.and_then(|stated| stated.limits.as_ref()),
            defaults.limits,
        ),
    }
}

pub(super) fn chart(stated: Option<&config::Chart>, repository: &str, version: &str) -> Chart {
    let repository_stated = stated.and_then(|chart| chart.repository.as_deref());
    let version_stated = stated.and_then(|chart| Some(chart.version.as_ref()?.as_str()));
    Chart {
        repository: repository_stated.unwrap_or(repository).to_owned(),
        version: version_stated.unwrap_or(version).to_owned(),
    }
}

/// CPU in thousandths and memory in bytes as quantities.
pub(super) fn amounts(cpu_millis: i64, memory_bytes: i64) -> Resources {
    Resources {
        cpu: Quantity::from_millis(cpu_millis),
        memory: Quantity::from_bytes(memory_bytes),
    }
}
