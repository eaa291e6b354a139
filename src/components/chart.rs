//! The values of the upstream charts, with comments.
//!
//! The charts have no schema and silently ignore unknown keys, so every key here exists in the chart's values.yaml at
//! the default version. Pitfalls are noted beside each key.

use super::{ComponentId, System};
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

use super::controller::{self, ContainerResources};
use crate::kubernetes::{
    COMPONENT_LABEL, INSTANCE_LABEL, MANAGED_BY_LABEL, NAME_LABEL, PART_OF_LABEL, VERSION_LABEL,
};
use crate::plan::Plan;
use crate::source::SourceId;
use crate::yaml::{self, Dialect};

/// A release of an upstream chart, as a system needs it.
#[derive(Debug)]
pub struct Release<'p> {
    /// The chart's name, which is also the key of its values in an umbrella chart.
    pub chart: &'static str,
    pub source: &'p controller::Chart,
    /// The namespace in which it is installed.
    pub namespace: &'p str,
    /// Whether the plan creates that namespace.
    pub makes_namespace: bool,
    /// The name of the release if the chart is installed on its own.
    pub name: String,
    /// What it installs, in a few words.
    pub summary: &'static str,
    /// Names that the chart's templates write without quotes.
    pub bare: Vec<&'p str>,
    pub values: Vec<Entry>,
}

impl Release<'_> {
    /// The first name that YAML would not read as a string without quotes, such as a number or `null`.
    pub fn misread(&self) -> Option<&str> {
        self.bare.iter().find(|name| !reads_as_text(name)).copied()
    }

    /// Amounts that the chart sets and the plan does not, such as `limits.memory`.
    pub fn removed(&self) -> Vec<String> {
        let resources = self.values.iter().find(|entry| entry.key == "resources");
        let lists = resources.and_then(|entry| entry.value.as_object());
        let mut removed = Vec::new();
        for (list, amounts) in lists.into_iter().flatten() {
            for (name, amount) in amounts.as_object().into_iter().flatten() {
                if amount.is_null() {
                    removed.push(format!("{list}.{name}"));
                }
            }
        }
        removed
    }
}

/// Whether YAML reads a text without quotes as a string.
pub(crate) fn reads_as_text(text: &str) -> bool {
    yaml::scalar(text) == text
}

/// The section of values for one of spotgen's own templates.
#[derive(Debug)]
pub(crate) struct Section {
    pub key: &'static str,
    pub comment: &'static str,
    pub entries: Vec<Entry>,
}

/// A key of a values file with its value and a comment.
#[derive(Debug)]
pub struct Entry {
    /// The lines of the comment; empty for none.
    pub comment: Cow<'static, str>,
    pub key: String,
    pub value: Json,
}

impl Entry {
    pub fn new(key: impl Into<String>, value: impl Into<Json>) -> Self {
        Self {
            comment: Cow::Borrowed(""),
            key: key.into(),
            value: value.into(),
        }
    }

    #[must_use]
    pub fn comment(mut self, comment: impl Into<Cow<'static, str>>) -> Self {
        self.comment = comment.into();
        self
    }
}

/// An upstream chart that installs a component.
#[derive(Clone, Copy, Debug)]
pub struct Chart {
    /// The name in its repository.
    pub name: &'static str,
    /// Its single release in an umbrella chart.
    pub inside: for<'p> fn(&'p System) -> Option<Release<'p>>,
    /// The releases that are needed if it is installed on its own.
    pub alone: for<'p> fn(&'p System) -> Vec<Release<'p>>,
}

/// The longest release name that Helm accepts.
/// Source: helm/helm `pkg/chartutil/validate_name.go`, `maxReleaseNameLen`.
const MAX_RELEASE_NAME: usize = 53;
/// Characters reserved for a suffix such as `-99` after a shortened name.
const MAX_SUFFIX: usize = 3;

/// A valid release name, derived from a name that may be longer.
pub(crate) fn release_name(of: &str) -> String {
    let mut name = of.to_owned();
    name.truncate(MAX_RELEASE_NAME - MAX_SUFFIX);
    // Label names are ASCII and end with a letter or a digit.
    name.truncate(name.trim_end_matches('-').len());
    name
}

/// A value as data. Fields have the order that the writer gives them in manifests.
pub(crate) fn data(value: impl serde::Serialize) -> Json {
    let mut text = String::new();
    yaml::write(&value, &mut text);
    let read = yaml::parse(SourceId(0), &text, Dialect::Manifest);
    let root = read.documents.first();
    root.expect("what was written is a document").to_json()
}

