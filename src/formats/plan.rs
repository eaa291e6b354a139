//! The resolved plan, for reading.

use crate::plan::Plan;
use crate::yaml;

pub(super) fn render(plan: &Plan) -> String {
    let mut out = format!(
        "# {}: the plan that spotgen made of the configuration.\n",
        plan.name
    );
    yaml::write(plan, &mut out);
    out
}
