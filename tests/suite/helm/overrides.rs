//! `-f values-prod.yaml`: what people override, and what the schema does not let them.

use std::path::Path;

use serde_json::{Value, json};

use super::{CASES, Chart, helms, object, rendered, yaml};
use crate::process;

fn with(chart: &Chart, helm: &Path, values: &str) -> Vec<Value> {
    let file = chart.file(values);
    rendered(chart.template(helm).arg("-f").arg(file))
}

#[test]
fn what_people_override_is_overridden() {
    let Some(helms) = helms("values laid over a chart's own") else {
        return;
    };
    let chart = Chart::of("minimal");
    for helm in &helms {
        let objects = with(
            &chart,
            helm,
            r#"
overprovisioner:
  image: registry.example.com/pause:3.9
  placeholders:
    overprovisioner-on-demand:
      replicas: 7
      requests: {cpu: "1"}
cluster-overprovisioner:
  image: {repository: registry.example.com/pause}
  deployments:
    - name: spot
      replicaCount: 0
      resources: {requests: {cpu: 250m, memory: 1Gi}}
      nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}
      tolerations:
        - {key: kubernetes.azure.com/scalesetpriority, operator: Equal, value: spot, effect: NoSchedule}
disruptionBudgets:
  budgets:
    shop:
      web-pdb:
        maxUnavailable: null
        minAvailable: 2
      another: {maxUnavailable: 1, matchLabels: {app: another}}
priorityExpander:
  priorities:
    "10": null
    "5": [".*"]
descheduler:
  deschedulingInterval: 2m
  image: {tag: v0.36.1}
  resources: {limits: {memory: 1Gi}}
aks-node-termination-handler: {enabled: false}
"#,
        );
        let placeholder = object(&objects, "Deployment", "overprovisioner-on-demand");
        assert_eq!(placeholder["spec"]["replicas"], 7);
        let pod = &placeholder["spec"]["template"]["spec"];
        assert_eq!(
            pod["containers"][0]["image"],
            "registry.example.com/pause:3.9"
        );
        let amounts = json!({"cpu": "1", "memory": "512Mi"});
        assert_eq!(
            pod["containers"][0]["resources"],
            json!({"requests": amounts, "limits": amounts})
        );
        assert!(!pod["tolerations"].is_null() && !pod["nodeSelector"].is_null());

        let upstream = object(&objects, "Deployment", "overprovisioner-spot");
        assert_eq!(upstream["spec"]["replicas"], 0);
        let container = &upstream["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["image"], "registry.example.com/pause:3.10");
        assert_eq!(container["resources"]["requests"]["cpu"], "250m");

        let budget = &object(&objects, "PodDisruptionBudget", "web-pdb")["spec"];
        assert_eq!(
            *budget,
            json!({
                "minAvailable": 2,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchLabels": {"app": "web"}},
            })
        );
        object(&objects, "PodDisruptionBudget", "another");

        let expander = object(
            &objects,
            "ConfigMap",
            "cluster-autoscaler-priority-expander",
        );
        let priorities = expander["data"]["priorities"].as_str().expect("it is text");
        let priorities: Value = serde_saphyr::from_str(priorities).expect("it is YAML");
        assert_eq!(
            priorities,
            json!({"20": ["^aks-spot1-[0-9]+-vmss$"], "5": [".*"]})
        );

        let pod =
            &object(&objects, "Deployment", "spotgen-descheduler")["spec"]["template"]["spec"];
        let container = &pod["containers"][0];
        assert_eq!(
            container["image"],
            "registry.k8s.io/descheduler/descheduler:v0.36.1"
        );
        assert_eq!(
            container["resources"]["limits"],
            json!({"cpu": "500m", "memory": "1Gi"})
        );
        assert_eq!(container["args"][1], "--descheduling-interval=2m");
        assert!(!objects.iter().any(|object| object["kind"] == "DaemonSet"));
    }
}

