//! The plugins that the model runs.

use std::borrow::Cow;

use super::cycle::{Cycle, Then};
use super::evictor::State;
use super::fit::{Fitting, fits_own, is_hard, matches_nodes, takes_room};
use super::policy::{
    AffinityKind, Covered, DUPLICATES, Duplicates, NODE_AFFINITY, NODE_TAINTS, NodeAffinity,
    NodeTaints, Plugin,
};
use super::round::Kept;
use crate::kubernetes::Effect;
use crate::simulate::world::{
    Node, NodeId, NodeTaint, OwnerId, OwnerKind, PodId, Template, TemplateId, World,
};

pub(super) fn run(
    plugin: &Plugin,
    cycle: &mut Cycle<'_>,
    state: &mut State<'_>,
    world: &mut World,
) {
    match plugin {
        Plugin::NodeAffinity(args) => node_affinity(args, cycle, state, world),
        Plugin::NodeTaints(args) => node_taints(args, cycle, state, world),
        Plugin::Duplicates(args) => duplicates(args, cycle, state, world),
        Plugin::NotModelled(_) => {}
    }
}

/// Pods on a node that a plugin would evict and may evict.
fn candidates(
    node: NodeId,
    covered: &Covered,
    cycle: &mut Cycle<'_>,
    state: &mut State<'_>,
    world: &World,
    mut is_meant: impl FnMut(PodId) -> bool,
) -> Vec<PodId> {
    let mut found = Vec::new();
    let mut pods = Cow::from(&world.node(node).pods);
    if let Some(order) = &mut cycle.order {
        order.shuffle(pods.to_mut());
    }
    for pod in &*pods {
        if !takes_room(*pod, world) || !is_meant(*pod) {
            continue;
        }
        match state.check(*pod, covered, world) {
            Ok(()) => found.push(*pod),
            Err(why) => cycle.keep(*pod, why),
        }
    }
    found
}

/// Evicts pods one after the other. Nothing is looked at again in between.
fn evict_all(
    pods: &[PodId],
    plugin: &'static str,
    cycle: &mut Cycle<'_>,
    world: &mut World,
) -> Then {
    for (at, pod) in pods.iter().enumerate() {
        match cycle.evict(world, *pod, plugin) {
            Then::Next => {}
            Then::NextNode => {
                for rest in &pods[at + 1..] {
                    cycle.keep(*rest, Kept::NodeLimit);
                }
                return Then::NextNode;
            }
            Then::End => {
                for rest in &pods[at + 1..] {
                    cycle.keep(*rest, Kept::TotalLimit);
                }
                return Then::End;
            }
        }
    }
    Then::Next
}

/// Pods that are on a node which they must not be on, or that prefer another one.
/// Source: kubernetes-sigs/descheduler v0.36.0
/// `pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go`, `Deschedule` and `processNodes`.
fn node_affinity(
    args: &NodeAffinity,
    cycle: &mut Cycle<'_>,
    state: &mut State<'_>,
    world: &mut World,
) {
    let nodes = cycle.nodes.clone();
    // By template, so far as they are asked for.
    let mut best: Vec<Option<i64>> = vec![None; world.templates.len()];
    let mut fitting: Vec<Option<Fitting>> = vec![None; world.templates.len()];
    for kind in &args.kinds {
        for node in &nodes {
            let wants_to_leave = |pod: PodId| {
                let own = world.template_of(pod);
                let place = world.node(*node);
                match kind {
                    AffinityKind::Required => {
                        own.has_required_affinity && !matches_nodes(own, place, world)
                    }
                    AffinityKind::Preferred => {
                        let template = world.pod(pod).template;
                        let best = &mut best[template.index()];
                        !own.preferred_nodes.is_empty()
                            && *best.get_or_insert_with(|| best_weight(template, &nodes, world))
                                > weight(own, place, world)
                    }
                }
            };
            let found = candidates(*node, &args.covered, cycle, state, world, wants_to_leave);
            let mut pods = Vec::with_capacity(found.len());
            for pod in found {
                let template = world.pod(pod).template;
                let known = &mut fitting[template.index()];
                let mut fits_another = || {
                    known
                        .get_or_insert_with(|| Fitting::of(template, &nodes, world))
                        .other_than(*node)
                };
                if fits_own(pod, *node, world) || fits_another() {
                    pods.push(pod);
                } else {
                    cycle.keep(pod, Kept::NoPlace);
                }
            }
            if evict_all(&pods, NODE_AFFINITY, cycle, world) == Then::End {
                return;
            }
        }
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
fn node_taints(args: &NodeTaints, cycle: &mut Cycle<'_>, state: &mut State<'_>, world: &mut World) {
    for node in cycle.nodes.clone() {
        let counting = |taint: &&NodeTaint| counts(args, **taint, world);
        let taints = &world.node(node).taints;
        let taints: Vec<NodeTaint> = taints.iter().filter(counting).copied().collect();
        if taints.is_empty() {
            continue;
        }
        let wants_to_leave = |pod: PodId| {
            let own = &world.template_of(pod).tolerations;
            taints.iter().any(|taint| !own.tolerate(*taint))
        };
        let pods = candidates(node, &args.covered, cycle, state, world, wants_to_leave);
        if evict_all(&pods, NODE_TAINTS, cycle, world) == Then::End {
            return;
        }
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
fn duplicates(args: &Duplicates, cycle: &mut Cycle<'_>, state: &mut State<'_>, world: &mut World) {
    let nodes = cycle.nodes.clone();
    let mut all: Vec<((OwnerId, TemplateId), Alike)> = Vec::new();
    for node in &nodes {
        let mut seen: Vec<(OwnerId, TemplateId)> = Vec::new();
        for pod in &world.node(*node).pods {
            let kind = world.owner_of(*pod).kind;
            let is_meant = takes_room(*pod, world) && !is_excluded(kind, &args.excluded_kinds);
            if !is_meant || state.check(*pod, &args.covered, world).is_err() {
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
    for ((_, template), alike) in all {
        let targets = targets(template, &nodes, world);
        if targets < 2 {
            continue;
        }
        let average = alike.count.div_ceil(targets);
        for (_, more) in alike.more {
            let pods = more.get(average - 1..).unwrap_or_default();
            if evict_all(pods, DUPLICATES, cycle, world) == Then::End {
                return;
            }
        }
    }
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
