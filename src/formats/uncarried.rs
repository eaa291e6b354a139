//! Notes on what object formats cannot contain, each with the next command.

use super::azure_cli;
use super::note::Note;
use crate::components::ComponentId;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::components::chart::Release;
use crate::components::monitoring::nodes::SpotNodes;
use crate::config::{Capacity, Scrape};
use crate::defaults::ON_DEMAND_TAINT;
use crate::plan::Plan;
use crate::providers::{AutoscalerMetrics, Cli};
use crate::values::shell;
use crate::values::words::some_of;

/// So many are named.
const NAMED: usize = 3;

/// All notes. `unplaced` is the message that this format does not change the workloads.
pub(super) fn notes(system: &System, bundle: &Bundle<'_>, unplaced: &str) -> Vec<Note> {
    let mut notes = notices(system, bundle);
    notes.extend(placement(bundle, unplaced));
    notes.extend(added_pods(system, bundle));
    notes.extend(expander(system, bundle));
    notes.extend(of_cluster(system, bundle));
    notes
}

/// The same for a format that sets the expander where users run the autoscaler.
pub(super) fn beside_values(system: &System, bundle: &Bundle<'_>, unplaced: &str) -> Vec<Note> {
    let mut notes = notices(system, bundle);
    notes.extend(placement(bundle, unplaced));
    let is_set = system.plan.autoscaler.has_flags();
    notes.extend(expander(system, bundle).filter(|_| !is_set));
    notes.extend(of_cluster(system, bundle));
    notes
}

/// Notes that apply to every format of objects of workloads.
pub(super) fn of_system(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    let mut notes = notices(system, bundle);
    notes.extend(added_pods(system, bundle));
    notes.extend(expander(system, bundle));
    notes.extend(of_cluster(system, bundle));
    notes
}

fn placement(bundle: &Bundle<'_>, unplaced: &str) -> Option<Note> {
    let is_left = bundle.has(ComponentId::Placement) && bundle.patches().next().is_some();
    is_left.then(|| Note::new(unplaced, "spotgen render --format patches --from MANIFESTS"))
}

/// The second workloads and their pods: `` `web-base` (2 pods) ``.
fn bases<'s>(system: &'s System, bundle: &Bundle<'_>) -> impl Iterator<Item = String> + use<'s> {
    let is_chosen = bundle.has(ComponentId::OnDemandBase);
    let workloads = system.plan.workloads.iter().filter(move |_| is_chosen);
    let bases = workloads.filter(|workload| workload.base().is_some());
    bases.map(|base| match base.replicas {
        Some(1) => format!("`{}` (1 pod)", base.name),
        pods => format!("`{}` ({} pods)", base.name, pods.unwrap_or_default()),
    })
}

/// What `onDemandBase` comes on top of.
fn added_pods(system: &System, bundle: &Bundle<'_>) -> Option<Note> {
    let bases: Vec<String> = bases(system, bundle).collect();
    (!bases.is_empty()).then(|| {
        Note::new(
            format!(
                "`onDemandBase` adds pods to the replicas of the workloads: {}; they are copies of manifests as they are now",
                some_of(&bases, NAMED)
            ),
            "lower `replicas`, or `minReplicas` and `maxReplicas`, of the workloads by as many if the total is to stay, \
             and render again with each release of them",
        )
    })
}

/// What a format without objects of workloads leaves out.
pub(super) fn without_bases(system: &System, bundle: &Bundle<'_>) -> Option<Note> {
    let bases: Vec<String> = bases(system, bundle).collect();
    (!bases.is_empty()).then(|| {
        Note::new(
            format!(
                "this format adds no Deployments, so it leaves out those of `onDemandBase`: {}",
                some_of(&bases, NAMED)
            ),
            "spotgen render --only on-demand-base --from MANIFESTS",
        )
    })
}

/// Decisions that the configuration did not ask for.
fn notices(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    let notices = system.notices.iter();
    notices
        .filter(|notice| bundle.has(notice.component))
        .map(|notice| Note::new(notice.message.clone(), notice.next))
        .collect()
}

/// Settings that must be made on the cluster itself.
fn of_cluster(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    let plan = &system.plan;
    let mut notes = Vec::new();
    if bundle.has(ComponentId::PriorityExpander) {
        notes.extend(own_order(plan));
        notes.extend(managed_profile(plan));
    }
    if let Some(note) = taints(plan).filter(|_| bundle.has(ComponentId::NodePools)) {
        notes.push(note);
    }
    if bundle.has(ComponentId::Monitoring) {
        notes.extend(of_monitoring(system, bundle));
    }
    notes
}

