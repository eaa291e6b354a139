//! The checks that a schema cannot express: whether the parts of a configuration fit together.

pub(crate) mod classes;
pub(crate) mod context;
mod custom_kinds;
mod kinds;
mod node_pools;
mod pool_facts;
mod simulation;
mod workloads;

use self::context::{Context, Rest, spec};
use super::holes::Holes;
use crate::config::SpotConfig;
use crate::diagnostic::Report;
use crate::kubernetes::{INSTANCE_LABEL, MANAGED_BY_LABEL, NAME_LABEL, PART_OF_LABEL};
use crate::load::Document;
use crate::providers::facts;

/// Finds all contradictions in a configuration that is complete, or whose broken parts were cut out.
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
    pool_facts::check(&mut context);
    classes::check(&mut context);
    custom_kinds::check(&mut context);
    workloads::check(&mut context);
    simulation::check(&mut context);
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
            "this Kubernetes version is too old",
            "use Kubernetes 1.21 or newer: older versions do not have the budgets of `policy/v1`",
        );
    }
}

fn common_labels(context: &mut Context<'_>) {
    for key in context.config.spec.common_labels.keys() {
        if [NAME_LABEL, INSTANCE_LABEL, PART_OF_LABEL, MANAGED_BY_LABEL].contains(&key.as_str()) {
            let pointer = spec().child("commonLabels").child(key).at_key();
            context.problem(
                &pointer,
                format!("spotgen sets the label `{key}` itself"),
                "use another label key",
            );
        }
    }
}
