//! The autoscaler as it runs: what it remembers from loop to loop, and when the next one begins.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/loop/trigger.go.

use std::collections::BTreeSet;

use super::calls::Calls;
use super::expander::{FellThrough, Priorities};
use super::hints::Hints;
use super::journal::{Entry, Happening};
use super::options::Options;
use super::provision::Provision;
use super::scale_down::ScaleDown;
use super::scale_down::actuation::Hands;
use super::template::NodeTemplate;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::cloud::Cloud;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Change, GroupId, Millis, NodeId, Phase, Pod, PodId, World};

/// The scheduler answers within a moment: a loop that a new pod starts comes after it.
const MOMENT: Millis = 1;

#[derive(Debug)]
pub struct Autoscaler {
    pub options: Options,
    pub(super) priorities: Priorities,
    pub journal: Vec<Entry>,
    /// By group; none for groups that nobody scales.
    pub(super) templates: Vec<Option<NodeTemplate>>,
    pub(super) provision: Provision,
    pub(super) scale_down: ScaleDown,
    /// Where pods that wait were expected to go.
    pub(super) hints: Hints,
    /// Pods without a node.
    pub(super) pending: BTreeSet<PodId>,
    /// Pods that have come since the last loop began.
    fresh: Vec<PodId>,
    pub(super) calls: Calls,
    /// When the next loop would begin, were it not for these.
    timer: Option<Millis>,
    /// When the next loop begins; events at other times are old ones.
    pub(super) due: Option<Millis>,
    /// Something has changed since the last full loop.
    pub(super) is_dirty: bool,
    /// The cloud as the last full loop saw it.
    seen_cloud: u64,
    /// How many pods were nominated then, of which the world tells no change.
    seen_nominated: usize,
    /// When something changes by itself.
    pub(super) next_moment: Option<Millis>,
    /// When the next pod is old enough for `new-pod-scale-up-delay`.
    pub(super) next_old_enough: Option<Millis>,
    pub(super) is_halted: bool,
    /// How many loops looked at the whole cluster.
    pub full_loops: u64,
    pub(super) last_no_option: Option<Happening>,
    pub(super) not_matched: BTreeSet<GroupId>,
    pub(super) last_fell_through: Option<FellThrough>,
}

impl Autoscaler {
    /// Nothing happens until [`Self::begin`].
    pub fn new(options: Options, priorities: Priorities) -> Self {
        Self {
            options,
            priorities,
            journal: Vec::new(),
            templates: Vec::new(),
            provision: Provision::default(),
            scale_down: ScaleDown::default(),
            hints: Hints::default(),
            pending: BTreeSet::new(),
            fresh: Vec::new(),
            calls: Calls::default(),
            timer: None,
            due: None,
            is_dirty: true,
            seen_cloud: 0,
            seen_nominated: 0,
            next_moment: None,
            next_old_enough: None,
            is_halted: false,
            full_loops: 0,
            last_no_option: None,
            not_matched: BTreeSet::new(),
            last_fell_through: None,
        }
    }

    /// Takes the world as it is, and puts the first loop down for now.
    pub fn begin(&mut self, world: &mut World, agenda: &mut Agenda) {
        let groups = (0..world.groups.len()).map(GroupId::of);
        let templates = groups.map(|group| {
            let is_scaled = world.groups[group.index()].autoscaled.is_some();
            is_scaled.then(|| NodeTemplate::new(world, group))
        });
        self.templates = templates.collect();
        self.provision = Provision::new(world.groups.len());
        let waiting = world
            .present_pods()
            .filter(|pod| world.pod(*pod).node.is_none());
        self.pending = waiting.collect();
        self.begin_loop_at(world.now, agenda);
    }

    /// Takes another `ConfigMap` of priorities; the real one is read anew in each loop.
    pub fn set_priorities(&mut self, priorities: Priorities) {
        self.priorities = priorities;
        self.not_matched.clear();
        self.is_dirty = true;
    }

    /// Takes a change of the world into account.
    pub fn observe(&mut self, _: &World, change: Change) {
        self.is_dirty = true;
        match change {
            Change::PodCreated(pod) => {
                self.pending.insert(pod);
                self.fresh.push(pod);
            }
            Change::PodBound(pod) | Change::PodFinished(pod) | Change::PodDeleted(pod, _) => {
                self.pending.remove(&pod);
            }
            Change::NodeDeleted(node) => self.scale_down.forget(node),
            _ => {}
        }
    }

    /// After the changes of a moment were observed: a pod that turned unschedulable starts a loop.
    /// Source: loop/trigger.go, `Wait` and `isRecentUnschedulablePod`.
    pub fn wake(&mut self, world: &World, agenda: &mut Agenda) {
        if self.fresh.is_empty() || !self.options.frequent_loops {
            return;
        }
        let soon = (world.now + MOMENT).max(self.calls.ended());
        if let Some(due) = self.due.filter(|due| *due > soon) {
            self.timer = self.timer.or(Some(due));
            self.begin_loop_at(soon, agenda);
        }
    }

    fn begin_loop_at(&mut self, when: Millis, agenda: &mut Agenda) {
        self.due = Some(when);
        agenda.at(when, Event::AutoscalerLoop);
    }

    /// [`Event::AutoscalerLoop`].
    pub fn run_loop(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        cloud: &mut Cloud,
        timings: &Timings,
    ) {
        if self.due != Some(world.now) {
            return;
        }
        let fresh = std::mem::take(&mut self.fresh);
        if let Some(timer) = self.timer.take().filter(|timer| *timer > world.now) {
            let waits = |pod: &Pod| pod.phase == Phase::Pending && pod.deletion.is_none();
            if !fresh.iter().any(|pod| waits(world.pod(*pod))) {
                // All have found a node at once. The event of the timer is still on the agenda.
                self.due = Some(timer);
                return;
            }
        }
        let is_nominated = |pod: &&PodId| world.pod(**pod).nominated.is_some();
        let nominated = self.pending.iter().filter(is_nominated).count();
        let has_changed = self.is_dirty
            || self.seen_cloud != cloud.revision()
            || self.seen_nominated != nominated;
        let is_due = self.next_moment.is_some_and(|moment| moment <= world.now);
        let mut is_productive = false;
        self.calls.begin_loop(world.now, timings);
        if has_changed || is_due {
            self.full_loops += 1;
            self.is_dirty = false;
            self.next_moment = None;
            self.seen_cloud = cloud.revision();
            self.seen_nominated = nominated;
            let mut happened = Vec::new();
            is_productive = self.run_once(world, agenda, cloud, timings, &mut happened);
            self.calls.tell_of(world.now, timings, &happened);
            let entries = happened.into_iter().map(|what| Entry {
                at: world.now,
                what,
            });
            self.journal.extend(entries);
        }
        let at_once = is_productive && self.options.frequent_loops;
        let pause = if at_once {
            0
        } else {
            self.options.scan_interval
        };
        let ended = self.calls.end_loop(timings);
        self.begin_loop_at(ended + pause, agenda);
    }

    /// [`Event::ScaleDownStep`].
    pub fn step_scale_down(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        cloud: &mut Cloud,
        timings: &Timings,
        node: NodeId,
    ) {
        let now = world.now;
        let mut hands = Hands {
            world,
            agenda,
            cloud,
            timings,
            options: &self.options,
            calls: &mut self.calls,
        };
        if let Some(what) = self.scale_down.step(&mut hands, node) {
            self.is_dirty = true;
            let told = std::slice::from_ref(&what);
            self.calls.tell_of(now, timings, told);
            self.journal.push(Entry { at: now, what });
        }
    }
}
