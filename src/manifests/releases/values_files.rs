//! Values files that a release names, among the files that were passed.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::manifests::go_templates;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Node};

/// Which files there are, and which releases take them.
#[derive(Debug, Default)]
pub(super) struct ValuesFiles<'s> {
    sources: Option<&'s Sources>,
    files: Vec<SourceId>,
    taken: Taken,
    /// What is found while the releases are looked for; none later.
    found: Option<Mutex<Taken>>,
}

/// The files that releases take.
#[derive(Debug, Default)]
struct Taken {
    /// The files that are certain, each with a release.
    readers: BTreeSet<(SourceId, Span)>,
    /// One of these is meant, and nobody knows which.
    possible: BTreeSet<SourceId>,
}

/// Where a path starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Base {
    /// In the folder of the file that has it.
    Folder,
    /// In the folder that a repository starts with. The files that were passed may start above or below it.
    Repository,
}

/// A path to a values file, and who names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'n> {
    pub(super) path: &'n str,
    pub(super) base: Base,
    /// The file that has the path.
    pub(super) near: SourceId,
    /// The part of a document that is the release.
    pub(super) release: Span,
}

/// What a values file holds.
#[derive(Debug)]
pub(super) struct FileValues {
    pub(super) node: Node<'static>,
    /// Lines of a template that are not read.
    pub(super) hidden: Option<Span>,
    /// Whether `{{ }}` stands for a value that is not there yet.
    pub(super) is_template: bool,
    /// Whether another release takes them too.
    pub(super) is_shared: bool,
}

impl<'s> ValuesFiles<'s> {
    pub(super) fn new(sources: &'s Sources, files: &[SourceId]) -> Self {
        Self {
            sources: Some(sources),
            files: files.to_vec(),
            taken: Taken::default(),
            found: Some(Mutex::default()),
        }
    }

