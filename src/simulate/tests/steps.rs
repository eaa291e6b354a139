//! What the laboratory did to a cluster, done to the model: its run.py.

use std::collections::BTreeMap;

use super::input::Recording;
use super::play::Play;
use crate::simulate::cloud::Capacity;
use crate::simulate::world::{GroupId, Millis, NodeId, OwnerId, TemplateId, seconds};

/// How long a machine has after its end was announced.
const NOTICE: Millis = seconds(30);

/// One thing that it did.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// It announced the end of machines, which they have so long to wait for.
    Take(Machines, Millis),
    Spot(Supply),
    Scale(usize, i64),
    Restart(OwnerId),
}

/// Spot machines.
#[derive(Clone, Copy, Debug)]
pub(super) enum Machines {
    /// The one with the most pods.
    BusiestNode,
    /// Those of the zone with the most pods.
    BusiestZone,
    All,
}

/// What Spot pools give from now on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Supply {
    Plenty,
    /// No more than they have.
    AsIs,
    Refuses,
    Hangs,
}

/// From one call of kubectl to the next, in real seconds: 0.25 s of the laboratory's clock.
const CALLS_IN_TEN_SECONDS: i64 = 4;

/// Steps that each take a call of kubectl, and happen at its end.
fn calls(from: i64, steps: impl Iterator<Item = Step>) -> Vec<(i64, Step)> {
    let ends = (1..).map(|nth| from + nth * 10 / CALLS_IN_TEN_SECONDS);
    ends.zip(steps).collect()
}

impl Play {
    /// What is to be done in the phase of a mark, and when.
    pub(super) fn steps(
        &self,
        recording: &Recording,
        mark: &str,
        (from, until): (i64, i64),
        next: Option<&str>,
    ) -> Vec<(i64, Step)> {
        let take = |machines: Machines| {
            let announced = recording.announced(from, until).unwrap_or(from);
            // A busy laboratory began to drain seconds late: its README, "Time".
            let drained = recording.drained(from, until).unwrap_or(announced + 1);
            let late = (drained - announced - 1).clamp(0, 20);
            (
                announced + late,
                Step::Take(machines, NOTICE - seconds(late)),
            )
        };
        let outage = match recording.about.outage.as_str() {
            "hang" => Supply::Hangs,
            _ => Supply::Refuses,
        };
        let factor = |mark: &str| {
            let (_, factor) = mark.rsplit_once('x')?;
            factor.parse::<i64>().ok()
        };
        match mark {
            "S2" => vec![take(Machines::BusiestNode)],
            "S4" => vec![take(Machines::BusiestZone)],
            "S3" | "S5" => vec![(from, Step::Spot(outage)), take(Machines::All)],
            "S3 spot back" | "S5 spot back" | "S7 spot grows again" => {
                vec![(from, Step::Spot(Supply::Plenty))]
            }
            "S5 rolling update" => {
                let owners = self.apps.iter().map(|app| Step::Restart(app.owner));
                calls(from, owners)
            }
            "S8" => {
                let placeholders = self
                    .system
                    .iter()
                    .filter(|(owner, _)| self.is_placeholder(*owner));
                calls(from, placeholders.map(|(owner, _)| Step::Restart(*owner)))
            }
            "S7" => {
                let factor = next.and_then(factor).expect("the next mark has the factor");
                let mut steps = vec![(from, Step::Spot(Supply::AsIs))];
                let scaled = self.scaling(recording, from, factor).into_iter();
                // The next mark is set when the last call has returned.
                steps.extend(scaled.map(|(when, step)| (when.min(until - 1), step)));
                steps
            }
            "S6" => self.scaling(recording, from, 3),
            _ if mark.starts_with("S6x") || mark.ends_with("back to x1") => {
                let factor = factor(mark).expect("it ends in the factor");
                self.scaling(recording, from, factor)
            }
            _ => Vec::new(),
        }
    }

