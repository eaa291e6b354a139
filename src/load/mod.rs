//! Source → Document: reads the files, merges them, and applies `--set`.

mod document;
mod merge;
mod set;
mod syntax;
#[cfg(test)]
mod tests;
mod tree;

pub use document::Document;
pub use syntax::syntax;

use foldhash::{HashMap, HashMapExt as _};
use merge::Lists;
use serde::Deserialize;
use tree::Tree;

use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Dialect, Node, Parsed, Value};

/// What an empty file could begin with.
pub const MINIMAL: &str = include_str!("minimal.yaml");

/// The inputs, in order of precedence: later ones win.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    pub sources: Sources,
    pub files: Vec<SourceId>,
    /// `--set` arguments, each the text `path=value`.
    pub sets: Vec<SourceId>,
}

/// Reads and merges all inputs. The report contains the problems of single files. Without a document, nothing more can
/// be checked.
pub fn load(inputs: &Inputs) -> (Option<Document<'_>>, Report) {
    let mut report = Report::default();
    let mut merged: Option<Node<'_>> = None;
    let mut aliases = HashMap::new();
    let mut complete = true;
    // `--set` may set `null`.
    let mut is_without_null = inputs.sets.is_empty();
    for &file in &inputs.files {
        match read(file, &inputs.sources, &mut report) {
            Some((node, parsed)) => {
                is_without_null &= parsed.is_without_null;
                aliases.extend(parsed.sharing.into_aliases());
                merged = Some(match merged {
                    Some(base) => merge::merge(base, node, "", &mut Lists::ByItem(&mut report)),
                    None => node,
                });
            }
            None => complete = false,
        }
    }
    let Some(mut root) = merged.filter(|_| complete) else {
        return (None, report);
    };
    for &set in &inputs.sets {
        if let Err(diagnostic) = set::apply(&mut root, set, &inputs.sources, &mut report) {
            report.push(*diagnostic);
        }
    }
    let mut nulls = Vec::new();
    if !is_without_null {
        drop_nulls(&mut root, &Pointer::root(), &mut nulls);
    }
    let document = Document {
        tree: Tree::Whole(root),
        nulls,
        aliases,
        sources: &inputs.sources,
    };
    (Some(document), report)
}

/// Reads a single file without `--set` straight into its type. Returns `None` for any other input, and if anything is wrong
/// or unusual in the file: then [`load`] says what.
pub fn typed<'s, T: Deserialize<'s>>(inputs: &'s Inputs) -> Option<(T, Document<'s>)> {
    let ([file], []) = (inputs.files.as_slice(), inputs.sets.as_slice()) else {
        return None;
    };
    let text = &inputs.sources.get(*file).text;
    let (value, outline) = yaml::typed(*file, text, Dialect::Config)?;
    let document = Document {
        tree: Tree::of_outline(outline),
        nulls: Vec::new(),
        aliases: HashMap::new(),
        sources: &inputs.sources,
    };
    Some((value, document))
}

/// The mapping in a file, and what else was read of it.
fn read<'s>(
    id: SourceId,
    sources: &'s Sources,
    report: &mut Report,
) -> Option<(Node<'s>, Parsed<'s>)> {
    let source = sources.get(id);
    let mut parsed = yaml::parse(id, &source.text, Dialect::Config);
    let broken = parsed.problems.iter().any(|problem| problem.is_fatal);
    for problem in std::mem::take(&mut parsed.problems) {
        report.push(syntax(problem));
    }
    if broken {
        return None;
    }
    let mut documents = std::mem::take(&mut parsed.documents);
    if let [_, second, ..] = documents.as_slice() {
        let diagnostic = Diagnostic::error(
            "syntax",
            format!("{} contains more than one document", source.name),
        );
        let help = "move each document into a file of its own, and pass all files with -f";
        report.push(
            diagnostic
                .at(second.span)
                .label("the second document begins here")
                .help(help),
        );
        return None;
    }
    let start = Span::new(id, 0, 0);
    match documents.pop() {
        Some(root) if matches!(root.value, Value::Mapping(_)) => match tab_before(&root, sources) {
            None => Some((root, parsed)),
            Some(tab) => {
                let diagnostic =
                    Diagnostic::error("syntax", "not YAML: a tab before the first key");
                let help = "replace tabs with spaces: YAML does not allow tabs as indentation";
                report.push(diagnostic.at(tab).help(help));
                None
            }
        },
        None
        | Some(Node {
            value: Value::Null, ..
        }) => {
            let diagnostic =
                Diagnostic::error("syntax", format!("{} is empty", source.name)).at(start);
            report.push(diagnostic.help(format!("begin with this:\n\n{}", MINIMAL.trim_end())));
            None
        }
        Some(root) => {
            let diagnostic =
                Diagnostic::error("syntax", format!("{} is not a configuration", source.name));
            report.push(
                diagnostic
                    .at(root.span)
                    .label("a mapping is expected here")
                    .help("begin the file with `apiVersion: spotgen.dev/v1alpha1`"),
            );
            None
        }
    }
}

/// The tab that indents a block of keys. The parser accepts it before the first key, but the grammar, kubectl and Helm
/// do not. Before brackets it is ordinary white space.
/// Source: <https://yaml.org/spec/1.2.2/#61-indentation-spaces>, "tab characters must not be used in indentation".
fn tab_before(root: &Node<'_>, sources: &Sources) -> Option<Span> {
    let start = root.span.start as usize;
    let text = &sources.get(root.span.source).text;
    if text[start..].starts_with('{') {
        return None;
    }
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let tab = line + text[line..start].find('\t')?;
    Some(Span::new(root.span.source, tab, tab + 1))
}

/// Removes keys that are `null`, as if they had not been written, and keeps where they were.
fn drop_nulls(node: &mut Node<'_>, pointer: &Pointer, nulls: &mut Vec<(Pointer, Span)>) {
    match &mut node.value {
        Value::Mapping(entries) => {
            entries.retain(|entry| {
                let is_null = entry.value.is_null();
                if is_null {
                    nulls.push((pointer.child(&entry.key), entry.key_span));
                }
                !is_null
            });
            for entry in entries {
                drop_nulls(&mut entry.value, &pointer.child(&entry.key), nulls);
            }
        }
        Value::Sequence(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                drop_nulls(item, &pointer.child(at), nulls);
            }
        }
        _ => {}
    }
}
