//! `spotgen patch` takes time by the length of a document, in whatever way it is written: eight times as much takes some
//! eight times as long, and not sixty-four.

use std::io;
use std::time::Duration;

use serde_json::json;
use spotgen::load::Inputs;
use spotgen::patch::{Documents, Options};

use super::sample_size::sample_size;
use super::thread_time::thread_time;

const CONFIG: &str = r"
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: test}
spec: {provider: aks, classRules: [{match: {}, class: default}]}
";

/// Of eight, with room for a machine that is busy with other things.
const MOST: u32 = 24;

/// How long a stream takes, reported and with budgets.
fn time(stream: &str) -> Duration {
    let mut inputs = Inputs::default();
    inputs.files = vec![inputs.sources.add("spot-config.yaml", CONFIG)];
    let whole = inputs.sources.add("<stdin>", stream);
    let options = Options {
        report: true,
        ..Options::default()
    };
    let configured = spotgen::configure(&inputs, true).expect("it is valid");
    let mut documents = Documents::new(io::Cursor::new(stream));
    let mut out = Vec::new();
    let started = thread_time();
    documents.peek().expect("memory can be read");
    let whole = Some(whole);
    let patched = spotgen::patch(
        &inputs,
        configured,
        &mut documents,
        whole,
        options,
        &mut out,
    )
    .expect("memory can be read and written");
    let took = thread_time().saturating_sub(started);
    assert!(!patched.report.has_errors());
    assert!(
        patched
            .workloads
            .iter()
            .all(|placed| !placed.changes.is_empty())
    );
    took
}

#[track_caller]
fn grows_with_its_length(stream: impl Fn(usize) -> String) {
    let of = |count: usize| {
        let stream = stream(count);
        let times = (0..2).map(|_| time(&stream));
        times.min().expect("it was tried")
    };
    let count = sample_size(16, 150);
    let (few, many) = (of(count), of(8 * count));
    assert!(
        many < few * MOST,
        "{few:?}, and {many:?} for eight times as much"
    );
}

/// Long, so that whoever goes over all of a document for each of its items takes much more time than for the items.
fn deployment(number: usize) -> String {
    let app = format!("d{number}");
    let workload = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": app, "namespace": "n", "annotations": {"note": "x".repeat(5000)}},
        "spec": {
            "replicas": 3, "selector": {"matchLabels": {"app": app}},
            "template": {"metadata": {"labels": {"app": app}}, "spec": {"containers": [], "tolerations": [{"key": "x"}]}},
        },
    });
    workload.to_string()
}

fn joined(count: usize, separator: &str) -> String {
    let items: Vec<String> = (0..count).map(deployment).collect();
    items.join(separator)
}

#[test]
fn documents() {
    grows_with_its_length(|count| joined(count, "\n---\n"));
}

/// Templates that leave everything out give such documents.
#[test]
fn empty_documents_before_the_first() {
    grows_with_its_length(|count| "---\n# Source: x\n".repeat(100 * count) + &deployment(0));
}

#[test]
fn items_of_a_list() {
    grows_with_its_length(|count| {
        format!(
            "apiVersion: v1\nkind: List\nitems:\n- {}\n",
            joined(count, "\n- ")
        )
    });
}

#[test]
fn items_of_a_resource_list() {
    grows_with_its_length(|count| {
        let items = joined(count, "\n- ");
        format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {items}\n")
    });
}

#[test]
fn items_on_one_line() {
    grows_with_its_length(|count| {
        let items = joined(count, ", ");
        format!(r#"{{"apiVersion": "v1", "kind": "List", "items": [{items}]}}"#)
    });
}

#[test]
fn anchors_and_keys_that_are_written_twice() {
    grows_with_its_length(|count| {
        let items: Vec<String> = (0..count)
            .map(|number| {
                let name = format!("&a{number} \"d{number}\"");
                let item = deployment(number).replacen(&format!("\"d{number}\""), &name, 1);
                format!("{item}\n- {{data: {{a: *a{number}, a: b}}}}")
            })
            .collect();
        let items = items.join("\n- ");
        format!("apiVersion: v1\nkind: List\nitems:\n- {items}\n")
    });
}

/// Every one is written for the same pods: all but the first get no budget, and that is said.
#[test]
fn budgets_over_the_same_pods() {
    grows_with_its_length(|count| {
        let items: Vec<String> = (0..count)
            .map(|number| {
                deployment(number).replace(&format!(r#""app":"d{number}""#), r#""app":"x""#)
            })
            .collect();
        items.join("\n---\n")
    });
}
