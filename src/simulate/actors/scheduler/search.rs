//! The search for nodes that take a pod, and the choice among them.

use super::filters::{Attempt, Supposed};
use super::memory::Course;
use super::reason::{Diagnosis, Reason};
use super::scores::{self, Scoring};
use super::state::Scheduler;
use super::ties;
use crate::simulate::world::{NodeId, PodId, Symbol, Template, Test, World};

impl Scheduler {
    /// Fills `feasible` and `rejected`. Source: `schedule_one.go`, `findNodesThatFitPod`, `findNodesThatPassFilters`.
    pub(super) fn find_feasible(&mut self, world: &World, attempt: &Attempt, pod: PodId) {
        let mut feasible = std::mem::take(&mut self.feasible);
        let mut rejected = std::mem::take(&mut self.rejected);
        feasible.clear();
        rejected.clear();
        let nominated = world.pod(pod).nominated;
        let is_kept = nominated.filter(|node| {
            self.snapshot.place(*node).is_some()
                && self
                    .check_with_nominated(world, attempt, pod, *node, None)
                    .is_ok()
        });
        if let Some(node) = is_kept {
            feasible.push(node);
        } else {
            let all = self.snapshot.nodes();
            let template = &world.templates[attempt.template.index()];
            let named = match world.pod(pod).pinned {
                // Source: kubernetes/kubernetes pkg/controller/daemon/util/daemonset_util.go,
                // `ReplaceDaemonSetPodNodeNameNodeAffinity`.
                Some(node) => Some(Vec::from_iter(self.snapshot.place(node).map(|_| node))),
                None => named_nodes(template).map(|names| {
                    let is_named = |node: &&NodeId| {
                        let place = self.snapshot.place(**node);
                        place.is_some_and(|place| names.contains(&place.name))
                    };
                    all.iter().filter(is_named).copied().collect()
                }),
            };
            let nodes = named.as_deref().unwrap_or(all);
            let wanted = feasible_nodes_wanted(nodes.len());
            let remembers = self.remembers(world, attempt, pod);
            let mut processed = 0;
            for turn in 0..nodes.len() {
                let node = nodes[(self.next_start + turn) % nodes.len()];
                let known = || self.memory.recall(&self.snapshot, attempt.template, node);
                let answer = match remembers.then(known).flatten() {
                    Some(reason) => Err(reason),
                    None => self.check_with_nominated(world, attempt, pod, node, None),
                };
                match answer {
                    // The one that is found too much only ends the search.
                    Ok(()) if feasible.len() == wanted => break,
                    Ok(()) => feasible.push(node),
                    Err(reason) => rejected.push((node, reason)),
                }
                processed += 1;
            }
            if !all.is_empty() {
                self.next_start = (self.next_start + processed) % all.len();
            }
            if let Some(named) = named {
                // The others count as rejected, and were never looked at.
                let others = all.iter().filter(|node| !named.contains(node));
                rejected.extend(others.map(|node| (*node, Reason::NodeAffinity)));
            }
        }
        self.feasible = feasible;
        self.rejected = rejected;
    }

    /// Whether an answer for this pod is one for all pods of its template, until its node changes.
    pub(super) fn remembers(&self, world: &World, attempt: &Attempt, pod: PodId) -> bool {
        !self.forgets
            && world.pod(pod).nominated.is_none()
            && world.pod(pod).pinned.is_none()
            && attempt.is_local(world, &self.snapshot)
    }

    pub(super) fn remember(
        &mut self,
        world: &World,
        attempt: &Attempt,
        pod: PodId,
        rejected: &[(NodeId, Reason)],
        (start, diagnosis): (usize, Diagnosis),
    ) {
        if self.remembers(world, attempt, pod) {
            let course = Course {
                start,
                end: self.next_start,
            };
            let template = attempt.template;
            self.memory
                .keep(&self.snapshot, template, rejected, (course, diagnosis));
        }
    }

    /// Whether a pod of this template has just been tried in vain, and nothing is otherwise now; then the search is at its end.
    pub(super) fn is_in_vain(
        &mut self,
        world: &World,
        attempt: &Attempt,
        pod: PodId,
    ) -> Option<Diagnosis> {
        let template = attempt.template;
        let (diagnosis, course) = self
            .memory
            .again(&self.snapshot, template, self.next_start)?;
        if !self.remembers(world, attempt, pod) {
            return None;
        }
        self.next_start = course.end;
        Some(diagnosis.clone())
    }

    /// Whether a node takes the pod also when the pods that are promised the node have come.
    /// Source: kubernetes/kubernetes pkg/scheduler/framework/runtime/framework.go, `RunFilterPluginsWithNominatedPods`.
    pub(super) fn check_with_nominated(
        &self,
        world: &World,
        attempt: &Attempt,
        pod: PodId,
        node: NodeId,
        supposed: Option<&Supposed>,
    ) -> Result<(), Reason> {
        let priority = world.template_of(pod).priority;
        let is_added = |(on, other): &&(NodeId, PodId)| {
            *on == node && *other != pod && world.template_of(*other).priority >= priority
        };
        let mut added = self.nominated.iter().filter(is_added).peekable();
        if added.peek().is_some()
            && let Some(place) = self.snapshot.place(node)
        {
            let mut with = supposed.cloned().unwrap_or_else(|| Supposed::as_is(place));
            for (_, other) in added {
                with.add(world.pod(*other).template, world.template_of(*other));
            }
            attempt.check(world, &self.snapshot, node, Some(&with))?;
        }
        attempt.check(world, &self.snapshot, node, supposed)
    }

    /// The best of the feasible nodes. They were found side by side, in an order that decides among equals: it is drawn, or that
    /// of the snapshot. Source: `schedule_one.go`, `findNodesThatPassFilters`, `schedulePod`, `prioritizeNodes`.
    pub(super) fn choose(
        &mut self,
        world: &World,
        attempt: &Attempt,
        pod: PodId,
    ) -> Option<NodeId> {
        if self.feasible.len() < 2 {
            return self.feasible.first().copied();
        }
        if let Some(order) = &mut world.order_for(pod) {
            order.shuffle(&mut self.feasible);
        }
        let scoring = Scoring {
            world,
            snapshot: &self.snapshot,
            attempt,
            nodes: &self.feasible,
            version: self.version,
        };
        scores::score(&scoring, &mut self.scratch);
        Some(self.feasible[ties::winner(&self.scratch.totals, &mut self.heap)])
    }
}

/// How many feasible nodes are enough. Source: `schedule_one.go`, `numFeasibleNodesToFind`.
pub(super) fn feasible_nodes_wanted(nodes: usize) -> usize {
    const LEAST: usize = 100;
    if nodes < LEAST {
        return nodes;
    }
    let percent = 50usize.saturating_sub(nodes / 125).max(5);
    (nodes * percent / 100).max(LEAST)
}

/// The names of the only nodes that come into question, if every term of the affinity names some.
/// Source: kubernetes/kubernetes `pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go`, `PreFilter`.
fn named_nodes(template: &Template) -> Option<Vec<Symbol>> {
    let terms = template.required_nodes.as_ref()?;
    let mut names = Vec::new();
    for term in terms {
        let Some(Test::In(own)) = term.names.first() else {
            return None;
        };
        names.extend_from_slice(own);
    }
    Some(names)
}
