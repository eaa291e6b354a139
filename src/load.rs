//! Source → Document: reads the files, lays them over each other, and applies `--set`.

use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Dialect, Entry, Node, Value};

/// Keys whose value is replaced whole, so that halves of two alternatives never meet.
const ONE_OFS: [&str; 5] = [
    "spread",
    "disruptionBudget",
    "scaling",
    "namespaces",
    "priorityThreshold",
];

/// Sibling keys of which the later one written removes the other.
const ALTERNATIVES: [(&str, &str); 2] = [("capacity", "pools"), ("pools", "capacity")];

/// One YAML mapping, every node with its place; no duplicate keys, no anchors, no `null`.
#[derive(Clone, Debug)]
pub struct Document<'s> {
    pub root: Node<'s>,
    pub sources: &'s Sources,
}

/// What to read, in the order in which it counts.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    pub sources: Sources,
    pub files: Vec<SourceId>,
    /// `--set` arguments, each the text `path=value`.
    pub sets: Vec<SourceId>,
}

/// Reads and merges all inputs. The report names whatever is wrong with single files; without a document nothing
/// more can be said about them.
pub fn load(inputs: &Inputs) -> (Option<Document<'_>>, Report) {
    let mut report = Report::default();
    let mut merged: Option<Node<'_>> = None;
    let mut complete = true;
    for &file in &inputs.files {
        match read(file, &inputs.sources, &mut report) {
            Some(node) => {
                merged = Some(match merged {
                    Some(base) => merge(base, node, "", &mut report),
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
        if let Err(diagnostic) = apply_set(&mut root, set, &inputs.sources) {
            report.push(*diagnostic);
        }
    }
    drop_nulls(&mut root);
    let document = Document {
        root,
        sources: &inputs.sources,
    };
    (Some(document), report)
}

fn read<'s>(id: SourceId, sources: &'s Sources, report: &mut Report) -> Option<Node<'s>> {
    let source = sources.get(id);
    let parsed = yaml::parse(id, &source.text, Dialect::Config);
    let broken = parsed.problems.iter().any(|problem| problem.is_fatal);
    for problem in parsed.problems {
        report.push(syntax(problem));
    }
    if broken {
        return None;
    }
    let mut documents = parsed.documents;
    if let [_, second, ..] = documents.as_slice() {
        let diagnostic = Diagnostic::error(
            "syntax",
            format!("{} holds more than one document", source.name),
        );
        let help = "one file is one configuration: put each document into a file of its own and give them all with -f";
        report.push(
            diagnostic
                .at(second.span)
                .label("the second begins here")
                .help(help),
        );
        return None;
    }
    let start = Span::new(id, 0, 0);
    match documents.pop() {
        Some(root) if matches!(root.value, Value::Mapping(_)) => Some(root),
        None
        | Some(Node {
            value: Value::Null, ..
        }) => {
            let diagnostic =
                Diagnostic::error("syntax", format!("{} is empty", source.name)).at(start);
            report.push(
                diagnostic
                    .help("the least that must be said: `spotgen schema` describes every key"),
            );
            None
        }
        Some(root) => {
            let diagnostic =
                Diagnostic::error("syntax", format!("{} is not a configuration", source.name));
            report.push(
                diagnostic
                    .at(root.span)
                    .label("a mapping is expected here")
                    .help("begin with `apiVersion: spotgen.dev/v1alpha1`"),
            );
            None
        }
    }
}

/// A problem of the parser as a finding.
pub fn syntax(problem: yaml::Problem) -> Diagnostic {
    let rule = if problem.is_fatal { "syntax" } else { "yaml" };
    let mut diagnostic = Diagnostic::error(rule, problem.message).at(problem.span);
    if let Some(help) = problem.help {
        diagnostic = diagnostic.help(help);
    }
    if let Some((span, what)) = problem.related {
        diagnostic = diagnostic.related(span, what);
    }
    diagnostic
}

/// Lays `over` on `base`: maps merge deep, pools, placeholders and workloads by who they are, all else is replaced.
fn merge<'s>(base: Node<'s>, over: Node<'s>, key: &str, report: &mut Report) -> Node<'s> {
    let Node {
        span,
        value: over_value,
    } = over;
    let value = match (base.value, over_value) {
        (Value::Mapping(base), Value::Mapping(over)) if !ONE_OFS.contains(&key) => {
            Value::Mapping(merge_entries(base, over, report))
        }
        (Value::Sequence(base), Value::Sequence(over)) if identity_of(key).is_some() => {
            let matches = identity_of(key).expect("checked in the guard");
            Value::Sequence(merge_items(base, over, matches, report))
        }
        (_, over) => over,
    };
    Node { span, value }
}

fn merge_entries<'s>(
    mut base: Vec<Entry<'s>>,
    over: Vec<Entry<'s>>,
    report: &mut Report,
) -> Vec<Entry<'s>> {
    for (written, removed) in ALTERNATIVES {
        let has = |key: &str| over.iter().any(|entry| entry.key == key);
        if has(written) && !has(removed) {
            base.retain(|entry| entry.key != removed);
        }
    }
    for entry in over {
        match base.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => {
                let before = std::mem::replace(&mut known.value, null(known.key_span));
                known.value = merge(before, entry.value, &entry.key, report);
                known.key_span = entry.key_span;
            }
            None => base.push(entry),
        }
    }
    base
}

