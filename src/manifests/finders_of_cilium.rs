//! The policies of Cilium, which find pods by their labels.
//!
//! Source: cilium/cilium `pkg/policy/api/rule.go` (`Rule`), `ingress.go` and `egress.go` (`FromEndpoints`, `ToEndpoints`), and
//! `selector.go` (`EndpointSelector`); `pkg/labels/labels.go` for the prefix of a label, which names its source;
//! `pkg/k8s/apis/cilium.io/utils/utils.go` for the namespaces in which a selector looks.

use super::objects::Object;
use super::search::{Namespaces, Purpose, Search};
use super::selector::PodSelector;
use crate::diagnostic::Pointer;
use crate::kubernetes::{LabelSelector, Operator, Requirement};
use crate::yaml::Node;

const GROUP: &str = "cilium.io";
/// The label that stands for the namespace of a pod, and the prefix of those of the namespace.
const NAMESPACE: &str = "io.kubernetes.pod.namespace";
const OF_NAMESPACE: &str = "io.cilium.k8s.namespace.labels.";
/// What names the source of a label, where it is a label of the pod.
const SOURCES: [&str; 2] = ["k8s:", "any:"];

pub(super) fn searches(object: &Object<'_, '_>) -> Option<(&'static str, Vec<Search>)> {
    let kinds = ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"];
    let kind = kinds.into_iter().find(|kind| object.is(kind, &[GROUP]))?;
    let is_of_cluster = kind == "CiliumClusterwideNetworkPolicy";
    // One rule, or several.
    let one = object
        .node
        .get("spec")
        .map(|rule| (Pointer::parse("/spec"), rule));
    let several = object.node.get("specs").map_or(&[][..], Node::items);
    let several = several.iter().enumerate();
    let several = several.map(|(index, rule)| (Pointer::parse("/specs").child(index), rule));
    let rules = one.into_iter().chain(several);
    let searches = rules.flat_map(|(at, rule)| of_rule(&at, rule, is_of_cluster));
    Some((kind, searches.collect()))
}

fn of_rule(at: &Pointer, rule: &Node<'_>, is_of_cluster: bool) -> Vec<Search> {
    let mut searches = Vec::new();
    if let Some(subject) = rule.entry("endpointSelector") {
        let place = at.child("endpointSelector");
        let mut search = search(&subject.value, &place, is_of_cluster, Purpose::Isolation);
        search.location = subject.key_span;
        if !is_of_cluster {
            // Whatever it says of namespaces.
            search.namespaces = Namespaces::Own;
        }
        searches.push(search);
    }
    // What is denied is denied to whom it names.
    for (direction, peers) in [("ingress", "fromEndpoints"), ("egress", "toEndpoints")] {
        let all = rule.get(direction).map_or(&[][..], Node::items);
        for (index, rule) in all.iter().enumerate() {
            let at = at.child(direction).child(index).child(peers);
            let all = rule.get(peers).map_or(&[][..], Node::items);
            for (index, peer) in all.iter().enumerate() {
                searches.push(search(
                    peer,
                    &at.child(index),
                    is_of_cluster,
                    Purpose::Peers,
                ));
            }
        }
    }
    searches
}

fn search(node: &Node<'_>, at: &Pointer, is_of_cluster: bool, purpose: Purpose) -> Search {
    let anywhere = || {
        if is_of_cluster {
            Namespaces::Any
        } else {
            Namespaces::Own
        }
    };
    let mut search = Search {
        purpose,
        selector: PodSelector::Unreadable,
        namespaces: anywhere(),
        labels_at: at.child("matchLabels"),
        location: node.span,
        prefixed: Vec::new(),
        host: None,
    };
    let Some(written) = LabelSelector::read_leniently(node) else {
        return search;
    };
    let mut own = LabelSelector::default();
    for (written, value) in written.match_labels {
        let key = without_source(&written);
        if key == NAMESPACE {
            search.namespaces = Namespaces::Named(vec![value.into()]);
        } else if key.starts_with(OF_NAMESPACE) {
            search.namespaces = Namespaces::Any;
        } else {
            own.match_labels.insert(key, value);
            if key != written {
                search.prefixed.push(written.into());
            }
        }
    }
    for requirement in written.match_expressions {
        let key = without_source(&requirement.key);
        if key == NAMESPACE {
            search.namespaces = match requirement.operator {
                Operator::In(names) => Namespaces::Named(names),
                _ => Namespaces::Any,
            };
        } else if key.starts_with(OF_NAMESPACE) {
            search.namespaces = Namespaces::Any;
        } else {
            let key = key.to_owned();
            let requirement = Requirement::new(&key, requirement.operator);
            own.match_expressions.push(requirement);
        }
    }
    search.selector = PodSelector::By(own);
    search
}

/// A label of the pod, without its source.
fn without_source(key: &str) -> &str {
    let mut sources = SOURCES.into_iter();
    sources
        .find_map(|source| key.strip_prefix(source))
        .unwrap_or(key)
}
