use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::rounds::{DRY_RUN, INTERVAL, LEADER_ELECT, POLICY_FILE};
use crate::components::priority_expander::KEY;
use crate::components::{ComponentId, Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::Unknown;
use crate::providers::AUTOSCALER_FLAGS;
use crate::source::Span;
use crate::values::words::some_quoted;

pub(super) const RULE: Rule = Rule {
    id: "value-set-later",
    levels: &[Severity::Info],
    summary: "a value in the manifests is replaced before or after they are applied",
    harm: "Flux replaces `${name}` before it applies an object, an `ApplicationSet` replaces `{{name}}` in its template, \
           and Kubernetes replaces `$(NAME)` in arguments by a variable that may come from elsewhere. spotgen does not \
           know these values. It assumes for the cluster autoscaler what the configuration says, and leaves policies, \
           priorities and parameters with such a value unchecked. Of a workload, what depends on the value is not \
           checked, and the rest is. A workload is left out whole only if the value stands for a list or a map of \
           its placement, which no patch can add to.",
    detection: "`kubectl get -o yaml` shows another value than the manifests.",
    remedy: "Check what is applied: `flux build kustomization … | spotgen check -`, `argocd app manifests APPLICATION | \
             spotgen check -`, `helmfile template | spotgen check -`. Where `${…}` is plain text, as in a script, Flux leaves it alone only with the annotation \
             `kustomize.toolkit.fluxcd.io/substitute: disabled`.",
    sources: &[
        "fluxcd/pkg kustomize/kustomize_varsub.go, `SubstituteVariables`",
        "argo-cd docs, operator-manual/applicationset/Template",
        "kubernetes/api core/v1/types.go, `Container.Args`",
    ],
    check: Check::Installed(check),
};

/// So many are named.
const NAMED: usize = 3;

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let mut all = installed.manifests.unknown.clone();
    all.extend(in_arguments(installed));
    all.extend(in_texts(installed));
    all.sort_by_key(|unknown| unknown.location.start);
    // Each object once.
    let mut objects: Vec<Span> = Vec::new();
    for first in &all {
        if objects.contains(&first.object) {
            continue;
        }
        objects.push(first.object);
        let own = all.iter().filter(|unknown| unknown.object == first.object);
        let mut forms: Vec<&str> = own.map(|unknown| unknown.form.as_str()).collect();
        forms.dedup();
        let (are, them) = if forms.len() == 1 {
            ("is", "it")
        } else {
            ("are", "them")
        };
        let message = format!(
            "{} {are} replaced later: what depends on {them} is not checked",
            some_quoted(&forms, NAMED)
        );
        findings.in_manifest(first.location, message, |diagnostic| {
            diagnostic
                .help("check what is applied: `flux build kustomization … | spotgen check -`, or what `argocd app manifests` or `helmfile template` prints")
                .no_fix("the value is not in the manifests")
        });
    }
}

/// The arguments that are judged.
const ARGUMENTS: [(ComponentId, &[&str]); 3] = [
    (ComponentId::PriorityExpander, &["expander", "namespace"]),
    (
        ComponentId::Descheduler,
        &[INTERVAL, POLICY_FILE, DRY_RUN, LEADER_ELECT],
    ),
    (
        ComponentId::ProportionalAutoscaler,
        &["target", "configmap", "nodelabels"],
    ),
];

fn in_arguments(installed: &Installed<'_>) -> Vec<Unknown> {
    let mut all = Vec::new();
    for (id, names) in ARGUMENTS {
        let is_autoscaler = id == ComponentId::PriorityExpander;
        let flags = AUTOSCALER_FLAGS.iter().map(|flag| flag.name);
        let flags = flags.filter(|name| is_autoscaler && !names.contains(name));
        let names: Vec<&str> = names.iter().copied().chain(flags).collect();
        for found in installed.running(id) {
            let Some(program) = found.program.as_deref() else {
                continue;
            };
            let own = names.iter().filter_map(|name| program.unknown(name));
            all.extend(own.map(|(form, location)| Unknown {
                object: found.locations.name,
                location: location.unwrap_or(found.locations.name),
                form: form.to_owned(),
            }));
        }
    }
    all
}

fn in_texts(installed: &Installed<'_>) -> Vec<Unknown> {
    let priorities = installed.priorities.iter();
    let priorities = priorities.filter_map(|own| Some((own.map, own.map.text(KEY)?)));
    let policies = installed.policies.iter().map(|own| (own.map, own.text));
    let parameters = installed.parameters.iter().map(|own| (own.map, own.text));
    let texts = priorities.chain(policies).chain(parameters);
    let unknown = texts.filter_map(|(map, text)| {
        Some(Unknown {
            object: map.location,
            location: text.location,
            form: text.unknown.clone()?,
        })
    });
    unknown.collect()
}
