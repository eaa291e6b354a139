use crate::check::findings::Findings;
use crate::check::fixes::placeholders;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::capacity;
use crate::plan::Amount;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-holds-nothing",
    level: Severity::Error,
    summary: "placeholders without requests hold no room",
    harm: "The scheduler and the autoscaler reckon by requests. A pod that requests nothing fits beside anything, brings no node \
           and keeps no room on one. In the chart `deployments` is a list: who overrides it drops the requests along with the \
           rest.",
    detection: "`kubectl describe node` shows the placeholders with 0 CPU and 0 memory.",
    remedy: "Let them request what the largest pod does that they make room for, both CPU and memory.",
    sources: &[
        "deliveryhero/helm-charts stable/cluster-overprovisioner values.yaml: `deployments`",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: overprovisioning",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let largest = capacity::preferring_spot(&system.plan).largest;
    for found in installed.placeholders() {
        let program = found.program.as_deref();
        let holds_others = program.is_some_and(|program| program.requests_others);
        if holds_others || found.replicas == Some(0) {
            continue;
        }
        let requests = found.requests.as_ref();
        let missing = match requests.map(|own| (own.cpu.millis(), own.memory.bytes())) {
            None | Some((0, 0)) => "nothing",
            Some((0, _)) => "no CPU",
            Some((_, 0)) => "no memory",
            Some(_) => continue,
        };
        let message = format!(
            "placeholders `{}` request {missing}: they hold no room",
            found.name
        );
        findings.in_manifest(found.locations.requests, message, |diagnostic| {
            diagnostic
                .help("request what the largest pod does that they make room for")
                .cure(request(found, largest))
        });
    }
}

fn request(found: &ManifestWorkload, largest: Amount) -> Result<Fix, &'static str> {
    if largest.cpu == 0 || largest.memory == 0 {
        return Err("nothing says what the pods request that they make room for");
    }
    if !found.program.as_deref().is_some_and(|own| own.is_alone) {
        return Err("they have several containers, and which of them is to request it is open");
    }
    let own = found
        .requests
        .as_ref()
        .map_or(Amount::default(), Amount::from);
    let requests = placeholders::requests(own.max(largest));
    let container = pod_spec_pointer(found.kind).child("containers").child(0);
    let pointer = container.child("resources").child("requests");
    let edits = ["cpu", "memory"].map(|key| ManifestEdit {
        object: found.location,
        edit: Edit::Set {
            pointer: pointer.child(key),
            value: requests[key].clone(),
        },
    });
    Ok(Fix::Manifest(edits.into()))
}
