//! One policy per class, by which the API server adds placement to pods, and its binding to the namespaces labelled
//! with the class. It reaches workloads of operators and charts that cannot be patched otherwise.
//!
//! Source: <https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/>; the fields are those of
//! the API types.

mod api;
mod cel;
mod expressions;
mod notes;

use std::collections::BTreeMap;
use std::io::{self, Write};

use k8s_openapi::api::admissionregistration::{v1, v1beta1};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::format::{Format, Writer};
use super::head::head;
use super::stream::Stream;
use crate::check;
use crate::components::ComponentId;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::components::objects::metadata;
use crate::components::placement::{Additions, Wanted, additions, required_nodes};
use crate::kubernetes::Labels;
use crate::manifests::ExistingPlacement;
use crate::plan::{Class, Plan};
use api::{CLASS_LABEL, IGNORE_LABEL, STABLE_SINCE};
use expressions::{Expressions, conditions};
use notes::{namespaces, notes};

pub(super) const FORMAT: Format = Format {
    name: "admission",
    about: "Admission policies that add placement to pods in labelled namespaces",
    writer: Writer::Stream(write),
    reads_workloads: true,
    refusals: Some(check::formats::admission::refusals),
    notes,
};

fn write(system: &System, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let plan = &system.plan;
    let policies: Vec<_> = policies(plan, bundle).collect();
    if policies.is_empty() {
        return Ok(false);
    }
    let header = format!(
        "{}\
         # Label a namespace to apply a class to its new pods: kubectl label namespace NAME {CLASS_LABEL}=CLASS\n\
         # Pods with the label {IGNORE_LABEL}=true and pods that already exist stay unchanged.\n",
        head(plan)
    );
    let apart = namespaces(plan).apart;
    let warning = if apart.is_empty() {
        String::new()
    } else {
        // Names in manifests may be any text, and a line break would end the comment.
        let names = apart.join("; ");
        let names = names.escape_debug();
        format!(
            "# The configuration sets these workloads apart from the others of their namespace: {names}.\n\
             # Before you label the namespace, label their pods {IGNORE_LABEL}=true, or place them by `spotgen patch`.\n"
        )
    };
    let header = header + &warning;
    let mut stream = Stream::new(out, &header);
    let (major, minor) = STABLE_SINCE;
    let is_stable = plan.cluster.kubernetes_version.at_least(major, minor);
    for (policy, binding) in policies {
        if is_stable {
            stream.document(&policy)?;
            stream.document(&binding)?;
        } else {
            stream.document(&as_beta::<_, v1beta1::MutatingAdmissionPolicy>(&policy))?;
            stream.document(&as_beta::<_, v1beta1::MutatingAdmissionPolicyBinding>(
                &binding,
            ))?;
        }
    }
    stream.finish()?;
    Ok(true)
}

/// The policies and bindings of all classes that change anything.
fn policies<'p>(
    plan: &'p Plan,
    bundle: &Bundle<'_>,
) -> impl Iterator<
    Item = (
        v1::MutatingAdmissionPolicy,
        v1::MutatingAdmissionPolicyBinding,
    ),
> + use<'p> {
    let is_chosen = bundle.has(ComponentId::Placement);
    let classes = plan.classes.iter().filter(move |_| is_chosen);
    classes.filter_map(|class| {
        let expressions = expressions_of(plan, class);
        (!expressions.mutations.is_empty()).then(|| {
            let name = format!("{}.{}.spotgen.dev", class.name, plan.name);
            (
                policy(plan, &name, expressions),
                binding(plan, &name, class),
            )
        })
    })
}

fn expressions_of(plan: &Plan, class: &Class) -> Expressions {
    let none = Labels::new();
    let wanted = Wanted {
        placement: &class.placement,
        termination_grace_period_seconds: class.termination_grace_period_seconds,
        // Of two tolerations of the same taint the first counts, and the API server has already added its own.
        // Source: kubernetes/kubernetes pkg/apis/core/v1/helper/helpers.go, `GetMatchingTolerations`, and
        // pkg/kubeapiserver/options/plugins.go, `AllOrderedPlugins`.
        node_loss_toleration_seconds: None,
        selector: &none,
    };
    let Additions {
        tolerations,
        preferred_nodes,
        termination_grace_period_seconds,
        ..
    } = additions(plan, &wanted, &ExistingPlacement::default());
    let mut expressions = Expressions::default();
    expressions.tolerations(&tolerations);
    let required = required_nodes(plan, &class.placement);
    expressions.node_affinity(&preferred_nodes, required.as_ref());
    if let Some(seconds) = termination_grace_period_seconds {
        expressions.grace(seconds);
    }
    expressions
}

fn policy(plan: &Plan, name: &str, expressions: Expressions) -> v1::MutatingAdmissionPolicy {
    let not_ignored = LabelSelector {
        match_expressions: Some(vec![LabelSelectorRequirement {
            key: IGNORE_LABEL.to_owned(),
            // Also matches pods without the label.
            operator: "NotIn".to_owned(),
            values: Some(vec!["true".to_owned()]),
        }]),
        ..LabelSelector::default()
    };
    let list = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
    v1::MutatingAdmissionPolicy {
        metadata: metadata(plan, ComponentId::Placement, name, None),
        spec: Some(v1::MutatingAdmissionPolicySpec {
            // A failing policy must never prevent pods from being created.
            failure_policy: Some("Ignore".to_owned()),
            // Other webhooks may add or remove fields; the policies are idempotent.
            reinvocation_policy: Some("IfNeeded".to_owned()),
            match_constraints: Some(v1::MatchResources {
                object_selector: Some(not_ignored),
                resource_rules: Some(vec![v1::NamedRuleWithOperations {
                    api_groups: list(&[""]),
                    api_versions: list(&["v1"]),
                    // Affinity is immutable after creation.
                    operations: list(&["CREATE"]),
                    resources: list(&["pods"]),
                    ..v1::NamedRuleWithOperations::default()
                }]),
                ..v1::MatchResources::default()
            }),
            match_conditions: Some(conditions()),
            variables: Some(expressions.variables).filter(|variables| !variables.is_empty()),
            mutations: Some(expressions.mutations),
            param_kind: None,
        }),
    }
}

fn binding(plan: &Plan, name: &str, class: &Class) -> v1::MutatingAdmissionPolicyBinding {
    v1::MutatingAdmissionPolicyBinding {
        metadata: metadata(plan, ComponentId::Placement, name, None),
        spec: Some(v1::MutatingAdmissionPolicyBindingSpec {
            policy_name: Some(name.to_owned()),
            match_resources: Some(v1::MatchResources {
                namespace_selector: Some(LabelSelector {
                    match_labels: Some(BTreeMap::from([(
                        CLASS_LABEL.to_owned(),
                        class.name.clone(),
                    )])),
                    ..LabelSelector::default()
                }),
                ..v1::MatchResources::default()
            }),
            ..v1::MutatingAdmissionPolicyBindingSpec::default()
        }),
    }
}

/// The object in the API version v1beta1, which has the same fields.
fn as_beta<T: Serialize, Beta: DeserializeOwned>(object: &T) -> Beta {
    let mut data = serde_json::to_value(object).expect("Kubernetes objects are plain data");
    if let Json::Object(fields) = &mut data {
        fields.insert(
            "apiVersion".to_owned(),
            json!("admissionregistration.k8s.io/v1beta1"),
        );
    }
    Beta::deserialize(&data).expect("the two versions have the same fields")
}
