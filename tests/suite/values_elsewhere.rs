//! Manifests that do not say everything themselves: values that a tool replaces later, values of charts that stand
//! elsewhere, charts around other charts, and programs in images of other names.
//!
//! The structure is that of public manifests: fluxcd/flux2-kustomize-helm-example (`postBuild.substitute`),
//! argoproj/argo-cd applicationset/examples, k3s-io/helm-controller manifests/example-helmchart.yaml and kubernetes/autoscaler
//! cluster-autoscaler/cloudprovider/aws/examples/cluster-autoscaler-autodiscover.yaml.

use super::library::{Checked, Given, config};
use spotgen::fix;

const CONFIG: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: eks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 10}}
    - {name: regular1, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 10}}
  classRules:
    - {match: {}, class: default}
";

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 6
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: main, image: \"registry.example.com/web:1\", resources: {requests: {cpu: 500m, memory: 512Mi}}}
---
";

/// On-demand first, by mistake.
pub(crate) const INVERTED: &str = "{\"50\": [\".*regular1.*\"], \"10\": [\".*spot1.*\"]}";

pub(crate) fn given(manifests: &str) -> Given {
    config(CONFIG).manifests(&format!("{WEB}{manifests}"))
}

pub(crate) fn check(manifests: &str) -> Checked {
    given(manifests).check()
}

/// The manifests with all fixes.
pub(crate) fn fixed(manifests: &str) -> String {
    let given = given(manifests);
    let report = given.check().report;
    let fixed = fix::settle(&given.inputs, &report, |inputs| {
        given.clone().with(inputs.clone()).check().report
    });
    let sources = fixed.inputs.sources.iter();
    sources.map(|(_, source)| source.text.as_str()).collect()
}

pub(crate) fn flux(chart: &str, values: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: own, namespace: kube-system}}\nspec:\n  chart: \
         {{spec: {{chart: {chart}, sourceRef: {{kind: HelmRepository, name: x}}}}}}\n  values: {values}\n"
    )
}

pub(crate) fn argo(kind: &str, chart: &str, helm: &str) -> String {
    let spec = format!(
        "{{destination: {{namespace: autoscaling}}, source: {{repoURL: https://charts.example.com, {chart}, helm: {helm}}}}}"
    );
    let spec = if kind == "ApplicationSet" {
        format!("{{goTemplate: true, template: {{spec: {spec}}}}}")
    } else {
        spec
    };
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: own, namespace: argocd}}\nspec: {spec}\n"
    )
}

/// An autoscaler with these lines in its container, and priorities in its namespace.
fn autoscaler(container: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: autoscaler, namespace: autoscaling}}
spec:
  selector: {{matchLabels: {{app: autoscaler}}}}
  template:
    metadata: {{labels: {{app: autoscaler}}}}
    spec:
      containers:
        - name: main
          resources: {{requests: {{cpu: 100m, memory: 300Mi}}}}
{container}---
apiVersion: v1
kind: ConfigMap
metadata: {{name: cluster-autoscaler-priority-expander, namespace: autoscaling}}
data:
  priorities: |
    20: [\"^eks-spot1-.*\"]
    10: [\".*\"]
"
    )
}

const IMAGE: &str = "          image: registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0\n";

