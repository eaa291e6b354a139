//! The values of the chart `cluster-overprovisioner`, as what it renders to.
//! Source: deliveryhero/helm-charts stable/cluster-overprovisioner, values.yaml, templates/deployments.yaml and
//! templates/priorityclass-overprovision.yaml.

use super::chart::CHART as NAME;
use crate::manifests::{ChartRelease, KnownChart, Rendered};
use crate::yaml::Node;

const IMAGE: &str = "registry.k8s.io/pause";
const CLASS: &str = "priorityClassOverprovision";
/// What the chart has if its values do not say otherwise.
const CLASS_NAME: &str = "overprovisioning";
const CLASS_VALUE: i64 = -1;
const REPLICAS: i64 = 1;

pub(super) const CHART: KnownChart = KnownChart {
    name: NAME,
    keys: &[CLASS],
    render,
};

fn render<'s>(release: &ChartRelease<'_, 's>) -> Vec<Rendered<'s>> {
    let deployments = release.value(&["deployments"]).map_or(&[][..], Node::items);
    let deployments = deployments
        .iter()
        .filter_map(|own| deployment(release, own));
    let objects = std::iter::once(priority_class(release)).chain(deployments);
    objects.map(Rendered::Object).collect()
}

fn class_name<'n>(release: &ChartRelease<'n, '_>) -> &'n str {
    release.text(&[CLASS, "name"]).unwrap_or(CLASS_NAME)
}

fn priority_class<'s>(release: &ChartRelease<'_, 's>) -> Node<'s> {
    let class = release
        .map()
        .text("apiVersion", "scheduling.k8s.io/v1")
        .text("kind", "PriorityClass")
        .map(
            "metadata",
            release.map().text("name", class_name(release).to_owned()),
        );
    match release.value(&[CLASS, "value"]) {
        Some(value) => class.node("value", value.clone()),
        None => class.number("value", CLASS_VALUE),
    }
    .build()
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
    let spec = match own.get("replicaCount") {
        Some(count) => spec.node("replicas", count.clone()),
        None => spec.number("replicas", REPLICAS),
    };
    let spec = spec
        .map("selector", release.selector(&full))
        .map("template", release.template(&full, own, pod));
    let object = release.object("apps/v1", "Deployment", full);
    Some(object.map("spec", spec).build())
}
