//! What of the descheduler's settings keeps it from evicting pods.

use super::away::Away;
use super::words::name;
use crate::components::descheduler::Namespaces;
use crate::components::descheduler::limits::LimitKey;
use crate::config::pointers;
use crate::rehearse::class::Blame;
use crate::rehearse::hold::Hold;
use crate::rehearse::place::Places;
use crate::simulate::actors::descheduler::{Kept, Stay};
use crate::simulate::run::Run;

/// The setting that has it evict none of a workload's pods that are away, in words that follow its name.
pub(super) fn spared(
    (run, own): (&Run, &Away<'_>),
    stays: &[Stay],
    has_room: bool,
    places: &Places<'_>,
) -> Option<(String, Blame)> {
    let of_own = stays.iter().filter(|stay| own.pods.contains(&stay.pod));
    // None where one would go.
    let of_own: Vec<Kept> = of_own.map(|stay| stay.why).collect::<Option<_>>()?;
    // A profile for other pods says nothing about these.
    let mut covered = of_own.iter().filter(|why| **why != Kept::NotCovered);
    let kept = *covered.next().or(of_own.first())?;
    let evictor = |key: &str| Blame::Key(pointers::spec("descheduler/evictor").child(key));
    let workload = || name(run, own.own.owner);
    let pods = |hold: Hold| Blame::Pods {
        workload: workload(),
        hold,
        pools: Vec::new(),
    };
    let limit = |key: LimitKey| Blame::Key(key.pointer());
    let protections = || {
        let key = "descheduler/evictor/podProtections/extraEnabled";
        Blame::Key(pointers::spec(key))
    };
    let (why, blame) = match kept {
        Kept::NotCovered => of_plugin(places, &own.own.namespace),
        Kept::Unselected => ("selects none of their labels", evictor("labelSelector")),
        Kept::UnselectedNamespace => ("does not select their namespace", Blame::OfClass),
        Kept::Spared => (
            "spares pods with the annotation `descheduler.alpha.kubernetes.io/prefer-no-eviction`",
            Blame::Workload(workload()),
        ),
        Kept::SystemCritical => (
            "spares pods of critical priority",
            Blame::Workload(workload()),
        ),
        Kept::Priority => (
            "spares pods whose priority is not below `priorityThreshold`",
            evictor("priorityThreshold"),
        ),
        Kept::LocalStorage => (
            "spares pods with volumes of their node",
            pods(Hold::LocalStorage),
        ),
        Kept::Claims => (
            "spares pods with PersistentVolumeClaims",
            pods(Hold::Claims),
        ),
        Kept::WithoutBudget => ("protects `PodsWithoutPDB`", protections()),
        Kept::ResourceClaims => ("spares pods with resource claims", protections()),
        Kept::TooFewReplicas => (
            "spares pods of workloads with few replicas",
            pods(Hold::Few),
        ),
        Kept::TooYoung => (
            "evicts no pod that is younger than `minPodAge`",
            evictor("minPodAge"),
        ),
        Kept::NoNodeFits if has_room => (
            "looks for room on other nodes only: those that `nodeSelector` selects",
            evictor("nodeSelector"),
        ),
        Kept::TotalLimit => ("may evict nobody", limit(LimitKey::Total)),
        Kept::NodeLimit => ("may evict nobody", limit(LimitKey::PerNode)),
        Kept::NamespaceLimit => ("may evict nobody", limit(LimitKey::PerNamespace)),
        Kept::NoNodeFits
        | Kept::NoPlace
        | Kept::Terminating
        | Kept::Bare
        | Kept::DaemonSet
        | Kept::Gone
        | Kept::Refused(_) => return None,
    };
    Some((why.to_owned(), blame))
}

/// What of its plugin leaves pods of a namespace out.
fn of_plugin(places: &Places<'_>, namespace: &str) -> (&'static str, Blame) {
    let own = places.in_effect().descheduler.as_ref();
    let key = |key: &str| Blame::Key(pointers::spec("descheduler/namespaces").child(key));
    let has = |names: &[String]| names.iter().any(|own| own == namespace);
    match own.map(|own| &own.namespaces) {
        Some(Namespaces::Include(names)) if !has(names) => {
            ("does not look at their namespace", key("include"))
        }
        Some(Namespaces::Exclude(names)) if has(names) => {
            ("leaves out their namespace", key("exclude"))
        }
        _ => ("looks at no pods with their labels", Blame::OfClass),
    }
}
