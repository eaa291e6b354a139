//! What makes a rule silent, or milder, in the manifests that it looks at.

use super::check::{MINIMAL, ends, with};

/// A Deployment of the minimal configuration's workload, with a pod that has this besides its container.
fn deployment(pod: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      {pod}
      containers:
        - {{name: web, image: registry.example.com/web:1.0, resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}}}
"
    )
}

fn affinity(kind: &str, terms: &str) -> String {
    deployment(&format!(
        "affinity: {{nodeAffinity: {{{kind}DuringSchedulingIgnoredDuringExecution: {terms}}}}}"
    ))
}

fn said(manifests: &str, code: i32, text: &str) {
    ends(&with(&MINIMAL, &["-"]), manifests, code, text, "");
}

#[test]
fn a_label_that_regular_nodes_lack_counts_where_nothing_else_will_do() {
    const KEY: &str = "kubernetes.azure.com/scalesetpriority";
    let term = |values: &str| {
        format!("{{matchExpressions: [{{key: {KEY}, operator: In, values: [{values}]}}]}}")
    };
    let required = |terms: &str| affinity("required", &format!("{{nodeSelectorTerms: [{terms}]}}"));
    let fault = "error[regular-label-selected]";
    said(&required(&term("regular")), 1, fault);
    said(&required(&term("regular, \"\"")), 1, fault);
    // Terms are alternatives, and so are the values of one.
    let pool = "{matchExpressions: [{key: agentpool, operator: In, values: [regular1]}]}";
    said(
        &required(&format!("{}, {pool}", term("regular"))),
        0,
        "1 warning, 3 infos",
    );
    said(&required(&term("regular, spot")), 1, "requires it");
    let preferred = format!("[{{weight: 1, preference: {}}}]", term("regular"));
    let mild = "warning[regular-label-selected]";
    said(&affinity("preferred", &preferred), 0, mild);
}

#[test]
fn priorities_are_read_as_the_autoscaler_reads_them() {
    let expander = |priorities: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cluster-autoscaler-priority-expander, namespace: kube-system}}\n\
             data:\n  priorities: |\n    {}\n",
            priorities.replace('\n', "\n    ")
        )
    };
    let (good, tail) = ("20: [\"^aks-spot1-\"]\n10: [\".*\"]", "4 infos");
    said(&expander(good), 0, tail);
    said(&expander(&good.replace("20", "0x14")), 0, tail);
    said(&expander(&good.replace("20", "2_0")), 0, tail);
    said(&expander(&format!("{good}\n5:")), 0, tail);
    let twice = format!("{good}\n20: [\"^aks-spot2-\"]");
    said(&expander(&twice), 0, "warning[broken-expander-config]");
    let negative = format!("{good}\n-5: [\"^aks-spot2-\"]");
    said(&expander(&negative), 0, "never wins");
    let nested = format!("{good}\n5: [[\"^aks-spot2-\"]]");
    said(&expander(&nested), 1, "no list of patterns");
    let broken = format!("{good}\nfive: [\"^aks-spot2-\"]");
    said(&expander(&broken), 1, "`five` is no whole number");
}

#[test]
fn what_keeps_off_spot_and_requires_it_runs_nowhere() {
    let selector = "nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}";
    let class = "spec.workloads.web={name: web, class: away}";
    let away = "spec.classes.away={placement: {spot: Never}}";
    let arguments = with(&MINIMAL, &["-", "--set", away, "--set", class]);
    ends(&arguments, &deployment(selector), 1, "it runs nowhere", "");
}

#[test]
fn a_pod_that_fits_no_spot_node_stays_where_it_is() {
    let large = "spec.workloads.web.requests={cpu: 7, memory: 1Gi}";
    let size = "spec.nodePools.regular1.vmSize=Standard_D8s_v5";
    let arguments = with(&MINIMAL, &["--set", large, "--set", size]);
    ends(&arguments, "", 0, "it stays on on-demand", "");
    let unknown = with(&arguments, &["--set", "spec.nodePools.spot1.vmSize=null"]);
    ends(&unknown, "", 0, "infos", "");
}

