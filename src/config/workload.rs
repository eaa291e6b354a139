//! A listed workload: what is its own, and what it may have in common with others.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::classes::{Class, DisruptionBudget, Placement};
use super::kind::Kind;
use super::labels::Labels;
use super::resources::ResourceList;
use super::workloads::{Autoscaling, WrittenWorkload};
use crate::values::{DnsLabel, DnsSubdomain, Int, OrNone};
use crate::yaml::ALIKE;

/// A workload to run on Spot, as [`WrittenWorkload`] describes it. Of many that are alike in all but these names and labels,
/// the facts are read once.
#[derive(Clone, Debug, Serialize)]
#[serde(into = "WrittenWorkload")]
pub struct Workload {
    pub name: DnsSubdomain,
    pub namespace: Option<DnsLabel>,
    pub selector: Option<Labels>,
    pub facts: Arc<WorkloadFacts>,
}

/// What a workload has beside its names and labels.
#[derive(Clone, Debug)]
pub struct WorkloadFacts {
    pub kind: Option<Kind>,
    pub replicas: Option<Int<0, 100_000>>,
    pub autoscaling: Option<Autoscaling>,
    pub requests: Option<ResourceList>,
    pub class: Option<DnsLabel>,
    pub placement: Option<Placement>,
    pub on_demand_base: Option<Int<0, 100_000>>,
    pub disruption_budget: Option<DisruptionBudget>,
    pub termination_grace_period_seconds: Option<OrNone>,
    pub node_loss_toleration_seconds: Option<OrNone>,
}

impl Deref for Workload {
    type Target = WorkloadFacts;

    fn deref(&self) -> &WorkloadFacts {
        &self.facts
    }
}

impl WorkloadFacts {
    /// Whether it has settings of its own. Most workloads have none, and a configuration can list very many.
    pub fn has_settings(&self) -> bool {
        self.placement.is_some()
            || self.on_demand_base.is_some()
            || self.disruption_budget.is_some()
            || self.termination_grace_period_seconds.is_some()
            || self.node_loss_toleration_seconds.is_some()
    }

    /// The workload's own settings, as a class.
    pub fn overrides(&self) -> Class {
        Class {
            extends: None,
            placement: self.placement.clone(),
            on_demand_base: self.on_demand_base,
            disruption_budget: self.disruption_budget.clone(),
            termination_grace_period_seconds: self.termination_grace_period_seconds,
            node_loss_toleration_seconds: self.node_loss_toleration_seconds,
        }
    }
}

impl From<WrittenWorkload> for Workload {
    fn from(written: WrittenWorkload) -> Self {
        Self {
            name: written.name,
            namespace: written.namespace,
            selector: written.selector,
            facts: Arc::new(WorkloadFacts {
                kind: written.kind,
                replicas: written.replicas,
                autoscaling: written.autoscaling,
                requests: written.requests,
                class: written.class,
                placement: written.placement,
                on_demand_base: written.on_demand_base,
                disruption_budget: written.disruption_budget,
                termination_grace_period_seconds: written.termination_grace_period_seconds,
                node_loss_toleration_seconds: written.node_loss_toleration_seconds,
            }),
        }
    }
}

impl From<Workload> for WrittenWorkload {
    fn from(workload: Workload) -> Self {
        let facts = WorkloadFacts::clone(&workload.facts);
        Self {
            name: workload.name,
            namespace: workload.namespace,
            kind: facts.kind,
            selector: workload.selector,
            replicas: facts.replicas,
            autoscaling: facts.autoscaling,
            requests: facts.requests,
            class: facts.class,
            placement: facts.placement,
            on_demand_base: facts.on_demand_base,
            disruption_budget: facts.disruption_budget,
            termination_grace_period_seconds: facts.termination_grace_period_seconds,
            node_loss_toleration_seconds: facts.node_loss_toleration_seconds,
        }
    }
}

/// The keys of a workload that are no facts, and what they say.
const OWN: [&str; 3] = ["name", "namespace", "selector"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    name: DnsSubdomain,
    #[serde(default)]
    namespace: Option<DnsLabel>,
    #[serde(default)]
    selector: Option<Labels>,
}

/// Reads the list of workloads.
///
/// # Errors
/// At the first one that is none.
pub(super) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Workload>, D::Error> {
    deserializer.deserialize_seq(List)
}

struct List;

impl<'de> Visitor<'de> for List {
    type Value = Vec<Workload>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of workloads")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<Workload>, A::Error> {
        let mut workloads = Vec::new();
        let mut known = Vec::new();
        while let Some(workload) = items.next_element_seed(Item { known: &mut known })? {
            workloads.push(workload);
        }
        Ok(workloads)
    }
}

/// One of them. The reader may say that all but its own keys is as it was in an earlier one.
struct Item<'k> {
    /// The facts of each kind of workload that the reader tells apart, by its number.
    known: &'k mut Vec<Arc<WorkloadFacts>>,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = Workload;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Workload, D::Error> {
        deserializer.deserialize_struct(ALIKE, &OWN, self)
    }
}

impl<'de> Visitor<'de> for Item<'_> {
    type Value = Workload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a workload")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Workload, A::Error> {
        WrittenWorkload::deserialize(MapAccessDeserializer::new(map)).map(Workload::from)
    }

    /// What [`ALIKE`] promises: a number, and what is yet to be read of the item.
    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Workload, A::Error> {
        let number: Option<usize> = parts.next_element()?;
        let known = number.and_then(|number| self.known.get(number));
        let workload = if let Some(facts) = known {
            let own: Option<Own> = parts.next_element()?;
            own.map(|own| Workload {
                name: own.name,
                namespace: own.namespace,
                selector: own.selector,
                facts: Arc::clone(facts),
            })
        } else {
            let whole: Option<WrittenWorkload> = parts.next_element()?;
            let whole = whole.map(Workload::from);
            let facts = whole.as_ref().map(|whole| Arc::clone(&whole.facts));
            self.known.extend(facts);
            whole
        };
        workload.ok_or_else(|| A::Error::invalid_length(1, &self))
    }
}
