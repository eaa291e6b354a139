//! The patterns of the priority expander against the node groups that there are.

use super::cluster::Cluster;
use super::part::Part;
use super::words::names;
use crate::config::Mode;
use crate::snapshot::GroupStatus;
use crate::values::pattern::Matcher;

pub(super) fn judge(
    part: &mut Part,
    cluster: &Cluster<'_>,
    tiers: &[(i64, Vec<String>)],
    groups: &[GroupStatus],
) {
    let patterns: Vec<(&str, Option<Matcher>)> = tiers
        .iter()
        .flat_map(|(_, patterns)| patterns)
        .map(|pattern| (pattern.as_str(), Matcher::new(pattern)))
        .collect();
    let takes = |matcher: &Option<Matcher>, group: &GroupStatus| {
        matcher
            .as_ref()
            .is_some_and(|matcher| matcher.matches(&group.name))
    };
    for (pattern, matcher) in &patterns {
        if !groups.iter().any(|group| takes(matcher, group)) {
            part.trouble(
                "pattern-without-group",
                format!("the pattern `{pattern}` matches none of the {} node groups", groups.len()),
                "spotgen explain pattern-without-pool; the names are in the ConfigMap cluster-autoscaler-status",
            );
        }
    }
    let is_matched = |group: &&GroupStatus| patterns.iter().any(|(_, own)| takes(own, group));
    let (matched, missed): (Vec<&GroupStatus>, Vec<&GroupStatus>) =
        groups.iter().partition(|group| is_matched(group));
    part.fact(format!(
        "matches {} of {} node groups",
        matched.len(),
        groups.len()
    ));
    part.figure("groups", groups.len());
    part.figure("groupsMatched", matched.len());
    let missed: Vec<&str> = missed
        .into_iter()
        .filter(|group| !is_system(cluster, group))
        .map(|group| group.name.as_str())
        .collect();
    if !missed.is_empty() {
        part.trouble(
            "group-without-pattern",
            format!(
                "no pattern matches {}: it gets no new nodes where another group can",
                names(&missed)
            ),
            "add a last tier `.*`: spotgen explain pool-without-priority",
        );
    }
}

/// Whether only the cluster's own pods run there.
fn is_system(cluster: &Cluster<'_>, group: &GroupStatus) -> bool {
    let mut pools = cluster.plan.node_pools.iter();
    pools.any(|pool| {
        pool.mode == Mode::System
            && Matcher::new(&pool.node_group).is_some_and(|own| own.matches(&group.name))
    })
}
