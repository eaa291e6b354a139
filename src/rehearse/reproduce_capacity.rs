//! The commands that come near a cloud without Spot capacity, and comments where none does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::reproduce_cloud::{cluster, group_and_cluster};
use super::reproduce_words::{meant, named};
use crate::plan::{NodePool, Plan};
use crate::providers::RealInterruption;
use crate::simulate::scenario::{Action, Pools, Step, Supply};
use crate::simulate::world::Millis;
use crate::values::shell;
use crate::values::words::all_of;

/// The longest that an experiment lasts.
/// Source: docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html, `duration`.
const LONGEST: Millis = 12 * 3_600_000;

/// From when on the cloud has so much, and what the scenario does later.
pub(super) struct Span<'s> {
    pub(super) from: Millis,
    pub(super) later: &'s [Step],
}

/// How a pool is kept from growing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Its autoscaler is off, or its group launches no machines.
    Off,
    /// Its maximum is lower than usual.
    Lowered,
}

/// The pools that are kept from growing at a time.
pub(super) struct Withheld<'p> {
    plan: &'p Plan,
    /// The pools that the scenario takes machines from.
    struck: BTreeSet<String>,
    /// The nodes that each pool had in the model when the scenario began.
    at_first: BTreeMap<String, i64>,
    kept: BTreeMap<String, Kept>,
    /// Comments that are there already.
    told: BTreeSet<String>,
}

impl<'p> Withheld<'p> {
    pub(super) fn new(
        plan: &'p Plan,
        struck: BTreeSet<String>,
        at_first: BTreeMap<String, i64>,
    ) -> Self {
        Self {
            plan,
            struck,
            at_first,
            kept: BTreeMap::new(),
            told: BTreeSet::new(),
        }
    }

    /// What makes the cloud have so much for these pools.
    pub(super) fn supply(&mut self, pools: &Pools, supply: Supply, span: &Span<'_>) -> Vec<String> {
        let own = meant(self.plan, pools, &self.struck);
        if own.is_empty() {
            return Vec::new();
        }
        match self.plan.provider.interruption.for_real {
            RealInterruption::ScaleSet => self.of_scale_sets(&own, supply),
            RealInterruption::FaultInjection => self.of_experiments(&own, supply, span),
            RealInterruption::MaintenanceEvent | RealInterruption::None => {
                self.comment(pools, &own, supply).into_iter().collect()
            }
        }
    }

    /// On AKS only the autoscaler asks for machines. What takes a maximum below the number of nodes is not documented, so the
    /// autoscaler of the pool is switched off.
    /// Source: learn.microsoft.com/azure/aks/spot-node-pool: without an autoscaler a Spot pool shrinks with each eviction, and
    /// gets nodes only by hand; azure-cli `command_modules/acs/agentpool_decorator.py`, `__validate_counts_in_autoscaler`.
    fn of_scale_sets(&mut self, own: &[&NodePool], supply: Supply) -> Vec<String> {
        let common = group_and_cluster(self.plan);
        let update = |pool: &NodePool, rest: &str| {
            let name = shell::word(&pool.name);
            format!("az aks nodepool update {common} --name {name} {rest}")
        };
        let mut lines = Vec::new();
        let is_open = own.iter().any(|pool| !self.kept.contains_key(&pool.name));
        for pool in own {
            let before = self.kept.get(&pool.name).copied();
            let verb = match before {
                Some(Kept::Off) => "--enable-cluster-autoscaler",
                _ => "--update-cluster-autoscaler",
            };
            match supply {
                Supply::Plenty => {
                    if before.is_some() {
                        lines.push(update(pool, &format!("{verb} {}", range(pool, None))));
                    }
                    self.kept.remove(&pool.name);
                }
                Supply::Nothing | Supply::Hangs => {
                    if before != Some(Kept::Off) {
                        lines.push(update(pool, "--disable-cluster-autoscaler"));
                    }
                    self.kept.insert(pool.name.clone(), Kept::Off);
                }
                Supply::Percent(percent) => {
                    let first = self.at_first.get(&pool.name).copied().unwrap_or(0);
                    let most = (first * percent + 99) / 100;
                    if most == 0 && before == Some(Kept::Off) {
                        continue;
                    }
                    lines.push(update(pool, &format!("{verb} {}", range(pool, Some(most)))));
                    self.kept.insert(pool.name.clone(), Kept::Lowered);
                }
            }
        }
        let about = match supply {
            Supply::Plenty => None,
            Supply::Nothing => Some(
                "no command withholds capacity: without its autoscaler a pool gets no node"
                    .to_owned(),
            ),
            Supply::Hangs => Some(
                "no command makes requests hang: without its autoscaler a pool makes none"
                    .to_owned(),
            ),
            Supply::Percent(percent) => Some(format!(
                "no command withholds capacity: with a lower maximum no more than {percent} % of the nodes come that were there at the beginning{}",
                if is_open {
                    "; set it once no more are left"
                } else {
                    ""
                }
            )),
        };
        // It belongs to the commands.
        let about = about.filter(|about| !lines.is_empty() && self.told.insert(about.clone()));
        let about = about.map(|about| format!("# {about}"));
        about.into_iter().chain(lines).collect()
    }

