//! All objects in one stream, in an order in which they can be applied.

use std::io::{self, Write};

use super::format::{Format, Writer};
use super::head::head;
use super::note::Note;
use super::stream::Stream;
use super::{objects, uncarried};
use crate::components::System;
use crate::components::bundle::Bundle;

pub(super) const FORMAT: Format = Format {
    name: "manifests",
    about: "All objects as one stream, for `kubectl apply -f -`",
    writer: Writer::Stream(write),
    refusals: None,
    notes,
};

fn write(system: &System, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let plan = &system.plan;
    let mut made = bundle.objects().peekable();
    if made.peek().is_none() {
        return Ok(false);
    }
    let mut stream = Stream::new(out, &head(plan));
    for object in made {
        stream.document_by(|text| objects::write(system, &object, text))?;
    }
    stream.finish()?;
    Ok(true)
}

fn notes(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    uncarried::notes(
        system,
        bundle,
        "these manifests do not change the workloads: add placement to their own manifests",
    )
}
