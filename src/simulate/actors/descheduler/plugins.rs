//! The plugins that the model runs.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::rc::Rc;

use super::cycle::{Cycle, List};
use super::fit::{fits_own, is_hard, matches_nodes, takes_room};
use super::policy::{
    AffinityKind, Covered, DUPLICATES, Duplicates, NODE_AFFINITY, NODE_TAINTS, NodeAffinity,
    NodeTaints, Plugin,
};
use super::round::Kept;
use super::sight::Sight;
use crate::kubernetes::Effect;
use crate::simulate::world::{
    Node, NodeId, NodeTaint, OwnerId, OwnerKind, PodId, Template, TemplateId, World,
};

/// How often a plugin looks for pods in a round. Each time it sees the world as it is then, not as it was when the round began.
pub(super) fn turns(plugin: &Plugin, nodes: usize) -> usize {
    match plugin {
        Plugin::NodeAffinity(args) => args.kinds.len() * nodes,
        Plugin::NodeTaints(_) => nodes,
        Plugin::Duplicates(_) => 1,
        Plugin::NotModelled(_) => 0,
    }
}

/// What a plugin wants to evict at one of its turns.
pub(super) fn look(
    plugin: &Plugin,
    cycle: &mut Cycle,
    sight: &mut Sight<'_>,
    world: &World,
) -> Vec<List> {
    let at = cycle.turn;
    let node = |cycle: &Cycle| cycle.nodes[at % cycle.nodes.len()];
    match plugin {
        Plugin::NodeAffinity(args) => {
            let kind = args.kinds[at / cycle.nodes.len()];
            vec![node_affinity(args, kind, node(cycle), cycle, sight, world)]
        }
        Plugin::NodeTaints(args) => vec![node_taints(args, node(cycle), cycle, sight, world)],
        Plugin::Duplicates(args) => duplicates(args, cycle, sight, world),
        Plugin::NotModelled(_) => Vec::new(),
    }
}

/// Pods on a node that a plugin would evict and may evict.
fn candidates(
    node: NodeId,
    covered: &Covered,
    cycle: &mut Cycle,
    sight: &mut Sight<'_>,
    world: &World,
    mut is_meant: impl FnMut(PodId, &mut Sight<'_>) -> bool,
) -> Vec<PodId> {
    let mut found = Vec::new();
    let mut pods = Cow::from(&world.node(node).pods);
    if let Some(order) = &mut cycle.order {
        order.shuffle(pods.to_mut());
    }
    for pod in &*pods {
        if !takes_room(*pod, world) || !is_meant(*pod, sight) {
            continue;
        }
        match sight.evictor.check(*pod, covered, world) {
            Ok(()) => found.push(*pod),
            Err(why) => cycle.keep(*pod, why),
        }
    }
    found
}

/// Pods that are on a node which they must not be on, or that prefer another one.
/// Source: kubernetes-sigs/descheduler v0.36.0
/// `pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go`, `Deschedule` and `processNodes`.
fn node_affinity(
    args: &NodeAffinity,
    kind: AffinityKind,
    node: NodeId,
    cycle: &mut Cycle,
    sight: &mut Sight<'_>,
    world: &World,
) -> List {
    let nodes = Rc::clone(&cycle.nodes);
    let wants_to_leave = |pod: PodId, sight: &mut Sight<'_>| {
        let own = world.template_of(pod);
        let place = world.node(node);
        match kind {
            AffinityKind::Required => {
                own.has_required_affinity && !matches_nodes(own, place, world)
            }
            AffinityKind::Preferred => {
                let template = world.pod(pod).template;
                !own.preferred_nodes.is_empty()
                    && sight.best(template, || best_weight(template, &nodes, world))
                        > weight(own, place, world)
            }
        }
    };
    let mut pods = VecDeque::new();
    for pod in candidates(node, &args.covered, cycle, sight, world, wants_to_leave) {
        let template = world.pod(pod).template;
        if fits_own(pod, node, world) || sight.fitting(template, &nodes, world).other_than(node) {
            pods.push_back(pod);
        } else {
            cycle.keep(pod, Kept::NoPlace);
        }
    }
    List {
        plugin: NODE_AFFINITY,
        pods,
    }
}

/// Source: the same repository, pkg/descheduler/node/node.go, `GetBestNodeWeightGivenPodPreferredAffinity`.
fn best_weight(template: TemplateId, nodes: &[NodeId], world: &World) -> i64 {
    let own = &world.templates[template.index()];
    let weights = own.preferred_nodes.iter().map(|one| one.weight.max(0));
    let most: i64 = weights.sum();
    let mut best = 0;
    for node in nodes {
        best = best.max(weight(own, world.node(*node), world));
        if best == most {
            break;
        }
    }
    best
}

/// The sum of the weights of all preferences that a node meets.
/// Source: the same repository, pkg/utils/predicates.go, `GetNodeWeightGivenPodPreferredAffinity`.
fn weight(own: &Template, node: &Node, world: &World) -> i64 {
    let met = own.preferred_nodes.iter();
    let met = met.filter(|one| one.term.holds(node.name, &node.labels, &world.symbols));
    met.map(|one| one.weight).sum()
}

