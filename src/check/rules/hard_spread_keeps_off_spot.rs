use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::soft_spread;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::SpreadMethod;
use crate::diagnostic::Severity;
use crate::kubernetes::TopologyKey;
use crate::model::WorkloadView;
use crate::model::hard_spread::HardSpread;
use crate::model::spread_pools::EmptyDomains;
use crate::model::spread_room::{self, SpreadRoom, TooFew};
use crate::plan::Plan;
use std::fmt::Write as _;

pub(super) const RULE: Rule = Rule {
    id: "hard-spread-keeps-off-spot",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a hard spread constraint allows fewer pods on Spot than the workload has",
    harm: "With `DoNotSchedule`, the spread limits how many pods one zone or one node can hold. If Spot has too few \
           nodes or zones, some pods have to stay on on-demand indefinitely. With `minDomains`, and fewer domains than that, \
           they stay Pending. The descheduler ignores spread \
           constraints, and it knows anti-affinity only within one node. Unless such anti-affinity holds the pods \
           back, it evicts them in every round, and they land on on-demand again.",
    detection: "The same few pods are evicted in every round, and their replacements run on on-demand again.",
    remedy: "Set `whenUnsatisfiable: ScheduleAnyway`, raise `maxSkew`, give Spot more nodes or the zones that \
             on-demand has, or run fewer replicas.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: domains are counted over all \
         nodes that the pod may be on, tainted ones included",
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `NodeFit`",
        "kubernetes-sigs/descheduler#1410: evicted again and again",
    ],
    check: Check::SystemsWithEachWorkload(check),
};

const CHOICE: &str = "more Spot nodes and zones keep the spread as it is";

const MIN_CHOICE: &str = "more nodes and zones, or a lower `minDomains`, keep the spread hard";

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let asks_for_room = |(_, system): (_, &System)| {
        let descheduler = system.descheduler.as_ref();
        descheduler.is_none_or(|descheduler| descheduler.evictor.node_fit)
    };
    let all_ask_for_room = systems.each().all(asks_for_room);
    for pods in all.iter().filter(|pods| pods.has_known_placement()) {
        judge(&systems.planned().plan, *pods, all_ask_for_room, findings);
    }
}

fn judge(plan: &Plan, pods: WorkloadView<'_>, asks_for_room: bool, findings: &mut Findings<'_>) {
    let Some(replicas) = pods.most() else {
        return;
    };
    let spreads = pods.hard_spreads();
    // Pods that do not choose between the two: only `minDomains` leaves some of them Pending.
    if !pods.prefers_spot(plan) || pods.own_excludes_spot(plan) {
        for &spread in &spreads {
            judge_pinned(plan, pods, (&spreads, spread), replicas, findings);
        }
        return;
    }
    for &spread in &spreads {
        // Domains that the pods cannot get to are another rule's matter, where they leave some of the pods Pending.
        let is_held_down = EmptyDomains::of(plan, pods, &spreads, spread, replicas).is_some();
        let spread = HardSpread {
            honors_taints: spread.honors_taints || is_held_down,
            honors_affinity: spread.honors_affinity || is_held_down,
            ..spread
        };
        let Some(room) = spread_room::on_spot(plan, pods, &spreads, spread, replicas) else {
            continue;
        };
        if replicas <= room.on_spot {
            continue;
        }
        let message = format!(
            "only {} of the {replicas} pods of workload `{}` can run on Spot: its required spread allows {}; {}",
            room.on_spot,
            pods.name(),
            limit(spread, room),
            rest(room, replicas)
        );
        // With `nodeFit`, the descheduler does not evict pods that anti-affinity by node keeps off every Spot node.
        let is_noticed = spread.method == SpreadMethod::PodAntiAffinity
            && *spread.key == TopologyKey::Hostname
            && asks_for_room;
        let level = if is_noticed {
            Severity::Warning
        } else {
            Severity::Error
        };
        let fix = soft_spread::of(pods, &[spread], findings.document);
        findings.at_spread((pods, spread), message, |diagnostic| {
            let diagnostic = diagnostic.level(level).help(format!(
                "{}, or give the Spot pools enough nodes and zones for all {replicas} pods",
                spread.softened()
            ));
            match fix {
                Some(fix) => diagnostic.fix(fix).choice(CHOICE),
                None => diagnostic.no_fix(soft_spread::IN_BOTH),
            }
        });
    }
}

