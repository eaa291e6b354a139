//! Objects that find pods by their labels: for traffic, for the rules of the network, and for metrics.
//!
//! Source: kubernetes/api `core/v1/types.go` (`ServiceSpec`) and `networking/v1/types.go` (`NetworkPolicySpec`,
//! `NetworkPolicyPeer`); prometheus-operator/prometheus-operator Documentation/api-reference/api.md (`ServiceMonitorSpec`,
//! `PodMonitorSpec`, `NamespaceSelector`).

use super::budgets::may_be_one;
use super::fields::Fields;
use super::objects::{self, Object};
use super::selector::PodSelector;
use super::watchers::takes_namespace;
use crate::diagnostic::Pointer;
use crate::kubernetes::{LabelSelector, Labels};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// An object that finds pods by their labels.
#[derive(Debug)]
pub struct ManifestFinder {
    pub kind: &'static str,
    pub name: String,
    /// `None` if whoever applies the manifest decides.
    pub namespace: Option<String>,
    /// Its own labels: a `ServiceMonitor` finds a `Service` by them.
    pub labels: Labels,
    pub searches: Vec<Search>,
    /// The location of its name.
    pub location: Span,
}

/// One selector of such an object.
#[derive(Debug)]
pub struct Search {
    pub purpose: Purpose,
    pub selector: PodSelector,
    namespaces: Namespaces,
    /// Where the labels are that it asks for.
    pub labels_at: Pointer,
    pub location: Span,
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
    /// To read their metrics.
    Metrics,
    /// Services whose pods it reads the metrics of.
    MetricsOfServices,
}

#[derive(Debug)]
enum Namespaces {
    Own,
    Any,
    Named(Vec<String>),
    By(PodSelector),
}

impl ManifestFinder {
    /// Whether a search takes what has these labels in a namespace. Unknown namespaces may be the right ones.
    pub fn takes(&self, search: &Search, namespace: Option<&str>, labels: &Labels) -> bool {
        let is_in = match &search.namespaces {
            Namespaces::Own => may_be_one(self.namespace.as_deref(), namespace),
            Namespaces::Any => true,
            Namespaces::Named(names) => {
                namespace.is_none_or(|own| names.iter().any(|name| name == own))
            }
            Namespaces::By(selector) => {
                namespace.is_none_or(|namespace| takes_namespace(selector, namespace))
            }
        };
        is_in && search.selector.selects(labels)
    }

    /// Those of its searches that have a purpose.
    pub fn searches_for(&self, purpose: Purpose) -> impl Iterator<Item = &Search> {
        let searches = self.searches.iter();
        searches.filter(move |search| search.purpose == purpose)
    }
}

pub(super) fn read(object: &Object<'_, '_>) -> Option<ManifestFinder> {
    let kind = if object.is("Service", &[""]) {
        "Service"
    } else if object.is("NetworkPolicy", &["networking.k8s.io"]) {
        "NetworkPolicy"
    } else if object.is("PodMonitor", &["monitoring.coreos.com"]) {
        "PodMonitor"
    } else if object.is("ServiceMonitor", &["monitoring.coreos.com"]) {
        "ServiceMonitor"
    } else {
        return None;
    };
    if objects::is_left_alone(object.node) {
        return None;
    }
    let spec = object.node.get("spec")?;
    let searches: Vec<Search> = match kind {
        "Service" => service(spec).into_iter().collect(),
        "NetworkPolicy" => network_policy(spec),
        "PodMonitor" => monitor(spec, Purpose::Metrics).into_iter().collect(),
        _ => monitor(spec, Purpose::MetricsOfServices)
            .into_iter()
            .collect(),
    };
    let metadata = object.node.get("metadata")?;
    let name = metadata.get("name")?;
    let namespace = metadata.get("namespace").and_then(Node::as_str);
    Some(ManifestFinder {
        kind,
        name: name.as_str()?.to_owned(),
        namespace: namespace.filter(|text| !text.is_empty()).map(str::to_owned),
        labels: metadata.get("labels").and_then(labels).unwrap_or_default(),
        searches,
        location: name.span,
    })
}

/// None where a value is no text.
fn labels(node: &Node<'_>) -> Option<Labels> {
    let entries = node.entries().iter();
    let labels =
        entries.map(|label| Some((label.key.to_string(), label.value.as_str()?.to_owned())));
    labels.collect()
}

/// The selector of a `Service` has labels alone. Without one it finds no pods.
fn service(spec: &Node<'_>) -> Option<Search> {
    let selector = spec.entry("selector")?;
    let match_labels = labels(&selector.value).filter(|labels| !labels.is_empty())?;
    Some(Search {
        purpose: Purpose::Traffic,
        selector: PodSelector::By(LabelSelector {
            match_labels,
            match_expressions: Vec::new(),
        }),
        namespaces: Namespaces::Own,
        labels_at: Pointer::parse("/spec/selector"),
        location: selector.key_span,
    })
}

fn network_policy(spec: &Node<'_>) -> Vec<Search> {
    let mut searches = Vec::new();
    let at = Pointer::root().child("spec");
    if let Some(subject) = spec.entry("podSelector") {
        searches.push(Search {
            purpose: Purpose::Isolation,
            selector: PodSelector::read_at(&mut Fields::of(spec), "podSelector").0,
            namespaces: Namespaces::Own,
            labels_at: at.child("podSelector").child("matchLabels"),
            location: subject.key_span,
        });
    }
    for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
        let all = spec.get(rules).map_or(&[][..], Node::items);
        for (rule_at, rule) in all.iter().enumerate() {
            let all = rule.get(peers).map_or(&[][..], Node::items);
            for (peer_at, peer) in all.iter().enumerate() {
                let Some(selector) = peer.entry("podSelector") else {
                    continue;
                };
                let mut fields = Fields::of(peer);
                let namespaces = match peer.get("namespaceSelector") {
                    None => Namespaces::Own,
                    Some(_) => {
                        Namespaces::By(PodSelector::read_at(&mut fields, "namespaceSelector").0)
                    }
                };
                let peer = at.child(rules).child(rule_at).child(peers).child(peer_at);
                searches.push(Search {
                    purpose: Purpose::Peers,
                    selector: PodSelector::read_at(&mut fields, "podSelector").0,
                    namespaces,
                    labels_at: peer.child("podSelector").child("matchLabels"),
                    location: selector.key_span,
                });
            }
        }
    }
    searches
}

fn monitor(spec: &Node<'_>, purpose: Purpose) -> Option<Search> {
    let selector = spec.entry("selector")?;
    let namespaces = spec.get("namespaceSelector");
    let is_any = |namespaces: &Node<'_>| {
        let any = namespaces.get("any").map(|any| &any.value);
        matches!(any, Some(Value::Bool(true)))
    };
    let names = namespaces.and_then(|namespaces| Fields::of(namespaces).texts("matchNames"));
    Some(Search {
        purpose,
        selector: PodSelector::read_at(&mut Fields::of(spec), "selector").0,
        namespaces: match names {
            _ if namespaces.is_some_and(is_any) => Namespaces::Any,
            Some(names) if !names.is_empty() => Namespaces::Named(names),
            _ => Namespaces::Own,
        },
        labels_at: Pointer::parse("/spec/selector/matchLabels"),
        location: selector.key_span,
    })
}
