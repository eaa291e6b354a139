//! The priority classes that the workloads bring along.

use super::objects::{Header, Object};
use super::shape::Reader;
use crate::source::Span;

/// A `PriorityClass`, as its manifest has it.
#[derive(Debug)]
pub struct FoundPriorityClass {
    pub name: String,
    pub value: i64,
    /// Whether pods that name no class are of this one.
    pub is_global_default: bool,
    /// Whether its pods may displace others; `preemptionPolicy: Never` says no.
    pub preempts: bool,
    /// Where the value is.
    pub place: Span,
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    object: &Object<'_, '_>,
    header: Header,
) -> FoundPriorityClass {
    let node = Some(object.node);
    let range = i64::from(i32::MIN)..=i64::from(i32::MAX);
    FoundPriorityClass {
        value: reader.integer(node, "value", &range).unwrap_or(0),
        is_global_default: reader.boolean(node, "globalDefault").unwrap_or(false),
        preempts: reader.text(node, "preemptionPolicy").as_deref() != Some("Never"),
        place: reader.place(node, "value").unwrap_or(header.place),
        name: header.name,
    }
}
