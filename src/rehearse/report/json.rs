//! The report for programs.

use serde::Serialize;
use serde_json::json;

use super::timeline::label;
use crate::rehearse::class::{Change, Finding};
use crate::rehearse::cost::Cost;
use crate::rehearse::objectives::Assertion;
use crate::rehearse::told::Told;
use crate::simulate::read::Unread;
use crate::simulate::scenario::Happened;
use crate::simulate::start::DrainedBy;
use crate::simulate::verdict::{NodeHours, Verdict, WorkloadOutcome};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scenario<'t> {
    name: &'t str,
    about: &'t str,
    seed: Option<u64>,
    verdict: Verdict,
    failover_seconds: Option<i64>,
    failback_seconds: Option<i64>,
    evictions: i64,
    evictions_by: By,
    drained_by: &'static str,
    back_moves: i64,
    killed_without_grace: i64,
    cut_short: i64,
    preemptions: i64,
    deleted_by_taint: usize,
    lasted_seconds: i64,
    began_settled: bool,
    node_hours: Hours,
    cost: Option<&'t Cost>,
    no_cost: Option<&'t str>,
    events: Vec<Event>,
    workloads: &'t [WorkloadOutcome],
    findings: &'t [Finding],
    together: Option<&'t Change>,
    assertions: &'t [Assertion],
    commands: &'t [String],
}

/// What a step did.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    at_seconds: i64,
    what: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct By {
    handler: i64,
    autoscaler: i64,
    descheduler: i64,
    upgrade: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Hours {
    spot: f64,
    on_demand: f64,
}

/// One object, as docs/simulate.md describes it.
pub fn json(told: &[Told], unread: &[Unread]) -> String {
    let scenarios: Vec<Scenario<'_>> = told.iter().map(scenario).collect();
    let unread: Vec<_> = unread
        .iter()
        .map(|own| json!({"object": own.object, "reason": own.reason}))
        .collect();
    let all = json!({"scenarios": scenarios, "leftOut": unread});
    let mut text = serde_json::to_string_pretty(&all).expect("a report is plain JSON");
    text.push('\n');
    text
}

fn scenario(told: &Told) -> Scenario<'_> {
    let outcome = &told.outcome;
    let [handler, autoscaler, descheduler, upgrade] = outcome.evictions;
    Scenario {
        name: &told.name,
        about: &told.about,
        seed: told.seed,
        verdict: outcome.verdict,
        failover_seconds: outcome.failover.map(|millis| millis / 1000),
        failback_seconds: outcome.failback.map(|millis| millis / 1000),
        evictions: outcome.evictions(),
        evictions_by: By {
            handler,
            autoscaler,
            descheduler,
            upgrade,
        },
        drained_by: match told.drained_by {
            DrainedBy::Handler => "handler",
            DrainedBy::Provider => "cloud",
            DrainedBy::Kubelet => "kubelets",
            DrainedBy::Nobody => "nobody",
        },
        back_moves: outcome.back_moves,
        killed_without_grace: outcome.killed,
        cut_short: outcome.cut_short,
        preemptions: outcome.preemptions,
        deleted_by_taint: told.deleted_by_taint,
        lasted_seconds: outcome.lasted / 1000,
        began_settled: told.is_settled,
        node_hours: Hours {
            spot: number(&hours(&outcome.node_hours, true)),
            on_demand: number(&hours(&outcome.node_hours, false)),
        },
        cost: told.cost.as_ref().ok(),
        no_cost: told.cost.as_ref().err().map(String::as_str),
        events: told.happened.iter().map(|own| event(own, told)).collect(),
        workloads: &outcome.workloads,
        findings: &told.findings,
        together: told.together.as_ref(),
        assertions: &told.assertions,
        commands: &told.commands,
    }
}

fn event(own: &Happened, told: &Told) -> Event {
    Event {
        at_seconds: (own.at - told.zero) / 1000,
        what: label(&own.what),
    }
}

fn number(text: &str) -> f64 {
    text.parse().expect("hours are a number")
}

/// Hours with two places, cut: the same on every platform.
pub(super) fn hours(all: &[NodeHours], is_spot: bool) -> String {
    let own = all.iter().filter(|own| own.is_spot == is_spot);
    let ran: i64 = own.map(|own| own.ran).sum();
    let hundredths = ran / 36_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
