//! How far Spot is ahead of on-demand in the scheduler's score, in the worst case.

use super::figure::Row;
use crate::components::System;
use crate::model::sides::Sides;
use crate::model::vote::{CANDIDATE, FULL, Lead, Vote};
use crate::model::voter::Voter;
use crate::plan::Workload;

/// One row per case, for the workload with the weakest preference.
pub(super) fn rows(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let Some(sides) = Sides::of(plan) else {
        return Vec::new();
    };
    let votes: Vec<(&Workload, Vote)> = plan
        .workloads
        .iter()
        .filter_map(|workload| Some((workload, sides.vote(&Voter::planned(workload)?)?)))
        .collect();
    let row = |node: &str, case: &str, lead: fn(&Vote) -> Option<Lead>| {
        let leads = votes
            .iter()
            .filter_map(|(workload, vote)| Some((workload, lead(vote)?)));
        let (workload, lead) = leads.min_by_key(|(_, lead)| lead.margin())?;
        Some(Row {
            what: format!("Spot's score lead over on-demand, {node}"),
            value: format!("{:+}", lead.margin()),
            how: format!("workload `{}`: {case}: {lead}", workload.name),
            is_bad: lead.margin() <= 0,
        })
    };
    let full = row("full node", FULL, |vote| Some(vote.full));
    let candidate = row("deletion candidate", CANDIDATE, |vote| vote.candidate);
    full.into_iter().chain(candidate).collect()
}
