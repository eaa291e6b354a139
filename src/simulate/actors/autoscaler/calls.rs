//! The autoscaler's requests to the API server: its client lets ten go at once, and then five a second, so that a loop with
//! much to tell takes long.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go, `--kube-client-qps` and `--kube-client-burst`; events
//! go through the same client: utils/kubernetes/factory.go, `CreateEventRecorder`.

use std::collections::BTreeMap;

use super::journal::Happening;
use crate::simulate::actors::limiter::Limiter;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Millis, PodId};

/// The status is read and written at the end of each loop.
/// Source: cluster-autoscaler/clusterstate/utils/status.go, `WriteStatusConfigMap`.
const STATUS: usize = 2;

/// Each request takes a while: who asks at the same time as the first of several events does not wait for all of them.
const MOMENT: Millis = 1;

/// What an event says of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Triggered,
    NotTriggered,
    Evicted,
}

/// What has been asked for, and when the next request may go.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    limiter: Limiter,
    /// Events that wait for the one before them: they go one by one, beside the loop.
    /// Source: kubernetes/client-go tools/record/event.go, `StartRecordingToSink`.
    events: usize,
    /// When the next event is asked for: once the one before it has been answered.
    event: Millis,
    told: BTreeMap<(PodId, Told), Millis>,
    /// When the last request of the loop has been answered.
    ended: Millis,
}

impl Calls {
    /// A loop begins.
    pub fn begin_loop(&mut self, now: Millis, timings: &Timings) {
        self.ended = now;
        self.told
            .retain(|_, last| *last + timings.event_repeat > now);
    }

    /// An event of each of these pods; the same one is sent once in a while.
    /// Source: cluster-autoscaler/processors/status/eventing_scale_up_processor.go; utils/kubernetes/factory.go,
    /// `getCorrelationOptions`.
    pub fn tell<'a>(
        &mut self,
        now: Millis,
        timings: &Timings,
        pods: impl IntoIterator<Item = &'a PodId>,
        what: Told,
    ) {
        for pod in pods {
            let last = self.told.get(&(*pod, what));
            if last.is_none_or(|last| *last + timings.event_repeat <= now) {
                self.told.insert((*pod, what), now);
                self.add_events(1, now, timings);
            }
        }
    }

    /// Events of nodes and of the autoscaler's own status.
    /// Source: core/scaleup/orchestrator/executor.go, `executeScaleUp`; core/scaledown/actuation/actuator.go,
    /// `deleteAsyncDrain`, `deleteAsyncEmpty`, `taintNode`; `delete_in_batch.go`; clusterstate/clusterstate.go.
    pub fn tell_of(&mut self, now: Millis, timings: &Timings, happened: &[Happening]) {
        let events = happened.iter().map(|what| match what {
            Happening::ScaledUp { .. } | Happening::ScaleDownStarted { .. } => 2,
            Happening::BackedOff { .. }
            | Happening::Unregistered { .. }
            | Happening::ScaledDown(_)
            | Happening::DrainFailed { .. } => 1,
            _ => 0,
        });
        self.add_events(events.sum(), now, timings);
    }

    fn add_events(&mut self, count: usize, now: Millis, timings: &Timings) {
        self.ask_for_events(now, timings);
        if self.events == 0 {
            self.event = self.event.max(now);
        }
        self.events += count;
    }

    /// The loop waits for a request of its own.
    pub fn wait(&mut self, timings: &Timings) {
        self.ended = self.ask(self.ended, timings) + timings.request_takes;
    }

    /// When the last request of the loop has been answered.
    pub fn ended(&self) -> Millis {
        self.ended
    }

    /// The loop ends: when its status has been written.
    pub fn end_loop(&mut self, timings: &Timings) -> Millis {
        for _ in 0..STATUS {
            self.wait(timings);
        }
        self.ended
    }

    /// When a request goes that is asked for now.
    pub fn ask(&mut self, now: Millis, timings: &Timings) -> Millis {
        self.ask_for_events(now, timings);
        self.limiter.ask(now, timings)
    }

    /// Asks for the events that have come to their turn by now: each once the one before it has gone.
    fn ask_for_events(&mut self, now: Millis, timings: &Timings) {
        while self.events > 0 && self.event <= now {
            let turn = self.limiter.ask(self.event, timings);
            self.event = turn + timings.request_takes.max(MOMENT);
            self.events -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::world::GroupId;

    const GROUP: GroupId = GroupId(0);

    fn pods(count: u32) -> Vec<PodId> {
        (0..count).map(PodId).collect()
    }

    fn empty_loop(calls: &mut Calls, now: Millis, timings: &Timings) -> Millis {
        calls.begin_loop(now, timings);
        calls.end_loop(timings)
    }

    #[test]
    fn a_loop_with_much_to_tell_takes_long() {
        let timings = Timings::laboratory();
        let mut calls = Calls::default();
        assert_eq!(empty_loop(&mut calls, 100_000, &timings), 100_200);
        let pods = pods(20);
        calls.begin_loop(120_000, &timings);
        calls.tell(120_000, &timings, &pods, Told::Triggered);
        let scaled = Happening::ScaledUp {
            group: GROUP,
            by: 1,
            pods,
        };
        calls.tell_of(120_000, &timings, &[scaled]);
        // The loop is over before ten requests have gone; in the next one each of two waits for an event.
        assert_eq!(calls.end_loop(&timings), 120_200);
        let first = empty_loop(&mut calls, 122_000, &timings);
        let second = empty_loop(&mut calls, first, &timings);
        assert_eq!(second - first, 8000);
        // Ten minutes later nothing waits any more.
        assert_eq!(empty_loop(&mut calls, 700_000, &timings), 700_200);
    }

    #[test]
    fn the_same_event_is_told_once_in_a_while() {
        let timings = Timings::real();
        let mut calls = Calls::default();
        let mut tell = |now, what| {
            calls.tell(now, &timings, &pods(15), what);
            calls.events
        };
        // The first has been asked for.
        assert_eq!(tell(0, Told::NotTriggered), 14);
        assert_eq!(tell(0, Told::NotTriggered), 14);
        assert_eq!(tell(0, Told::Triggered), 29);
        assert_eq!(tell(299_000, Told::NotTriggered), 29);
        assert_eq!(tell(300_000, Told::NotTriggered), 14);
    }

    #[test]
    fn requests_beside_the_loop_share_its_client() {
        let timings = Timings::real();
        let mut calls = Calls::default();
        let turns: Vec<Millis> = (0..12).map(|_| calls.ask(1000, &timings)).collect();
        assert_eq!(turns[10..], [1200, 1400]);
        assert_eq!(empty_loop(&mut calls, 1000, &timings), 1800);
    }
}
