//! What may end a finding: changes of the configuration or of a manifest, each tried in the model before it is offered.

mod against;
mod candidates;
mod edits;
mod growth;
mod more_placeholders;
mod placing;
mod smallest;
mod trial;

use std::rc::Rc;

use super::causes::UNREADY;
use super::class::{Blame, Change, Class, Finding};
use super::findings::budgets::SEVERAL;
use super::findings::found;
use super::held;
use super::hold::Hold;
use super::place::Places;
use crate::simulate::run::run;
use crate::simulate::start::Given;
use crate::simulate::verdict::{Verdict, outcome};
pub(super) use against::Against;
pub use against::Replan;
use candidates::{Candidate, candidates};
use edits::Edit;
use growth::Growth;
use smallest::smallest;
use trial::Trial;

/// Tries what may end each finding, the smallest change first: one that ends it, and one after which more is well. Where
/// none alone brings everything to where it belongs, all of them together are tried as well, and given back.
///
/// `as_found` are the findings before their causes were added.
pub(super) fn add(
    findings: &mut [Finding],
    as_found: &[Finding],
    places: &mut Places<'_>,
    against: &Against<'_>,
) -> Option<Change> {
    let mut best: Vec<(Trial, Verdict)> = Vec::new();
    let now = if findings.is_empty() {
        None
    } else {
        (against.replan)(&[])
    };
    for (finding, was) in findings.iter_mut().zip(as_found) {
        let ending = ends((finding, was), places, against, now.as_ref());
        finding.changes = ending
            .iter()
            .map(|(trial, verdict)| trial.change(*verdict))
            .collect();
        best.extend(ending.into_iter().next_back());
    }
    let least = best.iter().map(|(_, verdict)| rank(*verdict)).min()?;
    if best.len() < 2 || least == 0 {
        return None;
    }
    let mut all = Trial::default();
    for (trial, _) in &best {
        all.join(trial);
    }
    let attempt = |trial: &Trial| {
        let given = trial.given(against, now.as_ref())?;
        let tried = run(&given, against.scenario, against.seed, &mut |_| ());
        let verdict = tried.ending.verdict;
        (rank(verdict) < least).then_some(verdict)
    };
    let verdict = attempt(&all)?;
    let (all, verdict) = smallest((all.effective(against), verdict), |less| {
        attempt(less).filter(|found| rank(*found) <= rank(verdict))
    });
    Some(all.change(verdict))
}

/// The changes that end a finding, with what the scenario comes to, each better than the one before.
fn ends(
    (finding, was): (&mut Finding, &Finding),
    places: &mut Places<'_>,
    against: &Against<'_>,
    now: Option<&Given>,
) -> Vec<(Trial, Verdict)> {
    let mut ending: Vec<(Trial, Verdict)> = Vec::new();
    if finding.class == Class::WatchEnded {
        return ending;
    }
    let trials = trials(finding, places);
    let mut count = 0;
    // What the scenario comes to, if the finding is gone and it is no worse than now; the count is of what was valid.
    let mut attempt = |trial: &Trial| -> Option<Verdict> {
        let given = trial.given(against, now)?;
        count += 1;
        let tried = run(&given, against.scenario, against.seed, &mut |_| ());
        let verdict = tried.ending.verdict;
        let mut left = found(&tried, &outcome(&tried), places).into_iter();
        let is_over = !left.any(|own| is_same(&own, was));
        // Pods that were not ready can have hidden a loop.
        let is_no_worse = finding.class == Class::Stall || rank(verdict) <= rank(against.now);
        (is_over && is_no_worse).then_some(verdict)
    };
    // Fewer nodes than these did not help.
    let mut too_few = 0;
    for (trial, growth) in trials {
        let Some(verdict) = attempt(&trial) else {
            too_few = growth.map_or(too_few, |(_, more)| more);
            continue;
        };
        let is_better = ending
            .last()
            .is_none_or(|(_, best)| rank(verdict) < rank(*best));
        if is_better {
            let mut does_as_well = |less: &Trial| {
                let found = attempt(less)?;
                (rank(found) <= rank(verdict)).then_some(found)
            };
            let mut enough = (trial, verdict);
            if let Some((growth, more)) = growth {
                enough = growth.fewest((too_few, more), enough, &mut does_as_well);
            }
            enough.0 = enough.0.effective(against);
            ending.push(smallest(enough, does_as_well));
        }
        if verdict == Verdict::Converged {
            break;
        }
    }
    if ending.is_empty() {
        finding.no_change = Some(why_none(finding, count));
    }
    ending
}

