use crate::check::findings::Findings;
use crate::check::fixes::placeholders;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::manifests::{Fact, ManifestWorkload, pod_spec_pointer};
use crate::model::capacity;
use crate::plan::Amount;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-holds-nothing",
    levels: &[Severity::Error],
    summary: "placeholders without requests hold no headroom",
    harm: "The scheduler and the autoscaler calculate with requests. A pod that requests nothing fits on any node, so \
           it triggers no scale-up and reserves no capacity. In the chart, `deployments` is a list: overriding it \
           drops the requests along with everything else.",
    detection: "`kubectl describe node` shows the placeholders with 0 CPU and 0 memory.",
    remedy: "Set the placeholders' CPU and memory requests to those of the largest pod that needs the headroom.",
    sources: &[
        "deliveryhero/helm-charts stable/cluster-overprovisioner values.yaml: `deployments`",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: overprovisioning",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let largest = capacity::preferring_spot(&system.plan).largest;
    for found in installed.placeholders() {
        let placeholder = found.placeholder.as_deref();
        let holds_others = placeholder.is_some_and(|own| !own.other_requests.is_empty());
        let requests = found.requests.as_ref().map(Amount::from);
        // Memory alone is held too: whether that is enough depends on the pods that need it.
        let holds_any = requests.is_some_and(|own| own != Amount::default());
        let is_unread = found.unread.has(Fact::Requests);
        if holds_others || holds_any || is_unread || found.is_off() {
            continue;
        }
        let message = format!(
            "placeholders `{}` request nothing, so they hold no headroom for pods",
            found.name
        );
        findings.in_manifest(found.locations.requests, message, |diagnostic| {
            diagnostic
                .help("set their CPU and memory requests to those of the largest pod that needs the headroom")
                .cure(request(found, largest))
        });
    }
}

fn request(found: &ManifestWorkload, largest: Amount) -> Result<Fix, &'static str> {
    if largest.cpu == 0 || largest.memory == 0 {
        return Err("the requests of the pods that need the headroom are unknown");
    }
    let placeholder = found.placeholder.as_deref();
    if !placeholder.is_some_and(|own| own.is_alone) {
        return Err(
            "the placeholders have several containers, and only the owner knows which one should request it",
        );
    }
    let requests = placeholders::requests(largest);
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
