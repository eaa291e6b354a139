//! Plays a scenario to a cluster, and watches what comes of it.

use std::collections::BTreeMap;

use super::steps::{Action, Machines, Pools, Scenario, Supply, Workloads, Zones};
use super::upgrade::{PAUSE, Upgrade};
use crate::simulate::cloud::Capacity;
use crate::simulate::start::{Party, Role, Started};
use crate::simulate::watch::is_spot;
use crate::simulate::world::{GroupId, Millis, NodeId, OwnerKind, Symbol, World, minutes};

/// What a step did, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    pub at: Millis,
    pub what: Stage,
}

/// A moment that a run is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// So many Spot machines were announced to end.
    Interrupted(usize),
    /// There is less of Spot from now on, in these pools; none named are all.
    SupplyFell(Supply, Vec<String>),
    /// There is more.
    SupplyRose(Supply, Vec<String>),
    LoadChanged,
    RolledOut,
    /// Whether Spot nodes have a notice instead of being drained.
    UpgradeBegan {
        notices: bool,
    },
    /// The end of a Spot machine was announced because it is upgraded.
    Noticed,
    /// Whether a new node did not come, or an old one could not be drained.
    UpgradeEnded {
        is_cut_short: bool,
    },
}

/// How far it runs before it says so.
const LOOK: Millis = minutes(1);

/// Runs all steps; what they did. `tick` hears of the time now and then, counted from the scenario's beginning.
pub fn play(
    started: &mut Started,
    scenario: &Scenario,
    tick: &mut dyn FnMut(Millis),
) -> Vec<Happened> {
    let mut player = Player::new(started, tick);
    for step in &scenario.steps {
        let when = player.started.zero + step.at;
        player.run_until(when);
        player.act(&step.action);
    }
    player.finish_upgrades();
    player.happened
}

struct Player<'s> {
    started: &'s mut Started,
    tick: &'s mut dyn FnMut(Millis),
    happened: Vec<Happened>,
    upgrades: Vec<Upgrade>,
    /// Machines that each group had when the scenario began.
    at_first: Vec<i64>,
    /// Replicas that each workload had then.
    replicas: Vec<i64>,
    /// What `Busiest` came to first: the same pool is meant throughout.
    busiest: Option<String>,
}

impl<'s> Player<'s> {
    fn new(started: &'s mut Started, tick: &'s mut dyn FnMut(Millis)) -> Self {
        let world = &started.engine.world;
        let groups = (0..world.groups.len()).map(GroupId::of);
        let at_first = groups
            .map(|group| started.engine.cloud.target(group))
            .collect();
        let replicas = world.owners.iter().map(|owner| owner.replicas).collect();
        Self {
            started,
            tick,
            happened: Vec::new(),
            upgrades: Vec::new(),
            at_first,
            replicas,
            busiest: None,
        }
    }

    fn world(&self) -> &World {
        &self.started.engine.world
    }

    fn note(&mut self, what: Stage) {
        let at = self.world().now;
        self.happened.push(Happened { at, what });
    }

    /// Upgrades go on meanwhile.
    fn run_until(&mut self, end: Millis) {
        while self.world().now < end {
            let is_upgraded = !self.upgrades.is_empty();
            let step = if is_upgraded { PAUSE } else { LOOK };
            let next = (self.world().now + step).min(end);
            self.started.engine.run_until(next);
            if is_upgraded {
                self.upgrade();
            }
            (self.tick)(next - self.started.zero);
        }
        self.started.engine.run_until(end);
    }

    fn upgrade(&mut self) {
        let upgrades = &mut self.upgrades;
        let is_noticed = self.started.engine.change(|site| {
            // Each takes its step, whatever the others do.
            let noticed = upgrades.iter_mut().map(|upgrade| upgrade.step(site));
            noticed.fold(false, |any, own| any | own)
        });
        if is_noticed {
            self.note(Stage::Noticed);
        }
        if self.upgrades.iter().all(Upgrade::is_done) {
            let is_cut_short = self.upgrades.iter().any(Upgrade::is_cut_short);
            self.upgrades.clear();
            self.note(Stage::UpgradeEnded { is_cut_short });
        }
    }

