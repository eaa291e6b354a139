//! Commands that cause for real what a scenario plays.

use std::collections::{BTreeMap, BTreeSet};

use super::place::Places;
use crate::config::Kind;
use crate::model::WorkloadView;
use crate::plan::{NodePool, Plan};
use crate::providers::RealInterruption;
use crate::simulate::run::Run;
use crate::simulate::scenario::{Action, Machines, Pools, Workloads};
use crate::simulate::verdict::WorkloadOutcome;
use crate::simulate::world::OwnerId;
use crate::values::shell;

/// Workloads that are named at most.
const SHOWN: usize = 20;

/// The commands, in their order, for a shell; comments where no command does it.
pub(super) fn commands(
    run: &Run,
    workloads: &[WorkloadOutcome],
    places: &Places<'_>,
) -> Vec<String> {
    let struck = struck(run);
    let plan = &places.system.plan;
    let mut lines = Vec::new();
    // What each workload was scaled to last.
    let mut scaled: BTreeMap<OwnerId, i64> = BTreeMap::new();
    for step in &run.scenario.steps {
        match &step.action {
            Action::Interrupt(machines) => lines.extend(interrupt(plan, machines, &struck)),
            Action::Load {
                workloads: which,
                percent,
            } => each(&mut lines, (which, workloads), |own| {
                if matches!(kind(own, places), Kind::Job | Kind::CronJob) {
                    return None;
                }
                let wanted = load(own, *percent, places);
                let before = scaled.insert(own.owner, wanted).unwrap_or(own.usual);
                (wanted != before).then(|| {
                    format!(
                        "kubectl scale {} --replicas {wanted}  # {percent} % of {}",
                        object(own, places),
                        own.usual
                    )
                })
            }),
            Action::RollOut { workloads: which } => each(&mut lines, (which, workloads), |own| {
                Some(format!("kubectl rollout restart {}", object(own, places)))
            }),
            Action::Upgrade { pools } => lines.extend(upgrade(plan, pools)),
            Action::Supply { .. } => {}
        }
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

/// So many hundredths of its replicas, and no more than its autoscaler makes.
fn load(own: &WorkloadOutcome, percent: i64, places: &Places<'_>) -> i64 {
    let wanted = (own.usual * percent + 99) / 100;
    let known = places.workload(&format!("{}/{}", own.namespace, own.name));
    let most = known.and_then(WorkloadView::autoscaling);
    most.map_or(wanted, |(_, most)| wanted.min(most.max(own.usual)))
}

fn kind(own: &WorkloadOutcome, places: &Places<'_>) -> Kind {
    let known = places.workload(&format!("{}/{}", own.namespace, own.name));
    known.map_or(Kind::Deployment, WorkloadView::kind)
}

/// What `kubectl` calls it, and where it is.
fn object(own: &WorkloadOutcome, places: &Places<'_>) -> String {
    let kind = kind(own, places);
    format!(
        "--namespace {} {}/{}",
        shell::word(&own.namespace),
        kind.as_str().to_lowercase(),
        shell::word(&own.name)
    )
}

/// The pools that lost machines.
fn struck(run: &Run) -> BTreeSet<String> {
    let world = &run.started.engine.world;
    let watch = run.started.watch.borrow();
    let lost = watch.nodes.iter();
    let lost = lost.filter(|node| node.noticed.is_some() || node.lost.is_some());
    lost.filter_map(|node| Some(world.groups[node.group?.index()].pool.clone()))
        .collect()
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

fn interrupt(plan: &Plan, machines: &Machines, struck: &BTreeSet<String>) -> Vec<String> {
    let spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let pools: Vec<&NodePool> = match &machines.pools {
        Pools::Named(names) => spot.filter(|pool| names.contains(&pool.name)).collect(),
        // Which of them the model took; all where there was none to take.
        Pools::All | Pools::Busiest => spot
            .filter(|pool| struck.is_empty() || struck.contains(&pool.name))
            .collect(),
    };
    match plan.provider.interruption.for_real {
        _ if pools.is_empty() => Vec::new(),
        RealInterruption::ScaleSet => {
            let (group, cluster) = cluster(plan);
            let mut lines = vec![format!(
                "NODE_GROUP=$(az aks show --resource-group {group} --name {cluster} --query nodeResourceGroup --output tsv)"
            )];
            lines.extend(pools.iter().map(|pool| {
                format!(
                    "az vmss simulate-eviction --resource-group \"$NODE_GROUP\" --name {} --instance-id INSTANCE",
                    shell::word(&pool.node_group_sample.replace("12345678", "NUMBER"))
                )
            }));
            lines
        }
        RealInterruption::FaultInjection => vec![
            "aws fis start-experiment --experiment-template-id TEMPLATE  # action aws:ec2:send-spot-instance-interruptions, durationBeforeInterruption PT2M".to_owned(),
        ],
        RealInterruption::MaintenanceEvent => vec![
            "gcloud compute instances simulate-maintenance-event INSTANCE --zone ZONE".to_owned(),
        ],
        RealInterruption::None => vec!["# stop the machine of a Spot node, as the cloud would".to_owned()],
    }
}
