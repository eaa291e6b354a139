//! A configuration that is read straight into its type is what the tree of it says, and its nodes are where the tree has them.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use spotgen::config::SpotConfig;
use spotgen::diagnostic::Pointer;
use spotgen::load::{Document, Inputs, load, typed};
use spotgen::yaml::{Node, decode};

use super::golden::root;
use super::sample_size::sample_size;

/// What is put in place of a value, or behind a line.
const PIECES: [&str; 26] = [
    "null",
    "~",
    "",
    "yes",
    "0755",
    "1.0",
    "-1",
    "1e3",
    "{}",
    "[]",
    "{a: 1}",
    "[a, b]",
    "|\n    x",
    "\"a\\u0041\"",
    "'b'",
    "&a b",
    "*a",
    "!!str 1",
    "# c",
    "25%",
    "None",
    "\t",
    "9999999999999999999",
    "---",
    "- x",
    "k: v",
];

fn inputs(text: String) -> Inputs {
    let mut inputs = Inputs::default();
    let id = inputs.sources.add("spot-config.yaml", text);
    inputs.files.push(id);
    inputs
}

/// Whether it was read straight; panics where the tree says something else.
fn is_read(text: String) -> bool {
    let inputs = inputs(text);
    let text = &inputs.sources.get(inputs.files[0]).text;
    let Some((config, own)) = typed::<SpotConfig>(&inputs) else {
        return false;
    };
    let (document, report) = load(&inputs);
    assert!(report.is_empty(), "{text}");
    let document = document.expect("it is a mapping");
    assert!(
        document.nulls.is_empty() && document.aliases.is_empty(),
        "{text}"
    );
    let decoded: SpotConfig = decode(document.root()).expect("the types take it");
    let data = |config: &SpotConfig| serde_json::to_string(config).expect("plain data");
    assert_eq!(data(&config), data(&decoded), "{text}");
    let pointers = pointers(document.root(), &Pointer::root());
    for pointer in &pointers {
        compare(&own, &document, pointer);
    }
    true
}

fn compare(own: &Document<'_>, document: &Document<'_>, pointer: &Pointer) {
    assert_eq!(own.locate(pointer), document.locate(pointer), "{pointer}");
    let at_key = pointer.clone().at_key();
    assert_eq!(own.locate(&at_key), document.locate(&at_key), "{pointer}");
    let data = |node: Option<&Node<'_>>| node.map(|node| (node.span, node.to_json()));
    assert_eq!(
        data(own.node(pointer)),
        data(document.node(pointer)),
        "{pointer}"
    );
}

/// Those of all nodes, and of some that are not there. The innermost come first: a part is then not read as part of another.
fn pointers(node: &Node<'_>, own: &Pointer) -> Vec<Pointer> {
    let keys = node
        .entries()
        .iter()
        .map(|entry| (own.child(&entry.key), &entry.value));
    let items = node
        .items()
        .iter()
        .enumerate()
        .map(|(at, item)| (own.child(at), item));
    let mut all: Vec<Pointer> = keys
        .chain(items)
        .flat_map(|(below, node)| pointers(node, &below))
        .collect();
    all.extend([
        own.child("nothing"),
        own.child(999),
        own.child("nothing").child("below"),
    ]);
    all.push(own.clone());
    all
}

/// All configurations of the golden cases, valid or not.
fn configurations() -> Vec<String> {
    let mut found = BTreeSet::new();
    collect(&root(), &mut found);
    let texts = found
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    texts
        .filter(|text| text.contains("kind: SpotConfig"))
        .collect()
}

fn collect(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.insert(path);
        }
    }
}

/// Numbers that look like chance and are the same in every run.
/// Source: <https://en.wikipedia.org/wiki/Linear_congruential_generator>, the multiplier of Knuth's MMIX.
struct Numbers(u64);

