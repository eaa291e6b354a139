//! The cloud: machines of node groups, which come, are refused, hang, are taken and are given back.

use super::agenda::{Agenda, Event};
use super::timings::Timings;
use super::world::{GroupId, Millis, Node, NodeId, NodeState, Requests, Symbol, World};
use crate::plan::Amount;

/// Index into [`Cloud::instances`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId(pub u32);

/// One machine that was asked for.
#[derive(Clone, Debug)]
pub struct Instance {
    pub group: GroupId,
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

    /// What the cloud lists of a group: all but what is gone.
    pub fn listed(&self, group: GroupId) -> impl Iterator<Item = InstanceId> {
        let all = self.instances.iter().enumerate();
        let listed = all.filter(move |(_, one)| one.group == group && one.state != InstanceState::Gone);
        listed.map(|(at, _)| InstanceId(u32::try_from(at).expect("fewer machines than a u32 counts")))
    }

    pub fn get(&self, instance: InstanceId) -> &Instance {
        &self.instances[instance.0 as usize]
    }

    /// The machine of a node, unless it is gone.
    pub fn of_node(&self, node: NodeId) -> Option<InstanceId> {
        let at = self
            .instances
            .iter()
            .rposition(|one| one.node == Some(node) && one.state != InstanceState::Gone)?;
        Some(InstanceId(u32::try_from(at).expect("fewer machines than a u32 counts")))
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
        let most = world.groups[group.index()].autoscaled.map_or(i64::MAX, |range| range.max);
        if self.targets[group.index()] + by > most {
            return Err(OverMaximum);
        }
        self.targets[group.index()] += by;
        for _ in 0..by {
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
                    agenda.at(world.now + timings.refusal, Event::InstanceRefused(instance));
                }
                Capacity::Hangs => {}
            }
        }
        Ok(())
    }

    fn boot_time(&mut self, timings: &Timings) -> Millis {
        match &mut self.boot {
            BootTimes::Fixed => timings.boot,
            BootTimes::Drawn(draws) => timings.boot * draws.next_thousandths() / 1000,
        }
    }

    /// Machines that are there or may still come.
    fn alive(&self, group: GroupId) -> i64 {
        let states = [InstanceState::Creating, InstanceState::Running];
        let alive = self.instances.iter().filter(|one| one.group == group && states.contains(&one.state));
        i64::try_from(alive.count()).expect("fewer machines than an i64 counts")
    }

    /// A new machine in the zone that has the fewest, as scale sets, auto-scaling groups and managed instance groups do.
    fn ask(&mut self, world: &World, group: GroupId) -> InstanceId {
        let zones = &world.groups[group.index()].zones;
        let count = |zone: Symbol| {
            let there = |one: &&Instance| {
                one.group == group && one.state != InstanceState::Gone && one.zone == Some(zone)
            };
            self.instances.iter().filter(there).count()
        };
        let first = self.made[group.index()];
        let turns = (0..zones.len()).map(|turn| zones[(first + turn) % zones.len()]);
        // The first of the emptiest, counted from the one whose turn it is.
        let zone = turns.min_by_key(|zone| count(*zone));
        self.made[group.index()] += 1;
        self.revision += 1;
        self.instances.push(Instance {
            group,
            zone,
            state: InstanceState::Creating,
            asked: world.now,
            node: None,
            dies: None,
        });
        InstanceId(u32::try_from(self.instances.len() - 1).expect("fewer machines than a u32 counts"))
    }

    /// Makes a machine that is there at once, as at the start of a scenario.
    pub fn provision(&mut self, world: &mut World, group: GroupId) -> NodeId {
        self.targets[group.index()] += 1;
        let instance = self.ask(world, group);
        self.register(world, instance)
    }

    /// [`Event::InstanceBooted`]: the node registers, ready.
    pub fn booted(&mut self, world: &mut World, instance: InstanceId) -> Option<NodeId> {
        (self.get(instance).state == InstanceState::Creating).then(|| self.register(world, instance))
    }

    fn register(&mut self, world: &mut World, instance: InstanceId) -> NodeId {
        let Instance { group, zone, .. } = *self.get(instance);
        let made = &world.groups[group.index()];
        let name = format!("{}{:06}", made.name, instance.0);
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
            let pending = |one: &Instance| one.group == group && one.state == InstanceState::Creating;
            if let Some(last) = self.instances.iter().rposition(pending) {
                self.instances[last].state = InstanceState::Gone;
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
        let least = world.groups[group.index()].autoscaled.map_or(0, |range| range.min);
        if self.targets[group.index()] - 1 < least {
            return Err(UnderMinimum);
        }
        self.targets[group.index()] -= 1;
        if matches!(state, InstanceState::Creating | InstanceState::Refused) {
            self.get_mut(instance).state = InstanceState::Gone;
        } else {
            self.get_mut(instance).state = InstanceState::Deleting;
            agenda.at(world.now + timings.machine_deletion, Event::InstanceDeleted(instance));
        }
        Ok(())
    }

    /// [`Event::InstanceDeleted`]: the node whose object goes with it.
    pub fn deleted(&mut self, instance: InstanceId) -> Option<NodeId> {
        let deleted = self.get_mut(instance);
        deleted.state = InstanceState::Gone;
        deleted.node
    }

    /// Announces the end of a machine that runs; false if it does not, or was announced before.
    pub fn announce(&mut self, world: &World, agenda: &mut Agenda, instance: InstanceId, notice: Millis) -> bool {
        let announced = self.get_mut(instance);
        if announced.state != InstanceState::Running || announced.dies.is_some() {
            return false;
        }
        announced.dies = Some(world.now + notice);
        agenda.at(world.now + notice, Event::InstanceKilled(instance));
        true
    }

    /// [`Event::InstanceKilled`]: the node that does not answer from now on.
    pub fn killed(&mut self, instance: InstanceId) -> Option<NodeId> {
        let Instance { group, state, node, .. } = *self.get(instance);
        match (state, self.taken) {
            (InstanceState::Gone, _) => return None,
            (InstanceState::Running, Taken::Deallocated) => {
                self.get_mut(instance).state = InstanceState::Stopped;
            }
            (state, _) => {
                // One that is being deleted has been taken off the target already.
                if state != InstanceState::Deleting {
                    self.targets[group.index()] -= 1;
                }
                self.get_mut(instance).state = InstanceState::Gone;
            }
        }
        node
    }

    fn get_mut(&mut self, instance: InstanceId) -> &mut Instance {
        self.revision += 1;
        &mut self.instances[instance.0 as usize]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverMaximum;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderMinimum;
