//! `onDemandBase`: a second Deployment that keeps pods on on-demand.

use spotgen::components::ComponentId;
use spotgen::diagnostic::Severity;

use spotgen::patch::Options;

use super::library::{Given, config};

const CONFIG: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}
  classes:
    steady: {extends: default, onDemandBase: 2}
  classRules:
    - {match: {}, class: steady}
";

const LISTED: &str = "  workloads:
    - {name: web, namespace: shop, onDemandBase: 2}
";

fn by_class() -> Given {
    config(CONFIG)
}

fn listed() -> Given {
    config(format!("{CONFIG}{LISTED}"))
}

fn workload(kind: &str, name: &str, more: &str) -> String {
    let api = match kind {
        "Job" => "batch/v1",
        "Rollout" => "argoproj.io/v1alpha1",
        _ => "apps/v1",
    };
    let selector = match kind {
        "Job" => String::new(),
        _ => format!("  selector: {{matchLabels: {{app: {name}, spotgen.dev/part: spot}}}}\n"),
    };
    let replicas = match kind {
        "Job" | "DaemonSet" => "",
        _ => "  replicas: 3\n",
    };
    format!(
        "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n{replicas}{selector}  \
         template:\n    metadata: {{labels: {{app: {name}, spotgen.dev/part: spot}}}}\n    spec:\n      restartPolicy: \
         Always\n{more}      containers:\n        - {{name: a, image: registry.example.com/a:1.0, readinessProbe: \
         {{tcpSocket: {{port: 80}}}}, resources: {{requests: {{cpu: 100m, memory: 128Mi}}}}}}\n"
    )
}

fn made(given: &Given) -> Option<String> {
    let chosen = |id| {
        matches!(
            id,
            ComponentId::OnDemandBase | ComponentId::DisruptionBudgets
        )
    };
    given.render_only("manifests", chosen)
}

/// The manifests may have what was rendered before: it is neither doubled nor given a base of its own.
#[test]
fn what_was_rendered_before_changes_nothing() {
    let web = workload("Deployment", "web", "");
    for given in [by_class(), listed()] {
        let made =
            |given: &Given| given.render_only("manifests", |id| id == ComponentId::OnDemandBase);
        let first = made(&given.clone().manifests(&web)).expect("there is a base");
        assert_eq!(first.matches("name: web-base\n").count(), 1, "{first}");
        let both = format!("{web}---\n{first}");
        let again = given.manifests(&both);
        let bases = made(&again).expect("there is a base");
        assert_eq!(bases.matches("name: web-base\n").count(), 1, "{bases}");
        assert!(!bases.contains("web-base-base"), "{bases}");
        assert_eq!(bases, first);
        for rule in ["unlisted-workload", "overlapping-budgets", "config"] {
            assert!(!again.check().has(rule), "{rule}: {}", again.check().text);
        }
    }
}

/// A class gives it to those that can have it, and says of the others why not.
#[test]
fn only_deployments_have_one() {
    for kind in ["StatefulSet", "DaemonSet", "Job", "ReplicaSet", "Rollout"] {
        let manifest = workload(kind, "web", "");
        let given = by_class().manifests(&manifest);
        let found = given.check().found();
        assert!(
            found.contains(&("config", Severity::Warning)),
            "{kind}: {found:?}"
        );
        assert!(
            !made(&given).unwrap_or_default().contains("web-base"),
            "{kind}"
        );
        let own = listed().manifests(&manifest).check().found();
        assert!(
            own.contains(&("config", Severity::Error)),
            "{kind}: {own:?}"
        );
    }
}

#[test]
fn a_volume_of_one_node_and_a_name_that_is_taken_refuse_it() {
    let volumes = "      volumes: [{name: a, persistentVolumeClaim: {claimName: a}}]\n";
    let web = workload("Deployment", "web", volumes);
    let claim = |mode: &str| {
        format!(
            "{web}---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a, namespace: shop}}\nspec: \
             {{accessModes: [{mode}]}}\n"
        )
    };
    let finds = |manifests: &str| listed().manifests(manifests).check().found();
    let refusal = ("config", Severity::Error);
    assert!(finds(&claim("ReadWriteOnce")).contains(&refusal));
    assert!(!finds(&claim("ReadWriteMany")).contains(&refusal));
    let other = workload("Deployment", "web-base", "");
    assert!(finds(&format!("{web}---\n{other}")).contains(&refusal));
    let never = listed().set("spec.workloads.0.placement.spot=Never");
    let found = never.manifests(&web).check().found();
    assert!(found.contains(&refusal), "{found:?}");
}

