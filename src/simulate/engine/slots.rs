//! The components that run from the start to the end, as the loop calls them.

use super::component::{Component, Site};
use crate::simulate::actors::autoscaler::Autoscaler;
use crate::simulate::actors::disruption::Disruption;
use crate::simulate::actors::scheduler::Scheduler;
use crate::simulate::agenda::Event;
use crate::simulate::world::{Change, World};

impl Component for Scheduler {
    fn observe(&mut self, world: &World, change: Change) {
        Scheduler::observe(self, world, change);
    }

    fn settle(&mut self, site: &mut Site<'_>) {
        self.run(site.world, site.agenda);
    }

    fn wake(&mut self, site: &mut Site<'_>, _: Event) {
        self.run(site.world, site.agenda);
    }

    fn start(&mut self, site: &mut Site<'_>) {
        self.see_all(site.world);
    }
}

impl Component for Disruption {
    fn observe(&mut self, world: &World, change: Change) {
        Disruption::observe(self, world, change);
    }

    fn settle(&mut self, site: &mut Site<'_>) {
        self.sync(site.world);
    }

    fn start(&mut self, site: &mut Site<'_>) {
        *self = Disruption::new(site.world);
    }
}

impl Component for Autoscaler {
    fn observe(&mut self, world: &World, change: Change) {
        Autoscaler::observe(self, world, change);
    }

    fn settle(&mut self, site: &mut Site<'_>) {
        Autoscaler::wake(self, site.world, site.agenda);
    }

    fn wake(&mut self, site: &mut Site<'_>, event: Event) {
        let Site {
            world,
            agenda,
            cloud,
            timings,
        } = site;
        if let Event::ScaleDownStep(node) = event {
            self.step_scale_down(world, agenda, cloud, timings, node);
        } else {
            self.run_loop(world, agenda, cloud, timings);
        }
    }

    fn start(&mut self, site: &mut Site<'_>) {
        self.begin(site.world, site.agenda);
    }
}
