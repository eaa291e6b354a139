//! Runs kubectl.

use std::io::{self, Write as _};
use std::process::{Command, Output, Stdio};

use serde_json::{Value as Json, json};

use super::complaint::complaint;
use super::messages::Messages;
use crate::diagnostic::Failure;
use crate::diff::{Objects, PRUNED};
use crate::values::shell::word;

const KUBECTL: &str = "kubectl";

/// The program that runs, and the cluster that it asks.
#[derive(Debug)]
pub(super) struct Kubectl<'a> {
    pub context: Option<&'a str>,
}

impl Kubectl<'_> {
    /// What the cluster has of these objects, as kubectl prints it, and what it has besides with these labels.
    ///
    /// Only kinds and names that are generated are asked for, and only kinds that a prune would take.
    pub(super) fn snapshot(
        &self,
        objects: &Objects,
        labels: &str,
        messages: &mut Messages,
    ) -> Result<Vec<String>, Failure> {
        let mut texts = Vec::new();
        // A kind that is not installed fails the whole request.
        let (custom, known) = stubs(objects);
        for (stubs, is_custom) in [(known, false), (custom, true)] {
            if !stubs.is_empty() {
                let what = format!("{} generated objects", stubs.len());
                let list = json!({"apiVersion": "v1", "kind": "List", "items": stubs});
                let command = ["get", "-f", "-", "--ignore-not-found"];
                texts.extend(self.get(&command, &list.to_string(), &what, is_custom, messages)?);
            }
        }
        for (kinds, is_custom) in pruned_kinds() {
            let command = ["get", &kinds, "--all-namespaces", "--selector", labels];
            texts.extend(self.get(&command, "", "to find what left", is_custom, messages)?);
        }
        Ok(texts)
    }

    /// Prints the command, runs it, and returns what it prints; nothing if the cluster does not have the kinds, which
    /// only `is_custom` ones may be missing.
    fn get(
        &self,
        arguments: &[&str],
        stdin: &str,
        what: &str,
        is_custom: bool,
        messages: &mut Messages,
    ) -> Result<Option<String>, Failure> {
        let context = self.context.map(|name| ["--context", name]);
        let context = context.iter().flatten().copied();
        // Without them, nobody can tell who has set a field.
        let output = ["--show-managed-fields", "--output", "json"];
        let all: Vec<&str> = context
            .chain(arguments.iter().copied())
            .chain(output)
            .collect();
        let words: Vec<String> = all.iter().map(|argument| word(argument)).collect();
        messages.lines(&format!("{KUBECTL} {}   # {what}\n", words.join(" ")));
        let output = run(&all, stdin).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => failed(arguments, "it is not on the PATH"),
            _ => failed(arguments, &error.to_string()),
        })?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            let text = String::from_utf8(output.stdout);
            return text
                .map(Some)
                .map_err(|error| failed(arguments, &error.to_string()));
        }
        if is_custom && is_not_installed(&said) {
            messages.lines("# the cluster does not have these kinds\n");
            return Ok(None);
        }
        Err(failed(arguments, &complaint(&said)))
    }
}

fn run(arguments: &[&str], stdin: &str) -> io::Result<Output> {
    let mut child = Command::new(KUBECTL)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let pipe = child.stdin.take();
    let input = stdin.to_owned();
    let writer = std::thread::spawn(move || {
        // It may end before it has read everything.
        if let Some(mut pipe) = pipe {
            let _ = pipe.write_all(input.as_bytes());
        }
    });
    let output = child.wait_with_output();
    let _ = writer.join();
    output
}

/// The kinds that a prune would take, as kubectl names them: those of Kubernetes, and those of each other group.
fn pruned_kinds() -> Vec<(String, bool)> {
    let mut requests: Vec<(&str, Vec<String>)> = vec![("", vec!["namespace".to_owned()])];
    for (group, kind) in PRUNED {
        let kind = kind.to_lowercase();
        let name = match *group {
            "" => kind,
            group => format!("{kind}.{group}"),
        };
        let of = if is_custom(group) { group } else { "" };
        match requests.iter_mut().find(|(own, _)| *own == of) {
            Some((_, kinds)) => kinds.push(name),
            None => requests.push((of, vec![name])),
        }
    }
    let requests = requests.into_iter();
    let requests = requests.map(|(group, kinds)| (kinds.join(","), is_custom(group)));
    requests.collect()
}

fn failed(arguments: &[&str], said: &str) -> Failure {
    let verb = arguments.first().copied().unwrap_or_default();
    Failure::new(format!("`{KUBECTL} {verb}` failed: {said}")).help(
        "check that kubectl reaches the cluster and may read these objects, or save what it prints in a file and give \
         that instead of --from-cluster",
    )
}

/// What names each object, those of custom kinds first.
fn stubs(objects: &Objects) -> (Vec<Json>, Vec<Json>) {
    let stubs = objects.iter().map(|(identity, object)| {
        let mut metadata = json!({"name": identity.name});
        if let Some(namespace) = &identity.namespace {
            metadata["namespace"] = json!(namespace);
        }
        let stub = json!({
            "apiVersion": object["apiVersion"],
            "kind": identity.kind,
            "metadata": metadata,
        });
        (is_custom(&identity.group), stub)
    });
    let (custom, known): (Vec<_>, Vec<_>) = stubs.partition(|(is_custom, _)| *is_custom);
    let only = |pairs: Vec<(bool, Json)>| pairs.into_iter().map(|(_, stub)| stub).collect();
    (only(custom), only(known))
}

/// Whether a kind has to be installed. The groups of Kubernetes itself have no dot, or end like this.
fn is_custom(group: &str) -> bool {
    group.contains('.') && !group.ends_with(".k8s.io")
}

/// Source: kubernetes/apimachinery pkg/api/meta/errors.go, `NoKindMatchError` and `NoResourceMatchError`.
fn is_not_installed(said: &str) -> bool {
    said.contains("no matches for kind") || said.contains("doesn't have a resource type")
}
