//! One strategic-merge patch for each workload.

use super::Note;
use crate::build::Bundle;
use crate::plan::Plan;
use crate::yaml;

const REPLACES: &str = "a strategic merge replaces a workload's own tolerations and affinity terms";

pub(super) fn render(plan: &Plan, bundle: &Bundle<'_>) -> Option<String> {
    let mut out = format!(
        "# {}: made by spotgen. Change the configuration, not this file.\n",
        plan.name
    );
    if !plan.from_manifests {
        out.push_str("# Made without --from: ");
        out.push_str(REPLACES);
        out.push_str(" with these.\n");
    }
    let header = out.len();
    for patch in bundle.patches() {
        out.push_str("---\n");
        yaml::write(&patch, &mut out);
    }
    (out.len() > header).then_some(out)
}

pub(super) fn notes(plan: &Plan) -> Vec<Note> {
    if plan.from_manifests {
        return Vec::new();
    }
    let message = format!("{REPLACES}: if they have any, these patches do not carry them along");
    vec![Note::new(
        message,
        "spotgen render --format patches --from MANIFESTS",
    )]
}
