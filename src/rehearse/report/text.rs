//! The report for people.

use std::fmt::Write as _;

use super::findings::{findings, gathered, together};
use super::json::hours;
use super::left::left;
use super::summary::summary;
use super::timeline::timeline;
use super::words::{GREEN, RED, color, margin, named, painted, time, word};
use super::workload_table::workload_table;
use crate::rehearse::cost::Cost;
use crate::rehearse::objectives::{Assertion, Got};
use crate::rehearse::told::Told;
use crate::reporters::Style;
use crate::simulate::read::Unread;
use crate::simulate::start::DrainedBy;
use crate::simulate::verdict::Outcome;
use crate::values::span::span;
use crate::values::wrap::wrapped;

/// All scenarios in a table, and what is wrong with any; one by itself with its timeline and its workloads.
pub fn text(told: &[Told], unread: &[Unread], style: Style) -> String {
    let mut out = String::new();
    if let [only] = told {
        out.push_str(&rehearsal_text(only, style));
    } else {
        summary(&mut out, told, style);
        left(&mut out, told, style);
        let restless = told.iter().filter(|own| !own.is_settled);
        let restless: Vec<String> = restless.map(named).collect();
        if !restless.is_empty() {
            let _ = writeln!(
                out,
                "the cluster had not come to rest when these began: {}\n",
                restless.join(", ")
            );
        }
        gathered(&mut out, told, style);
        for own in told.iter().filter(|own| own.together.is_some()) {
            let _ = writeln!(out, "{}", named(own));
            together(&mut out, own, style);
        }
        for own in told {
            let missed = own.assertions.iter().filter(|own| !own.is_met);
            let missed: Vec<Assertion> = missed.cloned().collect();
            if !missed.is_empty() {
                let _ = writeln!(out, "{}", named(own));
                assertions(&mut out, &missed, style);
            }
        }
    }
    left_out(&mut out, unread, style);
    out
}

/// One scenario.
pub fn rehearsal_text(told: &Told, style: Style) -> String {
    let mut out = String::new();
    let verdict = painted(
        word(told.outcome.verdict),
        color(told.outcome.verdict),
        style,
    );
    let left = told.left.as_ref();
    let left = left.map_or_else(String::new, |left| format!(", but {}", left.words));
    say(&mut out, &format!("{}: {verdict}{left}", told.name), style);
    if !told.about.is_empty() {
        let about = match style.width {
            Some(width) => wrapped(&told.about, width, 0, 0),
            None => told.about.clone(),
        };
        let _ = writeln!(out, "{about}");
    }
    out.push('\n');
    if let Some(seed) = told.seed {
        let _ = writeln!(out, "boot and start times are drawn from seed {seed}\n");
    }
    if !told.is_settled {
        out.push_str("the cluster had not come to rest when the scenario began\n\n");
    }
    timeline(&mut out, told);
    figures(&mut out, told, style);
    workload_table(&mut out, &told.outcome.workloads, style);
    findings(&mut out, &told.findings, told.outcome.verdict, style);
    together(&mut out, told, style);
    assertions(&mut out, &told.assertions, style);
    if !told.commands.is_empty() {
        out.push_str("to cause it for real:\n");
        for line in &told.commands {
            let _ = writeln!(out, "  {line}");
        }
        say(
            &mut out,
            &format!("expect: {}", expected(&told.outcome)),
            style,
        );
        out.push('\n');
    }
    out
}

/// What somebody sees who causes the same for real.
fn expected(outcome: &Outcome) -> String {
    let mut parts = Vec::new();
    let [.., by_upgrade] = outcome.evictions;
    if by_upgrade > 0 {
        parts.push(match by_upgrade {
            1 => "1 pod is evicted".to_owned(),
            count => format!("{count} pods are evicted"),
        });
    }
    if outcome.is_interrupted {
        parts.push(match outcome.killed + outcome.cut_short {
            0 => "no pod dies with its machine".to_owned(),
            1 => "1 pod dies with its machine".to_owned(),
            count => format!("{count} pods die with their machines"),
        });
        parts.push(match outcome.failover {
            Some(_) => format!("all are ready again after {}", time(outcome.failover)),
            None if outcome.is_cut => "whether all are ready again is not known".to_owned(),
            None => "some are never ready again".to_owned(),
        });
    }
    let mut preferring = outcome
        .workloads
        .iter()
        .filter(|own| own.prefers_spot && own.replicas > 0)
        .peekable();
    if preferring.peek().is_some() {
        let all = if preferring.any(|own| own.on_on_demand > 0) {
            "all pods that prefer Spot and fit there are back"
        } else {
            "all pods that prefer Spot are back there"
        };
        parts.push(match outcome.failback {
            Some(_) => format!("{all} after {}", time(outcome.failback)),
            None if outcome.is_cut => {
                "whether all pods that prefer Spot return there is not known".to_owned()
            }
            None => "not all pods that prefer Spot return there".to_owned(),
        });
    }
    if parts.is_empty() {
        return "nothing happens to pods".to_owned();
    }
    parts.join(", ")
}

