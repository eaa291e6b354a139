//! All objects in one stream, in the order in which they can be applied.

use std::io::{self, Write};

use super::stream::Stream;
use super::{Note, azure_cli};
use crate::build::Bundle;
use crate::config::{Capacity, Expander, ProviderName};
use crate::defaults::ON_DEMAND_TAINT;
use crate::plan::Plan;

pub(super) fn write(plan: &Plan, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let mut objects = bundle.objects().peekable();
    if objects.peek().is_none() {
        return Ok(false);
    }
    let header = format!(
        "# {}: made by spotgen. Change the configuration, not this file.\n",
        plan.name
    );
    let mut stream = Stream::new(out, &header);
    for object in objects {
        stream.document(&object)?;
    }
    stream.finish()?;
    Ok(true)
}

pub(super) fn notes(plan: &Plan, bundle: &Bundle<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    if bundle.has("placement") && bundle.patches().next().is_some() {
        notes.push(Note::new(
            "these manifests do not place the workloads: placement goes into the workloads' own manifests",
            "spotgen render --format patches --from MANIFESTS",
        ));
    }
    notes.extend(system_notes(plan, bundle));
    notes
}

/// What comes with none of the objects, in whatever form they are written.
pub(super) fn system_notes(plan: &Plan, bundle: &Bundle<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let left_out = plan.left_out.iter();
    notes.extend(
        left_out
            .filter(|found| bundle.has(found.component))
            .map(|found| Note::new(found.why, found.next)),
    );
    if bundle.has("priority-expander") && plan.autoscaler.expander == Some(Expander::Priority) {
        notes.push(profile(plan));
    }
    if let Some(note) = taints(plan).filter(|_| bundle.has("node-pools")) {
        notes.push(note);
    }
    if bundle.has("monitoring") && plan.monitoring {
        notes.push(Note {
            message: "`monitoring` is accepted and makes nothing yet".to_owned(),
            next: None,
        });
    }
    notes
}

/// The `ConfigMap` of the expander is read only when the autoscaler runs with it.
fn profile(plan: &Plan) -> Note {
    let message = "the autoscaler reads the priorities only once its expander is `priority`";
    if plan.autoscaler.profile.is_empty() {
        return Note::new(
            message,
            "start the cluster autoscaler with --expander=priority",
        );
    }
    Note::new(message, azure_cli::command(plan))
}

fn taints(plan: &Plan) -> Option<Note> {
    let (key, value, effect) = ON_DEMAND_TAINT;
    let tainted: Vec<&str> = plan
        .node_pools
        .iter()
        .filter(|pool| pool.capacity == Capacity::OnDemand)
        .filter(|pool| {
            pool.taints
                .iter()
                .any(|taint| taint.key == key && taint.effect == effect)
        })
        .map(|pool| pool.name.as_str())
        .collect();
    (!tainted.is_empty()).then(|| {
        let next = match plan.provider.name {
            ProviderName::Aks => azure_cli::command(plan),
            _ => "set it on the pools".to_owned(),
        };
        let tainted = tainted.join(", ");
        Note::new(
            format!("the plan counts on the taint `{key}={value}:{effect}` of {tainted}; it comes with the pools only, and `taints: []` there does without"),
            next,
        )
    })
}
