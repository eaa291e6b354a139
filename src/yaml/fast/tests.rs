//! The quick reader reads what it reads as the parser does, and reads what people write.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value as Json;

use super::{Outline, read, typed};
use crate::sample_size::sample_size;
use crate::source::SourceId;
use crate::yaml::parse::parse_events;
use crate::yaml::{Dialect, Entry, Node, Value};

const DIALECTS: [Dialect; 2] = [Dialect::Config, Dialect::Manifest];

/// Whether it was read at all; panics where it was read otherwise than by the parser.
fn is_read(text: &str, dialect: Dialect) -> bool {
    let read = read(SourceId(0), text, dialect);
    if super::is_yaml(text) {
        let problems = parse_events(SourceId(0), text, dialect).problems;
        assert!(problems.iter().all(|problem| !problem.is_fatal), "{text:?}");
    } else {
        assert!(read.is_none(), "{text:?}");
    }
    let as_type: Option<(Json, Outline<'_>)> = typed(SourceId(0), text, dialect);
    let Some(read) = read else {
        assert!(as_type.is_none(), "{text:?}");
        return false;
    };
    let documents = read.documents;
    let has_null = documents.iter().any(holds_null);
    match (as_type, documents.as_slice()) {
        (Some((value, outline)), [root]) => {
            assert!(!has_null, "{text:?}");
            assert_eq!(value, root.to_json(), "{text:?}");
            assert!(are_equal(&outline.root(), root), "{text:?}");
            leads_to_all(&outline, root, &mut Vec::new());
        }
        (Some(_), _) => panic!("there is not one document: {text:?}"),
        (None, [root]) => {
            let is_block =
                !root.entries().is_empty() && !text[root.span.start as usize..].starts_with('{');
            assert!(!is_block || has_null || has_escaped_key(root), "{text:?}");
        }
        (None, _) => {}
    }
    assert_eq!(read.is_without_null, !has_null, "{text:?}");
    let parsed = parse_events(SourceId(0), text, dialect);
    assert!(
        parsed.problems.is_empty(),
        "{text:?}: {:?}",
        parsed.problems
    );
    let equal = documents.len() == parsed.documents.len()
        && documents
            .iter()
            .zip(&parsed.documents)
            .all(|(a, b)| are_equal(a, b));
    assert!(
        equal,
        "{text:?}\n quick: {documents:?}\nparser: {:?}",
        parsed.documents
    );
    true
}

fn holds_null(node: &Node<'_>) -> bool {
    node.is_null()
        || node.items().iter().any(holds_null)
        || node.entries().iter().any(|entry| holds_null(&entry.value))
}

/// An outline leads to each node that it knows, as the tree has it.
fn leads_to_all(outline: &Outline<'_>, node: &Node<'_>, path: &mut Vec<String>) {
    if !path.is_empty() {
        let reached = outline.reach(path);
        if reached.depth < path.len() {
            return;
        }
        let own = reached.node().expect("the tree has it");
        assert!(are_equal(own, node), "{path:?}: {own:?}, {node:?}");
        if reached.is_block() {
            assert!(!node.entries().is_empty() || !node.items().is_empty());
        }
    }
    let keys = node
        .entries()
        .iter()
        .map(|entry| (entry.key.to_string(), &entry.value));
    let items = node
        .items()
        .iter()
        .enumerate()
        .map(|(at, item)| (at.to_string(), item));
    for (segment, below) in keys.chain(items) {
        path.push(segment);
        leads_to_all(outline, below, path);
        path.pop();
    }
}

/// Whether a key is not written as it reads.
fn has_escaped_key(node: &Node<'_>) -> bool {
    let is_escaped =
        |entry: &Entry<'_>| matches!(entry.key, Cow::Owned(_)) || has_escaped_key(&entry.value);
    node.items().iter().any(has_escaped_key) || node.entries().iter().any(is_escaped)
}

fn are_equal(a: &Node<'_>, b: &Node<'_>) -> bool {
    a.span == b.span
        && match (&a.value, &b.value) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Sequence(a), Value::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| are_equal(a, b))
            }
            (Value::Mapping(a), Value::Mapping(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| {
                        a.key == b.key && a.key_span == b.key_span && are_equal(&a.value, &b.value)
                    })
            }
            _ => false,
        }
}

static GOLDEN_FILES: LazyLock<Vec<(PathBuf, String)>> = LazyLock::new(|| {
    fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it is readable").path();
            if path.is_dir() {
                collect(&path, files);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                // One of them is there for not being UTF-8.
                if let Ok(text) = fs::read_to_string(&path) {
                    files.push((path, text));
                }
            }
        }
    }
    let mut files = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("golden"),
        &mut files,
    );
    files
});

