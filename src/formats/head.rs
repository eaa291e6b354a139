//! The first line of what is written.

use crate::plan::Plan;

/// A comment of YAML and of shells.
pub(super) fn head(plan: &Plan) -> String {
    format!(
        "# {}: made by spotgen. Change the configuration, not this file.\n",
        plan.name
    )
}
