//! Reads of a document only what decides about it.
//!
//! Its outline ([`yaml::skim`](crate::yaml::skim)) has its kind and API version. A document of a kind without pods passes
//! as it is, and nothing else of it is read. Of a workload of Kubernetes the metadata are read, mostly as lines
//! ([`yaml::Flat`](crate::yaml::Flat)), and the rest only if it is chosen. All of that must be certain: whatever is not is left
//! to the readers of the whole document.

mod kept;

use super::above::Above;
use super::documents::Part;
use super::objects::Object;
use super::original::Original;
use super::pod_spec::{Known, keys};
use super::select::{PRIORITY_CLASS, Selector};
use super::signs::Signs;
use crate::manifests;
use crate::source::SourceId;
use crate::yaml::skim::{Heads, Outline};
use crate::yaml::{Node, Seen, Shape, Value};

/// What is known of a document.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is taken apart at once"
)]
pub(super) enum Skimmed<'t> {
    /// It has no pods.
    WithoutPods,
    /// It is a workload that is not chosen.
    NotChosen,
    /// It is a workload that is chosen. Of what placing does not look at, there is only whether there is anything.
    Chosen(Original<'t>),
}

/// `None` if the whole document has to be read to know.
pub(super) fn skim<'t>(
    (source, text): (SourceId, &'t str),
    part: &Part<'_>,
    above: &'t Above,
    (selector, signs): (&Selector<'_>, &Signs),
    (seen, heads): (&mut Seen, &mut Heads),
) -> Option<Skimmed<'t>> {
    let outline = Outline::new(text, part.keys, heads)?;
    let (kind, api_version) = (outline.word("kind")?, outline.word("apiVersion")?);
    // The objects of a list may be of other kinds, and priorities are learned.
    if kind.ends_with("List") || kind == PRIORITY_CLASS {
        return None;
    }
    let Some(known) = selector.known(kind, Some(api_version)) else {
        return Some(Skimmed::WithoutPods);
    };
    let Known::Kubernetes(own_kind) = &known else {
        return None;
    };
    let metadata = outline.position("metadata")?;
    // What stands above the metadata cannot reach into them.
    let is_said_before = ["kind", "apiVersion"]
        .iter()
        .all(|key| outline.position(key) < Some(metadata));
    if !is_said_before || !outline.are_words_before(metadata) {
        return None;
    }
    let original = || Original::skimmed(text, part.lines_before, above);
    let (mut entries, lists) = if let Some(flat) = outline.flat(metadata) {
        if selector.leaves_flat(kind, &known, (source, &flat)) {
            return Some(Skimmed::NotChosen);
        }
        let (mut head, lists) = outline.read(source, 0..metadata, (Shape::Kept, &mut *seen))?;
        head.push(flat.entry(source));
        (head, lists)
    } else {
        let (head, lists) = outline.read(source, 0..metadata + 1, (Shape::Kept, &mut *seen))?;
        let head = Node::mapping(source, head);
        let object = Object::of_document(&head, kind, Some(api_version));
        if selector.leaves(&object, &known, &original()) {
            return Some(Skimmed::NotChosen);
        }
        let Value::Mapping(entries) = head.value else {
            return None;
        };
        (entries, lists)
    };
    if !signs.are_in(text.as_bytes()) {
        return None;
    }
    let sections = metadata + 1..outline.keys().len();
    let mut read = |shape| outline.read(source, sections.clone(), (shape, &mut *seen));
    let (mut rest, mut lists_of_rest) = read(kept::of(*own_kind))?;
    let mut holders = rest.iter();
    let pod = keys(*own_kind).split_first().and_then(|(first, keys)| {
        let holder = holders.find(|entry| entry.key == *first)?;
        holder.value.at(keys)
    });
    if manifests::may_be_placeholders(pod) {
        (rest, lists_of_rest) = read(kept::with_containers(*own_kind))?;
    }
    entries.extend(rest);
    let document = Node::mapping(source, entries);
    let original = original().with_document(document, lists.and(lists_of_rest));
    Some(Skimmed::Chosen(original))
}
