//! A run as a few lines of bars.

use std::fmt::Write as _;

use crate::rehearse::findings::words::clock;
use crate::rehearse::told::Told;
use crate::simulate::scenario::{Stage, Supply};
use crate::simulate::verdict::Point;
use crate::values::span::span;
use crate::values::words::all_of;

/// Columns of the timeline.
const WIDTH: usize = 60;
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Pods over time as bars: each column shows the least that were ready, or the most that were not, in its time.
pub(super) fn timeline(out: &mut String, told: &Told) {
    let points = &told.outcome.timeline;
    let end = told.zero + told.outcome.lasted.max(1);
    let most = points
        .iter()
        .map(|point| point.wanted)
        .max()
        .unwrap_or(0)
        .max(1);
    let row = |name: &str, value: &dyn Fn(&Point) -> i64, is_least: bool| {
        let mut line = format!("{name:18}");
        for column in 0..WIDTH {
            let at = |column: usize| {
                let column = i64::try_from(column).unwrap_or(0);
                let width = i64::try_from(WIDTH).unwrap_or(1);
                told.zero + (end - told.zero) * column / width
            };
            let (from, until) = (at(column), at(column + 1));
            let first = points.partition_point(|point| point.at <= from);
            let first = first.saturating_sub(1);
            let own = points[first.min(points.len())..].iter();
            let own = own.take_while(|point| point.at < until).map(value);
            let shown = if is_least { own.min() } else { own.max() };
            let shown = shown.unwrap_or(0).clamp(0, most);
            // Whoever is there at all is seen.
            let bar = (shown * 8 + most - 1) / most;
            line.push(BARS[usize::try_from(bar).unwrap_or(0).min(8)]);
        }
        line.trim_end().to_owned()
    };
    if points.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "{}",
        row("ready on Spot", &|own| own.ready_on_spot, true)
    );
    let _ = writeln!(
        out,
        "{}",
        row("ready on-demand", &|own| own.ready_on_demand, true)
    );
    let _ = writeln!(out, "{}", row("not ready", &|own| own.missing, false));
    let length = span(told.outcome.lasted / 1000);
    let _ = writeln!(out, "{:18}0{length:>width$}", "", width = WIDTH - 1);
    for own in &told.happened {
        let what = label(&own.what);
        let _ = writeln!(out, "  {}: {what}", clock(own.at - told.zero));
    }
    out.push('\n');
}

/// What a step did.
pub(super) fn label(stage: &Stage) -> String {
    match stage {
        Stage::Interrupted(0) => "there is no Spot node to take".to_owned(),
        Stage::Interrupted(1) => "1 Spot node is taken".to_owned(),
        Stage::Interrupted(count) => format!("{count} Spot nodes are taken"),
        Stage::SupplyFell(supply, pools) | Stage::SupplyRose(supply, pools) => {
            supplied(*supply, pools)
        }
        Stage::LoadChanged => "the load changes".to_owned(),
        Stage::RolledOut => "workloads are rolled out".to_owned(),
        Stage::UpgradeBegan { notices: false } => "the upgrade of nodes begins".to_owned(),
        Stage::UpgradeBegan { notices: true } => {
            "the upgrade of nodes begins: Spot nodes are cordoned and taken after a notice, undrained".to_owned()
        }
        Stage::Noticed => "a Spot node has its notice".to_owned(),
        Stage::UpgradeEnded {
            is_cut_short: false,
        } => "the upgrade of nodes ends".to_owned(),
        Stage::UpgradeEnded { is_cut_short: true } => {
            "the upgrade of nodes ends early: a new node did not come, or an old one could not be drained".to_owned()
        }
    }
}

/// What Spot has, or these pools of it.
fn supplied(supply: Supply, pools: &[String]) -> String {
    let (spot, has, it) = match pools {
        [] => ("Spot".to_owned(), "has", "it"),
        [only] => (only.clone(), "has", "it"),
        several => (all_of(several), "have", "they"),
    };
    match supply {
        Supply::Plenty => format!("{spot} {has} capacity again"),
        Supply::Nothing => format!("{spot} {has} no capacity"),
        Supply::Hangs => format!("requests for {spot} nodes are accepted, and no node comes"),
        Supply::Percent(percent) => {
            format!("{spot} {has} capacity for {percent} % of the nodes that {it} began with")
        }
    }
}
