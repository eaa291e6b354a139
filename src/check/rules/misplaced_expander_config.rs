use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::priority_expander::{
    CONFIG_MAP, InstalledPriorities, KEY, namespaces, running, text,
};
use crate::components::{Installed, System};
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "misplaced-expander-config",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the ConfigMap of the priority expander is not where the autoscaler looks for it",
    harm: "The autoscaler reads the key `priorities` of the ConfigMap `cluster-autoscaler-priority-expander` in its \
           own namespace, and nothing else. A prefix, a hash or a namespace added by kustomize or a post-renderer \
           hides it, and so does a name of one's own. Then no pool is preferred. No event reports it, because there is no ConfigMap to attach one to. \
           Its own namespace is that of its flag `--namespace`, `kube-system` by default. The managed autoscaler of \
           GKE, node auto-provisioning included, reads no such ConfigMap at all.",
    detection: "`kubectl get configmap -n kube-system cluster-autoscaler-priority-expander -o \
                jsonpath={.data.priorities}` prints nothing.",
    remedy: "Exclude the ConfigMap from `namePrefix`, `nameSuffix`, `namespace` and `configMapGenerator` (or set \
             `disableNameSuffixHash`), or let spotgen generate it. If you run the \
             autoscaler in another namespace, set `autoscaler.namespace`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `PriorityConfigMapName`, \
         `ConfigMapKey`",
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/readme.md",
        "kubernetes/autoscaler cluster-autoscaler/expander/factory/expander_factory.go and config/flags/flags.go: it reads \
         the namespace of `--namespace`",
        "cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler: it chooses by price",
    ],
    check: Check::Installed(check),
};

const KUBE_SYSTEM: &str = "kube-system";

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let namespaces = namespaces(plan, installed);
    let has_right_one = installed
        .priorities
        .iter()
        .any(InstalledPriorities::has_its_name);
    // One that only holds priorities may be a copy of the right one, or be read by something else elsewhere.
    let is_meant = |expander: &&InstalledPriorities<'_>| {
        let namespace = expander.map.namespace.as_deref();
        let is_there = namespace.is_none_or(|own| {
            own == KUBE_SYSTEM || namespaces.iter().any(|namespace| namespace == own)
        });
        expander.is_named_for_it() || !has_right_one && is_there
    };
    for expander in installed.priorities.iter().filter(is_meant) {
        match namespaces.first() {
            Some(wanted) => judge(plan, installed, (expander, &namespaces, wanted), findings),
            // Values of the chart are those of the user's own autoscaler.
            None if expander.is_of_a_chart(installed.manifests) => {}
            None => without_reader(plan, expander, findings),
        }
    }
}

/// No autoscaler of this provider reads priorities.
fn without_reader(plan: &Plan, expander: &InstalledPriorities<'_>, findings: &mut Findings<'_>) {
    let title = plan.provider.title;
    let order = plan.provider.cluster_autoscaler.own_order;
    let order = order.map_or(String::new(), |order| format!(": {order}"));
    let message = format!(
        "the autoscaler of {title} has no priority expander and ignores this ConfigMap{order}"
    );
    findings.in_manifest(expander.map.location, message, |diagnostic| {
        diagnostic
            .level(Severity::Warning)
            .help("remove the ConfigMap, or add the Deployment of the autoscaler that you run yourself to the manifests")
            .no_fix("only its owner knows whether an autoscaler that is not in the manifests reads it")
    });
}

fn judge(
    plan: &Plan,
    installed: &Installed<'_>,
    (expander, namespaces, wanted): (&InstalledPriorities<'_>, &[String], &str),
    findings: &mut Findings<'_>,
) {
    let namespace = expander.map.namespace.as_deref();
    let elsewhere = namespace.filter(|own| namespaces.iter().all(|read| read != own));
    // Users can run it in any namespace, and need not say which.
    let is_assumed = plan.autoscaler.has_flags()
        && running(installed).next().is_none()
        && findings
            .document
            .node(&pointers::spec("autoscaler/namespace"))
            .is_none();
    let mut level = Severity::Error;
    let mut help = format!(
        "name it `{CONFIG_MAP}`, in namespace `{wanted}`, with the tiers under the key `priorities`"
    );
    let message = if !expander.has_its_name() {
        format!(
            "the autoscaler ignores ConfigMap `{}` and prefers no pool: it reads only `{CONFIG_MAP}`",
            expander.map.name
        )
    } else if let Some(namespace) = elsewhere.filter(|_| is_assumed) {
        level = Severity::Warning;
        help = format!(
            "set `autoscaler.namespace: {namespace}` if it runs there, or move the ConfigMap to namespace `{wanted}`"
        );
        format!(
            "the autoscaler ignores this ConfigMap in namespace `{namespace}` unless it runs there: it reads only its own \
             namespace, by default `{wanted}`"
        )
    } else if let Some(namespace) = elsewhere {
        format!(
            "the autoscaler ignores this ConfigMap in namespace `{namespace}` and prefers no pool: it reads only namespace \
             `{wanted}`"
        )
    } else if expander.tiers.is_none() {
        "the autoscaler prefers no pool: this ConfigMap has no key `priorities`".to_owned()
    } else {
        return;
    };
    let namespace = namespace.filter(|_| elsewhere.is_none()).unwrap_or(wanted);
    let cure = if level == Severity::Warning {
        Err("only its owner knows in which namespace the autoscaler runs")
    } else {
        put_right(plan, installed, expander, namespace)
    };
    findings.in_manifest(expander.map.location, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(cure)
    });
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
