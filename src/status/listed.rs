//! What is said about several parts, put together: things with the same thing to do about them stand in one group, and of
//! many that are alike the first ones stand for all.

use std::collections::BTreeMap;

use super::part::{Gap, Trouble};

/// So many lines are shown of what does not work in the same way.
const ALIKE_SHOWN: usize = 3;

/// Lines, and what to do about all of them.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) lines: Vec<String>,
    pub(super) next: &'a str,
}

/// One thing that is said.
struct Said<'a> {
    /// The parts that it is said of.
    parts: Vec<&'a str>,
    text: &'a str,
    next: &'a str,
    /// How many more are like it and not shown.
    more: usize,
}

/// What cannot be told, with the parts.
pub(super) fn gaps<'a>(gaps: &[(&'a str, &'a Gap)]) -> Vec<Group<'a>> {
    let said = gaps.iter().map(|(part, gap)| Said {
        parts: vec![part],
        text: &gap.what,
        next: &gap.next,
        more: 0,
    });
    grouped(said)
}

/// What does not work, with the parts.
pub(super) fn troubles<'a>(troubles: &[(&'a str, &'a Trouble)]) -> Vec<Group<'a>> {
    let mut alike: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (part, own) in troubles {
        *alike.entry((part, own.id)).or_default() += 1;
    }
    let mut shown: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let said = troubles.iter().filter_map(|(part, own)| {
        let key = (*part, own.id);
        let shown = shown.entry(key).or_default();
        *shown += 1;
        (*shown <= ALIKE_SHOWN).then(|| Said {
            parts: vec![part],
            text: &own.message,
            next: &own.next,
            more: if *shown == ALIKE_SHOWN {
                alike[&key] - ALIKE_SHOWN
            } else {
                0
            },
        })
    });
    grouped(said)
}

/// In the order in which the first of each group was said.
fn grouped<'a>(said: impl Iterator<Item = Said<'a>>) -> Vec<Group<'a>> {
    let mut groups: Vec<Vec<Said<'a>>> = Vec::new();
    for own in said {
        let mut others = groups.iter_mut();
        let Some(group) = others.find(|group| group[0].next == own.next && !own.next.is_empty())
        else {
            groups.push(vec![own]);
            continue;
        };
        match group.iter_mut().find(|other| other.text == own.text) {
            Some(same) => same.parts.extend(own.parts),
            None => group.push(own),
        }
    }
    let groups = groups.into_iter().map(|group| Group {
        next: group[0].next,
        lines: group.iter().flat_map(lines).collect(),
    });
    groups.collect()
}

fn lines(said: &Said<'_>) -> Vec<String> {
    let parts = said.parts.join(", ");
    let mut lines = vec![format!("{parts}: {}", said.text)];
    if said.more > 0 {
        lines.push(format!(
            "{parts}: {} more like it: --report json lists all",
            said.more
        ));
    }
    lines
}
