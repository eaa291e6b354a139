//! A lane for each node, from its boot to its end.

use super::clock;
use super::frame;
use super::legend;
use super::length::{Length, units};
use super::lettering;
use super::lives;
use super::paint::{
    BOOTING, CORDONED_ON_DEMAND, CORDONED_SPOT, DEAD, DRAINING, NOTICED, Paint,
    READY_NODE_ON_DEMAND, READY_NODE_ON_SPOT,
};
use super::picture::{Capacity, Node, Picture, Pool, Stage};
use super::scale::TimeScale;
use super::sheet::{Anchor, GUTTER, MARGIN, SMALL, Sheet};
use super::steps::Span;

/// So many nodes have lanes with their names.
pub(super) const NAMED: usize = 40;
/// What thin lanes take at most, together.
const ROOM: Length = units(420);
/// A thinner lane is less than a pixel on a picture of 800.
const THINNEST: Length = Length(12);
const THICKEST: Length = units(6);

const PAINTS: [Paint; 7] = [
    BOOTING,
    READY_NODE_ON_SPOT,
    READY_NODE_ON_DEMAND,
    CORDONED_SPOT,
    NOTICED,
    DRAINING,
    DEAD,
];

/// With their names.
pub(super) fn named(sheet: &mut Sheet, time: &TimeScale, picture: &Picture) {
    const LANE: Length = units(17);
    sheet.heading(
        "Each node",
        "cross: its machine ended; stroke: its node was deleted",
    );
    legend::legend(sheet, &PAINTS);
    for pool in &picture.pools {
        title(sheet, pool);
        let shared = shared(&pool.nodes).len();
        let top = sheet.y;
        for node in &pool.nodes {
            let name = &node.name[shared..];
            let name = lettering::fitted(name, SMALL, GUTTER - units(8) - MARGIN);
            let place = (GUTTER - units(8), sheet.y + units(12));
            sheet.text("small soft", place, Anchor::End, name);
            life(
                sheet,
                time,
                pool.capacity,
                node,
                (sheet.y + units(2), sheet.y + units(14)),
            );
            deaths(sheet, time, node, sheet.y + units(8));
            sheet.y += LANE;
        }
        frame::events(sheet, time, &picture.events, (top, sheet.y));
    }
    frame::times(sheet, time);
}

/// How thick the lanes of many nodes can be; none if they have no room.
pub(super) fn thickness(picture: &Picture) -> Option<Length> {
    let rows: usize = picture
        .pools
        .iter()
        .map(|pool| lives::packed(pool).len())
        .sum();
    let rows = i64::try_from(rows).ok()?.max(1);
    Some((ROOM / rows).min(THICKEST)).filter(|thickness| *thickness >= THINNEST)
}

/// Without names; a node that is gone makes room for the next.
pub(super) fn thin(sheet: &mut Sheet, time: &TimeScale, picture: &Picture, thickness: Length) {
    sheet.heading(
        "Each node a line",
        "a line is used again when its node is gone",
    );
    legend::legend(sheet, &PAINTS);
    for pool in &picture.pools {
        title(sheet, pool);
        let top = sheet.y;
        // One path for all nodes that are in one stage: there are thousands.
        let mut paths = [const { String::new() }; Stage::ALL.len()];
        for row in lives::packed(pool) {
            // A gap of less than a pixel would be a haze.
            let gap = if thickness > units(3) {
                units(1)
            } else {
                units(0)
            };
            let height = thickness - gap;
            for span in row
                .iter()
                .flat_map(|node| lives::stages(node, time.from, time.until))
            {
                let (left, right) = ends(time, &span);
                let path = format!("M{left} {}H{right}v{height}H{left}Z", sheet.y);
                paths[span.value as usize].push_str(&path);
            }
            sheet.y += thickness;
        }
        for (stage, path) in Stage::ALL.into_iter().zip(&paths) {
            if !path.is_empty() {
                let paint = paint(pool.capacity, stage);
                sheet.area(paint.without_outline(), path, paint.name);
            }
        }
        frame::events(sheet, time, &picture.events, (top, sheet.y));
    }
    sheet.y += units(2);
    frame::times(sheet, time);
}

