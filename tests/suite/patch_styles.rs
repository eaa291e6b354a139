//! The same workload written in many styles: whatever the style, the patched text must hold the data that an edit of
//! plain data gives, read by another library than the program's own, and lose nothing of what was written.

use proptest::prelude::*;
use serde_json::{Value, json};
use spotgen::patch::Options;

use super::library;
use super::sample_size::sample_size;

const CONFIG: &str = r"
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: test}
spec:
  provider: aks
  classes:
    soft: {placement: {spot: Preferred, weight: 80, spread: {method: PodAntiAffinity, node: {weight: 50}}}}
  classRules:
    - {match: {}, class: soft}
";

const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// Patches a stream with the result verified; the new stream, or what was said.
fn patch(stream: &str) -> Result<String, String> {
    let options = Options {
        verify: true,
        ..Options::default()
    };
    library::config(CONFIG).patch(stream, options)
}

/// The edit on plain data, by what the issue of the program is and not by its code.
fn edited(mut workload: Value) -> Value {
    let app = workload["spec"]["selector"]["matchLabels"].clone();
    let pod = workload["spec"]["template"]["spec"]
        .as_object_mut()
        .expect("a pod spec");
    let toleration = json!({
        "effect": "NoSchedule", "key": "kubernetes.azure.com/scalesetpriority", "operator": "Equal", "value": "spot",
    });
    let node = json!({"weight": 80, "preference": {"matchExpressions": [
        {"key": "kubernetes.azure.com/scalesetpriority", "operator": "In", "values": ["spot"]},
    ]}});
    let pods = json!({"weight": 50, "podAffinityTerm": {
        "topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": app},
    }});
    append(pod.entry("tolerations").or_insert(Value::Null), toleration);
    let affinity = pod.entry("affinity").or_insert(Value::Null);
    append(at(affinity, &["nodeAffinity", PREFERRED]), node);
    append(at(affinity, &["podAntiAffinity", PREFERRED]), pods);
    workload
}

fn at<'v>(value: &'v mut Value, path: &[&str]) -> &'v mut Value {
    path.iter().fold(value, |value, key| &mut value[*key])
}

fn append(list: &mut Value, entry: Value) {
    if list.is_null() {
        *list = json!([]);
    }
    let list = list.as_array_mut().expect("a list");
    let tolerates =
        |own: &Value| own.get("operator") == Some(&json!("Exists")) && own.get("key").is_none();
    if !list.iter().any(|own| *own == entry || tolerates(own)) {
        list.push(entry);
    }
}

/// Decides how things are written, from a seed.
struct Style {
    seed: u64,
    newline: &'static str,
    is_json: bool,
    /// The key whose value gets an anchor that is used at the end of the document.
    shared: Option<&'static str>,
    has_shared: bool,
    /// How many anchors nothing uses.
    anchors: usize,
    /// How many comments have a line to themselves; the number makes each unique.
    comments: usize,
}

impl Style {
    /// A number below `bound`, another one each time.
    fn next(&mut self, bound: usize) -> usize {
        // SplitMix64, which needs no state but a counter.
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let bound = u64::try_from(bound).expect("small");
        usize::try_from((mixed ^ (mixed >> 31)) % bound).expect("below a small number")
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.next(bound) == 0
    }

    fn new(seed: u64, newline: &'static str, shared: Option<&'static str>) -> Self {
        Self {
            seed,
            newline,
            is_json: false,
            shared,
            has_shared: false,
            anchors: 0,
            comments: 0,
        }
    }

    /// An anchor for a value, with a space before it, or nothing.
    fn anchor(&mut self, key: Option<&str>, value: &Value) -> String {
        if self.is_json || value.is_null() {
            return String::new();
        }
        if key.is_some() && key == self.shared && !self.has_shared {
            self.has_shared = true;
            return " &shared".to_owned();
        }
        if !self.one_in(8) {
            return String::new();
        }
        self.anchors += 1;
        format!(" &a{}", self.anchors)
    }