/// All of its pods are on on-demand already, so nothing is to be kept there.
#[test]
fn the_number_of_a_class_is_not_for_a_workload_that_never_runs_on_spot() {
    let never = "  workloads:\n    - {name: web, namespace: shop, placement: {spot: Never}}\n";
    let never = config(format!("{CONFIG}{never}"));
    let web = workload("Deployment", "web", "");
    let checked = never.clone().manifests(&web).check();
    checked.is_silent_about("onDemandBase");
    let patched = never.patch(&web, Options::default());
    assert!(patched.is_ok_and(|text| text.contains("NotIn")));
    // A class that extends it is no different.
    let class = config(CONFIG.replace(
        "  classRules:\n    - {match: {}, class: steady}",
        "    calm: {extends: steady, placement: {spot: Never}}\n  classRules:\n    - {match: {}, class: calm}",
    ));
    assert!(class.patch(&web, Options::default()).is_ok());
    class
        .manifests(&web)
        .check()
        .is_silent_about("onDemandBase");
}

/// The pods count where they run, with manifests and without.
#[test]
fn its_pods_count_on_on_demand() {
    let without = "    - {name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: '3', memory: 1Gi}, onDemandBase: BASE}\n";
    let plan = |base: &str| {
        let text = format!("{CONFIG}  workloads:\n{}", without.replace("BASE", base));
        config(text)
    };
    let needed = |base: &str| format!("{:?}", plan(base).numbers(""));
    assert_ne!(needed("0"), needed("2"));
    // Twelve pods of 3 vCPU do not fit on ten nodes, whoever asks for them.
    assert!(plan("9").check().has("failover-capacity-short"));
    plan("0").check().is_silent_about("failover-capacity-short");
}

/// A budget that the manifests have for the first alone does not leave the second without one.
#[test]
fn each_pod_has_one_budget() {
    let budget = |labels: &str| {
        format!(
            "{}---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: web, namespace: shop}}\nspec: \
             {{maxUnavailable: 1, selector: {{matchLabels: {{{labels}}}}}}}\n",
            workload("Deployment", "web", "")
        )
    };
    let of_both = made(&listed().manifests(&budget("app: web"))).expect("there is a base");
    assert!(!of_both.contains("PodDisruptionBudget"), "{of_both}");
    let of_one = budget("app: web, spotgen.dev/part: spot");
    let of_one = made(&listed().manifests(&of_one)).expect("there is a base");
    assert!(of_one.contains("name: web-base-pdb"), "{of_one}");
}

/// An autoscaler counts what the selector matches; without one the overlap is only untidy.
#[test]
fn a_selector_over_both_is_an_error_where_pods_are_counted() {
    let own = "{app: web, spotgen.dev/part: spot}";
    let web = workload("Deployment", "web", "").replacen(own, "{app: web}", 1);
    let scaled = format!(
        "{web}---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web, namespace: \
         shop}}\nspec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, minReplicas: 3, \
         maxReplicas: 6}}\n"
    );
    // KEDA makes an autoscaler that goes by the pods for these triggers, and shares out what others count.
    let keda = |more: &str| {
        format!(
            "{web}---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: web, namespace: shop}}\nspec: \
             {{scaleTargetRef: {{name: web}}, minReplicaCount: 3, maxReplicaCount: 6, {more}}}\n"
        )
    };
    let level = |manifests: &str| {
        let found = listed().manifests(manifests).check().found();
        let mut levels = found
            .into_iter()
            .filter(|(rule, _)| *rule == "base-in-selector");
        levels.next().map(|(_, level)| level)
    };
    assert_eq!(level(&workload("Deployment", "web", "")), None);
    assert_eq!(level(&web), Some(Severity::Warning));
    assert_eq!(level(&scaled), Some(Severity::Error));
    for (more, expected) in [
        (
            "triggers: [{type: cpu, metricType: Utilization, metadata: {value: '60'}}]",
            Severity::Error,
        ),
        (
            "triggers: [{type: kafka}, {type: memory, metadata: {value: '60'}}]",
            Severity::Error,
        ),
        (
            "triggers: [{type: prometheus, metricType: Value}]",
            Severity::Error,
        ),
        (
            "triggers: [{type: prometheus}], advanced: {scalingModifiers: {formula: a, metricType: Value}}",
            Severity::Error,
        ),
        (
            "triggers: [{type: kafka, metadata: {lagThreshold: '60'}}]",
            Severity::Warning,
        ),
        (
            "triggers: [{type: prometheus, metricType: AverageValue}]",
            Severity::Warning,
        ),
        (
            "triggers: [{type: prometheus, metricType: Value}], advanced: {scalingModifiers: {formula: a}}",
            Severity::Warning,
        ),
        ("triggers: []", Severity::Warning),
    ] {
        assert_eq!(level(&keda(more)), Some(expected), "{more}");
    }
    let other = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other, namespace: shop}\nspec:\n  selector: \
                 {matchLabels: {app: web, r: b}}\n  template:\n    metadata: {labels: {app: web, r: b}}\n    spec: {containers: \
                 [{name: a, image: registry.example.com/a:1.0}]}\n";
    let counts_other = |more: &str| {
        let checked = listed().manifests(&(keda(more) + other)).check();
        checked.has("scaling-counts-other-pods")
    };
    assert!(counts_other(
        "triggers: [{type: cpu, metadata: {value: '60'}}]"
    ));
    assert!(!counts_other("triggers: [{type: kafka}]"));
    let checked = listed().manifests(&scaled).check();
    assert!(
        !checked.has("scaling-counts-other-pods"),
        "{}",
        checked.text
    );
}

