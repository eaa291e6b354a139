use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::priority_expander::InstalledPriorities;
use crate::components::{Installed, System};
use crate::config::OsType;
use crate::diagnostic::Severity;
use crate::manifests::Keys;
use crate::plan::{NodePool, Plan};
use crate::source::Span;
use crate::values::pattern;

pub(super) const RULE: Rule = Rule {
    id: "broken-expander-config",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the autoscaler rejects the ConfigMap of the priority expander, or ignores a tier of it",
    harm: "A single mistake invalidates the whole ConfigMap: a key that is not an integer, a value that is not a list, \
           or a pattern that does not compile. The autoscaler then has no preference and picks any pool, at random. If \
           two tiers have the same number, only the last one counts. A tier below -1 never wins.",
    detection: "The ConfigMap `cluster-autoscaler-priority-expander` has the event `PriorityConfigMapInvalid`.",
    remedy: "Map each number to a list of regular expressions. Or let spotgen generate the ConfigMap: in \
             `spec.autoscaler.priorities` it accepts only what the autoscaler accepts.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `parsePrioritiesYAMLString` and \
         `BestOptions`",
        "kubernetes/autoscaler#8321: a name in place of a list",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for expander in &installed.priorities {
        for (level, problem) in &expander.problems {
            let message = match level {
                Severity::Error => {
                    format!(
                        "the autoscaler rejects these priorities and picks pools at random: {problem}"
                    )
                }
                _ => format!("a tier of the priority expander has no effect: {problem}"),
            };
            let named = |find: fn(&Keys, &str) -> Option<Span>| {
                expander.keys().and_then(|keys| find(keys, problem))
            };
            let location = named(Keys::item_named_in).or_else(|| named(Keys::key_named_in));
            let broken = broken_pattern(expander, problem);
            let sample = sample(&system.plan, broken);
            let help = match broken {
                Some(_) => {
                    format!("write a regular expression that Go can compile, such as `{sample}`")
                }
                None => {
                    format!("map each number to a list of patterns, such as `20: [\"{sample}\"]`")
                }
            };
            findings.in_manifest(
                location.unwrap_or(expander.location()),
                message,
                |diagnostic| {
                    diagnostic.level(*level).help(help).no_fix(
                        "only its author knows which node groups the priorities should match",
                    )
                },
            );
        }
    }
}

/// The pattern that a problem is about, if it is about one.
fn broken_pattern<'m>(expander: &'m InstalledPriorities<'_>, problem: &str) -> Option<&'m str> {
    let tiers = expander.tiers.iter().flatten();
    let mut patterns = tiers.flat_map(|(_, patterns)| patterns);
    let broken = patterns.find(|text| pattern::check(text).is_err_and(|error| error == problem));
    broken.map(String::as_str)
}

/// A pattern for a pool of this cluster: the one that a broken pattern names, if it names one.
fn sample(plan: &Plan, broken: Option<&str>) -> String {
    let pools = &plan.node_pools;
    let named = |pool: &&NodePool| broken.is_some_and(|text| text.contains(pool.name.as_str()));
    let spot = || pools.iter().find(|pool| pool.is_spot());
    let pool = pools.iter().find(named).or_else(spot).or(pools.first());
    pool.map_or_else(
        || {
            let group = &plan.provider.cluster_autoscaler.node_group;
            group.pattern("spot1", OsType::Linux)
        },
        |pool| pool.node_group.clone(),
    )
}
