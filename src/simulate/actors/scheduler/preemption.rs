//! Which pods of lower priority make way for one that finds no node.
//! Source: kubernetes/kubernetes pkg/scheduler/framework/preemption/preemption.go and
//! `framework/plugins/defaultpreemption/default_preemption.go`.

use super::filters::{Attempt, Supposed};
use super::reason::Reason;
use super::state::Scheduler;
use crate::simulate::world::{Millis, NodeId, PodId, World};

/// A node that would take the pod, and who has to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub node: NodeId,
    /// The most important first.
    pub victims: Vec<PodId>,
    /// Victims that a budget protects.
    pub violations: usize,
}

/// What came of it.
pub(super) enum Outcome {
    /// The pod may not preempt now; a nomination stays as it is.
    NotEligible,
    NoCandidate,
    Found(Candidate),
}

/// At least so many candidates, and so many hundredths of the nodes, are looked for.
/// Source: kubernetes/kubernetes pkg/scheduler/apis/config/v1/defaults.go, `MinCandidateNodesAbsolute`,
/// `MinCandidateNodesPercentage`.
const CANDIDATES: usize = 100;
const CANDIDATES_PERCENT: usize = 10;

impl Scheduler {
    /// `rejected`: nodes with why they were rejected, in the order of the snapshot.
    pub(super) fn find_victims(
        &self,
        world: &World,
        attempt: &Attempt,
        pod: PodId,
        rejected: &[(NodeId, Reason)],
    ) -> Outcome {
        if !self.may_preempt(world, pod, rejected) {
            return Outcome::NotEligible;
        }
        let may_help = rejected
            .iter()
            .filter(|(_, reason)| reason.preemption_may_help());
        let mut nodes: Vec<NodeId> = may_help.map(|(node, _)| *node).collect();
        if self.remembers(world, attempt, pod) {
            // Nothing has helped there before, and nothing has changed.
            let known = |node| {
                self.memory
                    .recall(&self.snapshot, attempt.template, node)
                    .is_some()
            };
            nodes.retain(|node| !known(*node));
        }
        let wanted = (nodes.len() * CANDIDATES_PERCENT / 100).max(CANDIDATES);
        let mut found: Vec<Candidate> = Vec::new();
        let mut some_break_nothing = false;
        // The scheduler starts at a random node, which only matters above a hundred; here it is the first.
        for node in nodes {
            if let Some(candidate) = self.victims_on(world, attempt, pod, node) {
                some_break_nothing |= candidate.violations == 0;
                found.push(candidate);
                if some_break_nothing && found.len() >= wanted {
                    break;
                }
            }
        }
        // Upstream takes them from a map.
        if let Some(order) = &mut world.order_for(pod) {
            order.shuffle(&mut found);
        }
        choose(world, found).map_or(Outcome::NoCandidate, Outcome::Found)
    }

    /// Source: `default_preemption.go`, `PodEligibleToPreemptOthers`.
    fn may_preempt(&self, world: &World, pod: PodId, rejected: &[(NodeId, Reason)]) -> bool {
        let template = world.template_of(pod);
        if template.never_preempts {
            return false;
        }
        let Some(nominated) = world.pod(pod).nominated else {
            return true;
        };
        let status = rejected.iter().find(|(node, _)| *node == nominated);
        if status.is_none_or(|(_, reason)| !reason.preemption_may_help()) {
            return true;
        }
        let waits_for = |victim: &&PodId| {
            let state = world.pod(**victim);
            world.template_of(**victim).priority < template.priority
                && (state.is_terminating() && self.is_preempted(**victim)
                    || self.is_leaving(**victim))
        };
        !world
            .node(nominated)
            .pods
            .iter()
            .any(|victim| waits_for(&victim))
    }