    fn line(&self, out: &mut String) {
        out.push_str(self.newline);
    }

    /// A line break, sometimes with a comment before it and comments or empty lines behind.
    fn break_line(&mut self, indent: usize, out: &mut String) {
        if self.one_in(6) {
            out.push_str("  # a remark: {not} - [yaml]");
        }
        self.line(out);
        while self.one_in(8) {
            if self.one_in(2) {
                let column = [0, indent, indent + 1, indent + 2, indent + 4][self.next(5)];
                out.push_str(&" ".repeat(column));
                self.comments += 1;
                out.push_str("# --- ");
                out.push_str(&self.comments.to_string());
                out.push('.');
            }
            self.line(out);
        }
    }

    fn text(&mut self, text: &str, out: &mut String) {
        let is_plain = !text.is_empty()
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || "./-".contains(char))
            && !["yes", "no", "on", "off", "y", "n", "true", "false", "null"].contains(&text);
        match self.next(8) {
            0 if !self.is_json => {
                let inner = text.replace('\'', "''");
                out.extend(["'", &inner, "'"]);
            }
            1..=6 if is_plain && !self.is_json => out.push_str(text),
            _ => out.push_str(&serde_json::to_string(text).expect("text")),
        }
    }

    fn scalar(&mut self, value: &Value, out: &mut String) {
        match value {
            Value::String(text) => self.text(text, out),
            Value::Null if !self.is_json => {
                let written = ["null", "~", "Null"][self.next(3)];
                out.push_str(written);
            }
            other => out.push_str(&other.to_string()),
        }
    }

    fn flow(&mut self, value: &Value, out: &mut String) {
        let space = |style: &mut Self, out: &mut String| {
            if style.one_in(3) {
                out.push(' ');
            }
        };
        match value {
            Value::Array(items) => {
                out.push('[');
                space(self, out);
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    let anchor = self.anchor(None, item);
                    if !anchor.is_empty() {
                        out.extend([anchor.trim_start(), " "]);
                    }
                    self.flow(item, out);
                }
                space(self, out);
                out.push(']');
            }
            Value::Object(entries) => {
                out.push('{');
                space(self, out);
                for (at, (key, item)) in entries.iter().enumerate() {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    self.text(key, out);
                    let anchor = self.anchor(Some(key), item);
                    out.extend([":", &anchor, " "]);
                    self.flow(item, out);
                }
                space(self, out);
                out.push('}');
            }
            scalar => self.scalar(scalar, out),
        }
    }

    /// One entry a line, in brackets.
    fn pretty(&mut self, value: &Value, indent: usize, out: &mut String) {
        let (open, close, items): (char, char, Vec<(Option<&String>, &Value)>) = match value {
            Value::Array(items) => ('[', ']', items.iter().map(|item| (None, item)).collect()),
            Value::Object(entries) => (
                '{',
                '}',
                entries
                    .iter()
                    .map(|(key, item)| (Some(key), item))
                    .collect(),
            ),
            scalar => return self.scalar(scalar, out),
        };
        out.push(open);
        for (at, (key, item)) in items.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            self.line(out);
            out.push_str(&" ".repeat(indent + 2));
            if let Some(key) = key {
                self.text(key, out);
                out.push_str(": ");
            }
            self.pretty(item, indent + 2, out);
        }
        if !items.is_empty() {
            self.line(out);
            out.push_str(&" ".repeat(indent));
        }
        out.push(close);
    }

    /// What follows a `key:` or a dash in block style.
    fn value(&mut self, value: &Value, indent: usize, step: usize, out: &mut String) {
        let is_empty = match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(entries) => entries.is_empty(),
            _ => true,
        };
        if !is_empty && !self.one_in(5) {
            self.break_line(indent, out);
            self.block(value, indent, step, out);
            return;
        }
        match value {
            Value::Null if self.one_in(2) => {}
            Value::Array(_) | Value::Object(_) if self.one_in(6) => {
                out.push(' ');
                // Brackets need no indentation but must not begin a line at the margin.
                self.pretty(value, indent.max(1), out);
            }
            Value::Array(_) | Value::Object(_) if is_empty && self.one_in(5) => {
                self.line(out);
                out.push_str(&" ".repeat(indent + 1));
                self.flow(value, out);
            }
            Value::Array(_) | Value::Object(_) => {
                out.push(' ');
                self.flow(value, out);
            }
            scalar => {
                out.push(' ');
                self.scalar(scalar, out);
            }
        }
        self.break_line(indent, out);
    }

    /// A collection in block style, at the beginning of a line.
    fn block(&mut self, value: &Value, indent: usize, step: usize, out: &mut String) {
        match value {
            Value::Array(items) => {
                for item in items {
                    out.push_str(&" ".repeat(indent));
                    out.push('-');
                    self.item(item, indent, step, out);
                }
            }
            Value::Object(entries) => self.entries(entries, indent, step, true, out),
            scalar => self.scalar(scalar, out),
        }
    }

    fn entries(
        &mut self,
        entries: &serde_json::Map<String, Value>,
        indent: usize,
        step: usize,
        mut is_indented: bool,
        out: &mut String,
    ) {
        for (key, value) in entries {
            if is_indented {
                out.push_str(&" ".repeat(indent));
            }
            is_indented = true;
            self.text(key, out);
            out.push(':');
            // Lists may stand under their key.
            let below = if value.is_array() && self.one_in(2) {
                indent
            } else {
                indent + step
            };
            let anchor = self.anchor(Some(key), value);
            out.push_str(&anchor);
            self.value(value, below, step, out);
        }
    }

    fn item(&mut self, item: &Value, indent: usize, step: usize, out: &mut String) {
        match item {
            Value::Object(entries) if !entries.is_empty() && !self.one_in(4) => {
                if self.one_in(6) {
                    let anchor = self.anchor(None, item);
                    out.push_str(&anchor);
                    self.break_line(indent + 2, out);
                    self.entries(entries, indent + 2, step, true, out);
                } else {
                    let gap = 1 + self.next(3);
                    out.push_str(&" ".repeat(gap));
                    self.entries(entries, indent + 1 + gap, step, false, out);
                }
            }
            other => {
                let anchor = self.anchor(None, other);
                out.extend([&anchor, " "]);
                self.flow(other, out);
                self.break_line(indent, out);
            }
        }
    }

    /// A whole document.
    fn document(&mut self, value: &Value) -> String {
        let mut out = String::new();
        self.has_shared = false;
        self.is_json = self.one_in(6);
        if self.is_json {
            if self.one_in(2) {
                self.pretty(value, 0, &mut out);
            } else {
                out.push_str(&value.to_string());
            }
            self.line(&mut out);
        } else {
            let step = [2, 2, 4, 3][self.next(4)];
            self.block(value, 0, step, &mut out);
        }
        if self.has_shared {
            out.push_str("x-copy: *shared");
            self.line(&mut out);
        }
        out
    }
}

