//! Monitoring: which of its objects are there. Prometheus itself is not asked.

use super::cluster::Cluster;
use super::part::Part;
use super::whose::Whose;
use super::words::{count, names};
use crate::components::ComponentId;

/// Their kinds are custom ones, which a snapshot has only if it is asked for them by name.
const KINDS: [&str; 3] = ["PrometheusRule", "ServiceMonitor", "PodMonitor"];
const ASKED: &str = "servicemonitors,podmonitors,prometheusrules";

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let id = ComponentId::Monitoring;
    let mut part = Part::new(id.name());
    let own = cluster.snapshot.kept.iter().filter(|(_, kept)| {
        kept.marks.component.as_deref() == Some(id.name()) && Whose::from(&kept.marks).is_ours
    });
    let mut found: Vec<String> = Vec::new();
    for (identity, kept) in own {
        part.is_there = true;
        part.belongs_to(Whose::from(&kept.marks));
        found.push(format!("{} {}", identity.kind, identity.name));
    }
    part.figure("objects", found.len());
    if part.is_there {
        part.fact(format!(
            "{}: {}",
            count(found.len(), "object"),
            names(&found)
        ));
    }
    let is_wanted = cluster
        .planned
        .is_some_and(|system| system.monitoring.is_some());
    let is_seen = KINDS.iter().any(|kind| cluster.snapshot.has(kind));
    if (part.is_there || is_wanted) && !is_seen {
        part.gap(
            "whether Prometheus has its monitors and rules",
            format!("add {ASKED} to the `kubectl get` of the snapshot"),
        );
    }
    part
}