/// The second workload is judged as if its manifest were there.
#[test]
fn a_manifest_that_requires_spot_leaves_the_base_no_node() {
    let pinned = "      nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}\n";
    let checked = listed()
        .manifests(&workload("Deployment", "web", pinned))
        .check();
    checked.fails("workload `web-base` has `spot: Never`, but its manifest requires Spot");
}

/// A Service, a policy or a monitor over the part on Spot alone leaves out the base.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of objects")]
fn what_finds_pods_finds_those_of_both_parts() {
    let web = workload("Deployment", "web", "");
    let service = |name: &str, selector: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}\nspec: \
             {{selector: {{{selector}}}, ports: [{{port: 80}}]}}\n"
        )
    };
    let policy = |spec: &str| {
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: db}}\nspec: \
             {{podSelector: {{}}, {spec}}}\n"
        )
    };
    let monitor = |kind: &str, selector: &str| {
        format!(
            "---\napiVersion: monitoring.coreos.com/v1\nkind: {kind}\nmetadata: {{name: m, namespace: shop}}\nspec: \
             {{selector: {{{selector}}}, endpoints: [{{port: http}}]}}\n"
        )
    };
    let spot = "app: web, spotgen.dev/part: spot";
    let both = service("both", "app: web");
    let on_spot = service("spot", spot);
    let named = |peers: &str| {
        policy(&format!(
            "ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: shop}}}}, podSelector: \
             {{matchLabels: {{{peers}}}}}}}]}}]"
        ))
    };
    let (error, warning) = (Some(Severity::Error), Some(Severity::Warning));
    for (objects, expected) in [
        (on_spot.clone(), error),
        (on_spot.replace("namespace: shop", "namespace: other"), None),
        (both.clone(), None),
        (format!("{both}{on_spot}"), warning),
        (
            format!(
                "{on_spot}{}",
                service("base", "app: web, spotgen.dev/part: base")
            ),
            None,
        ),
        (service("other", "app: other, spotgen.dev/part: spot"), None),
        (named(spot), warning),
        (named("app: web"), None),
        (
            policy(&format!(
                "egress: [{{to: [{{podSelector: {{matchLabels: {{{spot}}}}}}}]}}]"
            )),
            None,
        ),
        (
            policy("ingress: []")
                .replace("namespace: db", "namespace: shop")
                .replace(
                    "podSelector: {}",
                    &format!("podSelector: {{matchLabels: {{{spot}}}}}"),
                ),
            warning,
        ),
        (
            // What forbids everything in the namespace is over the base too.
            format!(
                "{}{}",
                policy("policyTypes: [Ingress]").replace("namespace: db", "namespace: shop"),
                policy("ingress: [{}]")
                    .replace("{name: p, namespace: db}", "{name: q, namespace: shop}")
                    .replace(
                        "podSelector: {}",
                        &format!("podSelector: {{matchLabels: {{{spot}}}}}")
                    ),
            ),
            warning,
        ),
        (
            monitor("PodMonitor", &format!("matchLabels: {{{spot}}}")),
            warning,
        ),
        (
            monitor(
                "PodMonitor",
                "matchExpressions: [{key: spotgen.dev/part, operator: NotIn, values: [base]}]",
            ),
            warning,
        ),
        (monitor("PodMonitor", "matchLabels: {app: web}"), None),
        (
            format!(
                "{both}{}",
                monitor("ServiceMonitor", "matchLabels: {app: both}")
            ),
            None,
        ),
    ] {
        let found = listed().manifests(&format!("{web}{objects}")).check();
        let found = found.found();
        let level = found.iter().find(|(id, _)| *id == "base-not-selected");
        assert_eq!(level.map(|(_, level)| *level), expected, "{objects}");
    }
    let on_spot = on_spot.replace("{name: spot", "{name: spot1");
    let read = monitor("ServiceMonitor", "matchLabels: {app: spot}");
    let given = listed().manifests(&format!("{web}{both}{on_spot}{read}"));
    let counts = given.check().counts();
    // The Service, and the monitor that goes by it.
    assert_eq!(
        counts.get(&("base-not-selected", Severity::Warning)),
        Some(&2)
    );
}

