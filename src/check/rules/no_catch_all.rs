use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::defaults::CATCH_ALL;
use crate::diagnostic::{Fix, Severity};
use crate::plan::{Plan, Tier};
use crate::values::pattern;

pub(super) const RULE: Rule = Rule {
    id: "no-catch-all",
    levels: &[Severity::Info],
    summary: "no expander pattern matches node pools that are added later",
    harm: "The autoscaler never scales up a node group without a matching pattern while it can scale up another one. A \
           pool that is added next year gets no nodes, and only an event on the ConfigMap says why.",
    detection: "The ConfigMap `cluster-autoscaler-priority-expander` has the event `PriorityConfigMapNotMatchedGroup`.",
    remedy: "Use `.*` as the lowest tier.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/readme.md",
        "kubernetes/autoscaler#3735",
    ],
    check: Check::Priorities(check),
};

/// A pool name that nobody uses.
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
        "no expander pattern matches every name: a node pool that you add later gets no nodes while another pool can be \
         scaled up",
        |diagnostic| {
            diagnostic
                .help("add `.*`, which matches every pool, under priority 1: `1: [\".*\"]`")
                .cure(cure)
        },
    );
}

/// Adds the catch-all as a new lowest tier, or to the existing tier 1, below which there is no number.
fn add(tiers: &[Tier]) -> Fix {
    const LOWEST: u32 = 1;
    let pointer = pointers::spec("autoscaler/priorities").child(LOWEST);
    if tiers.iter().any(|tier| tier.priority == LOWEST) {
        Fix::append(pointer, CATCH_ALL)
    } else {
        Fix::set(pointer, serde_json::json!([CATCH_ALL]))
    }
}
