use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::priority_expander::{CONFIG_MAP, InstalledPriorities, KEY, text};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "misplaced-expander-config",
    levels: &[Severity::Error],
    summary: "the ConfigMap of the priority expander is not where the autoscaler looks for it",
    harm: "The autoscaler reads the key `priorities` of the ConfigMap `cluster-autoscaler-priority-expander` in its \
           own namespace, and nothing else. A prefix, a hash or a namespace added by kustomize or a post-renderer \
           hides it. Then no pool is preferred. No event reports it, because there is no ConfigMap to attach one to.",
    detection: "`kubectl get configmap -n kube-system cluster-autoscaler-priority-expander -o \
                jsonpath={.data.priorities}` prints nothing.",
    remedy: "Exclude the ConfigMap from `namePrefix`, `nameSuffix`, `namespace` and `configMapGenerator` (or set \
             `disableNameSuffixHash`), or let spotgen generate it.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `PriorityConfigMapName`, \
         `ConfigMapKey`",
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/readme.md",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(wanted) = plan.provider.cluster_autoscaler.expander_namespace else {
        return;
    };
    for expander in &installed.priorities {
        let namespace = expander.map.namespace.as_deref();
        let message = if !expander.has_its_name() {
            format!(
                "the autoscaler ignores ConfigMap `{}` and prefers no pool: it reads only `{CONFIG_MAP}`",
                expander.map.name
            )
        } else if namespace.is_some_and(|namespace| namespace != wanted) {
            let namespace = namespace.unwrap_or_default();
            format!(
                "the autoscaler ignores this ConfigMap in namespace `{namespace}` and prefers no pool: it reads only \
                 namespace `{wanted}`"
            )
        } else if expander.tiers.is_none() {
            "the autoscaler prefers no pool: this ConfigMap has no key `priorities`".to_owned()
        } else {
            continue;
        };
        findings.in_manifest(expander.map.location, message, |diagnostic| {
            diagnostic
                .help(format!(
                    "name it `{CONFIG_MAP}`, in namespace `{wanted}`, with the tiers under the key `priorities`"
                ))
                .cure(put_right(plan, installed, expander, wanted))
        });
    }
}

/// Corrects everything that keeps the autoscaler from reading the `ConfigMap`.
fn put_right(
    plan: &Plan,
    installed: &Installed<'_>,
    expander: &InstalledPriorities<'_>,
    namespace: &str,
) -> Result<Fix, &'static str> {
    let is_another = |other: &InstalledPriorities<'_>| other.map.location != expander.map.location;
    let mut named = installed
        .priorities
        .iter()
        .filter(|other| other.has_its_name());
    if named.any(is_another) {
        return Err(
            "another ConfigMap already has this name, and only the author knows which one is meant",
        );
    }
    let mut edits = Vec::new();
    let mut set = |pointer: Pointer, value: &str| {
        let value = value.into();
        edits.push(Edit::Set { pointer, value });
    };
    set(Pointer::parse("/metadata/name"), CONFIG_MAP);
    set(Pointer::parse("/metadata/namespace"), namespace);
    if expander.tiers.is_none() {
        let tiers = &plan.autoscaler.priorities;
        if tiers.is_empty() {
            return Err("the configuration declares no priorities either");
        }
        set(Pointer::parse("/data").child(KEY), &text(tiers));
    }
    let edits = edits.into_iter().map(|edit| ManifestEdit {
        object: expander.map.location,
        edit,
    });
    Ok(Fix::Manifest(edits.collect()))
}
