//! What the scheduler thinks of nodes, for those who only ask.

use super::filters::Attempt;
use super::reason::Reason;
use super::scores::{self, Scoring};
use super::state::Scheduler;
use crate::simulate::world::{NodeId, TemplateId, World};

impl Scheduler {
    /// The points of each plugin of [`PLUGINS`](scores::PLUGINS) for nodes that could take a pod of the template,
    /// without placing one.
    pub fn points(
        &mut self,
        world: &World,
        template: TemplateId,
    ) -> Vec<(NodeId, Result<[i64; 6], Reason>)> {
        let attempt = Attempt::new(&mut self.snapshot, world, template);
        let nodes = self.snapshot.nodes();
        let checked: Vec<_> = nodes
            .iter()
            .map(|node| (*node, attempt.check(world, &self.snapshot, *node, None)))
            .collect();
        let feasible = checked.iter().filter(|(_, checked)| checked.is_ok());
        let feasible: Vec<NodeId> = feasible.map(|(node, _)| *node).collect();
        let scoring = Scoring {
            world,
            snapshot: &self.snapshot,
            attempt: &attempt,
            nodes: &feasible,
            version: self.version,
        };
        let mut points = scores::by_plugin(&scoring).into_iter();
        let mut of_next = || points.next().expect("points for each feasible node");
        checked
            .into_iter()
            .map(|(node, checked)| (node, checked.map(|()| of_next())))
            .collect()
    }
}
