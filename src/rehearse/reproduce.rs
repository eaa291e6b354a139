//! Commands that cause for real what a scenario plays.

use std::collections::{BTreeMap, BTreeSet};

use super::place::Places;
use super::reproduce_capacity::{Span, Withheld};
use super::reproduce_cloud::{Interrupter, kept, undrained, upgrade};
use super::reproduce_words::{at_first, taken};
use crate::config::Kind;
use crate::model::WorkloadView;
use crate::simulate::run::Run;
use crate::simulate::scenario::{Action, Workloads};
use crate::simulate::start::Begin;
use crate::simulate::verdict::WorkloadOutcome;
use crate::simulate::world::OwnerId;
use crate::values::shell;
use crate::values::span::span;

/// Workloads that are named at most.
const SHOWN: usize = 20;

/// The commands, in their order, for a shell; comments where no command does it.
pub(super) fn commands(
    run: &Run,
    workloads: &[WorkloadOutcome],
    places: &Places<'_>,
) -> Vec<String> {
    let plan = &places.system.plan;
    let mut lines = Vec::new();
    if run.scenario.begin == Begin::OnDemand {
        lines.push(
            "# install the system in a cluster that has all pods on on-demand nodes, while Spot can be had"
                .to_owned(),
        );
    }
    lines.extend(undrained(run, places.system));
    let mut taken = taken(run).into_iter();
    let struck: BTreeSet<String> = { taken.as_slice().iter() }
        .flat_map(|own| own.pools.clone())
        .collect();
    // What each workload was scaled to last.
    let mut scaled: BTreeMap<OwnerId, i64> = BTreeMap::new();
    let mut withheld = Withheld::new(plan, struck, at_first(run));
    let mut interrupter = Interrupter::new(plan);
    let mut last = 0;
    let steps = &run.scenario.steps;
    for (number, step) in steps.iter().enumerate() {
        let mut own = Vec::new();
        match &step.action {
            Action::Interrupt(machines) => {
                let taken = taken.next().unwrap_or_default();
                own.extend(kept(run, plan));
                own.extend(interrupter.interrupt(machines, &taken));
            }
            Action::Load {
                workloads: which,
                percent,
            } => each(&mut own, (which, workloads), |own| {
                if !can_be_scaled(kind(own)) {
                    return None;
                }
                let (wanted, reason) = load(own, *percent, places);
                let before = scaled.insert(own.owner, wanted).unwrap_or(own.usual);
                let object = object(own);
                (wanted != before)
                    .then(|| format!("kubectl scale {object} --replicas {wanted}  # {reason}"))
            }),
            Action::RollOut { workloads: which } => {
                each(&mut own, (which, workloads), restart);
            }
            Action::Upgrade { pools } => own.extend(upgrade(plan, pools)),
            Action::Supply { pools, supply } => {
                let span = Span {
                    from: step.at,
                    later: &steps[number + 1..],
                };
                own.extend(withheld.supply(pools, *supply, &span));
            }
        }
        if step.at != last && !own.is_empty() {
            lines.push(format!("# at {}:", span(step.at / 1000)));
            last = step.at;
        }
        lines.extend(own);
    }
    lines.dedup();
    lines
}

/// A command for each of the workloads that are meant.
fn each(
    lines: &mut Vec<String>,
    (which, all): (&Workloads, &[WorkloadOutcome]),
    command: impl FnMut(&WorkloadOutcome) -> Option<String>,
) {
    let meant = all.iter().filter(|own| is_meant(own, which));
    let mut commands = meant.filter_map(command);
    lines.extend(commands.by_ref().take(SHOWN));
    let more = commands.count();
    if more > 0 {
        lines.push(format!("# and {more} more of the kind"));
    }
}

fn is_meant(own: &WorkloadOutcome, which: &Workloads) -> bool {
    match which {
        Workloads::All => true,
        Workloads::Named(names) => names
            .iter()
            .any(|name| *name == own.name || *name == format!("{}/{}", own.namespace, own.name)),
    }
}

/// So many hundredths of its replicas, and no more than its autoscaler makes; and how that comes about.
fn load(own: &WorkloadOutcome, percent: i64, places: &Places<'_>) -> (i64, String) {
    let wanted = (own.usual * percent + 99) / 100;
    let known = places.workload(&format!("{}/{}", own.namespace, own.name));
    let range = known.and_then(WorkloadView::autoscaling);
    let most = range.map_or(i64::MAX, |(_, most)| most.max(own.usual));
    let share = format!("{percent} % of {}", own.usual);
    if wanted > most {
        let cut = format!(
            "{share} is {wanted}, and its autoscaler makes {most} at most: {}",
            held(most)
        );
        return (most, cut);
    }
    // At 0 it does nothing. Source: kubernetes/kubernetes pkg/controller/podautoscaler/horizontal.go, `ScalingDisabled`.
    if range.is_some() && wanted > 0 {
        return (
            wanted,
            format!("{share}, and it has an autoscaler: {}", held(wanted)),
        );
    }
    (wanted, share)
}

/// What keeps an autoscaler of pods from setting another number.
fn held(wanted: i64) -> String {
    format!("it undoes this unless its minimum and maximum are {wanted} meanwhile")
}

fn kind(own: &WorkloadOutcome) -> Kind {
    let mut all = Kind::ALL.into_iter();
    all.find(|kind| kind.as_str() == own.kind)
        .unwrap_or(Kind::Deployment)
}

/// Whether it has the subresource `scale`.
/// Source: kubernetes/kubernetes `pkg/registry/apps/rest/storage_apps.go` and `pkg/registry/core/rest/storage_core.go`;
/// argoproj/argo-rollouts `manifests/crds/rollout-crd.yaml`.
fn can_be_scaled(kind: Kind) -> bool {
    match kind {
        Kind::Deployment
        | Kind::StatefulSet
        | Kind::ReplicaSet
        | Kind::ReplicationController
        | Kind::Rollout => true,
        Kind::DaemonSet | Kind::Job | Kind::CronJob | Kind::Pod => false,
    }
}

/// What rolls it out anew; none where nothing does.
/// Source: kubernetes/kubectl `pkg/polymorphichelpers/objectrestarter.go`; argoproj/argo-rollouts
/// `docs/generated/kubectl-argo-rollouts/kubectl-argo-rollouts_restart.md`.
fn restart(own: &WorkloadOutcome) -> Option<String> {
    match kind(own) {
        Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet => {
            Some(format!("kubectl rollout restart {}", object(own)))
        }
        Kind::Rollout => Some(format!(
            "kubectl argo rollouts restart --namespace {} {}",
            shell::word(&own.namespace),
            shell::word(&own.name)
        )),
        Kind::ReplicaSet | Kind::ReplicationController | Kind::Job | Kind::CronJob | Kind::Pod => {
            None
        }
    }
}

/// What `kubectl` calls it, and where it is.
fn object(own: &WorkloadOutcome) -> String {
    format!(
        "--namespace {} {}/{}",
        shell::word(&own.namespace),
        kind(own).as_str().to_lowercase(),
        shell::word(&own.name)
    )
}
