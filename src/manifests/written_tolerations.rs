//! The tolerations of a pod one by one, so that each can be edited.

use super::placement::toleration;
use super::shape;
use crate::kubernetes::Toleration;
use crate::source::Span;
use crate::yaml::Node;

/// A toleration in a pod spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenToleration {
    /// Its number in the list.
    pub at: usize,
    pub toleration: Toleration,
    item: Span,
    values: Vec<(&'static str, Span)>,
}

impl WrittenToleration {
    /// Where the value of one of its keys is, or where it begins.
    pub fn location(&self, key: &str) -> Span {
        let of_key = |wanted: &str| {
            let mut values = self.values.iter();
            values.find(|(own, _)| *own == wanted)
        };
        let found = of_key(key).or_else(|| of_key("key"));
        found.map_or(self.item, |(_, location)| *location)
    }
}

pub(super) fn read(pod: Option<&Node<'_>>) -> Vec<WrittenToleration> {
    let items = shape::present(pod, "tolerations").map_or(&[][..], Node::items);
    let read = items.iter().enumerate().filter_map(|(at, item)| {
        Some(WrittenToleration {
            at,
            toleration: toleration(item)?,
            item: item.span,
            values: ["key", "value", "effect"]
                .into_iter()
                .filter_map(|key| Some((key, item.get(key)?.span)))
                .collect(),
        })
    });
    read.collect()
}
