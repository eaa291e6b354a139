//! Which of very many workloads are moved back to Spot: the question of `reach.rs`, with what depends on a namespace, or on
//! facts that workloads share, answered once.

use foldhash::{HashMap, HashMapExt as _};

use super::reach;
use crate::components::descheduler::Descheduler;
use crate::config::Kind;
use crate::model::WorkloadView;
use crate::model::alike::Answers;
use crate::plan::Plan;

pub(crate) struct Returning<'a> {
    plan: &'a Plan,
    descheduler: &'a Descheduler,
    /// Whether the descheduler covers a namespace.
    covered: HashMap<&'a str, bool>,
    /// Whether nothing but the namespace or a selector keeps pods where they are.
    free: Answers<bool>,
}

impl<'a> Returning<'a> {
    pub(crate) fn new(plan: &'a Plan, descheduler: &'a Descheduler) -> Self {
        Self {
            plan,
            descheduler,
            covered: HashMap::new(),
            free: Answers::default(),
        }
    }

    /// Whether [`reach::reasons`] finds none.
    pub(crate) fn has_no_reason(&mut self, pods: WorkloadView<'a>) -> bool {
        let is_left = |descheduler| pods.kind().is_job() && !reach::is_selected(descheduler, pods);
        pods.kind() == Kind::Pod || is_left(self.descheduler) || self.is_moved(pods)
    }

    /// Whether pods that prefer Spot are moved back to it.
    pub(crate) fn returns(&mut self, pods: WorkloadView<'a>) -> bool {
        !matches!(pods.kind(), Kind::Pod | Kind::DaemonSet)
            && pods.prefers_spot(self.plan)
            && self.is_moved(pods)
    }

    fn is_moved(&mut self, pods: WorkloadView<'a>) -> bool {
        let Self {
            plan,
            descheduler,
            covered,
            free,
        } = self;
        let namespace = pods.namespace().unwrap_or_default();
        let covers = || descheduler.namespaces.have(namespace);
        reach::is_selected(descheduler, pods)
            && *covered.entry(namespace).or_insert_with(covers)
            && free.of(pods, || reach::others(plan, descheduler, pods).is_empty())
    }
}