/// Whether an item of a later file means an item of an earlier one.
type Identity = fn(base: &Node<'_>, over: &Node<'_>) -> bool;

fn identity_of(key: &str) -> Option<Identity> {
    match key {
        "nodePools" | "placeholders" => Some(|base, over| same_text(base, over, "name")),
        "workloads" => Some(|base, over| {
            // What the later file leaves unsaid is whatever the earlier one says.
            let agrees = |key: &str, default: &str| {
                over.get(key).is_none_or(|over| {
                    over.as_str() == Some(base.get(key).and_then(Node::as_str).unwrap_or(default))
                })
            };
            same_text(base, over, "name")
                && agrees("namespace", "default")
                && agrees("kind", "Deployment")
        }),
        _ => None,
    }
}

fn same_text(base: &Node<'_>, over: &Node<'_>, key: &str) -> bool {
    let text = |node: &Node<'_>| node.get(key).and_then(Node::as_str).map(str::to_owned);
    text(base).is_some() && text(base) == text(over)
}

fn merge_items<'s>(
    mut base: Vec<Node<'s>>,
    over: Vec<Node<'s>>,
    means: Identity,
    report: &mut Report,
) -> Vec<Node<'s>> {
    let known = base.len();
    for item in over {
        let candidates: Vec<usize> = (0..known).filter(|&at| means(&base[at], &item)).collect();
        match candidates.as_slice() {
            [at] => {
                let before = std::mem::replace(&mut base[*at], null(item.span));
                base[*at] = merge(before, item, "", report);
            }
            [] => base.push(item),
            several => {
                let name = item.get("name").and_then(Node::as_str).unwrap_or_default();
                let mut diagnostic =
                    Diagnostic::error("config", format!("`{name}` could mean several workloads"))
                        .at(item.get("name").map_or(item.span, |name| name.span))
                        .help("say its `namespace` and `kind` too");
                for &at in several {
                    diagnostic = diagnostic.related(
                        base[at].get("name").map_or(base[at].span, |name| name.span),
                        "one of them",
                    );
                }
                report.push(diagnostic);
            }
        }
    }
    base
}

fn null<'s>(span: Span) -> Node<'s> {
    Node {
        span,
        value: Value::Null,
    }
}

/// `null` removes: what is left is as if the key had not been written.
fn drop_nulls(node: &mut Node<'_>) {
    match &mut node.value {
        Value::Mapping(entries) => {
            entries.retain(|entry| !entry.value.is_null());
            for entry in entries {
                drop_nulls(&mut entry.value);
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Applies one `--set spec.a.b=value`.
fn apply_set<'s>(
    root: &mut Node<'s>,
    id: SourceId,
    sources: &'s Sources,
) -> Result<(), Box<Diagnostic>> {
    let text = &sources.get(id).text;
    let whole = Span::new(id, 0, text.len());
    let fault = |message: String, help: &str| {
        Box::new(Diagnostic::error("config", message).at(whole).help(help))
    };
    let Some(equals) = find_unescaped(text, b'=') else {
        let help = "write it like `--set spec.cluster.name=prod`";
        return Err(fault("`--set` needs a path and a value".into(), help));
    };
    let path = split_path(&text[..equals]);
    if path.iter().any(String::is_empty) {
        let help = "write it like `spec.cluster.name`; `\\.` is a dot within a key";
        return Err(fault("the path of `--set` has an empty part".into(), help));
    }
    let value = set_value(id, text, equals + 1)?;
    let key_span = Span::new(id, 0, equals);
    let mut node = root;
    for (at, segment) in path.iter().enumerate() {
        node = step(node, segment, key_span).map_err(|reason| {
            fault(
                reason,
                &format!("the path so far: `{}`", path[..at].join(".")),
            )
        })?;
    }
    let key = path.last().map_or("", String::as_str);
    let before = std::mem::replace(node, null(key_span));
    // A map given in one piece is laid over what is there, as a later file would be.
    *node = merge(before, value, key, &mut Report::default());
    Ok(())
}

fn set_value(id: SourceId, text: &str, start: usize) -> Result<Node<'_>, Box<Diagnostic>> {
    let written = &text[start..];
    let span = Span::new(id, start, text.len());
    if written.is_empty() {
        return Ok(Node {
            span,
            value: Value::String("".into()),
        });
    }
    let parsed = yaml::parse(id, written, Dialect::Config);
    if let Some(problem) = parsed.problems.into_iter().next() {
        return Err(Box::new(syntax(problem).at(span)));
    }
    let mut node = parsed
        .documents
        .into_iter()
        .next()
        .unwrap_or_else(|| null(span));
    shift(
        &mut node,
        u32::try_from(start).expect("an argument is shorter than 4 GiB"),
    );
    Ok(node)
}

fn shift(node: &mut Node<'_>, by: u32) {
    let moved = |span: &mut Span| {
        span.start += by;
        span.end += by;
    };
    moved(&mut node.span);
    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                moved(&mut entry.key_span);
                shift(&mut entry.value, by);
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(|item| shift(item, by)),
        _ => {}
    }
}

fn find_unescaped(text: &str, byte: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|&at| bytes[at] == byte && (at == 0 || bytes[at - 1] != b'\\'))
}

