//! What makes a rule silent, or milder, in the manifests that it looks at.

use std::fs;

use spotgen::diagnostic::Severity;

use super::library::{Given, golden};
use super::tool_paths::root;

/// The least configuration.
fn minimal() -> Given {
    golden("minimal/spot-config.yaml")
}

/// The bad case of a rule.
fn bad(rule: &str) -> Given {
    golden(&format!("rules/{rule}/bad.yaml"))
}

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

#[track_caller]
fn passes(manifests: &str, text: &str) {
    minimal().manifests(manifests).check().passes(text);
}

#[track_caller]
fn fails(manifests: &str, text: &str) {
    minimal().manifests(manifests).check().fails(text);
}

#[test]
fn a_label_that_regular_nodes_lack_counts_where_nothing_else_will_do() {
    const KEY: &str = "kubernetes.azure.com/scalesetpriority";
    let term = |values: &str| {
        format!("{{matchExpressions: [{{key: {KEY}, operator: In, values: [{values}]}}]}}")
    };
    let required = |terms: &str| affinity("required", &format!("{{nodeSelectorTerms: [{terms}]}}"));
    let problem = "error[regular-label-selected]";
    fails(&required(&term("regular")), problem);
    fails(&required(&term("regular, \"\"")), problem);
    // Terms are alternatives, and so are the values of one.
    let pool = "{matchExpressions: [{key: agentpool, operator: In, values: [regular1]}]}";
    passes(
        &required(&format!("{}, {pool}", term("regular"))),
        "1 warning, 2 infos",
    );
    fails(&required(&term("regular, spot")), "requires Spot");
    let preferred = format!("[{{weight: 1, preference: {}}}]", term("regular"));
    let mild = "warning[regular-label-selected]";
    passes(&affinity("preferred", &preferred), mild);
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
    let (good, tail) = ("20: [\"^aks-spot1-\"]\n10: [\".*\"]", "3 infos");
    passes(&expander(good), tail);
    passes(&expander(&good.replace("20", "0x14")), tail);
    passes(&expander(&good.replace("20", "2_0")), tail);
    passes(&expander(&format!("{good}\n5:")), tail);
    let twice = format!("{good}\n20: [\"^aks-spot2-\"]");
    passes(&expander(&twice), "warning[broken-expander-config]");
    let negative = format!("{good}\n-5: [\"^aks-spot2-\"]");
    passes(&expander(&negative), "is never chosen");
    let nested = format!("{good}\n5: [[\"^aks-spot2-\"]]");
    fails(&expander(&nested), "not a list of patterns");
    let broken = format!("{good}\nfive: [\"^aks-spot2-\"]");
    fails(&expander(&broken), "`five` is not a whole number");
}

#[test]
fn what_keeps_off_spot_and_requires_it_runs_nowhere() {
    let selector = "nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}";
    let class = "spec.workloads.web={name: web, class: away}";
    let away = "spec.classes.away={placement: {spot: Never}}";
    let given = minimal().set(away).set(class);
    let checked = given.manifests(&deployment(selector)).check();
    checked.fails("it cannot run on any node");
}

#[test]
fn a_pod_that_fits_no_spot_node_stays_where_it_is() {
    let large = "spec.workloads.web.requests={cpu: 7, memory: 1Gi}";
    let size = "spec.nodePools.regular1.vmSize=Standard_D8s_v5";
    let given = minimal().set(large).set(size);
    given.check().passes("it stays on on-demand");
    let unknown = given.set("spec.nodePools.spot1.vmSize=null");
    unknown.check().passes("infos");
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
    let zones = [
        "spec.nodePools.spot1.zones=[\"1\", \"2\"]",
        "spec.nodePools.regular1.zones=[\"1\", \"2\", \"3\"]",
    ];
    let given = minimal().set_all(&zones);
    let check = |manifests: &str| given.clone().manifests(manifests).check();
    check(&hard).fails("error[hard-spread-keeps-off-spot]");
    check(&hard).fails("warning[zones-in-one-pool]");
    let soft = hard.replace("DoNotSchedule", "ScheduleAnyway");
    check(&soft).passes("");
    // It does not select the pods that it is of.
    let blind = hard.replace("{matchLabels: {app: web}}}]", "{matchLabels: {app: api}}}]");
    check(&blind).fails("error[spread-selects-nothing]");
    let apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, \
                 labelSelector: {matchLabels: {app: web}}}]}}";
    // One pod to a node: the budget lets go what a node has.
    passes(&deployment(apart), "3 infos");
}

