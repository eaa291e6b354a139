//! The state of a cluster at one moment: nodes, pods, what owns them, budgets and node groups.
//!
//! Everything lives in a list and is known by its index, which never changes: what is gone stays, marked as gone. So the
//! same input always gives the same order, and an index is a stable name for a report.

mod affinity;
mod budget;
mod clock;
mod group;
mod ids;
mod journal;
mod labels;
mod machines;
mod node;
mod note;
mod owner;
mod pod;
mod requests;
mod state;
mod symbols;
mod taints;
mod tally;
mod template;
mod time;

pub use affinity::{NodeRequirement, NodeTerm, PodTerm, PreferredNodes, SpreadConstraint, Test};
pub use budget::{Budget, BudgetLimit};
pub use clock::Clock;
pub use group::{Autoscaled, NodeGroup};
pub use ids::{BudgetId, GroupId, InstanceId, NodeId, OwnerId, PodId, SelectorId, TemplateId};
pub use labels::{LabelSet, Selector, Selectors};
pub use node::{Node, NodeState};
pub use note::{Evictor, Note};
pub use owner::{Owner, OwnerKind};
pub use pod::{Phase, Pod};
pub use requests::Requests;
pub use state::{Change, World};
pub use symbols::{Symbol, Symbols};
pub use taints::{NodeTaint, Tolerance, ToleratedValue, Tolerations};
pub use tally::Tally;
pub use template::Template;
pub use time::{Millis, minutes, seconds};