/// Splits at dots; `\.` is a dot within a key.
fn split_path(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => parts.last_mut().expect("never empty").extend(chars.next()),
            '.' => parts.push(String::new()),
            _ => parts.last_mut().expect("never empty").push(char),
        }
    }
    parts
}

/// One step down: a key, the number of an item, or the `name` of an item. Missing keys are made.
fn step<'n, 's>(
    node: &'n mut Node<'s>,
    segment: &str,
    key_span: Span,
) -> Result<&'n mut Node<'s>, String> {
    if node.is_null() {
        node.value = Value::Mapping(Vec::new());
    }
    match &mut node.value {
        Value::Mapping(entries) => {
            let at = entries
                .iter()
                .position(|entry| entry.key == segment)
                .unwrap_or_else(|| {
                    entries.push(Entry {
                        key: segment.to_owned().into(),
                        key_span,
                        value: null(key_span),
                    });
                    entries.len() - 1
                });
            Ok(&mut entries[at].value)
        }
        Value::Sequence(items) => {
            let named = items
                .iter()
                .position(|item| item.get("name").and_then(Node::as_str) == Some(segment));
            let at = named.or_else(|| segment.parse().ok().filter(|&at| at < items.len()));
            at.map(|at| &mut items[at])
                .ok_or_else(|| format!("no item is called `{segment}`, and none has that number"))
        }
        _ => Err(format!(
            "`{segment}` cannot be set: what it would be in is neither a map nor a list"
        )),
    }
}

