use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::model::pinning;

pub(super) const RULE: Rule = Rule {
    id: "counts-no-nodes",
    levels: &[Severity::Error],
    summary: "a proportional autoscaler counts nodes by labels that no pool has",
    harm: "It counts no node at all, whatever the cluster does. The number of placeholders stays at what the parameters \
           give for 0 nodes, so there is no headroom when it is needed.",
    detection: "`kubectl get nodes -l <the selector of --nodelabels>` prints nothing.",
    remedy: "Correct the selector, which is case-sensitive. If the nodes have the label, list it in `labels` of their \
             pool, under `spec.nodePools`.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler pkg/autoscaler/k8sclient/k8sclient.go, `NewK8sClient`: nodes are \
         listed by the selector of `--nodelabels`",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for scaler in installed.scalers() {
        let program = scaler.0.program.as_deref();
        let labels = program.and_then(|program| program.argument("nodelabels"));
        let Some(labels) = labels.filter(|labels| pinning::takes_none(&system.plan, labels)) else {
            continue;
        };
        let location = program.and_then(|program| program.location("nodelabels"));
        let message = format!(
            "proportional autoscaler `{}` counts no nodes: no listed pool has nodes with `{labels}`",
            scaler.0.name
        );
        let location = location.unwrap_or(scaler.0.locations.name);
        findings.in_manifest(location, message, |diagnostic| {
            diagnostic
                .help("select nodes by a label of a pool; if the nodes have this one, list it in `labels` of their pool, under \
                       `spec.nodePools`")
                .no_fix("only the owner knows which nodes are meant, or which labels they have")
        });
    }
}
