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
    let or = |stated: Option<&String>, default: &str| {
        stated.cloned().unwrap_or_else(|| default.to_owned())
    };
    Chart {
        repository: or(
            stated.and_then(|chart| chart.repository.as_ref()),
            repository,
        ),
        version: or(stated.and_then(|chart| chart.version.as_ref()), version),
    }
}

/// CPU in thousandths and memory in bytes as quantities.
pub(super) fn amounts(cpu_millis: i64, memory_bytes: i64) -> Resources {
    Resources {
        cpu: Quantity::from_millis(cpu_millis),
        memory: Quantity::from_bytes(memory_bytes),
    }
}
