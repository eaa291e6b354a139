use crate::check::draft::Draft;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::manifests::Manifests;
use crate::values::shell::word;

pub(super) const RULE: Rule = Rule {
    id: "immutable-priority-class",
    levels: &[Severity::Error],
    summary: "an existing PriorityClass has the same name but a different, immutable value",
    harm: "The value of a PriorityClass cannot be changed. `kubectl apply` fails for this object, and Helm aborts the \
           whole release.",
    detection: "`The PriorityClass \"…\" is invalid: value: Forbidden: may not be changed in an update.`",
    remedy: "Give the class with the new value another name. Delete the old class once no pod uses it any more. \
             `kubectl get priorityclass -o yaml | spotgen check -` finds the conflict before anything is applied.",
    sources: &[
        "kubernetes/kubernetes pkg/apis/scheduling/validation/validation.go, `ValidatePriorityClassUpdate`",
        "onyx-dot-app/onyx#13562: -10 became -11",
    ],
    check: Check::Installed(check),
};

const CHOICE: &str = "the existing class can be deleted instead";

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for found in &installed.manifests.priority_classes {
        let is_other =
            |name: &str, value: i32| name == found.name && i64::from(value) != found.value;
        let mut placeholders = system.placeholders();
        let Some((at, placeholder)) = placeholders.find(|(_, placeholder)| {
            let class = &placeholder.priority_class;
            is_other(&class.name, class.value)
        }) else {
            continue;
        };
        let message = format!(
            "PriorityClass `{}` already exists with value {}, which cannot be changed to {}: `kubectl apply` and Helm \
             fail",
            found.name, found.value, placeholder.priority_class.value
        );
        let pointer = pointers::priority(findings.document, at);
        let fix = match findings.document.node(&pointer) {
            Some(_) => {
                let name = free_name(&found.name, installed.manifests);
                Fix::set(pointer.parent().child("name"), name)
            }
            // The name is spotgen's default. Running pods keep their priority.
            None => Fix::Command(format!(
                "kubectl delete priorityclass {}",
                word(&found.name)
            )),
        };
        let complete = |diagnostic: Draft| {
            diagnostic
                .help("set `priorityClass.name` to another name, or delete the existing class")
                .fix(fix)
                .choice(CHOICE)
        };
        // Nobody has written a default.
        if findings.document.node(&pointer).is_none() {
            findings.in_manifest(found.location, message, complete);
            continue;
        }
        findings.at(&pointer, message, |diagnostic| {
            complete(diagnostic.related(found.location, "the existing class"))
        });
    }
}

/// `headroom-2`, or the same with the next number that no class in the manifests uses.
fn free_name(name: &str, manifests: &Manifests) -> String {
    let classes = &manifests.priority_classes;
    let is_free = |name: &String| classes.iter().all(|class| class.name != *name);
    // There is one more candidate than there are classes.
    (2..=classes.len() + 2)
        .map(|number| format!("{name}-{number}"))
        .find(is_free)
        .expect("there are fewer classes than names")
}
