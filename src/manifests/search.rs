//! One selector of an object that finds pods.

use super::selector::PodSelector;
use crate::diagnostic::Pointer;
use crate::kubernetes::{LabelSelector, Labels};
use crate::source::Span;
use crate::yaml::Node;

/// One selector of such an object.
#[derive(Debug)]
pub struct Search {
    pub purpose: Purpose,
    pub selector: PodSelector,
    pub(super) namespaces: Namespaces,
    /// Where the labels are that it asks for.
    pub(super) labels_at: Pointer,
    pub location: Span,
    /// The keys of labels as they are written, where that is with a prefix.
    pub(super) prefixed: Vec<String>,
    /// The name of the `Service` among whose pods it searches, where that is known.
    pub host: Option<String>,
}

/// What an object finds pods for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To send them traffic.
    Traffic,
    /// To say what traffic they may have.
    Isolation,
    /// To let others have traffic with them.
    Peers,
    /// To set up their proxy of the mesh.
    Settings,
    /// To send them a part of the traffic that goes to a service.
    Subset,
    /// To read their metrics.
    Metrics,
    /// Services whose pods it reads the metrics of.
    MetricsOfServices,
}

#[derive(Debug)]
pub(super) enum Namespaces {
    Own,
    Any,
    Named(Vec<String>),
    By(PodSelector),
}

impl Search {
    /// The selector under a key, which has labels alone. Without one it finds no pods.
    pub(super) fn by_labels(
        parent: &Node<'_>,
        at: &Pointer,
        key: &str,
        purpose: Purpose,
    ) -> Option<Self> {
        let selector = parent.entry(key)?;
        let match_labels = labels(&selector.value).filter(|labels| !labels.is_empty())?;
        Some(Self {
            purpose,
            selector: PodSelector::By(LabelSelector {
                match_labels,
                match_expressions: Vec::new(),
            }),
            namespaces: Namespaces::Own,
            labels_at: at.child(key),
            location: selector.key_span,
            prefixed: Vec::new(),
            host: None,
        })
    }

    /// Where it asks for a label.
    pub fn places_of(&self, label: &str) -> Vec<Pointer> {
        let written = self.prefixed.iter().filter(|written| {
            let key = written.split_once(':').map(|(_, key)| key);
            key == Some(label)
        });
        let places: Vec<Pointer> = written.map(|key| self.labels_at.child(key)).collect();
        if places.is_empty() {
            return vec![self.labels_at.child(label)];
        }
        places
    }
}

/// None where a value is no text.
pub(super) fn labels(node: &Node<'_>) -> Option<Labels> {
    let entries = node.entries().iter();
    let labels =
        entries.map(|label| Some((label.key.to_string(), label.value.as_str()?.to_owned())));
    labels.collect()
}
