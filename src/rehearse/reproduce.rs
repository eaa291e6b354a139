//! Commands that cause for real what a scenario plays.

use crate::plan::{NodePool, Plan};
use crate::providers::RealInterruption;
use crate::simulate::scenario::{Action, Machines, Pools, Scenario};
use crate::values::shell;

/// The commands, in their order, for a shell; comments where no command does it.
pub(super) fn commands(plan: &Plan, scenario: &Scenario) -> Vec<String> {
    let mut lines = Vec::new();
    for step in &scenario.steps {
        match &step.action {
            Action::Interrupt(machines) => lines.extend(interrupt(plan, machines)),
            Action::Load { percent, .. } => lines.push(format!(
                "kubectl scale --namespace NAMESPACE deployment NAME --replicas N  # {percent} % of its replicas"
            )),
            Action::RollOut { .. } => {
                lines.push("kubectl rollout restart --namespace NAMESPACE deployment NAME".to_owned());
            }
            Action::Upgrade { .. } => {
                lines.push("kubectl drain NODE --ignore-daemonsets --delete-emptydir-data  # each node in turn".to_owned());
            }
            Action::Supply { .. } => {}
        }
    }
    lines.dedup();
    lines
}

fn interrupt(plan: &Plan, machines: &Machines) -> Vec<String> {
    let spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let pools: Vec<&NodePool> = match &machines.pools {
        Pools::Named(names) => spot.filter(|pool| names.contains(&pool.name)).collect(),
        Pools::All | Pools::Busiest => spot.collect(),
    };
    let cluster = plan.cluster.name.as_deref().unwrap_or("CLUSTER");
    let group = plan
        .cluster
        .resource_group
        .as_deref()
        .unwrap_or("RESOURCE_GROUP");
    match plan.provider.interruption.for_real {
        RealInterruption::ScaleSet => {
            let mut lines = vec![format!(
                "NODE_GROUP=$(az aks show --resource-group {} --name {} --query nodeResourceGroup --output tsv)",
                shell::word(group),
                shell::word(cluster)
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
