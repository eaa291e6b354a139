//! Which of the options a scale-up takes.

use super::candidate::Candidate;
use crate::simulate::world::World;
use crate::values::pattern::{self, Matcher};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expander {
    Priority,
    LeastWaste,
    MostPods,
    LeastNodes,
    /// Takes the first by the order of the groups, where upstream draws one: the same run gives the same bytes.
    Random,
}

/// The `ConfigMap` of the priority expander, as the autoscaler reads it.
#[derive(Debug)]
pub enum Priorities {
    Missing,
    Invalid,
    /// Priorities with their patterns.
    Tiers(Vec<(i64, Vec<Matcher>)>),
}

/// Why the priority expander chose nothing, as its events say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FellThrough {
    /// There is no `ConfigMap`; no event.
    Missing,
    /// Event `PriorityConfigMapInvalid`.
    Invalid,
    /// Event `PriorityConfigMapNoGroupMatched`.
    NothingMatched,
}

impl Priorities {
    /// From the map that the `ConfigMap` holds. One pattern that is none makes all of it invalid.
    /// Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `parsePrioritiesYAMLString`.
    pub fn new<'a>(tiers: impl IntoIterator<Item = (i64, Vec<&'a str>)>) -> Self {
        let compiled = tiers.into_iter().map(|(priority, patterns)| {
            let portable = |text: &str| pattern::check(text).ok().and_then(|()| Matcher::new(text));
            let patterns: Option<Vec<_>> = patterns.into_iter().map(portable).collect();
            Some((priority, patterns?))
        });
        let compiled: Option<Vec<_>> = compiled.collect();
        compiled.map_or(Self::Invalid, Self::Tiers)
    }

    /// Whether it is valid and none of its patterns matches a name.
    pub fn lacks(&self, name: &str) -> bool {
        matches!(self, Self::Tiers(tiers) if Self::of(tiers, name).is_none())
    }

    /// The highest priority whose patterns match a name somewhere.
    fn of(tiers: &[(i64, Vec<Matcher>)], name: &str) -> Option<i64> {
        let matches =
            |tier: &&(i64, Vec<Matcher>)| tier.1.iter().any(|pattern| pattern.matches(name));
        tiers.iter().filter(matches).map(|tier| tier.0).max()
    }
}

impl Expander {
    /// The value of `--expander`: names with commas, none twice, and none after `random`, which leaves one option.
    /// Source: `cluster-autoscaler/expander/factory/expander_factory.go`, `Build`.
    pub fn parse_chain(value: &str) -> Option<Vec<Self>> {
        let mut chain = Vec::new();
        for name in value.split(',') {
            let expander = match name {
                "priority" => Self::Priority,
                "least-waste" => Self::LeastWaste,
                "most-pods" => Self::MostPods,
                "least-nodes" => Self::LeastNodes,
                "random" => Self::Random,
                _ => return None,
            };
            if chain.contains(&expander) || chain.last() == Some(&Self::Random) {
                return None;
            }
            chain.push(expander);
        }
        Some(chain)
    }
}

/// Goes through the chain until one option is left; of several, the first by the order of the groups.
/// Source: cluster-autoscaler/expander/factory/chain.go, `BestOption`.
pub fn choose(
    world: &World,
    chain: &[Expander],
    priorities: &Priorities,
    mut options: Vec<Candidate>,
) -> (Option<Candidate>, Option<FellThrough>) {
    let mut fell_through = None;
    for expander in chain {
        if options.len() <= 1 {
            break;
        }
        match expander {
            Expander::Priority => fell_through = by_priority(world, priorities, &mut options),
            // Shares of CPU and memory that stay free, summed up over the new nodes.
            // Source: expander/waste/waste.go.
            Expander::LeastWaste => keep_least(&mut options, |one| one.waste),
            // Source: expander/mostpods/mostpods.go.
            Expander::MostPods => keep_least(&mut options, |one| std::cmp::Reverse(one.pods.len())),
            // Source: expander/leastnodes/leastnodes.go.
            Expander::LeastNodes => keep_least(&mut options, |one| one.nodes),
            Expander::Random => {}
        }
    }
    (options.into_iter().next(), fell_through)
}

fn keep_least<T: Ord>(options: &mut Vec<Candidate>, measure: impl Fn(&Candidate) -> T) {
    if let Some(least) = options.iter().map(&measure).min() {
        options.retain(|one| measure(one) == least);
    }
}

/// Keeps the options of the highest priority among them. Priorities below -1 never win. Where no option has one, all
/// stay.
/// Source: cluster-autoscaler/expander/priority/priority.go, `BestOptions`.
fn by_priority(
    world: &World,
    priorities: &Priorities,
    options: &mut Vec<Candidate>,
) -> Option<FellThrough> {
    let tiers = match priorities {
        Priorities::Missing => return Some(FellThrough::Missing),
        Priorities::Invalid => return Some(FellThrough::Invalid),
        Priorities::Tiers(tiers) => tiers,
    };
    let of = |one: &Candidate| Priorities::of(tiers, &world.groups[one.group.index()].name);
    let best = options
        .iter()
        .filter_map(of)
        .filter(|priority| *priority >= -1)
        .max();
    let Some(best) = best else {
        return Some(FellThrough::NothingMatched);
    };
    options.retain(|one| of(one) == Some(best));
    None
}
