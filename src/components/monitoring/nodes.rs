//! How Prometheus knows the Spot nodes.

use std::sync::LazyLock;

use regex::Regex;

use crate::config::OsType;
use crate::kubernetes::{Taint, Toleration};
use crate::plan::{NodePool, Plan};

/// Zero in each cluster that kube-state-metrics tells of. What is absent at zero leaves gaps in a panel.
pub(super) const ZERO: &str = "count by (cluster) (kube_node_info) * 0";

/// What tells Spot nodes from others in the metrics of kube-state-metrics.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SpotNodes {
    /// A taint that all Spot pools have and no other pool has: it is in the metrics without any flag.
    Taint(Taint),
    /// Labels, as key and value, one of which each Spot node has: kube-state-metrics has those that a flag allows.
    Labels(Vec<(String, String)>),
}

impl SpotNodes {
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut taints = plan.spot_taints().into_iter();
        let shared = taints.find(|taint| {
            let mut pools = plan.node_pools.iter().filter(|pool| pool.is_spot());
            pools.all(|pool: &NodePool| pool.taints.contains(taint))
        });
        shared.map_or_else(|| Self::Labels(plan.spot_labels.clone()), Self::Taint)
    }

    /// The instant vector of these nodes.
    /// Source: kubernetes/kube-state-metrics docs/metrics/cluster/node-metrics.md.
    pub(super) fn selector(&self) -> String {
        match self {
            Self::Taint(taint) => tainted(&taint.key, taint.value.as_deref().unwrap_or_default()),
            Self::Labels(labels) => {
                let selectors: Vec<String> = labels
                    .iter()
                    .map(|(key, value)| {
                        let (label, value) = (label_of_metric(key), quoted(value));
                        format!("kube_node_labels{{{label}={value}}}")
                    })
                    .collect();
                selectors.join(" or ")
            }
        }
    }

    /// The flag that kube-state-metrics needs, if it needs one.
    /// Source: kubernetes/kube-state-metrics docs/developer/cli-arguments.md.
    pub(crate) fn needed_flag(&self) -> Option<String> {
        match self {
            Self::Taint(_) => None,
            Self::Labels(labels) => {
                let mut keys: Vec<&str> = Vec::new();
                for (key, _) in labels {
                    if !keys.contains(&key.as_str()) {
                        keys.push(key);
                    }
                }
                let keys = keys.join(",");
                Some(format!("--metric-labels-allowlist=nodes=[{keys}]"))
            }
        }
    }
}

fn tainted(key: &str, value: &str) -> String {
    let (key, value) = (quoted(key), quoted(value));
    format!("kube_node_spec_taint{{key={key}, value={value}}}")
}

/// Nodes that are ready, for a join on cluster and node.
pub(super) const READY: &str = "max by (cluster, node) (kube_node_status_condition{condition=\"Ready\", status=\"true\"}) == 1";

/// How the autoscaler marks the nodes that it removes.
/// Source: kubernetes/autoscaler cluster-autoscaler/utils/taints/taints.go, `ToBeDeletedTaint`.
pub(super) const SCALED_DOWN: &str = "ToBeDeletedByClusterAutoscaler";

/// The nodes of Windows. No metric names the system of a node, but the image does: Windows calls itself so.
/// Source: kubernetes/kube-state-metrics internal/store/node.go, `kube_node_info`; kubernetes/kubernetes
/// pkg/kubelet/winstats/version.go, `ProductName`.
pub(super) const OF_WINDOWS: &str = "kube_node_info{os_image=~\"Windows.*\"}";

/// The nodes of an operating system that the workloads are taken not to need: Windows, unless all pools have it.
pub(super) fn of_other_system(plan: &Plan) -> Option<&'static str> {
    let is_windows = |pool: &NodePool| pool.os_type == OsType::Windows;
    let is_all_windows = !plan.node_pools.is_empty() && plan.node_pools.iter().all(is_windows);
    (!is_all_windows).then_some(OF_WINDOWS)
}

