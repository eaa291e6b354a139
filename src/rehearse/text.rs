//! The report for people.

use std::fmt::Write as _;

use super::class::Finding;
use super::json::hours;
use super::objectives::Assertion;
use super::table::table;
use super::timeline::timeline;
use super::told::Told;
use crate::reporters::Style;
use crate::simulate::read::Unread;
use crate::simulate::verdict::Verdict;
use crate::values::span::span;
use crate::values::wrap::wrapped;

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const RESET: &str = "\x1b[0m";

/// Workloads that the table of one scenario has at most.
const SHOWN: usize = 20;

/// All scenarios in a table, and what is wrong with any; one by itself with its timeline and its workloads.
pub fn text(told: &[Told], unread: &[Unread], style: Style) -> String {
    let mut out = String::new();
    if let [only] = told {
        out.push_str(&rehearsal_text(only, style));
    } else {
        summary(&mut out, told, style);
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
    let _ = writeln!(out, "{}: {verdict}", told.name);
    if !told.about.is_empty() {
        let _ = writeln!(out, "{}", told.about);
    }
    out.push('\n');
    if !told.is_settled {
        out.push_str("the cluster had not come to rest when the scenario began\n\n");
    }
    timeline(&mut out, told);
    figures(&mut out, told);
    table_of_workloads(&mut out, told, style);
    findings(&mut out, &told.findings, style);
    assertions(&mut out, &told.assertions, style);
    if !told.commands.is_empty() {
        out.push_str("to cause it for real:\n");
        for line in &told.commands {
            let _ = writeln!(out, "  {line}");
        }
        let _ = writeln!(
            out,
            "expect: {}, ready again after {}, back on Spot after {}\n",
            killed(told.outcome.killed),
            time(told.outcome.failover),
            time(told.outcome.failback)
        );
    }
    out
}

/// With its seed, if it has one.
fn named(told: &Told) -> String {
    match told.seed {
        Some(seed) => format!("{} #{seed}", told.name),
        None => told.name.clone(),
    }
}

/// What is wrong, each once for all scenarios in which it has the same class and cause.
fn gathered(out: &mut String, told: &[Told], style: Style) {
    let mut groups: Vec<(&Finding, Vec<String>)> = Vec::new();
    for own in told {
        for finding in &own.findings {
            let known = groups.iter_mut().find(|(first, _)| {
                (first.class, &first.cause, first.rule)
                    == (finding.class, &finding.cause, finding.rule)
            });
            match known {
                Some((_, names)) => names.push(named(own)),
                None => groups.push((finding, vec![named(own)])),
            }
        }
    }
    for (finding, mut names) in groups {
        let all = names.len();
        names.truncate(SHOWN);
        let more = match all - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(out, "{}{more}", names.join(", "));
        findings(out, std::slice::from_ref(finding), style);
    }
}

fn killed(count: i64) -> String {
    match count {
        0 => "no pod dies with its machine".to_owned(),
        1 => "1 pod dies with its machine".to_owned(),
        count => format!("{count} pods die with their machines"),
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Converged => "converged",
        Verdict::Quiet => "quiet, short of the goal",
        Verdict::Loops => "loops",
        Verdict::Stuck => "stuck",
    }
}

fn color(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Converged => GREEN,
        Verdict::Quiet => YELLOW,
        Verdict::Loops | Verdict::Stuck => RED,
    }
}

fn painted(text: &str, color: &str, style: Style) -> String {
    if style.color {
        format!("{color}{text}{RESET}")
    } else {
        text.to_owned()
    }
}

pub(super) fn time(millis: Option<i64>) -> String {
    millis.map_or_else(|| "-".to_owned(), |millis| span(millis / 1000))
}

fn summary(out: &mut String, told: &[Told], style: Style) {
    let mut rows = vec![
        [
            "SCENARIO",
            "VERDICT",
            "FAILOVER",
            "FAILBACK",
            "EVICTED",
            "BACK",
            "KILLED",
            "SPOT H",
            "ON-DEMAND H",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    // Runs of one scenario are a row: the worst of each figure, and how often each verdict came.
    let groups: Vec<&[Told]> = told.chunk_by(|one, other| one.name == other.name).collect();
    for runs in &groups {
        let worst = |value: &dyn Fn(&Told) -> Option<i64>| {
            let all: Option<Vec<i64>> = runs.iter().map(value).collect();
            all.and_then(|all| all.into_iter().max())
        };
        let most = |value: &dyn Fn(&Told) -> i64| worst(&|own| Some(value(own))).unwrap_or(0);
        let hours = |is_spot: bool| {
            let most = runs.iter().max_by_key(|own| {
                let hours = own.outcome.node_hours.iter();
                let own = hours.filter(|own| own.is_spot == is_spot);
                own.map(|own| own.ran).sum::<i64>()
            });
            most.map_or_else(String::new, |own| hours(&own.outcome.node_hours, is_spot))
        };
        rows.push(vec![
            runs[0].name.clone(),
            verdicts(runs),
            time(worst(&|own| own.outcome.failover)),
            time(worst(&|own| own.outcome.failback)),
            most(&|own| own.outcome.evictions()).to_string(),
            most(&|own| own.outcome.back_moves).to_string(),
            most(&|own| own.outcome.killed).to_string(),
            hours(true),
            hours(false),
        ]);
    }
    table(out, &rows, |row, column| match (row, column) {
        (0, _) => "",
        (row, 1) if style.color => {
            let runs = groups[row - 1].iter();
            let worst = runs.max_by_key(|own| severity(own.outcome.verdict));
            worst.map_or("", |own| color(own.outcome.verdict))
        }
        _ => "",
    });
}

fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Converged => 0,
        Verdict::Quiet => 1,
        Verdict::Stuck => 2,
        Verdict::Loops => 3,
    }
}

