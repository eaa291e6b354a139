//! The proportional autoscaler: whether it runs, can read its parameters, and finds what it scales.

use super::cluster::Cluster;
use super::owners::{is_ours, note_workload};
use super::part::Part;
use super::words::{add, full_name, kubectl, short};
use crate::components::ComponentId;
use crate::components::proportional_autoscaler::{Scaler, is_target};
use crate::diagnostic::Severity;
use crate::manifests::is_accepted;

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let mut part = Part::new(ComponentId::ProportionalAutoscaler.name());
    let mut ready = 0;
    let mut maps: Vec<&str> = Vec::new();
    let scalers = cluster.installed.scalers();
    for scaler in scalers.filter(|scaler| is_of_the_system(cluster, *scaler)) {
        let found = scaler.0;
        let program = found.program.as_deref();
        let map = program.and_then(|program| program.argument("configmap"));
        if let Some(map) = map {
            without_parameters(&mut part, cluster, scaler, map);
        }
        maps.extend(map);
        part.is_there = true;
        note_workload(&mut part, cluster, found);
        for target in scaler.targets() {
            let mut workloads = cluster.manifests.workloads.iter();
            let is_there = workloads.any(|other| {
                is_target(target, other) && scaler.scales_in(other.namespace.as_deref())
            });
            if !is_there {
                part.trouble(
                    "scaler-without-target",
                    format!("{} scales {target}, which is not there", full_name(found)),
                    "spotgen explain scaling-without-target",
                );
            }
        }
        if !cluster.has_pods() || found.replicas == Some(0) {
            continue;
        }
        if cluster.pods_of(found).iter().any(|pod| pod.is_ready) {
            ready += 1;
        } else {
            let namespace = found.namespace.as_deref().unwrap_or("default");
            part.trouble(
                "scaler-not-ready",
                format!(
                    "{} has no ready pod: headroom stays as it is",
                    full_name(found)
                ),
                kubectl(namespace, "logs", found.kind.as_str(), &found.name),
            );
        }
    }
    if !part.is_there {
        return part;
    }
    let parameters = cluster.installed.parameters.iter();
    let parameters = parameters.filter(|own| maps.contains(&own.map.name.as_str()));
    for parameters in parameters.filter(|own| !is_accepted(&own.problems)) {
        let mut problems = parameters.problems.iter();
        let problem = problems.find(|(level, _)| *level == Severity::Error);
        part.trouble(
            "scaler-parameters",
            format!(
                "it refuses the parameters in {}: {}",
                parameters.map.name,
                short(problem.map_or("", |(_, text)| text))
            ),
            "spotgen explain broken-scaling-parameters",
        );
    }
    part.figure("ready", ready);
    if cluster.has_pods() {
        part.fact(format!("{ready} ready"));
    } else {
        part.gap("whether it runs: there are no pods", add("pods"));
    }
    part
}

/// Its `ConfigMap` without parameters, or without anything. It makes one where there is none, if it has defaults.
/// Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/autoscaler_server.go`, `syncConfigWithServer`.
fn without_parameters(part: &mut Part, cluster: &Cluster<'_>, scaler: Scaler<'_>, map: &str) {
    let found = scaler.0;
    let namespace = scaler.namespace().unwrap_or("default");
    let is_known = map.starts_with('$') || !cluster.snapshot.has("ConfigMap");
    let mut parameters = cluster.installed.parameters.iter();
    let is_read = parameters.any(|own| {
        own.map.name == map
            && own
                .map
                .namespace
                .as_deref()
                .is_none_or(|own| own == namespace)
    });
    if is_known || is_read {
        return;
    }
    let has_defaults = found
        .program
        .as_deref()
        .is_some_and(|program| program.argument("default-params").is_some());
    let what = if cluster.snapshot.has_config_map(namespace, map) {
        "has neither `linear` nor `ladder`"
    } else if has_defaults {
        return;
    } else {
        "is not there"
    };
    part.trouble(
        "scaler-parameters",
        format!(
            "{}: the ConfigMap {namespace}/{map} {what}",
            full_name(found)
        ),
        "spotgen explain broken-scaling-parameters",
    );
}

/// Whether it scales placeholders, or is ours: clusters have others, such as that of their DNS.
fn is_of_the_system(cluster: &Cluster<'_>, scaler: Scaler<'_>) -> bool {
    let mut placeholders = cluster.installed.placeholders();
    placeholders.any(|own| scaler.scales(own)) || is_ours(cluster, scaler.0)
}
