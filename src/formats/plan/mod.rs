//! The resolved plan, for people to read.

mod placeholders;
mod written;

use std::io::{self, Write};

use super::format::{Format, Writer};
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::yaml;
use written::Written;

pub(super) const FORMAT: Format = Format {
    name: "plan",
    about: "The resolved plan, with every default and every derived value",
    writer: Writer::Stream(write),
    reads_workloads: true,
    refusals: None,
    notes: |_, _| Vec::new(),
};

fn write(system: &System, _: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let mut text = format!(
        "# {}: the plan that spotgen resolved from the configuration.\n",
        system.plan.name
    );
    yaml::write(&Written::from(system), &mut text);
    out.write_all(text.as_bytes())?;
    Ok(true)
}
