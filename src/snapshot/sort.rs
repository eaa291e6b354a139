//! Sorts the objects of a snapshot by their kind, and decodes those of interest.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::autoscaler_status::{self, AutoscalerStatus};
use super::contents::{Problem, Snapshot};
use super::items::Item;
use super::kept::{self, Kept};
use super::{Controller, Event, Node, Owner, Pod, budget, event, node, plain, pod};
use crate::kubernetes::Marks;

/// Whether a `ConfigMap` is to be kept, by its name and its data.
pub type IsWanted = fn(name: &str, data: &mut dyn Iterator<Item = (&str, &str)>) -> bool;

/// The keys under which parts of the system have their settings, and the autoscaler its report. A key of any other name
/// is never decoded, except that of a policy, which may have any name that ends like a file of YAML.
const KNOWN_KEYS: [&str; 4] = ["priorities", "linear", "ladder", autoscaler_status::KEY];

/// Kinds of workloads, and the kinds of Kubernetes that make others of them.
const WORKLOADS: [&str; 7] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
];
const MAKERS: [&str; 2] = ["Deployment", "CronJob"];
/// What the names begin with of `ConfigMap`s that are ours and that nobody has to read.
const OWN: &str = "spotgen-";

pub(super) struct Sorter {
    snapshot: Snapshot,
    is_wanted: IsWanted,
    /// What was there before, with its API group: an object that is given twice counts once.
    seen: BTreeSet<(String, Controller)>,
    /// The number of the text that is read.
    pub(super) text: usize,
}

/// What every object begins with.
#[derive(Deserialize)]
struct Head<'t> {
    #[serde(borrow, default)]
    kind: Option<Cow<'t, str>>,
    #[serde(borrow, default, rename = "apiVersion")]
    api_version: Option<Cow<'t, str>>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct OnlyKind<'t> {
    #[serde(borrow, default)]
    kind: Option<Cow<'t, str>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    name: String,
    /// From which the API server makes a name.
    #[serde(default)]
    generate_name: String,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    owner_references: Vec<Owner>,
}

#[derive(Deserialize)]
struct ConfigMap<'t> {
    #[serde(borrow, default)]
    data: BTreeMap<Cow<'t, str>, &'t RawValue>,
}

#[derive(Deserialize)]
struct Job {
    #[serde(default)]
    status: JobStatus,
}

#[derive(Default, Deserialize)]
struct JobStatus {
    #[serde(default)]
    conditions: Vec<JobCondition>,
}

#[derive(Deserialize)]
struct JobCondition {
    r#type: String,
    status: String,
}

impl Job {
    /// Whether it has ended. Source: kubernetes/api batch/v1/types.go, `JobConditionType`.
    fn is_finished(&self) -> bool {
        let mut conditions = self.status.conditions.iter();
        conditions.any(|condition| {
            condition.status == "True" && matches!(condition.r#type.as_str(), "Complete" | "Failed")
        })
    }
}

impl Sorter {
    pub(super) fn new(is_wanted: IsWanted) -> Self {
        Self {
            snapshot: Snapshot::default(),
            is_wanted,
            seen: BTreeSet::new(),
            text: 0,
        }
    }

    pub(super) fn add(&mut self, item: Item<'_>) {
        match item {
            Item::NoItems => {}
            Item::Unreadable(problem) => {
                let text = self.text;
                self.snapshot.problems.push(Problem { text, ..problem });
            }
            Item::Object {
                text,
                kind,
                api_version,
            } => self.object(text, kind, api_version),
        }
    }

    pub(super) fn finish(self) -> Snapshot {
        self.snapshot
    }

    fn problem(&mut self, subject: String, reason: String) {
        self.snapshot.problems.push(Problem {
            subject,
            reason,
            text: self.text,
        });
    }