#[test]
fn an_autoscaler_keeps_its_replicas_and_takes_other_parameters() {
    let Some(helms) = helms("values of an autoscaler") else {
        return;
    };
    let chart = Chart::of("article");
    for helm in &helms {
        let objects = with(
            &chart,
            helm,
            "proportionalAutoscaler:\n  scalers:\n    overprovision-scaler: {linear: {nodesPerReplica: 2}}\n",
        );
        let placeholder = object(&objects, "Deployment", "overprovision-spot");
        assert!(
            placeholder["spec"]["replicas"].is_null(),
            "an upgrade would undo what it did"
        );
        let parameters = object(&objects, "ConfigMap", "overprovision-config");
        let linear = parameters["data"]["linear"].as_str().expect("it is text");
        let linear: Value = serde_json::from_str(linear).expect("it is JSON");
        assert_eq!(linear["nodesPerReplica"], 2);
        assert_eq!(linear["coresPerReplica"], 4);
    }
}

#[test]
fn every_part_can_be_switched_off() {
    let Some(helms) = helms("parts of a chart switched off") else {
        return;
    };
    for case in CASES {
        let chart = Chart::of(case);
        let values = yaml(&chart.path.join("values.yaml"));
        let mut off = json!({});
        for (key, section) in values.as_object().expect("values are a map") {
            if section.get("enabled").is_some() {
                off[key] = json!({"enabled": false});
            }
        }
        for helm in &helms {
            let objects = with(&chart, helm, &off.to_string());
            assert!(objects.is_empty(), "{case}: {objects:#?}");
        }
    }
}

/// Where the release is, the placeholders are, and what scales them.
#[test]
fn the_system_follows_the_release() {
    let Some(helms) = helms("a chart in another namespace") else {
        return;
    };
    let chart = Chart::of("article");
    for helm in &helms {
        let mut command = chart.helm(helm, &["template", "rel", "--namespace", "elsewhere"]);
        let objects = rendered(&mut command);
        for (kind, name) in [
            ("Deployment", "overprovision-spot"),
            ("Role", "overprovision-scaler"),
            ("RoleBinding", "overprovision-scaler"),
            ("ConfigMap", "overprovision-config"),
        ] {
            assert_eq!(
                object(&objects, kind, name)["metadata"]["namespace"],
                "elsewhere"
            );
        }
        let scaler = object(&objects, "Deployment", "overprovision-scaler");
        assert_eq!(scaler["metadata"]["namespace"], "kube-system");
        let args = &scaler["spec"]["template"]["spec"]["containers"][0]["args"];
        assert_eq!(args[1], "--namespace=elsewhere");
    }
}

/// Rules and dashboard look for placeholders and the handler where the release has put them.
#[test]
fn monitoring_follows_the_release() {
    let Some(helms) = helms("monitoring in another namespace") else {
        return;
    };
    for case in ["monitoring", "monitoring-azure"] {
        let chart = Chart::of(case);
        for helm in &helms {
            let mut command = chart.helm(helm, &["template", "rel", "--namespace", "elsewhere"]);
            let objects = rendered(&mut command);
            let data = objects.iter().flat_map(|object| match &object["kind"] {
                kind if kind == "PrometheusRule" => vec![object["spec"].to_string()],
                kind if kind == "ConfigMap" => {
                    let data = object["data"].as_object().into_iter().flatten();
                    let texts = data.filter_map(|(_, text)| text.as_str());
                    texts.map(str::to_owned).collect()
                }
                _ => Vec::new(),
            });
            let about_pods = data.filter(|text| text.contains("kube_pod_info"));
            let about_pods: Vec<String> = about_pods.collect();
            assert_eq!(about_pods.len(), 2, "rules and dashboard");
            for text in about_pods {
                assert!(text.contains("elsewhere"), "{case}");
                assert!(!text.contains("spot-system"), "{case}");
                assert!(!text.contains("RELEASE-NAMESPACE"), "{case}");
            }
        }
    }
}

