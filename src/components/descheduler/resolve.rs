//! Resolves the settings of the descheduler.

use serde::Serialize;

use super::evictor::Evictor;
use super::kept_off;
use super::limits::Limits;
use super::means::Means;
use super::moved::moved;
use super::namespaces::Namespaces;
use super::pace::default_interval;
use super::rounds::Idle;
use crate::components::controller::{Chart, ContainerResources, chart, container, duration};
use crate::components::{ComponentId, Notice};
use crate::config::{self, Kind, Spec, Spot};
use crate::defaults;
use crate::kubernetes::LabelSelector;
use crate::plan::{Placement, Workload};
use crate::providers::Facts;
use crate::values::{Duration, Schedule, Version};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descheduler {
    pub namespace: String,
    pub version: Version,
    pub image: String,
    pub chart: Chart,
    pub resources: ContainerResources,
    pub placement: Placement,
    pub interval: Duration,
    /// Where a `CronJob` starts it: the interval is then the longest of its gaps.
    #[serde(skip)]
    pub schedule: Option<Schedule>,
    /// Why it moves nothing, whatever its policy says.
    #[serde(skip)]
    pub idle: Option<Idle>,
    #[serde(skip)]
    pub means: Means,
    /// Which pods the plugin moves by their labels, beside what the evictor lets go.
    #[serde(skip)]
    pub moves: LabelSelector,
    pub profile_name: String,
    pub namespaces: Namespaces,
    pub evictor: Evictor,
    pub limits: Limits,
}

impl Descheduler {
    /// How often it makes a round: `every 5 min`.
    pub(crate) fn rhythm(&self) -> String {
        match &self.schedule {
            Some(schedule) => schedule.spoken(),
            None => self.interval.every(),
        }
    }

    /// The shortest time from one round to the next, in seconds.
    pub(crate) fn shortest_gap(&self) -> u64 {
        let by_schedule = self.schedule.as_ref().and_then(Schedule::shortest_gap);
        by_schedule.unwrap_or_else(|| self.interval.seconds())
    }

    /// How long so many rounds take, in seconds, the wait for the first one included.
    pub(crate) fn seconds(&self, rounds: i64) -> i64 {
        let count = u64::try_from(rounds).unwrap_or_default();
        let by_schedule = self.schedule.as_ref().and_then(|own| own.longest(count));
        let seconds = by_schedule.unwrap_or_else(|| self.interval.times(count));
        i64::try_from(seconds).unwrap_or(i64::MAX)
    }
}

pub(crate) fn resolve(
    spec: &Spec,
    facts: &Facts,
    spot_label: &(String, String),
    workloads: &[Workload],
) -> Option<Descheduler> {
    if left_out(spec, spot_label, workloads).is_some() {
        return None;
    }
    let declared = spec.descheduler.clone().unwrap_or_default();
    let kubernetes = kubernetes_version(spec);
    (declared.enabled != Some(false))
        .then(|| of(declared, kubernetes, facts, spot_label, workloads))
}

/// Declared settings, and defaults for the rest.
pub(super) fn of(
    declared: config::Descheduler,
    kubernetes: Version,
    facts: &Facts,
    spot_label: &(String, String),
    workloads: &[Workload],
) -> Descheduler {
    let version = declared.version.unwrap_or(defaults::DESCHEDULER_VERSION);
    let image = declared.image.map_or_else(
        || format!("{}:v{version}", defaults::DESCHEDULER_IMAGE),
        String::from,
    );
    let placement = declared.placement.unwrap_or(config::Placement {
        spot: Some(Spot::Never),
        ..config::Placement::default()
    });
    let evictor = declared.evictor.unwrap_or_default();
    let selects_all = evictor.label_selector.is_none();
    let mut evictor = Evictor::resolve(evictor, version, kubernetes, spot_label);
    if selects_all {
        let conditions = &mut evictor.label_selector.match_expressions;
        conditions.extend(kept_off::conditions(workloads));
    }
    let interval = declared
        .interval
        .unwrap_or_else(|| duration(default_interval(version)));
    Descheduler {
        namespace: declared
            .namespace
            .map_or_else(|| defaults::DESCHEDULER_NAMESPACE.to_owned(), String::from),
        version,
        image,
        // The chart has the same version as the descheduler, with all three parts.
        chart: chart(
            declared.chart.as_ref(),
            defaults::DESCHEDULER_CHART_REPOSITORY,
            &version.whole().to_string(),
        ),
        resources: container(declared.resources.as_ref(), defaults::DESCHEDULER_RESOURCES),
        placement: crate::workloads::placement(&placement, facts),
        schedule: None,
        idle: None,
        means: Means::Preference,
        moves: LabelSelector::default(),
        profile_name: declared
            .profile_name
            .unwrap_or_else(|| defaults::DESCHEDULER_PROFILE.to_owned()),
        namespaces: Namespaces::resolve(declared.namespaces, workloads, &evictor),
        limits: Limits::resolve(
            &declared.limits.unwrap_or_default(),
            version,
            &interval,
            workloads,
            &evictor,
        ),
        interval,
        evictor,
    }
}

fn kubernetes_version(spec: &Spec) -> Version {
    let declared = spec.kubernetes_version();
    declared.unwrap_or(defaults::KUBERNETES_VERSION)
}

/// Without a workload that prefers Spot there is nothing to move, so the descheduler is installed only if it is
/// configured.
pub(crate) fn left_out(
    spec: &Spec,
    spot_label: &(String, String),
    workloads: &[Workload],
) -> Option<Notice> {
    if spec.descheduler.is_some() {
        return None;
    }
    let version = defaults::DESCHEDULER_VERSION;
    let evictor = config::Evictor::default();
    let evictor = Evictor::resolve(evictor, version, kubernetes_version(spec), spot_label);
    if moved(workloads, &evictor).next().is_some() {
        return None;
    }
    let mut staying = workloads.iter().filter(|workload| workload.prefers_spot());
    let has_pods = staying.clone().any(|workload| workload.kind == Kind::Pod);
    let has_jobs = staying.any(|workload| workload.kind.is_job());
    let may_be_in_manifests = workloads.is_empty() && !spec.class_rules.is_empty();
    Some(if may_be_in_manifests {
        Notice {
            component: ComponentId::Descheduler,
            message: "no descheduler is installed, because `classRules` match no workload".into(),
            next: "pass the manifests of the workloads: `--from MANIFESTS`",
        }
    } else if has_pods {
        Notice {
            component: ComponentId::Descheduler,
            message: if has_jobs {
                "no descheduler is installed, because only Jobs and pods without a controller prefer Spot, and their pods \
                 are not evicted"
                    .into()
            } else {
                "no descheduler is installed, because only pods without a controller prefer Spot, and nothing would \
                 recreate them after an eviction"
                    .into()
            },
            next: "create the pods through a Deployment: then they return to Spot",
        }
    } else if has_jobs {
        Notice {
            component: ComponentId::Descheduler,
            message: "no descheduler is installed, because only Jobs prefer Spot, and their pods are not evicted".into(),
            next: "to evict them, and lose their work, set `descheduler: {evictor: {labelSelector: {}}}`",
        }
    } else {
        Notice {
            component: ComponentId::Descheduler,
            message: "no descheduler is installed, because no workload prefers Spot".into(),
            next: "list the workloads, or set the namespaces in which to move pods: `descheduler: {namespaces: {include: […]}}`",
        }
    })
}
