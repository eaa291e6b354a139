//! The objects of Istio that find pods by their labels.
//!
//! Source: istio/api `type/v1beta1/selector.proto` (`WorkloadSelector`), and for the field that has it: `security/v1beta1/`
//! (`authorization_policy.proto`, `peer_authentication.proto`, `request_authentication.proto`), `telemetry/v1alpha1/telemetry.proto`,
//! `extensions/v1alpha1/wasm.proto`, `networking/v1beta1/proxy_config.proto`, `networking/v1alpha3/destination_rule.proto`. With a
//! selector of labels alone: `networking/v1alpha3/` (`sidecar.proto`, `envoy_filter.proto`, `service_entry.proto`,
//! `gateway.proto`, and the subsets of `destination_rule.proto`).

use super::objects::Object;
use super::search::{Namespaces, Purpose, Search};
use crate::diagnostic::Pointer;
use crate::yaml::Node;

const NETWORKING: &str = "networking.istio.io";
const SECURITY: &str = "security.istio.io";

/// The namespace whose objects hold in all others, unless the mesh has another one.
/// Source: istio/api `mesh/v1alpha1/config.proto`, `root_namespace`.
const ROOT: &str = "istio-system";

/// The kinds with one selector: the group, the kind, the field, the field of the labels in it, and what it is for.
/// A `ServiceEntry` sends traffic to the pods, as a `Service` does, but is a part of what the mesh knows alone.
const WITH_SELECTOR: [(&str, &str, [&str; 2], Purpose); 10] = [
    (
        SECURITY,
        "AuthorizationPolicy",
        MATCH_LABELS,
        Purpose::Isolation,
    ),
    (
        SECURITY,
        "PeerAuthentication",
        MATCH_LABELS,
        Purpose::Isolation,
    ),
    (
        SECURITY,
        "RequestAuthentication",
        MATCH_LABELS,
        Purpose::Isolation,
    ),
    (
        "telemetry.istio.io",
        "Telemetry",
        MATCH_LABELS,
        Purpose::Settings,
    ),
    (
        "extensions.istio.io",
        "WasmPlugin",
        MATCH_LABELS,
        Purpose::Settings,
    ),
    (NETWORKING, "ProxyConfig", MATCH_LABELS, Purpose::Settings),
    (NETWORKING, "Sidecar", LABELS, Purpose::Settings),
    (NETWORKING, "EnvoyFilter", LABELS, Purpose::Settings),
    (NETWORKING, "ServiceEntry", LABELS, Purpose::Subset),
    (
        NETWORKING,
        "DestinationRule",
        ["workloadSelector", "matchLabels"],
        Purpose::Settings,
    ),
];
const MATCH_LABELS: [&str; 2] = ["selector", "matchLabels"];
const LABELS: [&str; 2] = ["workloadSelector", "labels"];

pub(super) fn searches(object: &Object<'_, '_>) -> Option<(&'static str, Vec<Search>)> {
    let at = Pointer::parse("/spec");
    if object.is("Gateway", &[NETWORKING]) {
        // It finds the pods of proxies, in any namespace.
        let spec = object.node.get("spec")?;
        let search = Search::by_labels(spec, &at, "selector", Purpose::Settings);
        let in_any = search.map(|search| Search {
            namespaces: Namespaces::Any,
            ..search
        });
        return Some(("Gateway", in_any.into_iter().collect()));
    }
    let mut kinds = WITH_SELECTOR.into_iter();
    let (_, kind, [field, labels], purpose) =
        kinds.find(|(group, kind, ..)| object.is(kind, &[group]))?;
    let spec = object.node.get("spec")?;
    let selector = spec.get(field);
    let search = selector
        .and_then(|selector| Search::by_labels(selector, &at.child(field), labels, purpose));
    let mut searches: Vec<Search> = search.into_iter().collect();
    if is_in_root(object.node) {
        for search in &mut searches {
            search.namespaces = Namespaces::Any;
        }
    }
    if kind == "DestinationRule" {
        searches.extend(subsets(spec, &at));
    }
    Some((kind, searches))
}

fn is_in_root(object: &Node<'_>) -> bool {
    let metadata = object.get("metadata");
    let namespace = metadata.and_then(|metadata| metadata.get("namespace"));
    namespace.and_then(Node::as_str) == Some(ROOT)
}

/// The subsets of a host, whose pods may be in another namespace.
fn subsets(spec: &Node<'_>, at: &Pointer) -> Vec<Search> {
    let host = spec.get("host").and_then(Node::as_str);
    // `web`, `web.shop` or `web.shop.svc.cluster.local`. Another one is no Service of this cluster.
    let mut parts = host.unwrap_or_default().splitn(3, '.');
    let name = parts.next().filter(|name| !name.is_empty() && *name != "*");
    let namespace = parts.next().map(str::to_owned);
    let all = spec.get("subsets").map_or(&[][..], Node::items);
    let searches = all.iter().enumerate().filter_map(|(index, subset)| {
        let at = at.child("subsets").child(index);
        let search = Search::by_labels(subset, &at, "labels", Purpose::Subset)?;
        Some(Search {
            namespaces: namespace.clone().map_or(Namespaces::Own, |namespace| {
                Namespaces::Named(vec![namespace])
            }),
            host: name.map(str::to_owned),
            ..search
        })
    });
    searches.collect()
}