/// What a manifest says of spread counts as what the plan says.
#[test]
fn own_spreads_count() {
    let spread =
        |constraint: &str| deployment(&format!("topologySpreadConstraints: [{constraint}]"));
    let zones =
        "topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: web}}";
    let hard = spread(&format!(
        "{{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, {zones}}}"
    ));
    let set = [
        "-",
        "--set",
        "spec.nodePools.spot1.zones=[\"1\", \"2\"]",
        "--set",
        "spec.nodePools.regular1.zones=[\"1\", \"2\", \"3\"]",
    ];
    let arguments = with(&MINIMAL, &set);
    let short = "error[hard-spread-keeps-off-spot]";
    ends(&arguments, &hard, 1, short, "");
    ends(&arguments, &hard, 1, "warning[zones-in-one-pool]", "");
    let soft = hard.replace("DoNotSchedule", "ScheduleAnyway");
    ends(&arguments, &soft, 0, "", "");
    // It does not select the pods that it is of.
    let blind = hard.replace("{matchLabels: {app: web}}}]", "{matchLabels: {app: api}}}]");
    ends(&arguments, &blind, 1, "error[spread-selects-nothing]", "");
    let apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, \
                 labelSelector: {matchLabels: {app: web}}}]}}";
    // One pod to a node: the budget lets go what a node has.
    ends(
        &with(&MINIMAL, &["-"]),
        &deployment(apart),
        0,
        "3 infos",
        "",
    );
}

/// Whole pods have to fit onto whole nodes.
#[test]
fn room_is_reckoned_by_the_node() {
    // 3.46 CPU on a node: one pod of 2 CPU, and what is left is too little for another.
    let many = "spec.workloads.web={name: web, replicas: 12, requests: {cpu: 2, memory: 1Gi}}";
    let arguments = with(&MINIMAL, &["--set", many]);
    let spot = "12 pods of `web` want a place on Spot, and its nodes hold 10 of them";
    ends(&arguments, "", 0, spot, "");
    ends(&arguments, "", 0, "warning[failover-capacity-short]", "");
    let fewer = many.replace("12", "10");
    let arguments = with(&MINIMAL, &["--set", fewer.as_str()]);
    let output = super::check::spotgen(&arguments, "");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(!report.contains("capacity-short"), "{report}");
    // Two entries of placeholders are on a node at once.
    let each = "capacity: Spot, replicas: 1, requests: {cpu: \"1.2\", memory: 1Gi}";
    let two =
        format!("spec.overprovisioner.placeholders=[{{name: a, {each}}}, {{name: b, {each}}}]");
    let requests = "spec.workloads.web={name: web, requests: {cpu: \"1.2\", memory: 1Gi}}";
    let arguments = with(&MINIMAL, &["--set", requests, "--set", two.as_str()]);
    ends(
        &arguments,
        "",
        0,
        "one `a` placeholder (1.2 CPU and 1Gi) and one `b` placeholder (1.2 CPU and 1Gi) leave",
        "",
    );
}

#[test]
fn a_rollout_needs_room_for_one_more() {
    let apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: topology.kubernetes.io/zone, \
                 labelSelector: {matchLabels: {app: web}}}]}}";
    let zones = |pool: &str| format!("spec.nodePools.{pool}.zones=[\"1\", \"2\", \"3\"]");
    let (spot, regular) = (zones("spot1"), zones("regular1"));
    let arguments = with(&MINIMAL, &["-", "--set", &spot, "--set", &regular]);
    let stuck = deployment(apart);
    ends(
        &arguments,
        &stuck,
        0,
        "a rollout of workload `web` stands still",
        "",
    );
    let strategy = "  strategy: {rollingUpdate: {maxUnavailable: 1}}\n  template:";
    let output = super::check::spotgen(&arguments, &stuck.replace("  template:", strategy));
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(!report.contains("anti-affinity"), "{report}");
}

/// Whether a disk can follow its pod is told by its storage class.
#[test]
fn storage_classes_count() {
    let claim = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]";
    let manifests = |parameters: &str, mode: &str| {
        format!(
            "{}---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data, namespace: shop}}\n\
             spec: {{storageClassName: own}}\n---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\n\
             metadata: {{name: own}}\nprovisioner: disk.csi.azure.com\nparameters: {{{parameters}}}\nvolumeBindingMode: {mode}\n",
            deployment(claim)
        )
    };
    let zones = [
        "-",
        "--set",
        "spec.nodePools.spot1.zones=[\"1\", \"2\"]",
        "--set",
        "spec.nodePools.regular1.zones=[\"2\", \"3\"]",
    ];
    let arguments = with(&MINIMAL, &zones);
    let waits = "WaitForFirstConsumer";
    let lone = "zone 1 or 3 has Spot nodes alone or on-demand nodes alone";
    ends(
        &arguments,
        &manifests("skuName: Premium_LRS", waits),
        0,
        lone,
        "",
    );
    let early = "disks of class `own` are made before pods of workload `web` have a place";
    ends(
        &arguments,
        &manifests("skuName: Premium_LRS", "Immediate"),
        0,
        early,
        "",
    );
    let follows = manifests("skuname: Premium_ZRS", waits);
    let output = super::check::spotgen(&arguments, &follows);
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(!report.contains("volume-stuck-in-zone"), "{report}");
    // The descheduler protects pods with claims, unless it is told of which classes.
    ends(&arguments, &follows, 0, "`PodsWithPVC` are protected", "");
    let protections = |class: &str| {
        format!(
            "spec.descheduler.evictor.podProtections={{config: {{PodsWithPVC: {{protectedStorageClasses: [{{name: {class}}}]}}}}}}"
        )
    };
    let own = protections("own");
    let named = with(&arguments, &["--set", &own]);
    ends(&named, &follows, 0, "`PodsWithPVC` are protected", "");
    let other = protections("other");
    let output = super::check::spotgen(&with(&arguments, &["--set", &other]), &follows);
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(!report.contains("never-fails-back"), "{report}");
}

