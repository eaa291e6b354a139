//! Every format has a golden in every valid case.

use std::collections::BTreeMap;
use std::path::Path;

use spotgen::Planned;
use spotgen::components::bundle;
use spotgen::formats::{ALL, Format, Note, Writer};
use spotgen::reporters::{Style, text};
use spotgen::source::Sources;

use super::case::{self, Read};
use super::{cases, compare, compare_trees, finish, instead, no_golden, root};

/// What a format makes of a case.
#[derive(Debug, PartialEq)]
enum Made {
    /// Why it can make nothing.
    Refused(String),
    Text(String),
    Files(BTreeMap<String, String>),
}

fn read(case: &Path, set: &[&str]) -> Read {
    case::read(case, set).expect("a valid case can be read")
}

fn plan(read: &Read) -> Planned<'_> {
    spotgen::plan(&read.inputs, read.manifests.as_deref()).unwrap_or_else(|report| {
        let report = text::render(&report, &read.inputs.sources, Style::PLAIN);
        panic!("a valid case is not valid:\n{report}")
    })
}

fn make(format: &Format, planned: &Planned<'_>, sources: &Sources) -> (Made, Vec<Note>) {
    let bundle = bundle::build(&planned.system, |_| true);
    let refusals = planned.refusals(format, &bundle);
    if !refusals.is_empty() {
        let report = text::render(&refusals, sources, Style::PLAIN);
        return (Made::Refused(report), Vec::new());
    }
    let utf8 = |bytes: &[u8]| super::text(bytes).to_owned();
    let (made, is_written) = match format.writer {
        Writer::Stream(write) | Writer::Either { stream: write, .. } => {
            let mut out = Vec::new();
            let is_written = write(&planned.system, &bundle, &mut out).expect("memory takes all");
            assert_eq!(is_written, !out.is_empty(), "{}", format.name);
            (Made::Text(utf8(&out)), is_written)
        }
        Writer::Directory(make) => {
            let files = make(&planned.system, &bundle);
            let found = files.iter();
            let found = found.map(|(path, content)| (path.to_owned(), utf8(content)));
            (Made::Files(found.collect()), !files.is_empty())
        }
    };
    // Nothing is said of nothing.
    let notes = if is_written {
        (format.notes)(&planned.system, &bundle)
    } else {
        Vec::new()
    };
    (made, notes)
}

/// The golden of what a format writes: a folder of its name, or a file.
fn output(format: &Format) -> String {
    match (format.writer, format.name) {
        (Writer::Directory(_), name) => name.to_owned(),
        (_, "azure-cli") => "azure-cli.sh".to_owned(),
        (_, name) => format!("{name}.yaml"),
    }
}

fn section(format: &Format, notes: &[Note]) -> String {
    let notes = notes.iter();
    let notes =
        notes.map(|note| text::render_note(&note.message, note.next.as_deref(), Style::PLAIN));
    format!("{}\n{}\n", format.name, notes.collect::<String>())
}

#[test]
fn every_format_gives_the_golden_output_of_every_case() {
    let mut mismatches = Vec::new();
    for case in cases(&root()) {
        let mut said = String::new();
        let inputs = read(&case, &[]);
        let planned = plan(&inputs);
        for format in ALL {
            let (mut made, mut notes) = make(format, &planned, &inputs.inputs.sources);
            let refused = case.join(format!("{}.refused.txt", format.name));
            if let Made::Refused(report) = &made {
                compare(&refused, report, &mut mismatches);
            } else {
                no_golden(&refused, &mut mismatches);
            }
            // Also where nothing is refused, for there may be more to say.
            if !instead(format.name).is_empty() {
                let inputs = read(&case, instead(format.name));
                (made, notes) = make(format, &plan(&inputs), &inputs.inputs.sources);
            }
            let golden = case.join(output(format));
            match &made {
                Made::Refused(_) => no_golden(&golden, &mut mismatches),
                Made::Text(text) => compare(&golden, text, &mut mismatches),
                Made::Files(files) if files.is_empty() => compare(&golden, "", &mut mismatches),
                Made::Files(files) => compare_trees(&golden, files, &mut mismatches),
            }
            if !notes.is_empty() {
                said.push_str(&section(format, &notes));
            }
        }
        compare(&case.join("notes.txt"), &said, &mut mismatches);
    }
    finish(&mismatches);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for case in cases(&root()) {
        let inputs = read(&case, &[]);
        let (one, other) = (plan(&inputs), plan(&inputs));
        for format in ALL {
            let made = |planned| make(format, planned, &inputs.inputs.sources).0;
            assert_eq!(
                made(&one),
                made(&other),
                "{} {}",
                case.display(),
                format.name
            );
        }
    }
}
