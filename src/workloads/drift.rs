//! Drift: facts that the configuration declares differently from a manifest.

use super::manifest::autoscaling;
use crate::config::{self, Autoscaling};
use crate::kubernetes::{Labels, Resources};
use crate::manifests::ManifestWorkload;
use crate::plan::{Drift, owned_labels};
use crate::source::Span;
use crate::values::Quantity;

/// Finds the declared facts that differ from the manifest.
pub(super) fn drift(declared: &config::Workload, found: &ManifestWorkload) -> Vec<Drift> {
    let mut drift: Vec<Drift> = Vec::new();
    let mut compare =
        |key: &'static str, declared: Option<String>, actual: Option<String>, location: Span| {
            if let (Some(declared), Some(found)) = (declared, actual)
                && declared != found
            {
                // Two facts under one key are mended by one edit.
                if let Some(last) = drift.last_mut().filter(|last| last.key == key) {
                    last.declared = format!("{}, {declared}", last.declared);
                    last.found = format!("{}, {found}", last.found);
                    return;
                }
                drift.push(Drift {
                    key,
                    declared,
                    found,
                    location,
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
    let locations = &found.locations;
    compare(
        "selector",
        declared
            .selector
            .clone()
            .map(|declared| text(&owned_labels(declared))),
        found.selector.as_ref().map(text),
        locations.selector,
    );
    // If an autoscaler scales the workload, the number in the manifest is only the initial one.
    let replicas = found.replicas.filter(|_| found.autoscaling.is_none());
    compare(
        "replicas",
        declared.replicas.map(|declared| declared.get().to_string()),
        replicas.map(|found| found.to_string()),
        locations.replicas,
    );
    compare(
        "autoscaling",
        declared.autoscaling.map(range),
        autoscaling(found).map(range),
        locations.autoscaling,
    );
    let requests = declared.requests.as_ref();
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
        locations.requests,
    );
    compare(
        "requests",
        memory.map(|memory| format!("memory {}", Quantity::from_bytes(memory.bytes()))),
        found_amount("memory"),
        locations.requests,
    );
    drift
}
