//! What all parts look at: the snapshot, its objects as manifests, the plan, and the pods of every workload.

use std::collections::BTreeMap;

use super::advice::Advice;
use super::input::Input;
use super::nodes::Nodes;
use super::words::add;
use crate::components::{Installed, System, observe};
use crate::manifests::{ManifestWorkload, Manifests};
use crate::plan::Plan;
use crate::snapshot::{Pod, Snapshot, Time};

/// Namespace, kind and name of a workload.
type Key<'a> = (&'a str, &'a str, &'a str);

#[derive(Debug)]
pub(super) struct Cluster<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) manifests: &'a Manifests,
    pub(super) installed: Installed<'a>,
    /// What is wanted, or what the nodes tell of.
    pub(super) plan: &'a Plan,
    /// What is wanted; none without a configuration.
    pub(super) planned: Option<&'a System>,
    /// The system with what is installed in place of what is planned: one for each of what there are several of.
    pub(super) observed: Vec<System>,
    /// The arguments of the commands that are advised.
    pub(super) advice: &'a Advice,
    pub(super) nodes: Nodes<'a>,
    /// When the snapshot was taken.
    pub(super) now: Option<Time>,
    pods: BTreeMap<Key<'a>, Vec<&'a Pod>>,
}

impl<'a> Cluster<'a> {
    pub(super) fn new(input: &Input<'a>) -> Self {
        let Input {
            snapshot,
            manifests,
            system,
            document,
            is_assumed,
            advice,
        } = *input;
        let installed = Installed::read(manifests);
        let observed = observe::read(system, document, &installed).into_iter();
        let mut pods: BTreeMap<Key<'a>, Vec<&'a Pod>> = BTreeMap::new();
        for pod in &snapshot.pods {
            let key = match snapshot.workload(pod) {
                Some(owner) => (
                    owner.namespace.as_str(),
                    owner.kind.as_str(),
                    owner.name.as_str(),
                ),
                None => (pod.namespace.as_str(), "Pod", pod.name.as_str()),
            };
            pods.entry(key).or_default().push(pod);
        }
        Self {
            snapshot,
            manifests,
            observed: observed.map(|observed| observed.system).collect(),
            installed,
            advice,
            plan: &system.plan,
            planned: (!is_assumed).then_some(system),
            nodes: Nodes::new(&snapshot.nodes, &system.plan),
            now: snapshot.taken_at(),
            pods,
        }
    }

    /// The pods of a workload, those included that have ended.
    pub(super) fn pods_of<'s>(&'s self, found: &'s ManifestWorkload) -> &'s [&'a Pod] {
        let namespace = found.namespace.as_deref().unwrap_or("default");
        let key = (namespace, found.kind.as_str(), found.name.as_str());
        self.pods.get(&key).map_or(&[], Vec::as_slice)
    }

    /// How many seconds ago something was.
    pub(super) fn age(&self, time: Option<Time>) -> Option<i64> {
        Some(self.now?.seconds_since(time?))
    }

    /// Whether something is known to be at least so old.
    pub(super) fn is_older(&self, time: Option<Time>, seconds: i64) -> bool {
        self.age(time).is_some_and(|age| age >= seconds)
    }

    /// What to add to a snapshot that does not tell where pods are: the kinds that it lacks.
    pub(super) fn add_places(&self) -> String {
        let kinds = [("Node", "nodes"), ("Pod", "pods")].into_iter();
        let lacking = kinds.filter(|(kind, _)| !self.snapshot.has(kind));
        let lacking: Vec<&str> = lacking.map(|(_, word)| word).collect();
        if lacking.is_empty() {
            "mend the Nodes that cannot be read, which are named above".to_owned()
        } else {
            add(&lacking.join(","))
        }
    }

    /// What to add to a snapshot that has nothing of a kind; where it has, that is no help, and `otherwise` is.
    pub(super) fn add_unless(
        &self,
        kind: &str,
        word: &str,
        otherwise: impl FnOnce() -> String,
    ) -> String {
        if self.snapshot.has(kind) {
            otherwise()
        } else {
            add(word)
        }
    }

    pub(super) fn has_pods(&self) -> bool {
        self.snapshot.has("Pod")
    }
}