/// The same of the objects of Istio and Cilium.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of objects")]
fn what_a_mesh_selects_are_the_pods_of_both_parts() {
    let web = workload("Deployment", "web", "");
    let object = |api: &str, kind: &str, namespace: &str, spec: &str| {
        format!(
            "---\napiVersion: {api}\nkind: {kind}\nmetadata: {{name: m, namespace: {namespace}}}\nspec: {{{spec}}}\n"
        )
    };
    let istio = |group: &str, kind: &str, spec: &str| {
        object(&format!("{group}.istio.io/v1"), kind, "shop", spec)
    };
    let cilium = |namespace: &str, spec: &str| {
        object("cilium.io/v2", "CiliumNetworkPolicy", namespace, spec)
    };
    let spot = "app: web, spotgen.dev/part: spot";
    let base = "app: web, spotgen.dev/part: base";
    let matching = |labels: &str| format!("selector: {{matchLabels: {{{labels}}}}}");
    let within = |labels: &str| format!("workloadSelector: {{labels: {{{labels}}}}}");
    let rule = |host: &str, labels: &str| {
        let spec = format!("host: {host}, subsets: [{{name: a, labels: {{{labels}}}}}]");
        istio("networking", "DestinationRule", &spec)
    };
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: shop}\nspec: {selector: {app: \
                   other}, ports: [{port: 80}]}\n";
    let mut cases: Vec<(String, bool)> = Vec::new();
    for (group, kind) in [
        ("security", "AuthorizationPolicy"),
        ("security", "PeerAuthentication"),
        ("security", "RequestAuthentication"),
        ("telemetry", "Telemetry"),
        ("extensions", "WasmPlugin"),
        ("networking", "ProxyConfig"),
    ] {
        cases.push((istio(group, kind, &matching(spot)), true));
        cases.push((istio(group, kind, &matching("app: web")), false));
    }
    for kind in ["Sidecar", "EnvoyFilter", "ServiceEntry"] {
        cases.push((istio("networking", kind, &within(spot)), true));
        cases.push((istio("networking", kind, &within("app: web")), false));
    }
    let gateway = format!("selector: {{{spot}}}");
    let endpoints = |labels: &str| format!("endpointSelector: {{matchLabels: {{{labels}}}}}");
    let peers = |labels: &str| {
        format!(
            "endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{matchLabels: {{{labels}}}}}]}}]"
        )
    };
    let sourced = "\"k8s:app\": web, \"k8s:spotgen.dev/part\": spot";
    let policy = istio("security", "AuthorizationPolicy", &matching(spot));
    cases.extend([
        (policy.replace("namespace: shop", "namespace: other"), false),
        // What holds in the root namespace of the mesh holds everywhere.
        (
            policy.replace("namespace: shop", "namespace: istio-system"),
            true,
        ),
        // Each part has its own.
        (
            format!("{policy}{}", policy.replace("part: spot", "part: base")),
            false,
        ),
        (
            istio(
                "networking",
                "DestinationRule",
                "host: other, workloadSelector: {matchLabels: {app: web, spotgen.dev/part: spot}}",
            ),
            true,
        ),
        (istio("networking", "Gateway", &gateway), true),
        (
            istio("networking", "Gateway", &gateway).replace("namespace: shop", "namespace: other"),
            true,
        ),
        // Another kind of the same name.
        (
            object("gateway.networking.k8s.io/v1", "Gateway", "shop", &gateway),
            false,
        ),
        (rule("web", spot), true),
        (rule("web.shop.svc.cluster.local", spot), true),
        (rule("web.other.svc.cluster.local", spot), false),
        (rule("web", "app: web"), false),
        (
            rule("web", &format!("{spot}}}}}, {{name: b, labels: {{{base}")),
            false,
        ),
        // A Service that has none of the pods.
        (
            format!("{service}{}", rule("other", "spotgen.dev/part: spot")),
            false,
        ),
        (
            format!("{service}{}", rule("web", "spotgen.dev/part: spot")),
            true,
        ),
        (cilium("shop", &endpoints(spot)), true),
        (cilium("shop", &endpoints(sourced)), true),
        (cilium("shop", &endpoints("\"any:app\": web")), false),
        (cilium("other", &endpoints(spot)), false),
        (cilium("shop", &peers(sourced)), true),
        (cilium("db", &peers(sourced)), false),
        (
            cilium(
                "db",
                &peers(&format!(
                    "{sourced}, \"k8s:io.kubernetes.pod.namespace\": shop"
                )),
            ),
            true,
        ),
        (
            cilium("shop", &endpoints(spot))
                .replace("spec: {", "specs: [{")
                .replace("}}}\n", "}}}]\n"),
            true,
        ),
        (
            object(
                "cilium.io/v2",
                "CiliumClusterwideNetworkPolicy",
                "x",
                &endpoints(spot),
            )
            .replace(", namespace: x", ""),
            true,
        ),
    ]);
    for (objects, is_found) in cases {
        let given = listed().manifests(&format!("{web}{objects}"));
        let found = given.check();
        let found = found.found();
        let level = found.iter().find(|(id, _)| *id == "base-not-selected");
        let expected = is_found.then_some(Severity::Warning);
        assert_eq!(level.map(|(_, level)| *level), expected, "{objects}");
    }
}