/// Whole pods have to fit onto whole nodes.
#[test]
fn room_is_reckoned_by_the_node() {
    // 3.46 CPU on a node: one pod of 2 CPU, and what is left is too little for another.
    let many = "spec.workloads.web={name: web, replicas: 12, requests: {cpu: 2, memory: 1Gi}}";
    let checked = minimal().set(many).check();
    checked.passes("the Spot pools have nodes for only 10 of the 12 pods of workload `web`");
    checked.passes("warning[failover-capacity-short]");
    let fewer = many.replace("12", "10");
    let checked = minimal().set(&fewer).check();
    checked.is_silent_about("capacity-short");
    // Two entries of placeholders are on a node at once.
    let each = "capacity: Spot, replicas: 1, requests: {cpu: \"1.2\", memory: 1Gi}";
    let two =
        format!("spec.overprovisioner.placeholders=[{{name: a, {each}}}, {{name: b, {each}}}]");
    let requests = "spec.workloads.web={name: web, requests: {cpu: \"1.2\", memory: 1Gi}}";
    minimal().set(requests).set(&two).check().passes(
        "one `a` placeholder (1.2 CPU and 1Gi) and one `b` placeholder (1.2 CPU and 1Gi) leave",
    );
}

#[test]
fn a_rollout_needs_room_for_one_more() {
    let apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: topology.kubernetes.io/zone, \
                 labelSelector: {matchLabels: {app: web}}}]}}";
    let zones = |pool: &str| format!("spec.nodePools.{pool}.zones=[\"1\", \"2\", \"3\"]");
    let given = minimal().set(&zones("spot1")).set(&zones("regular1"));
    let check = |manifests: &str| given.clone().manifests(manifests).check();
    let stuck = deployment(apart);
    check(&stuck).passes("rollouts of workload `web` hang");
    let strategy = "  strategy: {rollingUpdate: {maxUnavailable: 1}}\n  template:";
    check(&stuck.replace("  template:", strategy)).is_silent_about("anti-affinity");
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
        "spec.nodePools.spot1.zones=[\"1\", \"2\"]",
        "spec.nodePools.regular1.zones=[\"2\", \"3\"]",
    ];
    let given = minimal().set_all(&zones);
    let check = |manifests: &str| given.clone().manifests(manifests).check();
    let waits = "WaitForFirstConsumer";
    let late = check(&manifests("skuName: Premium_LRS", waits));
    late.passes("zones 1 and 3 do not each have both Spot and on-demand nodes");
    let early = check(&manifests("skuName: Premium_LRS", "Immediate"));
    early.passes(
        "disks of storage class `own` are created before the pods of workload `web` are scheduled",
    );
    let follows = manifests("skuname: Premium_ZRS", waits);
    check(&follows).is_silent_about("volume-stuck-in-zone");
    // The descheduler protects pods with claims, unless it is told of which classes.
    check(&follows).passes("the descheduler protects `PodsWithPVC`");
    let protections = |class: &str| {
        format!(
            "spec.descheduler.evictor.podProtections={{config: {{PodsWithPVC: {{protectedStorageClasses: [{{name: {class}}}]}}}}}}"
        )
    };
    let given = given.manifests(&follows);
    let own = given.clone().set(&protections("own"));
    own.check().passes("the descheduler protects `PodsWithPVC`");
    let other = given.set(&protections("other"));
    other.check().is_silent_about("never-fails-back");
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
    let bare = minimal().set("spec.workloads=null");
    let check = |manifests: &str| bare.clone().manifests(manifests).check();
    check(&lost(", tolerationSeconds: 600")).passes("stay bound to a lost node for 600 s");
    check(&lost("")).passes("stay bound to a lost node until somebody deletes");
    check(&lost(", tolerationSeconds: 30")).is_silent_about("slow-node-loss");
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
        let checked = minimal().set(&both(size)).check();
        let text = &checked.text;
        assert_eq!(
            checked.has("single-spot-pool"),
            is_one_kind,
            "{size}: {text}"
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
    let given = minimal().set(pools).set("spec.workloads=null");
    let check = |manifests: &str| given.clone().manifests(manifests).check();
    let large = |pod: &str| deployment(pod).replace("cpu: 500m", "cpu: 20");
    let tolerates = "tolerations: [{key: dedicated, operator: Equal, value: large, effect: NoSchedule}]\n      \
                     nodeSelector: {dedicated: large}";
    check(&large(tolerates)).is_silent_about("pod-fits-no-node");
    check(&large("")).fails("error[pod-fits-no-node]");
    let small = deployment("nodeSelector: {agentpool: regular1}").replace("cpu: 500m", "cpu: 6");
    check(&small).fails("more than any node that it may run on has free when empty");
}