/// What charts make, in the styles that are seen in them.
const MANIFEST: &str = r#"---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: "shop-web"
  labels:
    helm.sh/chart: shop-1.2.3   # by Helm
    app.kubernetes.io/version: '2.0'
  annotations:
    checksum/config: 01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b
    note: "a \"quoted\" word, a tab\tand \u00fc"
    it's: 'it''s'
spec:
  replicas: 3
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, "maxUnavailable": 0}}
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      creationTimestamp: null
      labels:
        app: web
    spec:
      securityContext:
        {}
      containers:
      - name: web
        image: registry.example.com:5000/shop/web:2.0@sha256:abc
        command: ["sh", "-c", 'exec web']
        args:
          - --listen=:8080
          - |
            #!/bin/sh
            	set -e

            echo "ready: yes"
          - >-
            folded
            text

              kept
            end
        ports:
        - containerPort: 8080
          protocol: TCP
        -
          containerPort: 9090
        env: []
        resources:
          limits: {
            cpu: 1,   # a core
            memory: 1Gi
          }
      volumes:
        - - nested
          - list
        - configMap: {defaultMode: 0644, name: web}
          name: config
      terminationGracePeriodSeconds: 30

---
# Source: shop/templates/empty.yaml
---
apiVersion: v1
kind: ConfigMap
data:
  über: größe
  plain: a value with spaces, commas and a:colon
  keep: |+
    last

  strip: |-
    no break
  indented: |2
      two more
"#;

#[test]
fn typical_manifests_are_read() {
    assert!(is_read(MANIFEST, Dialect::Manifest));
}

#[test]
fn golden_files_are_read() {
    // What they are about is what is left to the parser.
    let left = [
        "/invalid/",
        "/hostile-strings/spot-config.yaml",
        // Not YAML yet.
        "/helm/templates/",
        "/patch/anchors-unused/",
        "/patch/anchors-used/",
        "/patch/budgets-in-a-list/",
        "/patch/budgets-left-out/",
        "/patch/line-breaks/",
        "/patch/nulls/",
        "/patch/odd-yaml/",
        "/patch/operators-refused/",
        "/patch/refused/",
        "/patch/skip-uneditable/",
        "/patch/uneditable-lists/",
        "/patch/written-twice/",
    ];
    for (path, text) in GOLDEN_FILES.iter().step_by(sample_size(4, 1)) {
        for dialect in DIALECTS {
            let read = is_read(text, dialect);
            let name = path.to_string_lossy().replace('\\', "/");
            let expected = dialect == Dialect::Manifest || name.ends_with("spot-config.yaml");
            if expected && !left.iter().any(|left| name.contains(left)) {
                assert!(read, "{name} is left to the parser");
            }
        }
    }
}

#[test]
fn what_is_left_to_the_parser() {
    for text in [
        "a: &x 1\n",
        "a: *x\n",
        "a: !!str 1\n",
        "<<: {a: 1}\n",
        "? a\n: b\n",
        "a:\tb\n",
        "\ta: b\n",
        "%YAML 1.2\n---\na: b\n",
        "\u{feff}a: b\n",
        "a: b\u{85}c\n",
        "a: b\n  c\n",
        "a: \"b\n  c\"\n",
        "a:\r\n",
        "a: b\n...\n",
        "a: 1\na: 2\n",
        "a: [b, b: c]\n",
        "a: 'b' c\n",
        "a: b: c\n",
        "text\n",
        "a:\n    b: c\n  d: e\n",
        "{a: b}: c\n",
        "\u{1}",
        "a: |\n  x\n y\n",
    ] {
        for dialect in DIALECTS {
            assert!(!is_read(text, dialect), "{text:?}");
        }
    }
    assert!(!is_read("a: yes\n", Dialect::Config));
    assert!(is_read("a: yes\n", Dialect::Manifest));
}

