//! The scenarios that everybody has.

use super::steps::{Action, Machines, Pools, Scenario, Step, Supply, Workloads, Zones};
use crate::simulate::cloud::Taken;
use crate::simulate::start::{Begin, DrainedBy};
use crate::simulate::world::{Millis, minutes};

/// The steps, and what else is unlike other scenarios.
type Made = (Vec<Step>, fn(&mut Scenario));

/// One of them.
pub struct BuiltIn {
    pub name: &'static str,
    /// What happens, in a sentence.
    pub about: &'static str,
    make: fn() -> Made,
}

impl BuiltIn {
    pub fn scenario(&self) -> Scenario {
        let (steps, change) = (self.make)();
        let mut scenario = Scenario::new(self.name, self.about, steps);
        change(&mut scenario);
        scenario
    }
}

/// The one with this name.
pub fn built_in(name: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|own| own.name == name)
}

fn same(_: &mut Scenario) {}

/// From the mildest on.
pub const BUILT_IN: [BuiltIn; 15] = [
    BuiltIn {
        name: "one-node",
        about: "the busiest Spot node is taken",
        make: || {
            let busiest = Machines {
                most: Some(1),
                ..Machines::ALL
            };
            (vec![now(Action::Interrupt(busiest))], same)
        },
    },
    BuiltIn {
        name: "zone",
        about: "all Spot nodes of the busiest zone are taken",
        make: || {
            let zone = Machines {
                zones: Zones::Busiest,
                ..Machines::ALL
            };
            (vec![now(Action::Interrupt(zone))], same)
        },
    },
    BuiltIn {
        name: "pool",
        about: "the busiest Spot pool is taken, and has no capacity for 10 minutes",
        make: || (pool(Some(minutes(10))), same),
    },
    BuiltIn {
        name: "pool-gone",
        about: "the busiest Spot pool is taken, and has no capacity any more",
        make: || (pool(None), same),
    },
    BuiltIn {
        name: "all-spot-10m",
        about: "all Spot nodes are taken, and Spot is back after 10 minutes",
        make: || (outage(Supply::Nothing, minutes(10)), same),
    },
    BuiltIn {
        name: "all-spot-1h",
        about: "all Spot nodes are taken, and Spot is back after an hour",
        make: || (outage(Supply::Nothing, minutes(60)), same),
    },
    BuiltIn {
        name: "by-halves",
        about: "all Spot nodes are taken; half of Spot is back after 10 minutes, the rest after an hour",
        make: || {
            let mut steps = outage(Supply::Nothing, minutes(60));
            steps.insert(2, at(minutes(10), supply(Supply::Percent(50))));
            (steps, same)
        },
    },
    BuiltIn {
        name: "silent-hang",
        about: "all Spot nodes are taken; for an hour the cloud accepts each request, and no machine comes",
        make: || (outage(Supply::Hangs, minutes(60)), same),
    },
    BuiltIn {
        name: "flapping",
        about: "Spot is there for 20 minutes and gone for 8, five times",
        make: || {
            let cycle = minutes(28);
            let steps = (0..5).flat_map(|turn| {
                [
                    at(turn * cycle, supply(Supply::Nothing)),
                    at(turn * cycle, Action::Interrupt(Machines::ALL)),
                    at(turn * cycle + minutes(8), supply(Supply::Plenty)),
                ]
            });
            (steps.collect(), same)
        },
    },
    BuiltIn {
        name: "cold-start",
        about: "every pod is on on-demand when the system is installed",
        make: || (Vec::new(), |scenario| scenario.begin = Begin::OnDemand),
    },
    BuiltIn {
        name: "rolling-update",
        about: "all Spot nodes are taken; Spot is back after 10 minutes, and every workload is rolled out 10 minutes later",
        make: || {
            let mut steps = outage(Supply::Nothing, minutes(10));
            let workloads = Workloads::All;
            steps.push(at(minutes(20), Action::RollOut { workloads }));
            (steps, same)
        },
    },
    BuiltIn {
        name: "load-triples",
        about: "every workload wants three times its replicas, or the most that its autoscaler makes",
        make: || {
            let load = Action::Load {
                workloads: Workloads::All,
                percent: 300,
            };
            (vec![now(load)], same)
        },
    },
    BuiltIn {
        name: "node-upgrade",
        about: "every node is replaced by a new one, as the cloud upgrades its pools",
        make: || (vec![now(Action::Upgrade { pools: Pools::All })], same),
    },
    BuiltIn {
        name: "no-handler",
        about: "all Spot nodes are taken and nothing acts on the notice; Spot is back after 10 minutes",
        make: || {
            (outage(Supply::Nothing, minutes(10)), |scenario| {
                scenario.drained_by = Some(DrainedBy::Nobody);
            })
        },
    },
    BuiltIn {
        name: "deallocate",
        about: "all Spot nodes are taken, their machines stay deallocated; Spot is back after 10 minutes",
        make: || {
            (outage(Supply::Nothing, minutes(10)), |scenario| {
                scenario.taken = Some(Taken::Deallocated);
            })
        },
    },
];

fn at(at: Millis, action: Action) -> Step {
    Step { at, action }
}

fn now(action: Action) -> Step {
    at(0, action)
}

fn supply(supply: Supply) -> Action {
    Action::Supply {
        pools: Pools::All,
        supply,
    }
}

/// All Spot is taken, and back after so long.
fn outage(what: Supply, lasts: Millis) -> Vec<Step> {
    vec![
        now(supply(what)),
        now(Action::Interrupt(Machines::ALL)),
        at(lasts, supply(Supply::Plenty)),
    ]
}

/// The busiest pool is taken, and perhaps back after so long.
fn pool(lasts: Option<Millis>) -> Vec<Step> {
    let busiest = Machines {
        pools: Pools::Busiest,
        ..Machines::ALL
    };
    let gone = Action::Supply {
        pools: Pools::Busiest,
        supply: Supply::Nothing,
    };
    let mut steps = vec![now(gone), now(Action::Interrupt(busiest))];
    steps.extend(lasts.map(|lasts| at(lasts, supply(Supply::Plenty))));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_in_order_of_time() {
        for own in &BUILT_IN {
            let scenario = own.scenario();
            let times: Vec<Millis> = scenario.steps.iter().map(|step| step.at).collect();
            assert!(times.is_sorted(), "{}", own.name);
        }
    }

    #[test]
    fn names_are_kebab_case_and_each_its_own() {
        let mut names: Vec<&str> = BUILT_IN.iter().map(|own| own.name).collect();
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(names.iter().all(|name| name.bytes().all(is_word)));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), BUILT_IN.len());
    }
}