/// What a rule finds can be milder or worse by what else there is.
#[test]
fn levels_depend_on_what_else_there_is() {
    let short = bad("spot-capacity-short");
    short.check().passes("warning[spot-capacity-short]");
    let blind = short.set("spec.descheduler.evictor.nodeFit=false");
    blind.check().fails("error[spot-capacity-short]");
    let feeding = bad("headroom-feeds-itself");
    feeding.check().fails("error[headroom-feeds-itself]");
    let bounded = feeding.set("spec.overprovisioner.placeholders.spot.scaling.linear.max=4");
    bounded.check().passes("warning[headroom-feeds-itself]");
    let least_waste = bad("expander-not-priority");
    least_waste.check().passes("warning[expander-not-priority]");
    let dead = least_waste.set("spec.autoscaler.priorities={10: [\".*\"]}");
    dead.check().fails("the priorities have no effect");
    // Placeholders on on-demand, made by default where nodes are paid for, do not wait for requests for Spot.
    let starved = bad("on-demand-starved");
    starved.check().fails("error[on-demand-starved]");
    let paid = "spec.nodePools.regular1.nodes.min=1";
    let many = "spec.workloads.0.replicas=9";
    let full = starved.clone().set(paid).set(many);
    full.check().passes(
        "warning[on-demand-starved]: without the on-demand placeholders, it could happen that on-demand is never scaled up",
    );
    // Nothing waits at all where all of it fits on nodes that run anyway.
    starved.set(paid).check().passes(
        "warning[on-demand-starved]: without the free capacity on on-demand nodes that always run, it could happen",
    );
    let slow = bad("slow-failover");
    slow.check().passes("warning[slow-failover]");
    let slow = slow.set(paid);
    let room = "until then, pods fail over to the on-demand nodes that always run";
    slow.check().passes(room);
    let placeholders = "until then, pods fail over only by preempting placeholders on on-demand";
    slow.set(many).check().passes(placeholders);
    // Nodes of machines that are deleted hardly count as unready.
    let halt = bad("unready-nodes-halt-autoscaler");
    halt.check()
        .passes("warning[unready-nodes-halt-autoscaler]");
    let delete = halt.set("spec.nodePools.spot1.spot.evictionPolicy=Delete");
    delete.check().passes("info[unready-nodes-halt-autoscaler]");
    // A System pool is the better node only where the other pools have a taint that it has not.
    let system = bad("untainted-system-pool");
    system.check().passes("warning[untainted-system-pool]");
    let alike = system.set("spec.nodePools.regular1.taints=[]");
    alike.check().passes("info[untainted-system-pool]");
    let tainted = bad("taint-not-tolerated");
    tainted.check().passes("warning[taint-not-tolerated]");
    let all = tainted.set("spec.nodePools.spot2.taints=[team=web:NoSchedule]");
    all.check().fails("error[taint-not-tolerated]");
}

/// One finding says where pods fail over to: at the System pool, or where it would be listed.
#[test]
fn the_system_pool_is_one_finding() {
    let ids = ["no-system-pool", "untainted-system-pool"];
    let found = |given: Given| -> Vec<&str> {
        let checked = given.check();
        ids.into_iter().filter(|id| checked.has(id)).collect()
    };
    let untainted = bad("untainted-system-pool");
    let soft = "spec.nodePools.system.taints=[\"CriticalAddonsOnly=true:PreferNoSchedule\"]";
    assert_eq!(found(minimal()), [ids[0]]);
    assert_eq!(found(untainted.clone()), [ids[1]]);
    assert_eq!(found(untainted.clone().set(soft)), [ids[1]]);
    let good = golden("rules/untainted-system-pool/good.yaml");
    assert!(found(good).is_empty());
    // No other rule is about it: neither its missing taint nor its nodes speak for on-demand.
    let many = untainted.clone().set("spec.workloads.0.replicas=30");
    for given in [untainted.clone(), many, untainted.clone().set(soft)] {
        given.check().is_silent_about("outvotes-spot");
        let numbers = given.numbers("Spot's score lead over on-demand, ");
        assert!(!numbers.is_empty());
        for row in numbers {
            let value = &row.value;
            assert!(value.contains('+') && !value.contains('-'), "{value}");
        }
    }
    // Without another on-demand pool it is where pods are to fail over to.
    let alone = untainted.set("spec.nodePools.regular1=null");
    assert!(found(alone).is_empty());
}

