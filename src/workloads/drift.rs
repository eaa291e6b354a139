//! Facts that the configuration states and a manifest has differently.

use super::manifest::autoscaling;
use crate::config::{self, Autoscaling};
use crate::kubernetes::{Labels, Resources};
use crate::manifests::ManifestWorkload;
use crate::plan::{Drift, owned_labels};
use crate::source::Span;
use crate::values::Quantity;

/// Facts that are stated and that the manifest has differently.
pub(super) fn drift(stated: &config::Workload, found: &ManifestWorkload) -> Vec<Drift> {
    let mut drift = Vec::new();
    let mut compare =
        |key: &'static str, stated: Option<String>, actual: Option<String>, place: Span| {
            if let (Some(stated), Some(found)) = (stated, actual)
                && stated != found
            {
                drift.push(Drift {
                    key,
                    stated,
                    found,
                    place,
                });
            }
        };
    let text = |labels: &Labels| {
        labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    let range = |range: Autoscaling| format!("{} to {}", range.min.get(), range.max.get());
    let places = &found.places;
    compare(
        "selector",
        stated
            .selector
            .clone()
            .map(|stated| text(&owned_labels(stated))),
        found.selector.as_ref().map(text),
        places.selector,
    );
    // Where something else scales it, the number in the manifest is only where it starts.
    let replicas = found.replicas.filter(|_| found.autoscaling.is_none());
    compare(
        "replicas",
        stated.replicas.map(|stated| stated.get().to_string()),
        replicas.map(|found| found.to_string()),
        places.replicas,
    );
    compare(
        "autoscaling",
        stated.autoscaling.map(range),
        autoscaling(found).map(range),
        places.autoscaling,
    );
    let requests = stated.requests.as_ref();
    let amount = |requests: &Resources, key: &str| match key {
        "cpu" => format!("cpu {}", Quantity::from_millis(requests.cpu.millis())),
        _ => format!("memory {}", Quantity::from_bytes(requests.memory.bytes())),
    };
    let cpu = requests.and_then(|requests| requests.cpu.as_ref());
    let memory = requests.and_then(|requests| requests.memory.as_ref());
    let found_amount = |key: &str| {
        found
            .requests
            .as_ref()
            .map(|requests| amount(requests, key))
    };
    compare(
        "requests",
        cpu.map(|cpu| format!("cpu {}", Quantity::from_millis(cpu.millis()))),
        found_amount("cpu"),
        places.requests,
    );
    compare(
        "requests",
        memory.map(|memory| format!("memory {}", Quantity::from_bytes(memory.bytes()))),
        found_amount("memory"),
        places.requests,
    );
    drift
}
