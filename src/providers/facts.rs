use serde::{Serialize, Serializer};

use super::capacity_label::{CapacityLabel, KARPENTER};
use super::{
    ClusterAutoscaler, NodeLabels, NodeTaints, PoolLimits, PoolList, PoolNameRule, Quota,
    ReservedPrefixes, SpotPoolDefaults, SystemPools, VmSizes,
};
use crate::config::ProviderName;

/// What is true of every cluster of a provider.
///
/// `None`, `Unknown` and an empty list say that spotgen relies on nothing there, not that the cloud has nothing.
#[derive(Debug)]
pub struct Facts {
    /// For this folder alone: what differs between clouds is a fact of its own.
    pub(super) name: ProviderName,
    /// As people call it.
    pub title: &'static str,
    pub labels: NodeLabels,
    pub taints: NodeTaints,
    /// Keys that users may not give labels and taints of node pools.
    pub reserved_prefixes: Option<ReservedPrefixes>,
    pub interruption: Interruption,
    pub pool_name: PoolNameRule,
    pub pool_limits: PoolLimits,
    /// Keys of `spec.nodePools` that no existing pool lets change; empty where that depends on who makes the pools.
    pub fixed_pool_fields: &'static [&'static str],
    /// What Spot pools are made with; `None` where neither eviction policy nor maximum price is a setting.
    pub spot_pool_defaults: Option<SpotPoolDefaults>,
    /// The pools that the cluster's own pods need; `None` where it needs none.
    pub system_pools: Option<SystemPools>,
    pub cluster_autoscaler: ClusterAutoscaler,
    pub vm_sizes: Option<VmSizes>,
    pub quota: Option<Quota>,
    /// Whether Azure Monitor can be switched on as the managed Prometheus of a cluster without connecting it to Azure first.
    pub azure_monitor: bool,
    /// The outputs of commands that list its node pools.
    pub pool_lists: &'static [PoolList],
    /// The label of nodes that names their cluster.
    pub cluster_label: Option<ClusterLabel>,
    pub karpenter: Karpenter,
    pub cli: Cli,
}

/// Facts are written by the name of the provider: they are the same for everyone.
impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name.serialize(serializer)
    }
}

/// A label by which nodes name their cluster.
#[derive(Debug)]
pub struct ClusterLabel {
    pub key: &'static str,
    /// The cluster that a value of the label names; none if it does not tell.
    pub read: fn(&str) -> Option<NamedCluster>,
}

/// A cluster as its cloud knows it.
#[derive(Debug)]
pub struct NamedCluster {
    pub name: String,
    /// None where clusters are in no such groups.
    pub resource_group: Option<String>,
}

/// Whether Karpenter can make nodes beside the pools that the cluster autoscaler scales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Karpenter {
    NeverBesideTheAutoscaler,
    Possible,
    Unknown,
}

/// How a Spot VM is taken back.
#[derive(Debug)]
pub struct Interruption {
    /// Seconds from the notice to the end of the VM.
    pub notice_seconds: i32,
    /// Seconds that a pod on Spot can count on to stop: the notice, less what it takes to hear of it.
    pub grace_seconds: i32,
    pub channel: NoticeChannel,
    pub drain: Drain,
    /// Whether kubelets hear of the end of their machine and stop its pods by themselves.
    pub kubelet_shutdown: bool,
    /// Whether the group of the VM asks for another one by itself, and does not stop asking.
    pub is_replaced: bool,
    /// Whether an upgrade gives a Spot VM such a notice, instead of draining its node once another has come.
    pub at_upgrades: bool,
    /// By which command a Spot VM is interrupted for a test.
    pub for_real: RealInterruption,
}

impl Interruption {
    /// Whether the termination handler works here.
    pub fn has_termination_handler(&self) -> bool {
        self.channel == NoticeChannel::ScheduledEvents
    }
}

/// A command that interrupts a Spot VM as the cloud does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RealInterruption {
    /// `az vmss simulate-eviction`. Source: azure-cli `command_modules/vm/commands.py`.
    ScaleSet,
    /// An experiment of AWS Fault Injection Service with the action `aws:ec2:send-spot-instance-interruptions`.
    /// Source: docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html.
    FaultInjection,
    /// `gcloud compute instances simulate-maintenance-event`.
    /// Source: cloud.google.com/compute/docs/instances/simulating-host-maintenance.
    MaintenanceEvent,
    None,
}

/// Where a node can read that it is to be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeChannel {
    /// Azure's Scheduled Events: the only place where the termination handler looks.
    /// Source: maksim-paskal/aks-node-termination-handler README.md.
    ScheduledEvents,
    Other,
}

/// How the provider itself drains a node that is to be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drain {
    /// When the notice comes.
    OnNotice,
    /// Best effort and with no published delay, so that a handler can be quicker.
    NoPublishedDelay,
    Unknown,
}

/// The command-line tool by which node pools and the autoscaler's profile are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cli {
    /// `az`, for which spotgen writes a script.
    AzureCli,
    /// One that spotgen writes nothing for.
    Other,
}

impl Facts {
    /// The label with this key that tells Spot nodes from others, where nodes of the cluster can have it.
    pub(crate) fn capacity_label(&self, key: &str) -> Option<&'static CapacityLabel> {
        let own = self.labels.capacity.iter();
        let karpenters = match self.karpenter {
            Karpenter::NeverBesideTheAutoscaler => None,
            Karpenter::Possible | Karpenter::Unknown => Some(&KARPENTER),
        };
        own.chain(karpenters).find(|label| label.key == key)
    }
}
