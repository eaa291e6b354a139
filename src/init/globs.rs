//! Globs in place of lists of names that are alike: `*-dev`, `batch-*`.

use std::collections::{BTreeMap, BTreeSet};

/// So many names are enough for a glob: two may be alike by chance.
const ENOUGH: usize = 3;

/// Whether a name of a list is a glob that takes another name.
pub(super) fn takes(glob: &str, name: &str) -> bool {
    match (glob.strip_prefix('*'), glob.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (_, Some(start)) => name.starts_with(start),
        (None, None) => glob == name,
    }
}

/// The list with globs for those that have their first or their last word in common, where it is still right with them.
pub(super) fn shorten(
    names: &BTreeSet<String>,
    is_right: impl Fn(&BTreeSet<String>) -> bool,
) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names.iter().filter(|name| !name.contains('*')) {
        let end = name.rfind('-').map(|at| format!("*{}", &name[at..]));
        let start = name.find('-').map(|at| format!("{}*", &name[..=at]));
        for glob in end.into_iter().chain(start) {
            *counts.entry(glob).or_default() += 1;
        }
    }
    let mut globs: Vec<(String, usize)> = counts.into_iter().collect();
    globs.retain(|(_, count)| *count >= ENOUGH);
    globs.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut short = names.clone();
    for (glob, _) in globs {
        let mut shorter = short.clone();
        shorter.retain(|name| !takes(&glob, name));
        if short.len() - shorter.len() < ENOUGH {
            continue;
        }
        shorter.insert(glob);
        if is_right(&shorter) {
            short = shorter;
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn three_that_are_alike_are_a_glob() {
        let all = set(&["a-dev", "b-dev", "c-dev", "shop"]);
        assert_eq!(shorten(&all, |_| true), set(&["*-dev", "shop"]));
        assert_eq!(shorten(&all, |names| !names.contains("*-dev")), all);
        let two = set(&["a-dev", "b-dev"]);
        assert_eq!(shorten(&two, |_| true), two);
        let first = set(&["batch-1", "batch-2", "batch-3"]);
        assert_eq!(shorten(&first, |_| true), set(&["batch-*"]));
    }

    #[test]
    fn a_glob_takes_names() {
        assert!(takes("*-dev", "shop-dev") && !takes("*-dev", "shop-develop"));
        assert!(takes("batch-*", "batch-1") && !takes("batch-*", "a-batch-1"));
        assert!(takes("web", "web") && !takes("web", "web-1"));
    }
}