#[test]
fn levels_of_failback_depend_on_what_else_there_is() {
    let set = |setting: &str| minimal().set(setting);
    // Any node with room will do, then.
    let anywhere = set("spec.descheduler.evictor.nodeSelector=").check();
    anywhere.fails("free capacity on on-demand pool `regular1` as a reason to evict");
    let by_pool = set("spec.descheduler.evictor.nodeSelector=agentpool=spot1").check();
    by_pool.passes("3 infos");
    // A label that nobody has told of: nothing is known, nothing is said.
    let unknown = set("spec.descheduler.evictor.nodeSelector=team=web").check();
    unknown.passes("3 infos");
    let few = set("spec.descheduler.evictor.minReplicas=5").check();
    few.passes("fewer pods than `minReplicas` (5)");
    let elsewhere = set("spec.descheduler.namespaces={include: [other]}").check();
    elsewhere.passes("does not cover namespace `shop`");
    let nothing = set("spec.descheduler.limits.perNode=0").check();
    nothing.fails("error[failback-takes-hours]");
    let unlimited = set("spec.descheduler.limits.total=Unlimited");
    unlimited.check().passes("warning[unlimited-evictions]");
    let bare = "spec.classes.default={extends: default, disruptionBudget: None}";
    let bare = unlimited.set(bare).check();
    bare.fails("error[unlimited-evictions]");
    let anti_affinity = "spec.classes.default={placement: {spot: Preferred, spread: {method: PodAntiAffinity, node: {}}}}";
    let avoided = set(anti_affinity);
    avoided.check().passes("3 infos");
    let outvoted = avoided.set("spec.nodePools.regular1.taints=[]").check();
    outvoted.passes("warning[spread-outvotes-spot]");
    let alone = "spec.workloads=[{name: one, selector: {app: x}, replicas: 1, requests: {cpu: 1, memory: 1Gi}, \
                 disruptionBudget: {minAvailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow}}]";
    set(alone)
        .check()
        .fails("forbids evicting the only pod of `one`");
    let twins = "spec.workloads=[{name: a, selector: {app: x}, replicas: 2, requests: {cpu: 1, memory: 1Gi}}, \
                 {name: b, selector: {app: x}, replicas: 2, requests: {cpu: 1, memory: 1Gi}}]";
    set(twins)
        .check()
        .fails("budgets `a-pdb` and `b-pdb` both cover");
}

/// A limit that we have made ourselves is nobody's fault, and neither is the same one written out.
#[test]
fn only_stated_limits_make_failback_take_hours() {
    let wide = minimal()
        .set("spec.workloads.0.autoscaling={min: 3, max: 150}")
        .set("spec.workloads.0.requests={cpu: 50m, memory: 64Mi}");
    let hours = "info[failback-takes-hours]: failback of 150 pods takes 2 h 30 min: the descheduler evicts at most 1 pod (`total: 1`) every minute";
    let is_no_warning = |given: &Given| {
        let checked = given.check();
        checked.passes(hours);
        assert!(!checked.report.has(Severity::Warning), "{}", checked.text);
    };
    is_no_warning(&wide);
    let at_once = "may evict more pods at once than Spot has capacity for";
    wide.check().passes(at_once);
    let written = wide.clone().set("spec.descheduler.limits.total=1");
    is_no_warning(&written);
    // The interval is; so is a limit that is too low for the usual replicas, whose number it names.
    let warns = |given: Given, text: &str| {
        let checked = given.check();
        checked.passes(text);
        assert!(checked.report.has(Severity::Warning), "{}", checked.text);
    };
    warns(
        wide.set("spec.descheduler.interval=30m"),
        "set the interval to 1m, which is the default: failback then takes 2 h 30 min",
    );
    warns(
        written
            .set("spec.workloads.0.replicas=27")
            .set("spec.descheduler.interval=5m"),
        "set `total: 3` to return the usual 27 pods in about an hour",
    );
    let shared = minimal()
        .set("spec.workloads.0.replicas=60")
        .set("spec.descheduler.interval=5m")
        .set("spec.descheduler.limits.perNamespace=1");
    let per_namespace = "set `perNamespace: 5` to return the usual 60 pods in about an hour";
    shared.check().passes(per_namespace);
}