/// What the names of all nodes begin with, up to a dash.
fn shared(nodes: &[Node]) -> &str {
    let [first, others @ ..] = nodes else {
        return "";
    };
    let first = first.name.as_str();
    let ends = first
        .match_indices('-')
        .map(|(at, dash)| &first[..at + dash.len()]);
    let mut ends = ends.rev();
    let is_shared = |start: &&str| others.iter().all(|node| node.name.starts_with(start));
    ends.find(is_shared).unwrap_or("")
}

/// The name of a pool, above what is shown of it.
pub(super) fn title(sheet: &mut Sheet, pool: &Pool) {
    let capacity = match pool.capacity {
        Capacity::Spot => "Spot",
        Capacity::OnDemand => "on-demand",
    };
    let count = match pool.nodes.len() {
        0 => "no node".to_owned(),
        1 => "1 node".to_owned(),
        count => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            format!("{} nodes in all", lettering::number(count))
        }
    };
    sheet.y += units(20);
    let name = lettering::fitted(&pool.name, SMALL, units(500));
    let title = match shared(&pool.nodes) {
        "" => format!("{name} ({capacity}): {count}"),
        shared => format!("{name} ({capacity}): {count}, {shared}…"),
    };
    sheet.text("small strong text", (GUTTER, sheet.y), Anchor::Start, title);
    sheet.y += units(6);
}

fn life(
    sheet: &mut Sheet,
    time: &TimeScale,
    capacity: Capacity,
    node: &Node,
    (top, bottom): (Length, Length),
) {
    for span in lives::stages(node, time.from, time.until) {
        let paint = paint(capacity, span.value);
        let (left, right) = ends(time, &span);
        let (name, state, length) = (&node.name, paint.name, clock::duration(span.length()));
        let title = format_args!("{name}: {state}, {length}");
        sheet.bar(paint, (left, top), (right, bottom), title);
    }
}

/// Notices and drains are short, and what matters most.
fn ends(time: &TimeScale, span: &Span<Stage>) -> (Length, Length) {
    let (left, right) = (time.x(span.from), time.x(span.until));
    let least = if span.value == Stage::Ready {
        Length(0)
    } else {
        units(1)
    };
    (left, right.max(left + least))
}

fn paint(capacity: Capacity, stage: Stage) -> Paint {
    match (stage, capacity) {
        (Stage::Booting, _) => BOOTING,
        (Stage::Ready, Capacity::Spot) => READY_NODE_ON_SPOT,
        (Stage::Ready, Capacity::OnDemand) => READY_NODE_ON_DEMAND,
        (Stage::Cordoned, Capacity::Spot) => CORDONED_SPOT,
        (Stage::Cordoned, Capacity::OnDemand) => CORDONED_ON_DEMAND,
        (Stage::Noticed, _) => NOTICED,
        (Stage::Draining, _) => DRAINING,
        (Stage::Dead, _) => DEAD,
    }
}

/// A cross where the machine ended, a stroke where the node was deleted.
fn deaths(sheet: &mut Sheet, time: &TimeScale, node: &Node, y: Length) {
    let died = node.stages.iter().find(|(_, stage)| *stage == Stage::Dead);
    if let Some((at, _)) = died.filter(|(at, _)| time.shows(*at)) {
        let d = format!("M{} {}l8 8m0 -8l-8 8", time.x(*at) - units(4), y - units(4));
        sheet
            .xml
            .empty("path", &[("class", &"cross halo under"), ("d", &d)]);
        sheet.xml.titled(
            "path",
            &[("class", &"cross event-line"), ("d", &d)],
            "its machine ended",
        );
    }
    if let Some(at) = node.deleted.filter(|at| time.shows(*at)) {
        let d = format!("M{} {}v16", time.x(at), y - units(8));
        sheet.xml.titled(
            "path",
            &[("class", &"cross event-line"), ("d", &d)],
            "its node was deleted",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_names_share_is_said_once() {
        let nodes = |names: &[&str]| -> Vec<Node> {
            let nodes = names.iter().map(|name| Node {
                name: (*name).to_owned(),
                stages: Vec::new(),
                deleted: None,
            });
            nodes.collect()
        };
        assert_eq!(
            shared(&nodes(&["aks-spot-1-vmss0", "aks-spot-1-vmss1"])),
            "aks-spot-1-"
        );
        assert_eq!(shared(&nodes(&["aks-spot", "gke-spot"])), "");
        assert_eq!(shared(&nodes(&["only-one"])), "only-");
        assert_eq!(shared(&[]), "");
    }
}
