use indexmap::IndexMap;

use crate::config::{Capacity, Expander, ProfilePreset, Spec};
use crate::defaults;
use crate::plan::{Autoscaler, NodePool, Tier};
use crate::providers::Facts;

pub(super) fn resolve(spec: &Spec, facts: &Facts, pools: &[NodePool]) -> Autoscaler {
    let stated = spec.autoscaler.clone().unwrap_or_default();
    let in_profile = stated
        .profile
        .get("expander")
        .and_then(|value| Expander::parse(&value.0));
    let default = facts.expander_namespace.map(|_| Expander::Priority);
    let expander = stated.expander.or(in_profile).or(default);
    let preset = stated.profile_preset.unwrap_or(ProfilePreset::Spot);
    let mut profile = IndexMap::new();
    if !facts.profile.is_empty() {
        profile
            .extend(expander.map(|expander| ("expander".to_owned(), expander.as_str().to_owned())));
        if preset == ProfilePreset::Spot {
            profile.extend(
                defaults::SPOT_PROFILE.map(|(key, value)| (key.to_owned(), value.to_owned())),
            );
        }
        profile.extend(
            stated
                .profile
                .into_iter()
                .map(|(key, value)| (key, value.0)),
        );
    }
    let priorities = match stated.priorities {
        Some(tiers) => tiers
            .into_iter()
            .rev()
            .map(|(priority, patterns)| Tier {
                priority: priority.0,
                patterns,
            })
            .collect(),
        None => derived(pools),
    };
    Autoscaler {
        expander,
        priorities: if expander == Some(Expander::Priority) {
            priorities
        } else {
            Vec::new()
        },
        profile,
    }
}

/// An exact pattern for each Spot pool, and everything else below.
fn derived(pools: &[NodePool]) -> Vec<Tier> {
    let spot: Vec<String> = pools
        .iter()
        .filter(|pool| pool.capacity == Capacity::Spot)
        .map(|pool| pool.node_group.clone())
        .collect();
    let mut tiers = Vec::new();
    if !spot.is_empty() {
        tiers.push(Tier {
            priority: defaults::SPOT_PRIORITY,
            patterns: spot,
        });
    }
    tiers.push(Tier {
        priority: defaults::OTHER_PRIORITY,
        patterns: vec![defaults::CATCH_ALL.to_owned()],
    });
    tiers
}
