//! What of a pod keeps it off nodes.

use crate::simulate::actors::scheduler::{Diagnosis, Filter, Reason, node_alone_refuses};
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::world::{NodeGroup, NodeId, Owner, Symbol, Template, TemplateId, World};

/// A part of a pod that keeps it off nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Its `nodeSelector`, or the node affinity that it requires.
    Labels,
    /// It lacks tolerations.
    Taints,
    Requests,
    /// Their priority: the autoscaler adds no nodes for pods below its cutoff.
    Priority,
    /// A resource of devices of which no node has so much, `nvidia.com/gpu` for example.
    Device(String),
    /// A port of the node.
    Ports,
    Spread,
    AntiAffinity,
    /// The anti-affinity of the pods of this workload, by namespace and name.
    AntiAffinityOf(String),
    Affinity,
    /// Volumes that are claimed, which the descheduler spares.
    Claims,
    /// Volumes of the node, which the descheduler spares.
    LocalStorage,
    /// The descheduler spares workloads with so few replicas.
    Few,
}

impl Hold {
    /// Whether with fewer pods it would hold none up.
    pub(super) fn is_by_number(&self) -> bool {
        matches!(
            self,
            Self::Ports | Self::Spread | Self::AntiAffinity | Self::Few
        )
    }
}

/// What keeps a pod off nodes of these groups, empty ones: what the most willing of them refuses.
pub(super) fn of_groups<'w>(
    world: &World,
    template: TemplateId,
    groups: impl Iterator<Item = &'w NodeGroup>,
) -> Option<Hold> {
    let groups: Vec<&NodeGroup> = groups.collect();
    let device = lacking_device(world, template, &groups);
    // Where some have the devices, the others are not what the pod is for.
    let with_devices = groups
        .iter()
        .filter(|group| has_devices(world, template, group));
    let with_devices: Vec<&NodeGroup> = with_devices.copied().collect();
    let meant = if with_devices.is_empty() {
        groups
    } else {
        with_devices
    };
    let refusals = meant
        .into_iter()
        .filter_map(|group| node_alone_refuses(world, template, group));
    // Filters are in the order in which the scheduler asks them, but for labels, which come before taints here.
    let rank = |filter: &Filter| match filter {
        Filter::NodeAffinity => 0,
        Filter::TaintToleration => 1,
        _ => 2,
    };
    refusals.max_by_key(rank).map(|filter| match filter {
        Filter::NodeAffinity => Hold::Labels,
        Filter::TaintToleration => Hold::Taints,
        _ => device.clone().map_or(Hold::Requests, Hold::Device),
    })
}

fn has_devices(world: &World, template: TemplateId, group: &NodeGroup) -> bool {
    let requests = &world.templates[template.index()].requests;
    let mut others = requests.others.iter();
    others.all(|(name, count)| group.allocatable.other(*name) >= *count)
}

/// The first resource of devices of which no node of these groups has as much as a pod requests.
fn lacking_device(world: &World, template: TemplateId, groups: &[&NodeGroup]) -> Option<String> {
    let requests = &world.templates[template.index()].requests;
    let has = |name: Symbol, count: i64| {
        let mut groups = groups.iter();
        groups.any(|group| group.allocatable.other(name) >= count)
    };
    let mut others = requests.others.iter();
    let lacking = others.find(|(name, count)| !has(*name, *count));
    lacking.map(|(name, _)| world.symbols.text(*name).to_owned())
}

/// What keeps a pod off the nodes that there are, as the scheduler tells it.
pub(super) fn diagnosis(
    run: &Run,
    template: TemplateId,
    is_asked: impl Fn(NodeId) -> bool,
) -> Diagnosis {
    let world = &run.started.engine.world;
    let mut found = Diagnosis::default();
    let nodes = world.present_nodes().filter(|node| is_asked(*node));
    for node in nodes {
        if let Err(reason) = run.standstill.fits(world, template, node) {
            found.add(reason);
        }
    }
    found
}

