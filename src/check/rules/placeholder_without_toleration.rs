use crate::check::findings::Findings;
use crate::check::fixes::tolerations::tolerate;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::{Kind, pointers};
use crate::diagnostic::Severity;
use crate::kubernetes::{Taint, Toleration};
use crate::plan::Origin;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-without-toleration",
    level: Severity::Error,
    summary: "placeholders do not tolerate the nodes that they are pinned to",
    harm: "A placeholder that selects Spot nodes and does not tolerate their taint is Pending for ever, and no autoscaler helps: \
           a new node would have the taint too. There is no headroom.",
    detection: "The placeholders are Pending with `node(s) had untolerated taint`.",
    remedy: "Add a toleration for each taint of the pool, that of the provider and your own. spotgen's own placeholders have them.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint of Spot nodes",
    ],
    check: Check::Placeholder(check),
};

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let keeps_off = |taint: &&Taint| {
        !taint.is_soft() && !placeholder.tolerations.contains(&Toleration::from(*taint))
    };
    let pools = || placeholder.target.pools(plan);
    let mut taints = pools()
        .map(|pool| pool.taints.iter().find(keeps_off))
        .peekable();
    // One pool that takes them is enough.
    let (Some(Some(taint)), true) = (taints.peek().copied(), taints.all(|taint| taint.is_some()))
    else {
        return;
    };
    let message = format!(
        "placeholders `{}` do not tolerate {taint} of the nodes that they are pinned to",
        placeholder.name
    );
    let pointer = pointers::placeholder(at);
    let lacking = pools()
        .take(1)
        .flat_map(|pool| pool.taints.iter().filter(keeps_off));
    let cure = match findings.origin(&pointer) {
        Origin::Manifest(location) => {
            // All kinds that placeholders are taken to be of have a template where this has it.
            let kind = Kind::Deployment;
            Ok(tolerate(location, kind, &Toleration::for_taints(lacking)))
        }
        _ => Err("they tolerate every Linux pool, and these are Windows pools"),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.help("add a toleration for it").cure(cure)
    });
}