/// A line, broken where the terminal ends.
fn say(out: &mut String, line: &str, style: Style) {
    let line = match style.width {
        Some(width) => wrapped(line, width, 0, 2),
        None => line.to_owned(),
    };
    let _ = writeln!(out, "{line}");
}

fn figures(out: &mut String, told: &Told, style: Style) {
    let outcome = &told.outcome;
    let [handler, autoscaler, descheduler, upgrade] = outcome.evictions;
    let mut line = format!(
        "failover {}, failback {}; {} killed without their grace, {} cut short; {} preempted",
        time(outcome.failover),
        time(outcome.failback),
        outcome.killed,
        outcome.cut_short,
        outcome.preemptions
    );
    if told.deleted_by_taint > 0 {
        let _ = write!(
            line,
            "; {} deleted for the taint of their lost node",
            told.deleted_by_taint
        );
    }
    say(out, &line, style);
    let drain = match told.drained_by {
        DrainedBy::Handler => "the handler",
        DrainedBy::Nobody => "a handler",
        DrainedBy::Provider => "the cloud's own drain",
        DrainedBy::Kubelet => "the kubelets at shutdown",
    };
    let line = format!(
        "evictions: {handler} by {drain}, {autoscaler} by the autoscaler, {descheduler} by the descheduler ({} of them back), {upgrade} by an upgrade",
        outcome.back_moves
    );
    say(out, &line, style);
    let _ = writeln!(
        out,
        "node-hours: {} on Spot, {} on on-demand",
        hours(&outcome.node_hours, true),
        hours(&outcome.node_hours, false)
    );
    // Whoever gives no prices does not ask for the cost.
    let has_prices = told.has_prices;
    match &told.cost {
        Ok(cost) => say(out, &costs(cost), style),
        Err(why) if has_prices => say(out, &format!("cost: not known, since {why}"), style),
        Err(_) => {}
    }
    out.push('\n');
}

fn costs(cost: &Cost) -> String {
    let currency = &cost.currency;
    let all = cost.all_on_demand.as_ref().zip(cost.saved_percent);
    let saved = match (all, &cost.no_saving) {
        (Some((all, percent)), _) => {
            let difference = if percent < 0 {
                format!("{} % more than that", -percent)
            } else {
                format!("{percent} % saved")
            };
            format!("; {all} {currency} if all were on-demand, {difference}")
        }
        (None, Some(why)) => format!("; what it saves is not known, since {why}"),
        (None, None) => String::new(),
    };
    format!(
        "cost: {} {currency} for Spot, {} {currency} for on-demand{saved}",
        cost.spot, cost.on_demand
    )
}

fn assertions(out: &mut String, all: &[Assertion], style: Style) {
    for own in all {
        let verdict = if own.is_met {
            painted("met", GREEN, style)
        } else {
            painted("not met", RED, style)
        };
        let got = match (&own.got, own.watched) {
            (Some(Got::Seconds(seconds)), _) => span(*seconds),
            (Some(Got::Pods(text)), _) => text.clone(),
            (None, Some(watched)) => format!("not in the {} that were watched", span(watched)),
            (None, None) => "never".to_owned(),
        };
        let margin = margin(own).map_or_else(String::new, |margin| format!(", {margin}"));
        let _ = writeln!(
            out,
            "  {} {}: {verdict} ({got}{margin})",
            own.objective, own.wanted
        );
    }
    if !all.is_empty() {
        out.push('\n');
    }
}

fn left_out(out: &mut String, unread: &[Unread], style: Style) {
    if unread.is_empty() {
        return;
    }
    out.push_str("the model leaves out:\n");
    for own in unread {
        let line = format!("{}: {}", own.object, own.reason);
        let line = match style.width {
            Some(width) => wrapped(&line, width, 2, 4),
            None => line,
        };
        let _ = writeln!(out, "  {line}");
    }
}