/// A letter whose small form is longer in bytes.
#[test]
fn vm_sizes_of_any_letters_are_judged() {
    let given = golden("minimal/spot-config.yaml");
    given
        .set("spec.nodePools.0.vmSize=İİİİİİİİİİ_promo")
        .check();
}

/// What a class sets is one cause, however many workloads have that class.
#[test]
fn workloads_that_share_a_setting_share_a_finding() {
    let more = |name: &str| {
        format!(
            "{{name: {name}, namespace: shop, selector: {{app: {name}}}, replicas: 6, requests: {{cpu: 100m, memory: 64Mi}}}}"
        )
    };
    for (names, end) in [
        (&["a"][..], "; likewise workload `a`"),
        (&["a", "b"], "; likewise workloads `a` and `b`"),
        (
            &["a", "b", "c", "d", "e"],
            "; likewise workloads `a`, `b`, `c` and 2 more",
        ),
    ] {
        let all: Vec<String> = ["web"].iter().chain(names).map(|name| more(name)).collect();
        let workloads = format!("spec.workloads=[{}]", all.join(", "));
        let checked = bad("hard-spread-keeps-off-spot").set(&workloads).check();
        checked.fails(end);
        let id = "hard-spread-keeps-off-spot";
        assert_eq!(checked.counts()[&(id, Severity::Error)], 1, "{names:?}");
    }
}

/// The budget, the grace period and the placement of a class too.
#[test]
fn what_a_class_sets_names_all_its_workloads() {
    let more = "{name: api, namespace: shop, selector: {app: api}, replicas: 3, requests: {cpu: 100m, memory: 64Mi}}";
    let web = more.replace("api", "web");
    for (class, message) in [
        (
            "{placement: {spot: Preferred}, disruptionBudget: {maxUnavailable: 1}}",
            "also protects pods that are not ready",
        ),
        (
            "{placement: {spot: Preferred}, terminationGracePeriodSeconds: 60}",
            "may take 60 s to stop",
        ),
        (
            "{placement: {spot: Required}}",
            "has `spot: Required` and so no failover",
        ),
    ] {
        let checked = minimal()
            .set(&format!("spec.classes={{own: {class}}}"))
            .set(&format!(
                "spec.workloads=[{}, {}]",
                web.replace("{name", "{class: own, name"),
                more.replace("{name", "{class: own, name")
            ))
            .check();
        let text = &checked.text;
        assert!(text.contains(message), "{class}:\n{text}");
        assert!(
            text.contains("; likewise workload `api`"),
            "{class}:\n{text}"
        );
    }
}

/// What a class takes from a workload is said, and named with what was asked for.
#[test]
fn a_class_that_shortens_a_grace_period_says_so() {
    let asking = |seconds: &str| deployment(&format!("terminationGracePeriodSeconds: {seconds}"));
    let cut = "asks for 300 s to stop, but class `default` gives it 20 s";
    minimal().manifests(&asking("300")).check().passes(cut);
    // The API server writes the default of Kubernetes into every object.
    let live = minimal().manifests(&asking("30")).check();
    live.is_silent_about("grace-exceeds-notice");
    let meant = "spec.workloads.0.terminationGracePeriodSeconds=20";
    let decided = minimal().set(meant).manifests(&asking("300")).check();
    decided.is_silent_about("grace-exceeds-notice");
}

