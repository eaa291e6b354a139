//! What formats of objects cannot carry, each with the next command.

use super::Note;
use crate::build::Bundle;
use crate::charts::Release;
use crate::config::{Capacity, Expander};
use crate::defaults::ON_DEMAND_TAINT;
use crate::plan::Plan;

/// `unplaced` says that this format does not place the workloads.
pub(super) fn notes(plan: &Plan, bundle: &Bundle<'_>, unplaced: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    if bundle.has("placement") && bundle.patches().next().is_some() {
        notes.push(Note::new(
            unplaced,
            "spotgen render --format patches --from MANIFESTS",
        ));
    }
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

/// Names that an upstream chart would make a number of, or nothing.
pub(super) fn misread(releases: &[Release<'_>]) -> Vec<Note> {
    let misread = releases
        .iter()
        .filter_map(|release| Some((release.chart, release.misread()?)));
    misread
        .map(|(chart, name)| {
            Note::new(
                format!("the chart {chart} writes the name `{name}` without quotes, and YAML does not read it as text"),
                "give it a name with another letter in it",
            )
        })
        .collect()
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
    let settings: Vec<String> = plan
        .autoscaler
        .profile
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let group = plan
        .cluster
        .resource_group
        .as_deref()
        .unwrap_or("RESOURCE_GROUP");
    let name = plan.cluster.name.as_deref().unwrap_or("CLUSTER");
    let command = format!(
        "az aks update --resource-group {} --name {} --cluster-autoscaler-profile {}",
        shell_word(group),
        shell_word(name),
        shell_word(&settings.join(","))
    );
    Note::new(message, command)
}

/// A word that a POSIX shell takes as it is.
pub(super) fn shell_word(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./=,:".contains(&byte));
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
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
        Note::new(
            format!("the plan counts on the taint `{key}={value}:{effect}` of {}; it comes with the pools only", tainted.join(", ")),
            "set it on the pools, or write `taints: []` there to do without",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn words_for_the_shell_are_quoted_when_they_have_to_be() {
        assert_eq!(shell_word("my-rg_1"), "my-rg_1");
        assert_eq!(shell_word("a b"), "'a b'");
        assert_eq!(shell_word("$(rm)'x"), r"'$(rm)'\''x'");
        assert_eq!(shell_word(""), "''");
    }
}
