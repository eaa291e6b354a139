//! What to try against a finding.

use std::rc::Rc;

use super::candidates::{Candidate, candidates};
use super::edits::{self, Edit};
use super::trial::Trial;
use crate::rehearse::class::{Blame, Finding};
use crate::rehearse::findings::budgets::SEVERAL;
use crate::rehearse::held;
use crate::rehearse::place::Places;

/// What may end a finding, the smallest change first.
pub(super) fn trials(finding: &Finding, places: &Places<'_>) -> Vec<Trial> {
    let edit = edit(finding, places).map(|edit| Trial {
        edits: vec![Rc::new(edit)],
        ..Trial::default()
    });
    let all = candidates(finding, places).into_iter();
    let all = all.map(|candidate| match candidate {
        Candidate::Set(set) => Trial {
            set,
            ..Trial::default()
        },
        Candidate::Grow(growth, more) => Trial {
            grown: vec![(growth, more)],
            ..Trial::default()
        },
    });
    edit.into_iter().chain(all).collect()
}

/// The change of a manifest that may end it, where the cause is in one.
fn edit(finding: &Finding, places: &Places<'_>) -> Option<Edit> {
    let place = finding.cause.as_deref().unwrap_or_default();
    match &finding.blame {
        Blame::Budget(name) if finding.rule == Some(SEVERAL) => {
            edits::no_budget(places.workload(name)?, place)
        }
        Blame::Budget(name) => edits::budget(places.workload(name)?, place),
        Blame::Pods {
            workload,
            hold,
            pools,
        } => {
            let pods = held::by(workload, hold, places)?;
            if !held::is_in_manifest(pods, hold, pools, places) {
                return None;
            }
            edits::pods(pods, (hold, pools), (place, places))
        }
        _ => None,
    }
}
