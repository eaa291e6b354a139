//! Node groups, as recordings have them and as a plan is turned into.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity as ApiQuantity;
use serde::Deserialize;

use super::{affinity, requests};
use crate::kubernetes::{Labels, OS_LABEL};
use crate::simulate::world::{Autoscaled, LabelSet, NodeGroup, NodeTaint, World};

/// A node group in words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GroupSpec {
    pub name: String,
    pub pool: String,
    #[serde(rename = "spot")]
    pub is_spot: bool,
    /// Nobody scales it.
    #[serde(default)]
    pub fixed: Option<bool>,
    pub min: i64,
    pub max: i64,
    #[serde(default)]
    pub initial: i64,
    #[serde(default)]
    pub zones: Vec<String>,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    #[serde(default)]
    pub taints: Vec<TaintSpec>,
    pub allocatable: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TaintSpec {
    pub key: String,
    #[serde(default)]
    pub value: Option<String>,
    pub effect: String,
}

/// What add-ons of the cluster request on each node.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Overhead {
    pub cpu: String,
    pub memory: String,
}

impl GroupSpec {
    pub(super) fn group(&self, world: &mut World) -> NodeGroup {
        let mut labels: Labels = self.labels.clone().into_iter().collect();
        // The kubelet says what it runs on: kubernetes/kubernetes pkg/kubelet/kubelet_node_status.go, `initialNode`.
        if labels.get(OS_LABEL).is_none() {
            labels.insert(OS_LABEL.to_owned(), "linux".to_owned());
        }
        let taints = self.taints.iter().filter_map(|taint| {
            let value = taint.value.as_deref().filter(|value| !value.is_empty());
            Some(NodeTaint {
                effect: affinity::effect(&taint.effect)?,
                key: world.symbols.of(&taint.key),
                value: value.map(|value| world.symbols.of(value)),
            })
        });
        let taints = taints.collect();
        let api = |map: &BTreeMap<String, String>| {
            let pairs = map
                .iter()
                .map(|(name, text)| (name.clone(), ApiQuantity(text.clone())));
            pairs.collect::<BTreeMap<_, _>>()
        };
        let pods = self
            .allocatable
            .get("pods")
            .and_then(|text| text.parse().ok());
        NodeGroup {
            name: self.name.clone(),
            pool: self.pool.clone(),
            is_spot: self.is_spot,
            autoscaled: (self.fixed != Some(true)).then_some(Autoscaled {
                min: self.min,
                max: self.max,
            }),
            initial: self.initial,
            zones: self
                .zones
                .iter()
                .map(|zone| world.symbols.of(zone))
                .collect(),
            labels: LabelSet::new(&labels, &mut world.symbols),
            taints,
            allocatable: requests::list(&api(&self.allocatable), &mut world.symbols),
            // Source: kubernetes/kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go, `MaxPods`.
            max_pods: pods.unwrap_or(110),
        }
    }
}
