//! Which pools a pattern of the priority expander may be for, where the names of their node groups are known only in part.

use crate::plan::NodePool;
use crate::suggest::similar;
use crate::values::group_name::example;
use crate::values::pattern_overlap::overlap;

/// What a pattern and the name of a node group have in common at least if the pattern is for it: `spot` is as long.
const SHARED: usize = 4;

/// A pool whose node group can have a name that a pattern matches. A pattern with a word that is nearly a word of a known
/// name is taken for misspelled.
pub(crate) fn possible<'p>(text: &str, pools: &'p [NodePool]) -> Option<&'p NodePool> {
    let pool = pools.iter().find(|pool| overlap(text, &pool.node_group));
    pool.filter(|_| !is_misspelled(text, pools))
}

/// The pools that a pattern is for which matches none of their samples, by number: of those that it may match, the ones
/// whose names it is most like. None where these are Spot and on-demand.
pub(crate) fn meant(text: &str, pools: &[NodePool]) -> Vec<usize> {
    if is_misspelled(text, pools) {
        return Vec::new();
    }
    let own = example(text);
    let own = own.as_deref().unwrap_or(text);
    let pools = pools.iter().enumerate();
    let possible = pools.filter(|(_, pool)| overlap(text, &pool.node_group));
    let alike = possible.map(|(at, pool)| (shared(own, &pool.node_group_sample), at, pool));
    let alike: Vec<(usize, usize, &NodePool)> = alike.collect();
    let most = alike.iter().map(|(shared, ..)| *shared).max();
    let Some(most) = most.filter(|most| *most >= SHARED) else {
        return Vec::new();
    };
    let best = alike.iter().filter(|(shared, ..)| *shared == most);
    let kinds: Vec<bool> = best.clone().map(|(.., pool)| pool.is_spot()).collect();
    if kinds.contains(&true) && kinds.contains(&false) {
        return Vec::new();
    }
    best.map(|(_, at, _)| *at).collect()
}

/// The length of the longest text that two names share.
fn shared(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut before = vec![0; other.len() + 1];
    let mut longest = 0;
    for byte in one {
        let mut row = vec![0; other.len() + 1];
        for (at, own) in other.iter().enumerate() {
            if byte == own {
                row[at + 1] = before[at] + 1;
                longest = longest.max(row[at + 1]);
            }
        }
        before = row;
    }
    longest
}

fn is_misspelled(text: &str, pools: &[NodePool]) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|letter: char| !letter.is_ascii_alphabetic());
        let words = words.filter(|word| word.len() > 2);
        words.map(str::to_ascii_lowercase).collect()
    };
    let samples = pools.iter().map(|pool| words(&pool.node_group_sample));
    let known: Vec<String> = samples.flatten().collect();
    let is_near = |word: &String| {
        !known.contains(word) && similar(word, known.iter().map(String::as_str)).is_some()
    };
    words(text).iter().any(is_near)
}