#[test]
fn deep_nesting_is_left_to_the_parser() {
    for text in [
        format!("a: {}{}\n", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{}a\n", "- ".repeat(10_000)),
        (0..1000)
            .flat_map(|depth| [" ".repeat(depth), "a:\n".to_owned()])
            .collect(),
    ] {
        assert!(read(SourceId(0), &text, Dialect::Manifest).is_none());
    }
}

/// Pieces of which most of YAML can be put together.
const PIECES: [&str; 48] = [
    "a", "b: ", "c:", "key: ", "key:\n", "- ", "-", "\n", "\n", "\n  ", "\n    ", "  ", " ", "\t",
    "\"q\"", "'s'", "\"", "'", "\\n", "\\", "{", "}", "[", "]", ", ", ",", ":", ": ", "#", " # c",
    "# c\n", "|\n", "|-\n", ">\n", ">-\n  ", "|+\n", "|2\n", "---\n", "---", "...\n", "~", "1",
    "yes", "0x1f", "ü", "&a ", "*a", "\r\n",
];

const KEYS: [&str; 7] = ["a", "b", "c d", "\"q\"", "'s t'", "8080", "x/y.z"];

const VALUES: [&str; 34] = [
    "",
    "v",
    "1",
    "true",
    "null",
    "~",
    "a b",
    "a:b",
    "\"q\"",
    "'s'",
    "'it''s'",
    "\"\\\"\\u00fc\"",
    "[]",
    "{}",
    "[a, b]",
    "[ 1 , \"x\" ,]",
    "{a: b, \"c\": {d: [e]}}",
    "{\"a\":1}",
    "v # c",
    "# c",
    "|",
    "|-",
    ">",
    ">-",
    "|+",
    "| # c",
    "-v",
    "1.5",
    "0755",
    "25%",
    "[a,\n b]",
    "{a: 1, # c\n\n  b: 2\n}",
    "http://x/y#z",
    "ü",
];

prop_compose! {
    /// A line as people write them, at an indentation that often fits.
    fn line()(indentation in 0..5_usize, dashes in 0..3_usize, key in 0..9_usize, value in select(&VALUES[..])) -> String {
        let dashes = usize::from(dashes == 2);
        let key = KEYS.get(key).map_or(String::new(), |key| format!("{key}: "));
        format!("{}{}{key}{value}\n", "  ".repeat(indentation), "- ".repeat(dashes))
    }
}

fn edit() -> impl Strategy<Value = (prop::sample::Index, prop::sample::Index, &'static str)> {
    (
        any::<prop::sample::Index>(),
        0..3_usize,
        select(&PIECES[..]),
    )
        .prop_flat_map(|(at, _, piece)| (Just(at), any::<prop::sample::Index>(), Just(piece)))
}

/// A text with some characters taken out and pieces put in.
fn edited(text: &str, edits: &[(prop::sample::Index, prop::sample::Index, &str)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, removed, piece) in edits {
        let at = at.index(chars.len() + 1);
        let removed = removed.index(3).min(chars.len() - at);
        chars.splice(at..at + removed, piece.chars());
    }
    chars.into_iter().collect()
}

proptest! {
    #[test]
    fn pieces_are_read_as_the_parser_reads_them(pieces in prop::collection::vec(select(&PIECES[..]), 0..12)) {
        let text = pieces.concat();
        for dialect in DIALECTS {
            is_read(&text, dialect);
        }
    }

    #[test]
    fn lines_are_read_as_the_parser_reads_them(lines in prop::collection::vec(line(), 0..7)) {
        let text = lines.concat();
        for dialect in DIALECTS {
            is_read(&text, dialect);
        }
    }

    #[test]
    fn mutants_are_read_as_the_parser_reads_them(edits in prop::collection::vec(edit(), 1..4)) {
        let text = edited(MANIFEST, &edits);
        for dialect in DIALECTS {
            is_read(&text, dialect);
        }
    }

    #[test]
    fn mutants_of_golden_files_are_read_as_the_parser_reads_them(
        file in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        edits in prop::collection::vec(edit(), 0..3),
    ) {
        let (_, text) = &GOLDEN_FILES[file.index(GOLDEN_FILES.len())];
        // A part from the beginning of some line on, for a short text is changed more.
        let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let part: String = text[starts[from.index(starts.len())]..].chars().take(600).collect();
        for dialect in DIALECTS {
            is_read(&edited(&part, &edits), dialect);
        }
    }
}

/// Streams that Helm made of other people's charts, where a folder of them is at hand: nearly all workloads in them are
/// read quickly, and as the parser reads them.
#[test]
fn most_workloads_of_real_charts_are_read() {
    let Some(folder) = std::env::var_os("SPOTGEN_REAL_CHARTS") else {
        return;
    };
    let (mut workloads, mut quick) = (0, 0);
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        let stream = std::fs::read_to_string(path).expect("a stream can be read");
        for document in stream
            .split("\n---")
            .filter(|part| part.contains("containers:"))
        {
            workloads += 1;
            quick += usize::from(is_read(document, Dialect::Manifest));
        }
    }
    assert!(workloads > 0, "there is no workload");
    assert!(quick * 10 > workloads * 9, "{quick} of {workloads}");
    if quick < workloads {
        // Shown with --nocapture: the figure that is worth knowing.
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr(),
            format_args!("{quick} of {workloads} documents with containers are read quickly\n"),
        );
    }
}
