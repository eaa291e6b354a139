//! Parts of the stream that cannot be edited safely: keys that are written twice, and values that are written once but
//! used in several places.

use std::collections::HashSet;

use super::pod_spec::PodSpec;
use super::text::Text;
use super::uneditable::{Certain, Uneditable};
use super::way::Passed;
use crate::source::Span;
use crate::yaml::{Entry, Node, Parsed, Problem, Sharing, Value};

/// The keys of an object's metadata, besides labels, that are read.
const OF_METADATA: [&str; 5] = [
    "annotations",
    "generateName",
    "name",
    "namespace",
    "ownerReferences",
];

/// The default is that of a text without problems, anchors and merge keys.
#[derive(Default)]
pub(super) struct Doubts {
    /// The first key of each duplicate pair.
    duplicates: HashSet<Span>,
    sharing: Sharing,
    /// Why the parsed data differ from the text, for example because of an alias that could not be resolved.
    unread: Option<Problem>,
}

impl Doubts {
    pub(super) fn new(parsed: &mut Parsed<'_>, text: &Text<'_>) -> Self {
        let firsts = parsed
            .problems
            .iter()
            .filter_map(|problem| problem.related.as_ref());
        let duplicates = firsts.map(|(location, _)| *location).collect();
        let is_unread = |problem: &&Problem| {
            // The entries of a second merge key are in no map.
            problem.related.is_none() || text.slice(problem.span) == "<<"
        };
        Self {
            duplicates,
            unread: parsed.problems.iter().find(is_unread).cloned(),
            sharing: std::mem::take(&mut parsed.sharing),
        }
    }

    pub(super) fn unread(&self) -> Option<&Problem> {
        self.unread.as_ref()
    }

    /// Rejects an entry whose value is also used elsewhere, or whose key is written twice.
    pub(super) fn entry(&self, text: &Text<'_>, map: &Node<'_>, entry: &Entry<'_>) -> Certain {
        self.is_once(entry)?;
        if self.sharing.is_merged(map, entry) {
            let reason = format!("`{}` comes from a merge key (`<<`)", entry.key);
            return Err(Uneditable::new(map.span, reason));
        }
        self.node(
            text,
            &entry.value,
            entry.key_span,
            &format_args!("`{}`", entry.key),
        )
    }

    pub(super) fn item(&self, text: &Text<'_>, item: &Node<'_>) -> Certain {
        self.node(text, item, item.span, &"an item of the list")
    }

    /// Rejects a step through something that is also used elsewhere.
    pub(super) fn passed(&self, text: &Text<'_>, passed: Passed<'_, '_>) -> Certain {
        match passed {
            Passed::Entry(map, entry) => self.entry(text, map, entry),
            Passed::Item(item, _) => self.item(text, item),
        }
    }

    fn node(
        &self,
        text: &Text<'_>,
        node: &Node<'_>,
        anchored_at: Span,
        name: &dyn std::fmt::Display,
    ) -> Certain {
        // A scalar that starts with this character would be quoted.
        if text.begins_with(node, '*') {
            let reason = format!("{name} is the alias `{}`", text.slice(node.span));
            return Err(Uneditable::new(node.span, reason));
        }
        if let Some(anchor) = self.sharing.anchor(node) {
            let reason = format!("{name} is anchored as `&{anchor}` and used elsewhere");
            return Err(Uneditable::new(anchored_at, reason));
        }
        Ok(())
    }

    /// Whether a map has an entry that does not come from a merge key.
    pub(super) fn is_own(&self, map: &Node<'_>, entry: &Entry<'_>) -> bool {
        !self.sharing.is_merged(map, entry)
    }

    /// Rejects an object if a key is written twice among those that identify it or that opt it out.
    pub(super) fn identity(&self, object: &Node<'_>) -> Certain {
        self.keys(object, &["metadata"])?;
        self.metadata(object, &OF_METADATA)
    }

    /// Rejects an object in which a label is written twice.
    pub(super) fn labels(&self, object: &Node<'_>) -> Certain {
        self.metadata(object, &["labels"])
    }

    fn metadata(&self, object: &Node<'_>, keys: &[&str]) -> Certain {
        let metadata = object.get("metadata");
        metadata.map_or(Ok(()), |metadata| self.values(metadata, keys))
    }

    /// Rejects a map in which one of these keys is written twice.
    pub(super) fn keys(&self, map: &Node<'_>, keys: &[&str]) -> Certain {
        let mut entries = entries(map, keys);
        entries.try_for_each(|entry| self.is_once(entry))
    }

    /// Rejects a map in which one of these keys, or any key within their values, is written twice.
    pub(super) fn values(&self, map: &Node<'_>, keys: &[&str]) -> Certain {
        // Usually there are no duplicates, and nothing to search for.
        if self.duplicates.is_empty() {
            return Ok(());
        }
        entries(map, keys).try_for_each(|entry| self.whole(entry))
    }

    /// Rejects a workload if a key is written twice among those read of its pods, its replicas or its selector.
    pub(super) fn pod_spec(&self, object: &Node<'_>, pod_spec: &PodSpec<'_, '_, '_>) -> Certain {
        if self.duplicates.is_empty() {
            return Ok(());
        }
        let counted = object
            .get("spec")
            .map(|spec| (spec, vec!["replicas", "selector"]));
        let way = pod_spec.way.iter();
        let entries = way.filter_map(|passed| match *passed {
            Passed::Entry(map, entry) => Some((map, entry)),
            Passed::Item(..) => None,
        });
        let entries: Vec<_> = entries.collect();
        let beside = entries.iter().skip(1);
        let beside = beside.map(|(map, _)| (*map, vec!["metadata", "selector"]));
        let placed = pod_spec.node.map(|node| {
            let read = pod_spec.fields.paths().map(|path| path[0]);
            (node, read.collect::<Vec<_>>())
        });
        for (_, entry) in &entries {
            self.is_once(entry)?;
        }
        let mut read = counted.into_iter().chain(beside).chain(placed);
        read.try_for_each(|(map, keys)| self.values(map, &keys))
    }

    /// Rejects an entry if its key, or any key within it, is written twice.
    pub(super) fn whole(&self, entry: &Entry<'_>) -> Certain {
        self.is_once(entry)?;
        self.within(&entry.value)
    }

    fn within(&self, node: &Node<'_>) -> Certain {
        match &node.value {
            Value::Sequence(items) => items.iter().try_for_each(|item| self.within(item)),
            Value::Mapping(entries) => entries.iter().try_for_each(|entry| self.whole(entry)),
            _ => Ok(()),
        }
    }

    fn is_once(&self, entry: &Entry<'_>) -> Certain {
        if self.duplicates.contains(&entry.key_span) {
            return Err(Uneditable::written_twice(entry.key_span, &entry.key));
        }
        Ok(())
    }
}

fn entries<'n, 's>(map: &'n Node<'s>, keys: &[&str]) -> impl Iterator<Item = &'n Entry<'s>> {
    let entries = map.entries().iter();
    entries.filter(move |entry| keys.contains(&entry.key.as_ref()))
}
