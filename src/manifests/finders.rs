//! Objects that find pods by their labels: for traffic, for the rules of the network, and for metrics.
//!
//! Those of Istio and of Cilium are in files of their own.
//!
//! Source: kubernetes/api `core/v1/types.go` (`ServiceSpec`) and `networking/v1/types.go` (`NetworkPolicySpec`,
//! `NetworkPolicyPeer`); prometheus-operator/prometheus-operator Documentation/api-reference/api.md (`ServiceMonitorSpec`,
//! `PodMonitorSpec`, `NamespaceSelector`).

use super::budgets::may_be_one;
use super::fields::Fields;
use super::finders_of_cilium as cilium;
use super::finders_of_istio as istio;
use super::objects::{self, Object};
use super::search::{Namespaces, Purpose, Search, labels};
use super::selector::PodSelector;
use super::watchers::takes_namespace;
use crate::diagnostic::Pointer;
use crate::kubernetes::Labels;
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

/// Reads the selectors of an object in its `spec`.
type Read = fn(&Node<'_>) -> Vec<Search>;

/// The kinds of Kubernetes and of the Prometheus operator.
const KINDS: [(&str, &str, Read); 4] = [
    ("", "Service", service),
    ("networking.k8s.io", "NetworkPolicy", network_policy),
    ("monitoring.coreos.com", "PodMonitor", |spec| {
        monitor(spec, Purpose::Metrics)
    }),
    ("monitoring.coreos.com", "ServiceMonitor", |spec| {
        monitor(spec, Purpose::MetricsOfServices)
    }),
];

pub(super) fn read(object: &Object<'_, '_>) -> Option<ManifestFinder> {
    let (kind, searches) = searches(object)?;
    if objects::is_left_alone(object.node) {
        return None;
    }
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

fn searches(object: &Object<'_, '_>) -> Option<(&'static str, Vec<Search>)> {
    let own = KINDS
        .into_iter()
        .find(|(group, kind, _)| object.is(kind, &[group]));
    match own {
        Some((_, kind, read)) => Some((kind, read(object.node.get("spec")?))),
        None => istio::searches(object).or_else(|| cilium::searches(object)),
    }
}

/// The selector of a `Service` has labels alone. Without one it finds no pods.
fn service(spec: &Node<'_>) -> Vec<Search> {
    let own = Search::by_labels(spec, &Pointer::parse("/spec"), "selector", Purpose::Traffic);
    own.into_iter().collect()
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
            prefixed: Vec::new(),
            host: None,
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
                    prefixed: Vec::new(),
                    host: None,
                });
            }
        }
    }
    searches
}

fn monitor(spec: &Node<'_>, purpose: Purpose) -> Vec<Search> {
    let Some(selector) = spec.entry("selector") else {
        return Vec::new();
    };
    let namespaces = spec.get("namespaceSelector");
    let is_any = |namespaces: &Node<'_>| {
        let any = namespaces.get("any").map(|any| &any.value);
        matches!(any, Some(Value::Bool(true)))
    };
    let names = namespaces.and_then(|namespaces| Fields::of(namespaces).texts("matchNames"));
    vec![Search {
        purpose,
        selector: PodSelector::read_at(&mut Fields::of(spec), "selector").0,
        namespaces: match names {
            _ if namespaces.is_some_and(is_any) => Namespaces::Any,
            Some(names) if !names.is_empty() => Namespaces::Named(names),
            _ => Namespaces::Own,
        },
        labels_at: Pointer::parse("/spec/selector/matchLabels"),
        location: selector.key_span,
        prefixed: Vec::new(),
        host: None,
    }]
}