#[test]
fn nothing_is_found_in_what_a_tool_replaces_later() {
    let set = |expander: &str| {
        let helm = format!("{{valuesObject: {{extraArgs: {{expander: '{expander}'}}}}}}");
        argo("ApplicationSet", "chart: cluster-autoscaler", &helm)
    };
    let own = |words: &str| {
        autoscaler(&format!(
            "{IMAGE}          command: [./cluster-autoscaler]\n          args: [\"--namespace=autoscaling\", {words}]\n"
        ))
    };
    let rest = "own, spot: ${pool}";
    for (manifests, form) in [
        (set("{{ .values.expander }}"), "{{ .values.expander }}"),
        (set("{{expander}}"), "{{expander}}"),
        (flux("cluster-autoscaler", "{extraArgs: {expander: \"${expander:=least-waste}\"}}"), "${expander:=least-waste}"),
        (flux("cluster-autoscaler", "{extraArgs: {expander: priority}, expanderPriorities: {\"20\": [\"^eks-${spot}-.*\"]}}"), "${spot}"),
        (flux("descheduler", "{schedule: \"*/5 * * * *\", deschedulerPolicy: {maxNoOfPodsToEvictTotal: \"${most}\", profiles: []}}"), "${most}"),
        (own("\"--expander=${expander}\""), "${expander}"),
        (own("\"--expander=$(EXPANDER)\""), "$(EXPANDER)"),
        (own("\"--expander\", \"$(EXPANDER)\""), "$(EXPANDER)"),
        (
            format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api, namespace: shop}}\nspec: {{replicas: \"${{n:=3}}\", selector: {{matchLabels: {{app: api}}}}, template: {{metadata: {{labels: {{app: api}}}}, spec: {{nodeSelector: {{kubernetes.io/os: {rest}}}, containers: [{{name: m, image: \"x:1\"}}]}}}}}}\n").replace("own, spot: ${pool}", "linux"),
            "${n:=3}",
        ),
        (
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {maxUnavailable: \"${most}\", selector: {matchLabels: {app: web}}}\n".to_owned(),
            "${most}",
        ),
    ] {
        let checked = check(&manifests);
        checked.passes("info[value-set-later]");
        checked.passes(&format!("`{form}` is replaced later"));
        for rule in [
            "expander-not-priority",
            "broken-expander-config",
            "misplaced-expander-config",
            "broken-descheduler-policy",
            "unlimited-evictions",
            "manifest",
        ] {
            assert!(!checked.has(rule), "{rule}: {}", checked.text);
        }
        let told = checked.report.iter().filter(|found| found.rule == "value-set-later");
        assert_eq!(told.count(), 1, "{}", checked.text);
    }
}

#[test]
fn plain_text_is_judged_as_before() {
    let disabled = flux(
        "cluster-autoscaler",
        "{extraArgs: {expander: \"${expander}\"}}",
    )
    .replace(
        "namespace: kube-system}",
        "namespace: kube-system, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}",
    );
    check(&disabled).fails("`--expander` does not take `${expander}`");
    let application = argo(
        "Application",
        "chart: cluster-autoscaler",
        "{valuesObject: {extraArgs: {expander: '{{ .expander }}'}}}",
    );
    check(&application).fails("`--expander` does not take `{{ .expander }}`");
    let pattern = flux(
        "cluster-autoscaler",
        "{extraArgs: {expander: priority}, expanderPriorities: {\"20\": [\"^eks-spot1-[0-9a-f-]{36}$\"], \"10\": [\"a{\"]}}",
    );
    check(&pattern).fails("error[broken-expander-config]");
    let script = autoscaler(&format!(
        "{IMAGE}          command: [sh, -c, \"echo ${{HOME}}; exec ./cluster-autoscaler --namespace=autoscaling --expander=random\"]\n"
    ));
    let checked = check(&script);
    checked.fails("the expander is `random`");
    assert!(!checked.has("value-set-later"), "{}", checked.text);
}

#[test]
fn variables_of_the_container_have_their_values() {
    let own = |value: &str| {
        autoscaler(&format!(
            "{IMAGE}          command: [./cluster-autoscaler]\n          args: [\"--expander=$(EXPANDER)\", \"--namespace=$(WHERE)\"]\n          env: [{{name: EXPANDER, value: {value}}}, {{name: WHERE, value: autoscaling}}]\n"
        ))
    };
    let right = check(&own("priority"));
    assert!(!right.has("expander-not-priority"), "{}", right.text);
    assert!(!right.has("misplaced-expander-config"), "{}", right.text);
    assert!(!right.has("value-set-later"), "{}", right.text);
    let wrong = own("random");
    check(&wrong).fails("the expander is `random`");
    // The variable is what is wrong.
    let fixed = fixed(&wrong);
    assert!(fixed.contains("--expander=$(EXPANDER)"), "{fixed}");
    assert!(fixed.contains("name: EXPANDER, value: priority"), "{fixed}");
}

#[test]
fn a_program_is_known_by_what_is_started() {
    let image = "          image: registry.example.com/mirror/ca:1\n";
    for words in [
        "command: [./cluster-autoscaler, --expander=random, --namespace=autoscaling]",
        "command: [/bin/sh, -c, \"exec /cluster-autoscaler --expander=random --namespace=autoscaling\"]",
        "args: [--cloud-provider=aws, --expander=random, --namespace=autoscaling]",
    ] {
        let checked = check(&autoscaler(&format!("{image}          {words}\n")));
        checked.fails("the expander is `random`");
        assert!(
            !checked.has("misplaced-expander-config"),
            "{}",
            checked.text
        );
    }
    // Nobody knows the tag of an image that a tool writes.
    let image = "          image: ${IMAGE}\n";
    let checked = check(&autoscaler(&format!(
        "{image}          args: [--expander=random]\n"
    )));
    assert!(!checked.has("floating-image"), "{}", checked.text);
    // One that only speaks of it is a workload like any other.
    let other = autoscaler(&format!(
        "{image}          args: [watch, /var/log/cluster-autoscaler]\n"
    ));
    assert!(!check(&other).has("expander-not-priority"));
}

