//! The pods that wait for a node: to be tried now, after a back-off, or when something has changed.
//! Source: kubernetes/kubernetes pkg/scheduler/backend/queue (`scheduling_queue.go`, `active_queue.go`, `backoff_queue.go`).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::backoff::{Backoff, aligned};
use super::reason::Filters;
use crate::simulate::world::{Millis, PodId, TemplateId, minutes, seconds};

/// A pod that nothing has moved is tried again after so long.
/// Source: `scheduling_queue.go`, `DefaultPodMaxInUnschedulablePodsDuration`.
const LEFT_OVER: Millis = minutes(5);
/// How often it is looked for such pods. Source: `scheduling_queue.go`, `Run`.
const LEFT_OVER_ROUND: Millis = seconds(30);

/// A place in the order in which pods are tried: the higher priority first, then who has waited longer.
type Rank = (Reverse<i32>, Millis, u64, PodId);

#[derive(Clone, Copy, Debug)]
struct Waiting {
    template: TemplateId,
    priority: i32,
    /// When it was last put back.
    since: Millis,
    serial: u64,
    attempts: u32,
    /// How often in a row no filter rejected it, for there was no node.
    errors: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Active,
    BacksOff {
        until: Millis,
    },
    /// No filter has rejected it: only time helps, and it is not tried early.
    Errs {
        until: Millis,
    },
    Unschedulable(Filters),
    /// It is being tried.
    Taken,
}

#[derive(Clone, Debug)]
pub(super) struct Queue {
    backoff: Backoff,
    /// Nothing waits for its back-off while there is nothing else to do.
    pops_early: bool,
    active: BTreeSet<Rank>,
    backing_off: BTreeSet<(Millis, Rank)>,
    erring: BTreeSet<(Millis, Rank)>,
    /// By what decides whether a change may help.
    pool: BTreeMap<(TemplateId, Filters), BTreeSet<PodId>>,
    /// When pods of the pool have failed.
    pooled: BTreeSet<(Millis, PodId)>,
    /// By pod.
    waiting: Vec<Option<Waiting>>,
    serial: u64,
}

impl Queue {
    pub(super) fn new(backoff: Backoff, pops_early: bool) -> Self {
        Self {
            backoff,
            pops_early,
            active: BTreeSet::new(),
            backing_off: BTreeSet::new(),
            erring: BTreeSet::new(),
            pool: BTreeMap::new(),
            pooled: BTreeSet::new(),
            waiting: Vec::new(),
            serial: 0,
        }
    }

    pub(super) fn set_backoff(&mut self, backoff: Backoff) {
        self.backoff = backoff;
    }

    /// Adds a new pod.
    pub(super) fn add(&mut self, now: Millis, pod: PodId, template: TemplateId, priority: i32) {
        if self.waiting.len() <= pod.index() {
            self.waiting.resize(pod.index() + 1, None);
        }
        if self.waiting[pod.index()].is_some() {
            return;
        }
        self.serial += 1;
        let new = Waiting {
            template,
            priority,
            since: now,
            serial: self.serial,
            attempts: 0,
            errors: 0,
            state: State::Active,
        };
        self.waiting[pod.index()] = Some(new);
        self.active.insert(rank(pod, &new));
    }

    /// Forgets a pod.
    pub(super) fn remove(&mut self, pod: PodId) {
        if let Some(known) = self.waiting.get_mut(pod.index()).and_then(Option::take) {
            self.leave(pod, &known);
        }
    }

    fn leave(&mut self, pod: PodId, known: &Waiting) {
        match known.state {
            State::Active => {
                self.active.remove(&rank(pod, known));
            }
            State::BacksOff { until } => {
                self.backing_off.remove(&(until, rank(pod, known)));
            }
            State::Errs { until } => {
                self.erring.remove(&(until, rank(pod, known)));
            }
            State::Unschedulable(filters) => {
                self.pooled.remove(&(known.since, pod));
                let group = (known.template, filters);
                if let Some(pods) = self.pool.get_mut(&group) {
                    pods.remove(&pod);
                    if pods.is_empty() {
                        self.pool.remove(&group);
                    }
                }
            }
            State::Taken => {}
        }
    }

    /// The next pod to try.
    pub(super) fn pop(&mut self, now: Millis) -> Option<PodId> {
        for own in [&mut self.backing_off, &mut self.erring] {
            while own.first().is_some_and(|(until, _)| *until <= now) {
                let (_, next) = own.pop_first().expect("it is there");
                activate(&mut self.waiting, &mut self.active, next.3);
            }
        }
        let pod = match self.active.pop_first() {
            Some(next) => next.3,
            None if self.pops_early => self.backing_off.pop_first()?.1.3,
            None => return None,
        };
        if let Some(known) = self.waiting[pod.index()].as_mut() {
            known.state = State::Taken;
            known.attempts += 1;
        }
        Some(pod)
    }

