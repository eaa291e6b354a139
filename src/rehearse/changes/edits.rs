//! Changes of manifests that may end a finding, each to be tried in the model.

use serde_json::{Value as Json, json};

use crate::kubernetes::{PREFERRED, REQUIRED};
use crate::manifests::NodeSelectorTerm;
use crate::model::WorkloadView;
use crate::rehearse::hold::Hold;
use crate::rehearse::place::Places;
use crate::simulate::start::Given;

/// How much a preference counts that was a requirement: as much as one can.
const WEIGHT: i64 = 100;

type Doing = Box<dyn Fn(&mut Json)>;

/// A change of one object.
pub(super) struct Edit {
    kinds: &'static [&'static str],
    namespace: Option<String>,
    name: String,
    change: Doing,
    /// What it is, with the place.
    pub(super) words: String,
}

impl Edit {
    /// Does it; whether it found the object.
    pub(super) fn apply(&self, given: &mut Given) -> bool {
        let own = given.workloads.iter_mut().find(|object| {
            let metadata = &object["metadata"];
            let namespace = metadata["namespace"].as_str().unwrap_or("default");
            let is_there = self.namespace.as_ref().is_none_or(|own| own == namespace);
            let kind = object["kind"].as_str().unwrap_or_default();
            let is_kind = self.kinds.is_empty() || self.kinds.contains(&kind);
            is_kind && is_there && metadata["name"] == self.name.as_str()
        });
        own.map(&self.change).is_some()
    }
}

/// Kinds that make pods.
const OF_PODS: &[&str] = &[
    "Deployment",
    "StatefulSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "Pod",
];

/// A budget of the manifests that lets one pod go.
pub(super) fn budget(pods: WorkloadView<'_>, place: &str) -> Option<Edit> {
    let found = pods.budget?;
    let at = position(place);
    Some(Edit {
        kinds: &["PodDisruptionBudget"],
        namespace: found.namespace.clone(),
        name: found.name.clone(),
        change: Box::new(|object| {
            object["spec"]["maxUnavailable"] = json!(1);
            if let Some(spec) = object["spec"].as_object_mut() {
                spec.remove("minAvailable");
            }
        }),
        words: format!("`maxUnavailable: 1` as the one bound of the budget ({at})"),
    })
}

/// A budget of the manifests that selects no pod any more, since another one selects the same.
pub(super) fn no_budget(pods: WorkloadView<'_>, place: &str) -> Option<Edit> {
    let found = pods.budget?;
    let at = position(place);
    Some(Edit {
        kinds: &["PodDisruptionBudget"],
        namespace: found.namespace.clone(),
        name: found.name.clone(),
        change: Box::new(|object| {
            object["spec"]["selector"] = json!({"matchExpressions": [
                {"key": "app.kubernetes.io/name", "operator": "In", "values": ["-"]},
            ]});
        }),
        words: format!("without the second budget over the same pods ({at})"),
    })
}

