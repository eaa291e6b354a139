//! The commands of a cloud that take Spot machines and replace nodes.

use super::reproduce_words::{Nodes, meant, which};
use crate::components::System;
use crate::components::termination_handler::objects::NAME as TERMINATION_HANDLER;
use crate::config::EvictionPolicy;
use crate::plan::{NodePool, Plan};
use crate::providers::{Drain, RealInterruption};
use crate::simulate::cloud::Taken;
use crate::simulate::run::Run;
use crate::simulate::scenario::{Machines, Pools, Zones};
use crate::simulate::start::DrainedBy;
use crate::values::shell;
use crate::values::words::all_of;

/// Where a scenario is to go without anybody who drains: takes the handler from its nodes, and says who drains all the same.
pub(super) fn undrained(run: &Run, system: &System) -> Vec<String> {
    if run.scenario.drained_by != Some(DrainedBy::Nobody) {
        return Vec::new();
    }
    let mut lines = Vec::new();
    if let Some(handler) = &system.termination_handler {
        let namespace = shell::word(&handler.namespace);
        lines.push(
            "# the termination handler is to run nowhere; afterwards, null in place of \"true\" brings it back".to_owned(),
        );
        lines.push(format!(
            "kubectl patch --namespace {namespace} daemonset/{TERMINATION_HANDLER} --patch '{{\"spec\":{{\"template\":{{\"spec\":{{\"nodeSelector\":{{\"spotgen.dev/nowhere\":\"true\"}}}}}}}}}}'"
        ));
    }
    let facts = &system.plan.provider.interruption;
    let who = match facts.drain {
        _ if facts.kubelet_shutdown => Some("the kubelets stop their pods all the same"),
        Drain::OnNotice => Some("the cloud drains the nodes all the same"),
        Drain::NoPublishedDelay => Some("the cloud may drain the nodes all the same"),
        Drain::Unknown => None,
    };
    lines.extend(who.map(|who| {
        format!("# no command prevents this: {who}, and then fewer pods die with their machines")
    }));
    lines
}

/// Says where machines stay deallocated: only in a pool that was made so, of a cloud that has such pools.
/// Source: azure-cli `command_modules/acs/_params.py`: `--eviction-policy` is of `aks nodepool add` alone.
pub(super) fn kept(run: &Run, plan: &Plan) -> Option<String> {
    if run.scenario.taken != Some(Taken::Deallocated) {
        return None;
    }
    let is_deallocate = |pool: &NodePool| pool.eviction_policy == Some(EvictionPolicy::Deallocate);
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    match plan.provider.interruption.for_real {
        RealInterruption::ScaleSet if spot.all(is_deallocate) => None,
        RealInterruption::ScaleSet => Some(
            "# machines stay deallocated only in a pool that was made with `--eviction-policy Deallocate`"
                .to_owned(),
        ),
        RealInterruption::FaultInjection | RealInterruption::MaintenanceEvent => {
            Some("# no command keeps the machines: those that this cloud takes are gone".to_owned())
        }
        RealInterruption::None => Some("# keep the machines after they are stopped".to_owned()),
    }
}

/// Replaces the nodes of pools.
pub(super) fn upgrade(plan: &Plan, pools: &Pools) -> Vec<String> {
    let all = plan.node_pools.iter();
    let meant = all.filter(|pool| match pools {
        Pools::Named(names) => names.contains(&pool.name),
        Pools::All | Pools::Busiest => true,
    });
    let own = group_and_cluster(plan);
    let cluster = cluster(plan);
    let command = |pool: &NodePool| {
        let name = shell::word(&pool.name);
        match plan.provider.interruption.for_real {
            RealInterruption::ScaleSet => {
                format!("az aks nodepool upgrade {own} --name {name} --node-image-only")
            }
            RealInterruption::FaultInjection => format!(
                "aws eks update-nodegroup-version --cluster-name {cluster} --nodegroup-name {name}"
            ),
            RealInterruption::MaintenanceEvent => format!(
                "gcloud container clusters upgrade {cluster} --location LOCATION --node-pool {name}"
            ),
            RealInterruption::None => {
                format!("# replace the nodes of pool {name}, each after a drain")
            }
        }
    };
    let needs_image = match plan.provider.interruption.for_real {
        RealInterruption::ScaleSet | RealInterruption::FaultInjection => {
            Some("# this replaces nodes only where there is a newer image than theirs".to_owned())
        }
        RealInterruption::MaintenanceEvent | RealInterruption::None => None,
    };
    needs_image.into_iter().chain(meant.map(command)).collect()
}