/// What most nodes refuse pods for, for the sake of other pods; none where more of them only lack room.
pub(super) fn of_nodes(run: &Run, template: TemplateId, found: &Diagnosis) -> Option<Hold> {
    let lacks_room =
        |reason: &Reason| matches!(reason, Reason::Resources(short) if !short.is_final);
    let short = found
        .reasons
        .iter()
        .filter(|(reason, _)| lacks_room(reason));
    let short: usize = short.map(|(_, count)| count).sum();
    of_most_nodes(run, template, found)
        .filter(|(_, count)| *count > short)
        .map(|(hold, _)| hold)
}

/// What all of these nodes would refuse pods for though they had room: it holds for a new node beside them too, but for
/// what counts by node.
pub(super) fn room_aside(run: &Run, template: TemplateId, nodes: &[NodeId]) -> Option<Hold> {
    let world = &run.started.engine.world;
    let mut found = Diagnosis::default();
    let nodes_asked = nodes.iter().copied();
    let refusals = run
        .standstill
        .refusals_room_aside(world, template, nodes_asked);
    let is_by_all = !nodes.is_empty() && refusals.len() == nodes.len();
    for reason in refusals {
        found.add(reason);
    }
    let most = of_most_nodes(run, template, &found).filter(|_| is_by_all);
    most.map(|(hold, _)| hold)
}

fn of_most_nodes(run: &Run, template: TemplateId, found: &Diagnosis) -> Option<(Hold, usize)> {
    let told = found.reasons.iter();
    let told =
        told.filter_map(|(reason, count)| Some((of_reason(run, template, *reason)?, *count)));
    // The first of several that as many nodes have.
    let mut most: Option<(Hold, usize)> = None;
    for (hold, count) in told {
        if most.as_ref().is_none_or(|(_, known)| count > *known) {
            most = Some((hold, count));
        }
    }
    most
}

/// What of a pod looks at others and can refuse a node: once all pods are placed, nothing shows it any more.
pub(super) fn of_own_pods(template: &Template) -> Option<Hold> {
    if template.spread.iter().any(|own| own.is_hard) {
        return Some(Hold::Spread);
    }
    if !template.forbidden_pods.is_empty() {
        return Some(Hold::AntiAffinity);
    }
    (!template.required_pods.is_empty()).then_some(Hold::Affinity)
}

fn of_reason(run: &Run, template: TemplateId, reason: Reason) -> Option<Hold> {
    match reason {
        Reason::Ports => Some(Hold::Ports),
        Reason::SpreadLabel | Reason::Spread => Some(Hold::Spread),
        Reason::Affinity => Some(Hold::Affinity),
        Reason::AntiAffinity => Some(Hold::AntiAffinity),
        Reason::ExistingAntiAffinity => Some(repelling(run, template)),
        Reason::Unschedulable | Reason::Taint(_) | Reason::NodeAffinity | Reason::Resources(_) => {
            None
        }
    }
}

/// Whose anti-affinity keeps pods of a template away.
fn repelling(run: &Run, template: TemplateId) -> Hold {
    let world = &run.started.engine.world;
    let repels = |own: TemplateId| {
        let mut terms = world.templates[own.index()].forbidden_pods.iter();
        terms.any(|term| term.selects(template, &world.selectors))
    };
    if repels(template) {
        return Hold::AntiAffinity;
    }
    let mut parties = run.started.parties.iter();
    let other = parties.find(|party| {
        party.role == Role::Workload && repels(world.owners[party.owner.index()].template)
    });
    other.map_or(Hold::AntiAffinity, |party| {
        Hold::AntiAffinityOf(format!("{}/{}", party.namespace, party.name))
    })
}

/// The name of an owner of pods, with its namespace.
pub(super) fn owner(world: &World, own: &Owner) -> String {
    let text = |symbol: Symbol| world.symbols.text(symbol);
    format!("{}/{}", text(own.namespace), text(own.name))
}
