//! What is known of a workload some of whose values a tool replaces later.

use super::later::Later;
use super::objects::Object;
use super::unread::{Fact, Unread};
use crate::config::Kind;
use crate::kubernetes::{PREFERRED, REQUIRED};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A workload without the values that are judged and not there yet.
pub(super) struct Known<'s> {
    /// None where none of its values has such a form.
    pub(super) node: Option<Node<'s>>,
    pub(super) unread: Unread,
    /// As they are written, and where.
    pub(super) forms: Vec<(String, Span)>,
    /// Whether such a value stands for a part of its placement that a patch has to repeat: then nobody can write one.
    pub(super) is_unpatchable: bool,
}

/// Lists of items that say nothing once a part of them is not there.
const ITEMS: [&[&str]; 6] = [
    &["affinity", "nodeAffinity", PREFERRED],
    &["affinity", "podAffinity", PREFERRED],
    &["affinity", "podAffinity", REQUIRED],
    &["affinity", "podAntiAffinity", PREFERRED],
    &["affinity", "podAntiAffinity", REQUIRED],
    &["topologySpreadConstraints"],
];

const TERMS: [&str; 4] = ["affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms"];

impl<'s> Known<'s> {
    /// Names and labels with a form stay: they are still the same where they are written the same.
    pub(super) fn of(later: Later, object: &Object<'_, 's>, kind: Kind) -> Self {
        let mut known = Self {
            node: None,
            unread: Unread::default(),
            forms: Vec::new(),
            is_unpatchable: false,
        };
        if later.in_node(object.node).is_none() {
            return known;
        }
        let mut node = object.node.clone();
        if let Some(spec) = child(&mut node, "spec") {
            known.spec(later, spec, kind);
        }
        known.node = Some(node);
        known
    }

    fn spec(&mut self, later: Later, spec: &mut Node<'s>, kind: Kind) {
        if kind == Kind::Pod {
            self.pod(later, spec);
            return;
        }
        if self.blank(later, spec, &["suspend"]) {
            // Whether it is due is not known either.
            set_null(spec, "schedule");
        }
        self.blank(later, spec, &["schedule"]);
        let controller = match kind {
            Kind::CronJob => at(spec, &["jobTemplate", "spec"]),
            _ => Some(spec),
        };
        let Some(controller) = controller else {
            return;
        };
        if self.blank(
            later,
            controller,
            &["replicas", "completions", "parallelism"],
        ) {
            self.unread.add(Fact::Replicas);
        }
        if self.blank(later, controller, &["strategy"]) {
            self.unread.add(Fact::Rollout);
        }
        if let Some(pod) = at(controller, &["template", "spec"]) {
            self.pod(later, pod);
        }
    }

    fn pod(&mut self, later: Later, pod: &mut Node<'s>) {
        if self.blank(later, pod, &["terminationGracePeriodSeconds"]) {
            self.unread.add(Fact::Grace);
        }
        // The class is named all the same.
        if self.take(later, pod.get("priorityClassName")) {
            self.unread.add(Fact::Priority);
        }
        let own = self.requests(later, pod) | self.blank(later, pod, &["overhead"]);
        if own | self.of_containers(later, pod) {
            self.unread.add(Fact::Requests);
        }
        self.placement(later, pod);
    }

    fn of_containers(&mut self, later: Later, pod: &mut Node<'s>) -> bool {
        let mut any = false;
        for key in ["containers", "initContainers"] {
            for container in child(pod, key).into_iter().flat_map(items) {
                any |= self.requests(later, container);
            }
        }
        any
    }

    /// Whether CPU or memory that a container or a pod requests is not there yet. A limit counts where there is no request.
    fn requests(&mut self, later: Later, holder: &mut Node<'s>) -> bool {
        let is_whole = |node: &Node<'_>| matches!(node.value, Value::Mapping(_));
        let has = |path: &[&str]| holder.at(path).is_some_and(|node| !node.is_null());
        let mut paths: Vec<Vec<&str>> = Vec::new();
        if holder.get("resources").is_some_and(|node| !is_whole(node)) {
            paths.push(vec!["resources"]);
        }
        for list in ["requests", "limits"] {
            let path = ["resources", list];
            if holder.at(&path).is_some_and(|node| !is_whole(node)) {
                paths.push(path.to_vec());
            }
            for key in ["cpu", "memory"] {
                paths.push(vec!["resources", list, key]);
            }
        }
        let is_asked = |path: &Vec<&str>| match path[..] {
            ["resources", "limits", key] => !has(&["resources", "requests", key]),
            _ => true,
        };
        let asked: Vec<bool> = paths.iter().map(is_asked).collect();
        let mut any = false;
        for (path, is_asked) in paths.iter().zip(asked) {
            let Some((key, way)) = path.split_last() else {
                continue;
            };
            let Some(parent) = at(holder, way) else {
                continue;
            };
            if is_asked {
                any |= self.blank(later, parent, &[key]);
            } else if parent
                .get(key)
                .is_some_and(|node| later.in_node(node).is_some())
            {
                set_null(parent, key);
            }
        }
        any
    }