/// Pods that never run on Spot have all the time that they want, whether their class says so or they do.
#[test]
fn what_stays_off_spot_keeps_its_grace_period() {
    let manifest = deployment("terminationGracePeriodSeconds: 120");
    for settings in [
        &["spec.workloads.0.placement={spot: Never}"][..],
        &[
            "spec.classes={pinned: {extends: default, placement: {spot: Never}}}",
            "spec.workloads.0.class=pinned",
        ],
        &[
            "spec.classes={pinned: {placement: {spot: Never}}}",
            "spec.workloads.0.class=pinned",
        ],
    ] {
        let given = minimal().set_all(settings).manifests(&manifest);
        let patches = given.render("patches").unwrap_or_default();
        assert!(
            !patches.contains("terminationGracePeriodSeconds"),
            "{patches}"
        );
        assert!(!patches.contains("tolerationSeconds"), "{patches}");
        given.check().is_silent_about("grace-exceeds-notice");
    }
    // Unless the configuration sets one where it keeps them off Spot.
    let own = minimal()
        .set("spec.workloads.0.placement={spot: Never}")
        .set("spec.workloads.0.terminationGracePeriodSeconds=60");
    let patches = own.render("patches").unwrap_or_default();
    assert!(
        patches.contains("terminationGracePeriodSeconds: 60"),
        "{patches}"
    );
}

/// A disk that stays in its zone, and a pool that grows in whichever of three.
#[test]
fn a_disk_needs_a_node_in_its_zone() {
    let manifests = |sku: &str| {
        format!(
            "apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 3
  serviceName: web
  selector: {{matchLabels: {{app: web}}}}
  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], storageClassName: disks, resources: {{requests: {{storage: 8Gi}}}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - {{name: web, image: registry.example.com/web:1.0, resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: disks}}
provisioner: disk.csi.azure.com
volumeBindingMode: WaitForFirstConsumer
parameters: {{skuname: {sku}}}
"
        )
    };
    let zones = |zones: &str| {
        let given = minimal().set("spec.workloads.web.kind=StatefulSet");
        ["spot1", "regular1"]
            .into_iter()
            .fold(given, |given, pool| {
                given.set(&format!("spec.nodePools.{pool}.zones={zones}"))
            })
    };
    let stuck = "each disk of workload `web` stays in one zone";
    let checked = zones("[1, 2, 3]")
        .manifests(&manifests("Premium_LRS"))
        .check();
    checked.passes(stuck);
    let checked = zones("[1]").manifests(&manifests("Premium_LRS")).check();
    checked.is_silent_about(stuck);
    let checked = zones("[1, 2, 3]")
        .manifests(&manifests("Premium_ZRS"))
        .check();
    checked.is_silent_about(stuck);
}

/// A patch keeps the workload's own tolerations, so its class does not shorten them.
#[test]
fn own_tolerations_of_lost_nodes_outlast_the_class() {
    let own = |seconds: &str| {
        deployment(&format!(
            "tolerations: [{{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute{seconds}}}]"
        ))
    };
    let slow = "warning[slow-node-loss]: pods of workload `web` stay bound to a lost node";
    passes(&own(", tolerationSeconds: 900"), slow);
    passes(&own(""), slow);
    let quick = minimal().manifests(&own(", tolerationSeconds: 10")).check();
    quick.is_silent_about("slow-node-loss");
}

/// JSON is YAML, and a block can be indented more than it need be.
#[test]
fn policies_are_read_in_every_form() {
    let policy = "{\"apiVersion\": \"descheduler/v1alpha2\", \"kind\": \"DeschedulerPolicy\", \"profiles\": [{\"name\": \"p\", \
                  \"pluginConfig\": [{\"name\": \"RemovePodsViolatingNodeAffinity\", \"args\": {\"nodeAffinityType\": \
                  [\"preferredDuringSchedulingIgnoredDuringExecution\"]}}], \"plugins\": {\"deschedule\": {\"enabled\": \
                  [\"RemovePodsViolatingNodeAffinity\"]}}}]}";
    let map = |data: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: descheduler, namespace: kube-system}}\ndata:\n  {data}\n"
        )
    };
    let indented = "apiVersion: descheduler/v1alpha2
      kind: DeschedulerPolicy
      profiles:
        - name: p
          pluginConfig:
            - {name: RemovePodsViolatingNodeAffinity, args: {nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]}}
          plugins: {deschedule: {enabled: [RemovePodsViolatingNodeAffinity]}}";
    for data in [
        format!("policy.json: '{policy}'"),
        format!("policy.yaml: |2\n      {indented}"),
    ] {
        fails(&map(&data), "error[preferred-loop]");
    }
}

