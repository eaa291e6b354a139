//! The values of the chart `descheduler`, as what it renders to.
//! Source: kubernetes-sigs/descheduler charts/descheduler, values.yaml, templates/cronjob.yaml, templates/deployment.yaml,
//! templates/poddisruptionbudget.yaml and templates/configmap.yaml.

use serde_json::{Value as Json, json};

use super::chart::CHART as NAME;
use super::objects::PRIORITY_CLASS;
use super::policy::{EVICTOR, KIND, NODE_AFFINITY, NODE_TAINTS, VERSION};
use crate::manifests::{
    ChartRelease, KnownChart, Map, Offsets, Rendered, RenderedConfigMap, ValuePlace, printed,
    text as text_at,
};
use crate::yaml::Node;

const POLICY: &str = "deschedulerPolicy";
const KEY: &str = "policy.yaml";
const IMAGE: &str = "registry.k8s.io/descheduler/descheduler";
/// What the chart has if its values do not say otherwise.
const SCHEDULE: &str = "*/2 * * * *";
const INTERVAL: &str = "5m";

pub(super) const CHART: KnownChart = KnownChart {
    name: NAME,
    keys: &[POLICY],
    usual: &[POLICY, "cmdOptions", "deschedulingInterval", "schedule"],
    tells: |_| false,
    render,
};

fn render<'s>(release: &ChartRelease<'_, 's>) -> Vec<Rendered<'s>> {
    let is_known = release.is_complete || release.value(&["kind"]).is_some();
    let workload = is_known.then(|| workload(release));
    let objects = workload.into_iter().chain(budget(release));
    let objects = objects.map(Rendered::Object);
    let policy = policy(release).map(Box::new).map(Rendered::ConfigMap);
    objects.chain(policy).collect()
}

/// What matters of the policy that the chart has if its values do not say otherwise: what it enables brings no pod back to
/// Spot.
/// Source: kubernetes-sigs/descheduler charts/descheduler at 0.36.0, values.yaml, `deschedulerPolicy`.
fn default_policy(release: &ChartRelease<'_, '_>) -> RenderedConfigMap {
    let policy = json!({
        "apiVersion": VERSION,
        "kind": KIND,
        "profiles": [{
            "name": "default",
            "pluginConfig": [
                {"name": EVICTOR, "args": {
                    "podProtections": {"defaultDisabled": ["PodsWithLocalStorage"], "extraEnabled": ["PodsWithPVC"]},
                }},
                {"name": NODE_AFFINITY, "args": {
                    "nodeAffinityType": ["requiredDuringSchedulingIgnoredDuringExecution"],
                }},
                {"name": NODE_TAINTS},
            ],
            "plugins": {"deschedule": {"enabled": [NODE_TAINTS, NODE_AFFINITY]}},
        }],
    });
    RenderedConfigMap {
        offsets: None,
        name: release.full_name(NAME),
        namespace: namespace(release),
        key: KEY.to_owned(),
        text: policy.to_string(),
        place: ValuePlace::nowhere(release.location),
    }
}

/// The chart writes the kind and the version itself.
fn policy(release: &ChartRelease<'_, '_>) -> Option<RenderedConfigMap> {
    let Some(value) = release.value(&[POLICY]) else {
        return release.is_complete.then(|| default_policy(release));
    };
    let version = release.text(&["deschedulerPolicyAPIVersion"]);
    let mut policy = value.to_json();
    let keys = policy.as_object_mut()?;
    let mut set = |key: &str, text: &str| keys.insert(key.to_owned(), Json::from(text));
    set("apiVersion", version.unwrap_or(VERSION));
    set("kind", KIND);
    let text = policy.to_string();
    Some(RenderedConfigMap {
        offsets: Some(Offsets::of_value(&text, value)),
        name: release.full_name(NAME),
        namespace: namespace(release),
        key: KEY.to_owned(),
        text,
        place: release.place(&[POLICY], value),
    })
}

fn namespace(release: &ChartRelease<'_, '_>) -> Option<String> {
    let own = release.text(&["namespaceOverride"]);
    own.or(release.namespace).map(str::to_owned)
}

/// The chart has none by itself.
fn budget<'s>(release: &ChartRelease<'_, 's>) -> Option<Node<'s>> {
    let budget = release.value(&["podDisruptionBudget"])?;
    let keys = ["minAvailable", "maxUnavailable"];
    let spec = keys
        .into_iter()
        .fold(release.map(), |spec, key| spec.given(key, budget.get(key)));
    let is_any = keys.iter().any(|key| budget.get(key).is_some());
    is_any.then(|| release.budget(release.full_name(NAME), NAME, spec))
}

fn workload<'s>(release: &ChartRelease<'_, 's>) -> Node<'s> {
    let is_deployment = release.text(&["kind"]) == Some("Deployment");
    let pod = release
        .map()
        .text("priorityClassName", PRIORITY_CLASS)
        .list(
            "containers",
            vec![container(release, is_deployment).build()],
        );
    let template = |pod| release.template(NAME, release.values, pod);
    let name = release.full_name(NAME);
    if is_deployment {
        let spec = release
            .map()
            .given("replicas", release.value(&["replicas"]))
            .map("selector", release.selector(NAME))
            .map("template", template(pod));
        return release
            .object("apps/v1", "Deployment", name)
            .map("spec", spec)
            .build();
    }
    let job = template(pod.text("restartPolicy", "Never"));
    let job = release
        .map()
        .map("spec", release.map().map("template", job));
    let schedule = release.value(&["schedule"]).cloned();
    let spec = release
        .map()
        .node(
            "schedule",
            schedule.unwrap_or_else(|| text_at(release.location, SCHEDULE)),
        )
        .given("suspend", release.value(&["suspend"]))
        .map("jobTemplate", job);
    let object = release.object("batch/v1", "CronJob", name);
    object.map("spec", spec).build()
}

fn container<'s>(release: &ChartRelease<'_, 's>, is_deployment: bool) -> Map<'s> {
    let mut arguments = vec![text_at(
        release.location,
        "--policy-config-file=/policy-dir/policy.yaml",
    )];
    if is_deployment {
        let interval = release.value(&["deschedulingInterval"]);
        let place = interval.map_or(release.location, |interval| interval.span);
        let interval = interval.map_or_else(|| INTERVAL.to_owned(), printed);
        arguments.push(text_at(
            place,
            format!("--descheduling-interval={interval}"),
        ));
    }
    let options = release
        .values
        .get("cmdOptions")
        .map_or(&[][..], Node::entries);
    arguments.extend(options.iter().map(|option| {
        let word = if option.value.is_null() {
            format!("--{}", option.key)
        } else {
            format!("--{}={}", option.key, printed(&option.value))
        };
        text_at(option.key_span, word)
    }));
    release
        .map()
        .text("name", NAME)
        .text("image", release.image(IMAGE))
        .list("args", arguments)
        .given("resources", release.value(&["resources"]))
}