    /// Gives every workload so many times the replicas that it began with, each when the recording shows it.
    fn scaling(&self, recording: &Recording, from: i64, factor: i64) -> Vec<(i64, Step)> {
        let world = &self.engine.world;
        let apps = self.apps.iter();
        let sizes: Vec<(i64, i64)> = apps
            .map(|app| {
                (
                    world.owners[app.owner.index()].replicas,
                    app.replicas * factor,
                )
            })
            .collect();
        let names = self.apps.iter().map(|app| app.name.as_str());
        let known: Option<Vec<i64>> = names.map(|name| recording.scaled_at(from, name)).collect();
        let times = known.unwrap_or_else(|| recording.scaled(from, &sizes));
        let scaled = times.into_iter().zip(sizes).enumerate();
        let mut steps: Vec<(i64, Step)> = scaled
            .map(|(at, (when, (_, replicas)))| (when, Step::Scale(at, replicas)))
            .collect();
        steps.sort_by_key(|(when, _)| *when);
        steps
    }

    fn is_placeholder(&self, owner: OwnerId) -> bool {
        let world = &self.engine.world;
        let template = world.owners[owner.index()].template;
        world.templates[template.index()].priority < 0
    }

    /// Does it.
    pub(super) fn take(&mut self, step: Step) {
        match step {
            Step::Take(machines, notice) => {
                let nodes = self.machines(machines);
                self.engine.announce(&nodes, notice);
            }
            Step::Spot(supply) => self.supply(supply),
            Step::Scale(at, replicas) => {
                let owner = self.apps[at].owner;
                self.engine.change(|site| site.world.scale(owner, replicas));
            }
            Step::Restart(owner) => {
                let template = self.fresh_template(owner);
                self.engine.roll_out(owner, template);
            }
        }
    }

    fn machines(&mut self, machines: Machines) -> Vec<NodeId> {
        let mut nodes = self.spot_nodes();
        // Of several with the most pods it took one that nothing tells from the others.
        self.chance.shuffle(&mut nodes);
        match machines {
            Machines::BusiestNode => {
                let busiest = nodes.into_iter().max_by_key(|node| self.pods_on(*node));
                busiest.into_iter().collect()
            }
            Machines::BusiestZone => {
                let zone = |node: &NodeId| self.engine.world.node(*node).zone;
                let mut zones: BTreeMap<_, usize> = BTreeMap::new();
                for node in &nodes {
                    *zones.entry(zone(node)).or_default() += self.pods_on(*node);
                }
                let busiest = zones.into_iter().max_by_key(|(_, pods)| *pods);
                let busiest = busiest.and_then(|(zone, _)| zone);
                let nodes = nodes.into_iter();
                nodes.filter(|node| zone(node) == busiest).collect()
            }
            Machines::All => nodes,
        }
    }

    /// The same template again, as another one.
    fn fresh_template(&mut self, owner: OwnerId) -> TemplateId {
        let world = &mut self.engine.world;
        let template = world.owners[owner.index()].template;
        let template = world.templates[template.index()].clone();
        world.add_template(template)
    }

    fn supply(&mut self, supply: Supply) {
        self.engine.change(|site| {
            for at in 0..site.world.groups.len() {
                if site.world.groups[at].is_spot {
                    let group = GroupId::of(at);
                    let capacity = match supply {
                        Supply::Plenty => Capacity::Plenty,
                        Supply::AsIs => Capacity::Only(site.cloud.target(group)),
                        Supply::Refuses => Capacity::Refuses,
                        Supply::Hangs => Capacity::Hangs,
                    };
                    site.cloud.set_capacity(group, capacity);
                }
            }
        });
    }

    fn spot_nodes(&self) -> Vec<NodeId> {
        let world = &self.engine.world;
        let is_spot = |node: &NodeId| {
            let group = world.node(*node).group;
            group.is_some_and(|group| world.groups[group.index()].is_spot)
        };
        let nodes = world.present_nodes().filter(is_spot);
        nodes.filter(|node| world.is_alive(*node)).collect()
    }

    /// Pods of the workloads on a node.
    fn pods_on(&self, node: NodeId) -> usize {
        let world = &self.engine.world;
        let is_app = |owner: OwnerId| self.apps.iter().any(|app| app.owner == owner);
        let pods = world.node(node).pods.iter();
        pods.filter(|pod| is_app(world.pod(**pod).owner)).count()
    }
}
