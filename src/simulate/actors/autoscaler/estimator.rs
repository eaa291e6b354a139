//! How many nodes of one group pods need.

use super::fits::Snapshot;
use super::pending::PodGroup;
use super::places::At;
use super::template::NodeTemplate;
use crate::simulate::world::{PodId, TemplateId};

/// Nodes that get pods, and the pods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    pub nodes: i64,
    pub pods: Vec<PodId>,
}

/// The shares of a new node that a pod asks of CPU and memory, added up; the largest pods are placed first.
/// Source: kubernetes/autoscaler `cluster-autoscaler/estimator/decreasing_pod_orderer.go`, `calculatePodScore`.
#[expect(
    clippy::cast_precision_loss,
    reason = "upstream calculates with floats; sums and quotients are the same everywhere"
)]
fn score(snapshot: &Snapshot, template: TemplateId, node: &NodeTemplate) -> f64 {
    let asks = snapshot.places.world.templates[template.index()]
        .requests
        .amount;
    let has = node.allocatable.amount;
    let share = |own: i64, all: i64| {
        if all > 0 {
            own as f64 / all as f64
        } else {
            0.0
        }
    };
    share(asks.cpu, has.cpu) + share(asks.memory, has.memory)
}

/// First fit, largest first, onto new nodes only: pods that fit onto the present ones are not asked about.
/// Source: `cluster-autoscaler/estimator/binpacking_estimator.go`, `Estimate`.
pub fn estimate<'w>(
    snapshot: &mut Snapshot<'w>,
    node: &'w NodeTemplate,
    groups: &[&PodGroup],
    most: i64,
) -> Estimate {
    let mut ordered = groups.to_vec();
    let of = |group: &PodGroup| score(snapshot, group.template, node);
    ordered.sort_by(|one, other| of(other).total_cmp(&of(one)));
    let mark = snapshot.mark();
    let mut packing = Packing {
        node,
        most,
        nodes: Vec::new(),
        estimate: Estimate::default(),
    };
    for group in ordered {
        packing.add(snapshot, group);
    }
    snapshot.revert(mark);
    packing.estimate
}

struct Packing<'w> {
    node: &'w NodeTemplate,
    most: i64,
    /// New nodes, each with whether it has got a pod.
    nodes: Vec<(At, bool)>,
    estimate: Estimate,
}

impl<'w> Packing<'w> {
    /// Source: `tryToScheduleOnExistingNodes`, `tryToScheduleOnNewNodes`.
    fn add(&mut self, snapshot: &mut Snapshot<'w>, group: &PodGroup) {
        let mut pods = group.pods.iter().copied().peekable();
        while let Some(pod) = pods.peek() {
            if !self.put_on_any(snapshot, group.template, *pod) {
                break;
            }
            pods.next();
        }
        let is_spread_by_host = is_spread_by_host(snapshot, group.template);
        for pod in pods {
            if self.put_on_last(snapshot, group.template, pod)
                || is_spread_by_host && self.put_on_any(snapshot, group.template, pod)
            {
                continue;
            }
            // It does not fit a node without pods, so it would not fit another one.
            let last_is_empty = self.nodes.last().is_some_and(|(_, has_pods)| !has_pods);
            let count = i64::try_from(self.nodes.len()).unwrap_or(i64::MAX);
            if last_is_empty || count >= self.most {
                break;
            }
            self.nodes.push((snapshot.grow(self.node), false));
            if !self.put_on_last(snapshot, group.template, pod) {
                break;
            }
        }
    }

    fn put_on_any(&mut self, snapshot: &mut Snapshot, template: TemplateId, pod: PodId) -> bool {
        (0..self.nodes.len())
            .rev()
            .any(|nth| self.put(snapshot, template, pod, nth))
    }

    fn put_on_last(&mut self, snapshot: &mut Snapshot, template: TemplateId, pod: PodId) -> bool {
        let last = self.nodes.len().checked_sub(1);
        last.is_some_and(|nth| self.put(snapshot, template, pod, nth))
    }

    fn put(
        &mut self,
        snapshot: &mut Snapshot,
        template: TemplateId,
        pod: PodId,
        nth: usize,
    ) -> bool {
        let (at, has_pods) = &mut self.nodes[nth];
        if !snapshot.fits(template, *at) {
            return false;
        }
        snapshot.put(template, *at);
        self.estimate.nodes += i64::from(!*has_pods);
        self.estimate.pods.push(pod);
        *has_pods = true;
        true
    }
}

fn is_spread_by_host(snapshot: &Snapshot, template: TemplateId) -> bool {
    let spread = &snapshot.places.world.templates[template.index()].spread;
    spread
        .iter()
        .any(|one| one.is_hard && Some(one.topology) == snapshot.places.hostname)
}
