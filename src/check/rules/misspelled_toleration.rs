use crate::check::findings::Findings;
use crate::check::misspelled_tolerations::{Meant, Misspelled, misspelled};
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer, Severity};
use crate::kubernetes::Toleration;
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::nowhere::Nowhere;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "misspelled-toleration",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a toleration is for no taint of the nodes, and one letter, its value or its effect away from one",
    harm: "A toleration has to name the taint exactly: key, value and effect, upper and lower case included. Without \
           `operator: Exists`, a toleration with no `value` is for a taint with an empty value. A toleration that is for no \
           taint has no effect: the pods stay off the nodes that they are meant for. If they ask for Spot nodes, they are \
           evicted from on-demand in every round of the descheduler and never run on Spot, or stay Pending.",
    detection: "`kubectl describe node` shows the taints of a node, and `kubectl describe pod` the tolerations of a pod. A \
                Pending pod has `untolerated taint` in its events.",
    remedy: "Write the toleration as the taint is. If nodes outside the configuration have the taint, list their pool.",
    sources: &[
        "kubernetes/api core/v1/toleration.go, `ToleratesTaint`",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint of Spot nodes",
        "kubernetes/api core/v1/well_known_taints.go",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "if nodes have a taint that is spelled so, list their pool under `nodePools`";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    // Its class adds the toleration, or keeps it off Spot whatever it tolerates.
    let is_placed = pods.spot().is_some();
    let (prefers, requires) = (pods.own_prefers_spot(plan), pods.own_requires_spot(plan));
    let is_stuck = !is_placed && (prefers || requires) && !pods.tolerates_spot(plan);
    // Pinned to a pool whose taint it may be meant for.
    let is_closed = matches!(pods.nowhere(plan), Some(Nowhere::Taints(_)));
    let (level, end) = match (is_stuck || is_closed, requires || is_closed) {
        (true, true) => (Severity::Error, "its pods stay Pending"),
        (true, false) => (
            Severity::Error,
            "its pods never run on Spot, and a descheduler that covers them evicts them again and again",
        ),
        (false, _) => (Severity::Warning, "the toleration has no effect"),
    };
    for mistake in misspelled(plan, found) {
        let Misspelled {
            written,
            meant,
            is_certain,
        } = mistake;
        let message = format!(
            "{} `{}` tolerates {}, which no node has: {end}",
            found.kind.as_str(),
            found.name,
            in_words(&written.toleration)
        );
        findings.in_manifest(written.location(meant.key()), message, |diagnostic| {
            let diagnostic = diagnostic.level(level).help(help(&meant));
            let fixed = diagnostic.fix(correct(found, written.at, meant));
            if is_certain {
                fixed
            } else {
                fixed.choice(CHOICE)
            }
        });
    }
}

/// The taint that it is for: `key=value:NoSchedule`.
fn in_words(toleration: &Toleration) -> String {
    let key = toleration.key.as_deref().unwrap_or_default();
    let value = toleration.value.as_deref();
    let value = value.map_or(String::new(), |value| format!("={value}"));
    let effect = toleration.effect;
    let effect = effect.map_or(String::new(), |effect| format!(":{effect}"));
    format!("the taint `{key}{value}{effect}`")
}

fn help(meant: &Meant) -> String {
    match meant {
        Meant::Key(key) => format!("did you mean `key: {key}`?"),
        Meant::Value(value) => format!("did you mean `value: {value}`?"),
        Meant::NoValue => {
            "the taint has no value: write `operator: Exists`, and no `value`".to_owned()
        }
        Meant::Effect(effect) => format!("did you mean `effect: {effect}`?"),
    }
}

fn correct(found: &ManifestWorkload, at: usize, meant: Meant) -> Fix {
    let item = pod_spec_pointer(found.kind).child("tolerations").child(at);
    let set = |key: &str, value: String| Edit::Set {
        pointer: item.child(key),
        value: value.into(),
    };
    let edits = match meant {
        Meant::Key(key) => vec![set("key", key)],
        Meant::Value(value) => vec![set("value", value)],
        Meant::NoValue => vec![set("operator", "Exists".to_owned()), remove(&item, "value")],
        Meant::Effect(effect) => vec![set("effect", effect.to_string())],
    };
    let edits = edits.into_iter().map(|edit| ManifestEdit {
        object: found.location,
        edit,
    });
    Fix::Manifest(edits.collect())
}

fn remove(item: &Pointer, key: &str) -> Edit {
    Edit::Remove {
        pointer: item.child(key),
    }
}
