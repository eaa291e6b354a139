use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::manifests::Manifests;
use crate::values::shell::word;

pub(super) const RULE: Rule = Rule {
    id: "immutable-priority-class",
    level: Severity::Error,
    summary: "a priority class is to have another value than the one of its name that there is",
    harm: "The value of a class cannot be changed. `kubectl apply` fails for it, and Helm gives up the whole release.",
    detection: "`The PriorityClass \"…\" is invalid: value: Forbidden: may not be changed in an update.`",
    remedy: "Give the class of the new value another name, and delete the old one when no pod has it any more. \
             `kubectl get priorityclass -o yaml | spotgen check -` tells before anything is applied.",
    sources: &[
        "kubernetes/kubernetes pkg/apis/scheduling/validation/validation.go, `ValidatePriorityClassUpdate`",
        "onyx-dot-app/onyx#13562: -10 became -11",
    ],
    check: Check::Installed(check),
};

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
            "priority class `{}` is to be {}, and is {}: that cannot be changed",
            found.name, placeholder.priority_class.value, found.value
        );
        let pointer = pointers::priority(findings.document, at);
        let fix = match findings.document.node(&pointer) {
            Some(_) => {
                let name = free_name(&found.name, installed.manifests);
                Fix::set(pointer.parent().child("name"), name)
            }
            // The name is spotgen's own. Pods keep the priority that they have.
            None => Fix::Command(format!(
                "kubectl delete priorityclass {}",
                word(&found.name)
            )),
        };
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .related(found.location, "the class that there is")
                .help("give the class another name")
                .fix(fix)
        });
    }
}

/// `headroom-2`, or with the next number that no class of the manifests has.
fn free_name(name: &str, manifests: &Manifests) -> String {
    let classes = &manifests.priority_classes;
    let is_free = |name: &String| classes.iter().all(|class| class.name != *name);
    // Of so many names one is free.
    (2..=classes.len() + 2)
        .map(|number| format!("{name}-{number}"))
        .find(is_free)
        .expect("there are fewer classes than names")
}