#[test]
fn a_release_says_where_its_autoscaler_runs_whatever_stands_elsewhere() {
    let values = format!("valuesObject: {{expanderPriorities: {INVERTED}}}");
    for elsewhere in [
        "valueFiles: [$values/ca.yaml]",
        "parameters: [{name: \"extraArgs[\", value: priority}]",
        "fileParameters: [{name: extraArgs.expander, path: x}]",
    ] {
        let helm = format!("{{{elsewhere}, {values}}}");
        let checked = check(&argo("Application", "chart: cluster-autoscaler", &helm));
        checked.fails("error[inverted-priorities]");
        checked.fails("info[unrendered-release]");
        for rule in ["misplaced-expander-config", "expander-not-priority"] {
            assert!(!checked.has(rule), "{rule}: {}", checked.text);
        }
    }
    // What is there is still judged.
    let helm = "{valueFiles: [x.yaml], valuesObject: {extraArgs: {expander: random}}}";
    check(&argo("Application", "chart: cluster-autoscaler", helm))
        .passes("the expander is `random`");
}

#[test]
fn a_chart_around_another_one_has_its_values_below_its_name() {
    let values = format!(
        "{{cluster-autoscaler: {{extraArgs: {{expander: priority}}, expanderPriorities: {INVERTED}}}}}"
    );
    let in_git =
        flux("./charts/cluster-autoscaler", &values).replace("HelmRepository", "GitRepository");
    let helm = format!("{{valuesObject: {values}}}");
    for manifests in [
        in_git,
        flux("cluster-autoscaler", &values),
        argo("Application", "path: charts/cluster-autoscaler", &helm),
    ] {
        let checked = check(&manifests);
        checked.fails("error[inverted-priorities]");
        assert!(!checked.has("expander-not-priority"), "{}", checked.text);
    }
    // A chart in Git has values of its own there.
    let bare = argo(
        "Application",
        "path: charts/cluster-autoscaler",
        "{valuesObject: {replicaCount: 1}}",
    );
    let checked = check(&bare);
    assert!(!checked.has("expander-not-priority"), "{}", checked.text);
    assert!(checked.has("unrendered-release"), "{}", checked.text);
}

fn helm_chart(kind: &str, name: &str, content: &str) -> String {
    let chart = if kind == "HelmChart" {
        "  chart: cluster-autoscaler\n"
    } else {
        ""
    };
    format!(
        "apiVersion: helm.cattle.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: kube-system}}\nspec:\n{chart}  valuesContent: |-\n    \
         {content}\n---\n"
    )
}

#[test]
fn a_helm_chart_config_wins() {
    let chart = helm_chart("HelmChart", "ca", "extraArgs: {expander: priority, v: 4}");
    let over = helm_chart("HelmChartConfig", "ca", "extraArgs: {expander: random}");
    for manifests in [format!("{chart}{over}"), format!("{over}{chart}")] {
        let checked = check(&manifests);
        checked.passes("the expander is `random`");
        assert!(!checked.has("unrendered-release"), "{}", checked.text);
        let fixed = fixed(&manifests);
        assert!(
            fixed.contains("extraArgs: {expander: priority}\n"),
            "{fixed}"
        );
    }
    // One of another name is another chart's.
    let other = helm_chart("HelmChartConfig", "rke2-coredns", "replicas: 1");
    let checked = check(&format!("{chart}{other}"));
    checked.passes("HelmChartConfig `rke2-coredns` is not rendered");
    assert!(!checked.has("expander-not-priority"), "{}", checked.text);
}

