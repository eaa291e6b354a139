//! Where the name of a pool begins in the name of its group, if that of the cluster stands before it and has hyphens too.

use super::pool::Pool;
use crate::providers::Facts;
use crate::snapshot::GroupStatus;

/// What stands before the pools, as far as the groups tell it.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    /// Before the names of pools that are known.
    sure: Vec<String>,
    /// What all groups have in common, up to a hyphen: all or a part of what stands before.
    common: Option<String>,
    /// Whether a part of the name that is not the pool's can have hyphens.
    is_open: bool,
}

/// The part of a pattern that stands for the name of the cluster.
const WILDCARD: &str = ".*-{pool}";

/// What stands before the name of a pool in that of its group.
pub(super) fn before_pool(pool: &str, group: &str, facts: &Facts) -> Option<String> {
    if !facts.cluster_autoscaler.node_group.linux.contains(WILDCARD) {
        return None;
    }
    let last = last(group);
    let at = last.rfind(&format!("-{pool}-"))?;
    Some(last[..=at].to_owned())
}

impl Prefixes {
    pub(super) fn new(sure: Vec<String>, groups: &[GroupStatus], facts: &Facts) -> Self {
        let is_open = facts.cluster_autoscaler.node_group.linux.contains(WILDCARD);
        let mut names = groups.iter().map(|group| last(&group.name));
        let first = names.next().unwrap_or_default();
        let common = names.fold(first, |common, name| {
            let both = common.bytes().zip(name.bytes());
            // A shared byte may be a part of a letter: only ASCII counts.
            let length = both.take_while(|(a, b)| a == b && a.is_ascii()).count();
            &common[..length]
        });
        let common = common.rfind('-').map(|at| common[..=at].to_owned());
        Self {
            sure,
            common: common.filter(|_| groups.len() > 1),
            is_open,
        }
    }

    /// The pool of a group. `end` is the shortest name that it can have.
    pub(super) fn pool(&self, end: String, group: &str) -> Pool {
        if !self.is_open {
            return Pool::named(end);
        }
        let name = last(group);
        let behind = |prefix: &String| {
            let rest = name.strip_prefix(prefix.as_str())?;
            let (pool, _) = rest.split_at_checked(rest.rfind(&end)? + end.len())?;
            (!pool.is_empty()).then(|| pool.to_owned())
        };
        if let Some(name) = self.sure.iter().find_map(behind) {
            return Pool::named(name);
        }
        // That of two pools may begin in the same way, and then it is cut.
        let mut pool = Pool::named(self.common.as_ref().and_then(behind).unwrap_or(end));
        pool.remarks.push(format!(
            "its name is a guess by that of its group, `{name}`: the cloud's list has it (`--pools`)"
        ));
        pool
    }
}

fn last(group: &str) -> &str {
    group.rsplit('/').next().unwrap_or(group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::named;
    use crate::snapshot::ScaleUp;

    const FOLDER: &str =
        "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/instanceGroups";

    fn names(known: &[(&str, &str)], groups: &[&str]) -> Vec<(String, bool)> {
        let facts = named("gke").expect("a provider");
        let all = known
            .iter()
            .map(|(_, group)| *group)
            .chain(groups.iter().copied());
        let status = |name: &str| GroupStatus {
            name: format!("{FOLDER}/gke-{name}-1a2b3c4d-grp"),
            is_healthy: true,
            ready: 0,
            target: 0,
            min: 0,
            max: 3,
            scale_up: ScaleUp::NoActivity,
        };
        let statuses: Vec<GroupStatus> = all.map(status).collect();
        let sure = known
            .iter()
            .filter_map(|(pool, group)| before_pool(pool, &status(group).name, facts));
        let prefixes = Prefixes::new(sure.collect(), &statuses, facts);
        let pools = groups.iter().map(|group| {
            let end = group.rsplit('-').next().unwrap_or_default();
            prefixes.pool(end.to_owned(), &status(group).name)
        });
        pools
            .map(|pool| (pool.name, pool.remarks.is_empty()))
            .collect()
    }

    #[test]
    fn a_pool_with_hyphens_is_not_cut() {
        let known = [("default-pool", "shop-prod-default-pool")];
        assert_eq!(
            names(&known, &["shop-prod-spot-pool", "shop-prod-spot"]),
            [("spot-pool".to_owned(), true), ("spot".to_owned(), true)]
        );
        assert_eq!(
            names(&[], &["shop-prod-spot-pool", "shop-prod-default-pool"]),
            [
                ("spot-pool".to_owned(), false),
                ("default-pool".to_owned(), false)
            ]
        );
        // With one group, nothing tells where the cluster's name ends.
        assert_eq!(
            names(&[], &["shop-prod-spot-pool"]),
            [("pool".to_owned(), false)]
        );
    }
}
