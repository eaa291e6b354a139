//! Why Spot has no room for pods that it would take, and gets none.

use super::away::spot_nodes;
use super::full::{full_by_number, setting};
use super::given_up::{self, given_up};
use super::minimum::waiting_at_minimum;
use crate::rehearse::class::Blame;
use crate::simulate::actors::scheduler::node_alone_fits;
use crate::simulate::run::Run;
use crate::simulate::world::{NodeGroup, NodeId, Template, TemplateId};

/// Whether a Spot node has room for one of such pods.
pub(super) fn has_room(run: &Run, templates: &[TemplateId]) -> bool {
    let world = &run.started.engine.world;
    spot_nodes(&run.started).any(|node| {
        let mut templates = templates.iter();
        templates.any(|template| run.standstill.fits(world, *template, node).is_ok())
    })
}

/// Why no Spot node has room for pods of these kinds.
pub(super) fn no_room(run: &Run, templates: &[TemplateId]) -> (String, Blame) {
    let started = &run.started;
    let world = &started.engine.world;
    if run.is_halted {
        let why =
            "no Spot node has room, and the autoscaler adds no nodes while so many are not ready";
        return (why.to_owned(), Blame::UnreadyLimits);
    }
    let takes = |pool: &String| {
        let mut groups = world.groups.iter().filter(|group| group.pool == *pool);
        groups.any(|group| {
            let mut templates = templates.iter();
            group.is_spot && templates.any(|template| node_alone_fits(world, *template, group))
        })
    };
    if let Some(waiting) = waiting_at_minimum(run, |_| true) {
        return (waiting.words(), Blame::Minimum(waiting.pools));
    }
    let mut late = given_up(run);
    late.retain(takes);
    if !late.is_empty() {
        return (given_up::words(&late), given_up::blame());
    }
    let takes_any = |node: NodeId| {
        let group = world.node(node).group;
        let group = group.map(|group| &world.groups[group.index()]);
        group.is_some_and(|group| {
            let mut templates = templates.iter();
            templates.any(|template| node_alone_fits(world, *template, group))
        })
    };
    let by_number = full_by_number(run, templates, spot_nodes(started));
    if !by_number.is_empty() {
        let why = format!(
            "{} lets no more pods on Spot nodes that have room for them, and nothing requests another one",
            setting(&by_number)
        );
        return (why, Blame::MaxPods(by_number));
    }
    if spot_nodes(started).any(takes_any) {
        if let Some(pool) = shut(run, templates) {
            let why =
                format!("Spot nodes with room are of pool {pool}, whose taints keep such pods off");
            return (why, Blame::Taints(pool));
        }
        let why = "no Spot node has room, and nothing requests another one";
        return (why.to_owned(), Blame::Placeholders);
    }
    let closed = spot_nodes(started).find_map(|node| world.node(node).group);
    let Some(group) = closed else {
        let why = "there is no Spot node, and nothing requests one: placeholders would";
        return (why.to_owned(), Blame::Placeholders);
    };
    let group = &world.groups[group.index()];
    let pool = group.pool.clone();
    let is_by_taint = templates
        .iter()
        .any(|template| !lets_on(&world.templates[template.index()], group));
    if is_by_taint {
        let why = format!(
            "placeholders request only nodes of pool {pool}, whose taints keep such pods off"
        );
        (why, Blame::Taints(pool))
    } else {
        let why =
            format!("placeholders request only nodes of pool {pool}, which do not take such pods");
        (why, Blame::Placeholders)
    }
}

/// The pool of a Spot node that has room for one of such pods, and keeps it off by a taint.
fn shut(run: &Run, templates: &[TemplateId]) -> Option<String> {
    let world = &run.started.engine.world;
    let mut shut = spot_nodes(&run.started).filter_map(|node| {
        let node = world.node(node);
        let group = &world.groups[node.group?.index()];
        let mut templates = templates.iter();
        let is_shut = templates.any(|template| {
            let template = &world.templates[template.index()];
            !lets_on(template, group) && template.requests.fits(&node.allocatable, &node.requested)
        });
        is_shut.then(|| group.pool.clone())
    });
    shut.next()
}

fn lets_on(template: &Template, group: &NodeGroup) -> bool {
    let mut taints = group.taints.iter();
    taints.all(|taint| template.tolerations.let_on(*taint))
}
