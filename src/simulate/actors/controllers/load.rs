//! Load: how many replicas a workload wants changes with time, as somebody or an autoscaler of pods would change it.

use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{Millis, OwnerId, World};

/// Replicas over time, from each moment until the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curve {
    pub owner: OwnerId,
    /// In order of time.
    pub steps: Vec<(Millis, i64)>,
}

/// Puts down the first step that is still to come of each curve.
pub(super) fn start(curves: &[Curve], world: &mut World, agenda: &mut Agenda) {
    for curve in curves {
        step(curves, world, agenda, curve.owner);
    }
}

/// Does what is due of an owner's curve, and puts down what comes next.
pub(super) fn step(curves: &[Curve], world: &mut World, agenda: &mut Agenda, owner: OwnerId) {
    let Some(curve) = curves.iter().find(|curve| curve.owner == owner) else {
        return;
    };
    let next = curve.steps.partition_point(|(when, _)| *when <= world.now);
    if let Some((_, replicas)) = next.checked_sub(1).map(|last| curve.steps[last])
        && world.owners[owner.index()].replicas != replicas
    {
        world.scale(owner, replicas);
    }
    if let Some((when, _)) = curve.steps.get(next) {
        agenda.at(*when, Event::LoadStep(owner));
    }
}
