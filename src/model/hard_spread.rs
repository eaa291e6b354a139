//! The spread of pods that must be kept.

use super::workload_view::WorkloadView;
use crate::config::{SpreadMethod, WhenUnsatisfiable};
use crate::kubernetes::TopologyKey;
use crate::plan::Spread;

/// A spread of pods that must be kept.
#[derive(Clone, Copy, Debug)]
pub struct HardSpread<'a> {
    pub key: &'a TopologyKey,
    pub method: SpreadMethod,
    /// How many more pods a domain may have than the one with the fewest; with anti-affinity, how many at all.
    pub skew: i64,
    /// With fewer domains than this, no domain may have more pods than the skew.
    pub min_domains: Option<i64>,
    /// Whether nodes that the node selector or the node affinity of the pods excludes do not count.
    pub honors_affinity: bool,
    /// Whether nodes whose taints the pods do not tolerate do not count.
    pub honors_taints: bool,
    /// Where the manifest has it; none where the plan does.
    pub own: Option<Own>,
}

/// A hard spread of a manifest, by its number in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    Constraint(usize),
    AntiAffinity(usize),
}

impl HardSpread<'_> {
    /// What makes it a preference: `` set `whenUnsatisfiable: ScheduleAnyway` ``. `minDomains` is for a hard spread alone.
    /// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `validateMinDomains`.
    pub(crate) fn softened(self) -> &'static str {
        match self.own {
            Some(Own::AntiAffinity(_)) => {
                "move its `podAntiAffinity` term to `preferredDuringSchedulingIgnoredDuringExecution`"
            }
            Some(Own::Constraint(_)) if self.min_domains.is_some() => {
                "set `whenUnsatisfiable: ScheduleAnyway` and remove `minDomains`"
            }
            Some(Own::Constraint(_)) | None => "set `whenUnsatisfiable: ScheduleAnyway`",
        }
    }
}

impl<'a> From<&'a Spread> for HardSpread<'a> {
    fn from(spread: &'a Spread) -> Self {
        Self {
            key: spread.topology_key(),
            method: spread.method(),
            own: None,
            min_domains: None,
            honors_affinity: true,
            honors_taints: false,
            skew: match spread {
                Spread::PodAntiAffinity { .. } => 1,
                Spread::TopologySpread { max_skew, .. } => i64::from(*max_skew),
            },
        }
    }
}

impl<'a> WorkloadView<'a> {
    /// What must be kept of the spread of its pods: by the plan, and by its manifest, whose topology spread over a key
    /// replaces that of the plan.
    pub fn hard_spreads(self) -> Vec<HardSpread<'a>> {
        let constraints = self
            .existing()
            .map_or(&[][..], |existing| &existing.topology_spread);
        let own = constraints
            .iter()
            .enumerate()
            .filter_map(|(at, constraint)| {
                let spread = HardSpread {
                    own: Some(Own::Constraint(at)),
                    key: constraint.topology_key.as_ref()?,
                    method: SpreadMethod::TopologySpread,
                    skew: constraint.max_skew?,
                    min_domains: constraint.min_domains,
                    honors_affinity: constraint.honors_affinity,
                    honors_taints: constraint.honors_taints,
                };
                let is_hard =
                    constraint.when_unsatisfiable == Some(WhenUnsatisfiable::DoNotSchedule);
                Some((spread, is_hard && self.is_selected_by(&constraint.selector)))
            });
        let own: Vec<(HardSpread<'a>, bool)> = own.collect();
        let terms = self
            .existing()
            .map_or(&[][..], |existing| &existing.required_anti_affinity);
        let own_terms = terms.iter().enumerate();
        let own_terms = own_terms.filter(|(_, term)| self.is_selected_by(&term.selector));
        let apart = own_terms.filter_map(|(at, term)| {
            Some(HardSpread {
                own: Some(Own::AntiAffinity(at)),
                key: term.topology_key.as_ref()?,
                method: SpreadMethod::PodAntiAffinity,
                skew: 1,
                min_domains: None,
                honors_affinity: true,
                honors_taints: false,
            })
        });
        let spread = self
            .planned
            .map_or(&[][..], |workload| &workload.placement.spread);
        let is_replaced = |spread: &Spread| {
            spread.method() == SpreadMethod::TopologySpread
                && own.iter().any(|(own, _)| own.key == spread.topology_key())
        };
        let planned = spread
            .iter()
            .filter(|spread| spread.is_hard() && !is_replaced(spread))
            .map(HardSpread::from);
        let own = own.iter().filter(|(_, is_hard)| *is_hard);
        planned
            .chain(own.map(|(spread, _)| *spread))
            .chain(apart)
            .collect()
    }
}
