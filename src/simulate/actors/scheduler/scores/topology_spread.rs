//! `PodTopologySpread`: fewer pods of the kind in a node's domains are better.

use super::scoring::{Scoring, Scratch};
use crate::model::score;

/// What a domain with so many pods counts, where so many domains are feasible. As `model::score::spread_part`, whose
/// logarithm is calculated once for all nodes here.
/// Source: podtopologyspread/scoring.go, `scoreForCount`, `topologyNormalizingWeight`.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts are small, and the scheduler calculates with doubles"
)]
pub(in crate::simulate::actors::scheduler) fn part(pods: i64, weight: f64, max_skew: i64) -> f64 {
    pods as f64 * weight + (max_skew - 1) as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts are small, and the scheduler calculates with doubles"
)]
pub(in crate::simulate::actors::scheduler) fn weight(domains: i64) -> f64 {
    libm::log((domains + 2) as f64)
}

/// The mark of a node that lacks a label: it gets nothing.
const IGNORED: i64 = i64::MIN;

/// Source: podtopologyspread/scoring.go, `PreScore`, `Score`, `NormalizeScore`.
pub(super) fn add(scoring: &Scoring<'_>, scratch: &mut Scratch) {
    let snapshot = scoring.snapshot;
    let questions = &scoring.attempt.questions;
    if questions.soft.is_empty() {
        return;
    }
    let has_all = |node| {
        questions
            .soft
            .iter()
            .all(|one| snapshot.domain(one.topology, node).is_some())
    };
    scratch.raw.clear();
    let is_ignored = scoring
        .nodes
        .iter()
        .map(|node| questions.needs_all_labels && !has_all(*node));
    scratch
        .raw
        .extend(is_ignored.map(|ignored| if ignored { IGNORED } else { 0 }));
    let weights: Vec<f64> = questions
        .soft
        .iter()
        .map(|one| {
            scratch.domains.clear();
            let mut count = 0;
            let mut misses = 0;
            for (node, mark) in scoring.nodes.iter().zip(&scratch.raw) {
                if *mark == IGNORED {
                    continue;
                }
                if one.domains.is_none() {
                    count += 1;
                    continue;
                }
                // Nodes without the label are one domain more, where they are not ignored.
                let Some(domain) = snapshot.domain(one.topology, *node) else {
                    misses = 1;
                    continue;
                };
                let domain = domain as usize;
                if scratch.domains.len() <= domain {
                    scratch.domains.resize(domain + 1, false);
                }
                count += i64::from(!std::mem::replace(&mut scratch.domains[domain], true));
            }
            weight(count + misses)
        })
        .collect();
    for (node, raw) in scoring.nodes.iter().zip(&mut scratch.raw) {
        if *raw == IGNORED {
            continue;
        }
        let mut sum = 0.0;
        for (one, weight) in questions.soft.iter().zip(&weights) {
            let Some(domain) = snapshot.domain(one.topology, *node) else {
                continue;
            };
            let pods = match one.domains {
                None => snapshot.on_node(one.tally, *node),
                Some(domains) => snapshot.pods_in(domains, domain),
            };
            sum += part(pods, *weight, one.max_skew);
        }
        *raw = score::spread_sum(sum);
    }
    let scored = scratch.raw.iter().copied().filter(|raw| *raw != IGNORED);
    let (mut least, mut most) = (i64::MAX, i64::MIN);
    for raw in scored {
        (least, most) = (least.min(raw), most.max(raw));
    }
    for (total, raw) in scratch.totals.iter_mut().zip(&scratch.raw) {
        if *raw != IGNORED {
            *total += score::spread(*raw, least, most);
        }
    }
}
