//! The list of the components.

/// The parts of the system, in the order in which the article sets them up. What budgets are over comes before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComponentId {
    PriorityExpander,
    OnDemandBase,
    DisruptionBudgets,
    Placement,
    Overprovisioner,
    ProportionalAutoscaler,
    Descheduler,
    TerminationHandler,
    NodePools,
    Monitoring,
}

impl ComponentId {
    pub const ALL: [Self; 10] = [
        Self::PriorityExpander,
        Self::OnDemandBase,
        Self::DisruptionBudgets,
        Self::Placement,
        Self::Overprovisioner,
        Self::ProportionalAutoscaler,
        Self::Descheduler,
        Self::TerminationHandler,
        Self::NodePools,
        Self::Monitoring,
    ];
}

/// A new variant stands before the last, and in the list.
const _: () = assert!(ComponentId::Monitoring as usize + 1 == ComponentId::ALL.len());