    fn finish_upgrades(&mut self) {
        while !self.upgrades.is_empty() {
            let next = self.world().now + PAUSE;
            self.run_until(next);
        }
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Interrupt(machines) => {
                let nodes = self.machines(machines);
                let notice = self.started.notice;
                let count = self.started.engine.announce(&nodes, notice);
                self.note(Stage::Interrupted(count));
            }
            Action::Supply { pools, supply } => self.supply(pools, *supply),
            Action::Load { workloads, percent } => {
                let world = self.world();
                // Nobody makes another pod of one without an owner, and load makes no Job run more pods.
                let scales = |party: &Party| {
                    let kind = world.owners[party.owner.index()].kind;
                    !matches!(kind, OwnerKind::None | OwnerKind::Job)
                };
                let chosen = self.workloads(workloads).into_iter();
                let all = chosen.filter(scales).map(|party| {
                    let usual = self.replicas[party.owner.index()];
                    let wanted = (usual * percent + 99) / 100;
                    let most = party.most.unwrap_or(i64::MAX).max(usual);
                    (party.owner, wanted.min(most))
                });
                let all: Vec<_> = all.collect();
                self.started.engine.change(|site| {
                    for (owner, replicas) in all {
                        site.world.scale(owner, replicas);
                    }
                });
                self.note(Stage::LoadChanged);
            }
            Action::RollOut { workloads } => {
                let chosen = self.workloads(workloads).into_iter();
                let owners: Vec<_> = chosen.map(|party| party.owner).collect();
                for owner in owners {
                    let world = &mut self.started.engine.world;
                    let present = world.owners[owner.index()].template;
                    let next = world.templates[present.index()].clone();
                    let next = world.add_template(next);
                    self.started.engine.roll_out(owner, next);
                }
                self.note(Stage::RolledOut);
            }
            Action::Upgrade { pools } => {
                let groups = self.groups(pools, |_| true);
                let (world, spot, notice) =
                    (self.world(), self.started.spot_upgrade, self.started.notice);
                let upgrade = |group| Upgrade::new(world, group, spot, notice);
                self.upgrades = groups.into_iter().map(upgrade).collect();
                let notices = self.upgrades.iter().any(Upgrade::gives_notice);
                self.note(Stage::UpgradeBegan { notices });
                self.upgrade();
            }
        }
    }

    fn supply(&mut self, pools: &Pools, supply: Supply) {
        let groups = self.groups(pools, |is_spot| is_spot);
        let all = self.groups(&Pools::All, |is_spot| is_spot);
        let mut names = Vec::new();
        if groups != all {
            let pool = |group: &GroupId| self.world().groups[group.index()].pool.clone();
            names.extend(groups.iter().map(pool));
            names.dedup();
        }
        let (mut rises, mut falls) = (false, false);
        for group in groups {
            let capacity = match supply {
                Supply::Plenty => Capacity::Plenty,
                Supply::Nothing => Capacity::Refuses,
                Supply::Hangs => Capacity::Hangs,
                Supply::Percent(percent) => {
                    Capacity::Only((self.at_first[group.index()] * percent + 99) / 100)
                }
            };
            let before = self.started.engine.cloud.capacity(group);
            rises |= machines(capacity) > machines(before);
            falls |= machines(capacity) < machines(before);
            self.started.engine.change(|site| {
                let (world, agenda, timings) = (&*site.world, &mut *site.agenda, site.timings);
                site.cloud.set_capacity(group, capacity);
                site.cloud.ask_again(world, agenda, timings, group);
            });
        }
        if rises {
            self.note(Stage::SupplyRose(supply, names));
        } else if falls {
            self.note(Stage::SupplyFell(supply, names));
        }
    }

    fn groups(&mut self, pools: &Pools, is_wanted: impl Fn(bool) -> bool) -> Vec<GroupId> {
        let named = match pools {
            Pools::All => None,
            Pools::Busiest => Some(vec![self.busiest_pool()]),
            Pools::Named(names) => Some(names.clone()),
        };
        let all = self.world().groups.iter().enumerate();
        all.filter(|(_, group)| {
            is_wanted(group.is_spot)
                && group.autoscaled.is_some()
                && named
                    .as_ref()
                    .is_none_or(|names| names.contains(&group.pool))
        })
        .map(|(at, _)| GroupId::of(at))
        .collect()
    }

    fn busiest_pool(&mut self) -> String {
        if let Some(known) = &self.busiest {
            return known.clone();
        }
        let mut pods: BTreeMap<&str, usize> = BTreeMap::new();
        let world = self.world();
        for group in world.groups.iter().filter(|group| group.is_spot) {
            pods.entry(&group.pool).or_default();
        }
        for node in self.spot_nodes() {
            let group = world.node(node).group.expect("a Spot node is of a group");
            let pool = world.groups[group.index()].pool.as_str();
            *pods.entry(pool).or_default() += self.pods_on(node);
        }
        let most = pods.values().copied().max().unwrap_or(0);
        let first = pods.into_iter().find(|(_, count)| *count == most);
        let name = first.map(|(name, _)| name.to_owned()).unwrap_or_default();
        self.busiest = Some(name.clone());
        name
    }

    fn machines(&mut self, machines: &Machines) -> Vec<NodeId> {
        let groups = self.groups(&machines.pools, |is_spot| is_spot);
        let world = self.world();
        let of_pools = self.spot_nodes().into_iter();
        let of_pools: Vec<NodeId> = of_pools
            .filter(|node| {
                world
                    .node(*node)
                    .group
                    .is_some_and(|own| groups.contains(&own))
            })
            .collect();
        let zone = |node: NodeId| world.node(node).zone;
        let is_in: Box<dyn Fn(NodeId) -> bool> = match &machines.zones {
            Zones::All => Box::new(|_| true),
            Zones::Busiest => {
                let mut pods: BTreeMap<Option<Symbol>, usize> = BTreeMap::new();
                for node in &of_pools {
                    *pods.entry(zone(*node)).or_default() += self.pods_on(*node);
                }
                let most = pods.values().copied().max();
                let busiest = pods.into_iter().find(|(_, count)| Some(*count) == most);
                let busiest = busiest.and_then(|(zone, _)| zone);
                Box::new(move |node| zone(node) == busiest)
            }
            Zones::Named(names) => Box::new(move |node| {
                let own = zone(node).map(|zone| world.symbols.text(zone));
                own.is_some_and(|own| {
                    let is_it = |name: &String| own == name || own.ends_with(&format!("-{name}"));
                    names.iter().any(is_it)
                })
            }),
        };
        let mut nodes: Vec<NodeId> = of_pools.into_iter().filter(|node| is_in(*node)).collect();
        if let Some(most) = machines.most {
            nodes.sort_by_key(|node| std::cmp::Reverse(self.pods_on(*node)));
            nodes.truncate(most);
        }
        nodes
    }

    fn spot_nodes(&self) -> Vec<NodeId> {
        let world = self.world();
        let nodes = world.present_nodes();
        nodes
            .filter(|node| is_spot(world, *node) && world.is_alive(*node))
            .collect()
    }

    /// Pods of workloads on a node.
    fn pods_on(&self, node: NodeId) -> usize {
        let world = self.world();
        let is_app = |owner| {
            let own = self
                .started
                .parties
                .get(crate::simulate::world::OwnerId::index(owner));
            own.is_some_and(|party: &Party| party.role == Role::Workload)
        };
        let pods = world.node(node).pods.iter();
        pods.filter(|pod| is_app(world.pod(**pod).owner)).count()
    }

    fn workloads(&self, which: &Workloads) -> Vec<Party> {
        let all = self.started.parties.iter();
        let own = all.filter(|party| party.role == Role::Workload);
        own.filter(|party| match which {
            Workloads::All => true,
            Workloads::Named(names) => names.iter().any(|name| {
                *name == party.name || *name == format!("{}/{}", party.namespace, party.name)
            }),
        })
        .cloned()
        .collect()
    }
}

/// The most machines that can be had.
fn machines(capacity: Capacity) -> i64 {
    match capacity {
        Capacity::Plenty => i64::MAX,
        Capacity::Only(most) => most,
        Capacity::Refuses | Capacity::Hangs => 0,
    }
}
