//! Whose the objects are that are there.

use smol_str::SmolStr;

use super::words::flow;
use crate::defaults;
use crate::kubernetes::{GENERATOR, MANAGED_BY_LABEL, Mark, Marks};
use crate::manifests::ManifestWorkload;
use crate::snapshot::{Controller, Snapshot};

/// What the comment on a part that is taken over ends with.
pub(super) const TAKEN: &str = "Only what stands here is taken over of its settings";

/// Whose an object is, as the end of a sentence.
pub(super) fn owner(marks: &Marks) -> String {
    owning_tool(marks).unwrap_or_else(|| "made by hand".to_owned())
}

/// The tool that an object goes with, in the same words; none where nothing says so.
pub(super) fn owning_tool(marks: &Marks) -> Option<String> {
    let named = |what: &str, Mark { name, namespace }: &Mark| match namespace {
        Some(namespace) => format!("of {what} `{name}` in `{namespace}`"),
        None => format!("of {what} `{name}`"),
    };
    // What delivers a chart comes first: it makes again what others remove.
    let argo_cd = marks.argo_cd.as_ref();
    let argo_cd = argo_cd.map(|mark| named("the Argo CD application", mark));
    let flux = || Some(named("Flux's", marks.flux.first()?));
    let helm = || Some(named("the Helm release", marks.helm_release.as_ref()?));
    let managed = || Some(format!("managed by `{}`", marks.managed_by.as_ref()?));
    argo_cd.or_else(flux).or_else(helm).or_else(managed)
}

/// Whether spotgen has made it: then the draft makes it again, and takes nothing over.
pub(super) fn is_ours(found: &ManifestWorkload) -> bool {
    found
        .labels
        .get(MANAGED_BY_LABEL)
        .is_some_and(|tool| tool == GENERATOR)
}

/// Whether these are the marks of spotgen's own objects.
pub(super) fn are_ours(marks: &Marks) -> bool {
    marks.managed_by.as_deref() == Some(GENERATOR)
}

/// The marks of an object that the snapshot keeps; `namespace` is none for a kind without namespaces.
pub(super) fn marks<'s>(
    snapshot: &'s Snapshot,
    kind: &str,
    namespace: Option<&str>,
    name: &str,
) -> Option<&'s Marks> {
    let identity = Controller {
        namespace: namespace.unwrap_or(defaults::NAMESPACE).to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
    };
    Some(&snapshot.kept.get(&identity)?.marks)
}

/// A workload, and who has made it.
pub(super) fn whose(found: &ManifestWorkload) -> String {
    let owner = owner(&Marks::of(
        |key| found.labels.get(key).map(SmolStr::as_str),
        |key| found.annotations.get(key).map(SmolStr::as_str),
    ));
    format!("{} `{}` is {owner}", found.kind.as_str(), found.name)
}

/// What is to be done with a part that another hand has made.
pub(super) fn replaced(found: &ManifestWorkload) -> String {
    format!(
        "{}. spotgen's own takes its place: `docs/adopt.md` has the order",
        whose(found)
    )
}

/// The line that has spotgen's part run where the installed one runs. If the namespace goes with another release, there
/// is no such line, and the second text says why.
pub(super) fn same_namespace(name: &str, snapshot: &Snapshot) -> (Option<String>, String) {
    let marks = marks(snapshot, "Namespace", None, name).filter(|marks| !are_ours(marks));
    match marks.and_then(owning_tool) {
        None => (Some(format!("namespace: {}", flow(name))), String::new()),
        Some(owner) => (
            None,
            format!(
                ". Namespace `{name}` is {owner} and goes with it, so spotgen's default is used"
            ),
        ),
    }
}
