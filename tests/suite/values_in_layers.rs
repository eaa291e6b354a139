//! Values of a chart that stand in several places: each is read, found and fixed at its own.
//!
//! Sources: fluxcd/pkg chartutil/values.go, `ChartValuesFromReferences`; argo-cd docs, user-guide/helm, "Helm Value
//! Precedence"; k3s-io/helm-controller pkg/controllers/chart/chart.go; helm/helm pkg/strvals/parser.go.

use super::values_elsewhere::{INVERTED, argo, check, fixed, flux, given};

/// A release of the autoscaler with these lines in its `spec`.
fn release(lines: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: own, namespace: kube-system}}
spec:
  chart: {{spec: {{chart: cluster-autoscaler, sourceRef: {{kind: HelmRepository, name: x}}}}}}
{lines}"
    )
}

/// A `ConfigMap` with this text under a key.
fn config_map(name: &str, key: &str, text: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: kube-system}}\ndata:\n  {key}: |\n    {}\n",
        text.trim_end().replace('\n', "\n    ")
    )
}

const FROM: &str = "  valuesFrom: [{kind: ConfigMap, name: ca-values}]\n";

/// The line in which something is found.
fn line(manifests: &str, rule: &str) -> String {
    let checked = check(manifests);
    let text = checked.text.split("\n\n").find(|found| {
        let first = found.lines().next().unwrap_or_default();
        first.contains(&format!("[{rule}]"))
    });
    let text = text.unwrap_or_else(|| panic!("no {rule} in {}", checked.text));
    let shown = text.lines().find(|line| {
        let mut parts = line.splitn(2, '|');
        let number = parts.next().unwrap_or_default().trim();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let (_, shown) = shown
        .and_then(|line| line.split_once('|'))
        .expect("it has a line");
    shown.trim().to_owned()
}

#[test]
fn values_of_a_config_map_are_read_and_fixed_there() {
    let values = "extraArgs:\n  expander: random\n";
    let map = config_map("ca-values", "values.yaml", values);
    let own_key = FROM.replace("ca-values}", "ca-values, valuesKey: ca.yml}");
    for (from, map) in [
        (FROM.to_owned(), map.clone()),
        (own_key, config_map("ca-values", "ca.yml", values)),
        (
            FROM.replace("ca-values}", "ca-values, optional: true}"),
            map.clone(),
        ),
        // A namespace that a tool sets later, for both.
        (FROM.to_owned(), map.replace(", namespace: kube-system", "")),
    ] {
        for manifests in [
            format!("{}{map}", release(&from)),
            format!("{}---\n{}", map.replacen("---\n", "", 1), release(&from)),
        ] {
            let checked = check(&manifests);
            checked.passes("the expander is `random`");
            checked.is_silent_about("unrendered-release");
            assert_eq!(
                line(&manifests, "expander-not-priority"),
                "expander: random"
            );
            let fixed = fixed(&manifests);
            assert!(fixed.contains("\n      expander: priority\n"), "{fixed}");
        }
    }
}

#[test]
fn what_is_not_in_the_manifests_is_said() {
    let values = config_map(
        "ca-values",
        "values.yaml",
        "extraArgs: {expander: random}\n",
    );
    for from in [
        FROM.replace("ConfigMap", "Secret"),
        FROM.replace("ca-values", "other"),
        FROM.replace("ca-values}", "ca-values, valuesKey: x}"),
    ] {
        let checked = check(&format!("{}{values}", release(&from)));
        checked.passes("warning[unrendered-release]: spotgen reads no values of HelmRelease `own`");
        checked.is_silent_about("the expander is `random`");
    }
    let elsewhere = values.replace("namespace: kube-system", "namespace: shop");
    let checked = check(&format!("{}{elsewhere}", release(FROM)));
    checked.passes("warning[unrendered-release]: spotgen reads no values of HelmRelease `own`");
    // What is read is judged all the same. The other may say something else, so nothing is written.
    let both = "  valuesFrom:\n    - {kind: ConfigMap, name: ca-values}\n    - {kind: Secret, name: ca-secret}\n";
    let manifests = format!("{}{values}", release(both));
    let checked = check(&manifests);
    checked.passes("the expander is `random`");
    checked.passes(
        "spotgen does not read all values of HelmRelease `own` (chart `cluster-autoscaler`)",
    );
    assert_eq!(
        line(&manifests, "unrendered-release"),
        "- {kind: Secret, name: ca-secret}"
    );
    let fixed = fixed(&manifests);
    assert!(fixed.contains("{expander: random}"), "{fixed}");
}

#[test]
fn the_last_of_several_values_counts_and_is_fixed() {
    let base = config_map(
        "base",
        "values.yaml",
        "extraArgs: {expander: priority, v: 4}\n",
    );
    let over = config_map("over", "values.yaml", "extraArgs:\n  expander: random\n");
    let from = |first: &str, second: &str| {
        format!(
            "  valuesFrom: [{{kind: ConfigMap, name: {first}}}, {{kind: ConfigMap, name: {second}}}]\n"
        )
    };
    let manifests = format!("{}{base}{over}", release(&from("base", "over")));
    check(&manifests).passes("the expander is `random`");
    let text = fixed(&manifests);
    assert!(text.contains("\n      expander: priority\n"), "{text}");
    let turned = format!("{}{base}{over}", release(&from("over", "base")));
    assert!(!check(&turned).has("expander-not-priority"));
    // The release's own values come last.
    let own = format!(
        "{}  values: {{extraArgs: {{expander: least-waste}}}}\n{base}{over}",
        release(&from("base", "over"))
    );
    check(&own).passes("the expander is `least-waste`");
    let text = fixed(&own);
    assert!(
        text.contains("values: {extraArgs: {expander: priority}}"),
        "{text}"
    );
    assert!(text.contains("\n      expander: random\n"), "{text}");
}

#[test]
fn a_single_value_of_a_config_map_is_read() {
    let from = |path: &str| {
        format!(
            "  valuesFrom: [{{kind: ConfigMap, name: one, valuesKey: expander, targetPath: {path}}}]\n"
        )
    };
    let one = |value: &str| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: one, namespace: kube-system}}\ndata:\n  expander: {value}\n"
        )
    };
    let manifests = format!("{}{}", release(&from("extraArgs.expander")), one("random"));
    check(&manifests).passes("the expander is `random`");
    assert_eq!(
        line(&manifests, "expander-not-priority"),
        "expander: random"
    );
    let list = format!(
        "{}{}",
        release(&from("\"customArgs[0]\"")),
        one("--expander=random")
    );
    check(&list).passes("the expander is `random`");
    // Flux reads it as Helm reads a value of `--set`: a comma ends it.
    let two = format!(
        "{}{}",
        release(&from("extraArgs.expander")),
        one("random,priority")
    );
    check(&two).passes("unrendered-release");
    check(&two).is_silent_about("the expander is");
    // Which of both wins depends on what else there is.
    let both = format!(
        "{}  values: {{extraArgs: {{expander: least-waste}}}}\n{}",
        release(&from("extraArgs.expander")),
        one("random")
    );
    check(&both).passes("not read all values of HelmRelease `own`");
    assert!(
        fixed(&both).contains("expander: least-waste"),
        "{}",
        fixed(&both)
    );
}

