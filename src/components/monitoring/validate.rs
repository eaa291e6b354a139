use crate::config::Labels;
use crate::diagnostic::Pointer;
use crate::kubernetes::{COMPONENT_LABEL, MANAGED_BY_LABEL, NAME_LABEL, PART_OF_LABEL};
use crate::validate::{Context, spec};
use crate::yaml::Node;

pub(super) fn validate(context: &mut Context<'_>) {
    enabled(context);
    labels(context);
}

/// Other keys show that monitoring is wanted, and without `enabled` nothing would be generated.
fn enabled(context: &mut Context<'_>) {
    let section = spec().child("monitoring");
    let keys = context
        .document
        .node(&section)
        .map_or(&[][..], Node::entries);
    let is_said = keys.iter().any(|entry| entry.key == "enabled");
    if !keys.is_empty() && !is_said {
        context.problem(
            &section.at_key(),
            "`monitoring` has settings, but does not say whether it is on",
            "add `enabled: true`: it is off by default",
        );
    }
}

/// Labels by which Prometheus and Grafana select are added to those that all objects have, and replace none of them.
fn labels(context: &mut Context<'_>) {
    let Some(monitoring) = context.config.spec.monitoring.as_ref() else {
        return;
    };
    let section = spec().child("monitoring");
    let of_dashboard = monitoring.dashboard.as_ref();
    let of_dashboard = of_dashboard.and_then(|dashboard| dashboard.labels.as_ref());
    let declared = [
        (section.child("labels"), Some(&monitoring.labels)),
        (section.child("dashboard").child("labels"), of_dashboard),
    ];
    for (place, labels) in declared {
        let problems = labels
            .into_iter()
            .flat_map(|labels| replaced(&place, labels));
        for (pointer, key) in problems.collect::<Vec<_>>() {
            context.problem(
                &pointer,
                format!("spotgen sets the label `{key}` itself"),
                "use another label key",
            );
        }
    }
}

fn replaced(place: &Pointer, labels: &Labels) -> Vec<(Pointer, String)> {
    let own = [NAME_LABEL, COMPONENT_LABEL, PART_OF_LABEL, MANAGED_BY_LABEL];
    let keys = labels.keys().map(ToString::to_string);
    let replaced = keys.filter(|key| own.contains(&key.as_str()));
    replaced
        .map(|key| (place.child(&key).at_key(), key))
        .collect()
}