/// Seconds of one's own count as what they are.
#[test]
fn long_tolerations_of_lost_nodes_are_told() {
    let lost = |seconds: &str| {
        let one = |key: &str| {
            format!(
                "{{key: node.kubernetes.io/{key}, operator: Exists, effect: NoExecute{seconds}}}"
            )
        };
        let spot = "{key: kubernetes.azure.com/scalesetpriority, operator: Equal, value: spot, effect: NoSchedule}";
        deployment(&format!(
            "tolerations: [{spot}, {}, {}]",
            one("not-ready"),
            one("unreachable")
        ))
    };
    let bare = with(
        &MINIMAL,
        &[
            "-",
            "--set",
            "spec.workloads=null",
            "--set",
            "spec.nodePools.spot1.nodes.max=10",
        ],
    );
    ends(
        &bare,
        &lost(", tolerationSeconds: 600"),
        0,
        "stay bound to a lost node for 600 s",
        "",
    );
    ends(
        &bare,
        &lost(""),
        0,
        "stay bound to a lost node until somebody deletes",
        "",
    );
    let output = super::check::spotgen(&bare, &lost(", tolerationSeconds: 30"));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("slow-node-loss"));
}

#[test]
fn kinds_of_vms_are_told_apart() {
    let both = |size: &str| {
        let pool = |name: &str, capacity: &str, size: &str| {
            format!(
                "{{name: {name}, capacity: {capacity}, vmSize: {size}, nodes: {{min: 0, max: 10}}}}"
            )
        };
        let spot = [
            pool("spot1", "Spot", "Standard_D4s_v5"),
            pool("spot2", "Spot", size),
        ];
        let regular = pool("regular1", "OnDemand", "Standard_D4s_v5");
        format!("spec.nodePools=[{}, {regular}]", spot.join(", "))
    };
    for (size, is_one_kind) in [
        ("Standard_D8s_v5", true),
        ("standard_d16S_V5", true),
        ("Standard_D4as_v5", false),
        ("Standard_D4s_v4", false),
        ("Standard_E4s_v5", false),
    ] {
        let set = both(size);
        let output = super::check::spotgen(&with(&MINIMAL, &["--set", &set]), "");
        let report = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            report.contains("single-spot-pool"),
            is_one_kind,
            "{size}: {report}"
        );
    }
}

/// Only the pools that a workload may be on count for it.
#[test]
fn pods_are_measured_by_the_pools_that_they_may_be_on() {
    let pools = "spec.nodePools=[{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}, \
                 {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}, \
                 {name: large1, capacity: OnDemand, vmSize: Standard_D32s_v5, nodes: {min: 0, max: 3}, \
                 labels: {dedicated: large}, taints: [\"dedicated=large:NoSchedule\"]}]";
    let arguments = with(
        &MINIMAL,
        &["-", "--set", pools, "--set", "spec.workloads=null"],
    );
    let large = |pod: &str| deployment(pod).replace("cpu: 500m", "cpu: 20");
    let tolerates = "tolerations: [{key: dedicated, operator: Equal, value: large, effect: NoSchedule}]\n      \
                     nodeSelector: {dedicated: large}";
    let output = super::check::spotgen(&arguments, &large(tolerates));
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(!report.contains("pod-fits-no-node"), "{report}");
    ends(&arguments, &large(""), 1, "error[pod-fits-no-node]", "");
    let small = deployment("nodeSelector: {agentpool: regular1}").replace("cpu: 500m", "cpu: 6");
    ends(
        &arguments,
        &small,
        1,
        "more than any node that it may be on has room for",
        "",
    );
}
