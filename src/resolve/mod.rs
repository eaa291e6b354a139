//! Config → Plan: defaults in, references resolved, provider facts in. Only here is anything decided.

mod autoscaler;
mod budget;
mod choosing;
mod classes;
mod deletion_candidates;
mod descheduler;
mod headroom;
mod let_go;
mod node_pools;
mod overprovisioner;
mod proportional_autoscaler;
mod resources;
mod settings;
mod stream;
mod termination_handler;
mod workloads;

use crate::config::{ProviderName, Spec, SpotConfig};
use crate::defaults;
use crate::diagnostic::Report;
use crate::load::Document;
use crate::manifests::Manifests;
use crate::numbers::sides::Sides;
use crate::plan::{Cluster, Labels, Plan, Taint, Toleration};
use crate::providers::facts;
use crate::values::Version;

pub(crate) use autoscaler::take as take_pools;
pub use choosing::{Candidate, Lookup};
pub use deletion_candidates::{Declared, are_tolerated};
pub use proportional_autoscaler::leave_out as leave_out_proportional_autoscaler;
pub use settings::Settings;
pub use stream::{Choice, Stream};

/// Decides everything that the configuration leaves open.
///
/// # Errors
/// When the facts of a workload are neither stated nor found.
pub fn resolve(
    mut config: SpotConfig,
    document: &Document<'_>,
    manifests: Option<&Manifests>,
) -> Result<Plan, Report> {
    // There may be very many: each is made of what it was.
    let stated = std::mem::take(&mut config.spec.workloads);
    let spec = &config.spec;
    let facts = facts(spec.provider);
    let version = version(spec);
    let cluster = Cluster {
        name: spec
            .cluster
            .as_ref()
            .and_then(|cluster| cluster.name.clone()),
        resource_group: spec
            .cluster
            .as_ref()
            .and_then(|cluster| cluster.resource_group.clone()),
        kubernetes_version: version.unwrap_or(defaults::KUBERNETES_VERSION),
        kubernetes_version_assumed: version.is_none(),
    };
    let mut pools = node_pools::resolve(spec, facts);
    let mut autoscaler = autoscaler::resolve(spec, facts);
    let classes = classes::Classes::new(spec, facts);
    let spot_tolerations = node_pools::spot_tolerations(facts, &pools);
    let sides = Sides::new(
        node_pools::for_workloads(&pools, &spot_tolerations),
        &spot_tolerations,
        facts,
        cluster.kubernetes_version,
        &autoscaler.profile,
    );
    let workloads = workloads::resolve(
        spec,
        stated,
        workloads::Given {
            classes: &classes,
            facts,
            version: cluster.kubernetes_version,
            sides: sides.as_ref(),
        },
        manifests,
        document,
    )?;
    let resolved_classes = classes.resolved(spec, facts, sides.as_ref());
    let growth = headroom::growth(spec, &pools, &workloads);
    autoscaler::derive(spec, &mut autoscaler, &growth);
    autoscaler::take(&autoscaler, facts, &mut pools);
    let descheduler = descheduler::resolve(spec, facts, &workloads);
    let overprovisioner = overprovisioner::resolve(spec, &pools, &workloads, descheduler.as_ref());
    let placeholders = overprovisioner
        .as_ref()
        .map_or(&[][..], |overprovisioner| &overprovisioner.placeholders);
    let notices = [
        headroom::scaled(spec, placeholders),
        headroom::left_out(spec, &pools, &workloads),
        descheduler::left_out(spec, &workloads),
    ];
    let proportional_autoscaler = overprovisioner
        .as_ref()
        .filter(|overprovisioner| {
            overprovisioner
                .placeholders
                .iter()
                .any(|placeholder| placeholder.scaling.is_some())
        })
        .map(|overprovisioner| proportional_autoscaler::resolve(spec, overprovisioner));
    Ok(Plan {
        name: config.metadata.name.to_string(),
        provider: facts,
        cluster,
        common_labels: labels(spec.common_labels.clone()),
        common_annotations: spec
            .common_annotations
            .iter()
            .map(|(key, value)| (key.to_string(), value.clone()))
            .collect(),
        autoscaler,
        spot_tolerations,
        on_demand_tolerations: node_pools::on_demand_tolerations(&pools),
        descheduler,
        termination_handler: termination_handler::resolve(spec, facts, &pools),
        node_pools: pools,
        workloads,
        classes: resolved_classes,
        overprovisioner,
        proportional_autoscaler,
        monitoring: spec
            .monitoring
            .as_ref()
            .is_some_and(|monitoring| monitoring.enabled != Some(false)),
        allowed: spec
            .check
            .iter()
            .flat_map(|check| &check.allow)
            .map(|allowance| (allowance.rule.clone(), allowance.reason.clone()))
            .collect(),
        from_manifests: manifests.is_some(),
        notices: notices.into_iter().flatten().collect(),
    })
}

/// The version of Kubernetes, where it is said.
fn version(spec: &Spec) -> Option<Version> {
    spec.cluster.as_ref()?.kubernetes_version
}

fn labels(labels: crate::config::Labels) -> Labels {
    labels
        .into_iter()
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}

/// Whether a namespace is made along with what is put into it: what the overprovisioner says of its own, else only
/// spotgen's own is.
fn create_namespace(spec: &Spec, namespace: &str) -> bool {
    let overprovisioner = spec.overprovisioner.as_ref();
    let its_own = overprovisioner
        .and_then(|overprovisioner| overprovisioner.namespace.as_ref())
        .map_or(defaults::SYSTEM_NAMESPACE, |namespace| namespace.as_str());
    let stated = overprovisioner.filter(|_| its_own == namespace);
    stated
        .and_then(|overprovisioner| overprovisioner.create_namespace)
        .unwrap_or(namespace == defaults::SYSTEM_NAMESPACE)
}

/// Tolerations for all of these taints, each once.
fn tolerations<'a>(taints: impl Iterator<Item = &'a Taint>) -> Vec<Toleration> {
    let mut tolerations = Vec::new();
    for taint in taints {
        let toleration = Toleration::from(taint);
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    tolerations
}

fn is_aks(provider: ProviderName) -> bool {
    provider == ProviderName::Aks
}
