//! Programs that run in a pod of the cluster, and do something again and again.

use super::component::{Component, Site};
use crate::simulate::actors::descheduler::Descheduler;
use crate::simulate::actors::proportional::Proportional;
use crate::simulate::agenda::Event;
use crate::simulate::world::{Change, Millis, OwnerId, Phase, World};

/// What such a program does.
pub trait Program {
    /// It starts: nothing that an earlier process did is under way.
    fn begin(&mut self) {}

    /// What is due now; when it is its turn again, if ever. It puts that on the agenda.
    fn act(&mut self, site: &mut Site<'_>) -> Option<Millis>;
}

/// Programs of one kind. Each runs while a pod of its workload is ready, and begins anew with each new pod.
#[derive(Debug, Default)]
pub struct Hosted<P>(Vec<Running<P>>);

#[derive(Debug)]
struct Running<P> {
    /// The workload of its pod; none for one that runs outside the cluster.
    owner: Option<OwnerId>,
    program: P,
    /// When it is its turn again. An event at another time is that of an earlier pod.
    due: Option<Millis>,
    /// Its pod has just become ready.
    begins: bool,
}

impl<P: Program> Hosted<P> {
    pub fn new(programs: impl IntoIterator<Item = (Option<OwnerId>, P)>) -> Self {
        let running = programs.into_iter().map(|(owner, program)| Running {
            owner,
            program,
            due: None,
            begins: false,
        });
        Self(running.collect())
    }
}

impl<P: Program> Running<P> {
    fn is_up(&self, world: &World) -> bool {
        self.owner.is_none_or(|owner| {
            let mut pods = world.pods_of(owner).iter();
            pods.any(|pod| world.pod(*pod).phase == Phase::Ready)
        })
    }

    fn begin(&mut self, site: &mut Site<'_>) {
        self.begins = false;
        self.program.begin();
        self.act(site);
    }

    fn act(&mut self, site: &mut Site<'_>) {
        self.due = self
            .is_up(site.world)
            .then(|| self.program.act(site))
            .flatten();
    }
}

impl<P: Program> Component for Hosted<P> {
    fn observe(&mut self, world: &World, change: Change) {
        let Change::PodReady(pod) = change else {
            return;
        };
        let owner = world.pod(pod).owner;
        for running in &mut self.0 {
            running.begins |= running.owner == Some(owner);
        }
    }

    fn settle(&mut self, site: &mut Site<'_>) {
        for running in &mut self.0 {
            if running.begins {
                running.begin(site);
            }
        }
    }

    fn wake(&mut self, site: &mut Site<'_>, _: Event) {
        for running in &mut self.0 {
            if running.due == Some(site.world.now) {
                running.act(site);
            }
        }
    }

    fn start(&mut self, site: &mut Site<'_>) {
        for running in &mut self.0 {
            if running.is_up(site.world) {
                running.begin(site);
            }
        }
    }
}

impl Program for Proportional {
    fn act(&mut self, site: &mut Site<'_>) -> Option<Millis> {
        self.poll(site.world, site.agenda);
        Some(site.world.now + self.period())
    }
}

impl Program for Descheduler {
    fn begin(&mut self) {
        Descheduler::begin(self);
    }

    fn act(&mut self, site: &mut Site<'_>) -> Option<Millis> {
        Descheduler::act(self, site.world, site.agenda, site.timings)
    }
}