/// The verdict of all runs, or how often each came, the worst first.
fn verdicts(runs: &[Told]) -> String {
    let all = [
        (Verdict::Loops, "loops"),
        (Verdict::Stuck, "stuck"),
        (Verdict::Quiet, "quiet"),
        (Verdict::Converged, "converged"),
    ];
    let counts = all.map(|(verdict, word)| {
        let own = runs.iter().filter(|own| own.outcome.verdict == verdict);
        (own.count(), word)
    });
    let came: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| {
            if runs.len() == 1 {
                (*word).to_owned()
            } else {
                format!("{count} {word}")
            }
        })
        .collect();
    came.join(", ")
}

fn figures(out: &mut String, told: &Told) {
    let outcome = &told.outcome;
    let [handler, autoscaler, descheduler, upgrade] = outcome.evictions;
    let _ = writeln!(
        out,
        "failover {}, failback {}; {} killed without their grace; {} preempted",
        time(outcome.failover),
        time(outcome.failback),
        outcome.killed,
        outcome.preemptions
    );
    let _ = writeln!(
        out,
        "evictions: {handler} by the handler, {autoscaler} by the autoscaler, {descheduler} by the descheduler ({} of them back), {upgrade} by an upgrade",
        outcome.back_moves
    );
    let _ = writeln!(
        out,
        "node-hours: {} on Spot, {} on on-demand",
        hours(&outcome.node_hours, true),
        hours(&outcome.node_hours, false)
    );
    if let Some(cost) = &told.cost {
        let currency = &cost.currency;
        let all = cost.all_on_demand.as_ref().zip(cost.saved_percent);
        let saved = all.map_or_else(String::new, |(all, percent)| {
            format!("; {all} {currency} if all were on-demand, {percent} % saved")
        });
        let _ = writeln!(
            out,
            "cost: {} {currency} for Spot, {} {currency} for on-demand{saved}",
            cost.spot, cost.on_demand
        );
    }
    out.push('\n');
}

fn table_of_workloads(out: &mut String, told: &Told, _: Style) {
    let mut rows = vec![
        [
            "WORKLOAD",
            "REPLICAS",
            "LEAST READY",
            "BELOW BUDGET",
            "LONGEST PENDING",
            "KILLED",
            "SPOT",
            "ON-DEMAND",
            "PENDING",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    let all = &told.outcome.workloads;
    for own in all.iter().take(SHOWN) {
        rows.push(vec![
            format!("{}/{}", own.namespace, own.name),
            own.replicas.to_string(),
            own.least_ready.to_string(),
            own.below_budget_seconds
                .map_or_else(|| "-".to_owned(), span),
            span(own.longest_pending_seconds),
            own.killed_without_grace.to_string(),
            own.on_spot.to_string(),
            own.on_on_demand.to_string(),
            own.pending.to_string(),
        ]);
    }
    table(out, &rows, |_, _| "");
    if all.len() > SHOWN {
        out.pop();
        let _ = writeln!(
            out,
            "and {} more: `--report json` has them all\n",
            all.len() - SHOWN
        );
    }
}

fn findings(out: &mut String, all: &[Finding], style: Style) {
    let mut say = |indent: usize, text: &str| {
        let text = match style.width {
            Some(width) => wrapped(text, width, indent, indent),
            None => text.to_owned(),
        };
        let _ = writeln!(out, "{:indent$}{text}", "");
    };
    for own in all {
        say(2, &format!("[{}] {}", own.class.name(), own.message));
        for event in &own.events {
            say(6, event);
        }
        if let Some(cause) = &own.cause {
            say(4, &format!("cause: {cause}"));
        }
        if let Some(rule) = own.rule {
            say(4, &format!("read: spotgen explain {rule}"));
        }
        for change in &own.changes {
            let sets: Vec<String> = change
                .set
                .iter()
                .map(|set| format!("--set {}", crate::values::shell::word(set)))
                .collect();
            say(
                4,
                &format!(
                    "tried: with {} the same scenario is {}",
                    sets.join(" "),
                    word(change.verdict)
                ),
            );
        }
    }
    if !all.is_empty() {
        out.push('\n');
    }
}

fn assertions(out: &mut String, all: &[Assertion], style: Style) {
    for own in all {
        let verdict = if own.is_met {
            painted("met", GREEN, style)
        } else {
            painted("not met", RED, style)
        };
        let got = own.got.as_deref().unwrap_or("never");
        let margin = own.margin.map_or_else(String::new, |margin| {
            let unit = if own.objective == "minReady" {
                " replicas"
            } else {
                " s"
            };
            format!(", margin {margin}{unit}")
        });
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
