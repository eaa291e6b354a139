use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::manifests::{TolerationFault, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "refused-toleration",
    levels: &[Severity::Error],
    summary: "the API server refuses a toleration",
    harm: "The API server refuses the whole object: a toleration with `operator: Exists` takes no `value`, one without a \
           `key` has to be `Exists`, and `tolerationSeconds` is only for `effect: NoExecute`. An earlier version of the \
           object keeps running, without what the new one says.",
    detection: "`kubectl apply` fails with `value must be empty when` or `effect must be 'NoExecute' when`, and a GitOps \
                tool shows the object as out of sync.",
    remedy: "Remove the `value`, or write `operator: Equal`.",
    sources: &[
        "kubernetes/kubernetes pkg/apis/core/validation/validation.go, `ValidateTolerations`",
    ],
    check: Check::Workload(check),
};

fn check(_: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    for refused in &found.refused_tolerations {
        let (what, help) = match refused.fault {
            TolerationFault::ValueBesideExists => (
                "has `operator: Exists`, which takes no `value`",
                "remove the `value`, or write `operator: Equal`",
            ),
            TolerationFault::NeitherKeyNorExists => (
                "has no `key`, and only `operator: Exists` can do without",
                "name the `key` of the taint, or write `operator: Exists` to tolerate every taint",
            ),
            TolerationFault::SecondsWithoutNoExecute => (
                "has `tolerationSeconds`, which only `effect: NoExecute` takes",
                "write `effect: NoExecute`, or remove `tolerationSeconds`",
            ),
        };
        let message = format!(
            "the API server refuses {} `{}`: a toleration {what}",
            found.kind.as_str(),
            found.name
        );
        let item = pod_spec_pointer(found.kind)
            .child("tolerations")
            .child(refused.at);
        let cure = match refused.fault {
            // Both tolerate the value, and `Exists` the others as well, as it says.
            TolerationFault::ValueBesideExists => Ok(Fix::manifest(
                found.location,
                Edit::Remove {
                    pointer: item.child("value"),
                },
            )),
            TolerationFault::NeitherKeyNorExists => {
                Err("only its owner knows which taint it is for")
            }
            TolerationFault::SecondsWithoutNoExecute => {
                Err("only its owner knows which effect it is for")
            }
        };
        findings.in_manifest(refused.location, message, |diagnostic| {
            diagnostic.help(help).cure(cure)
        });
    }
}
