//! What the checks have against a draft, for its first lines.

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Report, Severity};

/// At most this many errors of one rule are told one by one.
const MOST_OF_A_RULE: usize = 3;

/// Rules that count where pods can fail over to: only the pools of the configuration, so nodes that are left out of it are
/// none.
const ABOUT_ROOM: [&str; 2] = ["taint-not-tolerated", "failover-capacity-short"];

/// The errors, each with the first thing that helps. `has_other_nodes` tells whether workloads may run on nodes that are
/// left out; `object` names the object of the cluster that one is about.
pub(crate) fn problems(
    report: &Report,
    has_other_nodes: bool,
    object: impl Fn(&Diagnostic) -> Option<String>,
) -> Vec<String> {
    let errors = report
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<&Diagnostic> = errors.collect();
    let mut told = Vec::new();
    for (number, finding) in errors.iter().enumerate() {
        let before = errors[..number]
            .iter()
            .filter(|other| other.rule == finding.rule);
        match before.count() {
            MOST_OF_A_RULE => told.push(format!(
                "more of `{}`, which `spotgen check` shows",
                finding.rule
            )),
            count if count < MOST_OF_A_RULE => {
                let is_open = has_other_nodes && ABOUT_ROOM.contains(&finding.rule);
                told.push(problem(finding, is_open, object(finding)));
            }
            _ => {}
        }
    }
    told
}

fn problem(finding: &Diagnostic, is_open: bool, object: Option<String>) -> String {
    let Diagnostic { message, rule, .. } = finding;
    let help = match finding.help.first() {
        _ if is_open => {
            ": the nodes that are left out below do not count here, and may be where they run"
                .to_owned()
        }
        Some(help) => format!(": {help}"),
        None => String::new(),
    };
    match object {
        // What spotgen replaces is removed, not mended.
        Some(object) => format!(
            "in {object}, which is installed: {message} ({rule}){help}; or remove it, if spotgen's own takes its place"
        ),
        None => format!("{message} ({rule}){help}"),
    }
}

/// What of an object names it.
#[derive(Deserialize)]
struct Head {
    kind: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    namespace: Option<String>,
}

/// The object at an offset of the objects of a snapshot: ``ConfigMap `kube-system/descheduler` ``.
pub(crate) fn object_at(objects: &str, offset: usize) -> Option<String> {
    const START: &str = "---\n";
    let start = objects.get(..offset)?.rfind(START)? + START.len();
    let document = objects[start..].split("\n---\n").next()?;
    let Head { kind, metadata } = serde_json::from_str(document.trim_end_matches("---\n")).ok()?;
    Some(match metadata.namespace {
        Some(namespace) => format!("{kind} `{namespace}/{}`", metadata.name),
        None => format!("{kind} `{}`", metadata.name),
    })
}