#[test]
fn priorities_of_several_places_are_found_at_theirs_and_never_fixed() {
    let base = config_map(
        "ca-values",
        "values.yaml",
        "extraArgs: {expander: priority}\nexpanderPriorities:\n  50:\n    - .*regular1.*\n",
    );
    let inline = "  values:\n    expanderPriorities:\n      10:\n        - .*spot1.*\n";
    let manifests = format!("{}{base}", release(&format!("{FROM}{inline}")));
    let checked = check(&manifests);
    checked.fails("error[inverted-priorities]");
    assert_eq!(line(&manifests, "inverted-priorities"), "- .*spot1.*");
    assert!(checked.text.contains("- .*regular1.*"), "{}", checked.text);
    let text = fixed(&manifests);
    assert!(text.contains(inline) && text.contains(&base), "{text}");
    // In one place, they are.
    let whole = config_map(
        "ca-values",
        "values.yaml",
        "extraArgs: {expander: priority}\nexpanderPriorities:\n  50:\n    - .*regular1.*\n  10:\n    - .*spot1.*\n",
    );
    let manifests = format!("{}{whole}", release(FROM));
    assert_eq!(line(&manifests, "inverted-priorities"), "- .*spot1.*");
    let text = fixed(&manifests);
    assert!(!check_of(&text).contains("inverted-priorities"), "{text}");
}

