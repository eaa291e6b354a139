use serde_json::Value as Json;

use super::{Check, Findings, Pods, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "slow-node-loss",
    level: Severity::Warning,
    summary: "pods stay bound to a lost node for five minutes",
    harm: "A VM that goes without having been drained leaves a node that does not answer. Kubernetes lets pods stay there \
           for 300 seconds before it makes new ones, after the 40 to 50 it takes to notice.",
    detection: "After an interruption pods are Running or Unknown on a NotReady node for more than five minutes.",
    remedy: "Set `nodeLossTolerationSeconds`, which the class `default` has at 30. `None`, written out, says that it is meant.",
    sources: &[
        "kubernetes/kubernetes plugin/pkg/admission/defaulttolerationseconds/admission.go: 300 seconds",
        "Azure/AKS#3528: Spot nodes are not drained",
    ],
    check: Check::Pods(check),
};

const KEYS: [&str; 2] = [
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
];

fn check(plan: &Plan, pods: Pods<'_>, findings: &mut Findings<'_>) {
    let setting = "nodeLossTolerationSeconds";
    let is_set = pods
        .planned
        .is_some_and(|workload| workload.node_loss_toleration_seconds.is_some())
        || pods.setting(findings.document, &[setting]).is_some();
    let Some(own) = pods.own() else {
        return;
    };
    let of = |key: &'static str| {
        own.tolerations.iter().filter(move |toleration| {
            let text = |name: &str| toleration.get(name).and_then(Json::as_str);
            text("key").is_none_or(|own_key| own_key == key)
                && text("effect").is_none_or(|effect| effect == "NoExecute")
        })
    };
    let is_bounded = |key| of(key).any(|toleration| toleration.get("tolerationSeconds").is_some());
    if is_set
        || pods.kind() == Kind::DaemonSet
        || !pods.can_be_on_spot(plan)
        || KEYS.iter().all(|key| is_bounded(key))
    {
        return;
    }
    let is_endless = |key: &&'static str| of(key).next().is_some() && !is_bounded(key);
    let how_long = if KEYS.iter().any(is_endless) {
        "until somebody deletes the node"
    } else {
        "for 300 s"
    };
    let message = format!(
        "pods of workload `{}` stay bound to a lost node {how_long}",
        pods.name()
    );
    pods.report(findings, &[setting], message, |diagnostic| {
        diagnostic.help(format!("write `{setting}: 30` in its class"))
    });
}
