//! The values of the chart `cluster-proportional-autoscaler`, as what it renders to.
//! Source: kubernetes-sigs/cluster-proportional-autoscaler charts/cluster-proportional-autoscaler, values.yaml,
//! templates/deployment.yaml, templates/configmap.yaml and templates/_helpers.tpl.

use super::is_parameters;
use crate::manifests::{ChartRelease, KnownChart, Map, Rendered, RenderedConfigMap, printed, text};
use crate::yaml::Node;

const NAME: &str = "cluster-proportional-autoscaler";
const IMAGE: &str = "registry.k8s.io/cpa/cluster-proportional-autoscaler";

/// No key of its values is its own, but what is in its parameters is.
pub(super) const CHART: KnownChart = KnownChart {
    name: NAME,
    keys: &[],
    usual: &["config", "options"],
    tells,
    render,
};

/// Source: kubernetes-sigs/cluster-proportional-autoscaler README.md, "Control patterns and `ConfigMap` formats".
fn tells(values: &Node<'_>) -> bool {
    const PARAMETERS: [(&str, [&str; 2]); 2] = [
        ("linear", ["coresPerReplica", "nodesPerReplica"]),
        ("ladder", ["coresToReplicas", "nodesToReplicas"]),
    ];
    PARAMETERS.iter().any(|(mode, keys)| {
        let has = |key: &&str| values.at(&["config", mode, key]).is_some();
        keys.iter().any(has)
    })
}

fn render<'s>(release: &ChartRelease<'_, 's>) -> Vec<Rendered<'s>> {
    let is_known = release.is_complete || release.value(&["options", "target"]).is_some();
    let deployment = is_known.then(|| Rendered::Object(deployment(release)));
    let parameters = parameters(release).map(Box::new).map(Rendered::ConfigMap);
    deployment.into_iter().chain(parameters).collect()
}

fn namespace<'n>(release: &ChartRelease<'n, '_>) -> Option<&'n str> {
    let own = release.text(&["options", "namespace"]);
    own.or(release.namespace)
}

fn parameters(release: &ChartRelease<'_, '_>) -> Option<RenderedConfigMap> {
    let config = release.value(&["config"])?;
    let mut keys = config.entries().iter();
    let entry = keys.find(|entry| is_parameters(&entry.key) && !entry.value.is_null())?;
    Some(RenderedConfigMap {
        name: release.full_name(NAME),
        namespace: namespace(release).map(str::to_owned),
        key: entry.key.to_string(),
        text: entry.value.to_json().to_string(),
        place: release.place(&["config", &entry.key], &entry.value),
        offsets: None,
    })
}

fn deployment<'s>(release: &ChartRelease<'_, 's>) -> Node<'s> {
    let name = release.full_name(NAME);
    let pod = release
        .map()
        .list("containers", vec![container(release).build()])
        .given("priorityClassName", release.value(&["priorityClassName"]));
    let spec = release
        .map()
        .given("replicas", release.value(&["replicaCount"]))
        .map("selector", release.selector(NAME))
        .map("template", release.template(NAME, release.values, pod));
    let object = release.object("apps/v1", "Deployment", name);
    object.map("spec", spec).build()
}

fn container<'s>(release: &ChartRelease<'_, 's>) -> Map<'s> {
    let mut arguments = vec![text(
        release.location,
        format!("--configmap={}", release.full_name(NAME)),
    )];
    if let Some(namespace) = namespace(release) {
        arguments.push(text(release.location, format!("--namespace={namespace}")));
    }
    if let Some(target) = release.value(&["options", "target"]) {
        arguments.push(text(target.span, format!("--target={}", printed(target))));
    }
    if let Some(labels) = release.value(&["options", "nodeLabels"]) {
        let pairs = labels.entries().iter();
        let pairs: Vec<String> = pairs
            .map(|label| format!("{}={}", label.key, printed(&label.value)))
            .collect();
        if !pairs.is_empty() {
            let pairs = format!("--nodelabels={}", pairs.join(","));
            arguments.push(text(labels.span, pairs));
        }
    }
    release
        .map()
        .text("name", NAME)
        .text("image", release.image(IMAGE))
        .list("args", arguments)
        .given("resources", release.value(&["resources"]))
}