/// What to try, with how many more nodes that means.
fn trials(finding: &Finding, places: &Places<'_>) -> Vec<(Trial, Option<(Growth, i64)>)> {
    let edit = edit(finding, places).map(|edit| Trial {
        edits: vec![Rc::new(edit)],
        ..Trial::default()
    });
    let set = |set| Trial {
        set,
        ..Trial::default()
    };
    let all = candidates(finding, places).into_iter();
    let all = all.map(|candidate| match candidate {
        Candidate::Set(own) => (set(own), None),
        Candidate::Grow(growth, more) => (set(growth.by(more)), Some((growth, more))),
    });
    edit.map(|edit| (edit, None))
        .into_iter()
        .chain(all)
        .collect()
}

/// Whether two findings are one, in two runs of a scenario.
fn is_same(one: &Finding, other: &Finding) -> bool {
    let shares_workload = || {
        one.workloads
            .iter()
            .any(|own| other.workloads.contains(own))
    };
    let is_same_blame = match (&one.blame, &other.blame) {
        (Blame::Pods { hold, .. }, Blame::Pods { hold: other, .. }) => {
            hold == other && shares_workload()
        }
        // However long it waits.
        _ if one.class == Class::Slow => true,
        (Blame::Maximum(_), Blame::Maximum(_)) | (Blame::Moves(_), Blame::Moves(_)) => true,
        (one, other) => one == other,
    };
    (one.class, one.rule) == (other.class, other.rule) && is_same_blame
}

/// Why no change is offered.
fn why_none(finding: &Finding, tried: usize) -> String {
    let known = match &finding.blame {
        Blame::Pods {
            hold: Hold::Requests,
            ..
        } => {
            return "only a larger `vmSize` or smaller requests do, and which size is for you to choose"
                .to_owned();
        }
        Blame::Pods {
            hold: Hold::Device(name),
            ..
        } => {
            return format!(
                "only a pool whose nodes have {name} does, and which is for you to choose"
            );
        }
        Blame::Pods { hold, .. } => match hold {
            Hold::Priority => "only a priority of at least the autoscaler's cutoff does",
            Hold::Ports => "only a Service in place of the port, or fewer replicas than nodes, do",
            Hold::Claims => {
                "the settings spare them on purpose, since a volume can be bound to a zone; a rollout moves them"
            }
            Hold::Affinity => "only the pods that they want to be beside do",
            _ => "only a change of what their manifest asks for does",
        },
        Blame::Deallocation => {
            "the scenario keeps the machines; where pools have `evictionPolicy: Delete`, they are gone"
        }
        // The autoscaler of this cloud has no such limits to set.
        Blame::UnreadyLimits
            if finding
                .cause
                .as_deref()
                .is_none_or(|cause| !cause.ends_with(UNREADY)) =>
        {
            "machines that this cloud takes are gone, and then nothing halts its autoscaler"
        }
        Blame::Workload(_) if finding.rule == Some("interruption-counts-as-failure") => {
            "only a higher `backoffLimit`, or a `podFailurePolicy` that ignores disruptions, does"
        }
        _ if finding.rule == Some("spot-without-fallback") => {
            "only a pool on on-demand does, and its size is for you to choose"
        }
        _ => "",
    };
    let colon = if known.is_empty() { "" } else { ": " };
    match tried {
        0 if known.is_empty() => "none is known that could end it".to_owned(),
        0 => known.to_owned(),
        1 => format!("the one change that was tried does not end it{colon}{known}"),
        count => format!("none of the {count} changes that were tried ends it{colon}{known}"),
    }
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

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Converged => 0,
        Verdict::Quiet => 1,
        Verdict::Stuck => 2,
        Verdict::Loops => 3,
    }
}
