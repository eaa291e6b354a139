//! Pods that waited long for machines that did not come.

use super::given_up;
use super::words::{clock, name};
use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::simulate::actors::scheduler::node_alone_fits;
use crate::simulate::cloud::Capacity;
use crate::simulate::run::Run;
use crate::simulate::scenario::{Stage, Supply};
use crate::simulate::start::Role;
use crate::simulate::world::{GroupId, Millis, OwnerId, PodId, TemplateId, minutes};
use crate::values::span::span;

/// How long is no longer tolerable, as in the rule `slow-failover`.
const LONG: Millis = minutes(10);
/// So many times what it waits for a machine, it has asked again.
const TWICE: Millis = 2;

/// A time in which the cloud took requests for machines of some pools, and none came.
struct Hang<'r> {
    from: Millis,
    until: Millis,
    /// All of Spot, where none is named.
    pools: &'r [String],
}

/// The pods that waited so long for a pool whose machines did not come, though another pool could have taken them. It is no
/// stall: in the end all is well.
pub(super) fn slow(run: &Run) -> Option<Finding> {
    let started = &run.started;
    let world = &started.engine.world;
    let hangs = hangs(run);
    if hangs.is_empty() {
        return None;
    }
    let watch = started.watch.borrow();
    let mut pools: Vec<String> = Vec::new();
    let mut owners: Vec<OwnerId> = Vec::new();
    let mut longest: Option<(Millis, PodId)> = None;
    let mut count = 0;
    for (at, pod) in world.pods.iter().enumerate() {
        let id = PodId::of(at);
        let from = pod.created.max(started.zero);
        let until = watch.bound(id).filter(|until| until - from >= LONG);
        let Some(until) = until else {
            continue;
        };
        if started.parties[pod.owner.index()].role != Role::Workload {
            continue;
        }
        let missed: Vec<String> = hangs
            .iter()
            .filter_map(|hang| {
                let own = (from.max(hang.from), until.min(hang.until));
                let is_long = own.1 - own.0 >= LONG;
                let is_needless = is_long && other_had_room(run, pod.template, own.0 + LONG);
                is_needless.then(|| never_came(run, pod.template, own, hang.pools))
            })
            .flatten()
            .collect();
        if missed.is_empty() {
            continue;
        }
        pools.extend(missed);
        owners.push(pod.owner);
        count += 1;
        if longest.is_none_or(|(known, _)| until - from > known) {
            longest = Some((until - from, id));
        }
    }
    let (took, pod) = longest?;
    pools.sort_unstable();
    pools.dedup();
    owners.sort_unstable();
    owners.dedup();
    let were = match count {
        1 => "1 pod was".to_owned(),
        count => format!("{count} pods were"),
    };
    let message = format!(
        "{were} without a node for up to {}: the autoscaler waited for machines of pool {} that did not come, and asked for none of a pool that had some",
        span(took / 1000),
        pools.join(", ")
    );
    let mut own = finding(Class::Slow, message);
    // Where it asked the same pool again and again, a shorter time changes nothing: placeholders on on-demand do.
    own.blame = if took > TWICE * run.provision {
        Blame::Placeholders
    } else {
        given_up::blame()
    };
    own.workloads = owners.iter().map(|owner| name(run, *owner)).collect();
    let state = world.pod(pod);
    let until = state.created.max(started.zero) + took;
    let node = state
        .node
        .map(|node| world.symbols.text(world.node(node).name));
    own.events = vec![format!(
        "{} {}: bound to {} after {}",
        clock(until - started.zero),
        name(run, state.owner),
        node.unwrap_or_default(),
        span(took / 1000)
    )];
    Some(own)
}

/// When machines did not come.
fn hangs(run: &Run) -> Vec<Hang<'_>> {
    let mut found: Vec<Hang<'_>> = Vec::new();
    for own in &run.happened {
        let (Stage::SupplyFell(supply, pools) | Stage::SupplyRose(supply, pools)) = &own.what
        else {
            continue;
        };
        let is_of = |hang: &Hang<'_>| {
            let mut named = hang.pools.iter();
            pools.is_empty() || hang.pools.is_empty() || named.any(|pool| pools.contains(pool))
        };
        for hang in &mut found {
            if is_of(hang) {
                hang.until = hang.until.min(own.at);
            }
        }
        if *supply == Supply::Hangs {
            found.push(Hang {
                from: own.at,
                until: Millis::MAX,
                pools,
            });
        }
    }
    found
}

/// The pools among these that take such pods and were asked in vain for machines in this time.
fn never_came(
    run: &Run,
    template: TemplateId,
    (from, until): (Millis, Millis),
    pools: &[String],
) -> Vec<String> {
    let engine = &run.started.engine;
    let asked = engine.cloud.instances.iter();
    let asked = asked.filter(|one| from <= one.asked && one.asked < until && one.node.is_none());
    let groups = asked.map(|one| &engine.world.groups[one.group.index()]);
    let own = groups.filter(|group| {
        group.is_spot
            && (pools.is_empty() || pools.contains(&group.pool))
            && node_alone_fits(&engine.world, template, group)
    });
    let mut names: Vec<String> = own.map(|group| group.pool.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a pool on on-demand that takes such pods could have had one more node at a moment.
fn other_had_room(run: &Run, template: TemplateId, at: Millis) -> bool {
    let engine = &run.started.engine;
    let watch = run.started.watch.borrow();
    let groups = engine.world.groups.iter().enumerate();
    let mut others = groups
        .filter(|(_, group)| !group.is_spot && node_alone_fits(&engine.world, template, group));
    others.any(|(index, group)| {
        let id = GroupId::of(index);
        let nodes = watch.nodes.iter().filter(|own| own.group == Some(id));
        let there = nodes.filter(|own| own.asked <= at && own.gone.is_none_or(|gone| gone > at));
        let count = i64::try_from(there.count()).unwrap_or(i64::MAX);
        group.autoscaled.is_some_and(|range| count < range.max)
            && engine.cloud.capacity(id) == Capacity::Plenty
    })
}