/// What is found in manifests that have their workload already.
fn check_of(text: &str) -> String {
    let (_, own) = text
        .split_once("kind: HelmRelease")
        .expect("it has a release");
    check(&format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease{own}"
    ))
    .text
}

#[test]
fn parameters_of_an_application_are_read_and_fixed_there() {
    let helm = |parameters: &str, more: &str| {
        let helm = format!("{{parameters: [{parameters}]{more}}}");
        argo("Application", "chart: cluster-autoscaler", &helm)
    };
    for (parameters, after) in [
        (
            "{name: extraArgs.expander, value: random}",
            "{name: extraArgs.expander, value: priority}",
        ),
        (
            "{name: extraArgs.expander, value: random, forceString: true}",
            "value: priority",
        ),
        (
            "{name: \"customArgs[0]\", value: \"--expander=random\"}",
            "value: \"--expander=priority\"",
        ),
        // `--set-string` comes behind `--set`.
        (
            "{name: extraArgs.expander, value: random, forceString: true}, {name: extraArgs.expander, value: priority}",
            "value: priority, forceString: true",
        ),
    ] {
        let manifests = helm(
            parameters,
            ", valuesObject: {extraArgs: {expander: priority}}",
        );
        let checked = check(&manifests);
        checked.passes("the expander is `random`");
        checked.is_silent_about("unrendered-release");
        let fixed = fixed(&manifests);
        assert!(fixed.contains(after), "no {after} in {fixed}");
        assert!(
            fixed.contains("valuesObject: {extraArgs: {expander: priority}}"),
            "{fixed}"
        );
    }
    // A comma is a part of the value, and a dot behind a backslash a part of the key.
    let list = helm("{name: extraArgs.expander, value: \"random,priority\"}", "");
    check(&list).fails("`--expander` does not take `random,priority`");
    let escaped = argo(
        "Application",
        "chart: cluster-overprovisioner",
        "{parameters: [{name: \"deployments[0].name\", value: a}, {name: \"deployments[0].nodeSelector.eks\\\\.amazonaws\\\\.com/capacityType\", \
         value: Spot}]}",
    );
    check(&escaped).fails("placeholder-pinned-to-nothing");
    // A number of pods is a number here, and a text in a parameter.
    let spot = argo(
        "Application",
        "chart: descheduler",
        "{parameters: [{name: suspend, value: \"true\"}], valuesObject: {schedule: \"*/5 * * * *\"}}",
    );
    check(&spot).passes("suspend");
    assert!(
        fixed(&spot).contains("{name: suspend, value: \"true\"}"),
        "{}",
        fixed(&spot)
    );
}

#[test]
fn the_object_of_an_application_comes_before_its_text() {
    let helm = "{values: \"extraArgs: {expander: random}\", valuesObject: {extraArgs: {expander: least-waste}}}";
    let manifests = argo("Application", "chart: cluster-autoscaler", helm);
    let checked = check(&manifests);
    checked.passes("the expander is `least-waste`");
    checked.is_silent_about("random`");
    let text = fixed(&manifests);
    assert!(
        text.contains("valuesObject: {extraArgs: {expander: priority}}"),
        "{text}"
    );
    assert!(text.contains("expander: random"), "{text}");
    // The text alone, with priorities in it.
    let text = format!("{{values: 'expanderPriorities: {INVERTED}'}}");
    let text = argo("Application", "chart: cluster-autoscaler", &text);
    assert!(check(&text).has("inverted-priorities"));
}

