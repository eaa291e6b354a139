//! Which groups could help pods, and by how many nodes.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaleup/orchestrator/orchestrator.go.

use super::candidate::{Candidate, Waste};
use super::estimator::{Estimate, estimate};
use super::fits::Snapshot;
use super::health::Survey;
use super::journal::Skipped;
use super::options::Options;
use super::pending::PodGroup;
use super::provision::Provision;
use super::similar::are_similar;
use super::template::NodeTemplate;
use crate::simulate::cloud::Cloud;
use crate::simulate::world::{GroupId, PodId};

/// What a loop knows of groups when it looks for options.
pub struct Outlook<'a, 'w> {
    pub templates: &'w [Option<NodeTemplate>],
    pub survey: &'a Survey,
    pub provision: &'a Provision,
    pub cloud: &'a Cloud,
    pub options: &'a Options,
}

impl<'w> Outlook<'_, 'w> {
    /// All groups that can help some of the pods, and why the others cannot.
    /// Source: `filterValidScaleUpNodeGroups`, `SchedulablePodGroups`, `ComputeExpansionOption`.
    pub fn candidates(
        &self,
        snapshot: &mut Snapshot<'w>,
        pods: &[PodGroup],
    ) -> (Vec<Candidate>, Vec<(GroupId, Skipped)>) {
        let (mut fitting, mut candidates, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
        for template in self.templates.iter().flatten() {
            match self.fitting(snapshot, template, pods) {
                Ok(fits) => fitting.push(fits),
                Err(why) => skipped.push((template.group, why)),
            }
        }
        for one in &fitting {
            let similar = fitting.iter().filter(|other| {
                self.options.balance_similar_groups
                    && one.template.group != other.template.group
                    && one.pods == other.pods
                    && are_similar(snapshot.places.world, one.template, other.template)
            });
            let (mut most, mut groups) = (one.room, Vec::new());
            for other in similar {
                most += other.room;
                groups.push(other.template.group);
            }
            let most = most.min(self.options.max_nodes_per_scaleup);
            let meant: Vec<_> = one.pods.iter().map(|nth| &pods[*nth]).collect();
            let Estimate { nodes, pods } = estimate(snapshot, one.template, &meant, most);
            let group = one.template.group;
            if nodes == 0 {
                skipped.push((group, Skipped::NothingFits));
                continue;
            }
            let waste = waste(snapshot, one.template, nodes, &pods);
            candidates.push(Candidate {
                group,
                nodes,
                pods,
                waste,
                similar: groups,
            });
        }
        (candidates, skipped)
    }

    /// Which pods an empty node of a group takes.
    fn fitting(
        &self,
        snapshot: &mut Snapshot<'w>,
        template: &'w NodeTemplate,
        pods: &[PodGroup],
    ) -> Result<Fitting<'w>, Skipped> {
        let room = self.room(snapshot, template.group)?;
        let mark = snapshot.mark();
        let at = snapshot.grow(template);
        let fits = |(nth, one): (usize, &PodGroup)| snapshot.fits(one.template, at).then_some(nth);
        let fitting: Vec<_> = pods.iter().enumerate().filter_map(fits).collect();
        snapshot.revert(mark);
        if fitting.is_empty() {
            return Err(Skipped::NothingFits);
        }
        Ok(Fitting {
            template,
            room,
            pods: fitting,
        })
    }

    /// By how many nodes a group may grow now.
    /// Source: `filterValidScaleUpNodeGroups`, `IsNodeGroupReadyToScaleUp`, `GetCappedNewNodeCount`; estimator
    /// thresholds in cluster-autoscaler/estimator.
    fn room(&self, snapshot: &Snapshot, group: GroupId) -> Result<i64, Skipped> {
        let world = snapshot.places.world;
        let range = world.groups[group.index()].autoscaled;
        let target = self.cloud.target(group);
        let left = range.map_or(0, |range| range.max - target);
        if let Some(until) = self.provision.backoffs.until(group, world.now) {
            return Err(Skipped::BackedOff { until });
        }
        let open = self.provision.open(group);
        if !self
            .survey
            .is_group_healthy(group, target, open, self.options)
        {
            return Err(Skipped::Unhealthy);
        }
        if left <= 0 {
            return Err(Skipped::AtMaximum);
        }
        let most = left.min(self.options.max_nodes_per_scaleup);
        if self.options.max_nodes_total == 0 {
            return Ok(most);
        }
        let all = self.options.max_nodes_total
            - i64::try_from(snapshot.places.nodes.len()).unwrap_or(i64::MAX);
        if all <= 0 {
            return Err(Skipped::ClusterAtMaximum);
        }
        Ok(most.min(all))
    }
}

/// A group that may grow, and the places of pods that it can help.
struct Fitting<'w> {
    template: &'w NodeTemplate,
    room: i64,
    pods: Vec<usize>,
}

/// Upstream takes the capacity of a node, which nobody tells the model: what it can allocate stands in for it.
/// Source: cluster-autoscaler/expander/waste/waste.go, `BestOptions`.
#[expect(
    clippy::cast_precision_loss,
    reason = "upstream calculates with floats; sums and quotients are the same everywhere"
)]
fn waste(snapshot: &Snapshot, template: &NodeTemplate, nodes: i64, pods: &[PodId]) -> Waste {
    let world = snapshot.places.world;
    let asked = pods
        .iter()
        .fold(crate::plan::Amount::default(), |sum, pod| {
            sum.plus(world.template_of(*pod).requests.amount)
        });
    let has = template.allocatable.amount.times(nodes);
    let free = |all: i64, used: i64| {
        if all > 0 {
            (all - used) as f64 / all as f64
        } else {
            0.0
        }
    };
    Waste(free(has.cpu, asked.cpu) + free(has.memory, asked.memory))
}