/// What counts the pods of the part on Spot alone counts those of the base in the base.
#[test]
fn the_base_counts_its_own_pods() {
    let apart = "      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: \
                 kubernetes.io/hostname, labelSelector: {matchLabels: {app: web, spotgen.dev/part: spot}}}]}}\n      \
                 topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: \
                 ScheduleAnyway, labelSelector: {matchLabels: {app: web, spotgen.dev/part: spot}}}]\n";
    let given = listed().manifests(&workload("Deployment", "web", apart));
    let made = made(&given).expect("there is a base");
    assert!(!made.contains("spotgen.dev/part: spot"), "{made}");
    // Once in its selector and its pods, and in both of these.
    assert!(
        made.matches("spotgen.dev/part: base").count() >= 5,
        "{made}"
    );
    let found = given.check();
    let found = found.found();
    assert!(
        found.iter().all(|(id, _)| *id != "spread-selects-nothing"),
        "{found:?}"
    );
}

/// A tool that finds its objects by these would remove the copy, or run it again; and a copy of a pause has no pods.
#[test]
fn the_base_belongs_to_no_tool_and_is_not_paused() {
    let web = workload("Deployment", "web", "").replacen(
        "metadata: {name: web, namespace: shop}\nspec:\n",
        "metadata:
  name: web
  namespace: shop
  labels: {app: web, applyset.kubernetes.io/part-of: applyset-1, kapp.k14s.io/app: '1', objectset.rio.cattle.io/hash: '2', olm.owner: \
         shop.v1}
  annotations:
    argocd.argoproj.io/hook: PreSync
    argocd.argoproj.io/sync-wave: '2'
    config.kubernetes.io/origin: 'path: web.yaml'
    internal.config.kubernetes.io/index: '0'
    kapp.k14s.io/original: '{}'
    kustomize.toolkit.fluxcd.io/prune: disabled
    meta.helm.sh/release-name: shop
spec:
  paused: true
",
        1,
    );
    for given in [by_class(), listed()] {
        let made = made(&given.manifests(&web)).expect("there is a base");
        assert!(made.contains("argocd.argoproj.io/sync-wave"), "{made}");
        for gone in [
            "paused",
            "applyset.kubernetes.io",
            "kapp.k14s.io",
            "objectset.rio.cattle.io",
            "olm.owner",
            "argocd.argoproj.io/hook",
            "config.kubernetes.io",
            "helm.sh",
            "kustomize.toolkit.fluxcd.io",
        ] {
            assert!(!made.contains(gone), "{gone}: {made}");
        }
    }
}

/// What sleeps while there is nothing to do is at 0 whatever its base is.
#[test]
fn a_base_is_measured_by_the_maximum_of_what_scales_to_none() {
    let web = workload("Deployment", "web", "");
    let found = |range: &str| {
        let scaled = format!(
            "{web}---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: web, namespace: shop}}\nspec: \
             {{scaleTargetRef: {{name: web}}, {range}, triggers: [{{type: kafka}}]}}\n"
        );
        listed().manifests(&scaled).check()
    };
    let rule = "base-outnumbers-spot";
    assert!(!found("minReplicaCount: 0, maxReplicaCount: 8").has(rule));
    assert!(!found("maxReplicaCount: 2").has(rule));
    found("minReplicaCount: 0, maxReplicaCount: 1")
        .passes("adds 2 pods on on-demand to the at most 1 of");
    found("minReplicaCount: 1, maxReplicaCount: 8").passes("adds 2 pods on on-demand to the 1 of");
}
