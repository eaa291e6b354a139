//! Machines of node groups, and what the cloud does with them.

use crate::simulate::world::{GroupId, Millis, NodeId, Symbol};

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

/// What becomes of a Spot machine that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is gone, and the group wants one machine less: the eviction policy `Delete` of Azure's scale sets.
    Deleted,
    /// It stays, without running: the eviction policy `Deallocate` of Azure's scale sets.
    Deallocated,
    /// It is gone, and the group asks for another one, again and again where it gets none: groups that keep their size.
    Replaced,
}

/// The group may not grow so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverMaximum;

/// The group may not have fewer machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderMinimum;
