//! A snapshot, sorted.

use std::collections::{BTreeMap, BTreeSet};

use super::autoscaler_status::{self, AutoscalerStatus};
use super::budget::BudgetStatus;
use super::event::Event;
use super::kept::Kept;
use super::node::Node;
use super::owner::Controller;
use super::pod::Pod;
use super::time::Time;

/// A cluster at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub nodes: Vec<Node>,
    pub pods: Vec<Pod>,
    pub events: Vec<Event>,
    /// What the API server makes of the budgets.
    pub budgets: Vec<BudgetStatus>,
    /// None without the `ConfigMap` in which the cluster autoscaler reports.
    pub autoscaler: Option<AutoscalerStatus>,
    /// What made a `ReplicaSet` or a `Job`, where a workload did.
    pub(super) owners: BTreeMap<Controller, Controller>,
    /// Where the objects of each text begin in `objects`.
    pub(super) texts: Vec<(usize, usize)>,
    /// The other objects, as a stream of YAML documents. Of what another object controls, nothing is kept.
    pub objects: String,
    /// The workloads that an operator made, or another controller that is none of Kubernetes, and such controllers that
    /// make pods by themselves.
    pub of_operators: BTreeSet<Controller>,
    /// Which of them are there, by their identity.
    pub kept: BTreeMap<Controller, Kept>,
    /// Every `ConfigMap` that is there, whatever is in it.
    pub(super) config_maps: BTreeSet<Controller>,
    /// The kinds that are there, with how many objects each has.
    pub kinds: BTreeMap<String, usize>,
    /// What could not be understood, and why. The rest is whole.
    pub problems: Vec<Problem>,
}

/// Something in a snapshot that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Such as ``Pod `shop/web-0` ``.
    pub subject: String,
    pub reason: String,
    /// The number of the text that it is in.
    pub text: usize,
}

impl Snapshot {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The workload that a pod belongs to: what controls it, or what controls that.
    pub fn workload<'a>(&'a self, pod: &'a Pod) -> Option<&'a Controller> {
        let direct = pod.controller.as_ref()?;
        Some(self.owners.get(direct).unwrap_or(direct))
    }

    /// What made an object, where something did.
    pub fn maker(&self, own: &Controller) -> Option<&Controller> {
        self.owners.get(own)
    }

    /// The number of the text that the object at an offset of `objects` comes from.
    pub(crate) fn text_at(&self, offset: usize) -> usize {
        let after = self.texts.partition_point(|(start, _)| *start <= offset);
        let before = after.checked_sub(1).and_then(|at| self.texts.get(at));
        before.map_or(0, |(_, text)| *text)
    }

    /// An object that is kept as it is: its JSON.
    pub fn object(&self, identity: &Controller) -> Option<&str> {
        let range = self.kept.get(identity)?.range.clone()?;
        self.objects.get(range)
    }

    /// Whether a `ConfigMap` is there, whatever is in it.
    pub fn has_config_map(&self, namespace: &str, name: &str) -> bool {
        self.config_maps.contains(&Controller {
            namespace: namespace.to_owned(),
            kind: "ConfigMap".to_owned(),
            name: name.to_owned(),
        })
    }

    /// Controllers of Kubernetes that have pods here, and of whose kind nothing was asked for.
    pub fn unasked(&self) -> BTreeSet<&Controller> {
        const KINDS: [&str; 3] = ["ReplicationController", "StatefulSet", "DaemonSet"];
        let alive = self.pods.iter().filter(|pod| pod.is_alive());
        let controllers = alive.filter_map(|pod| pod.controller.as_ref());
        let is_unasked =
            |own: &&Controller| KINDS.contains(&own.kind.as_str()) && !self.has(&own.kind);
        controllers.filter(is_unasked).collect()
    }

    /// The namespace of the `ConfigMap` in which the cluster autoscaler reports, whatever is in it.
    pub fn namespace_of_report(&self) -> Option<&str> {
        let mut maps = self.config_maps.iter();
        let found = maps.find(|own| own.name == autoscaler_status::CONFIG_MAP)?;
        Some(&found.namespace)
    }

    /// Whether there are objects of a kind. A kind that was not asked for looks as if the cluster had none of it.
    pub fn has(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    /// The time of the newest thing in it, which stands for the time when it was taken.
    pub fn taken_at(&self) -> Option<Time> {
        let pods = self.pods.iter().filter_map(|pod| pod.created);
        let nodes = self.nodes.iter().filter_map(|node| node.created);
        let events = self.events.iter().filter_map(|event| event.last);
        let status = self.autoscaler.iter().filter_map(|status| status.time);
        let heartbeats = self.nodes.iter().filter_map(|node| node.heartbeat);
        pods.chain(nodes)
            .chain(events)
            .chain(status)
            .chain(heartbeats)
            .max()
    }
}