impl Numbers {
    /// One below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// Workloads that say the same but for their names and labels, written in the ways in which people write them.
const ALIKE: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: t}
spec:
  provider: aks
  workloads:
  - name: a
    namespace: shop
    selector:
      app: a
    replicas: 3
    requests:
      cpu: 100m
      memory: 1Gi
    placement:
      spread:
        method: TopologySpread
        node: {maxSkew: 3}
  - name: \"b\" # two
    namespace: web
    selector:
      app: b
      tier: web
    replicas: 3
    requests:
      cpu: 100m
      memory: 1Gi
    placement:
      spread:
        method: TopologySpread
        node: {maxSkew: 3}

  # Of the others.
  - name: c
    namespace: shop
    selector: {app: c}
    replicas: 3
    requests:
      cpu: 100m
      memory: 1Gi
    placement:
      spread:
        method: TopologySpread
        node: {maxSkew: 3}
  - name: d
    selector:
      app: d
    replicas: 4
  - name: e
    selector:

      app: e
    replicas: 4
  - name: f
    selector:
      app: f
    replicas: 4

    # The last.
  - replicas: 4
    name: g
    selector:
      app: g
  - replicas: 4
    name: h
    selector:
      app: h
";

/// A text with one of its lines changed.
fn mutant(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = numbers.below(lines.len());
    let piece = PIECES[numbers.below(PIECES.len())];
    let line = lines[at].clone();
    match numbers.below(10) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, line),
        2 => {
            let other = lines[numbers.below(lines.len())].clone();
            lines[at] = other;
        }
        3 => lines[at].insert_str(0, "  "),
        4 => drop(
            lines[at]
                .strip_prefix(' ')
                .map(str::to_owned)
                .map(|rest| lines[at] = rest),
        ),
        5 => lines[at].push_str(piece),
        6 => lines.insert(at, piece.to_owned()),
        7 => lines[at] = line.replacen(": ", &format!(": {piece} "), 1),
        8 => lines.iter_mut().for_each(|line| line.push('\r')),
        _ => {
            let value = line.find(": ").map_or(line.len(), |colon| colon + 2);
            lines[at] = format!("{}{piece}", &line[..value]);
        }
    }
    lines.join("\n")
}

#[test]
fn it_is_what_the_tree_says() {
    let configurations = configurations();
    assert!(configurations.len() > 100, "{}", configurations.len());
    let read = configurations
        .iter()
        .filter(|text| is_read((*text).clone()))
        .count();
    assert!(
        read * 2 > configurations.len(),
        "{read} of {}",
        configurations.len()
    );
    let mut numbers = Numbers(1);
    let (mut all, mut read) = (0, 0);
    for text in configurations.iter().step_by(sample_size(4, 1)) {
        for _ in 0..10 {
            all += 1;
            read += usize::from(is_read(mutant(text, &mut numbers)));
        }
    }
    // So that neither way is the only one that is tried.
    assert!(read * 10 > all && read * 10 < all * 9, "{read} of {all}");
}

#[test]
fn what_is_alike_is_what_the_tree_says() {
    assert!(is_read(ALIKE.to_owned()));
    let shared = |text: &str| {
        let inputs = inputs(text.to_owned());
        let read = typed::<SpotConfig>(&inputs);
        let (config, _) = read.expect("nothing is wrong with it");
        let workloads = &config.spec.workloads;
        let facts = workloads.iter().map(|own| Arc::as_ptr(&own.facts));
        workloads.len() - facts.collect::<HashSet<_>>().len()
    };
    // b and c are like a, f is like d, and h is like g.
    assert_eq!(shared(ALIKE), 4);
    let mut numbers = Numbers(2);
    let count = sample_size(500, 4000);
    let mutants = (0..count).map(|_| {
        let once = mutant(ALIKE, &mut numbers);
        match numbers.below(2) {
            0 => once,
            _ => mutant(&once, &mut numbers),
        }
    });
    let read = mutants.filter(|text| is_read(text.clone())).count();
    assert!(
        read * 10 > count && read * 10 < count * 9,
        "{read} of {count}"
    );
}
