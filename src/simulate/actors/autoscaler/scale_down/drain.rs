//! Which pods of a node must go elsewhere before it is deleted, and which forbid it.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/simulator/drain.go, `GetPodsToMove`, and the rules of
//! simulator/drainability/rules, of which the first that says anything decides.

use std::cell::OnceCell;

use crate::simulate::actors::autoscaler::journal::Blocked;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::world::{BudgetId, Millis, OwnerKind, PodId, World, minutes};

/// A pod that should have stopped for longer than this is not waited for.
/// Source: cluster-autoscaler/simulator/drainability/rules/longterminating, `drain.PodLongTerminatingExtraThreshold`.
pub const LONG_TERMINATING: Millis = 30_000;

/// For how long a pod of `kube-system` without a budget forbids it.
/// Source: simulator/drainability/rules/system (1.36: `bsp-disruption-timeout`).
const SYSTEM_BLOCKS_FOR: Millis = minutes(60);

/// What budgets allow, less what this loop has already planned.
/// Source: cluster-autoscaler/core/scaledown/pdb/basic.go.
#[derive(Clone, Debug)]
pub struct Budgets {
    left: Vec<i64>,
    /// By template, once it was asked: the budgets of its pods.
    covering: Vec<OnceCell<Vec<BudgetId>>>,
}

impl Budgets {
    pub fn new(world: &World) -> Self {
        Self {
            left: world.budgets.iter().map(|budget| budget.allowed).collect(),
            covering: vec![OnceCell::new(); world.templates.len()],
        }
    }

    fn of(&self, world: &World, pod: PodId) -> &[BudgetId] {
        let template = world.pod(pod).template;
        self.covering[template.index()].get_or_init(|| {
            let all = world.budgets.iter().enumerate();
            let selecting = all.filter(|(_, one)| world.selectors.selects(one.selector, template));
            selecting.map(|(at, _)| BudgetId::of(at)).collect()
        })
    }

    /// Whether all of these pods may be evicted at the same time.
    /// Source: `CanRemovePods`.
    pub fn let_all_go(&self, world: &World, pods: &[PodId]) -> bool {
        let mut after = self.clone();
        after.take(world, pods);
        after
            .left
            .iter()
            .zip(&self.left)
            .all(|(after, before)| *after >= 0 || after == before)
    }

    /// Takes the evictions of these pods off what is allowed.
    pub fn take(&mut self, world: &World, pods: &[PodId]) {
        for pod in pods {
            for at in 0..self.of(world, *pod).len() {
                let budget = self.of(world, *pod)[at];
                self.left[budget.index()] -= 1;
            }
        }
    }
}

/// Whether a pod was to be gone long ago.
pub fn is_long_terminating(world: &World, pod: PodId) -> bool {
    world
        .pod(pod)
        .deletion
        .is_some_and(|until| until + LONG_TERMINATING < world.now)
}

/// The pods that have to move.
///
/// # Errors
/// The first pod that forbids it.
pub fn pods_to_move(
    world: &World,
    options: &Options,
    budgets: &Budgets,
    pods: impl Iterator<Item = PodId>,
) -> Result<Vec<PodId>, Blocked> {
    let mut to_move = Vec::new();
    for pod in pods {
        if moves(world, options, budgets, pod)? {
            to_move.push(pod);
        }
    }
    Ok(to_move)
}

/// The rules in upstream's order. Mirror pods are none of the model's.
/// Source: simulator/drainability/rules/rules.go, `Default`.
fn moves(world: &World, options: &Options, budgets: &Budgets, id: PodId) -> Result<bool, Blocked> {
    let (pod, owner, template) = (world.pod(id), world.owner_of(id), world.template_of(id));
    if is_long_terminating(world, id) || owner.kind == OwnerKind::DaemonSet {
        return Ok(false);
    }
    if template.safe_to_evict == Some(true) {
        return Ok(true);
    }
    if pod.is_finished() {
        return Ok(false);
    }
    if owner.kind == OwnerKind::None {
        return Err(Blocked::NotReplicated(id));
    }
    let own_budgets = budgets.of(world, id);
    let is_system = template
        .namespace
        .is_some_and(|one| world.symbols.text(one) == "kube-system");
    if options.skip_system_pods
        && is_system
        && own_budgets.is_empty()
        && pod.created + SYSTEM_BLOCKS_FOR > world.now
    {
        return Err(Blocked::System(id));
    }
    if template.safe_to_evict == Some(false) {
        return Err(Blocked::NotSafe(id));
    }
    if options.skip_local_storage && template.has_local_storage {
        return Err(Blocked::LocalStorage(id));
    }
    if own_budgets
        .iter()
        .any(|budget| budgets.left[budget.index()] < 1)
    {
        return Err(Blocked::Budget(id));
    }
    Ok(true)
}