fn own_tolerations() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        Just(Some(json!([]))),
        Just(Some(json!([{"operator": "Exists"}]))),
        Just(Some(
            json!([{"key": "dedicated", "operator": "Equal", "value": "yes", "effect": "NoSchedule"}])
        )),
        Just(Some(
            json!([{"key": "a"}, {"key": "b", "operator": "Exists", "tolerationSeconds": 5}])
        )),
        Just(Some(json!([{
            "key": "kubernetes.azure.com/scalesetpriority", "operator": "Equal", "value": "spot", "effect": "NoSchedule",
        }]))),
    ]
}

fn own_affinity() -> impl Strategy<Value = Option<Value>> {
    let term = json!({"weight": 1, "preference": {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}});
    let pods = json!({"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "x"}}});
    prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        Just(Some(json!({}))),
        Just(Some(json!({"nodeAffinity": {}}))),
        Just(Some(
            json!({"nodeAffinity": null, "podAntiAffinity": {PREFERRED: []}})
        )),
        Just(Some(json!({"nodeAffinity": {PREFERRED: [term.clone()]}}))),
        Just(Some(
            json!({"nodeAffinity": {PREFERRED: [term.clone(), term]}, "podAffinity": {PREFERRED: []}})
        )),
        Just(Some(
            json!({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [pods]}})
        )),
    ]
}