impl Document<'_> {
    /// The place of a pointer; where nothing is written, that of the nearest thing that is.
    pub fn locate(&self, pointer: &Pointer) -> Span {
        let mut node = &self.root;
        let mut place = Span {
            end: node.span.start,
            ..node.span
        };
        for (depth, segment) in pointer.segments().iter().enumerate() {
            let is_last = depth + 1 == pointer.segments().len();
            match &node.value {
                Value::Mapping(entries) => {
                    let Some(entry) = entries.iter().find(|entry| entry.key == segment.as_str())
                    else {
                        return place;
                    };
                    let wants_key = is_last && pointer.key;
                    let in_block = self.is_block(&entry.value)
                        && entry.value.span.source == entry.key_span.source;
                    place = if wants_key || in_block {
                        entry.key_span
                    } else {
                        entry.value.span
                    };
                    node = &entry.value;
                }
                Value::Sequence(items) => {
                    let Some(item) = segment.parse::<usize>().ok().and_then(|at| items.get(at))
                    else {
                        return place;
                    };
                    place = item.span;
                    node = item;
                }
                _ => return place,
            }
        }
        place
    }

    /// A list or map over several lines: its key names it better than its first entry does.
    fn is_block(&self, node: &Node<'_>) -> bool {
        matches!(node.value, Value::Mapping(_) | Value::Sequence(_))
            && !self.sources.slice(node.span).starts_with(['{', '['])
    }

    /// The node at a pointer.
    pub fn node(&self, pointer: &Pointer) -> Option<&Node<'_>> {
        pointer
            .segments()
            .iter()
            .try_fold(&self.root, |node, segment| match &node.value {
                Value::Mapping(_) => node.get(segment),
                Value::Sequence(items) => items.get(segment.parse::<usize>().ok()?),
                _ => None,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(files: &[&str], sets: &[&str]) -> Inputs {
        let mut inputs = Inputs::default();
        for (at, text) in files.iter().enumerate() {
            let id = inputs.sources.add(format!("{at}.yaml"), *text);
            inputs.files.push(id);
        }
        for set in sets {
            let id = inputs.sources.add("--set", *set);
            inputs.sets.push(id);
        }
        inputs
    }

    fn merged(files: &[&str], sets: &[&str]) -> String {
        let inputs = inputs(files, sets);
        let (document, report) = load(&inputs);
        assert!(report.is_empty(), "{report:?}");
        document.expect("a document").root.to_json().to_string()
    }

    #[test]
    fn maps_merge_deep_and_lists_are_replaced() {
        assert_eq!(
            merged(&["a: {b: 1, c: [1, 2]}", "a: {c: [3], d: 4}"], &[]),
            r#"{"a":{"b":1,"c":[3],"d":4}}"#
        );
    }

    #[test]
    fn pools_merge_by_name_and_workloads_by_who_they_are() {
        assert_eq!(
            merged(
                &[
                    "nodePools: [{name: a, x: 1}, {name: b}]",
                    "nodePools: [{name: a, z: 2}, {name: c}]"
                ],
                &[]
            ),
            r#"{"nodePools":[{"name":"a","x":1,"z":2},{"name":"b"},{"name":"c"}]}"#
        );
        assert_eq!(
            merged(
                &[
                    "workloads: [{name: w, namespace: ns}]",
                    "workloads: [{name: w, replicas: 2}, {name: w, namespace: other}]"
                ],
                &[]
            ),
            r#"{"workloads":[{"name":"w","namespace":"ns","replicas":2},{"name":"w","namespace":"other"}]}"#
        );
    }

    #[test]
    fn one_ofs_never_mix_and_null_removes() {
        assert_eq!(
            merged(
                &[
                    "disruptionBudget: {minAvailable: 1, name: x}",
                    "disruptionBudget: {maxUnavailable: 1}"
                ],
                &[]
            ),
            r#"{"disruptionBudget":{"maxUnavailable":1}}"#
        );
        assert_eq!(
            merged(
                &[
                    "placeholders: [{name: p, capacity: Spot}]",
                    "placeholders: [{name: p, pools: [a]}]"
                ],
                &[]
            ),
            r#"{"placeholders":[{"name":"p","pools":["a"]}]}"#
        );
        assert_eq!(
            merged(&["a: {b: 1, c: 2}", "a: {b: null}"], &[]),
            r#"{"a":{"c":2}}"#
        );
    }

    #[test]
    fn a_workload_that_could_be_several_is_refused() {
        let inputs = inputs(
            &[
                "workloads: [{name: w, namespace: a}, {name: w, namespace: b}]",
                "workloads: [{name: w}]",
            ],
            &[],
        );
        let (_, report) = load(&inputs);
        assert!(
            report
                .iter()
                .any(|diagnostic| diagnostic.message == "`w` could mean several workloads")
        );
    }

    #[test]
    fn set_reaches_keys_items_and_names() {
        let base = "spec: {list: [{name: a, c: 1}], text: x}";
        assert_eq!(
            merged(
                &[base],
                &[
                    "spec.list.a.c=2",
                    "spec.new.deep=[1, yep]",
                    "spec.text=",
                    r"spec.la\.bel=v=w"
                ]
            ),
            r#"{"spec":{"list":[{"name":"a","c":2}],"text":"","new":{"deep":[1,"yep"]},"la.bel":"v=w"}}"#
        );
        assert_eq!(
            merged(&[base], &["spec.list.0.c=null"]),
            r#"{"spec":{"list":[{"name":"a"}],"text":"x"}}"#
        );
    }

    #[test]
    fn faults_of_set_are_said() {
        for set in [
            "spec",
            "spec..a=1",
            "spec.list.z=1",
            "spec.list.a.c.m=1",
            "spec.a=[1",
        ] {
            let inputs = inputs(&["spec: {list: [{name: a, c: 1}]}"], &[set]);
            let (_, report) = load(&inputs);
            assert_eq!(report.iter().count(), 1, "{set}");
        }
    }

    #[test]
    fn places_come_from_the_file_that_a_value_came_from() {
        let inputs = inputs(&["a:\n  b: 1\n", "a:\n  b: 22\n"], &["a.c=333"]);
        let (document, _) = load(&inputs);
        let document = document.expect("a document");
        let slice = |pointer: &str| {
            let span = document.locate(&Pointer::parse(pointer));
            (span.source.0, inputs.sources.slice(span))
        };
        assert_eq!(slice("/a/b"), (1, "22"));
        assert_eq!(slice("/a/c"), (2, "333"));
        assert_eq!(slice("/a"), (1, "a"));
        assert_eq!(slice("/a/missing"), (1, "a"));
    }
}
