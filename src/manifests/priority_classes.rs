//! The priority classes in the manifests.

use foldhash::HashMap;

use super::manifest_workload::ManifestWorkload;
use super::objects::{Header, Object};
use super::priority::Priority;
use super::shape::Reader;
use super::unread::Fact;
use super::unsupported_values::{self, PRIORITY_CLASS, UnsupportedValue};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A `PriorityClass` in the manifests.
#[derive(Debug)]
pub struct ManifestPriorityClass {
    pub name: String,
    pub value: i64,
    /// Whether it is the default of pods that name no class.
    pub is_global_default: bool,
    pub unsupported_values: Vec<UnsupportedValue>,
    /// Whether its pods may preempt others: not with `preemptionPolicy: Never`.
    pub preempts: bool,
    /// The location of the value.
    pub location: Span,
    /// The location of `globalDefault`.
    pub global_default: Span,
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    object: &Object<'_, '_>,
    header: Header,
) -> ManifestPriorityClass {
    let node = Some(object.node);
    let range = i64::from(i32::MIN)..=i64::from(i32::MAX);
    ManifestPriorityClass {
        value: reader.integer(node, "value", &range).unwrap_or(0),
        is_global_default: reader.boolean(node, "globalDefault").unwrap_or(false),
        preempts: reader.text(node, "preemptionPolicy").as_deref() != Some("Never"),
        location: reader.location(node, "value").unwrap_or(header.location),
        global_default: reader
            .location(node, "globalDefault")
            .unwrap_or(header.location),
        unsupported_values: unsupported_values::within(
            object.node,
            &[],
            PRIORITY_CLASS,
            reader.later,
        ),
        name: header.name,
    }
}

/// Gives each workload its priority.
pub(super) fn attach(workloads: &mut [ManifestWorkload], classes: &[ManifestPriorityClass]) {
    let known: HashMap<&str, Priority> = classes
        .iter()
        .map(|class| (class.name.as_str(), class.priority()))
        .chain(SYSTEM.map(|(name, value)| {
            let priority = Priority {
                value,
                ..Priority::NONE
            };
            (name, priority)
        }))
        .collect();
    let default = default(classes);
    for workload in workloads {
        workload.priority = match &workload.priority_class {
            Some(name) => known.get(name.as_str()).copied(),
            None => Some(default),
        }
        .filter(|_| !workload.unread.has(Fact::Priority));
    }
}

/// The priority of pods that name no class.
pub(super) fn default(classes: &[ManifestPriorityClass]) -> Priority {
    let mut defaults = classes.iter().filter(|class| class.is_global_default);
    defaults
        .next()
        .map_or(Priority::NONE, ManifestPriorityClass::priority)
}

/// The values of the priority classes that were seen so far.
#[derive(Debug, Default)]
pub(crate) struct KnownPriorities {
    values: HashMap<String, i64>,
    default: Option<i64>,
}

impl KnownPriorities {
    /// Learns the value of an object that is a `PriorityClass`.
    pub(crate) fn learn(&mut self, name: &str, class: &Node<'_>) {
        let value = class.get("value").and_then(Node::as_i64).unwrap_or(0);
        self.values.insert(name.to_owned(), value);
        let default = class.get("globalDefault").map(|node| &node.value);
        if matches!(default, Some(Value::Bool(true))) {
            self.default.get_or_insert(value);
        }
    }

    /// None where the class is not known.
    pub(super) fn of(&self, class: Option<&str>) -> Option<i64> {
        class.map_or(Some(self.default()), |class| {
            self.values.get(class).copied()
        })
    }

    pub(super) fn default(&self) -> i64 {
        self.default.unwrap_or(Priority::NONE.value)
    }
}

/// The priority classes that exist in every cluster.
/// Source: kubernetes/kubernetes pkg/apis/scheduling/v1/helpers.go.
const SYSTEM: [(&str, i64); 2] = [
    ("system-cluster-critical", 2_000_000_000),
    ("system-node-critical", 2_000_001_000),
];

impl ManifestPriorityClass {
    fn priority(&self) -> Priority {
        Priority {
            value: self.value,
            preempts: self.preempts,
            location: Some(self.location),
        }
    }
}
