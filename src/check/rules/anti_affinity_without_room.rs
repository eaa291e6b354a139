use crate::check::findings::Findings;
use crate::check::fixes::soft_spread;
use crate::check::rule::{Check, Rule};
use crate::config::SpreadMethod;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::POD_TEMPLATE_HASH_LABEL;
use crate::kubernetes::TopologyKey;
use crate::model::WorkloadView;
use crate::model::domains::Domains;
use crate::model::workload_view::HardSpread;
use crate::plan::Plan;
use crate::values::IntOrPercent;

pub(super) const RULE: Rule = Rule {
    id: "anti-affinity-without-room",
    level: Severity::Error,
    summary: "pods must keep apart, and there are fewer nodes or zones than pods",
    harm: "With anti-affinity that must be kept, a zone or a node takes one pod of the workload. What there is no zone or \
           node for stays Pending for ever, and no autoscaler helps. With just as many, a rollout that first makes a new pod \
           and then takes an old one away cannot begin.",
    detection: "Pods are Pending with `didn't match pod anti-affinity rules`.",
    remedy: "Run fewer replicas, prefer to keep apart (`ScheduleAnyway`), or use topology spread with a larger `maxSkew`.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(replicas) = pods.most() else {
        return;
    };
    let mut apart = pods.hard_spreads();
    apart.retain(|spread| spread.method == SpreadMethod::PodAntiAffinity);
    for spread in &apart {
        let Some((count, what)) = domains(plan, pods, spread.key) else {
            continue;
        };
        if replicas <= count {
            if replicas == count && needs_one_more(pods, replicas) {
                rollout(pods, replicas, what, findings);
                return;
            }
            continue;
        }
        let message = format!(
            "{} of {replicas} pods of workload `{}` stay Pending: one goes to each of {count} {what}",
            replicas - count,
            pods.name()
        );
        // Were one of several made a preference, the next one would be found.
        let is_crowded = |spread: &&HardSpread<'_>| {
            domains(plan, pods, spread.key).is_some_and(|(count, _)| replicas > count)
        };
        let crowded: Vec<HardSpread<'_>> = apart.iter().filter(is_crowded).copied().collect();
        let fix = soft_spread::of(pods, &crowded, findings.document);
        findings.at_workload(pods, &["placement", "spread"], message, |diagnostic| {
            let diagnostic = diagnostic.help("use `whenUnsatisfiable: ScheduleAnyway`, or topology spread with a larger `maxSkew`");
            match fix {
                Some(fix) => diagnostic.fix(fix),
                None => diagnostic.no_fix(soft_spread::IN_BOTH),
            }
        });
        return;
    }
}

/// Whether pods are replaced by first making a new one.
fn needs_one_more(pods: WorkloadView<'_>, replicas: i64) -> bool {
    // Pods of two generations that are told apart do not keep apart.
    let terms = pods
        .existing()
        .map_or(&[][..], |existing| &existing.required_anti_affinity);
    let mut keys = terms.iter().flat_map(|term| &term.match_label_keys);
    let are_told_apart = keys.any(|key| key == POD_TEMPLATE_HASH_LABEL);
    let missing = pods.found.and_then(|found| found.missing_in_rollout);
    let missing = missing.filter(|_| !are_told_apart);
    missing.is_some_and(|missing| match missing {
        IntOrPercent::Int(count) => count == 0,
        // Rounded down.
        IntOrPercent::Percent(percent) => i64::from(percent) * replicas < 100,
    })
}

fn rollout(pods: WorkloadView<'_>, replicas: i64, what: &str, findings: &mut Findings<'_>) {
    let message = format!(
        "a rollout of workload `{}` stands still: its {replicas} pods have all {replicas} {what}, and the first new one none",
        pods.name()
    );
    findings.at_workload(pods, &["placement", "spread"], message, |diagnostic| {
        let diagnostic = diagnostic
            .level(Severity::Warning)
            .help("let one pod be missing meanwhile, `rollingUpdate: {maxUnavailable: 1}`, or use `whenUnsatisfiable: ScheduleAnyway`");
        let Some(found) = pods.found else {
            return diagnostic.no_fix("how pods are replaced is in no manifest that is given");
        };
        let missing = Edit::Set {
            pointer: Pointer::parse("/spec/strategy/rollingUpdate/maxUnavailable"),
            value: 1.into(),
        };
        diagnostic.fix(Fix::manifest(found.location, missing))
    });
}

/// How many zones or nodes there can be for a workload; none where that is not known. Those of the pools that its pods
/// can be on count: no other has room for one.
fn domains(plan: &Plan, pods: WorkloadView<'_>, key: &TopologyKey) -> Option<(i64, &'static str)> {
    let mut pools = plan
        .node_pools
        .iter()
        .filter(|pool| pods.may_be_on(plan, pool))
        .peekable();
    pools.peek()?;
    let domains = Domains::of(key, pools)?;
    let what = match domains {
        Domains::Nodes(_) => "nodes at most",
        Domains::Zones { are_all: true, .. } => "zones",
        Domains::Zones { .. } => return None,
    };
    Some((domains.count(), what))
}
