//! All objects in one stream, in an order in which they can be applied.

use std::io::{self, Write};

use super::format::{Format, Writer};
use super::head::head;
use super::note::Note;
use super::stream::Stream;
use super::text::documents;
use super::uncarried;
use crate::check;
use crate::components::bundle::Bundle;
use crate::components::{Explained, System};
use crate::files::Files;
use crate::kubernetes::Object;

pub(super) const FORMAT: Format = Format {
    name: "manifests",
    about: "All objects as one stream, for `kubectl apply -f -`; into a directory, a file per component",
    writer: Writer::Either {
        stream: write,
        files,
    },
    reads_workloads: true,
    refusals: Some(check::formats::on_demand_base::refusals),
    notes,
};

fn write(system: &System, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let plan = &system.plan;
    let mut made = bundle.written_objects().peekable();
    if made.peek().is_none() {
        return Ok(false);
    }
    let mut stream = Stream::new(out, &head(plan));
    for object in made {
        stream.document_by(|text| object.write(text))?;
    }
    stream.finish()?;
    Ok(true)
}

/// A file for each component, and one for the namespaces, which several of them may need.
fn files(system: &System, bundle: &Bundle<'_>) -> Files {
    let header = head(&system.plan);
    let mut files = Files::default();
    let is_namespace = |made: &Explained<Object>| matches!(made.value, Object::Namespace(_));
    let (namespaces, _): (Vec<_>, Vec<_>) = bundle.system().into_iter().partition(is_namespace);
    let by_component = bundle.objects_by_component().map(|(id, mut made)| {
        made.retain(|made| !is_namespace(made));
        (id.name(), made)
    });
    // `kubectl apply -f DIR` reads files in the order of their names, and namespaces must come first.
    for (name, made) in std::iter::once(("00-namespaces", namespaces)).chain(by_component) {
        if !made.is_empty() {
            files.add(format!("{name}.yaml"), documents(&header, &made));
        }
    }
    files
}

fn notes(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    uncarried::notes(
        system,
        bundle,
        "these manifests do not change the workloads: add placement to their own manifests",
    )
}