    /// Source: docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html; that a group whose process `Launch` is
    /// suspended launches nothing: docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html.
    fn of_experiments(
        &mut self,
        own: &[&NodePool],
        supply: Supply,
        span: &Span<'_>,
    ) -> Vec<String> {
        let cluster = cluster(self.plan);
        let processes = |pool: &str, verb: &str| {
            let pool = shell::word(pool);
            format!(
                "aws autoscaling {verb}-processes --scaling-processes Launch --auto-scaling-group-name \"$(aws eks describe-nodegroup --cluster-name {cluster} --nodegroup-name {pool} --query 'nodegroup.resources.autoScalingGroups[0].name' --output text)\""
            )
        };
        let mut lines = Vec::new();
        if supply != Supply::Hangs {
            for pool in own {
                if self.kept.remove(&pool.name).is_some() {
                    lines.push(processes(&pool.name, "resume"));
                }
            }
        }
        let names: Vec<String> = own.iter().map(|pool| pool.name.clone()).collect();
        let names = all_of(&names);
        match supply {
            // An experiment ends by itself.
            Supply::Plenty => {}
            Supply::Nothing => lines.push(format!(
                "aws fis start-experiment --experiment-template-id CAPACITY_TEMPLATE  # action aws:ec2:asg-insufficient-instance-capacity-error, duration {}, on the Auto Scaling groups of {names}",
                iso(self.lasts(own, span))
            )),
            Supply::Hangs => {
                for pool in own {
                    if self.kept.insert(pool.name.clone(), Kept::Off).is_none() {
                        lines.push(processes(&pool.name, "suspend"));
                    }
                }
            }
            Supply::Percent(percent) => lines.push(format!(
                "# no command leaves capacity for {percent} % of the nodes of {names}: requests are refused or not"
            )),
        }
        lines
    }

    /// How long it is until any of these pools has another supply.
    fn lasts(&self, own: &[&NodePool], span: &Span<'_>) -> Millis {
        let is_other = |step: &&Step| match &step.action {
            Action::Supply { pools, supply } => {
                let later = meant(self.plan, pools, &self.struck);
                *supply != Supply::Nothing
                    && own
                        .iter()
                        .any(|pool| later.iter().any(|other| other.name == pool.name))
            }
            _ => false,
        };
        let next = span.later.iter().find(is_other);
        next.map_or(LONGEST, |step| (step.at - span.from).min(LONGEST))
    }

    /// Where the group of a machine asks for another one by itself, nothing keeps it from that.
    fn comment(&mut self, pools: &Pools, own: &[&NodePool], supply: Supply) -> Option<String> {
        if self.plan.provider.interruption.is_replaced {
            let pools = named(pools, &self.struck);
            return (supply != Supply::Plenty).then(|| {
                format!("# no command withholds capacity from {pools}: each machine is replaced at once, so that pods come back sooner than told here")
            });
        }
        let is_kept = |pool: &&&NodePool| self.kept.contains_key(&pool.name);
        let names = |all: &mut dyn Iterator<Item = &&NodePool>| {
            let names: Vec<String> = all.map(|pool| pool.name.clone()).collect();
            all_of(&names)
        };
        let what = match supply {
            Supply::Plenty => {
                let kept = names(&mut own.iter().filter(is_kept));
                self.kept
                    .retain(|name, _| own.iter().all(|pool| pool.name != *name));
                return (!kept.is_empty())
                    .then(|| format!("# give {kept} the usual maximum again"));
            }
            Supply::Percent(percent) => format!(
                "no more than {percent} % of the nodes come that were there at the beginning"
            ),
            Supply::Nothing | Supply::Hangs => "no node comes".to_owned(),
        };
        let own_names = names(&mut own.iter());
        let lowered = own.iter().map(|pool| (pool.name.clone(), Kept::Lowered));
        self.kept.extend(lowered);
        Some(format!(
            "# no command withholds capacity: lower the maximum of {own_names}, so that {what}"
        ))
    }
}

/// The range of a pool as `az` takes it, with another maximum if there is one.
fn range(pool: &NodePool, most: Option<i64>) -> String {
    let (min, max) = match pool.nodes {
        Some(range) => {
            let max = most.unwrap_or(range.max);
            (range.min.min(max).to_string(), max.to_string())
        }
        None => (
            "MIN".to_owned(),
            most.map_or_else(|| "MAX".to_owned(), |most| most.to_string()),
        ),
    };
    format!("--min-count {min} --max-count {max}")
}

/// A length of time as ISO 8601 has it.
fn iso(millis: Millis) -> String {
    let seconds = millis / 1000;
    let parts = [
        (seconds / 3600, 'H'),
        (seconds % 3600 / 60, 'M'),
        (seconds % 60, 'S'),
    ];
    let mut text = "PT".to_owned();
    for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, "{count}{unit}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn lengths_of_time_as_iso_8601() {
        assert_eq!(iso(600_000), "PT10M");
        assert_eq!(iso(3_690_000), "PT1H1M30S");
        assert_eq!(iso(43_200_000), "PT12H");
    }
}
