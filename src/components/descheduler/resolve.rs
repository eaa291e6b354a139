//! What the descheduler is told, and how that is decided.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::components::controller::{Chart, ContainerResources, chart, container, duration};
use crate::components::{ComponentId, Notice};
use crate::config::{self, DefaultProtection, ExtraProtection, Spec, Spot};
use crate::defaults;
use crate::plan::{Placement, Workload};
use crate::providers::Facts;
use crate::values::{Duration, Limit, Version};

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
    pub profile_name: String,
    pub namespaces: Namespaces,
    pub evictor: Evictor,
    pub limits: Limits,
}

/// In which namespaces pods are moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Namespaces {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evictor {
    pub node_fit: bool,
    pub node_selector: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_pod_age: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_threshold: Option<PriorityThreshold>,
    pub default_disabled: Vec<DefaultProtection>,
    pub extra_enabled: Vec<ExtraProtection>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protected_storage_classes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PriorityThreshold {
    Name(String),
    Value(i64),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub total: Limit,
    pub per_node: Limit,
    pub per_namespace: Limit,
}

pub(crate) fn resolve(spec: &Spec, facts: &Facts, workloads: &[Workload]) -> Option<Descheduler> {
    if left_out(spec, workloads).is_some() {
        return None;
    }
    let stated = spec.descheduler.clone().unwrap_or_default();
    (stated.enabled != Some(false)).then(|| of(stated, facts, workloads))
}

/// What is declared, and the defaults of the rest.
pub(super) fn of(
    stated: config::Descheduler,
    facts: &Facts,
    workloads: &[Workload],
) -> Descheduler {
    let version = stated.version.unwrap_or(defaults::DESCHEDULER_VERSION);
    let image = stated.image.map_or_else(
        || format!("{}:v{version}", defaults::DESCHEDULER_IMAGE),
        String::from,
    );
    let placement = stated.placement.unwrap_or(config::Placement {
        spot: Some(Spot::Never),
        ..config::Placement::default()
    });
    Descheduler {
        namespace: stated
            .namespace
            .map_or_else(|| defaults::DESCHEDULER_NAMESPACE.to_owned(), String::from),
        version,
        image,
        // The chart's version is the descheduler's, and a whole one.
        chart: chart(
            stated.chart.as_ref(),
            defaults::DESCHEDULER_CHART_REPOSITORY,
            &version.whole().to_string(),
        ),
        resources: container(stated.resources.as_ref(), defaults::DESCHEDULER_RESOURCES),
        placement: crate::workloads::placement(&placement, facts),
        interval: stated
            .interval
            .unwrap_or_else(|| duration(defaults::DESCHEDULER_INTERVAL)),
        profile_name: stated
            .profile_name
            .unwrap_or_else(|| defaults::DESCHEDULER_PROFILE.to_owned()),
        namespaces: namespaces(stated.namespaces, workloads),
        evictor: evictor(stated.evictor.unwrap_or_default(), version, facts),
        limits: limits(&stated.limits.unwrap_or_default(), version, workloads),
    }
}

/// Without a workload that prefers Spot there is nothing to move: it is made only where it is written about.
pub(crate) fn left_out(spec: &Spec, workloads: &[Workload]) -> Option<Notice> {
    (spec.descheduler.is_none() && moved(workloads).next().is_none()).then_some(Notice {
        component: ComponentId::Descheduler,
        message: "there is no descheduler: no workload prefers Spot".into(),
        next: "list the workloads; or say where pods are moved: `descheduler: {namespaces: {include: […]}}`",
    })
}

fn namespaces(stated: Option<config::Namespaces>, workloads: &[Workload]) -> Namespaces {
    let owned = |names: Vec<crate::values::DnsLabel>| names.into_iter().map(String::from).collect();
    match stated {
        Some(config::Namespaces {
            include: Some(names),
            ..
        }) => Namespaces::Include(owned(names)),
        Some(config::Namespaces {
            exclude: Some(names),
            ..
        }) => Namespaces::Exclude(owned(names)),
        Some(_) => Namespaces::All,
        None => {
            let names: BTreeSet<&String> = moved(workloads)
                .map(|workload| &workload.namespace)
                .collect();
            if names.is_empty() {
                Namespaces::Exclude(defaults::UNMOVED_NAMESPACES.map(str::to_owned).to_vec())
            } else {
                Namespaces::Include(names.into_iter().cloned().collect())
            }
        }
    }
}

/// The workloads that failback is about. What requires Spot is never anywhere else.
fn moved(workloads: &[Workload]) -> impl Iterator<Item = &Workload> {
    workloads.iter().filter(|workload| workload.prefers_spot())
}

fn evictor(stated: config::Evictor, version: Version, facts: &Facts) -> Evictor {
    let (key, value) = facts.labels.spot;
    let protections = stated.pod_protections.unwrap_or_default();
    let classes = protections.config.and_then(|config| config.pods_with_pvc);
    let default_age = version
        .at_least(0, 31)
        .then(|| duration(defaults::MIN_POD_AGE));
    Evictor {
        node_fit: stated.node_fit.unwrap_or(true),
        node_selector: stated
            .node_selector
            .map_or_else(|| format!("{key}={value}"), String::from),
        min_replicas: stated
            .min_replicas
            .map(crate::values::Int::get)
            .filter(|count| *count > 0),
        min_pod_age: stated
            .min_pod_age
            .or(default_age)
            .filter(|age| !age.is_zero()),
        priority_threshold: stated.priority_threshold.map(|threshold| {
            match (threshold.name, threshold.value) {
                (Some(name), _) => PriorityThreshold::Name(name.into()),
                (None, value) => {
                    PriorityThreshold::Value(value.expect("validation wants one of the two").get())
                }
            }
        }),
        default_disabled: protections
            .default_disabled
            .unwrap_or_else(|| defaults::DEFAULT_DISABLED.to_vec()),
        extra_enabled: protections
            .extra_enabled
            .unwrap_or_else(|| defaults::EXTRA_ENABLED.to_vec()),
        protected_storage_classes: classes
            .map(|classes| {
                classes
                    .protected_storage_classes
                    .into_iter()
                    .map(|class| class.name.into())
                    .collect()
            })
            .unwrap_or_default(),
    }
}

fn limits(stated: &config::Limits, version: Version, workloads: &[Workload]) -> Limits {
    let replicas: i64 = moved(workloads).filter_map(Workload::usual_replicas).sum();
    let share = (replicas + defaults::ROUNDS_TO_FAIL_BACK - 1) / defaults::ROUNDS_TO_FAIL_BACK;
    let total = u32::try_from(share.max(1)).unwrap_or(u32::MAX);
    let default = if version.at_least(0, 31) {
        Limit::AtMost(total)
    } else {
        Limit::Unlimited
    };
    Limits {
        total: stated.total.unwrap_or(default),
        per_node: stated.per_node.unwrap_or(Limit::Unlimited),
        per_namespace: stated.per_namespace.unwrap_or(Limit::Unlimited),
    }
}
