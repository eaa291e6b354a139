//! Commands that cause for real what a scenario plays.

use std::collections::{BTreeMap, BTreeSet};

use super::place::Places;
use super::reproduce_words::{Nodes, taken, which, withheld};
use crate::components::System;
use crate::components::termination_handler::objects::NAME as TERMINATION_HANDLER;
use crate::config::{EvictionPolicy, Kind};
use crate::model::WorkloadView;
use crate::plan::{NodePool, Plan};
use crate::providers::RealInterruption;
use crate::simulate::cloud::Taken;
use crate::simulate::run::Run;
use crate::simulate::scenario::{Action, Machines, Pools, Supply, Workloads};
use crate::simulate::start::DrainedBy;
use crate::simulate::verdict::WorkloadOutcome;
use crate::simulate::world::OwnerId;
use crate::values::shell;
use crate::values::span::span;

/// Workloads that are named at most.
const SHOWN: usize = 20;

/// The commands, in their order, for a shell; comments where no command does it.
pub(super) fn commands(
    run: &Run,
    workloads: &[WorkloadOutcome],
    places: &Places<'_>,
) -> Vec<String> {
    let plan = &places.system.plan;
    let mut lines = without_handler(run, places.system);
    let mut taken = taken(run).into_iter();
    let struck: BTreeSet<String> = { taken.as_slice().iter() }
        .flat_map(|own| own.pools.clone())
        .collect();
    // What each workload was scaled to last.
    let mut scaled: BTreeMap<OwnerId, i64> = BTreeMap::new();
    let (mut is_short, mut last) = (false, 0);
    for step in &run.scenario.steps {
        let mut own = Vec::new();
        match &step.action {
            Action::Interrupt(machines) => {
                let taken = taken.next().unwrap_or_default();
                own.extend(kept(run, plan));
                own.extend(interrupt(plan, machines, &taken));
            }
            Action::Load {
                workloads: which,
                percent,
            } => each(&mut own, (which, workloads), |own| {
                if !can_be_scaled(kind(own)) {
                    return None;
                }
                let (wanted, reason) = load(own, *percent, places);
                let before = scaled.insert(own.owner, wanted).unwrap_or(own.usual);
                let object = object(own);
                (wanted != before)
                    .then(|| format!("kubectl scale {object} --replicas {wanted}  # {reason}"))
            }),
            Action::RollOut { workloads: which } => {
                each(&mut own, (which, workloads), restart);
            }
            Action::Upgrade { pools } => own.extend(upgrade(plan, pools)),
            Action::Supply { pools, supply } => {
                own.extend(withheld(plan, (pools, &struck), *supply, is_short));
                is_short = *supply != Supply::Plenty;
            }
        }
        if step.at != last && !own.is_empty() {
            lines.push(format!("# after {}:", span(step.at / 1000)));
            last = step.at;
        }
        lines.extend(own);
    }
    lines.dedup();
    lines
}

/// A command for each of the workloads that are meant.
fn each(
    lines: &mut Vec<String>,
    (which, all): (&Workloads, &[WorkloadOutcome]),
    command: impl FnMut(&WorkloadOutcome) -> Option<String>,
) {
    let meant = all.iter().filter(|own| is_meant(own, which));
    let mut commands = meant.filter_map(command);
    lines.extend(commands.by_ref().take(SHOWN));
    let more = commands.count();
    if more > 0 {
        lines.push(format!("# and {more} more of the kind"));
    }
}

fn is_meant(own: &WorkloadOutcome, which: &Workloads) -> bool {
    match which {
        Workloads::All => true,
        Workloads::Named(names) => names
            .iter()
            .any(|name| *name == own.name || *name == format!("{}/{}", own.namespace, own.name)),
    }
}

/// So many hundredths of its replicas, and no more than its autoscaler makes; and how that comes about.
fn load(own: &WorkloadOutcome, percent: i64, places: &Places<'_>) -> (i64, String) {
    let wanted = (own.usual * percent + 99) / 100;
    let known = places.workload(&format!("{}/{}", own.namespace, own.name));
    let range = known.and_then(WorkloadView::autoscaling);
    let most = range.map_or(i64::MAX, |(_, most)| most.max(own.usual));
    let share = format!("{percent} % of {}", own.usual);
    if wanted > most {
        let cut = format!("{share} is {wanted}: its autoscaler makes {most} at most");
        return (most, cut);
    }
    (wanted, share)
}

fn kind(own: &WorkloadOutcome) -> Kind {
    let mut all = Kind::ALL.into_iter();
    all.find(|kind| kind.as_str() == own.kind)
        .unwrap_or(Kind::Deployment)
}

/// Whether it has the subresource `scale`.
/// Source: kubernetes/kubernetes `pkg/registry/apps/rest/storage_apps.go` and `pkg/registry/core/rest/storage_core.go`;
/// argoproj/argo-rollouts `manifests/crds/rollout-crd.yaml`.
fn can_be_scaled(kind: Kind) -> bool {
    match kind {
        Kind::Deployment
        | Kind::StatefulSet
        | Kind::ReplicaSet
        | Kind::ReplicationController
        | Kind::Rollout => true,
        Kind::DaemonSet | Kind::Job | Kind::CronJob | Kind::Pod => false,
    }
}

