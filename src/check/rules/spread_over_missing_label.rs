use crate::check::findings::Findings;
use crate::check::fixes::soft_spread;
use crate::check::rule::{Check, Rule};
use crate::config::SpreadMethod;
use crate::diagnostic::Severity;
use crate::kubernetes::TopologyKey;
use crate::model::hard_spread::HardSpread;
use crate::model::spread_room::{names, without_key};
use crate::model::{WorkloadView, node_labels};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "spread-over-missing-label",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a hard topology spread counts by a label that some pools do not have",
    harm: "With `whenUnsatisfiable: DoNotSchedule`, a node without the `topologyKey` takes no pod at all: the constraint is no \
           wish to spread over such nodes, but keeps the pods off them. If no Spot pool has the label, the pods never run on \
           Spot; if no on-demand pool has it, there is no failover; if no pool has it, they stay Pending. Only labels \
           that some pool of the configuration declares, that the cloud sets by pool, or that are a misspelling of one of \
           these are judged: which nodes have another label, the configuration does not say.",
    detection: "Pending pods have the event `node(s) didn't match pod topology spread constraints (missing required label)`.",
    remedy: "Give the nodes of all pools the label, and list it in `labels` of the pools. Or set `whenUnsatisfiable: \
             ScheduleAnyway`.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/filtering.go, `Filter`: \
         `ErrReasonNodeLabelNotMatch`",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: nodes without the keys are \
         bypassed",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "a label on the nodes of the other pools keeps the spread as it is";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let spreads = pods.hard_spreads();
    let over = spreads
        .iter()
        .filter(|spread| spread.method == SpreadMethod::TopologySpread);
    for &spread in over {
        let TopologyKey::Other(key) = spread.key else {
            continue;
        };
        let meant = node_labels::meant(plan, key).or_else(|| node_labels::near_declared(plan, key));
        let (with, without) = without_key(plan, pods, spread.key);
        let Some((level, harm)) = harm(plan, pods, (&with, &without), meant.is_some()) else {
            continue;
        };
        report((pods, spread), (key, meant), (level, harm), findings);
    }
}

/// What it does to the pods, by the pools that they could be on.
fn harm(
    plan: &Plan,
    pods: WorkloadView<'_>,
    (with, without): (&[&NodePool], &[&NodePool]),
    is_misspelled: bool,
) -> Option<(Severity, String)> {
    if with.is_empty() && !without.is_empty() || is_misspelled {
        return Some((
            Severity::Error,
            "no listed pool has that label, so its pods stay Pending".to_owned(),
        ));
    }
    let has =
        |pools: &[&NodePool], is_spot: bool| pools.iter().any(|pool| pool.is_spot() == is_spot);
    if !pods.prefers_spot(plan) {
        return None;
    }
    if has(without, true) && !has(with, true) {
        return Some((
            Severity::Error,
            "no Spot pool has that label, so its pods never run on Spot".to_owned(),
        ));
    }
    if has(without, false) && !has(with, false) {
        return Some((
            Severity::Error,
            "no on-demand pool has that label, so without Spot its pods stay Pending".to_owned(),
        ));
    }
    let left: Vec<&NodePool> = without
        .iter()
        .copied()
        .filter(|pool| pool.is_spot())
        .collect();
    (!left.is_empty()).then(|| {
        let names: Vec<String> = names(&left).into_iter().collect();
        let harm = format!(
            "its pods never run on Spot pool {}, which lacks it",
            names.join(", ")
        );
        (Severity::Warning, harm)
    })
}

fn report(
    (pods, spread): (WorkloadView<'_>, HardSpread<'_>),
    (key, meant): (&str, Option<&str>),
    (level, harm): (Severity, String),
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "the required spread of workload `{}` counts by `{key}`: {harm}",
        pods.name()
    );
    let fix = soft_spread::of(pods, &[spread], findings.document);
    findings.at_spread((pods, spread), message, |diagnostic| {
        let diagnostic = diagnostic.level(level);
        let diagnostic = match meant {
            Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
            None => diagnostic.help(format!(
                "list the label in `labels` of the pools whose nodes have it, or {}",
                spread.softened()
            )),
        };
        match fix {
            Some(fix) => diagnostic.fix(fix).choice(CHOICE),
            None => diagnostic.no_fix(soft_spread::IN_BOTH),
        }
    });
}
