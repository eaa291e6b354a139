//! The whole: every part in turn.

use super::cluster::Cluster;
use super::input::Input;
use super::part::{Part, State};
use super::pools::{self, PoolRow};
use super::{
    budgets, compare, descheduler, expander, handler, monitoring, placeholders, placement, scaler,
};
use crate::snapshot::{Problem, Time};

/// A cluster as it is.
#[derive(Debug)]
pub struct Status {
    pub taken_at: Option<Time>,
    pub nodes: usize,
    pub spot_nodes: usize,
    pub pods: usize,
    /// Whether it was compared to a configuration.
    pub is_compared: bool,
    pub pools: Vec<PoolRow>,
    pub parts: Vec<Part>,
    /// How many errors keep the configuration from being rendered.
    pub config_errors: usize,
    /// The command that shows them.
    pub check: String,
    /// The command that shows each field that differs.
    pub diff: String,
    /// What of the snapshot could not be understood.
    pub problems: Vec<Problem>,
}

impl Status {
    /// Whether nothing is known not to work.
    pub fn is_good(&self) -> bool {
        self.parts.iter().all(|part| part.state() != State::Broken)
    }
}

/// Judges a snapshot.
pub fn judge(input: &Input<'_>) -> Status {
    let snapshot = input.snapshot;
    let cluster = Cluster::new(input);
    let (pool_part, rows) = pools::judge(&cluster);
    let mut parts = vec![
        pool_part,
        expander::judge(&cluster),
        placement::judge(&cluster),
        budgets::judge(&cluster),
        placeholders::judge(&cluster),
        scaler::judge(&cluster),
        descheduler::judge(&cluster),
        handler::judge(&cluster),
        monitoring::judge(&cluster),
    ];
    if let Some(system) = cluster.planned {
        compare::all(&cluster, system, &mut parts);
    }
    Status {
        taken_at: cluster.now,
        nodes: snapshot.nodes.len(),
        spot_nodes: cluster.nodes.spot().count(),
        pods: snapshot.pods.iter().filter(|pod| pod.is_alive()).count(),
        is_compared: cluster.planned.is_some(),
        pools: rows,
        parts,
        config_errors: input.advice.errors,
        check: input.advice.check(),
        diff: input.advice.diff(),
        problems: snapshot.problems.clone(),
    }
}