#[test]
fn all_arguments_and_defaults_of_known_charts_are_read() {
    for arguments in ["[\"--expander=random\"]", "[--expander, random]"] {
        let values = format!("{{extraArgs: {{expander: priority}}, customArgs: {arguments}}}");
        check(&flux("cluster-autoscaler", &values)).passes("the expander is `random`");
    }
    let numbered = "{extraArgs: {expander_1: random}, extraEnv: {A: b}}";
    check(&flux("cluster-autoscaler", numbered)).passes("the expander is `random`");
    let by_variable = "{extraArgs: {expander: $(E)}, extraEnv: {E: random}}";
    check(&flux("cluster-autoscaler", by_variable)).passes("the expander is `random`");
    let default = flux("descheduler", "{schedule: \"*/5 * * * *\"}");
    check(&default).passes("warning[policy-without-failback]");
    // The policy may stand elsewhere.
    let elsewhere = default.replace(
        "  values:",
        "  valuesFrom: [{kind: ConfigMap, name: x}]\n  values:",
    );
    assert!(!check(&elsewhere).has("policy-without-failback"));
    let deployments = "deployments: [{name: a, replicaCount: 1, resources: {requests: {cpu: 1, memory: 2Gi}}, nodeSelector: \
                       {eks.amazonaws.com/capacityType: SPOT}}]";
    for (class, is_there) in [
        ("", true),
        (
            "priorityClassDefault: {enabled: true, name: d, value: 0}, ",
            true,
        ),
        ("priorityClassDefault: {enabled: false}, ", false),
    ] {
        let checked = check(&flux(
            "cluster-overprovisioner",
            &format!("{{{class}{deployments}}}"),
        ));
        let rule = "global-default-beside-placeholders";
        assert_eq!(checked.has(rule), is_there, "{class}: {}", checked.text);
    }
}

/// Without values, the chart runs three pods of a CPU each.
#[test]
fn what_the_overprovisioner_runs_by_default_is_there() {
    for (values, is_there) in [
        ("{}", true),
        ("{image: {tag: \"3.10\"}}", true),
        ("{deployments: []}", false),
        ("{deployments: null}", false),
    ] {
        let checked = check(&flux("cluster-overprovisioner", values));
        let names_it = checked.text.contains("-default`");
        assert_eq!(names_it, is_there, "{values}: {}", checked.text);
    }
}

#[test]
fn values_of_a_chart_are_fixed_where_they_stand() {
    for (manifests, after) in [
        (
            flux("cluster-autoscaler", "{extraArgs: {expander: least-waste}}"),
            "extraArgs: {expander: priority}",
        ),
        (
            flux(
                "cluster-autoscaler",
                "{customArgs: [\"--expander=random\"]}",
            ),
            "customArgs: [\"--expander=priority\"]",
        ),
        (
            flux("descheduler", "{kind: Deployment, deschedulingInterval: 0}"),
            "deschedulingInterval: 1m",
        ),
        (
            flux("descheduler", "{schedule: \"*/5 * * * *\", suspend: true}"),
            "suspend: false",
        ),
        (
            helm_chart("HelmChart", "ca", "extraArgs: {expander: random}"),
            "    extraArgs: {expander: priority}",
        ),
        (
            argo(
                "ApplicationSet",
                "chart: cluster-autoscaler",
                "{valuesObject: {extraArgs: {expander: random}}}",
            ),
            "extraArgs: {expander: priority}",
        ),
    ] {
        let fixed = fixed(&manifests);
        assert!(fixed.contains(after), "no {after:?} in {fixed}");
    }
    // What these are meant to be, only their owner knows.
    for wrong in [
        "{kind: Deployment, deschedulingInterval: 5}",
        "{schedule: \"*/5 * *\"}",
        "{schedule: \"TZ=Europe/Paris 0 3 * * *\"}",
    ] {
        let manifests = flux("descheduler", wrong);
        check(&manifests).fails("error[idle-descheduler]");
        assert!(fixed(&manifests).contains(wrong), "{wrong}");
    }
}

#[test]
fn a_broken_policy_is_not_judged_by_the_planned_one() {
    let broken = "{kind: CronJob, schedule: \"0 */2 * * *\", deschedulerPolicy: {profiles: [{name: p, pluginConfig: [{name: Mistake}], \
                  plugins: {deschedule: {enabled: [Mistake]}}}]}}";
    let manifests = flux("descheduler", broken);
    let checked = check(&manifests);
    checked.fails("error[broken-descheduler-policy]");
    for rule in [
        "no-rest-between-moves",
        "failback-takes-hours",
        "unlimited-evictions",
    ] {
        assert!(!checked.has(rule), "{rule}: {}", checked.text);
    }
    // What the workload itself says is found as before.
    checked.fails("warning[failback-on-spot]");
    assert!(!fixed(&manifests).contains("minPodAge"));
    let numbers = given(&manifests).numbers("failback of workload");
    assert!(numbers.iter().all(|row| row.value == "no"), "{numbers:?}");
}

