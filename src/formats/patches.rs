//! One strategic-merge patch per workload.

use std::io::{self, Write};

use super::format::{Format, Writer};
use super::head::head;
use super::note::Note;
use super::stream::Stream;
use super::text::documents;
use super::uncarried;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::files::Files;

pub(super) const FORMAT: Format = Format {
    name: "patches",
    about: "A strategic-merge patch per workload, with its placement; into a directory, a file per component",
    writer: Writer::Either {
        stream: write,
        files,
    },
    reads_workloads: true,
    refusals: None,
    notes: |system, bundle| notes(system, bundle, FORMAT.name),
};

const REPLACES: &str =
    "a strategic-merge patch replaces a workload's own tolerations and affinity terms";

fn write(system: &System, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let plan = &system.plan;
    let mut patches = bundle.written_patches().peekable();
    if patches.peek().is_none() {
        return Ok(false);
    }
    let mut header = head(plan);
    header.push_str(&warning(system));
    let mut stream = Stream::new(out, &header);
    for patch in patches {
        stream.document_by(|text| patch.write(text))?;
    }
    stream.finish()?;
    Ok(true)
}

/// One file for each component that patches.
fn files(system: &System, bundle: &Bundle<'_>) -> Files {
    let header = format!("{}{}", head(&system.plan), warning(system));
    let mut files = Files::default();
    for (id, made) in bundle.patches_by_component() {
        if !made.is_empty() {
            files.add(format!("{}.yaml", id.name()), documents(&header, &made));
        }
    }
    files
}

/// A warning for the head of a file whose patches may lose entries.
pub(super) fn warning(system: &System) -> String {
    if system.from_manifests {
        return String::new();
    }
    format!("# Rendered without --from: {REPLACES}.\n")
}

/// Notes about patches, for the given format.
pub(super) fn notes(system: &System, bundle: &Bundle<'_>, format: &str) -> Vec<Note> {
    let mut notes: Vec<Note> = uncarried::without_bases(system, bundle)
        .into_iter()
        .collect();
    if system.from_manifests {
        return notes;
    }
    let message = format!("{REPLACES}: render with the manifests, or existing entries are lost");
    notes.push(Note::new(
        message,
        format!("spotgen render --format {format} --from MANIFESTS"),
    ));
    notes
}