#[test]
fn values_that_cannot_be_meant_are_refused() {
    let Some(helms) = helms("values that a schema refuses") else {
        return;
    };
    let chart = Chart::of("everything");
    let refused = [
        ("descheduler: {kind: deployment}", "kind"),
        (
            "cluster-overprovisioner: {priorityClassDefault: {enabled: true}}",
            "enabled",
        ),
        (
            "cluster-overprovisioner: {deployments: [{name: regular, replicaCount: 3}]}",
            "resources",
        ),
        (
            "cluster-overprovisioner: {deployments: [{name: a, replicaCount: 3, resources: {requests: {cpu: 1}}, nodeSelector: {a: b}}]}",
            "memory",
        ),
        (
            "cluster-overprovisioner: {deployments: [{name: a, replicaCount: 3, resources: {requests: {cpu: 1, memory: 1}}}]}",
            "nodeSelector",
        ),
        ("overprovisionner: {enabled: true}", "overprovisionner"),
        ("overprovisioner: {replicas: 3}", "replicas"),
        (
            "overprovisioner: {placeholders: {headroom-spot: {replica: 3}}}",
            "replica",
        ),
        (
            "overprovisioner: {placeholders: {headroom-spot: {replicas: -1}}}",
            "replicas",
        ),
        (
            "disruptionBudgets: {budgets: {shop: {web-pdb: {maxUnavailable: 1}}}}",
            "web-pdb",
        ),
        (
            "disruptionBudgets: {budgets: {shop: {new: {maxUnavailable: 1}}}}",
            "matchLabels",
        ),
        (
            "disruptionBudgets: {budgets: {shop: {queue: {maxUnavailable: 25 percent}}}}",
            "maxUnavailable",
        ),
        ("priorityExpander: {priorities: {high: [a]}}", "high"),
        ("priorityExpander: {priorities: {\"20\": a}}", "20"),
        (
            "proportionalAutoscaler: {scalers: {headroom-scaler: {ladder: {}}}}",
            "headroom-scaler",
        ),
        ("aks-node-termination-handler: {image: \"a b\"}", "image"),
    ];
    for helm in &helms {
        refuses(&chart, helm, &refused);
    }
}

/// `null` takes a key out, and an upstream chart without its values is installed as it comes.
#[test]
fn no_upstream_chart_is_installed_as_it_comes() {
    let Some(helms) = helms("values that take others out") else {
        return;
    };
    let chart = Chart::of("everything");
    let refused = [
        ("descheduler: null", "enabled"),
        ("descheduler: {enabled: null}", "enabled"),
        ("descheduler: {fullnameOverride: null}", "fullnameOverride"),
        ("descheduler: {fullnameOverride: \"\"}", "fullnameOverride"),
        ("descheduler: {kind: null}", "kind"),
        (
            "descheduler: {deschedulerPolicy: null}",
            "deschedulerPolicy",
        ),
        ("aks-node-termination-handler: null", "enabled"),
        (
            "aks-node-termination-handler: {fullnameOverride: null}",
            "fullnameOverride",
        ),
        ("aks-node-termination-handler: {image: null}", "image"),
        ("cluster-overprovisioner: null", "enabled"),
        (
            "cluster-overprovisioner: {fullnameOverride: null}",
            "fullnameOverride",
        ),
        (
            "cluster-overprovisioner: {deployments: null}",
            "deployments",
        ),
        (
            "cluster-overprovisioner: {serviceAccount: null}",
            "serviceAccount",
        ),
        (
            "cluster-overprovisioner: {priorityClassOverprovision: {name: null}}",
            "name",
        ),
        ("overprovisioner: null", "overprovisioner"),
        ("priorityExpander: null", "priorityExpander"),
        ("disruptionBudgets: null", "disruptionBudgets"),
        ("disruptionBudgets: {budgets: null}", "budgets"),
        ("proportionalAutoscaler: null", "proportionalAutoscaler"),
        ("proportionalAutoscaler: {scalers: null}", "scalers"),
        ("releaseNamespace: null", "releaseNamespace"),
    ];
    for helm in &helms {
        refuses(&chart, helm, &refused);
    }
}

/// Helm refuses these values by the schema, and names this.
#[track_caller]
fn refuses(chart: &Chart, helm: &Path, refused: &[(&str, &str)]) {
    for (values, word) in refused {
        let file = chart.file(values);
        let output = process::run(chart.template(helm).arg("-f").arg(file));
        let said = process::text(&output);
        assert!(!output.status.success(), "{values}");
        assert!(
            said.contains("schema") && said.contains(word),
            "{values}: {said}"
        );
    }
}
