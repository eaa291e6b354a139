use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::defaults::CATCH_ALL;
use crate::diagnostic::{Fix, Severity};
use crate::plan::{Plan, Tier};
use crate::values::pattern;

pub(super) const RULE: Rule = Rule {
    id: "no-catch-all",
    level: Severity::Warning,
    summary: "no pattern of the priority expander takes a pool that is made later",
    harm: "A node group that no pattern takes is never grown while another one can be. A pool that is added next year gets \
           no nodes, and nothing says why but an event on the ConfigMap.",
    detection: "The ConfigMap `cluster-autoscaler-priority-expander` has the event `PriorityConfigMapNotMatchedGroup`.",
    remedy: "Let the lowest tier be `.*`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/readme.md",
        "kubernetes/autoscaler#3735",
    ],
    check: Check::Priorities(check),
};

/// A name that nobody gives a pool.
const ANY_POOL: &str = "zzzz9";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let group = plan
        .provider
        .cluster_autoscaler
        .node_group
        .sample(ANY_POOL, crate::config::OsType::Linux);
    let tiers = &plan.autoscaler.priorities;
    let mut patterns = tiers.iter().flat_map(|tier| &tier.patterns);
    if tiers.is_empty() || patterns.any(|text| pattern::matches(text, &group)) {
        return;
    }
    let pointer = pointers::spec("autoscaler/priorities").at_key();
    let cure = findings.in_config(&pointer, add(tiers));
    findings.at(
        &pointer,
        "no pattern takes a pool that is made later: it would not be grown while another one can be",
        |diagnostic| {
            diagnostic
                .help("add a tier below the others: `1: [\".*\"]`")
                .cure(cure)
        },
    );
}

/// In a tier below the others, or in the lowest where there is no number below it.
fn add(tiers: &[Tier]) -> Fix {
    const LOWEST: u32 = 1;
    let pointer = pointers::spec("autoscaler/priorities").child(LOWEST);
    if tiers.iter().any(|tier| tier.priority == LOWEST) {
        Fix::append(pointer, CATCH_ALL)
    } else {
        Fix::set(pointer, serde_json::json!([CATCH_ALL]))
    }
}