/// The same of pods that do not choose between Spot and on-demand. Others than those that the configuration covers may
/// have pools of their own.
fn judge_pinned(
    plan: &Plan,
    pods: WorkloadView<'_>,
    (spreads, spread): (&[HardSpread<'_>], HardSpread<'_>),
    replicas: i64,
    findings: &mut Findings<'_>,
) {
    if pods.planned.is_none() && !pods.own_requires_spot(plan) || pods.nowhere(plan).is_some() {
        return;
    }
    let room = spread_room::at_all(plan, pods, spreads, spread, replicas);
    let Some((TooFew { room, open, total }, min)) = room.zip(spread.min_domains) else {
        return;
    };
    let (skew, domains) = (spread.skew, in_words(spread.key));
    let message = format!(
        "only {room} of the {replicas} pods of workload `{}` can run: its required spread allows {skew} per {domains}, \
         because `minDomains: {min}` is more than there are for it ({total}); the other pods stay Pending",
        pods.name()
    );
    let fix = soft_spread::of(pods, &[spread], findings.document);
    findings.at_spread((pods, spread), message, |diagnostic| {
        // Domains that the pods cannot get to would hold the others down all the same.
        let honors = if open < total {
            "`nodeTaintsPolicy: Honor`, and "
        } else {
            ""
        };
        let diagnostic = diagnostic.level(Severity::Error).help(format!(
            "{}, or set {honors}`minDomains` to {open} or less",
            spread.softened()
        ));
        match fix {
            Some(fix) => diagnostic.fix(fix).choice(MIN_CHOICE),
            None => diagnostic.no_fix(soft_spread::IN_BOTH),
        }
    });
}

fn in_words(key: &TopologyKey) -> String {
    match key {
        TopologyKey::Hostname => "node".to_owned(),
        TopologyKey::Zone => "zone".to_owned(),
        TopologyKey::Other(key) => format!("value of `{key}`"),
    }
}

/// What the spread allows, in words.
fn limit(spread: HardSpread<'_>, room: SpreadRoom) -> String {
    let (skew, count) = (spread.skew, room.domains);
    let more = match spread.method {
        SpreadMethod::TopologySpread if room.on_spot > skew * count => {
            " more than the emptiest has"
        }
        _ => "",
    };
    let mut words = match spread.key {
        TopologyKey::Hostname => {
            format!("{skew} per node, and `nodes.max` of all Spot pools totals {count}")
        }
        TopologyKey::Zone => {
            format!("{skew} per zone{more}, and the number of Spot zones is {count}")
        }
        TopologyKey::Other(key) => format!(
            "{skew} per value of `{key}`{more}, and the number of its values on Spot is {count}"
        ),
    };
    if room.closed > 0 && room.too_few.is_none() {
        words.push_str(", while domains that they cannot get to count as empty");
    }
    if let Some((total, min)) = room.too_few.zip(spread.min_domains) {
        write!(
            words,
            ", while `minDomains: {min}` is more than there are in all ({total})"
        )
        .expect("memory takes everything");
    }
    words
}

/// What becomes of the other pods.
fn rest(room: SpreadRoom, replicas: i64) -> String {
    let pending = room.at_all.map_or(0, |at_all| replicas - at_all);
    if pending <= 0 {
        return "the other pods stay on on-demand indefinitely".to_owned();
    }
    if pending == replicas - room.on_spot {
        return "the other pods stay Pending".to_owned();
    }
    format!("{pending} of the other pods stay Pending, and the rest on on-demand indefinitely")
}
