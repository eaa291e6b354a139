//! The cloud: what it has, and what it gives at present.

use super::machines::{Capacity, Instance, InstanceState, Taken};
use crate::simulate::chance::Draws;
use crate::simulate::world::{GroupId, InstanceId, NodeId, World};

#[derive(Clone, Debug)]
pub struct Cloud {
    pub instances: Vec<Instance>,
    /// By group: how many machines it should have.
    pub(super) targets: Vec<i64>,
    pub(super) capacity: Vec<Capacity>,
    pub(super) made: Vec<usize>,
    /// By group, oldest first: all but what is gone.
    pub(super) listed: Vec<Vec<InstanceId>>,
    /// By node.
    pub(super) of_nodes: Vec<Option<InstanceId>>,
    /// Machines whose end was announced, until somebody takes that up.
    pub(super) announced: Vec<InstanceId>,
    /// Counts the changes, for those who look only when there is something new.
    pub(super) revision: u64,
    pub(super) taken: Taken,
    /// Stretches each boot: drawn from a seed, or 1.
    pub boot: BootTimes,
}

/// How long machines take to boot.
#[derive(Clone, Debug)]
pub enum BootTimes {
    /// Always as long as the timings say.
    Fixed,
    /// Drawn one after the other from these, in thousandths of what the timings say.
    Drawn(Draws),
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

    /// Takes the machines whose end was announced since it was last called.
    pub fn take_announced(&mut self) -> Vec<InstanceId> {
        std::mem::take(&mut self.announced)
    }

    pub(super) fn get_mut(&mut self, instance: InstanceId) -> &mut Instance {
        self.revision += 1;
        &mut self.instances[instance.index()]
    }

    /// Nobody lists it any more.
    pub(super) fn forget(&mut self, instance: InstanceId) {
        let gone = self.get_mut(instance);
        gone.state = InstanceState::Gone;
        let group = gone.group;
        self.listed[group.index()].retain(|listed| *listed != instance);
    }

    /// Machines that take the cloud's capacity: those that are there, may still come, or are being deleted.
    pub(super) fn alive(&self, group: GroupId) -> i64 {
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
}
