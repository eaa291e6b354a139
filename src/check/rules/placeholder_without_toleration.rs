use crate::check::findings::Findings;
use crate::check::fixes::placeholders;
use crate::check::fixes::tolerations::tolerate;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::kubernetes::{Taint, Toleration};

pub(super) const RULE: Rule = Rule {
    id: "placeholder-without-toleration",
    levels: &[Severity::Error],
    summary: "placeholders do not tolerate a taint of the nodes that they are pinned to",
    harm: "A placeholder that selects Spot nodes but does not tolerate their taint stays Pending indefinitely. The \
           autoscaler cannot help, because a new node would have the taint too. There is no headroom.",
    detection: "The placeholders are Pending with `node(s) had untolerated taint`.",
    remedy: "Add a toleration for every taint of the pool: the provider's and your own. spotgen's own placeholders \
             have them.",
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
    // One pool that admits them is enough.
    let (Some(Some(taint)), true) = (taints.peek().copied(), taints.all(|taint| taint.is_some()))
    else {
        return;
    };
    let message = format!(
        "placeholders `{}` stay Pending: they do not tolerate taint {taint} of the nodes that they are pinned to",
        placeholder.name
    );
    let pointer = pointers::placeholder(at);
    let lacking = pools()
        .take(1)
        .flat_map(|pool| pool.taints.iter().filter(keeps_off));
    let cure = match placeholders::manifest(findings, at) {
        Some(found) => {
            let tolerations = Toleration::for_taints(lacking);
            Ok(tolerate(found.location, found.kind, &tolerations))
        }
        None => {
            Err("placeholders tolerate the taints of every Linux pool, but these are Windows pools")
        }
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help("add a toleration for this taint to the placeholders")
            .cure(cure)
    });
}
