//! Settings by which `--set` changes where a workload may run.

use crate::config::pointers;
use crate::kubernetes::TopologyKey;
use crate::model::WorkloadView;
use crate::plan::Spread;
use crate::rehearse::hold::Hold;
use crate::rehearse::place::Places;

/// What to set so that this no longer holds the pods of a workload up; empty where no setting does.
pub(super) fn sets(pods: WorkloadView<'_>, hold: &Hold, places: &Places<'_>) -> Vec<String> {
    match hold {
        // Nothing else puts these on on-demand.
        Hold::Labels if pods.planned.is_some_and(|own| own.base().is_some()) => {
            let owner = owner(pods, &["onDemandBase"], places);
            let owner = owner.into_iter();
            owner
                .flat_map(|own| {
                    let set = format!("{own}.onDemandBase=0");
                    kept(&own, places).into_iter().chain([set])
                })
                .collect()
        }
        Hold::Labels => {
            let owner = owner(pods, &["placement", "spot"], places);
            let owner = owner.into_iter();
            owner
                .flat_map(|own| {
                    let set = format!("{own}.placement.spot=Preferred");
                    kept(&own, places).into_iter().chain([set])
                })
                .collect()
        }
        Hold::Spread | Hold::AntiAffinity | Hold::AntiAffinityOf(_) => {
            let Some(owner) = owner(pods, &["placement", "spread"], places) else {
                return Vec::new();
            };
            let spread = pods.planned.map_or(&[][..], |own| &own.placement.spread);
            let hard = spread.iter().filter(|own| own.is_hard());
            let domain = |own: &Spread| match own.topology_key() {
                TopologyKey::Zone => Some("zone"),
                TopologyKey::Hostname => Some("node"),
                TopologyKey::Other(_) => None,
            };
            let domains: Option<Vec<&str>> = hard.map(domain).collect();
            let soft = |domain: &str| {
                format!("{owner}.placement.spread.{domain}.whenUnsatisfiable=ScheduleAnyway")
            };
            let sets = match domains {
                Some(domains) => domains.into_iter().map(soft).collect(),
                None => vec![format!("{owner}.placement.spread=None")],
            };
            kept(&owner, places).into_iter().chain(sets).collect()
        }
        Hold::LocalStorage => {
            let off = "podProtections.defaultDisabled=[PodsWithLocalStorage]";
            vec![format!("spec.descheduler.evictor.{off}")]
        }
        Hold::Few => vec!["spec.descheduler.evictor.minReplicas=null".to_owned()],
        Hold::Taints
        | Hold::Requests
        | Hold::Priority
        | Hold::Device(_)
        | Hold::Ports
        | Hold::Affinity
        | Hold::Claims => Vec::new(),
    }
}

/// What keeps the rest of a class as it is where `--set` would otherwise write the class anew; empty for an owner that the
/// configuration has.
pub(super) fn kept(owner: &str, places: &Places<'_>) -> Option<String> {
    let class = owner.strip_prefix("spec.classes.")?;
    let written = pointers::spec("classes").child(class);
    let is_new = places.document.node(&written).is_none();
    is_new.then(|| format!("{owner}.extends={class}"))
}

/// Who has a setting of a workload in the configuration: the workload, where it is listed and not the class that has it
/// written, else its class. Names that two workloads have say nothing certain to `--set`.
pub(super) fn owner(pods: WorkloadView<'_>, path: &[&str], places: &Places<'_>) -> Option<String> {
    let planned = pods.planned?;
    let written = pods.setting(places.document, path);
    let is_own = planned.listed.is_some() && {
        let own = planned.pointer();
        written.is_none_or(|written| own.is_some_and(|own| written.lies_in(&own)))
    };
    if is_own {
        // What is made beside a workload has its settings.
        let base = planned.base();
        let name = base.map_or(planned.name.as_str(), |base| base.of.as_str());
        return places
            .is_alone(pods)
            .then(|| format!("spec.workloads.{name}"));
    }
    Some(format!("spec.classes.{}", planned.class))
}