/// Pods without what holds them up, as far as their manifest has it.
pub(super) fn pods(
    pods: WorkloadView<'_>,
    (hold, pools): (&Hold, &[String]),
    (place, places): (&str, &Places<'_>),
) -> Option<Edit> {
    let found = pods.found?;
    let at = position(place);
    let (change, words): (Doing, String) = match hold {
        Hold::Labels => {
            let own = found.existing.required_nodes.iter();
            let own = own.flat_map(NodeSelectorTerm::requirements);
            let keys: Vec<String> = own.map(|own| own.key.clone()).collect();
            (
                Box::new(move |pod| ask_for_no(&keys, pod)),
                format!("no `nodeSelector` and no required node affinity of its own ({at})"),
            )
        }
        Hold::Taints => {
            let all = places.system.plan.node_pools.iter();
            let pool = all
                .filter(|pool| pools.contains(&pool.name))
                .min_by_key(|pool| pool.taints.len())?;
            let taints = pool.taints.iter().map(|taint| {
                json!({"key": taint.key, "operator": "Exists", "effect": taint.effect.as_str()})
            });
            let taints: Vec<Json> = taints.collect();
            let words = format!("tolerations of the taints of pool {} ({at})", pool.name);
            let change = move |pod: &mut Json| {
                let own = list(pod, &["tolerations"]);
                own.extend(taints.iter().cloned());
            };
            (Box::new(change), words)
        }
        Hold::Ports => (
            Box::new(|pod| {
                remove(pod, &["hostNetwork"]);
                for container in list(pod, &["containers"]) {
                    for port in list(container, &["ports"]) {
                        remove(port, &["hostPort"]);
                    }
                }
            }),
            format!("no port of the node ({at})"),
        ),
        Hold::Spread => (
            Box::new(|pod| {
                for constraint in list(pod, &["topologySpreadConstraints"]) {
                    constraint["whenUnsatisfiable"] = json!("ScheduleAnyway");
                    remove(constraint, &["minDomains"]);
                }
            }),
            format!("`whenUnsatisfiable: ScheduleAnyway` ({at})"),
        ),
        Hold::AntiAffinity | Hold::AntiAffinityOf(_) => (
            Box::new(|pod| soften(pod, "podAntiAffinity")),
            format!("the anti-affinity preferred, not required ({at})"),
        ),
        Hold::Affinity => (
            Box::new(|pod| soften(pod, "podAffinity")),
            format!("the affinity preferred, not required ({at})"),
        ),
        Hold::Requests
        | Hold::Device(_)
        | Hold::Priority
        | Hold::Claims
        | Hold::LocalStorage
        | Hold::Few => {
            return None;
        }
    };
    Some(Edit {
        kinds: OF_PODS,
        namespace: found.namespace.clone(),
        name: found.name.clone(),
        change: Box::new(move |object| {
            let is_pod = object["kind"] == "Pod";
            let spec = &mut object["spec"];
            change(if is_pod {
                spec
            } else {
                &mut spec["template"]["spec"]
            });
        }),
        words,
    })
}

/// The file and line of a place, without the key there.
fn position(place: &str) -> &str {
    place
        .rsplit_once(' ')
        .map_or(place, |(position, _)| position)
}

/// Without what a manifest asks of nodes; what a class adds stays.
fn ask_for_no(keys: &[String], pod: &mut Json) {
    remove(pod, &["nodeSelector"]);
    let required = ["affinity", "nodeAffinity", REQUIRED];
    let Some(mut required_nodes) = remove(pod, &required) else {
        return;
    };
    let terms = list(&mut required_nodes, &["nodeSelectorTerms"]);
    for term in terms.iter_mut() {
        remove(term, &["matchFields"]);
        list(term, &["matchExpressions"])
            .retain(|one| keys.iter().all(|key| one["key"] != key.as_str()));
    }
    // Of several that are alternatives one without a condition would hold for no node.
    let is_open = |term: &Json| {
        term["matchExpressions"]
            .as_array()
            .is_none_or(Vec::is_empty)
    };
    if !terms.iter().any(is_open) {
        pod["affinity"]["nodeAffinity"][REQUIRED] = required_nodes;
    }
}

/// Terms that pods required are now preferred.
fn soften(pod: &mut Json, kind: &str) {
    let terms = remove(pod, &["affinity", kind, REQUIRED]);
    let terms = terms
        .as_ref()
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let soft = terms.map(|term| json!({"weight": WEIGHT, "podAffinityTerm": term}));
    list(pod, &["affinity", kind, PREFERRED]).extend(soft);
}

fn remove(object: &mut Json, path: &[&str]) -> Option<Json> {
    let (last, way) = path.split_last()?;
    let mut own = object;
    for key in way {
        own = own.get_mut(key)?;
    }
    own.as_object_mut()?.remove(*last)
}

/// The list at a place, which is made if need be.
fn list<'j>(object: &'j mut Json, path: &[&str]) -> &'j mut Vec<Json> {
    let mut own = object;
    for key in path {
        if !own.is_object() {
            *own = json!({});
        }
        own = &mut own[*key];
    }
    if !own.is_array() {
        *own = json!([]);
    }
    own.as_array_mut().expect("it is one now")
}
