//! What the schema cannot say: that the parts of a configuration fit each other.

pub(crate) mod classes;
pub(crate) mod context;
mod custom_kinds;
mod node_pools;
mod workloads;

use self::context::{Context, Rest, spec};
use super::holes::Holes;
use crate::config::SpotConfig;
use crate::diagnostic::Report;
use crate::kubernetes::{INSTANCE_LABEL, MANAGED_BY_LABEL, NAME_LABEL, PART_OF_LABEL};
use crate::load::Document;
use crate::providers::facts;

/// Everything that contradicts itself in a configuration that is whole, or whose broken parts were taken out.
pub(super) fn check(
    config: &SpotConfig,
    document: &Document<'_>,
    holes: &Holes,
    rest: Rest,
) -> Report {
    let mut context = Context {
        config,
        document,
        holes,
        facts: facts(config.spec.provider),
        report: Report::default(),
    };
    cluster(&mut context);
    node_pools::check(&mut context);
    classes::check(&mut context);
    custom_kinds::check(&mut context);
    workloads::check(&mut context);
    rest(&mut context);
    common_labels(&mut context);
    context.report
}

fn cluster(context: &mut Context<'_>) {
    let version = context
        .config
        .spec
        .cluster
        .as_ref()
        .and_then(|cluster| cluster.kubernetes_version);
    if version.is_some_and(|version| !version.at_least(1, 21)) {
        let pointer = spec().child("cluster").child("kubernetesVersion");
        context.problem(
            &pointer,
            "Kubernetes is too old",
            "budgets of the API policy/v1 exist since Kubernetes 1.21",
        );
    }
}

fn common_labels(context: &mut Context<'_>) {
    for key in context.config.spec.common_labels.keys() {
        if [NAME_LABEL, INSTANCE_LABEL, PART_OF_LABEL, MANAGED_BY_LABEL].contains(&key.as_str()) {
            let pointer = spec().child("commonLabels").child(key).at_key();
            context.problem(
                &pointer,
                format!("the label `{key}` is spotgen's own"),
                "choose another key",
            );
        }
    }
}