    fn object(&mut self, text: &str, kind: Option<&str>, api_version: Option<&str>) {
        let head: Head<'_> = match serde_json::from_str(text) {
            Ok(head) => head,
            Err(error) => {
                let own = serde_json::from_str::<OnlyKind<'_>>(text).ok();
                let own = own.and_then(|own| own.kind);
                let kind = own.as_deref().or(kind).unwrap_or("an object");
                return self.problem(kind.to_owned(), plain::words(&error, text));
            }
        };
        let has_kind = head.kind.is_some();
        let Some(kind) = head.kind.as_deref().or(kind) else {
            return self.problem("an object".to_owned(), "it has no `kind`".to_owned());
        };
        let version = head.api_version.as_deref().or(api_version);
        if kind == "Secret" {
            return;
        }
        let Metadata {
            name,
            generate_name,
            namespace,
            owner_references,
        } = head.metadata.unwrap_or_default();
        let scope = namespace.as_deref().unwrap_or("default");
        let is_read = WORKLOADS.contains(&kind) || matches!(kind, "Pod" | "Node");
        if is_read && name.is_empty() && generate_name.is_empty() {
            return self.problem(kind.to_owned(), "it has no `metadata.name`".to_owned());
        }
        if self.is_again((kind, version), scope, &name, text) {
            return;
        }
        *self.snapshot.kinds.entry(kind.to_owned()).or_default() += 1;
        let subject = || match &namespace {
            Some(namespace) => format!("{kind} `{namespace}/{name}`"),
            None => format!("{kind} `{name}`"),
        };
        let controller = Owner::controller(owner_references, scope);
        match kind {
            "Node" => match serde_json::from_str::<node::Raw>(text) {
                Ok(raw) => self.snapshot.nodes.push(Node::from(raw)),
                Err(error) => self.problem(subject(), plain::words(&error, text)),
            },
            "Pod" => {
                match serde_json::from_str::<pod::Raw>(text) {
                    Ok(raw) => self.snapshot.pods.push(Pod::from(raw)),
                    Err(error) => return self.problem(subject(), plain::words(&error, text)),
                }
                let ended = [pod::Phase::Succeeded, pod::Phase::Failed];
                let is_over = self
                    .snapshot
                    .pods
                    .last()
                    .is_some_and(|pod| ended.contains(&pod.phase));
                let is_of_an_operator = |own: &Controller| {
                    let kind = own.kind.as_str();
                    kind != "Node" && !WORKLOADS.contains(&kind)
                };
                let operator = controller.clone().filter(is_of_an_operator);
                self.snapshot
                    .of_operators
                    .extend(operator.filter(|_| !is_over));
                if controller.is_none() && !is_over {
                    self.keep(text, has_kind, (kind, version), scope, &name);
                }
            }
            "Event" => match serde_json::from_str::<event::Raw>(text) {
                Ok(raw) => self.snapshot.events.push(Event::from(raw)),
                Err(error) => self.problem(subject(), plain::words(&error, text)),
            },
            "ConfigMap" => self.config_map(text, &name, scope, has_kind, version),
            _ => {
                // What an operator makes of these holds for pods, whoever made it: the autoscaler of KEDA tells how many there
                // are, a budget whether they may be evicted.
                let holds_for_pods =
                    matches!(kind, "HorizontalPodAutoscaler" | "PodDisruptionBudget");
                if let Some(controller) = controller.filter(|_| !holds_for_pods) {
                    let own = Controller {
                        namespace: scope.to_owned(),
                        kind: kind.to_owned(),
                        name,
                    };
                    // What operators make of their own kinds is changed in those.
                    let is_of_an_operator =
                        WORKLOADS.contains(&kind) && !MAKERS.contains(&controller.kind.as_str());
                    if is_of_an_operator {
                        self.snapshot.of_operators.insert(own.clone());
                    }
                    self.snapshot.owners.insert(own, controller);
                    return;
                }
                let is_over = kind == "Job"
                    && serde_json::from_str::<Job>(text).is_ok_and(|job| job.is_finished());
                if kind == "PodDisruptionBudget" {
                    self.budget(text, scope, &name);
                }
                if !is_over {
                    self.keep(text, has_kind, (kind, version), scope, &name);
                }
            }
        }
    }

    /// Notes the status of a budget, in place of an earlier one.
    fn budget(&mut self, text: &str, namespace: &str, name: &str) {
        if let Ok(raw) = serde_json::from_str::<budget::Raw>(text) {
            let budgets = &mut self.snapshot.budgets;
            budgets.retain(|own| (own.namespace.as_str(), own.name.as_str()) != (namespace, name));
            budgets.extend(raw.of(namespace, name));
        }
    }

