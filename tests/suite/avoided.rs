//! `spot: Avoided`: on-demand first, and Spot where that is full.

use super::library::{Given, config, golden};

const KEY: &str = "kubernetes.azure.com/scalesetpriority";
const CONFIG: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 500m, memory: 512Mi}}
    - {name: api, namespace: shop, selector: {app: api}, replicas: 2, requests: {cpu: 500m, memory: 512Mi},
       placement: {spot: Avoided}}
";

/// One workload that prefers Spot, and one that prefers on-demand.
fn both() -> Given {
    config(CONFIG)
}

fn deployment(name: &str, pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 2\n  \
         selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      \
         {pod}\n      containers:\n        - {{name: a, image: registry.example.com/a:1.0, resources: {{requests: {{cpu: \
         100m, memory: 128Mi}}}}}}\n"
    )
}

fn preference(requirement: &str) -> String {
    format!(
        "affinity: {{nodeAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 100, preference: \
         {{matchExpressions: [{requirement}]}}}}]}}}}"
    )
}

fn tolerant(requirement: &str) -> String {
    format!(
        "tolerations: [{{key: {KEY}, value: spot, effect: NoSchedule}}]\n      {}",
        preference(requirement)
    )
}

/// The evictor looks for room on Spot nodes alone: it must not select what prefers on-demand.
#[test]
fn the_descheduler_leaves_it_alone() {
    let policy = both().render("manifests").expect("there is a system");
    let condition = "- key: app\n                  operator: NotIn\n                  values:\n                  - api\n";
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&policy).contains(&words(condition)), "{policy}");
    both().check().is_silent_about("avoided-spot-loop");
    both().check().is_silent_about("never-fails-back");
}

/// Where all its labels are those of a workload that is moved, nothing can leave it out.
#[test]
fn what_cannot_be_told_apart_is_said() {
    // A second budget over the pods of `web` would be another mistake.
    let both = || both().set("spec.workloads.api.disruptionBudget=None");
    let shared = both().set("spec.workloads.api.selector={app: web}");
    let loops = "workload `api` prefers on-demand, and the descheduler moves it";
    shared.check().passes(loops);
    // One label of its own is enough.
    let own = both().set("spec.workloads.api.selector={app: web, part: api}");
    own.check().is_silent_about("avoided-spot-loop");
    // A descheduler that is installed goes by its own policy.
    let everywhere = both().set("spec.descheduler={evictor: {labelSelector: {}}}");
    everywhere.check().passes(loops);
    for calm in [
        "spec.descheduler={evictor: {labelSelector: {}}, namespaces: {exclude: [shop]}}",
        "spec.descheduler={evictor: {labelSelector: {}}, limits: {total: 0}}",
    ] {
        both()
            .set(calm)
            .check()
            .is_silent_about("avoided-spot-loop");
    }
}

/// A preference in a manifest means the same, in whichever words.
#[test]
fn a_manifest_can_prefer_on_demand_by_itself() {
    let minimal = || golden("minimal/spot-config.yaml");
    for requirement in [
        format!("{{key: {KEY}, operator: NotIn, values: [spot]}}"),
        format!("{{key: {KEY}, operator: DoesNotExist}}"),
        "{key: agentpool, operator: In, values: [regular1]}".to_owned(),
    ] {
        let given = minimal().manifests(&deployment("other", &tolerant(&requirement)));
        let checked = given.check();
        checked.is_silent_about("toleration-without-preference");
        checked.passes("warning[soft-taint-outvotes-on-demand]");
        checked.passes("warning[avoided-spot-loop]");
        let untainted = minimal()
            .set("spec.nodePools.regular1.taints=[]")
            .manifests(&deployment("other", &tolerant(&requirement)));
        untainted
            .check()
            .is_silent_about("soft-taint-outvotes-on-demand");
    }
    // Without the toleration it is never on Spot.
    let own = preference(&format!("{{key: {KEY}, operator: DoesNotExist}}"));
    let checked = minimal().manifests(&deployment("other", &own)).check();
    checked.is_silent_about("avoided-spot-loop");
    checked.is_silent_about("soft-taint-outvotes-on-demand");
}

#[test]
fn a_preference_for_spot_in_its_manifest_cancels_it() {
    let spot = preference(&format!("{{key: {KEY}, operator: In, values: [spot]}}"));
    let given = both().manifests(&deployment("api", &spot));
    given.check().fails(
        "give Spot pool `spot1` a weight of 100 and on-demand 100: its pods do not prefer on-demand",
    );
    let weak = spot.replace("weight: 100", "weight: 1");
    let given = both().manifests(&deployment("api", &weak));
    given.check().is_silent_about("preference-cancelled");
}

/// It is on on-demand whatever becomes of Spot: it takes room there and none on Spot.
#[test]
fn figures_count_it_on_on_demand() {
    let how = |what: &str| -> String {
        let figures = both().numbers(what);
        figures
            .iter()
            .map(|figure| format!("{figure:?}"))
            .collect::<Vec<_>>()
            .concat()
    };
    let spot = how("capacity of Spot");
    assert!(spot.contains("3 pods"), "{spot}");
    let on_demand = how("capacity of on-demand without Spot");
    assert!(on_demand.contains("5 pods"), "{on_demand}");
}

/// Every delivery has both tolerations and the preference.
#[test]
fn every_delivery_has_it() {
    let classes = "spec.classes={calm: {placement: {spot: Avoided}}}";
    for format in ["patches", "flux-patches", "admission"] {
        let text = both()
            .set(classes)
            .render(format)
            .expect("there is something");
        for part in ["NotIn", "on-demand", "PreferNoSchedule", KEY] {
            assert!(text.contains(part), "{format}: no {part}:\n{text}");
        }
    }
}
