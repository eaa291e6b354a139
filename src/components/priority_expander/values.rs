//! The values of the chart `cluster-autoscaler`, as what it renders to.
//! Source: kubernetes/autoscaler cluster-autoscaler/charts/cluster-autoscaler, values.yaml, templates/deployment.yaml,
//! templates/pdb.yaml and templates/priority-expander-configmap.yaml.

use super::config_map::{CONFIG_MAP, KEY};
use crate::manifests::{ChartRelease, KnownChart, Map, Rendered, RenderedConfigMap, printed, text};
use crate::yaml::{Node, Value};

const NAME: &str = "cluster-autoscaler";
const PRIORITIES: &str = "expanderPriorities";
const IMAGE: &str = "registry.k8s.io/autoscaling/cluster-autoscaler";
const PRIORITY_CLASS: &str = "system-cluster-critical";

pub(super) const CHART: KnownChart = KnownChart {
    name: NAME,
    keys: &[PRIORITIES],
    usual: &[PRIORITIES, "extraArgs", AUTO_DISCOVERY, GROUPS],
    tells,
    render,
};

const AUTO_DISCOVERY: &str = "autoDiscovery";
const GROUPS: &str = "autoscalingGroups";

/// Nothing else has these beside arguments of a program.
fn tells(values: &Node<'_>) -> bool {
    let has_arguments = values
        .get("extraArgs")
        .is_some_and(|arguments| !arguments.entries().is_empty());
    let discovered = values.at(&[AUTO_DISCOVERY, "clusterName"]);
    let has_groups = values
        .get(GROUPS)
        .is_some_and(|own| !own.items().is_empty());
    let has_expander = values.at(&["extraArgs", "expander"]).is_some();
    has_expander || has_arguments && (discovered.is_some() || has_groups)
}

/// Whatever else there is to say, the autoscaler runs in the namespace of its release.
fn render<'s>(release: &ChartRelease<'_, 's>) -> Vec<Rendered<'s>> {
    let has_expander = release.value(&["extraArgs", "expander"]).is_some();
    let is_known = release.is_complete || has_expander || release.namespace.is_some();
    let objects = is_known.then(|| [deployment(release), budget(release)]);
    let objects = objects.into_iter().flatten().map(Rendered::Object);
    let priorities = priorities(release).map(Box::new).map(Rendered::ConfigMap);
    objects.chain(priorities).collect()
}

/// The chart leaves it out if its arguments name another expander. It is read all the same: whoever writes priorities
/// wants them used.
fn priorities(release: &ChartRelease<'_, '_>) -> Option<RenderedConfigMap> {
    let value = release.value(&[PRIORITIES])?;
    let text = match value.as_str() {
        Some(text) => text.to_owned(),
        None => tiers(value),
    };
    (!text.is_empty()).then(|| RenderedConfigMap {
        name: CONFIG_MAP.to_owned(),
        namespace: release.namespace.map(str::to_owned),
        key: KEY.to_owned(),
        text,
        place: release.place(&[PRIORITIES], value),
        offsets: None,
    })
}

/// JSON is YAML, and needs no indentation. What is no map is written as it is, and the autoscaler refuses it; of what is
/// empty, the chart makes no `ConfigMap`.
fn tiers(value: &Node<'_>) -> String {
    if !matches!(value.value, Value::Mapping(_)) {
        let is_empty = value.items().is_empty() && matches!(value.value, Value::Sequence(_));
        return if is_empty {
            String::new()
        } else {
            value.to_json().to_string()
        };
    }
    let tiers = value.entries().iter();
    let tiers = tiers.map(|tier| format!("{}: {}\n", tier.key, tier.value.to_json()));
    tiers.collect()
}

fn name(release: &ChartRelease<'_, '_>) -> String {
    let provider = release.text(&["cloudProvider"]).unwrap_or("aws");
    release.full_name(&format!("{provider}-{NAME}"))
}

/// One pod may be evicted, unless the values say otherwise.
fn budget<'s>(release: &ChartRelease<'_, 's>) -> Node<'s> {
    const KEYS: [&str; 2] = ["minAvailable", "maxUnavailable"];
    let given = |key| release.value(&["podDisruptionBudget", key]);
    let spec = if KEYS.iter().all(|key| given(key).is_none()) {
        release.map().number("maxUnavailable", 1)
    } else {
        let spec = release.map();
        KEYS.into_iter()
            .fold(spec, |spec, key| spec.given(key, given(key)))
    };
    release.budget(name(release), NAME, spec)
}

fn deployment<'s>(release: &ChartRelease<'_, 's>) -> Node<'s> {
    let pod = release
        .map()
        .text("priorityClassName", PRIORITY_CLASS)
        .list("containers", vec![container(release).build()]);
    let spec = release
        .map()
        .given("replicas", release.value(&["replicaCount"]))
        .map("selector", release.selector(NAME))
        .map("template", release.template(NAME, release.values, pod));
    let object = release.object("apps/v1", "Deployment", name(release));
    object.map("spec", spec).build()
}

fn container<'s>(release: &ChartRelease<'_, 's>) -> Map<'s> {
    let mut command = vec![text(release.location, format!("./{NAME}"))];
    if let Some(namespace) = release.namespace {
        let namespace = format!("--namespace={namespace}");
        command.push(text(release.location, namespace));
    }
    let arguments = release.value(&["extraArgs"]).map_or(&[][..], Node::entries);
    command.extend(arguments.iter().map(|argument| {
        // What is behind a `_` only lets an argument be there several times.
        let name = argument.key.split('_').next().unwrap_or_default();
        let value = &argument.value;
        if value.is_null() {
            return text(argument.key_span, format!("--{name}"));
        }
        text(value.span, format!("--{name}={}", printed(value)))
    }));
    // Behind the others, so they win.
    let custom = release.value(&["customArgs"]).map_or(&[][..], Node::items);
    command.extend(custom.iter().map(|word| text(word.span, printed(word))));
    release
        .map()
        .text("name", NAME)
        .text("image", release.image(IMAGE))
        .list("command", command)
        .list("env", environment(release))
        .given("resources", release.value(&["resources"]))
}

/// Arguments can refer to variables.
fn environment<'s>(release: &ChartRelease<'_, 's>) -> Vec<Node<'s>> {
    let variable = |name: &str| release.map().text("name", name.to_owned());
    let pod = release.map().map(
        "fieldRef",
        release.map().text("fieldPath", "metadata.namespace"),
    );
    let own = variable("POD_NAMESPACE").map("valueFrom", pod).build();
    let given = release.value(&["extraEnv"]).map_or(&[][..], Node::entries);
    let given = given.iter().map(|entry| {
        let value = text(entry.value.span, printed(&entry.value));
        variable(&entry.key).node("value", value).build()
    });
    std::iter::once(own).chain(given).collect()
}
