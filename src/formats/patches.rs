//! One strategic-merge patch for each workload.

use std::io::{self, Write};

use super::format::{Format, Writer};
use super::head::head;
use super::note::Note;
use super::stream::Stream;
use crate::components::System;
use crate::components::bundle::Bundle;

pub(super) const FORMAT: Format = Format {
    name: "patches",
    about: "A strategic-merge patch for each workload: its placement",
    writer: Writer::Stream(write),
    refusals: None,
    notes: |system, _| notes(system, FORMAT.name),
};

const REPLACES: &str = "a strategic merge replaces a workload's own tolerations and affinity terms";

fn write(system: &System, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let plan = &system.plan;
    let mut patches = bundle.patches().peekable();
    if patches.peek().is_none() {
        return Ok(false);
    }
    let mut header = head(plan);
    header.push_str(&warning(system));
    let mut stream = Stream::new(out, &header);
    for patch in patches {
        stream.document(&patch)?;
    }
    stream.finish()?;
    Ok(true)
}

/// For the head of a file that may lose something.
pub(super) fn warning(system: &System) -> String {
    if system.from_manifests {
        return String::new();
    }
    format!("# Made without --from: {REPLACES} with these.\n")
}

/// Of the patches, in the form of this format.
pub(super) fn notes(system: &System, format: &str) -> Vec<Note> {
    if system.from_manifests {
        return Vec::new();
    }
    let message = format!("{REPLACES}: if they have any, these patches do not carry them along");
    vec![Note::new(
        message,
        format!("spotgen render --format {format} --from MANIFESTS"),
    )]
}