#[test]
fn values_of_a_helm_chart_are_laid_over_its_text_and_set_over_both() {
    let chart = |more: &str| {
        format!(
            "apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {{name: ca, namespace: kube-system}}
spec:
  chart: cluster-autoscaler
  valuesContent: |-
    extraArgs:
      expander: random
      v: 4
{more}"
        )
    };
    let values = chart("  values: {extraArgs: {scan-interval: 10s}}\n");
    check(&values).passes("the expander is `random`");
    assert!(
        fixed(&values).contains("\n      expander: priority\n"),
        "{}",
        fixed(&values)
    );
    let set = chart("  set: {extraArgs.expander: least-waste}\n");
    check(&set).passes("the expander is `least-waste`");
    check(&set).is_silent_about("unrendered-release");
    let text = fixed(&set);
    assert!(
        text.contains("set: {extraArgs.expander: priority}"),
        "{text}"
    );
    assert!(text.contains("\n      expander: random\n"), "{text}");
    let config = "---\napiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: ca, namespace: kube-system}\nspec: \
                  {values: {extraArgs: {expander: priority}}, valuesSecrets: [{name: x, keys: [a]}]}\n";
    let over = format!("{}{config}", chart(""));
    assert!(
        !check(&over).has("expander-not-priority"),
        "{}",
        check(&over).text
    );
    check(&over).passes("info[unrendered-release]");
}

#[test]
fn maps_of_a_helmfile_are_laid_over_each_other() {
    let file = |values: &str, more: &str| {
        format!(
            "releases:\n  - name: ca\n    chart: x/cluster-autoscaler\n    namespace: kube-system\n    values:\n{values}{more}"
        )
    };
    let maps = "      - extraArgs: {expander: random}\n      - extraArgs: {v: 4}\n";
    let manifests = file(maps, "");
    check(&manifests).passes("the expander is `random`");
    check(&manifests).is_silent_about("unrendered-release");
    assert!(fixed(&manifests).contains("extraArgs: {expander: priority}"));
    let set = file(
        maps,
        "    set: [{name: extraArgs.expander, value: priority}]\n",
    );
    assert!(
        !check(&set).has("expander-not-priority"),
        "{}",
        check(&set).text
    );
    // A file behind it may say something else.
    let behind = file(
        "      - extraArgs: {expander: random}\n      - prod.yaml\n",
        "",
    );
    check(&behind).passes("the expander is `random`");
    assert!(fixed(&behind).contains("{expander: random}"));
    let before = file(
        "      - base.yaml\n      - extraArgs: {expander: random}\n",
        "",
    );
    assert!(fixed(&before).contains("{expander: priority}"));
}

/// The text of a policy, of parameters and of priorities, each in a `ConfigMap` that a release takes its values from.
#[test]
fn texts_of_all_known_charts_are_fixed_in_the_config_map() {
    let policy = "kind: Deployment\ndeschedulingInterval: 10m\ndeschedulerPolicy:\n  maxNoOfPodsToEvictTotal: 5\n  profiles:\n    - \
                  name: back\n      pluginConfig:\n        - name: DefaultEvictor\n          args:\n            minPodAge: 20m\n        - name: \
                  RemovePodsViolatingNodeAffinity\n          args:\n            namespaces: {include: [shop]}\n            \
                  nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]\n      plugins:\n        deschedule:\n          \
                  enabled: [RemovePodsViolatingNodeAffinity]\n";
    let map = config_map("ca-values", "values.yaml", policy);
    let descheduler = release(FROM).replace("chart: cluster-autoscaler", "chart: descheduler");
    let manifests = format!("{descheduler}{map}");
    assert_eq!(line(&manifests, "preferred-loop"), "args:");
    let text = fixed(&manifests);
    assert!(text.contains("nodeFit: true"), "{text}");
    assert!(!check_of(&text).contains("preferred-loop"), "{text}");
    // The same text between quotes has no lines of its own.
    let quoted = format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: ca-values, namespace: kube-system}}\ndata:\n  values.yaml: {}\n",
        serde_json::Value::from(policy)
    );
    let text = fixed(&format!("{descheduler}{quoted}"));
    assert!(!check_of(&text).contains("preferred-loop"), "{text}");
    // A part of it in the release itself.
    let inline = "  values: {deschedulerPolicy: {maxNoOfPodsToEvictPerNode: 2}}\n";
    let mixed = format!("{descheduler}{inline}{map}");
    assert_eq!(line(&mixed, "preferred-loop"), "args:");
    let text = fixed(&mixed);
    assert!(text.contains(inline) && text.contains(&map), "{text}");
}

