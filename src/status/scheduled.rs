//! The rounds of a descheduler that a schedule starts, where no pod of one is left.

use serde_json::Value as Json;

use super::cluster::Cluster;
use super::owners::identity;
use super::part::Part;
use super::words::{full_name, kubectl};
use crate::manifests::ManifestWorkload;
use crate::snapshot::{Age, Time};

/// Judges by what the `CronJob` says of its rounds.
/// Source: kubernetes/api batch/v1/types.go, `CronJobStatus`.
pub(super) fn without_pod(part: &mut Part, cluster: &Cluster<'_>, found: &ManifestWorkload) {
    let live = cluster.snapshot.object(&identity(found));
    let live = live.and_then(|live| serde_json::from_str::<Json>(live).ok());
    let ago = |key: &str| {
        let time = live.as_ref()?["status"][key].as_str()?;
        // The newest thing in the snapshot may be older than the round.
        cluster.age(Time::parse(time)).map(|age| age.max(0))
    };
    let (started, succeeded) = (ago("lastScheduleTime"), ago("lastSuccessfulTime"));
    // It ends after it has started.
    let is_over = |ended: &i64| started.is_none_or(|started| *ended <= started);
    if let Some(ended) = succeeded.filter(is_over) {
        part.fact(format!("its last round ended well {} ago", Age(ended)));
        return;
    }
    let namespace = found.namespace.as_deref().unwrap_or("default");
    let look = || kubectl(namespace, "get", found.kind.as_str(), &found.name);
    let why = match started {
        Some(ago) => format!("the round that it started {} ago has left no pod", Age(ago)),
        None => format!("no pod of {} is there", full_name(found)),
    };
    let next = cluster.add_unless("Job", "jobs", || {
        format!(
            "it may not have started a round yet, or its Jobs are removed: {}",
            look()
        )
    });
    part.gap(format!("whether it runs: {why}"), next);
}