#[test]
fn each_part_of_an_umbrella_chart_has_its_place() {
    let manifests = "cluster-autoscaler:\n  expanderPriorities: {\"10\": [\".*\"]}\ndescheduler:\n  kind: Deployment\n  \
                     deschedulerPolicy: {profiles: [{name: p, pluginConfig: [{name: RemovePodsViolatingNodeAffinity, args: \
                     {nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]}}], plugins: {deschedule: {enabled: \
                     [RemovePodsViolatingNodeAffinity]}}}]}\n";
    let checked = check(manifests);
    let (_, behind) = checked
        .text
        .split_once("warning[failback-on-spot]")
        .expect(&checked.text);
    let line = WEB.lines().count() + 3;
    let place = behind.lines().nth(1).unwrap_or_default();
    assert!(
        place.ends_with(&format!(":{line}:1")),
        "{place}: {}",
        checked.text
    );
}

fn descheduler(file: &str, volume: &str, mount: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: CronJob
metadata: {{name: d, namespace: kube-system}}
spec:
  schedule: \"*/5 * * * *\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          nodeSelector: {{eks.amazonaws.com/capacityType: ON_DEMAND}}
          containers:
            - name: d
              image: registry.k8s.io/descheduler/descheduler:v0.36.0
              args: [\"--policy-config-file={file}\"]
              volumeMounts: [{{name: p, {mount}}}]
          volumes: [{{name: p, {volume}}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: policy, namespace: kube-system}}
data:
  policy.yaml: |
    apiVersion: descheduler/v1alpha2
    kind: DeschedulerPolicy
    maxNoOfPodsToEvictTotal: 1
    profiles:
      - name: p
        pluginConfig:
          - name: RemovePodsViolatingNodeAffinity
            args: {{nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]}}
        plugins: {{deschedule: {{enabled: [RemovePodsViolatingNodeAffinity]}}}}
"
    )
}

#[test]
fn the_policy_file_is_where_it_is_mounted() {
    let whole = "configMap: {name: policy}";
    let items = "configMap: {name: policy, items: [{key: policy.yaml, path: own.yaml}]}";
    let projected = "projected: {sources: [{configMap: {name: policy}}]}";
    let folder = "mountPath: /p";
    let one = "mountPath: /p/own.yaml, subPath: policy.yaml";
    for (file, volume, mount, is_there) in [
        ("/p/policy.yaml", whole, folder, true),
        ("/p/policy.yaml", whole, "mountPath: /p/", true),
        ("/p/own.yaml", items, folder, true),
        ("/p/policy.yaml", projected, folder, true),
        ("/p/own.yaml", whole, one, true),
        // Nobody knows what the image has.
        ("/etc/policy.yaml", whole, folder, true),
        ("/p/other.yaml", whole, folder, false),
        ("/p/policy.yaml", items, folder, false),
        ("/p/other.yaml", projected, folder, false),
        (
            "/p/own.yaml",
            whole,
            "mountPath: /p/own.yaml, subPath: other.yaml",
            false,
        ),
    ] {
        let checked = check(&descheduler(file, volume, mount));
        let rule = "idle-descheduler";
        assert_eq!(
            !checked.has(rule),
            is_there,
            "{file} {volume} {mount}: {}",
            checked.text
        );
    }
}

/// Placeholders with a priority, and something behind them.
fn placeholders(priority: i32, behind: &str) -> String {
    format!(
        "apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {{name: low}}
value: {priority}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: headroom, namespace: over}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: headroom}}}}
  template:
    metadata: {{labels: {{app: headroom}}}}
    spec:
      priorityClassName: low
      nodeSelector: {{eks.amazonaws.com/capacityType: SPOT}}
      containers:
        - {{name: hold, image: \"registry.k8s.io/pause:3.10\", resources: {{requests: {{cpu: 2, memory: 4Gi}}}}}}
---
{behind}"
    )
}

#[test]
fn a_budget_over_placeholders_of_others_is_found() {
    for (selector, is_found) in [
        ("{matchLabels: {app: headroom}}", true),
        ("{}", true),
        ("{matchLabels: {app: other}}", false),
    ] {
        let budget = format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: h, namespace: over}}\nspec: {{maxUnavailable: 0, selector: \
             {selector}}}\n"
        );
        let checked = check(&placeholders(-1, &budget));
        assert_eq!(
            checked.has("budget-over-placeholders"),
            is_found,
            "{selector}: {}",
            checked.text
        );
    }
}

