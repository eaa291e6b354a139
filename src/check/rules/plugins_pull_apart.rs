use std::collections::BTreeSet;

use serde_json::json;

use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::Installed;
use crate::components::descheduler::pulling::Puller;
use crate::components::descheduler::{Evictor, Failback, InstalledPolicy, reach, rounds};
use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "plugins-pull-apart",
    levels: &[Severity::Warning],
    summary: "a plugin of the descheduler undoes failback, and failback undoes what the plugin did",
    harm: "Failback gathers pods on Spot nodes. Plugins for balance look at all nodes alike: \
           `RemovePodsViolatingTopologySpreadConstraint` and `RemoveDuplicates` count on-demand nodes, which have none of \
           the pods, `LowNodeUtilization` relieves full nodes for the sake of empty ones, and `HighNodeUtilization` empties \
           nodes that are little used. Each of them evicts pods from Spot. A pod that the scheduler then binds to \
           on-demand is evicted again by failback. The pods restart in every round, indefinitely, and no budget ends it. The \
           same happens with two deschedulers, one for each of the plugins.",
    detection: "`kubectl get events -A` lists evictions of the same workloads for both plugins as the reason. \
                `descheduler_pods_evicted_total` rises indefinitely, for two values of `strategy`.",
    remedy: "Exclude the namespaces that return to Spot from the plugin, or leave the plugin out. Soft topology spread is \
             kept by the scheduler: list only `DoNotSchedule` in `constraints`.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingtopologyspreadconstraint/\
         topologyspreadconstraint.go, `Balance`: nodes without pods count as domains",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removeduplicates/removeduplicates.go, `getTargetNodes`",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/nodeutilization",
        "kubernetes/kubernetes#131814: both plugins in one policy",
    ],
    check: Check::SystemsWithWorkloads(check),
};

const CHOICE: &str = "the plugin can be left out as well, or failback";

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let Some(installed) = systems.installed() else {
        return;
    };
    let plan = &systems.planned().plan;
    let runs = |found: &InstalledPolicy<'_>| {
        let reader = installed.reader(found);
        !reader.is_some_and(|reader| matches!(rounds::of(reader), rounds::Rounds::Never(_)))
    };
    for found in installed.readable_policies().filter(|found| runs(found)) {
        for puller in Puller::all(&found.policy) {
            judge(plan, installed, (found, &puller), all, findings);
        }
    }
}

fn judge(
    plan: &Plan,
    installed: &Installed<'_>,
    (policy, own): (&InstalledPolicy<'_>, &Puller<'_>),
    all: &[WorkloadView<'_>],
    findings: &mut Findings<'_>,
) {
    let pulled = |failback: &Failback<'_>| -> Vec<WorkloadView<'_>> {
        let is_pulled = |pods: &&WorkloadView<'_>| {
            brings_back(plan, failback, **pods) && own.pulls(plan, **pods)
        };
        all.iter().filter(is_pulled).copied().collect()
    };
    let failbacks = installed.failbacks(plan);
    let mut failbacks = failbacks.map(|(found, failback)| (found, failback, pulled(&failback)));
    let Some((other, failback, pods)) = failbacks.find(|(.., pods)| !pods.is_empty()) else {
        return;
    };
    let others = match pods.len() - 1 {
        0 => String::new(),
        count => format!(" (and {count} more)"),
    };
    let message = format!(
        "`{}` and `{}` pull the pods of workload `{}`{others} apart: the first {}, the second brings them back to Spot, in \
         turns, indefinitely",
        own.plugin,
        failback.plugin(),
        pods[0].name(),
        own.how()
    );
    let location = policy.enabled(own.number, own.plugin);
    let location = location.unwrap_or_else(|| policy.first_line());
    let back = other.enabled(failback.number, failback.plugin());
    let (help, cure) = cure(plan, (policy, own), &pods);
    findings.in_manifest(location, message, |diagnostic| {
        let diagnostic = match back {
            Some(back) => diagnostic.related(back, "this brings them back"),
            None => diagnostic,
        };
        diagnostic.help(help).cure(cure).choice(CHOICE)
    });
}

/// Whether failback moves the pods of a workload.
fn brings_back(plan: &Plan, failback: &Failback<'_>, pods: WorkloadView<'_>) -> bool {
    let evictor = failback.evictor.map(Evictor::from);
    let namespace = pods.namespace().unwrap_or_default();
    pods.kind() != Kind::DaemonSet
        && pods.prefers_spot(plan)
        && failback.covered().have(namespace)
        && evictor.is_none_or(|evictor| reach::selects(&evictor.label_selector, pods))
        && reach::selects(&failback.moves(), pods)
}

fn cure(
    plan: &Plan,
    (policy, puller): (&InstalledPolicy<'_>, &Puller<'_>),
    pods: &[WorkloadView<'_>],
) -> (String, Result<Fix, &'static str>) {
    let args = policy.written(puller.number, puller.plugin);
    let fix = |edits: Vec<Edit>| {
        let object = policy.text.location;
        let edits = edits.into_iter();
        let edits = edits.map(|edit| ManifestEdit { object, edit });
        Fix::Manifest(edits.collect())
    };
    if pods
        .iter()
        .all(|pods| puller.goes_by_soft_constraints(plan, *pods))
    {
        let help =
            "set `constraints: [DoNotSchedule]`: soft constraints are for the scheduler to keep";
        let edit = args.map(|args| Edit::Set {
            pointer: args.child("constraints"),
            value: json!(["DoNotSchedule"]),
        });
        return (help.to_owned(), edit.map(|edit| fix(vec![edit])).ok_or(TWO));
    }
    let namespaces: BTreeSet<&str> = pods.iter().filter_map(|pods| pods.namespace()).collect();
    let key = puller.namespaces_key();
    let listed: Vec<&str> = namespaces.iter().copied().collect();
    let listed = listed.join(", ");
    if puller.includes() {
        let help = format!(
            "remove {listed} from `{key}` of `{}`, or the plugin",
            puller.plugin
        );
        return (help, Err("an empty list would mean all namespaces"));
    }
    let help = format!(
        "give `{}` the argument `{key}: {{exclude: [{listed}]}}`, or leave it out",
        puller.plugin
    );
    let edits = args.map(|args| {
        let pointer = args.child(key).child("exclude");
        let edits = namespaces.into_iter().map(|namespace| Edit::Append {
            pointer: pointer.clone(),
            value: namespace.into(),
        });
        fix(edits.collect())
    });
    (help, edits.ok_or(TWO))
}

const TWO: &str = "the profile configures the plugin twice";