    fn placement(&mut self, later: Later, pod: &mut Node<'s>) {
        if let Some(found) = pod.get("nodeSelector") {
            let is_map = matches!(found.value, Value::Mapping(_));
            if self.take(later, Some(found)) {
                self.unread.add(Fact::Placement);
                self.is_unpatchable |= !is_map;
                if let Some(node) = child(pod, "nodeSelector") {
                    retain(node, |key, value| {
                        later.form(key).is_none() && later.in_node(value).is_none()
                    });
                }
            }
        }
        for path in ITEMS.into_iter().chain([&TERMS[..], &["tolerations"]]) {
            self.list(later, pod, path);
        }
        // What stands where a map has to be.
        for path in [
            &["affinity"][..],
            &["affinity", "nodeAffinity"],
            &["affinity", "nodeAffinity", REQUIRED],
            &["affinity", "podAffinity"],
            &["affinity", "podAntiAffinity"],
        ] {
            let is_text = pod.at(path).is_some_and(|node| node.as_str().is_some());
            if is_text {
                self.list(later, pod, path);
            }
        }
    }

    /// Leaves of a list what is there. The items keep their numbers, by which they are edited; tolerations are only added.
    fn list(&mut self, later: Later, pod: &mut Node<'s>, path: &[&str]) {
        let Some(node) = at(pod, path) else {
            return;
        };
        if !self.take(later, Some(node)) {
            return;
        }
        self.unread.add(Fact::Placement);
        let Value::Sequence(all) = &mut node.value else {
            node.value = Value::Null;
            self.is_unpatchable = true;
            return;
        };
        self.is_unpatchable |= all
            .iter()
            .any(|item| item.as_str().is_some_and(|text| later.form(text).is_some()));
        if path == ["tolerations"] {
            all.retain(|item| later.in_node(item).is_none());
            return;
        }
        for item in all.iter_mut().filter(|item| later.in_node(item).is_some()) {
            if path == TERMS {
                blank_texts(later, item);
            } else {
                item.value = Value::Mapping(Vec::new());
            }
        }
    }

    /// Takes away the values of these keys that are not there yet. Whether there were any.
    fn blank(&mut self, later: Later, parent: &mut Node<'s>, keys: &[&str]) -> bool {
        let mut any = false;
        for key in keys {
            if self.take(later, parent.get(key)) {
                set_null(parent, key);
                any = true;
            }
        }
        any
    }

    /// Notes the first form in a node. Whether there is one.
    fn take(&mut self, later: Later, node: Option<&Node<'_>>) -> bool {
        let found = node.and_then(|node| later.in_node(node));
        let own = found.map(|(form, location)| (form.to_owned(), location));
        self.forms.extend(own);
        found.is_some()
    }
}

fn child<'n, 's>(node: &'n mut Node<'s>, key: &str) -> Option<&'n mut Node<'s>> {
    let Value::Mapping(entries) = &mut node.value else {
        return None;
    };
    let mut entries = entries.iter_mut();
    let entry = entries.find(|entry| entry.key == key)?;
    Some(&mut entry.value)
}

fn at<'n, 's>(node: &'n mut Node<'s>, path: &[&str]) -> Option<&'n mut Node<'s>> {
    path.iter().try_fold(node, |node, key| child(node, key))
}

fn items<'n, 's>(node: &'n mut Node<'s>) -> &'n mut [Node<'s>] {
    match &mut node.value {
        Value::Sequence(items) => items,
        _ => &mut [],
    }
}

fn set_null(parent: &mut Node<'_>, key: &str) {
    if let Some(node) = child(parent, key) {
        node.value = Value::Null;
    }
}

/// A map that is none keeps nothing.
fn retain(node: &mut Node<'_>, is_kept: impl Fn(&str, &Node<'_>) -> bool) {
    match &mut node.value {
        Value::Mapping(entries) => entries.retain(|entry| is_kept(&entry.key, &entry.value)),
        other => *other = Value::Null,
    }
}

/// An expression without one of its texts cannot be evaluated, and the others of its term still hold.
fn blank_texts(later: Later, node: &mut Node<'_>) {
    if node.as_str().is_some_and(|text| later.form(text).is_some()) {
        node.value = Value::Null;
    }
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().for_each(|item| blank_texts(later, item)),
        Value::Mapping(entries) => {
            let values = entries.iter_mut().map(|entry| &mut entry.value);
            values.for_each(|value| blank_texts(later, value));
        }
        _ => {}
    }
}