#[test]
fn placeholders_that_the_autoscaler_ignores_keep_no_node() {
    let keeps = "placeholders `headroom` never drop to zero";
    check(&placeholders(-1, "")).passes(keeps);
    let ignored = check(&placeholders(-100, ""));
    ignored.fails("error[expendable-placeholder]");
    ignored.is_silent_about(keeps);
    ignored.is_silent_about("keep an extra node running");
}

fn scaler(arguments: &str) -> String {
    placeholders(
        -1,
        &format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: scaler, namespace: over}}
spec:
  selector: {{matchLabels: {{app: scaler}}}}
  template:
    metadata: {{labels: {{app: scaler}}}}
    spec:
      containers:
        - name: autoscaler
          image: registry.k8s.io/cpa/cluster-proportional-autoscaler:v1.10.3
          command: [/cluster-proportional-autoscaler, --namespace=over, {arguments}]
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: scaling, namespace: over}}
data:
  linear: '{{\"nodesPerReplica\": 2, \"min\": 1}}'
"
        ),
    )
}

#[test]
fn mistakes_in_the_arguments_of_a_proportional_autoscaler_are_found() {
    const TARGET: &str = "--target=deployment/headroom";
    const MAP: &str = "--configmap=scaling";
    for (arguments, finding) in [
        (
            format!("{TARGET}, {MAP}, --nodelabels=eks.amazonaws.com/capacityType=Spot"),
            "error[counts-no-nodes]",
        ),
        (
            format!("{TARGET}, {MAP}, --nodelabels=team=nobody"),
            "error[counts-no-nodes]",
        ),
        (
            format!("{TARGET}, --configmap=scalin"),
            "did you mean `--configmap=scaling`?",
        ),
        (
            format!("\"{TARGET},deployment/nothere\", {MAP}"),
            "`deployment/nothere` is not",
        ),
        (
            format!("\"--target=deployment/headrom,deployment/headroom\", {MAP}"),
            "`deployment/headrom` is not",
        ),
    ] {
        let checked = check(&scaler(&arguments));
        assert!(
            checked.text.contains(finding),
            "no {finding} in {}",
            checked.text
        );
        checked.is_silent_about("nodes of ``");
    }
    for arguments in [
        format!("{TARGET}, {MAP}, --nodelabels=eks.amazonaws.com/capacityType=SPOT"),
        format!("{TARGET}, --configmap=scalin, \"--default-params={{}}\""),
        format!("{TARGET}, --configmap=something-else"),
        format!("{TARGET}, {MAP}, --nodelabels=$(LABELS)"),
    ] {
        let checked = check(&scaler(&arguments));
        for rule in [
            "counts-no-nodes",
            "broken-scaling-parameters",
            "scaling-without-target",
            "counts-mixed-pools",
        ] {
            assert!(!checked.has(rule), "{rule} {arguments}: {}", checked.text);
        }
    }
}

/// A workload with this in its `spec`, in its pods and in its container. It asks for more time than its class gives it,
/// which is found wherever it is judged at all.
fn api(spec: &str, pod: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: api, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: api}}}}
{spec}  template:
    metadata: {{labels: {{app: api}}}}
    spec:
{pod}      containers:
        - name: main
          image: registry.example.com/api:1
{container}"
    )
}

const REPLICAS: &str = "  replicas: 3\n";
const GRACE: &str = "      terminationGracePeriodSeconds: 600\n";
const REQUESTS: &str = "          resources: {requests: {cpu: 500m, memory: 512Mi}}\n";