/// The Spot nodes that take the workloads: of their system, and with no taint that they do not tolerate. Taints of the moment
/// count, too: that of a node that is drained or removed.
pub(super) fn that_take_workloads(plan: &Plan) -> String {
    let mut lines = vec!["node:spotgen_spot:info".to_owned()];
    let other = of_other_system(plan);
    lines.extend(other.map(|nodes| format!("unless on (cluster, node) {nodes}")));
    lines.push("unless on (cluster, node) (".to_owned());
    lines.push("  kube_node_spec_taint{effect=~\"NoSchedule|NoExecute\"}".to_owned());
    let tolerated = plan.spot_tolerations.iter();
    lines.extend(tolerated.map(|toleration| format!("  unless {}", tolerated_by(toleration))));
    lines.push(")".to_owned());
    lines.join("\n")
}

/// The taints that a toleration lets pods pass.
fn tolerated_by(toleration: &Toleration) -> String {
    let effect = toleration.effect.map(|effect| effect.to_string());
    let matchers = [
        ("key", toleration.key.as_deref()),
        ("value", toleration.value.as_deref()),
        ("effect", effect.as_deref()),
    ];
    let matchers = matchers
        .into_iter()
        .filter_map(|(label, text)| Some(format!("{label}={}", quoted(text?))));
    let matchers: Vec<String> = matchers.collect();
    format!("kube_node_spec_taint{{{}}}", matchers.join(", "))
}

/// The label of a metric that kube-state-metrics makes of a label of an object.
/// Source: kubernetes/kube-state-metrics internal/store/utils.go, `labelName`.
fn label_of_metric(key: &str) -> String {
    static WORD_BREAK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("([a-z0-9])([A-Z])").expect("it is a pattern"));
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() { c } else { '_' }
    };
    let clean: String = key.chars().map(allowed).collect();
    let snake = WORD_BREAK.replace_all(&clean, "${1}_${2}");
    format!("label_{}", snake.to_ascii_lowercase())
}

/// A string of `PromQL`. Source: prometheus/prometheus docs/querying/basics.md, "String literals".
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::{SpotNodes, label_of_metric, quoted};

    #[test]
    fn labels_are_spelled_as_kube_state_metrics_does() {
        for (key, label) in [
            (
                "eks.amazonaws.com/capacityType",
                "label_eks_amazonaws_com_capacity_type",
            ),
            (
                "cloud.google.com/gke-spot",
                "label_cloud_google_com_gke_spot",
            ),
            ("a.B-2C", "label_a_b_2_c"),
        ] {
            assert_eq!(label_of_metric(key), label);
        }
    }

    #[test]
    fn strings_of_promql_are_escaped() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }

    #[test]
    fn no_label_breaks_out_of_its_string() {
        for text in [
            r#"a"} or vector(1) #"#,
            r"end\",
            r#"\" or up{x=""#,
            r#"\\""#,
        ] {
            let quoted = quoted(text);
            let (taken, rest) = read_string(&quoted);
            assert_eq!((taken.as_str(), rest), (text, ""), "{quoted}");
            let nodes = SpotNodes::Labels(vec![("pool".to_owned(), text.to_owned())]);
            assert_eq!(
                nodes.selector(),
                format!("kube_node_labels{{label_pool={quoted}}}")
            );
        }
    }

    #[test]
    fn every_spot_label_counts() {
        let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let nodes = SpotNodes::Labels(vec![
            label("team.io/spot", "yes"),
            label("team.io/spot", "maybe"),
            label("intent", "spot"),
        ]);
        assert_eq!(
            nodes.selector(),
            "kube_node_labels{label_team_io_spot=\"yes\"} or kube_node_labels{label_team_io_spot=\"maybe\"} or \
             kube_node_labels{label_intent=\"spot\"}"
        );
        assert_eq!(
            nodes.needed_flag().as_deref(),
            Some("--metric-labels-allowlist=nodes=[team.io/spot,intent]")
        );
    }

    /// The string at the beginning of `PromQL`, and what is behind it.
    /// Source: prometheus/prometheus docs/querying/basics.md, "String literals".
    fn read_string(text: &str) -> (String, &str) {
        let mut read = String::new();
        let mut rest = text
            .strip_prefix('"')
            .expect("it begins with a quote")
            .chars();
        while let Some(next) = rest.next() {
            match next {
                '"' => break,
                '\\' => read.extend(rest.next()),
                other => read.push(other),
            }
        }
        (read, rest.as_str())
    }
}