    /// Says that all releases have been looked for. What is asked from here on changes nothing, and so has the same answer
    /// in any order.
    pub(super) fn close(&mut self) {
        if let Some(found) = self.found.take() {
            self.taken = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn note(&self, note: impl FnOnce(&mut Taken)) {
        if let Some(found) = &self.found {
            note(&mut found.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// The values of a file, if it is here. While releases are looked for, this one counts as one that takes it.
    pub(super) fn read(&self, named: Named<'_>) -> Option<FileValues> {
        let file = self.find(named)?;
        let (node, is_template, hidden) = self.content(file)?;
        // An object is something else.
        if node.get("apiVersion").is_some() {
            return None;
        }
        self.note(|taken| {
            taken.readers.insert((file, named.release));
        });
        let mut readers = self.taken.readers.iter();
        Some(FileValues {
            node,
            hidden,
            is_template: is_template || self.name(file).ends_with(".gotmpl"),
            is_shared: readers.any(|(own, release)| *own == file && *release != named.release),
        })
    }

    /// The only document of a file, whether it is a template, and the first of the lines that are not read of that.
    fn content(&self, file: SourceId) -> Option<(Node<'static>, bool, Option<Span>)> {
        let text = &self.sources?.get(file).text;
        let parsed = yaml::parse(file, text, yaml::Dialect::Manifest);
        if parsed.problems.iter().all(|own| own.related.is_some()) && parsed.documents.len() < 2 {
            let node = parsed.documents.first().map(Node::to_static);
            let empty = || Node::null(Span::new(file, 0, 0));
            return Some((node.unwrap_or_else(empty), false, None));
        }
        let read = go_templates::read(file, text)?;
        let [node] = <[Node<'static>; 1]>::try_from(read.documents).ok()?;
        Some((node, true, read.hidden.first().copied()))
    }

    /// Whether a release takes the values of a file: then they are not all that there is.
    pub(super) fn is_taken(&self, file: SourceId) -> bool {
        self.taken.readers.iter().any(|(own, _)| *own == file)
    }

    /// Whether a release may take them.
    pub(super) fn is_possible(&self, file: SourceId) -> bool {
        self.taken.possible.contains(&file)
    }

    fn find(&self, named: Named<'_>) -> Option<SourceId> {
        let near = named.near;
        if named.path.contains("://") || !tells_name(named.path) {
            return None;
        }
        let pattern = match named.base {
            Base::Folder if named.path.starts_with('/') => normal(named.path),
            Base::Folder => match folder(self.name(near)) {
                "" => normal(named.path),
                folder => normal(&format!("{folder}/{}", named.path)),
            },
            Base::Repository => normal(named.path.trim_start_matches('/')),
        };
        if pattern.is_empty() {
            return None;
        }
        let others = self.files.iter().filter(|file| **file != near);
        let roots = others.filter_map(|&file| {
            let name = normal(self.name(file));
            let root = match named.base {
                Base::Folder => matches(&pattern, &name).then(String::new),
                Base::Repository => root(&pattern, &name),
            };
            Some((file, root?))
        });
        let found: Vec<(SourceId, String)> = roots.collect();
        let own = normal(self.name(near));
        let is_around = |root: &str| root.is_empty() || own.starts_with(&format!("{root}/"));
        let around: Vec<_> = found.iter().filter(|(_, root)| is_around(root)).collect();
        // The deepest of the folders around both is that of a repository.
        let deepest = around.iter().map(|(_, root)| root.len()).max();
        let mut best = around
            .iter()
            .filter(|(_, root)| Some(root.len()) == deepest);
        let best = match (best.next(), best.next()) {
            (Some((file, _)), None) => Some(*file),
            (None, _) => found
                .first()
                .filter(|_| found.len() == 1)
                .map(|(file, _)| *file),
            _ => None,
        };
        if best.is_none() {
            let found = found.into_iter().map(|(file, _)| file);
            self.note(|taken| taken.possible.extend(found));
        }
        best
    }

    fn name(&self, file: SourceId) -> &str {
        self.sources.map_or("", |all| all.get(file).name.as_str())
    }
}

/// Whether a path says more of a file than its kind: `{{ .file }}.yaml` may be any.
fn tells_name(path: &str) -> bool {
    let path = path.trim_end_matches(".gotmpl");
    let path = [".yaml", ".yml", ".json"]
        .into_iter()
        .find_map(|end| path.strip_suffix(end))
        .unwrap_or(path);
    let is_name = |piece: &str| piece.contains(char::is_alphanumeric);
    pieces(path).into_iter().any(is_name)
}

/// The folder of a file.
fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path without `.` and, as far as it can be, without `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let start = if path.starts_with('/') && !path.starts_with("//") {
        "/"
    } else {
        ""
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("{start}{}", parts.join("/"))
}

/// The folder below which a path leads to a file.
fn root(pattern: &str, name: &str) -> Option<String> {
    if matches(pattern, name) {
        return Some(String::new());
    }
    let mut starts = name.match_indices('/').map(|(at, _)| at);
    let start = starts.find(|at| matches(pattern, &name[at + 1..]))?;
    Some(name[..start].to_owned())
}

/// Whether a path, which may have expressions in it, is that of a file.
fn matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pieces(pattern).into_iter();
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut is_open = false;
    for piece in pieces {
        is_open = piece.is_empty();
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty() || is_open
}

/// What stands around the expressions of a path: `{{ }}` of a template, `${ }` of a tool, `*` of a helmfile.
/// Source: helmfile/helmfile pkg/state/storage.go, `ExpandPaths`.
fn pieces(pattern: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    loop {
        let starts = [("{{", "}}"), ("${", "}"), ("*", "*")].into_iter();
        let starts = starts.filter_map(|(start, end)| Some((rest.find(start)?, end)));
        let Some((at, end)) = starts.min() else {
            break;
        };
        pieces.push(&rest[..at]);
        let Some(length) = rest[at..].find(end) else {
            break;
        };
        rest = &rest[at + length + end.len()..];
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_files() {
        for (pattern, name, is_it) in [
            ("values/ca.yaml", "values/ca.yaml", true),
            (
                "values/{{ .Environment.Name }}.yaml",
                "values/prod.yaml",
                true,
            ),
            (
                "values/{{ .Environment.Name }}.yaml",
                "values/prod.yml",
                false,
            ),
            ("values/*", "values/prod.yaml", true),
            ("${CLUSTER}/ca.yaml", "prod/ca.yaml", true),
            ("values/ca.yaml", "other/values/ca.yaml", false),
        ] {
            assert_eq!(matches(pattern, name), is_it, "{pattern} {name}");
        }
        assert!(tells_name("values-{{ .x }}.yaml") && tells_name("ca.json"));
        assert!(!tells_name("./{{ .x }}.yaml.gotmpl") && !tells_name("${X}"));
        assert_eq!(normal("./a/b/../c.yaml"), "a/c.yaml");
        assert_eq!(normal("../../c.yaml"), "../../c.yaml");
        assert_eq!(normal("/a/./c.yaml"), "/a/c.yaml");
        assert_eq!(root("ca/v.yaml", "x/ca/v.yaml").as_deref(), Some("x"));
        assert_eq!(root("ca/v.yaml", "ca/v.yaml").as_deref(), Some(""));
        assert_eq!(root("ca/v.yaml", "xca/v.yaml"), None);
    }
}