/// What somebody has to switch on for metrics and rules to be there.
fn of_monitoring(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    let Some(monitoring) = &system.monitoring else {
        return Vec::new();
    };
    let plan = &system.plan;
    let mut notes = Vec::new();
    if let Some(flag) = SpotNodes::of(plan).needed_flag() {
        notes.push(Note::new(
            "Prometheus knows Spot nodes by a label, which kube-state-metrics publishes only if it is told to",
            format!("run kube-state-metrics with {}", shell::word(&flag)),
        ));
    }
    if monitoring.scrape == Scrape::Annotations && system.descheduler.is_some() {
        notes.push(Note::new(
            "Prometheus refuses the certificate of the descheduler, which signs it itself, and renames labels that the pod has, too",
            "add `tls_config: {insecure_skip_verify: true}` and `honor_labels: true` to the job of Prometheus that scrapes pods by annotations",
        ));
    }
    notes.extend(unannotated(system, bundle));
    if monitoring.scrape == Scrape::AzureManagedPrometheus {
        notes.push(Note::new(
            "Azure Monitor drops most metrics of kube-state-metrics that the rules use, unless it is told to keep them",
            "see docs/monitoring.md, \"Azure managed Prometheus\", for the keep list",
        ));
    }
    if !monitoring.has_rule_object() {
        let namespace = &monitoring.namespace;
        notes.push(Note::new(
            "no object makes Prometheus read the rules: they are in the ConfigMap spotgen-rules",
            format!(
                "kubectl -n {namespace} get configmap spotgen-rules -o jsonpath='{{.data.spotgen\\.rules\\.yaml}}' > spotgen.rules.yaml"
            ),
        ));
    }
    if let AutoscalerMetrics::AzureMonitor(metrics) = plan.provider.cluster_autoscaler.metrics {
        notes.push(if monitoring.scrape == Scrape::AzureManagedPrometheus {
            Note {
                message: metrics.to_owned(),
                next: None,
            }
        } else {
            Note::new(
                format!(
                    "{} publishes the autoscaler's metrics to Azure's managed Prometheus alone: no alert and no panel is about them",
                    plan.provider.title
                ),
                "kubectl -n kube-system get configmap cluster-autoscaler-status -o yaml",
            )
        });
    }
    notes
}

/// Annotations are on the pods of other components, which this output may lack.
fn unannotated(system: &System, bundle: &Bundle<'_>) -> Option<Note> {
    let is_annotated = system.monitoring.as_ref()?.scrape == Scrape::Annotations;
    let scraped = [
        (ComponentId::Descheduler, system.descheduler.is_some()),
        (
            ComponentId::TerminationHandler,
            system.termination_handler.is_some(),
        ),
    ];
    let missing: Vec<&str> = scraped
        .into_iter()
        .filter(|(id, is_made)| *is_made && !bundle.has(*id))
        .map(|(id, _)| id.name())
        .collect();
    (is_annotated && !missing.is_empty()).then(|| {
        let missing = missing.join(",");
        Note::new(
            format!(
                "Prometheus finds pods by annotations, which are in the manifests of components that this output leaves out: {missing}"
            ),
            format!("spotgen render --only {missing},monitoring"),
        )
    })
}

/// Names that an upstream chart would turn into a number or null.
pub(super) fn misread(releases: &[Release<'_>]) -> Vec<Note> {
    let misread = releases
        .iter()
        .filter_map(|release| Some((release.chart, release.misread()?)));
    misread
        .map(|(chart, name)| {
            Note::new(
                format!("the chart {chart} writes the name `{name}` without quotes, so YAML does not read it as a string"),
                "choose a name that YAML reads as a string, for example by adding a letter",
            )
        })
        .collect()
}

/// What orders the pools where no priorities can.
fn own_order(plan: &Plan) -> Option<Note> {
    let order = plan.provider.cluster_autoscaler.own_order?;
    let has = |is_spot| plan.node_pools.iter().any(|pool| pool.is_spot() == is_spot);
    (has(true) && has(false)).then(|| Note {
        message: format!(
            "no priorities are written, because the autoscaler of {} has no priority expander: {order}",
            plan.provider.title
        ),
        next: None,
    })
}

/// The autoscaler reads the expander's `ConfigMap` only if it runs with that expander.
fn expander(system: &System, bundle: &Bundle<'_>) -> Option<Note> {
    let plan = &system.plan;
    let reads = bundle.has(ComponentId::PriorityExpander) && plan.autoscaler.goes_by_priority();
    reads.then(|| profile(plan))
}

fn profile(plan: &Plan) -> Note {
    let message =
        "the cluster autoscaler ignores the priorities until its expander is set to `priority`";
    if plan.provider.cli == Cli::AzureCli {
        return Note::new(message, azure_cli::command(plan));
    }
    let flags = plan.autoscaler.profile.iter();
    let flags: Vec<String> = flags
        .map(|(name, value)| shell::word(&format!("--{name}={value}")))
        .collect();
    Note::new(
        message,
        format!("start the cluster autoscaler with {}", flags.join(" ")),
    )
}

/// Settings of a managed autoscaler that no script of spotgen makes.
fn managed_profile(plan: &Plan) -> Option<Note> {
    let command = plan.provider.cluster_autoscaler.command?;
    let profile = plan.autoscaler.profile.iter();
    let settings: Vec<String> = profile
        .map(|(name, value)| format!("--{name}={value}"))
        .collect();
    let cluster = plan.cluster.name.as_deref().unwrap_or("CLUSTER");
    (!settings.is_empty()).then(|| {
        Note::new(
            "these objects do not set the profile of the autoscaler, which is a setting of the cluster",
            format!("{command} {} {}", shell::word(cluster), settings.join(" ")),
        )
    })
}

fn taints(plan: &Plan) -> Option<Note> {
    let (key, value, effect) = ON_DEMAND_TAINT;
    let tainted: Vec<&str> = plan
        .node_pools
        .iter()
        .filter(|pool| pool.capacity == Capacity::OnDemand)
        .filter(|pool| {
            pool.taints
                .iter()
                .any(|taint| taint.key == key && taint.effect == effect)
        })
        .map(|pool| pool.name.as_str())
        .collect();
    (!tainted.is_empty()).then(|| {
        let next = match plan.provider.cli {
            Cli::AzureCli => azure_cli::command(plan),
            Cli::Other => "add the taint to these node pools".to_owned(),
        };
        let tainted = tainted.join(", ");
        Note::new(
            format!("the plan relies on the taint `{key}={value}:{effect}` on {tainted}, and only the node pools can carry it: add it there, or opt out with `taints: []` on the pool"),
            next,
        )
    })
}
