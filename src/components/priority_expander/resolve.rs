use indexmap::IndexMap;

use crate::config::{ProfilePreset, Spec};
use crate::defaults;
use crate::model::possible_groups;
use crate::plan::{Autoscaler, MatchedBy, NodePool, PRIORITY, Plan, Tier};
use crate::providers::Facts;
use crate::values::pattern::Matcher;

pub(crate) fn resolve(spec: &Spec, facts: &Facts) -> Autoscaler {
    let declared = spec.autoscaler.clone().unwrap_or_default();
    let facts = &facts.cluster_autoscaler;
    let in_profile = declared.profile.get("expander");
    let expander = in_profile
        .map(|value| value.0.clone())
        .or(declared.expander.map(|own| own.as_str().to_owned()))
        .or(facts.expander_namespace.map(|_| PRIORITY.to_owned()));
    let namespace = declared.namespace.map(|own| own.to_string());
    let mut autoscaler = Autoscaler {
        expander: expander.clone(),
        priorities: Vec::new(),
        unread: Vec::new(),
        profile: IndexMap::new(),
        namespace: namespace.or(facts.expander_namespace.map(str::to_owned)),
        run_by: facts.run_by,
        keys: facts.profile,
        unknown: Vec::new(),
    };
    let preset = match declared.profile_preset.unwrap_or(ProfilePreset::Spot) {
        ProfilePreset::Spot => &defaults::SPOT_PROFILE[..],
        ProfilePreset::None => &[],
    };
    let preset = preset
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let expander = expander.map(|expander| ("expander".to_owned(), expander));
    let settings: Vec<(String, String)> = expander
        .into_iter()
        .chain(preset)
        .filter(|(key, _)| autoscaler.has_setting(key))
        .collect();
    let own = declared.profile.into_iter();
    autoscaler.profile.extend(settings);
    autoscaler
        .profile
        .extend(own.map(|(key, value)| (key, value.0)));
    let tiers = declared.priorities.unwrap_or_default().into_iter().rev();
    let tiers = tiers.map(|(priority, patterns)| Tier {
        priority: priority.0,
        patterns,
    });
    if autoscaler.goes_by_priority() {
        autoscaler.priorities = tiers.collect();
    } else {
        autoscaler.unread = tiers.collect();
    }
    autoscaler
}

/// Orders the Spot pools by `growth` if the configuration declares no priorities.
pub(crate) fn derive(spec: &Spec, autoscaler: &mut Autoscaler, growth: &[Vec<&NodePool>]) {
    let declared = spec.autoscaler.as_ref();
    let is_declared = declared.is_some_and(|declared| declared.priorities.is_some());
    if autoscaler.goes_by_priority() && !is_declared {
        autoscaler.priorities = derived(growth);
    }
}

/// An exact pattern for each Spot pool, and a catch-all tier below.
fn derived(growth: &[Vec<&NodePool>]) -> Vec<Tier> {
    let spot = (defaults::SPOT_PRIORITY..).zip(growth.iter().rev());
    let mut tiers: Vec<Tier> = spot
        .map(|(priority, pools)| Tier {
            priority,
            patterns: pools.iter().map(|pool| pool.node_group.clone()).collect(),
        })
        .collect();
    tiers.reverse();
    tiers.push(Tier {
        priority: defaults::OTHER_PRIORITY,
        patterns: vec![defaults::CATCH_ALL.to_owned()],
    });
    tiers
}

/// The plan as it is once the declared priorities have an effect; none where they have it, or there are none.
pub(crate) fn as_if_read(plan: &Plan) -> Option<Plan> {
    if plan.autoscaler.unread.is_empty() {
        return None;
    }
    let mut plan = plan.clone();
    plan.autoscaler.priorities = std::mem::take(&mut plan.autoscaler.unread);
    take(&plan.autoscaler, &mut plan.node_pools);
    Some(plan)
}

/// Finds the patterns that match each pool.
///
/// Source: kubernetes/autoscaler `cluster-autoscaler/expander/priority/priority.go`: patterns are matched, unanchored,
/// against the name of the node group, and the highest of several matching tiers counts.
pub(crate) fn take(autoscaler: &Autoscaler, pools: &mut [NodePool]) {
    let patterns: Vec<(MatchedBy, &str, Option<Matcher>)> = autoscaler
        .priorities
        .iter()
        .flat_map(|tier| {
            let taken = |pattern| MatchedBy {
                priority: tier.priority,
                pattern,
            };
            let numbered = tier.patterns.iter().enumerate();
            numbered.map(move |(at, text)| (taken(at), text.as_str(), Matcher::new(text)))
        })
        .collect();
    let matched: Vec<Vec<bool>> = pools.iter().map(|pool| matched(&patterns, pool)).collect();
    let meant: Vec<Vec<usize>> = patterns
        .iter()
        .enumerate()
        .map(|(at, (_, text, matcher))| {
            let is_idle = matcher.is_some() && matched.iter().all(|matched| !matched[at]);
            // A part of the names may be known only once the groups exist.
            if is_idle {
                possible_groups::meant(text, pools)
            } else {
                Vec::new()
            }
        })
        .collect();
    for (number, pool) in pools.iter_mut().enumerate() {
        let takes = |at: usize| matched[number][at] || meant[at].contains(&number);
        let own = patterns.iter().enumerate().filter(|(at, _)| takes(*at));
        pool.matched_by = own.map(|(_, (by, ..))| *by).collect();
    }
}

/// Whether each pattern matches a name that the node group of a pool has or can have.
fn matched(patterns: &[(MatchedBy, &str, Option<Matcher>)], pool: &NodePool) -> Vec<bool> {
    let group = Matcher::new(&pool.node_group);
    // A pattern may be the exact name of a node group, part of which is unknown until the pool exists.
    let is_name = |text: &str| {
        let name = text.trim_start_matches('^').trim_end_matches('$');
        group
            .as_ref()
            .is_some_and(|group| group.matches(&name.replace('\\', "")))
    };
    let matched = patterns.iter().map(|(_, text, matcher)| {
        let sample = &pool.node_group_sample;
        matcher.as_ref().is_some_and(|found| found.matches(sample)) || is_name(text)
    });
    matched.collect()
}