/// A misspelled pattern is the mistake, and not what the others make of its pool.
#[test]
fn a_pattern_without_a_pool_is_told_in_the_place_of_what_follows() {
    let with = |tiers: &str| {
        minimal()
            .set(&format!("spec.autoscaler.priorities={tiers}"))
            .check()
    };
    for pattern in [".*spto.*", "^aks-sopt1-", ".*psot1.*", ".*sppot.*"] {
        let checked = with(&format!("{{20: [\"{pattern}\"], 10: [\".*\"]}}"));
        checked.fails("matches both Spot pool `spot1` and on-demand pool `regular1`");
        checked.fails("did you mean `");
        assert!(checked.has("pattern-without-pool"), "{}", checked.text);
        checked.is_silent_about("pattern-takes-both-capacities");
    }
    let missed = with("{20: [\".*spto.*\"], 10: [\".*regular.*\"]}");
    missed.fails("and no other pattern matches pool `spot1`");
    missed.is_silent_about("pool-without-priority");
    // Below the catch-all, a pattern keeps nothing apart.
    let below = with("{20: [\".*\"], 10: [\".*spto.*\"]}");
    assert!(below.has("pattern-takes-both-capacities"), "{}", below.text);
    let unrelated = with("{20: [\"^other$\"], 10: [\".*\"]}");
    unrelated.fails("for pool `spot1` like");
}

/// Whoever wrote no budget has made no mistake in it.
#[test]
fn the_default_budget_is_the_subject_of_no_finding() {
    minimal().check().is_silent_about("notice-outruns-budget");
    let own = minimal().set("spec.workloads.0.disruptionBudget={maxUnavailable: 50%}");
    assert!(own.check().has("notice-outruns-budget"));
}

/// An autoscaler of pods goes by the whole selector; one of a value from elsewhere shares it out among its own.
#[test]
fn an_autoscaler_counts_what_the_selector_matches() {
    let case = root().join("golden/rules/scaling-counts-other-pods");
    let bad = fs::read_to_string(case.join("bad-manifests.yaml")).expect("the case is there");
    let check = |from: &str, to: &str| {
        assert!(bad.contains(from), "{from}");
        let config = golden("rules/scaling-counts-other-pods/spot-config.yaml");
        config.manifests(&bad.replacen(from, to, 1)).check()
    };
    let rule = "scaling-counts-other-pods";
    let selector = "matchLabels: {app: web}";
    let max = "maxReplicas: 8\n";
    let metrics = |metric: &str| format!("{max}  metrics: [{metric}]\n");
    let external = |target: &str| {
        metrics(&format!(
            "{{type: External, external: {{metric: {{name: queue}}, target: {{{target}}}}}}}"
        ))
    };
    let cpu = "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}";
    for (from, to) in [
        (max, metrics(cpu)),
        (max, external("type: Value, value: 30")),
        (
            selector,
            "matchExpressions: [{key: app, operator: In, values: [web]}]".to_owned(),
        ),
    ] {
        assert!(check(from, &to).has(rule), "{to}");
    }
    let apart = "matchLabels: {app: web}\n    matchExpressions: [{key: part, operator: NotIn, values: [base]}]";
    for (from, to) in [
        (max, external("type: AverageValue, averageValue: 30")),
        (selector, apart.to_owned()),
        (
            "  name: web-base\n  namespace: shop",
            "  name: web-base\n  namespace: other".to_owned(),
        ),
    ] {
        assert!(!check(from, &to).has(rule), "{to}");
    }
}

/// A workload that only manifests have counts as those of the configuration do.
#[test]
fn workloads_of_manifests_alone_are_no_less_there() {
    let other = |pod: &str| {
        deployment(pod)
            .replace("name: web, namespace: shop", "name: own, namespace: data")
            .replace("{app: web}", "{app: own}")
    };
    let spot = "{key: kubernetes.azure.com/scalesetpriority, operator: Equal, value: spot, effect: NoSchedule}";
    // It runs on the pool that no workload of the configuration tolerates.
    let tolerant = other(&format!(
        "tolerations: [{spot}, {{key: team, operator: Equal, value: data, effect: NoSchedule}}]"
    ));
    let taint = || bad("taint-not-tolerated");
    assert!(
        !taint()
            .manifests(&tolerant)
            .check()
            .has("taint-not-tolerated")
    );
    let intolerant = other(&format!("tolerations: [{spot}]"));
    taint()
        .manifests(&intolerant)
        .check()
        .passes("warning[taint-not-tolerated]");
    // Pending, it makes the autoscaler add the first Spot node.
    let pinned = other(&format!(
        "tolerations: [{spot}]\n      nodeSelector: {{kubernetes.azure.com/scalesetpriority: spot}}"
    ));
    let ladder = || bad("ladder-never-starts");
    assert!(
        !ladder()
            .manifests(&pinned)
            .check()
            .has("ladder-never-starts")
    );
    ladder()
        .manifests(&intolerant)
        .check()
        .fails("error[ladder-never-starts]");
}