fn workload() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("web"),
        Just("on"),
        Just("größe"),
        Just("a: b # c"),
        Just("1e3")
    ];
    (own_tolerations(), own_affinity(), name, any::<[bool; 4]>()).prop_map(
        |(tolerations, affinity, text, [before, after, args, order])| {
            let mut pod = serde_json::Map::new();
            if before {
                pod.insert("serviceAccountName".into(), json!(text));
            }
            if let (Some(tolerations), true) = (&tolerations, order) {
                pod.insert("tolerations".into(), tolerations.clone());
            }
            if let Some(affinity) = affinity {
                pod.insert("affinity".into(), affinity);
            }
            let mut container = json!({"name": "app", "env": [{"name": "A", "value": text}], "ports": []});
            if args {
                container["args"] = json!(["--flag", text, "yes", "- x", "tolerations: []", "---"]);
            }
            pod.insert("containers".into(), json!([container]));
            if let (Some(tolerations), false) = (tolerations, order) {
                pod.insert("tolerations".into(), tolerations);
            }
            if after {
                pod.insert("volumes".into(), json!([{"name": "v", "emptyDir": {}}]));
            }
            json!({
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": text, "labels": {"app": text}},
                "spec": {
                    "selector": {"matchLabels": {"app": text}},
                    "template": {"metadata": {"labels": {"app": text}}, "spec": pod},
                },
            })
        },
    )
}

/// The documents of a stream, read by another library. Each is one part between markers at the margin.
fn read(stream: &str) -> Vec<Value> {
    let stream = stream.replace("\r\n", "\n");
    let parts = stream
        .split("\n---\n")
        .map(|part| part.trim_start_matches("---\n"));
    parts
        .map(|part| serde_saphyr::from_str(part).unwrap_or_else(|error| panic!("{error}\n{part}")))
        .collect()
}

/// Whether something is to be put into nothing: `null` and empty brackets are all that may go.
fn has_empty_value(workload: &Value) -> bool {
    fn is_empty_within(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(entries) => entries.is_empty() || entries.values().any(is_empty_within),
            _ => false,
        }
    }
    let pod = &workload["spec"]["template"]["spec"];
    let own = ["tolerations", "affinity"].map(|key| pod.get(key));
    own.into_iter().flatten().any(is_empty_within)
}

/// Whether `text` is `longer` with pieces left out.
fn is_left_of(text: &str, longer: &str) -> bool {
    let mut rest = longer.bytes();
    text.bytes().all(|byte| rest.any(|other| other == byte))
}

