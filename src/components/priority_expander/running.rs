//! The cluster autoscaler that manifests bring: it is what its arguments say, and otherwise as the program is by default.

use indexmap::IndexMap;

use super::flags::is_chain;
use crate::components::observe::Observed;
use crate::components::{ComponentId, Installed};
use crate::config::pointers;
use crate::manifests::{ManifestProgram, ManifestWorkload};
use crate::plan::{Autoscaler, Plan};
use crate::providers::{AUTOSCALER_FLAGS, ProfileKey, ProfileKind, RunBy};
use crate::values::Version;

/// Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go, `namespace`.
const NAMESPACE: &str = "kube-system";

/// The autoscalers of manifests, with their programs.
pub(crate) fn running<'m>(
    installed: &Installed<'m>,
) -> impl Iterator<Item = (&'m ManifestWorkload, &'m ManifestProgram)> {
    let found = installed.running(ComponentId::PriorityExpander);
    let found = found.filter(|found| found.replicas != Some(0));
    found.filter_map(|found| Some((found, found.program.as_deref()?)))
}

/// The namespaces in which autoscalers look for priorities: those of the manifests, else the planned one.
pub(crate) fn namespaces(plan: &Plan, installed: &Installed<'_>) -> Vec<String> {
    let own: Vec<String> = running(installed)
        .map(|(found, program)| namespace(found, program))
        .collect();
    if own.is_empty() {
        return plan.autoscaler.namespace.iter().cloned().collect();
    }
    own
}

/// Puts an autoscaler of the manifests in the place of the planned one.
pub(super) fn observe(
    observed: &mut Observed,
    found: &ManifestWorkload,
    program: &ManifestProgram,
) {
    let plan = &mut observed.system.plan;
    let version = program.tag().and_then(Version::parse);
    let version = version.unwrap_or(plan.cluster.kubernetes_version);
    let refused = program
        .argument("expander")
        .is_some_and(|own| !is_chain(own));
    let expander = if program.is_unknown("expander") || refused {
        // What the plan says may as well be true.
        plan.autoscaler.expander.take()
    } else {
        let given = program.argument("expander");
        Some(
            given
                .unwrap_or_else(|| default_expander(version))
                .to_owned(),
        )
    };
    let flags = AUTOSCALER_FLAGS.iter().map(|flag| flag.name);
    let unknown = flags
        .chain(["expander"])
        .filter(|name| program.is_unknown(name) || refused && *name == "expander");
    let profile = AUTOSCALER_FLAGS
        .iter()
        .filter_map(|flag| Some((flag.name.to_owned(), value(program, flag)?)));
    plan.autoscaler = Autoscaler {
        expander,
        priorities: std::mem::take(&mut plan.autoscaler.priorities),
        unread: std::mem::take(&mut plan.autoscaler.unread),
        profile: profile.collect::<IndexMap<_, _>>(),
        namespace: Some(namespace(found, program)),
        run_by: RunBy::User,
        keys: &AUTOSCALER_FLAGS,
        unknown: unknown.collect(),
    };
    locate(observed, found, program);
}

/// Source: kubernetes/autoscaler cluster-autoscaler/main.go on branch cluster-autoscaler-release-1.32 and
/// cluster-autoscaler/config/flags/flags.go on cluster-autoscaler-release-1.33.
fn default_expander(version: Version) -> &'static str {
    if version.at_least(1, 33) {
        "least-waste"
    } else {
        "random"
    }
}

fn value(program: &ManifestProgram, flag: &ProfileKey) -> Option<String> {
    match flag.value {
        ProfileKind::Boolean => program.boolean(flag.name).map(|value| value.to_string()),
        _ => program.argument(flag.name).map(str::to_owned),
    }
}

/// What `--namespace` says. A variable is most likely the namespace of the pod.
pub(super) fn namespace(found: &ManifestWorkload, program: &ManifestProgram) -> String {
    let said = program.argument("namespace").unwrap_or(NAMESPACE);
    if program.is_own_namespace(said) || program.is_unknown("namespace") {
        return found.namespace.as_deref().unwrap_or(NAMESPACE).to_owned();
    }
    said.to_owned()
}

fn locate(observed: &mut Observed, found: &ManifestWorkload, program: &ManifestProgram) {
    let locations = &mut observed.locations;
    let name = found.locations.name;
    let missing = found.values_at.unwrap_or(name);
    let autoscaler = pointers::spec("autoscaler");
    let profile = autoscaler.child("profile");
    let flags = AUTOSCALER_FLAGS
        .iter()
        .map(|flag| (profile.child(flag.name), flag.name));
    let own = [
        (autoscaler.child("expander"), "expander"),
        (autoscaler.child("namespace"), "namespace"),
    ];
    locations.add(profile.clone(), name);
    for (pointer, flag) in own.into_iter().chain(flags) {
        let location = program.location(flag);
        locations.add(pointer.clone(), location.unwrap_or(missing));
        locations.add_argument(pointer, found, flag);
    }
}
