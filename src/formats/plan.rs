//! The resolved plan, for reading.

use std::io::{self, Write};

use crate::plan::Plan;
use crate::yaml;

pub(super) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<bool> {
    let mut text = format!(
        "# {}: the plan that spotgen made of the configuration.\n",
        plan.name
    );
    yaml::write(plan, &mut text);
    out.write_all(text.as_bytes())?;
    Ok(true)
}
