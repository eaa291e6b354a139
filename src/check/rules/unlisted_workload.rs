use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, pointers};
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::GENERATOR;
use crate::kubernetes::MANAGED_BY_LABEL;
use crate::model::WorkloadView;
use crate::plan::{CustomWorkload, Plan};
use crate::values::words::{quoted, some_of, some_quoted};
use crate::workloads::is_ignored;

/// The rule, whose infos are named even where others are only counted.
pub const ID: &str = "unlisted-workload";

pub(super) const RULE: Rule = Rule {
    id: ID,
    levels: &[Severity::Warning, Severity::Info],
    summary: "the configuration covers none of these workloads of the manifests",
    harm: "A workload that the configuration neither lists nor matches with a class rule gets no budget and no \
           placement, and the numbers of Spot capacity, failover headroom, placeholders and eviction limits leave it \
           out. If its own manifest puts it on Spot, these numbers are too low.",
    detection: "`spotgen render --format plan --from MANIFESTS` does not name the workload.",
    remedy: "Match it with a class rule or list it under `spec.workloads`. To leave it out on purpose, annotate it with \
             `spotgen.dev/ignore: \"true\"`.\n\nThe finding is a warning if one of the workloads can be on Spot by its own \
             manifest, or if the configuration covers nothing of the manifests: they are most likely those of another \
             cluster. Otherwise it is an info, which the text report names in one line.",
    sources: &["A rule of spotgen's own: what it leaves out is not left out in silence."],
    check: Check::Workloads(check),
};

/// So many are named.
const NAMED: usize = 3;

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    check_custom(plan, findings);
    let rules = findings.document.node(&pointers::spec("classRules"));
    let has_rules = rules.is_some_and(|rules| !rules.items().is_empty());
    let unlisted = all.iter().copied().filter(|pods| is_unlisted(*pods));
    let (on_spot, others): (Vec<_>, Vec<_>) = unlisted.partition(|pods| pods.can_be_on_spot(plan));
    if !on_spot.is_empty() {
        let message = format!(
            "the configuration does not cover {}: {} by {} own manifest{}, and capacity, placeholders and eviction \
             limits leave {} out",
            names(&on_spot),
            if on_spot.len() == 1 {
                "it can be on Spot"
            } else {
                "they can be on Spot"
            },
            if on_spot.len() == 1 { "its" } else { "their" },
            if on_spot.len() == 1 { "" } else { "s" },
            if on_spot.len() == 1 { "it" } else { "them" },
        );
        report(&on_spot, (true, Severity::Warning), message, findings);
    }
    if !others.is_empty() {
        let message = format!(
            "the configuration does not cover {}: only {} own manifest{} checked",
            names(&others),
            if others.len() == 1 { "its" } else { "their" },
            if others.len() == 1 { " is" } else { "s are" },
        );
        // The class rules that match nothing are found as such.
        let is_covered = |pods: &WorkloadView<'_>| pods.planned.is_some() && pods.found.is_some();
        let is_reported = has_rules && plan.workloads.is_empty();
        let level = if all.iter().any(is_covered) || is_reported || !on_spot.is_empty() {
            Severity::Info
        } else {
            Severity::Warning
        };
        report(&others, (false, level), message, findings);
    }
}

/// Nothing of them is read but their names.
fn check_custom(plan: &Plan, findings: &mut Findings<'_>) {
    let unlisted = plan.custom_workloads.iter();
    let unlisted = unlisted.filter(|own| own.class.is_none());
    let (known, unknown): (Vec<_>, Vec<_>) = unlisted.partition(|own| own.is_known);
    let own = "match them with `classRules`";
    report_custom(&known, own, findings);
    let own = "describe their kind under `customKinds`, and match them with `classRules`";
    report_custom(&unknown, own, findings);
}

fn report_custom(all: &[&CustomWorkload], cure: &str, findings: &mut Findings<'_>) {
    let Some(first) = all.first() else {
        return;
    };
    let titles: Vec<String> = all.iter().map(|own| own.title()).collect();
    let message = format!(
        "the configuration does not cover {}: an operator makes the pods, and nothing of them is checked",
        some_of(&titles, NAMED)
    );
    findings.in_manifest(first.location, message, |diagnostic| {
        diagnostic
            .level(Severity::Info)
            .help(format!(
                "{cure}, or annotate them with `spotgen.dev/ignore: \"true\"`"
            ))
            .no_fix("to choose them is to move them to Spot, which their owner has to want")
    });
}

/// A `DaemonSet` runs on every node that it tolerates, whoever lists it.
fn is_unlisted(pods: WorkloadView<'_>) -> bool {
    pods.planned.is_none()
        && pods.kind() != Kind::DaemonSet
        && pods.found.is_some_and(|found| {
            // Components of the system are judged by rules of their own.
            let is_component = found.is_of_the_system();
            let is_ours = found
                .labels
                .get(MANAGED_BY_LABEL)
                .is_some_and(|by| by == GENERATOR);
            !is_ignored(found) && !is_ours && !is_component
        })
}

fn names(all: &[WorkloadView<'_>]) -> String {
    let names: Vec<&str> = all.iter().map(|pods| pods.name()).collect();
    let shown = some_quoted(&names, NAMED);
    match all.len() {
        1 => format!("workload {shown}"),
        count => format!("{count} workloads, {shown}"),
    }
}

fn report(
    all: &[WorkloadView<'_>],
    (are_on_spot, level): (bool, Severity),
    message: String,
    findings: &mut Findings<'_>,
) {
    let Some(first) = all.first() else { return };
    let listed = all.iter().map(|pods| workload_setting::list(*pods));
    let cure = if are_on_spot {
        listed.collect::<Result<_, _>>().map(Fix::Config)
    } else {
        Err("to list them is to move them to Spot, which their owner has to want")
    };
    let titles: Vec<&str> = all.iter().map(|pods| pods.name()).collect();
    findings.at_workload(*first, &[], message, |mut diagnostic| {
        if titles.len() > NAMED {
            let rest = &titles[NAMED..];
            diagnostic = diagnostic.help(format!("the others are {}", quoted(rest)));
        }
        diagnostic
            .level(level)
            .help(
                "match them with `classRules`, list them under `workloads`, or annotate them with \
                 `spotgen.dev/ignore: \"true\"`",
            )
            .cure(cure)
            .choice("they may be left out on purpose")
    });
}