#[test]
fn what_does_not_depend_on_a_value_that_is_set_later_is_judged() {
    let affinity =
        |kind: &str, item: &str| format!("{GRACE}      affinity: {{{kind}: {{{item}}}}}\n");
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let expression = "matchExpressions: [{key: pool, operator: In, values: [\"${X}\"]}]";
    let term = format!("{required}: {{nodeSelectorTerms: [{{{expression}}}]}}");
    let wish = format!("{preferred}: [{{weight: 1, preference: {{{expression}}}}}]");
    let apart = format!(
        "{required}: [{{topologyKey: \"${{X}}\", labelSelector: {{matchLabels: {{app: api}}}}}}]"
    );
    let spread = "      topologySpreadConstraints: [{maxSkew: 1, topologyKey: \"${X}\", whenUnsatisfiable: DoNotSchedule}]\n";
    for manifests in [
        api("  replicas: ${X}\n", GRACE, REQUESTS),
        api(
            &format!("{REPLICAS}  strategy: {{rollingUpdate: {{maxUnavailable: \"${{X}}\"}}}}\n"),
            GRACE,
            REQUESTS,
        ),
        api(
            REPLICAS,
            GRACE,
            "          resources: {requests: {cpu: \"${X}\", memory: 512Mi}}\n",
        ),
        api(
            REPLICAS,
            GRACE,
            "          resources: {limits: {cpu: \"${X}\"}}\n",
        ),
        api(REPLICAS, GRACE, "          resources: ${X}\n"),
        api(
            REPLICAS,
            &format!("{GRACE}      priorityClassName: ${{X}}\n"),
            REQUESTS,
        ),
        api(
            REPLICAS,
            &format!("{GRACE}      nodeSelector: {{pool: \"${{X}}\"}}\n"),
            REQUESTS,
        ),
        api(
            REPLICAS,
            &format!("{GRACE}      tolerations: [{{key: \"${{X}}\", operator: Exists}}]\n"),
            REQUESTS,
        ),
        api(REPLICAS, &affinity("nodeAffinity", &term), REQUESTS),
        api(REPLICAS, &affinity("nodeAffinity", &wish), REQUESTS),
        api(REPLICAS, &affinity("podAntiAffinity", &apart), REQUESTS),
        api(REPLICAS, &format!("{GRACE}{spread}"), REQUESTS),
    ] {
        let checked = check(&manifests);
        checked.passes("info[value-set-later]: `${X}` is replaced later");
        checked.passes("warning[changed-grace]");
        assert_eq!(
            checked.text.matches("warning[").count(),
            1,
            "{}",
            checked.text
        );
        assert!(!checked.text.contains("error["), "{}", checked.text);
    }
    // Nothing rests on the grace period, which only the class says then.
    let grace = api(REPLICAS, "      terminationGracePeriodSeconds: ${X}\n", "");
    let checked = check(&grace);
    checked.passes("info[value-set-later]");
    checked.passes("warning[no-requests]");
    assert!(!checked.has("changed-grace"), "{}", checked.text);
}

#[test]
fn what_does_not_depend_on_a_value_that_cannot_be_read_is_judged() {
    for (manifests, problem) in [
        (
            api("  replicas: three\n", GRACE, REQUESTS),
            "`replicas` of Deployment `api` must be a whole number",
        ),
        (
            api(
                REPLICAS,
                GRACE,
                "          resources: {requests: {cpu: much, memory: 512Mi}}\n",
            ),
            "`cpu` of Deployment `api` is not a quantity",
        ),
        (
            api(
                REPLICAS,
                &format!("{GRACE}      nodeSelector: spot\n"),
                REQUESTS,
            ),
            "`nodeSelector` of Deployment `api` must be a map",
        ),
        (
            api(
                REPLICAS,
                &format!("{GRACE}      tolerations: {{key: a}}\n"),
                REQUESTS,
            ),
            "`tolerations` of Deployment `api` must be a list",
        ),
        (
            api(
                REPLICAS,
                &format!("{GRACE}      priorityClassName: 5\n"),
                REQUESTS,
            ),
            "`priorityClassName` of Deployment `api` must be text",
        ),
    ] {
        let checked = check(&manifests);
        checked.passes(&format!("warning[manifest]: {problem}"));
        checked.passes("what depends on it is not checked, and the rest of the workload is");
        checked.passes("warning[changed-grace]");
        assert_eq!(
            checked.text.matches("warning[").count(),
            2,
            "{}",
            checked.text
        );
    }
    // What makes the pods is behind all facts.
    let nothing = check(&api(REPLICAS, GRACE, "").replace("{matchLabels: {app: api}}", "api"));
    assert!(!nothing.has("changed-grace"), "{}", nothing.text);
}

#[test]
fn a_list_that_is_set_later_leaves_a_workload_out() {
    for list in [
        "tolerations",
        "affinity",
        "nodeSelector",
        "topologySpreadConstraints",
    ] {
        let checked = check(&api(
            REPLICAS,
            &format!("{GRACE}      {list}: ${{X}}\n"),
            REQUESTS,
        ));
        checked.passes("info[value-set-later]");
        assert!(!checked.has("changed-grace"), "{}", checked.text);
    }
}

