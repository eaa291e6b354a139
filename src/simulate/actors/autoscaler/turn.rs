//! One loop: what it looks at, in upstream's order.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/core/static_autoscaler.go`, `RunOnce`.

use super::calls::Told;
use super::candidate::Candidate;
use super::expander::{self, Expander};
use super::fits::Snapshot;
use super::health::{self, Survey};
use super::journal::{Failure, Happening, Skipped};
use super::pending;
use super::program::Autoscaler;
use super::scale_down::actuation::Hands;
use super::scale_down::soft_taint;
use super::scale_up::Outlook;
use super::similar::share_out;
use super::template::NodeTemplate;
use crate::simulate::agenda::Agenda;
use crate::simulate::cloud::Cloud;
use crate::simulate::timings::Timings;
use crate::simulate::world::{GroupId, NodeId, PodId, World};

/// What became of the part of a loop that makes the cluster grow.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Growth {
    /// Nothing was to be done or could be.
    None,
    /// Pods wait that are too young.
    Young,
    Done,
}

impl Autoscaler {
    /// One loop; whether it scaled anything.
    pub(super) fn run_once(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        cloud: &mut Cloud,
        timings: &Timings,
        happened: &mut Vec<Happening>,
    ) -> bool {
        self.update_templates(world);
        let seen = &mut self.provision.seen;
        let survey = Survey::new(world, cloud, &self.options, timings.instance_listing, seen);
        self.provision
            .update(world, cloud, &survey, &self.options, happened);
        let mut targets: Vec<_> = (0..world.groups.len())
            .map(|group| cloud.target(GroupId::of(group)))
            .collect();
        let hands = (&*world, &mut *agenda, &mut *cloud, timings);
        self.provision
            .remove_unregistered(hands, &survey, &self.options, happened);
        if !survey.is_healthy(&self.options) {
            if !self.is_halted {
                happened.push(Happening::Halted(survey.total));
            }
            self.is_halted = true;
            self.scale_down.forget_unneeded();
            self.note_next_moment(world, &survey, &[], timings);
            return false;
        }
        if self.is_halted {
            happened.push(Happening::Resumed);
            self.is_halted = false;
        }
        let hands = (&*world, &mut *agenda, &mut *cloud, timings);
        for group in self.provision.delete_refused(hands, &survey) {
            targets[group.index()] -= 1;
        }
        if self
            .provision
            .fix_sizes(world.now, cloud, &self.options, happened)
        {
            self.is_dirty = true;
            return false;
        }
        let templates = std::mem::take(&mut self.templates);
        let (growth, unplaced, candidates) = self.look(
            world,
            agenda,
            cloud,
            timings,
            (&templates, &survey, &targets),
            happened,
        );
        self.templates = templates;
        let mut is_productive = growth == Growth::Done;
        if let Some(candidates) = candidates {
            let cools_down = growth == Growth::Young
                || candidates == 0
                || self
                    .scale_down
                    .cools_down_until(&self.options)
                    .is_some_and(|until| until > world.now);
            is_productive |=
                self.scale_nodes_down(world, agenda, cloud, timings, cools_down, happened);
        }
        self.note_next_moment(world, &survey, &unplaced, timings);
        is_productive
    }

    /// Source: `processors/nodeinfosprovider/mixed_nodeinfos_processor.go`, `Process`.
    fn update_templates(&mut self, world: &mut World) {
        let mut zones = vec![None; world.groups.len()];
        for node in world.present_nodes().map(|node| world.node(node)) {
            if let Some(group) = node.group.filter(|_| node.is_ready()) {
                let zone = &mut zones[group.index()];
                *zone = zone.or(node.zone);
            }
        }
        for (template, zone) in self.templates.iter_mut().zip(zones) {
            if let Some(template) = template {
                template.use_zone(world, zone);
            }
        }
    }

    /// The part of a loop that works on the snapshot: it lets the cluster grow, or finds nodes that are not needed.
    fn look<'w>(
        &mut self,
        world: &'w World,
        agenda: &mut Agenda,
        cloud: &mut Cloud,
        timings: &Timings,
        (templates, survey, targets): (&'w [Option<NodeTemplate>], &Survey, &[i64]),
        happened: &mut Vec<Happening>,
    ) -> (Growth, Vec<PodId>, Option<usize>) {
        let cutoff = self.options.expendable_cutoff;
        let has_started = |node: &NodeId| survey.not_started.binary_search(node).is_err();
        let mut nodes: Vec<NodeId> = world.present_nodes().filter(has_started).collect();
        let mut order = world.order();
        if let Some(order) = &mut order {
            order.shuffle(&mut nodes);
        }
        let mut snapshot = Snapshot::of(world, cutoff, nodes);
        for template in templates.iter().flatten() {
            let upcoming = survey.upcoming(template.group, targets[template.group.index()]);
            for _ in 0..upcoming {
                snapshot.grow(template);
            }
        }
        if let Some(order) = order {
            snapshot.draw(order);
        }
        let drained = self.scale_down.drained_pods(world);
        let mut pods = pending::unplaced(
            &mut snapshot,
            &self.pending,
            &drained,
            &mut self.hints,
            &self.options,
        );
        let delay = self.options.new_pod_scale_up_delay;
        let old_enough = |pod: &PodId| pending::created(world, *pod) + delay;
        let later = pods.iter().map(old_enough).filter(|when| *when > world.now);
        self.next_old_enough = later.min();
        pods.retain(|pod| old_enough(pod) <= world.now);
        let growth = if pods.is_empty() {
            self.last_no_option = None;
            Growth::None
        } else if pending::are_all_young(world, &pods, timings.young_pods) {
            Growth::Young
        } else {
            let outlook = Outlook {
                templates,
                survey,
                provision: &self.provision,
                cloud,
                options: &self.options,
            };
            let groups = pending::group(world, &pods);
            let (options, skipped) = outlook.candidates(&mut snapshot, &groups);
            self.grow(
                world,
                agenda,
                cloud,
                timings,
                (options, skipped, &pods),
                happened,
            )
        };
        if !self.options.scale_down_enabled {
            return (growth, pods, None);
        }
        // After scaling up as well: nodes that are not needed are found in each loop.
        let candidates =
            self.scale_down
                .find_unneeded(&mut snapshot, survey, cloud, &self.options, happened);
        (growth, pods, Some(candidates))
    }