fn column(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// The comments that by their column stand in an item or under a key, each with the line above it.
fn comments_of_items(text: &str) -> Vec<(&str, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let own = lines.iter().enumerate().filter_map(|(at, &comment)| {
        let own = column(comment);
        if !comment.trim_start().starts_with("# --- ") {
            return None;
        }
        let above = || {
            lines[..at]
                .iter()
                .copied()
                .rev()
                .filter(|line| is_code(line))
        };
        let below = lines[at..].iter().copied().find(|line| is_code(line));
        let holder = above().find(|line| column(line) <= own)?;
        // In the column of the dashes, or of the key that gets a list, it may as well be about what comes below.
        let is_filled = above().next() == Some(holder)
            && (until_value(holder) != holder.trim_end() || holder.ends_with(':'));
        let is_between_items =
            column(holder) == own && (holder.trim_start().starts_with('-') || is_filled);
        // What comes behind a comment about the next line belongs to that comment.
        let together = lines[..at].iter().rev().take_while(|line| !is_code(line));
        let comments = together.filter(|line| line.trim_start().starts_with('#'));
        let left = comments.map(|line| column(line)).min();
        let is_about_next =
            below.is_some_and(|below| column(below) >= own) || left.is_some_and(|left| left < own);
        // A list further right has ended above it, and may get an item at its end.
        let mut between = above().take_while(|line| column(line) > own);
        let is_behind_list = between.any(|line| line.trim_start().starts_with('-'));
        (!is_between_items && !is_about_next && !is_behind_list)
            .then_some((comment, above().next()?))
    });
    own.collect()
}

/// A line up to what an edit may change within it.
fn until_value(line: &str) -> &str {
    let values = ["{", "[", "~", "null", "Null", "  #"];
    let ends = values.iter().filter_map(|value| line.find(value));
    line[..ends.min().unwrap_or(line.len())].trim_end()
}

/// Whether each of these comments is still below its line.
fn comments_stay(before: &str, after: &str) -> Result<(), String> {
    let lines: Vec<&str> = after.lines().collect();
    for (comment, above) in comments_of_items(before) {
        let at = lines.iter().position(|line| *line == comment);
        let at = at.ok_or_else(|| format!("{comment} is lost"))?;
        let now = lines[..at].iter().rev().find(|line| is_code(line));
        let now = now.ok_or_else(|| format!("nothing is above {comment}"))?;
        // What is in brackets or `null` may change.
        if until_value(above) != until_value(now) {
            return Err(format!("{comment} was below {above} and is below {now}"));
        }
    }
    Ok(())
}

/// Keys on the way of an edit, and one that is beside it.
const SHARED: &[&str] = &[
    "spec",
    "template",
    "tolerations",
    "affinity",
    "nodeAffinity",
    PREFERRED,
    "containers",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(sample_size(40, 400)))]

    #[test]
    fn any_style_gives_the_same_data(workloads in prop::collection::vec(workload(), 1..4), seed: u64, is_crlf: bool) {
        let newline = if is_crlf { "\r\n" } else { "\n" };
        let mut style = Style::new(seed, newline, None);
        let documents: Vec<String> = workloads.iter().map(|workload| style.document(workload)).collect();
        let stream = documents.join(&format!("---{newline}"));
        prop_assert_eq!(&read(&stream), &workloads, "the test writes it wrongly:\n{}", stream);
        let may_lose = workloads.iter().any(has_empty_value);
        let patched = patch(&stream).unwrap_or_else(|said| panic!("{said}\n{stream}"));
        let wanted: Vec<Value> = workloads.into_iter().map(edited).collect();
        prop_assert_eq!(&read(&patched), &wanted, "{}\n=====\n{}", &stream, &patched);
        if !may_lose {
            prop_assert!(is_left_of(&stream, &patched), "{}\n=====\n{}", stream, patched);
        }
        if let Err(moved) = comments_stay(&stream, &patched) {
            prop_assert!(false, "{}\n{}\n=====\n{}", moved, stream, patched);
        }
        prop_assert_eq!(&patch(&patched).expect("what was patched can be patched"), &patched);
    }
    /// What stands in one place and counts in two is refused where it would change, and never changes in the other.
    #[test]
    fn what_an_alias_stands_for_never_changes(workload in workload(), seed: u64, shared in prop::sample::select(SHARED)) {
        let mut style = Style::new(seed, "\n", Some(shared));
        let stream = style.document(&workload);
        let before = read(&stream).remove(0);
        let copy = before.get("x-copy").cloned();
        let is_off_the_way = copy.is_none() || shared == "containers";
        match patch(&stream) {
            Ok(patched) => {
                let mut wanted = edited(workload);
                if let Some(copy) = copy {
                    wanted["x-copy"] = copy;
                }
                prop_assert_eq!(&read(&patched)[0], &wanted, "{}\n=====\n{}", &stream, &patched);
            }
            Err(said) => {
                prop_assert!(!is_off_the_way, "{}\n{}", said, stream);
                prop_assert!(said.contains("anchored as `&shared` and used elsewhere"), "{}\n{}", said, stream);
            }
        }
    }
}
