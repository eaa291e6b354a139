//! The resolved plan, for reading.

use std::io::{self, Write};

use crate::components::System;
use crate::yaml;

pub(super) fn write(system: &System, out: &mut dyn Write) -> io::Result<bool> {
    let mut text = format!(
        "# {}: the plan that spotgen made of the configuration.\n",
        system.plan.name
    );
    yaml::write(system, &mut text);
    out.write_all(text.as_bytes())?;
    Ok(true)
}