/// The label by which the chart of placeholders distinguishes the items of its list.
/// Source: deliveryhero/helm-charts stable/cluster-overprovisioner templates/deployments.yaml.
pub(crate) const PLACEHOLDER_LABEL: &str = "app.cluster-overprovisioner/deployment";

/// Labels that the charts write themselves. Writing them again would duplicate the keys.
/// Source: the `labels` in templates/_helpers.tpl of each, and templates/deployments.yaml of cluster-overprovisioner.
const OWN_LABELS: [&str; 6] = [
    NAME_LABEL,
    INSTANCE_LABEL,
    VERSION_LABEL,
    MANAGED_BY_LABEL,
    "helm.sh/chart",
    PLACEHOLDER_LABEL,
];

/// The labels for a chart to add to all of its objects.
pub(crate) fn labels(plan: &Plan, id: ComponentId) -> Json {
    let mut labels: Map<String, Json> = plan
        .common_labels
        .iter()
        .filter(|(key, _)| !OWN_LABELS.contains(&key.as_str()))
        .map(|(key, value)| (key.to_string(), json!(value)))
        .collect();
    labels.insert(PART_OF_LABEL.to_owned(), json!(plan.name));
    labels
        .entry(COMPONENT_LABEL)
        .or_insert_with(|| json!(id.name()));
    Json::Object(labels)
}

/// The annotations for a chart to add.
pub(crate) fn annotations(plan: &Plan) -> Json {
    data(&plan.common_annotations)
}

/// The annotations as an entry, if there are any.
pub(crate) fn annotations_under(plan: &Plan, key: &str) -> Option<Entry> {
    let has_any = !plan.common_annotations.is_empty();
    has_any.then(|| Entry::new(key, annotations(plan)))
}

/// Requests and limits that replace those of a chart. Maps are merged, so amounts that the chart sets and the plan does
/// not are removed with `null`. Helm 4 does that only for values files, not for the values of an umbrella chart.
pub(crate) fn resources(resources: &ContainerResources, own: [(&str, &[&str]); 2]) -> Json {
    let amounts = [&resources.requests, &resources.limits];
    let lists = own.into_iter().zip(amounts).map(|((list, own), amounts)| {
        let mut written: Map<String, Json> = amounts
            .iter()
            .map(|(name, amount)| ((*name).to_owned(), json!(amount.as_str())))
            .collect();
        for name in own {
            written.entry((*name).to_owned()).or_insert(Json::Null);
        }
        (list.to_owned(), Json::Object(written))
    });
    Json::Object(lists.collect())
}

/// The repository and the tag of an image, for charts that join them with a colon: a digest then becomes the tag, and
/// the `@sha256` before it part of the repository.
pub(crate) fn image(image: &str) -> Json {
    let after_host = image.rfind('/').map_or(0, |slash| slash + 1);
    let (repository, tag) = match image[after_host..].rfind(':') {
        Some(colon) => (
            &image[..after_host + colon],
            &image[after_host + colon + 1..],
        ),
        // The default of Kubernetes; the chart's default tag would be its own version.
        None => (image, "latest"),
    };
    json!({"repository": repository, "tag": tag, "pullPolicy": "IfNotPresent"})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{image, release_name};

    #[test]
    fn names_of_releases_are_short_enough_for_helm() {
        assert_eq!(release_name("shop"), "shop");
        let long = format!("{}-{}", "a".repeat(49), "b".repeat(13));
        assert_eq!(release_name(&long), "a".repeat(49));
        assert_eq!(release_name(&"a".repeat(63)).len() + "-99".len(), 53);
    }

    #[test]
    fn images_come_apart_at_their_last_colon() {
        for (whole, repository, tag) in [
            (
                "registry.k8s.io/pause:3.10",
                "registry.k8s.io/pause",
                "3.10",
            ),
            ("pause:3", "pause", "3"),
            ("localhost:5000/pause", "localhost:5000/pause", "latest"),
            ("a.b/c:1@sha256:ab", "a.b/c:1@sha256", "ab"),
            ("a.b:1/c@sha256:ab", "a.b:1/c@sha256", "ab"),
        ] {
            let expected =
                json!({"repository": repository, "tag": tag, "pullPolicy": "IfNotPresent"});
            assert_eq!(image(whole), expected);
        }
    }
}
