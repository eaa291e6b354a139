//! How Prometheus knows the Spot nodes.

use std::sync::LazyLock;

use regex::Regex;

use crate::kubernetes::Taint;
use crate::plan::{NodePool, Plan};

/// What tells Spot nodes from others in the metrics of kube-state-metrics.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SpotNodes {
    /// A taint that all Spot pools have and no other pool has: it is in the metrics without any flag.
    Taint(Taint),
    /// A label, as key and value: kube-state-metrics has those that a flag allows.
    Label(String, String),
}

impl SpotNodes {
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut taints = plan.spot_taints().into_iter();
        let shared = taints.find(|taint| {
            let mut pools = plan.node_pools.iter().filter(|pool| pool.is_spot());
            pools.all(|pool: &NodePool| pool.taints.contains(taint))
        });
        if let Some(taint) = shared {
            Self::Taint(taint)
        } else {
            let (key, value) = plan.spot_label();
            Self::Label(key.to_owned(), value.to_owned())
        }
    }

    /// The instant vector of these nodes.
    /// Source: kubernetes/kube-state-metrics docs/metrics/cluster/node-metrics.md.
    pub(super) fn selector(&self) -> String {
        match self {
            Self::Taint(taint) => format!(
                "kube_node_spec_taint{{key={}, value={}}}",
                quoted(&taint.key),
                quoted(taint.value.as_deref().unwrap_or_default())
            ),
            Self::Label(key, value) => {
                format!(
                    "kube_node_labels{{{}={}}}",
                    label_of_metric(key),
                    quoted(value)
                )
            }
        }
    }

    /// The flag that kube-state-metrics needs, if it needs one.
    /// Source: kubernetes/kube-state-metrics docs/developer/cli-arguments.md.
    pub(crate) fn needed_flag(&self) -> Option<String> {
        match self {
            Self::Taint(_) => None,
            Self::Label(key, _) => Some(format!("--metric-labels-allowlist=nodes=[{key}]")),
        }
    }
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
            let nodes = SpotNodes::Label("pool".to_owned(), text.to_owned());
            assert_eq!(
                nodes.selector(),
                format!("kube_node_labels{{label_pool={quoted}}}")
            );
        }
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