    /// The least set of pods whose end makes room on a node.
    /// Source: `default_preemption.go`, `SelectVictimsOnNode`.
    fn victims_on(
        &self,
        world: &World,
        attempt: &Attempt,
        pod: PodId,
        node: NodeId,
    ) -> Option<Candidate> {
        let priority = world.template_of(pod).priority;
        let lower = |other: &PodId| {
            let state = world.pod(*other);
            !state.is_finished() && world.template_of(*other).priority < priority
        };
        let mut potential: Vec<PodId> = world
            .node(node)
            .pods
            .iter()
            .copied()
            .filter(lower)
            .collect();
        if potential.is_empty() {
            return None;
        }
        let mut supposed = Supposed::as_is(self.snapshot.place(node)?);
        for victim in &potential {
            supposed.remove(world.pod(*victim).template, world.template_of(*victim));
        }
        let fits = |supposed: &Supposed| {
            self.check_with_nominated(world, attempt, pod, node, Some(supposed))
                .is_ok()
        };
        if !fits(&supposed) {
            return None;
        }
        potential.sort_by_key(|victim| importance(world, *victim));
        let (violating, others) = by_budgets(world, &potential);
        let mut victims = Vec::new();
        let mut violations = 0;
        let spared = violating
            .iter()
            .map(|one| (one, true))
            .chain(others.iter().map(|one| (one, false)));
        for (victim, violates) in spared {
            let (id, template) = (world.pod(*victim).template, world.template_of(*victim));
            supposed.add(id, template);
            if !fits(&supposed) {
                supposed.remove(id, template);
                victims.push(*victim);
                violations += usize::from(violates);
            }
        }
        victims.sort_by_key(|victim| importance(world, *victim));
        Some(Candidate {
            node,
            victims,
            violations,
        })
    }
}

/// The more important, the smaller: higher priority, then an older start.
/// Source: kubernetes/kubernetes pkg/scheduler/util/utils.go, `MoreImportantPod`.
fn importance(world: &World, pod: PodId) -> (i64, Millis, PodId) {
    let priority = i64::from(world.template_of(pod).priority);
    (-priority, started(world, pod), pod)
}

/// `status.startTime`, in whole seconds: the kubelet sets it when it sees the pod; one that it has not seen counts as started
/// now.
fn started(world: &World, pod: PodId) -> Millis {
    let bound = world.pod(pod).bound;
    bound.map_or(world.now, |bound| world.clock.stamp(bound))
}

/// Those that budgets protect, and the others, each in the given order.
/// Source: `default_preemption.go`, `filterPodsWithPDBViolation`.
fn by_budgets(world: &World, pods: &[PodId]) -> (Vec<PodId>, Vec<PodId>) {
    let mut allowed: Vec<i64> = world.budgets.iter().map(|budget| budget.allowed).collect();
    pods.iter().copied().partition(|pod| {
        let template = world.pod(*pod).template;
        let mut violates = false;
        for (budget, allowed) in world.budgets.iter().zip(&mut allowed) {
            // A selector that is empty matches none here.
            let selector = world.selectors.get(budget.selector);
            if selector.labels.is_empty() || !world.selectors.selects(budget.selector, template) {
                continue;
            }
            *allowed -= 1;
            violates |= *allowed < 0;
        }
        violates
    })
}

/// The candidate that does the least harm; the first of equals.
/// Source: preemption.go, `pickOneNodeForPreemption`.
fn choose(world: &World, mut candidates: Vec<Candidate>) -> Option<Candidate> {
    let priority = |pod: &PodId| i64::from(world.template_of(*pod).priority);
    let scores: [&dyn Fn(&Candidate) -> i64; 5] = [
        &|one| i64::try_from(one.violations).unwrap_or(i64::MAX),
        &|one| one.victims.first().map_or(i64::MIN, priority),
        &|one| {
            one.victims
                .iter()
                .map(|pod| priority(pod) + (1 << 31))
                .sum()
        },
        &|one| i64::try_from(one.victims.len()).unwrap_or(i64::MAX),
        &|one| {
            let highest = one.victims.first().map(priority);
            let among = one
                .victims
                .iter()
                .filter(|pod| Some(priority(pod)) == highest);
            -among
                .map(|pod| started(world, *pod))
                .min()
                .unwrap_or(i64::MAX)
        },
    ];
    for score in scores {
        if candidates.len() < 2 {
            break;
        }
        let least = candidates.iter().map(score).min()?;
        candidates.retain(|one| score(one) == least);
    }
    candidates.into_iter().next()
}