    /// Takes the best option.
    /// Source: core/scaleup/orchestrator/orchestrator.go, `ScaleUp`, `executeScaleUps`.
    fn grow(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        cloud: &mut Cloud,
        timings: &Timings,
        (options, skipped, pods): (Vec<Candidate>, Vec<(GroupId, Skipped)>, &[PodId]),
        happened: &mut Vec<Happening>,
    ) -> Growth {
        self.note_not_matched(world, &options, happened);
        let are_several = options.len() > 1;
        let chain = &self.options.expanders;
        let (best, fell_through) = expander::choose(world, chain, &self.priorities, options);
        if are_several && fell_through != self.last_fell_through {
            happened.extend(fell_through.map(Happening::ExpanderFellThrough));
            self.last_fell_through = fell_through;
        }
        let Some(best) = best else {
            self.calls
                .tell(world.now, timings, pods, Told::NotTriggered);
            let told = Happening::NoOption {
                pods: pods.to_vec(),
                why: skipped,
            };
            if self.last_no_option.as_ref() != Some(&told) {
                happened.push(told.clone());
                self.last_no_option = Some(told);
            }
            return Growth::None;
        };
        self.last_no_option = None;
        self.calls
            .tell(world.now, timings, &best.pods, Told::Triggered);
        let groups = std::iter::once(best.group).chain(best.similar);
        let shares = share_out(world, cloud, groups, best.nodes);
        for (group, by) in shares {
            if cloud.increase(world, agenda, timings, group, by).is_err() {
                let why = Failure::NotTaken;
                self.provision
                    .back_off(group, world.now, why, &self.options, happened);
                return Growth::None;
            }
            self.provision.ask(group, by, world.now, &self.options);
            self.scale_down.last_added = Some(world.now);
            happened.push(Happening::ScaledUp {
                group,
                by,
                pods: best.pods.clone(),
            });
        }
        Growth::Done
    }

    fn note_not_matched(
        &mut self,
        world: &World,
        options: &[Candidate],
        happened: &mut Vec<Happening>,
    ) {
        if !self.options.expanders.contains(&Expander::Priority) || options.len() < 2 {
            return;
        }
        for option in options {
            let name = &world.groups[option.group.index()].name;
            if self.priorities.lacks(name) && self.not_matched.insert(option.group) {
                happened.push(Happening::NotMatched(option.group));
            }
        }
    }

    /// Deletes the nodes whose time has come, else marks those that are not needed; whether any is deleted.
    fn scale_nodes_down(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        cloud: &mut Cloud,
        timings: &Timings,
        cools_down: bool,
        happened: &mut Vec<Happening>,
    ) -> bool {
        if !cools_down {
            let removable = self.scale_down.removable(world, cloud, &self.options);
            let mut hands = Hands {
                world: &mut *world,
                agenda,
                cloud,
                timings,
                options: &self.options,
                calls: &mut self.calls,
            };
            self.scale_down.start(&mut hands, &removable);
            for (node, drains) in &removable {
                happened.push(Happening::ScaleDownStarted {
                    node: *node,
                    drains: *drains,
                });
            }
            if !removable.is_empty() {
                self.scale_down.last_deleted = Some(world.now);
                return true;
            }
        }
        let told = happened.len();
        let has_more = soft_taint::update(&self.scale_down, world, &self.options, happened);
        for _ in told..happened.len() {
            self.calls.wait(timings);
        }
        self.is_dirty |= has_more && self.options.max_bulk_soft_taints > 0;
        false
    }

    /// When this loop's answer may be another one though nothing changes.
    fn note_next_moment(
        &mut self,
        world: &World,
        survey: &Survey,
        unplaced: &[PodId],
        timings: &Timings,
    ) {
        let now = world.now;
        let options = &self.options;
        let started = survey.not_started.iter();
        let started =
            started.map(|node| health::created(world, *node) + options.max_node_startup_time);
        let young = unplaced
            .iter()
            .map(|pod| pending::created(world, *pod) + timings.young_pods);
        let backoff = self
            .provision
            .backoffs
            .next_end(now)
            .filter(|_| !unplaced.is_empty());
        let moments = started
            .chain(young)
            .chain(backoff)
            .chain(survey.next_listing)
            .chain(self.next_old_enough)
            .chain(self.provision.next_moments(options))
            .chain(self.scale_down.next_moment(world, options));
        self.next_moment = moments.filter(|moment| *moment > now).min();
    }
}