/// Pods that do not tolerate a taint of their node.
/// Source: kubernetes-sigs/descheduler v0.36.0
/// `pkg/framework/plugins/removepodsviolatingnodetaints/node_taint.go`, `Deschedule`.
fn node_taints(
    args: &NodeTaints,
    node: NodeId,
    cycle: &mut Cycle,
    sight: &mut Sight<'_>,
    world: &World,
) -> List {
    let counting = |taint: &&NodeTaint| counts(args, **taint, world);
    let taints = &world.node(node).taints;
    let taints: Vec<NodeTaint> = taints.iter().filter(counting).copied().collect();
    let wants_to_leave = |pod: PodId, _: &mut Sight<'_>| {
        let own = &world.template_of(pod).tolerations;
        taints.iter().any(|taint| !own.tolerate(*taint))
    };
    let pods = if taints.is_empty() {
        Vec::new()
    } else {
        candidates(node, &args.covered, cycle, sight, world, wants_to_leave)
    };
    List {
        plugin: NODE_TAINTS,
        pods: pods.into(),
    }
}

/// Lists name a key, or a key with a value.
fn counts(args: &NodeTaints, taint: NodeTaint, world: &World) -> bool {
    let is_meant = match taint.effect {
        Effect::NoSchedule => true,
        Effect::PreferNoSchedule => args.includes_prefer_no_schedule,
        Effect::NoExecute => false,
    };
    let key = world.symbols.text(taint.key);
    let value = taint.value.map(|value| world.symbols.text(value));
    let named = |list: &[String]| {
        list.iter().any(|text| {
            text == key
                || text
                    .split_once('=')
                    .is_some_and(|(own, of)| own == key && Some(of) == value)
        })
    };
    is_meant && !named(&args.excluded) && args.included.as_ref().is_none_or(|list| named(list))
}

/// Pods of one owner with the same images, of which the nodes that they may be on should have about as many each.
#[derive(Default)]
struct Alike {
    count: usize,
    /// By node, without the first.
    more: Vec<(NodeId, Vec<PodId>)>,
}

/// Pods of one owner that are on the same node while other nodes have fewer.
/// Source: kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removeduplicates/removeduplicates.go, `Balance`.
fn duplicates(args: &Duplicates, cycle: &Cycle, sight: &mut Sight<'_>, world: &World) -> Vec<List> {
    let nodes = &*cycle.nodes;
    let mut all: Vec<((OwnerId, TemplateId), Alike)> = Vec::new();
    for node in nodes {
        let mut seen: Vec<(OwnerId, TemplateId)> = Vec::new();
        for pod in &world.node(*node).pods {
            let kind = world.owner_of(*pod).kind;
            let is_meant = takes_room(*pod, world) && !is_excluded(kind, &args.excluded_kinds);
            if !is_meant || sight.evictor.check(*pod, &args.covered, world).is_err() {
                continue;
            }
            let key = (world.pod(*pod).owner, world.pod(*pod).template);
            let at = all
                .iter()
                .position(|(own, _)| *own == key)
                .unwrap_or_else(|| {
                    all.push((key, Alike::default()));
                    all.len() - 1
                });
            let alike = &mut all[at].1;
            alike.count += 1;
            if !seen.contains(&key) {
                seen.push(key);
            } else if let Some((_, more)) = alike.more.last_mut().filter(|(last, _)| last == node) {
                more.push(*pod);
            } else {
                alike.more.push((*node, vec![*pod]));
            }
        }
    }
    let mut lists = Vec::new();
    for ((_, template), alike) in all {
        let targets = targets(template, nodes, world);
        if targets < 2 {
            continue;
        }
        let average = alike.count.div_ceil(targets);
        for (_, more) in alike.more {
            let pods = more.get(average - 1..).unwrap_or_default();
            lists.push(List {
                plugin: DUPLICATES,
                pods: pods.iter().copied().collect(),
            });
        }
    }
    lists
}

/// How many nodes the pods may be on.
/// Source: the same file, `getTargetNodes`.
fn targets(template: TemplateId, nodes: &[NodeId], world: &World) -> usize {
    let own = &world.templates[template.index()];
    let may_be_on = |node: &&NodeId| {
        let node = world.node(**node);
        let mut hard = node.taints.iter().filter(|taint| is_hard(taint.effect));
        hard.all(|taint| own.tolerations.tolerate(*taint)) && matches_nodes(own, node, world)
    };
    nodes.iter().filter(may_be_on).count()
}

fn is_excluded(kind: OwnerKind, kinds: &[String]) -> bool {
    let name = match kind {
        OwnerKind::ReplicaSet => "ReplicaSet",
        OwnerKind::StatefulSet | OwnerKind::ParallelStatefulSet => "StatefulSet",
        OwnerKind::DaemonSet => "DaemonSet",
        OwnerKind::Job => "Job",
        OwnerKind::None => return true,
    };
    kinds.iter().any(|own| own == name)
}
