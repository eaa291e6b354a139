//! The cloud: machines of node groups, which come, are refused, hang, are taken and are given back.

use super::agenda::{Agenda, Event};
use super::timings::Timings;
use super::world::{GroupId, InstanceId, Millis, Node, NodeId, NodeState, Requests, Symbol, World};
use crate::plan::Amount;

/// One machine that was asked for.
#[derive(Clone, Debug)]
pub struct Instance {
    pub group: GroupId,
    /// Counts the machines of its group, for a name.
    pub number: usize,
    pub zone: Option<Symbol>,
    pub state: InstanceState,
    /// When it was asked for.
    pub asked: Millis,
    /// Its node, once it has registered.
    pub node: Option<NodeId>,
    /// Its end has been announced, for this moment.
    pub dies: Option<Millis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceState {
    Creating,
    /// The cloud lists it as failed for want of capacity, until somebody deletes it.
    Refused,
    Running,
    /// Deallocated: it does not run, and the group still counts it.
    Stopped,
    Deleting,
    Gone,
}

/// What the cloud gives when a group asks for a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    Plenty,
    /// As many machines as this, all that run included; it refuses more.
    Only(i64),
    /// It refuses every request, after a moment.
    Refuses,
    /// It takes every request, and nothing ever comes.
    Hangs,
}

/// What becomes of a Spot machine that is taken: the eviction policy of Azure's scale sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Deleted,
    Deallocated,
}

#[derive(Clone, Debug)]
pub struct Cloud {
    pub instances: Vec<Instance>,
    /// By group: how many machines it should have.
    targets: Vec<i64>,
    capacity: Vec<Capacity>,
    made: Vec<usize>,
    /// By group, oldest first: all but what is gone.
    listed: Vec<Vec<InstanceId>>,
    /// By node.
    of_nodes: Vec<Option<InstanceId>>,
    /// Machines whose end was announced, until somebody takes that up.
    announced: Vec<InstanceId>,
    /// Counts the changes, for those who look only when there is something new.
    revision: u64,
    taken: Taken,
    /// Stretches each boot: drawn from a seed, or 1.
    pub boot: BootTimes,
}

/// How long machines take to boot.
#[derive(Clone, Debug)]
pub enum BootTimes {
    /// Always as long as the timings say.
    Fixed,
    /// Drawn one after the other from these, in thousandths of what the timings say.
    Drawn(super::chance::Draws),
}

impl Cloud {
    pub fn new(world: &World, taken: Taken) -> Self {
        let count = world.groups.len();
        Self {
            instances: Vec::new(),
            targets: vec![0; count],
            capacity: vec![Capacity::Plenty; count],
            made: vec![0; count],
            listed: vec![Vec::new(); count],
            of_nodes: Vec::new(),
            announced: Vec::new(),
            revision: 0,
            taken,
            boot: BootTimes::Fixed,
        }
    }

    pub fn target(&self, group: GroupId) -> i64 {
        self.targets[group.index()]
    }

    /// Another one after each change of a target or of a machine.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    pub fn set_capacity(&mut self, group: GroupId, capacity: Capacity) {
        self.capacity[group.index()] = capacity;
    }

    /// What it gives a group at present.
    pub fn capacity(&self, group: GroupId) -> Capacity {
        self.capacity[group.index()]
    }

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

    /// Whether a machine of a group may still come.
    pub fn is_coming(&self, group: GroupId) -> bool {
        let mut listed = self.listed(group);
        listed.any(|one| self.get(one).state == InstanceState::Creating)
    }

    /// Whether a machine runs whose end is announced.
    pub fn awaits_end(&self) -> bool {
        let mut all = self.instances.iter();
        all.any(|one| one.state == InstanceState::Running && one.dies.is_some())
    }

    /// What the cloud lists of a group: all but what is gone, oldest first.
    pub fn listed(&self, group: GroupId) -> impl Iterator<Item = InstanceId> {
        self.listed[group.index()].iter().copied()
    }

    pub fn get(&self, instance: InstanceId) -> &Instance {
        &self.instances[instance.index()]
    }

    /// The machine of a node, unless it is gone.
    pub fn of_node(&self, node: NodeId) -> Option<InstanceId> {
        let found = self.of_nodes.get(node.index()).copied().flatten()?;
        (self.get(found).state != InstanceState::Gone).then_some(found)
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
    fn request(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        group: GroupId,
    ) -> InstanceId {
        let has = self.alive(group);
        let gives = match self.capacity[group.index()] {
            Capacity::Only(most) if has >= most => Capacity::Refuses,
            other => other,
        };
        let instance = self.ask(world, group);
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
        instance
    }

    fn boot_time(&mut self, timings: &Timings) -> Millis {
        match &mut self.boot {
            BootTimes::Fixed => timings.boot,
            BootTimes::Drawn(draws) => timings.boot * draws.next_thousandths() / 1000,
        }
    }

    /// Machines that take the cloud's capacity: those that are there, may still come, or are being deleted.
    fn alive(&self, group: GroupId) -> i64 {
        let states = [
            InstanceState::Creating,
            InstanceState::Running,
            InstanceState::Deleting,
        ];
        let alive = self
            .listed(group)
            .filter(|one| states.contains(&self.get(*one).state));
        i64::try_from(alive.count()).expect("fewer machines than an i64 counts")
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

    /// Nobody lists it any more.
    fn forget(&mut self, instance: InstanceId) {
        let gone = self.get_mut(instance);
        gone.state = InstanceState::Gone;
        let group = gone.group;
        self.listed[group.index()].retain(|listed| *listed != instance);
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

    /// Takes the machines whose end was announced since it was last called.
    pub fn take_announced(&mut self) -> Vec<InstanceId> {
        std::mem::take(&mut self.announced)
    }

    /// [`Event::InstanceKilled`]: the node that does not answer from now on.
    pub fn killed(&mut self, instance: InstanceId) -> Option<NodeId> {
        let Instance {
            group, state, node, ..
        } = *self.get(instance);
        match (state, self.taken) {
            (InstanceState::Gone | InstanceState::Stopped, _) => return None,
            (InstanceState::Running, Taken::Deallocated) => {
                self.get_mut(instance).state = InstanceState::Stopped;
            }
            // What the autoscaler gave back has been taken off the target, and goes when that is done.
            (InstanceState::Deleting, Taken::Deallocated) => {}
            (InstanceState::Deleting, Taken::Deleted) => self.forget(instance),
            (_, _) => {
                self.targets[group.index()] -= 1;
                self.forget(instance);
            }
        }
        node
    }

    fn get_mut(&mut self, instance: InstanceId) -> &mut Instance {
        self.revision += 1;
        &mut self.instances[instance.index()]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverMaximum;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderMinimum;

#[cfg(test)]
mod tests;