    /// Whether an object was there before: what only a cluster has in any state, and other objects as they are. Of those
    /// in two states, who reads the manifests decides. A name that is still to be generated is none.
    fn is_again(
        &mut self,
        (kind, version): (&str, Option<&str>),
        namespace: &str,
        name: &str,
        text: &str,
    ) -> bool {
        if name.is_empty() {
            return false;
        }
        let identity = Controller {
            namespace: namespace.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
        };
        let is_live = matches!(kind, "Node" | "Pod" | "Event");
        let is_equal = || {
            let kept = self.snapshot.object(&identity);
            kept.is_some_and(|kept| kept == text) || self.snapshot.owners.contains_key(&identity)
        };
        let is_same = is_live || is_equal();
        // Events have two groups, and each of them has all.
        let group = version.and_then(|version| version.split_once('/'));
        let group = group.filter(|_| !is_live).map_or("", |(group, _)| group);
        !self.seen.insert((group.to_owned(), identity)) && is_same
    }

    fn config_map(
        &mut self,
        text: &str,
        name: &str,
        namespace: &str,
        has_kind: bool,
        version: Option<&str>,
    ) {
        self.snapshot.config_maps.insert(Controller {
            namespace: namespace.to_owned(),
            kind: "ConfigMap".to_owned(),
            name: name.to_owned(),
        });
        let Ok(map) = serde_json::from_str::<ConfigMap<'_>>(text) else {
            return;
        };
        let is_known = |key: &str| {
            let extension = key.rsplit_once('.').map(|(_, extension)| extension);
            KNOWN_KEYS.contains(&key) || matches!(extension, Some("yaml" | "yml"))
        };
        let known = map.data.iter().filter(|(key, _)| is_known(key));
        let texts: Vec<(&str, String)> = known
            .filter_map(|(key, raw)| Some((key.as_ref(), serde_json::from_str(raw.get()).ok()?)))
            .collect();
        if name == autoscaler_status::CONFIG_MAP {
            if let Some((_, report)) = texts.iter().find(|(key, _)| *key == autoscaler_status::KEY)
            {
                match AutoscalerStatus::read(report, namespace) {
                    Ok(status) => self.snapshot.autoscaler = Some(status),
                    Err(reason) => {
                        self.problem(format!("ConfigMap `{namespace}/{name}`"), reason);
                    }
                }
            }
            return;
        }
        let mut data = texts.iter().map(|(key, text)| (*key, text.as_str()));
        if (self.is_wanted)(name, &mut data) {
            self.keep(text, has_kind, ("ConfigMap", version), namespace, name);
        } else if name.starts_with(OWN) {
            self.mark("ConfigMap", namespace, name, text, None);
        }
    }

    /// Notes that an object is there.
    fn mark(
        &mut self,
        kind: &str,
        namespace: &str,
        name: &str,
        text: &str,
        range: Option<Range<usize>>,
    ) {
        let identity = Controller {
            namespace: namespace.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
        };
        let marks = serde_json::from_str::<kept::Raw<'_>>(text).map(Marks::from);
        let marks = marks.unwrap_or_default();
        self.snapshot.kept.insert(identity, Kept { marks, range });
    }

    /// Keeps an object as it is; an item of a typed list gets the kind that the list gives it.
    fn keep(
        &mut self,
        text: &str,
        has_kind: bool,
        (kind, version): (&str, Option<&str>),
        namespace: &str,
        name: &str,
    ) {
        let objects = &mut self.snapshot.objects;
        objects.push_str("---\n");
        let start = objects.len();
        let typed = (!has_kind)
            .then(|| serde_json::from_str::<Json>(text).ok())
            .flatten();
        match typed {
            Some(Json::Object(mut object)) => {
                object.insert("kind".to_owned(), kind.into());
                if let Some(version) = version {
                    object.insert("apiVersion".to_owned(), version.into());
                }
                objects.push_str(&Json::Object(object).to_string());
            }
            _ => objects.push_str(text),
        }
        let range = start..objects.len();
        objects.push('\n');
        let texts = &mut self.snapshot.texts;
        if texts.last().is_none_or(|(_, text)| *text != self.text) {
            texts.push((start, self.text));
        }
        self.mark(kind, namespace, name, text, Some(range));
    }
}
