//! The placement that a pod spec has already, as it is written.

use std::ops::Range;

use crate::kinds::PlacementFields;
use crate::patch::text::Text;
use crate::yaml::{Entry, Node};

/// Longer ones are hardly written twice.
const LONGEST: usize = 4 << 10;

/// The parts of a text that an edit of the placement looks at and changes: from the beginning of the line of each entry to the
/// next entry, and of the last one to the end of the text. `None` if the labels of the workload, or anything outside of them,
/// might decide about the change as well.
pub(super) fn own_placement(
    pod: &Node<'_>,
    fields: &PlacementFields<'_>,
    text: &Text<'_>,
) -> Option<Vec<Range<usize>>> {
    let mut parts = Vec::new();
    let entries = pod.entries();
    for (at, entry) in entries.iter().enumerate() {
        let key: &[&str] = &[&entry.key];
        let is_list = fields.tolerations.as_deref() == Some(key);
        let is_affinity = fields.affinity.as_deref() == Some(key);
        let is_placement = fields.paths().any(|path| path[0] == entry.key);
        if !is_placement && entry.key != "nodeSelector" {
            continue;
        }
        // A spread is compared with labels, and a grace period may be worth a warning.
        let is_certain = is_list || is_affinity && is_of_nodes(entry);
        if !is_certain {
            return None;
        }
        parts.push(part(entry, entries.get(at + 1), text)?);
    }
    // Where lists are written in two ways, the nearest ones decide.
    (parts.is_empty() || text.has_one_list_style()).then_some(parts)
}

/// Whether an affinity is to nodes alone.
fn is_of_nodes(affinity: &Entry<'_>) -> bool {
    let [entry] = affinity.value.entries() else {
        return false;
    };
    entry.key == "nodeAffinity"
}

fn part(entry: &Entry<'_>, next: Option<&Entry<'_>>, text: &Text<'_>) -> Option<Range<usize>> {
    let key = entry.key_span.start as usize;
    let start = text.start_of_line(key);
    let end = next.map_or(text.str.len(), |next| next.key_span.start as usize);
    let is_first = text.str[start..key].bytes().all(|byte| byte == b' ');
    let is_whole = next.is_some() || text.str.ends_with('\n');
    (is_first && is_whole && end - start <= LONGEST).then_some(start..end)
}
