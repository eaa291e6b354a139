//! All objects in one stream, in the order in which they can be applied.

use std::io::{self, Write};

use super::stream::Stream;
use super::{Note, head, uncarried};
use crate::build::Bundle;
use crate::plan::Plan;

pub(super) fn write(plan: &Plan, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let mut objects = bundle.objects().peekable();
    if objects.peek().is_none() {
        return Ok(false);
    }
    let mut stream = Stream::new(out, &head(plan));
    for object in objects {
        stream.document(&object)?;
    }
    stream.finish()?;
    Ok(true)
}

pub(super) fn notes(plan: &Plan, bundle: &Bundle<'_>) -> Vec<Note> {
    uncarried::notes(
        plan,
        bundle,
        "these manifests do not place the workloads: placement goes into the workloads' own manifests",
    )
}
