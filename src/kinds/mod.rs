//! Kinds of objects whose pods another controller than one of Kubernetes makes: where they have their pod specs, which
//! parts of a placement those take, and which labels the pods get. Those of known operators are data; a configuration can
//! add others, and say otherwise of these.

mod behaviour;
mod fields;
mod known;
mod operators;
mod path;
mod pod_kind;
mod pod_labels;
mod reach;
mod shape;

pub(crate) use behaviour::{Cautioned, Controller, Layering};
pub(crate) use fields::PlacementFields;
pub use known::Kinds;
pub(crate) use operators::all as operator_kinds;
pub(crate) use path::Step;
pub(crate) use pod_kind::{PodKind, PodTemplate};
pub(crate) use pod_labels::{Named, PodLabels};
pub(crate) use reach::{Gap, deeper, has_contents, near};
pub use shape::Shape;