/// Of each chart that is read: its values as a file, below its name, and below two of them.
#[test]
fn values_files_of_known_charts_are_known_by_what_is_in_them() {
    let autoscaler = "extraArgs: {expander: random}\nautoDiscovery: {clusterName: a}\n";
    let proportional = "config:\n  ladder:\n    nodesToReplicas: [[10, 1]]\noptions: {target: deployment/room, nodeLabels: \
                        {eks.amazonaws.com/capacitytype: SPOT}}\n";
    let room = "deployments:\n  - {name: a, replicaCount: 1, resources: {requests: {cpu: 1, memory: 1Gi}}, nodeSelector: \
                {eks.amazonaws.com/capacityType: Spot}}\n";
    let below = |key: &str, text: &str| {
        let lines: Vec<String> = text.lines().map(|line| format!("  {line}\n")).collect();
        format!("{key}:\n{}", lines.concat())
    };
    for (chart, values, found) in [
        ("cluster-autoscaler", autoscaler, "the expander is `random`"),
        (
            "cluster-proportional-autoscaler",
            proportional,
            "[counts-no-nodes]",
        ),
        (
            "cluster-overprovisioner",
            room,
            "[placeholder-pinned-to-nothing]",
        ),
    ] {
        let named = below(chart, values);
        let nested = below("platform", &named);
        for file in [values, &named, &nested] {
            check(file).passes_or_fails(found, file);
        }
        let off = nested.replace(
            &format!("{chart}:\n"),
            &format!("{chart}:\n    enabled: false\n"),
        );
        assert!(!check(&off).text.contains(found), "{off}");
        let helmfile = format!(
            "releases:\n  - name: own\n    chart: repo/{chart}\n    namespace: kube-system\n    values:\n      - {}",
            values.trim_end().replace('\n', "\n        ")
        );
        check(&helmfile).passes_or_fails(found, &helmfile);
        let proxy = format!(
            "apiVersion: addons.cluster.x-k8s.io/v1alpha1\nkind: HelmChartProxy\nmetadata: {{name: own}}\nspec:\n  \
            chartName: {chart}\n  namespace: kube-system\n  valuesTemplate: |\n    {}\n",
            values.trim_end().replace('\n', "\n    ")
        );
        check(&proxy).passes_or_fails(found, &proxy);
    }
}

/// A list of deployments may be of any chart, unless nothing else is there.
#[test]
fn a_list_of_deployments_of_another_chart_is_left_alone() {
    let item = "name: a, replicaCount: 1, nodeSelector: {eks.amazonaws.com/capacityType: Spot}";
    let asked = "resources: {requests: {cpu: 1, memory: 1Gi}}";
    for values in [
        format!("deployments:\n  - {{{item}, {asked}, image: \"shop:1\"}}\n"),
        format!("deployments:\n  - {{{item}}}\n"),
        format!("deployments:\n  - {{{item}, {asked}}}\n  - {{name: b}}\n"),
        format!("deployments:\n  - {{{item}, {asked}}}\ningress: {{enabled: true}}\n"),
        "deployments: []\n".to_owned(),
    ] {
        check(&values).is_silent_about("placeholder-pinned-to-nothing");
    }
}

impl Checked {
    fn passes_or_fails(&self, text: &str, given: &str) {
        assert!(self.text.contains(text), "{given}\n{}", self.text);
    }
}

#[test]
fn a_list_of_priorities_is_refused_in_values_as_in_the_object() {
    let list = "extraArgs: {expander: priority}\nexpanderPriorities:\n  - 10: [\".*\"]\n";
    assert!(
        check(list).has("broken-expander-config"),
        "{}",
        check(list).text
    );
    let none = "extraArgs: {expander: priority}\nexpanderPriorities: []\n";
    check(none).is_silent_about("broken-expander-config");
}

#[test]
fn a_known_chart_of_which_nothing_is_read_is_told() {
    let elsewhere = flux("cluster-autoscaler", "{}").replace(
        "  values:",
        "  valuesFrom: [{kind: ConfigMap, name: x}]\n  other:",
    );
    let set = argo(
        "Application",
        "chart: cluster-autoscaler",
        "{valueFiles: [a.yaml]}",
    );
    for stream in [elsewhere, set] {
        let checked = check(&stream);
        assert!(
            checked
                .text
                .contains("warning[unrendered-release]: spotgen reads no values of"),
            "{stream}{}",
            checked.text
        );
    }
}