    /// Puts back a pod that has been tried in vain, with the filters that rejected it.
    /// Source: `scheduling_queue.go`, `determineSchedulingHintForInFlightPod`; `backoff_queue.go`, `add`.
    pub(super) fn put_back(&mut self, now: Millis, pod: PodId, filters: Filters) {
        self.serial += 1;
        let serial = self.serial;
        let Some(known) = self.waiting.get_mut(pod.index()).and_then(Option::as_mut) else {
            return;
        };
        debug_assert!(known.state == State::Taken);
        known.since = now;
        known.serial = serial;
        if filters == Filters::default() {
            known.errors += 1;
            let until = aligned(now + self.backoff.after(known.errors));
            known.state = State::Errs { until };
            self.erring.insert((until, rank(pod, known)));
            return;
        }
        known.errors = 0;
        known.state = State::Unschedulable(filters);
        self.pool
            .entry((known.template, filters))
            .or_default()
            .insert(pod);
        self.pooled.insert((now, pod));
    }

    /// Moves those on whom a change may have an effect, as `helps` says for a template and the filters that rejected it, unless
    /// something else holds them.
    /// Source: `scheduling_queue.go`, `moveAllToActiveOrBackoffQueue`.
    pub(super) fn move_if(
        &mut self,
        now: Millis,
        mut helps: impl FnMut(TemplateId, Filters) -> bool,
        mut stays: impl FnMut(PodId) -> bool,
    ) {
        let groups: Vec<_> = self
            .pool
            .keys()
            .copied()
            .filter(|(id, by)| helps(*id, *by))
            .collect();
        for group in groups {
            let mut stay = BTreeSet::new();
            for pod in self.pool.remove(&group).unwrap_or_default() {
                if stays(pod) {
                    stay.insert(pod);
                    continue;
                }
                if let Some(known) = self.waiting[pod.index()] {
                    self.pooled.remove(&(known.since, pod));
                }
                self.move_out(now, pod);
            }
            if !stay.is_empty() {
                self.pool.insert(group, stay);
            }
        }
    }

    fn move_out(&mut self, now: Millis, pod: PodId) {
        let backoff = self.backoff;
        let Some(known) = self.waiting[pod.index()].as_mut() else {
            return;
        };
        let until = aligned(known.since + backoff.after(known.attempts));
        if until > now {
            known.state = State::BacksOff { until };
            let rank = rank(pod, known);
            self.backing_off.insert((until, rank));
        } else {
            activate(&mut self.waiting, &mut self.active, pod);
        }
    }

    /// Moves those that have been unschedulable for long.
    /// Source: `scheduling_queue.go`, `flushUnschedulablePodsLeftover`.
    pub(super) fn flush(&mut self, now: Millis) {
        while let Some((since, pod)) = self.pooled.first().copied() {
            if flushed_at(since) > now {
                break;
            }
            if let Some(known) = self.waiting[pod.index()] {
                self.leave(pod, &known);
            }
            self.move_out(now, pod);
        }
    }

    /// When the queue has something to try next, if nothing happens until then.
    pub(super) fn next_time(&self) -> Option<Millis> {
        let backing_off = [&self.backing_off, &self.erring].map(BTreeSet::first);
        let backing_off = backing_off.into_iter().flatten().map(|(until, _)| *until);
        let left_over = self.pooled.first().map(|(since, _)| flushed_at(*since));
        backing_off.chain(left_over).min()
    }

    /// How often a pod that waits has been tried.
    pub(super) fn attempts(&self, pod: PodId) -> Option<u32> {
        self.waiting.get(pod.index())?.map(|known| known.attempts)
    }
}

fn activate(waiting: &mut [Option<Waiting>], active: &mut BTreeSet<Rank>, pod: PodId) {
    if let Some(known) = waiting[pod.index()].as_mut() {
        known.state = State::Active;
        active.insert(rank(pod, known));
    }
}

fn rank(pod: PodId, known: &Waiting) -> Rank {
    (Reverse(known.priority), known.since, known.serial, pod)
}

/// The first round at which a pod that failed then has waited for longer than allowed.
fn flushed_at(since: Millis) -> Millis {
    let end = since + LEFT_OVER;
    (end.div_euclid(LEFT_OVER_ROUND) + 1) * LEFT_OVER_ROUND
}

#[cfg(test)]
mod tests {
    use super::super::reason::Filter;
    use super::*;

    const T: TemplateId = TemplateId(0);

    fn rejected(filter: Filter) -> Filters {
        let mut filters = Filters::default();
        filters.add(filter);
        filters
    }