/// No node has a misspelled label of the cloud; of a label that merely is in its domain nothing is known.
#[test]
fn placeholders_are_pinned_to_nothing_by_a_misspelled_label_of_the_cloud() {
    let case = "rules/placeholder-pinned-to-nothing";
    let text = fs::read_to_string(root().join("golden").join(case).join("bad-manifests.yaml"));
    let text = text.expect("the case is there");
    let own = "kubernetes.azure.com/scalesetpriority: spot, purpose: wbe";
    let with = |label: &str| {
        let manifests = text.replace(own, &format!("{label}: spot"));
        assert!(manifests.contains(label), "{label} is in the case");
        let given = golden(&format!("{case}/spot-config.yaml"));
        given.manifests(&manifests).check()
    };
    for label in [
        "kubernetes.azure.com/scalesetprority",
        "kubernetes.azure.com/ScaleSetPriority",
    ] {
        let checked = with(label);
        checked.fails("error[placeholder-pinned-to-nothing]");
        let help = "did you mean `kubernetes.azure.com/scalesetpriority: spot`?";
        assert!(checked.text.contains(help), "{}", checked.text);
    }
    let known = with("kubernetes.azure.com/storageprofile");
    assert!(
        !known.has("placeholder-pinned-to-nothing"),
        "{}",
        known.text
    );
}

const TWO_SPOT_LABELS: &str = "spec.nodePools=[{name: a, capacity: Spot, spotLabel: {intent: spot}}, {name: b, capacity: Spot}, \
     {name: od, capacity: OnDemand}]";
const NEVER: &str =
    "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, placement: {spot: Never}}]";

/// The descheduler knows Spot nodes by one label, placement by as many as there are.
#[test]
fn only_pools_without_any_label_do_not_keep_workloads_off() {
    let of_two = golden("eks/spot-config.yaml").set(TWO_SPOT_LABELS);
    let said = "the descheduler moves no pods back to its nodes";
    of_two.check().passes(said);
    let never = golden("eks/spot-config.yaml").set(TWO_SPOT_LABELS);
    never.set(NEVER).check().passes(said);
    let without = TWO_SPOT_LABELS.replace("{intent: spot}", "{}");
    let said = "workloads do not prefer its nodes";
    let preferring = golden("eks/spot-config.yaml").set(&without);
    preferring.check().passes(said);
    let never = golden("eks/spot-config.yaml").set(&without);
    let said = "`spot: Never` does not keep workload `web` off its nodes";
    never.set(NEVER).check().fails(said);
}

/// A pattern that names a pool is told about that pool: it must not be made one of an on-demand pool.
#[test]
fn a_pattern_is_told_about_the_pool_that_it_names() {
    let checked = minimal()
        .set_all(&[
            "spec.nodePools.regular1.name=ondem",
            "spec.autoscaler={priorities: {100: [^spot1$], 50: [aks-spot.*], 10: [aks-ondemand-.*]}}",
        ])
        .check();
    let found = |text: &str| {
        let mut findings = checked.report.iter();
        let found = findings.find(|finding| {
            finding.rule == "pattern-without-pool" && finding.message.contains(text)
        });
        found.unwrap_or_else(|| panic!("{}", checked.text))
    };
    let spot = found("`^spot1$`");
    assert_eq!(spot.severity, Severity::Warning);
    assert!(spot.help[0].contains("`^aks-spot1-"), "{:?}", spot.help);
    let on_demand = found("`aks-ondemand-.*`");
    assert_eq!(on_demand.severity, Severity::Error);
    assert!(
        on_demand.help[0].contains("`^aks-ondem-"),
        "{:?}",
        on_demand.help
    );
}