#[test]
fn numbers_are_not_written_into_parameters() {
    let room = |parameters: &str| {
        argo(
            "Application",
            "chart: cluster-overprovisioner",
            &format!(
                "{{parameters: [{parameters}], valuesObject: {{deployments: [{{name: a, replicaCount: 2, resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]}}}}"
            ),
        )
    };
    let class = "{name: priorityClassOverprovision.value, value: \"5\"}";
    let manifests = room(class);
    let found = line(&manifests, "unpreemptable-placeholder");
    assert!(found.contains(class), "{found}");
    assert!(fixed(&manifests).contains(class), "{}", fixed(&manifests));
}

#[test]
fn values_files_of_the_source_are_said() {
    let manifests = flux("cluster-autoscaler", "{extraArgs: {expander: priority}}").replace(
        "sourceRef:",
        "valuesFiles: [values.yaml, prod.yaml], sourceRef:",
    );
    check(&manifests).passes("info[unrendered-release]");
}

#[test]
fn charts_are_known_by_where_they_come_from() {
    let values = "{extraArgs: {expander: random}}";
    let by = |kind: &str| {
        let reference = format!("chartRef: {{kind: {kind}, name: scaling}}");
        flux("cluster-autoscaler", values).replace(
            "chart: {spec: {chart: cluster-autoscaler, sourceRef: {kind: HelmRepository, name: x}}}",
            &reference,
        )
    };
    let source = |kind: &str, spec: &str| {
        format!(
            "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: {kind}\nmetadata: {{name: scaling, namespace: kube-system}}\nspec: {spec}\n"
        )
    };
    let registry = "{url: oci://registry.example.com/charts/cluster-autoscaler}";
    let oci = source("OCIRepository", registry);
    let chart = source("HelmChart", "{chart: cluster-autoscaler, version: 9.46.6}");
    let archive = "https://charts.example.com/cluster-autoscaler-9.46.6.tgz";
    let argo = argo(
        "Application",
        "path: .",
        &format!("{{valuesObject: {values}}}"),
    )
    .replace(
        "https://charts.example.com",
        "oci://registry.example.com/charts/cluster-autoscaler",
    );
    let k3s = format!(
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {{name: ca, namespace: kube-system}}\nspec:\n  chart: {archive}\n  \
         values: {values}\n"
    );
    for manifests in [
        format!("{}{oci}", by("OCIRepository")),
        format!("{}{chart}", by("HelmChart")),
        argo,
        k3s,
    ] {
        let checked = check(&manifests);
        checked.passes("the expander is `random`");
        checked.is_silent_about("unrendered-release");
        let fixed = fixed(&manifests);
        assert!(fixed.contains("expander: priority"), "{fixed}");
    }
    // Another source of that name has another chart.
    let own = by("HelmChart").replace(
        "extraArgs: {expander: random}",
        "customArgs: [\"--expander=random\"]",
    );
    let other = format!("{own}{oci}");
    check(&other).passes("HelmRelease `own` (chart `scaling`) is not rendered");
}

/// Overlays for two clusters have objects of the same names.
#[test]
fn values_come_from_the_nearest_file() {
    let map = |expander: &str| {
        config_map(
            "ca-values",
            "values.yaml",
            &format!("extraArgs: {{expander: {expander}}}\n"),
        )
    };
    let found = |prod: &str, other: &str| {
        let files = given("")
            .manifests_named("clusters/prod/scaling/release.yaml", &release(FROM))
            .manifests_named(prod, &map("least-waste"))
            .manifests_named(other, &map("random"));
        files.check().text
    };
    let text = found("clusters/prod/values.yaml", "clusters/staging/values.yaml");
    assert!(text.contains("the expander is `least-waste`"), "{text}");
    assert!(!text.contains("the expander is `random`"), "{text}");
    let text = found("clusters/a/values.yaml", "clusters/b/values.yaml");
    assert!(!text.contains("the expander is"), "{text}");
    assert!(text.contains("no values of HelmRelease `own`"), "{text}");
}
