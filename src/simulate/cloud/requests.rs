//! Machines are asked for, and come, or are refused, or never come.

use super::machines::{Capacity, Instance, InstanceState, OverMaximum, Taken};
use super::state::{BootTimes, Cloud};
use crate::plan::Amount;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::timings::Timings;
use crate::simulate::world::{
    GroupId, InstanceId, Millis, Node, NodeId, NodeState, Requests, Symbol, World,
};

impl Cloud {
    /// Asks for one more machine whatever the group's maximum, as an upgrade does for the time of a drain.
    pub fn surge(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        group: GroupId,
    ) -> InstanceId {
        self.targets[group.index()] += 1;
        self.request(world, agenda, timings, group)
    }

    /// Asks for more machines. What becomes of them shows later; only going over the group's maximum is an error.
    ///
    /// # Errors
    /// The group may not grow so far.
    pub fn increase(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        group: GroupId,
        by: i64,
    ) -> Result<(), OverMaximum> {
        let most = world.groups[group.index()]
            .autoscaled
            .map_or(i64::MAX, |range| range.max);
        if self.targets[group.index()] + by > most {
            return Err(OverMaximum);
        }
        self.targets[group.index()] += by;
        for _ in 0..by {
            self.request(world, agenda, timings, group);
        }
        Ok(())
    }

    /// Asks for one machine, and plans what becomes of it.
    pub(super) fn request(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        group: GroupId,
    ) -> InstanceId {
        let gives = self.gives(group);
        let instance = self.ask(world, group);
        self.plan(world, agenda, timings, instance, gives);
        instance
    }

    /// Groups that keep their size ask again for what they were refused. When they do, no cloud says: here as soon as there is
    /// something to have.
    pub fn ask_again(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        group: GroupId,
    ) {
        if self.taken != Taken::Replaced {
            return;
        }
        let refused = self
            .listed(group)
            .filter(|one| self.get(*one).state == InstanceState::Refused);
        for instance in refused.collect::<Vec<_>>() {
            let gives = self.gives(group);
            if gives != Capacity::Refuses {
                self.get_mut(instance).state = InstanceState::Creating;
                self.plan(world, agenda, timings, instance, gives);
            }
        }
    }

    /// What the next request of a group gets.
    fn gives(&self, group: GroupId) -> Capacity {
        match self.capacity[group.index()] {
            Capacity::Only(most) if self.alive(group) >= most => Capacity::Refuses,
            other => other,
        }
    }

    fn plan(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        instance: InstanceId,
        gives: Capacity,
    ) {
        match gives {
            Capacity::Plenty | Capacity::Only(_) => {
                let boots = self.boot_time(timings);
                agenda.at(world.now + boots, Event::InstanceBooted(instance));
            }
            Capacity::Refuses => {
                agenda.at(
                    world.now + timings.refusal,
                    Event::InstanceRefused(instance),
                );
            }
            Capacity::Hangs => {}
        }
    }

    fn boot_time(&mut self, timings: &Timings) -> Millis {
        match &mut self.boot {
            BootTimes::Fixed => timings.boot,
            BootTimes::Drawn(draws) => timings.boot * draws.next_thousandths() / 1000,
        }
    }

    /// A new machine in the zone that has the fewest, as scale sets, auto-scaling groups and managed instance groups do.
    /// The zone whose turn it is comes first, if it is one of the emptiest; else the first of these.
    fn ask(&mut self, world: &World, group: GroupId) -> InstanceId {
        let zones = &world.groups[group.index()].zones;
        let count = |zone: Symbol| {
            self.listed(group)
                .filter(|one| self.get(*one).zone == Some(zone))
                .count()
        };
        let number = self.made[group.index()];
        let turn = zones.get(number % zones.len().max(1)).copied();
        let emptiest = zones.iter().copied().min_by_key(|zone| count(*zone));
        let zone = match (turn, emptiest) {
            (Some(turn), Some(emptiest)) if count(emptiest) == count(turn) => Some(turn),
            _ => emptiest,
        };
        self.made[group.index()] += 1;
        self.revision += 1;
        self.instances.push(Instance {
            group,
            number,
            zone,
            state: InstanceState::Creating,
            asked: world.now,
            node: None,
            dies: None,
        });
        let asked = InstanceId::of(self.instances.len() - 1);
        self.listed[group.index()].push(asked);
        asked
    }

    /// Makes a machine that is there at once, as at the start of a scenario.
    pub fn provision(&mut self, world: &mut World, group: GroupId) -> NodeId {
        self.targets[group.index()] += 1;
        let instance = self.ask(world, group);
        self.register(world, instance)
    }

    /// [`Event::InstanceBooted`]: the node registers, ready.
    pub fn booted(&mut self, world: &mut World, instance: InstanceId) -> Option<NodeId> {
        (self.get(instance).state == InstanceState::Creating)
            .then(|| self.register(world, instance))
    }

    fn register(&mut self, world: &mut World, instance: InstanceId) -> NodeId {
        let Instance {
            group,
            zone,
            number,
            ..
        } = *self.get(instance);
        let made = &world.groups[group.index()];
        let name = format!("{}{number:06}", made.name);
        let mut labels = made.labels.clone();
        let (taints, allocatable, max_pods) =
            (made.taints.clone(), made.allocatable.clone(), made.max_pods);
        let name = world.symbols.of(&name);
        labels.set(world.symbols.of(crate::kubernetes::HOSTNAME), name);
        if let Some(zone) = zone {
            labels.set(world.symbols.of(crate::kubernetes::ZONE), zone);
        }
        let node = world.add_node(Node {
            name,
            group: Some(group),
            labels,
            zone,
            taints,
            is_cordoned: false,
            state: NodeState::Ready,
            created: world.now,
            ready_since: Some(world.now),
            allocatable,
            max_pods,
            requested: Requests::default(),
            counted: Amount::default(),
            pods: Vec::new(),
        });
        let registered = self.get_mut(instance);
        registered.node = Some(node);
        registered.state = InstanceState::Running;
        if self.of_nodes.len() <= node.index() {
            self.of_nodes.resize(node.index() + 1, None);
        }
        self.of_nodes[node.index()] = Some(instance);
        node
    }

    /// [`Event::InstanceRefused`].
    pub fn refused(&mut self, instance: InstanceId) {
        let refused = self.get_mut(instance);
        if refused.state == InstanceState::Creating {
            refused.state = InstanceState::Refused;
        }
    }
}
