//! Why a node does not take a pod, in the scheduler's own words.

use crate::simulate::world::{NodeTaint, Symbol, World};

/// A filter of the scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Filter {
    NodeUnschedulable,
    TaintToleration,
    NodeAffinity,
    NodePorts,
    NodeResourcesFit,
    PodTopologySpread,
    InterPodAffinity,
}

/// A set of filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Filters(u8);

impl Filters {
    pub fn add(&mut self, filter: Filter) {
        self.0 |= 1 << filter as u8;
    }

    pub fn has(self, filter: Filter) -> bool {
        self.0 & (1 << filter as u8) != 0
    }
}

/// The resources that a node has too little of, and whether it would be too little on an empty node.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a node can be short of several resources"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shortage {
    pub pods: bool,
    pub cpu: bool,
    pub memory: bool,
    /// The first of the others.
    pub other: Option<Symbol>,
    /// Even an empty node has less than the pod requests.
    pub is_final: bool,
}

/// Why a filter rejects a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Unschedulable,
    Taint(NodeTaint),
    NodeAffinity,
    Ports,
    Resources(Shortage),
    /// The node lacks a label over whose values the pod must be spread.
    SpreadLabel,
    Spread,
    Affinity,
    AntiAffinity,
    /// A pod that is there does not want this one beside it.
    ExistingAntiAffinity,
}

impl Reason {
    /// The plugin that rejects.
    pub fn filter(self) -> Filter {
        match self {
            Self::Unschedulable => Filter::NodeUnschedulable,
            Self::Taint(_) => Filter::TaintToleration,
            Self::NodeAffinity => Filter::NodeAffinity,
            Self::Ports => Filter::NodePorts,
            Self::Resources(_) => Filter::NodeResourcesFit,
            Self::SpreadLabel | Self::Spread => Filter::PodTopologySpread,
            Self::Affinity | Self::AntiAffinity | Self::ExistingAntiAffinity => {
                Filter::InterPodAffinity
            }
        }
    }

    /// Whether the node may take the pod once pods are gone from it: the status `Unschedulable`, not
    /// `UnschedulableAndUnresolvable`.
    pub fn preemption_may_help(self) -> bool {
        match self {
            Self::Ports | Self::Spread | Self::AntiAffinity | Self::ExistingAntiAffinity => true,
            Self::Resources(shortage) => !shortage.is_final,
            Self::Unschedulable
            | Self::Taint(_)
            | Self::NodeAffinity
            | Self::SpreadLabel
            | Self::Affinity => false,
        }
    }

    /// The words of the scheduler; several where several resources are short.
    pub fn words(self, world: &World) -> Vec<String> {
        let text = match self {
            Self::Unschedulable => "node(s) were unschedulable",
            // Since 1.35 the words no longer name the taint; the reason does.
            Self::Taint(_) => "node(s) had untolerated taint(s)",
            Self::NodeAffinity => "node(s) didn't match Pod's node affinity/selector",
            Self::Ports => "node(s) didn't have free ports for the requested pod ports",
            Self::Resources(shortage) => return shortage.words(world),
            Self::SpreadLabel => {
                "node(s) didn't match pod topology spread constraints (missing required label)"
            }
            Self::Spread => "node(s) didn't match pod topology spread constraints",
            Self::Affinity => "node(s) didn't match pod affinity rules",
            Self::AntiAffinity => "node(s) didn't match pod anti-affinity rules",
            Self::ExistingAntiAffinity => {
                "node(s) didn't satisfy existing pods anti-affinity rules"
            }
        };
        vec![text.to_owned()]
    }
}

impl Shortage {
    fn words(self, world: &World) -> Vec<String> {
        let other = self
            .other
            .map(|name| format!("Insufficient {}", world.symbols.text(name)));
        let known = [
            (self.pods, "Too many pods"),
            (self.cpu, "Insufficient cpu"),
            (self.memory, "Insufficient memory"),
        ];
        let known = known.into_iter().filter(|(is_short, _)| *is_short);
        known
            .map(|(_, words)| words.to_owned())
            .chain(other)
            .collect()
    }
}

/// Why a pod found no node: reasons, each with the number of nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    pub nodes: usize,
    pub reasons: Vec<(Reason, usize)>,
}

impl Diagnosis {
    pub fn add(&mut self, reason: Reason) {
        self.nodes += 1;
        match self.reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => self.reasons.push((reason, 1)),
        }
    }

    pub fn filters(&self) -> Filters {
        let mut filters = Filters::default();
        for (reason, _) in &self.reasons {
            filters.add(reason.filter());
        }
        filters
    }

    /// As the event `FailedScheduling` says it, without what preemption adds.
    /// Source: kubernetes/kubernetes pkg/scheduler/framework/types.go, `FitError.Error`; `pkg/scheduler/schedule_one.go`,
    /// `ErrNoNodesAvailable`.
    pub fn text(&self, world: &World) -> String {
        let mut counted: Vec<(String, usize)> = Vec::new();
        for (reason, count) in &self.reasons {
            for words in reason.words(world) {
                match counted.iter_mut().find(|(known, _)| *known == words) {
                    Some((_, sum)) => *sum += count,
                    None => counted.push((words, *count)),
                }
            }
        }
        if self.nodes == 0 {
            return "no nodes available to schedule pods".to_owned();
        }
        if counted.is_empty() {
            return format!("0/{} nodes are available.", self.nodes);
        }
        let mut parts: Vec<_> = counted
            .into_iter()
            .map(|(words, count)| format!("{count} {words}"))
            .collect();
        parts.sort_unstable();
        format!(
            "0/{} nodes are available: {}.",
            self.nodes,
            parts.join(", ")
        )
    }
}