/// What rolls it out anew; none where nothing does.
/// Source: kubernetes/kubectl `pkg/polymorphichelpers/objectrestarter.go`; argoproj/argo-rollouts
/// `docs/generated/kubectl-argo-rollouts/kubectl-argo-rollouts_restart.md`.
fn restart(own: &WorkloadOutcome) -> Option<String> {
    match kind(own) {
        Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet => {
            Some(format!("kubectl rollout restart {}", object(own)))
        }
        Kind::Rollout => Some(format!(
            "kubectl argo rollouts restart --namespace {} {}",
            shell::word(&own.namespace),
            shell::word(&own.name)
        )),
        Kind::ReplicaSet | Kind::ReplicationController | Kind::Job | Kind::CronJob | Kind::Pod => {
            None
        }
    }
}

/// What `kubectl` calls it, and where it is.
fn object(own: &WorkloadOutcome) -> String {
    format!(
        "--namespace {} {}/{}",
        shell::word(&own.namespace),
        kind(own).as_str().to_lowercase(),
        shell::word(&own.name)
    )
}

/// Takes the handler from its nodes where the scenario is to go without it.
fn without_handler(run: &Run, system: &System) -> Vec<String> {
    let is_without = run.scenario.drained_by == Some(DrainedBy::Nobody);
    let handler = system.termination_handler.as_ref();
    let Some(handler) = handler.filter(|_| is_without) else {
        return Vec::new();
    };
    let namespace = shell::word(&handler.namespace);
    let patch = |value: &str| {
        format!(
            "kubectl patch --namespace {namespace} daemonset/{TERMINATION_HANDLER} --patch '{{\"spec\":{{\"template\":{{\"spec\":{{\"nodeSelector\":{{\"spotgen.dev/nowhere\":{value}}}}}}}}}}}'"
        )
    };
    vec![
        "# the termination handler is to run nowhere; afterwards, null in place of \"true\" brings it back".to_owned(),
        patch("\"true\""),
    ]
}

/// Says that machines stay deallocated only where the pool is made so.
/// Source: azure-cli `command_modules/acs/_params.py`: `--eviction-policy` is of `aks nodepool add` alone.
fn kept(run: &Run, plan: &Plan) -> Option<String> {
    let is_deallocate = |pool: &&NodePool| pool.eviction_policy == Some(EvictionPolicy::Deallocate);
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let is_other = run.scenario.taken == Some(Taken::Deallocated)
        && plan.provider.interruption.for_real == RealInterruption::ScaleSet
        && !spot.all(|pool| is_deallocate(&pool));
    is_other.then(|| {
        "# machines stay deallocated only in a pool that was made with `evictionPolicy: Deallocate`"
            .to_owned()
    })
}

fn upgrade(plan: &Plan, pools: &Pools) -> Vec<String> {
    let all = plan.node_pools.iter();
    let meant = all.filter(|pool| match pools {
        Pools::Named(names) => names.contains(&pool.name),
        Pools::All | Pools::Busiest => true,
    });
    let (group, cluster) = cluster(plan);
    let command = |pool: &NodePool| {
        let name = shell::word(&pool.name);
        match plan.provider.interruption.for_real {
            RealInterruption::ScaleSet => format!(
                "az aks nodepool upgrade --resource-group {group} --cluster-name {cluster} --name {name} --node-image-only"
            ),
            RealInterruption::FaultInjection => format!(
                "aws eks update-nodegroup-version --cluster-name {cluster} --nodegroup-name {name}"
            ),
            RealInterruption::MaintenanceEvent => {
                format!("gcloud container clusters upgrade {cluster} --node-pool {name}")
            }
            RealInterruption::None => {
                format!("# replace the nodes of pool {name}, each after a drain")
            }
        }
    };
    meant.map(command).collect()
}

/// The names of the resource group and of the cluster, as words of a shell.
fn cluster(plan: &Plan) -> (String, String) {
    let group = plan.cluster.resource_group.as_deref();
    let cluster = plan.cluster.name.as_deref();
    (
        shell::word(group.unwrap_or("RESOURCE_GROUP")),
        shell::word(cluster.unwrap_or("CLUSTER")),
    )
}

fn interrupt(plan: &Plan, machines: &Machines, taken: &Nodes) -> Vec<String> {
    let spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let pools: Vec<&NodePool> = match &machines.pools {
        Pools::Named(names) => spot.filter(|pool| names.contains(&pool.name)).collect(),
        // Which of them the model took; all where there was none to take.
        Pools::All | Pools::Busiest => spot
            .filter(|pool| taken.pools.is_empty() || taken.pools.contains(&pool.name))
            .collect(),
    };
    if pools.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("# {}:", which(machines, taken))];
    match plan.provider.interruption.for_real {
        RealInterruption::ScaleSet => {
            let (group, cluster) = cluster(plan);
            lines.push(format!(
                "NODE_GROUP=$(az aks show --resource-group {group} --name {cluster} --query nodeResourceGroup --output tsv)"
            ));
            lines.extend(pools.iter().map(|pool| {
                format!(
                    "az vmss simulate-eviction --resource-group \"$NODE_GROUP\" --name {} --instance-id INSTANCE",
                    shell::word(&pool.node_group_sample.replace("12345678", "NUMBER"))
                )
            }));
        }
        RealInterruption::FaultInjection => lines.push(
            "aws fis start-experiment --experiment-template-id TEMPLATE  # action aws:ec2:send-spot-instance-interruptions, durationBeforeInterruption PT2M".to_owned(),
        ),
        RealInterruption::MaintenanceEvent => lines.push(
            "gcloud compute instances simulate-maintenance-event INSTANCE --zone ZONE".to_owned(),
        ),
        RealInterruption::None => lines.push("# stop the machine of a Spot node, as the cloud would".to_owned()),
    }
    lines
}
