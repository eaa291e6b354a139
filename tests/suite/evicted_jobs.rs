//! The pods of Jobs that the descheduler leaves alone, and those that it does not.

use std::fs;

use super::library::{Checked, golden};
use super::process::spotgen;

const CONFIG: &str = "minimal/spot-config.yaml";

/// A Job that prefers Spot by its own manifest, with these fields of its spec.
fn job(spec: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: reindex, namespace: shop}}
spec:
  {spec}
  backoffLimit: 20
  template:
    metadata: {{labels: {{app: reindex}}}}
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 20
      tolerations: [{{key: kubernetes.azure.com/scalesetpriority, operator: Exists}}]
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              preference:
                matchExpressions: [{{key: kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}}]
      containers: [{{name: main, image: \"registry.example.com/x:1.0\", resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]
---
"
    )
}

const MANUAL: &str = "manualSelector: true\n  selector: {matchLabels: {app: reindex}}";

fn check(manifests: &str) -> Checked {
    golden(CONFIG).manifests(manifests).check()
}

#[test]
fn a_job_that_selects_its_pods_by_itself_is_not_left_alone() {
    check(&job("parallelism: 2")).is_silent_about("evicts-jobs");
    check(&job("manualSelector: false")).is_silent_about("evicts-jobs");
    check(&job(MANUAL)).passes("so its pods get no label `batch.kubernetes.io/job-name`");
    let labelled = job(MANUAL).replace(
        "labels: {app: reindex}}",
        "labels: {app: reindex, batch.kubernetes.io/job-name: reindex}}",
    );
    check(&labelled).is_silent_about("evicts-jobs");
}

#[test]
fn the_label_is_set_by_the_fix() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::copy(super::golden::root().join(CONFIG), path("spot-config.yaml")).expect("a copy");
    fs::write(path("job.yaml"), job(MANUAL)).expect("it can be written");
    spotgen(["check", "--fix", "job.yaml"])
        .in_folder(folder.path())
        .run();
    let text = fs::read_to_string(path("job.yaml")).expect("it is there");
    assert!(
        text.contains("batch.kubernetes.io/job-name: reindex"),
        "{text}"
    );
    check(&text).is_silent_about("evicts-jobs");
}

/// A policy with these arguments of the evictor and of the plugin that moves pods.
fn policy(evictor: &str, plugin: &str) -> String {
    format!(
        "apiVersion: v1
kind: ConfigMap
metadata: {{name: descheduler, namespace: kube-system}}
data:
  policy.yaml: |
    apiVersion: descheduler/v1alpha2
    kind: DeschedulerPolicy
    maxNoOfPodsToEvictTotal: 1
    profiles:
      - name: spot
        pluginConfig:
          - name: DefaultEvictor
            args: {{nodeFit: true, nodeSelector: kubernetes.azure.com/scalesetpriority=spot, minPodAge: 10m{evictor}}}
          - name: RemovePodsViolatingNodeAffinity
            args: {{nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]{plugin}}}
        plugins: {{deschedule: {{enabled: [RemovePodsViolatingNodeAffinity]}}}}
---
"
    )
}

#[test]
fn the_selector_of_the_plugin_leaves_jobs_alone_as_that_of_the_evictor_does() {
    let no_job = ", labelSelector: {matchExpressions: [{key: batch.kubernetes.io/job-name, operator: DoesNotExist}]}";
    let by = |evictor: &str, plugin: &str| {
        let manifests = policy(evictor, plugin) + &job("parallelism: 2");
        golden(CONFIG)
            .set("spec.descheduler.enabled=false")
            .manifests(&manifests)
            .check()
    };
    assert!(by("", "").has("evicts-jobs"), "{}", by("", "").text);
    by(no_job, "").is_silent_about("evicts-jobs");
    by("", no_job).is_silent_about("evicts-jobs");
    // Others are left alone by it, too.
    let web = job("parallelism: 2")
        .replace("batch/v1", "apps/v1")
        .replace("kind: Job", "kind: Deployment")
        .replace(
            "  parallelism: 2\n  backoffLimit: 20\n",
            "  replicas: 2\n  selector: {matchLabels: {app: reindex}}\n",
        )
        .replace("      restartPolicy: Never\n", "");
    let others = ", labelSelector: {matchLabels: {app: other}}";
    let given = golden(CONFIG).set("spec.descheduler.enabled=false");
    given
        .manifests(&(policy("", others) + &web))
        .check()
        .passes("`labelSelector` of `RemovePodsViolatingNodeAffinity` does not select its pods");
    // The descheduler refuses what it cannot read.
    let broken = ", labelSelector: {matchExpressions: [{key: app, operator: In}]}";
    by("", broken).fails("[broken-descheduler-policy]");
}