/// The name of the cluster, as a word of a shell.
pub(super) fn cluster(plan: &Plan) -> String {
    shell::word(plan.cluster.name.as_deref().unwrap_or("CLUSTER"))
}

/// The arguments of `az aks nodepool` that name the cluster.
pub(super) fn group_and_cluster(plan: &Plan) -> String {
    format!(
        "--resource-group {} --cluster-name {}",
        resource_group(plan),
        cluster(plan)
    )
}

fn resource_group(plan: &Plan) -> String {
    let group = plan.cluster.resource_group.as_deref();
    shell::word(group.unwrap_or("RESOURCE_GROUP"))
}

/// Takes Spot machines, once or several times.
pub(super) struct Interrupter<'p> {
    plan: &'p Plan,
    /// Whether the commands that look the machines up are told.
    is_begun: bool,
}

impl<'p> Interrupter<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            is_begun: false,
        }
    }

    pub(super) fn interrupt(&mut self, machines: &Machines, taken: &Nodes) -> Vec<String> {
        let plan = self.plan;
        let mut pools = meant(plan, &machines.pools, &taken.pools);
        // Those that the model took nodes from.
        if !taken.pools.is_empty() && !matches!(machines.pools, Pools::Named(_)) {
            pools.retain(|pool| taken.pools.contains(&pool.name));
        }
        let Some(first) = pools.first() else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        if !self.is_begun {
            lines.extend(look_up(
                plan,
                first,
                machines.zones != Zones::All && !first.zones.is_empty(),
            ));
            self.is_begun = true;
        }
        lines.push(format!("# {}:", which(plan, machines, taken)));
        match plan.provider.interruption.for_real {
            RealInterruption::ScaleSet => lines.extend(pools.iter().map(|pool| {
                format!(
                    "az vmss simulate-eviction --resource-group \"$NODE_GROUP\" --name {} --instance-id INSTANCE",
                    shell::word(&pool.node_group_sample.replace("12345678", "NUMBER"))
                )
            })),
            // Each instance has a tag that names its node group.
            // Source: docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html.
            RealInterruption::FaultInjection => {
                let names: Vec<String> = pools.iter().map(|pool| pool.name.clone()).collect();
                lines.push(format!(
                    "aws fis start-experiment --experiment-template-id INTERRUPTION_TEMPLATE  # action aws:ec2:send-spot-instance-interruptions, durationBeforeInterruption PT2M, on instances with the tag eks:nodegroup-name of {}",
                    all_of(&names)
                ));
            }
            RealInterruption::MaintenanceEvent => lines.push(
                "gcloud compute instances simulate-maintenance-event INSTANCE --zone ZONE".to_owned(),
            ),
            RealInterruption::None => {
                lines.push("# stop the machines of these nodes, as the cloud would".to_owned());
            }
        }
        lines
    }
}

/// How the names of machines are found that the commands take. The ID of a node with its provider has them.
/// Source: kubernetes-sigs/cloud-provider-azure `pkg/provider/azure_vmss.go`, `GetInstanceIDByNodeName`;
/// kubernetes/cloud-provider-gcp `providers/gce/gce_instances.go`, `InstanceID`.
fn look_up(plan: &Plan, pool: &NodePool, by_zone: bool) -> Vec<String> {
    let zone = if by_zone {
        r"ZONE:.metadata.labels.topology\.kubernetes\.io/zone,"
    } else {
        ""
    };
    let list = |has: &str| {
        let label = pool.spot_label.as_ref();
        let selector = label
            .map(|(key, value)| format!(" --selector {}", shell::word(&format!("{key}={value}"))));
        format!(
            "kubectl get nodes{} --output {}  # {has}",
            selector.unwrap_or_default(),
            shell::word(&format!(
                "custom-columns=NODE:.metadata.name,{zone}MACHINE:.spec.providerID"
            ))
        )
    };
    match plan.provider.interruption.for_real {
        RealInterruption::ScaleSet => vec![
            list("MACHINE ends in virtualMachineScaleSets/…NUMBER…/virtualMachines/INSTANCE"),
            format!(
                "NODE_GROUP=$(az aks show --resource-group {} --name {} --query nodeResourceGroup --output tsv)",
                resource_group(plan),
                cluster(plan)
            ),
        ],
        RealInterruption::MaintenanceEvent => vec![list("MACHINE ends in ZONE/INSTANCE")],
        RealInterruption::FaultInjection | RealInterruption::None => Vec::new(),
    }
}
