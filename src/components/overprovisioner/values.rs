//! The values of the chart `cluster-overprovisioner`, as what it renders to.
//! Source: deliveryhero/helm-charts stable/cluster-overprovisioner, values.yaml, templates/deployments.yaml and
//! templates/priorityclass-overprovision.yaml.

use super::chart::CHART as NAME;
use crate::manifests::{ChartRelease, KnownChart, Map, Rendered};
use crate::yaml::{Node, Value};

const IMAGE: &str = "registry.k8s.io/pause";
const CLASS: &str = "priorityClassOverprovision";
/// What the chart has if its values do not say otherwise.
const CLASS_NAME: &str = "overprovisioning";
const CLASS_VALUE: i64 = -1;
const DEPLOYMENTS: &str = "deployments";
const REPLICA_COUNT: &str = "replicaCount";
const DEFAULT: &str = "priorityClassDefault";
const DEFAULT_NAME: &str = "default";
const DEFAULT_VALUE: i64 = 0;
const REPLICAS: i64 = 1;
const DEFAULT_REPLICAS: i64 = 3;

pub(super) const CHART: KnownChart = KnownChart {
    name: NAME,
    keys: &[CLASS],
    usual: &[CLASS, DEFAULT, DEPLOYMENTS],
    tells,
    render,
};

/// All keys of the chart's values.
/// Source: deliveryhero/helm-charts stable/cluster-overprovisioner, values.yaml.
const KEYS: [&str; 12] = [
    CLASS,
    DEFAULT,
    DEPLOYMENTS,
    "containerSecurityContext",
    "extraLabels",
    "fullnameOverride",
    "global",
    "image",
    "nameOverride",
    "podSecurityContext",
    "serviceAccount",
    "terminationGracePeriodSeconds",
];

/// All keys of an item of `deployments`.
const ITEM_KEYS: [&str; 13] = [
    "affinity",
    "annotations",
    "extraEnv",
    "labels",
    "name",
    "nodeSelector",
    "pdb",
    "podAnnotations",
    REPLICA_COUNT,
    "resources",
    "schedulerName",
    "tolerations",
    "topologySpreadConstraints",
];

/// Whether a list of deployments without an image can be of no other chart: nothing stands there that this chart does not
/// have, and each of them has a number of pods and what they ask for.
fn tells(values: &Node<'_>) -> bool {
    let has_only = |node: &Node<'_>, keys: &[&str]| {
        let mut entries = node.entries().iter();
        entries.all(|entry| keys.contains(&entry.key.as_ref()))
    };
    let is_item = |item: &Node<'_>| {
        let name = item.get("name").and_then(Node::as_str);
        let count = item.get(REPLICA_COUNT).and_then(Node::as_i64);
        let asked = item.at(&["resources", "requests"]);
        name.is_some()
            && count.is_some()
            && asked.is_some_and(|asked| !asked.entries().is_empty())
            && has_only(item, &ITEM_KEYS)
    };
    let items = values.get(DEPLOYMENTS).map_or(&[][..], Node::items);
    !items.is_empty() && items.iter().all(is_item) && has_only(values, &KEYS)
}

fn render<'s>(release: &ChartRelease<'_, 's>) -> Vec<Rendered<'s>> {
    let default = default_deployment(release);
    let deployments = match release.values.get(DEPLOYMENTS) {
        // Helm takes a list whole, and `null` for none.
        Some(given) => given.items(),
        None if release.is_complete => std::slice::from_ref(&default),
        None => &[],
    };
    let deployments = deployments
        .iter()
        .filter_map(|own| deployment(release, own));
    let objects = std::iter::once(priority_class(release))
        .chain(default_class(release))
        .chain(deployments);
    objects.map(Rendered::Object).collect()
}

/// What the chart runs if its values name no deployments.
/// Source: deliveryhero/helm-charts stable/cluster-overprovisioner, values.yaml, `deployments`.
fn default_deployment<'s>(release: &ChartRelease<'_, 's>) -> Node<'s> {
    let of_pod = || release.map().text("cpu", "1000m").text("memory", "1000Mi");
    let resources = release
        .map()
        .map("limits", of_pod())
        .map("requests", of_pod());
    release
        .map()
        .text("name", DEFAULT_NAME)
        .number(REPLICA_COUNT, DEFAULT_REPLICAS)
        .map("resources", resources)
        .build()
}

/// A class that is the default of all pods, which the chart has unless it is told not to.
/// Source: deliveryhero/helm-charts stable/cluster-overprovisioner, templates/priorityclass-default.yaml.
fn default_class<'s>(release: &ChartRelease<'_, 's>) -> Option<Node<'s>> {
    let enabled = release.value(&[DEFAULT, "enabled"]);
    let is_enabled = match enabled.map(|enabled| &enabled.value) {
        Some(value) => matches!(value, Value::Bool(true)),
        None => release.is_complete,
    };
    let name = release.text(&[DEFAULT, "name"]).unwrap_or(DEFAULT_NAME);
    let yes = Node {
        span: enabled.map_or(release.location, |enabled| enabled.span),
        value: Value::Bool(true),
    };
    is_enabled.then(|| {
        class(release, (name, DEFAULT, DEFAULT_VALUE))
            .node("globalDefault", yes)
            .build()
    })
}

fn class_name<'n>(release: &ChartRelease<'n, '_>) -> &'n str {
    release.text(&[CLASS, "name"]).unwrap_or(CLASS_NAME)
}

fn priority_class<'s>(release: &ChartRelease<'_, 's>) -> Node<'s> {
    class(release, (class_name(release), CLASS, CLASS_VALUE)).build()
}

/// A class of this name, with the value that is under a key.
fn class<'s>(release: &ChartRelease<'_, 's>, (name, key, value): (&str, &str, i64)) -> Map<'s> {
    let class = release
        .map()
        .text("apiVersion", "scheduling.k8s.io/v1")
        .text("kind", "PriorityClass")
        .map("metadata", release.map().text("name", name.to_owned()));
    match release.value(&[key, "value"]) {
        Some(value) => class.node("value", value.clone()),
        None => class.number("value", value),
    }
}

/// `None` for an item without a name, for which the chart writes no valid one.
fn deployment<'s>(release: &ChartRelease<'_, 's>, own: &Node<'s>) -> Option<Node<'s>> {
    let name = own.get("name")?;
    let full = format!("{}-{}", release.full_name(NAME), name.as_str()?);
    let container = release
        .map()
        .text("name", NAME)
        .text("image", release.image(IMAGE))
        .given("command", release.value(&["image", "command"]))
        .given("args", release.value(&["image", "args"]))
        .given("resources", own.get("resources"));
    let pod = release
        .map()
        .text("priorityClassName", class_name(release).to_owned())
        .list("containers", vec![container.build()]);
    let spec = release.map();
    let spec = match own.get(REPLICA_COUNT) {
        Some(count) => spec.node("replicas", count.clone()),
        None => spec.number("replicas", REPLICAS),
    };
    let spec = spec
        .map("selector", release.selector(&full))
        .map("template", release.template(&full, own, pod));
    let object = release.object("apps/v1", "Deployment", full);
    Some(object.map("spec", spec).build())
}
