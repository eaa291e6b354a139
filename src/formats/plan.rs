//! The resolved plan, for reading.

use std::io::{self, Write};

use crate::components::System;
use crate::yaml;

pub(super) fn write(system: &System, out: &mut dyn Write) -> io::Result<bool> {
    let plan = &system.plan;
    let mut text = format!(
        "# {}: the plan that spotgen made of the configuration.\n",
        plan.name
    );
    yaml::write(plan, &mut text);
    out.write_all(text.as_bytes())?;
    Ok(true)
}
