//! Scenarios by their names: those of the configuration, and the built-in ones.

use crate::config;
use crate::config::Simulation;
use crate::plan::Plan;
use crate::simulate::cloud::Taken;
use crate::simulate::read::Unread;
use crate::simulate::scenario::{
    Action, BUILT_IN, BuiltIn, Machines, Pools, Scenario, Step, Supply, Workloads, Zones, built_in,
};
use crate::simulate::start::{Begin, DrainedBy};
use crate::simulate::world::Millis;
use crate::suggest::similar;
use crate::values::Duration;

const NO_POLICY: &str =
    "machines have no eviction policy with this provider, and those that are taken are gone";

/// There is no scenario of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownScenario {
    pub name: String,
    /// One that is written nearly so.
    pub similar: Option<String>,
}

/// The names of all scenarios: the built-in ones, then those of the configuration.
pub fn names(simulation: Option<&Simulation>) -> Vec<String> {
    let own = simulation.iter().flat_map(|own| &own.scenarios);
    let own = own.map(|own| own.name.to_string());
    let built_in = BUILT_IN.iter().map(|own| own.name.to_owned());
    let mut names: Vec<String> = built_in.collect();
    names.extend(own.filter(|name| built_in_named(name).is_none()));
    names
}

fn built_in_named(name: &str) -> Option<Scenario> {
    built_in(name).map(BuiltIn::scenario)
}

/// The scenarios with these names, or all. One of the configuration takes the place of a built-in one.
///
/// # Errors
/// The first name that nothing has.
pub fn chosen(
    asked: &[String],
    simulation: Option<&Simulation>,
) -> Result<Vec<Scenario>, UnknownScenario> {
    let all = names(simulation);
    let asked = if asked.is_empty() { &all } else { asked };
    let own = |name: &String| {
        let mut list = simulation.iter().flat_map(|own| &own.scenarios);
        list.find(|own| own.name.as_str() == name).map(scenario)
    };
    // What is named twice is played once.
    let each = asked.iter().enumerate();
    let each = each.filter(|(at, name)| !asked[..*at].contains(name));
    each.map(|(_, name)| {
        own(name)
            .or_else(|| built_in_named(name))
            .ok_or_else(|| UnknownScenario {
                name: name.clone(),
                similar: similar(name, all.iter().map(String::as_str)).map(str::to_owned),
            })
    })
    .collect()
}

/// Leaves out what cannot happen on a cloud without an eviction policy, where each machine that is taken is gone; what was
/// asked for by its name stays, and says so.
pub fn applying(
    scenarios: Vec<Scenario>,
    is_asked: bool,
    plan: &Plan,
) -> (Vec<Scenario>, Vec<Unread>) {
    let mut left_out = Vec::new();
    let mut kept = Vec::new();
    let has_policy = plan.provider.spot_pool_defaults.is_some();
    for mut scenario in scenarios {
        let applies = has_policy || scenario.taken != Some(Taken::Deallocated);
        if applies {
            kept.push(scenario);
        } else if is_asked {
            scenario.about.push_str("; this is only an experiment: ");
            scenario.about.push_str(NO_POLICY);
            kept.push(scenario);
        } else {
            left_out.push(Unread {
                object: format!("scenario {}", scenario.name),
                reason: format!(
                    "it does not apply here: {NO_POLICY}; it is played where it is asked for"
                ),
            });
        }
    }
    (kept, left_out)
}

fn scenario(own: &config::Scenario) -> Scenario {
    let mut steps: Vec<Step> = own.steps.iter().flat_map(steps).collect();
    steps.sort_by_key(|step| step.at);
    let about = own.description.clone().unwrap_or_default();
    let mut scenario = Scenario::new(own.name.as_str(), &about, steps);
    if own.begin == Some(config::BeginWith::OnDemand) {
        scenario.begin = Begin::OnDemand;
    }
    scenario.taken = own.eviction_policy.map(|policy| match policy {
        config::EvictionPolicy::Delete => Taken::Deleted,
        config::EvictionPolicy::Deallocate => Taken::Deallocated,
    });
    scenario.drained_by = own.drained_by.map(|by| match by {
        config::DrainedBy::Handler => DrainedBy::Handler,
        config::DrainedBy::Provider => DrainedBy::Provider,
        config::DrainedBy::Nobody => DrainedBy::Nobody,
    });
    if let Some(watched) = &own.watched_for {
        scenario.watched = Some(millis(watched));
    }
    scenario
}

fn steps(step: &config::Step) -> Vec<Step> {
    let at = step.at.as_ref().map_or(0, millis);
    let mut actions = Vec::new();
    if let Some(capacity) = &step.capacity {
        actions.push(Action::Supply {
            pools: pools(&capacity.pools),
            supply: match capacity.of {
                config::SpotCapacity::Full => Supply::Plenty,
                config::SpotCapacity::Half => Supply::Percent(50),
                config::SpotCapacity::None => Supply::Nothing,
                config::SpotCapacity::Hangs => Supply::Hangs,
            },
        });
    }
    if let Some(taken) = &step.interrupt {
        actions.push(Action::Interrupt(Machines {
            pools: pools(&taken.pools),
            zones: if taken.zones.is_empty() {
                Zones::All
            } else {
                Zones::Named(taken.zones.iter().map(ToString::to_string).collect())
            },
            most: taken
                .nodes
                .and_then(|count| usize::try_from(count.get()).ok()),
        }));
    }
    if let Some(load) = &step.load {
        actions.push(Action::Load {
            workloads: workloads(&load.workloads),
            percent: load.percent.get(),
        });
    }
    if let Some(rolled) = &step.roll_out {
        actions.push(Action::RollOut {
            workloads: workloads(&rolled.workloads),
        });
    }
    if let Some(upgraded) = &step.upgrade {
        actions.push(Action::Upgrade {
            pools: pools(&upgraded.pools),
        });
    }
    actions
        .into_iter()
        .map(|action| Step { at, action })
        .collect()
}

fn pools(names: &[crate::values::PoolName]) -> Pools {
    if names.is_empty() {
        return Pools::All;
    }
    Pools::Named(names.iter().map(ToString::to_string).collect())
}

fn workloads(names: &[String]) -> Workloads {
    if names.is_empty() {
        return Workloads::All;
    }
    Workloads::Named(names.to_vec())
}

fn millis(duration: &Duration) -> Millis {
    i64::try_from(duration.nanos() / 1_000_000).unwrap_or(i64::MAX / 4)
}