    fn queue(pops_early: bool) -> Queue {
        Queue::new(Backoff::DEFAULT, pops_early)
    }

    #[test]
    fn priority_then_time() {
        let mut queue = queue(true);
        for (pod, now, priority) in [(0, 0, 0), (1, 0, -5), (2, 0, 10), (3, 1, 10), (4, 1, 0)] {
            queue.add(now, PodId(pod), T, priority);
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop(1))
            .map(|pod| pod.0)
            .collect();
        assert_eq!(order, [2, 3, 0, 4, 1]);
    }

    #[test]
    fn the_back_off_doubles_and_ends_with_a_whole_second() {
        let mut queue = queue(false);
        queue.add(0, PodId(0), T, 0);
        let mut now = 300;
        for (attempt, wait) in [
            (1, 1000),
            (2, 2000),
            (3, 4000),
            (4, 8000),
            (5, 10000),
            (6, 10000),
        ] {
            assert_eq!(queue.pop(now), Some(PodId(0)), "{attempt}");
            assert_eq!(queue.attempts(PodId(0)), Some(attempt));
            queue.put_back(now, PodId(0), rejected(Filter::NodeResourcesFit));
            assert_eq!(queue.pop(now), None);
            queue.move_if(now, |_, _| true, |_| false);
            let until = (now + wait) / 1000 * 1000;
            assert_eq!(queue.next_time(), Some(until), "{attempt}");
            assert_eq!(queue.pop(until - 1), None);
            now = until + i64::from(attempt == 2) * 450;
        }
        assert_eq!(queue.pop(now), Some(PodId(0)));
    }

    #[test]
    fn an_idle_queue_does_not_wait_for_a_back_off() {
        let mut queue = queue(true);
        queue.add(0, PodId(0), T, 0);
        assert_eq!(queue.pop(0), Some(PodId(0)));
        queue.put_back(0, PodId(0), rejected(Filter::NodeResourcesFit));
        assert_eq!(queue.pop(10), None, "nothing has changed");
        queue.move_if(10, |_, by| by.has(Filter::NodeAffinity), |_| false);
        assert_eq!(queue.pop(10), None, "what has changed is no help");
        queue.move_if(10, |_, by| by.has(Filter::NodeResourcesFit), |_| false);
        queue.add(10, PodId(1), T, -9);
        assert_eq!(queue.pop(10), Some(PodId(1)), "the active go first");
        assert_eq!(queue.pop(10), Some(PodId(0)));
    }

    #[test]
    fn what_nothing_moves_is_tried_again_after_five_minutes() {
        let mut queue = queue(true);
        queue.add(0, PodId(0), T, 0);
        assert_eq!(queue.pop(1000), Some(PodId(0)));
        queue.put_back(1000, PodId(0), rejected(Filter::NodeAffinity));
        assert_eq!(queue.next_time(), Some(seconds(330)));
        queue.flush(seconds(329));
        assert_eq!(queue.pop(seconds(329)), None);
        queue.flush(seconds(330));
        assert_eq!(queue.pop(seconds(330)), Some(PodId(0)));
        assert_eq!(
            flushed_at(0),
            seconds(330),
            "five minutes are not more than five minutes"
        );
    }

    /// Where there is no node at all, no filter rejects a pod, and no change is waited for.
    #[test]
    fn what_no_filter_rejects_is_tried_after_its_back_off_alone() {
        let mut queue = queue(true);
        queue.add(0, PodId(0), T, 0);
        for until in [1000, 3000, 7000, 15000, 25000] {
            let now = queue.next_time().unwrap_or(0);
            assert_eq!(queue.pop(now), Some(PodId(0)));
            queue.put_back(now, PodId(0), Filters::default());
            queue.move_if(now, |_, _| true, |_| false);
            assert_eq!(queue.pop(now), None, "not early either");
            assert_eq!(queue.next_time(), Some(until));
        }
        queue.remove(PodId(0));
        assert_eq!(queue.next_time(), None);
    }

    #[test]
    fn a_pod_that_is_gone_is_not_tried() {
        let mut queue = queue(true);
        for pod in 0..4 {
            queue.add(0, PodId(pod), T, 0);
        }
        queue.remove(PodId(0));
        for pod in 1..4 {
            assert_eq!(queue.pop(0), Some(PodId(pod)));
            queue.put_back(0, PodId(pod), rejected(Filter::NodeAffinity));
        }
        queue.remove(PodId(1));
        queue.move_if(0, |_, _| true, |_| false);
        queue.remove(PodId(2));
        assert_eq!(queue.pop(0), Some(PodId(3)));
        queue.remove(PodId(3));
        queue.put_back(0, PodId(3), Filters::default());
        assert_eq!((queue.pop(0), queue.next_time()), (None, None));
    }
}
