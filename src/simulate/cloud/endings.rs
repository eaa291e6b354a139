//! Machines are taken, and given back.

use super::machines::{Instance, InstanceState, Taken, UnderMinimum};
use super::state::Cloud;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::timings::Timings;
use crate::simulate::world::{GroupId, InstanceId, Millis, NodeId, World};

impl Cloud {
    /// The autoscaler takes back what it asked for and did not get.
    pub fn decrease_target(&mut self, group: GroupId, by: i64) {
        self.revision += 1;
        for _ in 0..by {
            let never_came = [InstanceState::Creating, InstanceState::Refused];
            let mut newest_first = self.listed[group.index()].iter().rev().copied();
            if let Some(last) = newest_first.find(|one| never_came.contains(&self.get(*one).state))
            {
                self.forget(last);
            }
            self.targets[group.index()] -= 1;
        }
    }

    /// The autoscaler gives a machine back; one that never came goes at once.
    ///
    /// # Errors
    /// The group would go below its minimum.
    pub fn delete(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        instance: InstanceId,
    ) -> Result<(), UnderMinimum> {
        let Instance { group, state, .. } = *self.get(instance);
        if matches!(state, InstanceState::Deleting | InstanceState::Gone) {
            return Ok(());
        }
        let least = world.groups[group.index()]
            .autoscaled
            .map_or(0, |range| range.min);
        if self.targets[group.index()] - 1 < least {
            return Err(UnderMinimum);
        }
        self.targets[group.index()] -= 1;
        if matches!(state, InstanceState::Creating | InstanceState::Refused) {
            self.forget(instance);
        } else {
            self.get_mut(instance).state = InstanceState::Deleting;
            agenda.at(
                world.now + timings.machine_deletion,
                Event::InstanceDeleted(instance),
            );
        }
        Ok(())
    }

    /// [`Event::InstanceDeleted`]: the node whose object goes with it.
    pub fn deleted(&mut self, instance: InstanceId) -> Option<NodeId> {
        self.forget(instance);
        self.get(instance).node
    }

    /// Announces the end of a machine that runs; false if it does not, or was announced before.
    pub fn announce(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        instance: InstanceId,
        notice: Millis,
    ) -> bool {
        let is_new = self.end(world, agenda, instance, notice);
        if is_new {
            self.announced.push(instance);
        }
        is_new
    }

    /// The same, and nobody acts on it.
    pub fn end(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        instance: InstanceId,
        notice: Millis,
    ) -> bool {
        let ending = self.get_mut(instance);
        if ending.state != InstanceState::Running || ending.dies.is_some() {
            return false;
        }
        ending.dies = Some(world.now + notice);
        agenda.at(world.now + notice, Event::InstanceKilled(instance));
        true
    }

    /// [`Event::InstanceKilled`]: the node that does not answer from now on.
    pub fn killed(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        instance: InstanceId,
    ) -> Option<NodeId> {
        let Instance {
            group, state, node, ..
        } = *self.get(instance);
        match (state, self.taken) {
            (InstanceState::Gone | InstanceState::Stopped, _) => return None,
            (InstanceState::Running, Taken::Deallocated) => {
                self.get_mut(instance).state = InstanceState::Stopped;
            }
            (InstanceState::Running, Taken::Replaced) => {
                self.forget(instance);
                self.request(world, agenda, timings, group);
            }
            // What the autoscaler gave back has been taken off the target, and goes when that is done.
            (InstanceState::Deleting, Taken::Deallocated) => {}
            (InstanceState::Deleting, Taken::Deleted | Taken::Replaced) => self.forget(instance),
            (_, _) => {
                self.targets[group.index()] -= 1;
                self.forget(instance);
            }
        }
        node
    }
}
