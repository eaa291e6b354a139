//! Values files that a release names: they are laid over each other as its tool does it, and none is judged alone.
//!
//! Sources: kubernetes-sigs/kustomize api/types/helmchartargs.go and api/internal/builtins/HelmChartInflationGenerator.go;
//! helmfile/helmfile pkg/state/state.go; argo-cd docs, user-guide/multiple_sources and user-guide/helm; fluxcd/pkg
//! chartutil/values.go; kubernetes-sigs/kustomize api/types/generatorargs.go.

use super::library::{Checked, Given};
use super::values_elsewhere::{INVERTED, given};
use spotgen::fix;

type File<'f> = (&'f str, &'f str);

fn all(files: &[File<'_>]) -> Given {
    let none = given("");
    let add = |given: Given, (name, text): &File<'_>| given.manifests_named(name, text);
    files.iter().fold(none, add)
}

fn check(files: &[File<'_>]) -> Checked {
    all(files).check()
}

/// Whether it is said, as an error or not.
fn says(files: &[File<'_>], text: &str) {
    let checked = check(files);
    assert!(checked.text.contains(text), "no {text} in {}", checked.text);
}

/// What `--fix` makes of a file.
fn fixed(files: &[File<'_>], name: &str) -> String {
    let given = all(files);
    let report = given.check().report;
    let fixed = fix::settle(&given.inputs, &report, |inputs| {
        given.clone().with(inputs.clone()).check().report
    });
    let mut sources = fixed.inputs.sources.iter();
    let source = sources.find(|(_, source)| source.name == name);
    source.expect("the file is there").1.text.clone()
}

/// Whether nothing is found, and nothing written into any file.
fn is_quiet(files: &[File<'_>], rule: &str) {
    let checked = check(files);
    assert!(!checked.has(rule), "{rule} in {}", checked.text);
    checked.is_silent_about("unrendered-release");
    for (name, text) in files {
        assert_eq!(fixed(files, name), *text);
    }
}

const RULE: &str = "expander-not-priority";
const RANDOM: &str = "extraArgs: {expander: random}\nexpanderPriorities: {20: [\".*spot1.*\"], 10: [\".*regular1.*\"], 1: [\".*\"]}\n";
const PRIORITY: &str = "{extraArgs: {expander: priority}}";

fn kustomization(lines: &str) -> String {
    format!(
        "namespace: kube-system\nhelmCharts:\n  - name: cluster-autoscaler\n    releaseName: ca\n{lines}"
    )
}

#[test]
fn files_of_a_kustomization_are_laid_under_its_map() {
    for merge in ["", "    valuesMerge: override\n"] {
        let own = kustomization(&format!(
            "    valuesFile: values.yaml\n{merge}    valuesInline: {PRIORITY}\n"
        ));
        is_quiet(
            &[("ca/kustomization.yaml", &own), ("ca/values.yaml", RANDOM)],
            RULE,
        );
        is_quiet(
            &[("ca/values.yaml", RANDOM), ("ca/kustomization.yaml", &own)],
            RULE,
        );
        // Another folder has another file: it is judged alone, and the reference is said.
        let other = [
            ("ca/kustomization.yaml", &*own),
            ("other/values.yaml", RANDOM),
        ];
        says(&other, "info[unrendered-release]");
        assert!(check(&other).has(RULE));
    }
}

#[test]
fn files_of_a_kustomization_are_laid_over_its_map() {
    let over = "extraArgs:\n  expander: random\n";
    for lines in [
        "    valuesFile: values.yaml\n    valuesMerge: merge\n",
        "    additionalValuesFiles: [../ca/values.yaml]\n",
    ] {
        let own = kustomization(&format!("{lines}    valuesInline: {PRIORITY}\n"));
        let files = [("ca/kustomization.yaml", &*own), ("ca/values.yaml", over)];
        says(&files, "the expander is `random`");
        assert_eq!(
            fixed(&files, "ca/values.yaml"),
            over.replace("random", "priority")
        );
        assert_eq!(fixed(&files, "ca/kustomization.yaml"), own);
    }
    // Then the file counts only where there is no map.
    let replace = "    valuesFile: values.yaml\n    valuesMerge: replace\n";
    let own = kustomization(&format!("{replace}    valuesInline: {PRIORITY}\n"));
    is_quiet(
        &[("kustomization.yaml", &own), ("values.yaml", RANDOM)],
        RULE,
    );
    let alone = kustomization(replace);
    assert!(check(&[("kustomization.yaml", &alone), ("values.yaml", RANDOM)]).has(RULE));
}

#[test]
fn a_file_that_two_releases_take_is_found_and_not_fixed() {
    let own = kustomization("    valuesFile: values.yaml\n");
    let two = format!(
        "{own}  - name: cluster-autoscaler\n    releaseName: other\n    namespace: scaling\n    valuesFile: ./values.yaml\n"
    );
    let files = [("kustomization.yaml", &*two), ("values.yaml", RANDOM)];
    says(&files, "the expander is `random`");
    assert_eq!(fixed(&files, "values.yaml"), RANDOM);
    let files = [("kustomization.yaml", &*own), ("values.yaml", RANDOM)];
    assert!(fixed(&files, "values.yaml").contains("expander: priority"));
}

fn helmfile(values: &str) -> String {
    format!(
        "releases:\n  - name: ca\n    namespace: kube-system\n    chart: autoscaler/cluster-autoscaler\n    values: {values}\n"
    )
}

#[test]
fn files_of_a_helmfile_are_laid_over_each_other() {
    let inline = helmfile(&format!("[values/ca.yaml, {PRIORITY}]"));
    is_quiet(
        &[("helmfile.yaml", &inline), ("values/ca.yaml", RANDOM)],
        RULE,
    );
    let base = "expanderPriorities: {20: [\".*spot1.*\"], 10: [\".*regular1.*\"], 1: [\".*\"]}\n";
    let prod = "extraArgs: {expander: random}\n";
    let two = helmfile("[base.yaml, ./env/../prod.yaml]");
    let files = [
        ("apps/helmfile.yaml", &*two),
        ("apps/base.yaml", base),
        ("apps/prod.yaml", prod),
    ];
    says(
        &files,
        "priorities have no effect: the expander is `random`",
    );
    assert_eq!(
        fixed(&files, "apps/prod.yaml"),
        prod.replace("random", "priority")
    );
    assert_eq!(fixed(&files, "apps/base.yaml"), base);
    // The last one counts.
    let turned = helmfile("[prod.yaml, base.yaml, last.yaml]");
    let last = "extraArgs: {expander: priority}\n";
    let files = [
        ("helmfile.yaml", &*turned),
        ("base.yaml", base),
        ("prod.yaml", prod),
        ("last.yaml", last),
    ];
    is_quiet(&files, RULE);
    // One that is not here is said, and may say anything.
    let without = check(&files[..3]);
    assert!(without.has("unrendered-release"), "{}", without.text);
    assert_eq!(fixed(&files[..3], "prod.yaml"), prod);
    // What is not installed is not judged.
    let off = two.replace("    values", "    installed: false\n    values");
    let files = [
        ("helmfile.yaml", &*off),
        ("base.yaml", base),
        ("prod.yaml", RANDOM),
    ];
    is_quiet(&files, RULE);
}

#[test]
fn an_expression_in_a_path_is_any_name() {
    let own = helmfile(&format!(
        "[\"values/{{{{ .Environment.Name }}}}.yaml\", {PRIORITY}]"
    ));
    is_quiet(
        &[("helmfile.yaml", &own), ("values/prod.yaml", RANDOM)],
        RULE,
    );
    // Nobody knows which one it is: nothing is written.
    let files = [
        ("helmfile.yaml", &*own),
        ("values/prod.yaml", RANDOM),
        ("values/dev.yaml", RANDOM),
    ];
    says(&files, "info[unrendered-release]");
    for (name, text) in files {
        assert_eq!(fixed(&files, name), text);
    }
}

#[test]
fn the_values_of_a_chart_in_a_folder_are_below_all_others() {
    let chart =
        helmfile(&format!("[{PRIORITY}]")).replace("autoscaler/cluster", "./charts/cluster");
    let own = "charts/cluster-autoscaler/values.yaml";
    is_quiet(&[("helmfile.yaml", &chart), (own, RANDOM)], RULE);
}

/// An `Application` of several sources, with these lines for Helm.
fn application(helm: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: ca, namespace: argocd}}
spec:
  destination: {{namespace: kube-system}}
  sources:
    - chart: cluster-autoscaler
      repoURL: https://charts.example.com
      helm:
{helm}    - {{repoURL: https://git.example.com/infra, ref: own}}
"
    )
}

#[test]
fn files_of_another_source_are_laid_under_the_rest() {
    let files = "        valueFiles: [$own/ca/values.yaml]\n";
    for over in [
        "valuesObject: {extraArgs: {expander: priority}}",
        "values: 'extraArgs: {expander: priority}'",
        "parameters: [{name: extraArgs.expander, value: priority}]",
    ] {
        let own = application(&format!("{files}        {over}\n"));
        for (app, values) in [
            ("apps/ca.yaml", "ca/values.yaml"),
            ("infra/apps/ca.yaml", "infra/ca/values.yaml"),
            ("ca.yaml", "../infra/ca/values.yaml"),
        ] {
            is_quiet(&[(app, &own), (values, RANDOM)], RULE);
        }
    }
    let own = application(files);
    let alone = [("apps/ca.yaml", &*own), ("ca/values.yaml", RANDOM)];
    says(&alone, "the expander is `random`");
    check(&alone).is_silent_about("unrendered-release");
    assert!(fixed(&alone, "ca/values.yaml").contains("expander: priority"));
    // No source has that name.
    let other = own.replace("ref: own", "ref: other");
    says(
        &[("apps/ca.yaml", &other), ("ca/values.yaml", RANDOM)],
        "unrendered-release",
    );
}

#[test]
fn the_nearest_of_several_repositories_is_meant() {
    let own = application(&format!(
        "        valueFiles: [$own/ca/values.yaml]\n        valuesObject: {PRIORITY}\n"
    ));
    let right = "expanderPriorities: {20: [\".*spot1.*\"], 1: [\".*\"]}\n";
    let near = [
        ("a/apps/ca.yaml", &*own),
        ("a/ca/values.yaml", right),
        ("b/ca/values.yaml", RANDOM),
    ];
    check(&near).is_silent_about("unrendered-release");
    let far = [
        ("c/ca.yaml", &*own),
        ("a/ca/values.yaml", RANDOM),
        ("b/ca/values.yaml", RANDOM),
    ];
    says(&far, "unrendered-release");
    for (name, text) in far {
        assert_eq!(fixed(&far, name), text);
    }
}

#[test]
fn files_of_a_chart_in_git_are_read() {
    let own = format!(
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: ca, namespace: argocd}}
spec:
  destination: {{namespace: kube-system}}
  source:
    repoURL: https://git.example.com/infra
    path: charts/cluster-autoscaler
    helm: {{valueFiles: [prod.yaml, ../more.yaml, /root.yaml], valuesObject: {PRIORITY}}}
"
    );
    let files = [
        ("apps/ca.yaml", &*own),
        ("charts/cluster-autoscaler/values.yaml", RANDOM),
        (
            "charts/cluster-autoscaler/prod.yaml",
            "extraArgs: {expander: least-waste, v: 4}\n",
        ),
        ("charts/more.yaml", "extraArgs: {expander: random}\n"),
        ("root.yaml", "extraArgs: {expander: random}\n"),
    ];
    is_quiet(&files, RULE);
    says(&files[..4], "unrendered-release");
    let flux = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: ca, namespace: kube-system}
spec:
  chart: {spec: {chart: ./charts/cluster-autoscaler, sourceRef: {kind: GitRepository, name: infra}}}
  values: {extraArgs: {expander: priority}}
";
    is_quiet(&[("ca.yaml", flux), files[1]], RULE);
    let listed = flux.replace("chart: ./", "valuesFiles: [charts/more.yaml], chart: ./");
    is_quiet(&[("ca.yaml", &listed), files[3]], RULE);
    // A repository of charts has its files in the chart.
    let packed = listed.replace("GitRepository", "HelmRepository");
    says(&[("ca.yaml", &packed), files[3]], "unrendered-release");
}

const FLUX: &str = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: ca, namespace: flux-system}
spec:
  chart: {spec: {chart: cluster-autoscaler, sourceRef: {kind: HelmRepository, name: x}}}
  targetNamespace: kube-system
  valuesFrom: [{kind: ConfigMap, name: ca-values}]
  values: {extraArgs: {expander: priority}}
";

#[test]
fn files_that_a_kustomization_makes_an_object_of_are_read() {
    let generator = |files: &str| {
        format!(
            "namespace: flux-system\nresources: [ca.yaml]\nconfigMapGenerator:\n  - {{name: ca-values, files: [{files}]}}\n"
        )
    };
    for (files, values) in [
        ("values.yaml=own.yaml", "ca/own.yaml"),
        ("more/values.yaml", "ca/more/values.yaml"),
    ] {
        let own = generator(files);
        let files = [
            ("ca/ca.yaml", FLUX),
            ("ca/kustomization.yaml", &*own),
            (values, RANDOM),
        ];
        is_quiet(&files, RULE);
        let secret = own.replace("configMap", "secret");
        let release = FLUX.replace("ConfigMap", "Secret");
        is_quiet(
            &[
                ("ca/ca.yaml", &release),
                ("ca/kustomization.yaml", &secret),
                (values, RANDOM),
            ],
            RULE,
        );
        let without = FLUX.replace("  values: {extraArgs: {expander: priority}}\n", "");
        let files = [
            ("ca/ca.yaml", &*without),
            ("ca/kustomization.yaml", &*own),
            (values, RANDOM),
        ];
        assert!(fixed(&files, values).contains("expander: priority"));
    }
    // Which overlay counts depends on the cluster.
    let base = generator("values.yaml=own.yaml");
    let over = base.replace("files:", "behavior: merge, files:");
    let files = [
        ("base/ca.yaml", FLUX),
        ("base/kustomization.yaml", &*base),
        ("base/own.yaml", RANDOM),
        ("prod/kustomization.yaml", &*over),
        ("prod/own.yaml", RANDOM),
    ];
    says(&files, "unrendered-release");
    assert!(!check(&files).has(RULE));
    for (name, text) in files {
        assert_eq!(fixed(&files, name), text);
    }
}

#[test]
fn a_key_that_an_unknown_value_is_laid_over_is_unknown() {
    let values = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca-values, namespace: flux-system}\ndata:\n  values.yaml: |\n    \
                  extraArgs: {expander: random, v: 4}\n    customArgs: [--expander=random]\n";
    for (path, is_unknown) in [
        ("extraArgs.expander", false),
        ("extraArgs", false),
        ("extraArgs.v", false),
        ("\"customArgs[0]\"", false),
    ] {
        let from = format!("}}, {{kind: Secret, name: x, valuesKey: y, targetPath: {path}}}]");
        let own = FLUX
            .replace("}]", &from)
            .replace("  values: {extraArgs: {expander: priority}}\n", "");
        let one = |expander: &str| own.clone() + &values.replace(expander, "x");
        let only = if path.contains("custom") {
            one("{expander: random, v: 4}").replace("extraArgs: x", "replicaCount: 1")
        } else {
            one("[--expander=random]").replace("customArgs: x", "replicaCount: 1")
        };
        let checked = check(&[("ca.yaml", &only)]);
        checked.passes("unrendered-release");
        assert_eq!(
            checked.has(RULE),
            path == "extraArgs.v" || is_unknown,
            "{path}: {}",
            checked.text
        );
    }
}

/// Values with an expression in them, in the objects of tools that fill it in.
fn templates(values: &str) -> [(&'static str, String); 3] {
    let indented = |by: usize| values.replace('\n', &format!("\n{}", " ".repeat(by)));
    [
        (
            "set.yaml",
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: ca}}\nspec:\n  goTemplate: true\n  template:\n    spec:\n      destination: {{namespace: kube-system}}\n      source:\n        chart: cluster-autoscaler\n        helm:\n          values: |\n            {}\n",
                indented(12)
            ),
        ),
        (
            "proxy.yaml",
            format!(
                "apiVersion: addons.cluster.x-k8s.io/v1alpha1\nkind: HelmChartProxy\nmetadata: {{name: ca}}\nspec:\n  chartName: cluster-autoscaler\n  namespace: kube-system\n  valuesTemplate: |\n    {}\n",
                indented(4)
            ),
        ),
        (
            "helmfile.yaml",
            format!(
                "releases:\n  - name: ca\n    namespace: kube-system\n    chart: x/cluster-autoscaler\n    values:\n      - {}\n",
                indented(8)
            ),
        ),
    ]
}

#[test]
fn values_around_expressions_are_judged() {
    let values = "autoDiscovery:\n  clusterName: {{ .name }}-{{ .zone }}\nextraArgs:\n  v: {{ .level }}\n  expander: random";
    for (name, text) in templates(values) {
        let files = [(name, &*text)];
        says(&files, "the expander is `random`");
        check(&files).is_silent_about("unrendered-release");
    }
    for expander in [
        "{{ .expander }}",
        "\"{{ .expander }}\"",
        "{{ if .a }}random{{ else }}priority{{ end }}",
    ] {
        let values = values.replace("random", expander);
        for (name, text) in templates(&values) {
            let checked = check(&[(name, &text)]);
            assert!(!checked.has(RULE), "{}", checked.text);
            checked.passes("is replaced later");
        }
    }
    let map = "autoDiscovery: {{ toJson .x }}\nextraArgs: {{ toJson .arguments }}\nreplicaCount: {{ .n }}";
    for (name, text) in templates(map) {
        let checked = check(&[(name, &text)]);
        assert!(!checked.has("manifest"), "{}", checked.text);
    }
}

#[test]
fn values_of_a_helmfile_are_fixed_around_expressions() {
    let values = "autoDiscovery:\n  clusterName: {{ .name }}\nextraArgs:\n  expander: random";
    for (name, text) in templates(values) {
        assert_eq!(
            fixed(&[(name, &text)], name),
            text.replace("random", "priority")
        );
    }
}

#[test]
fn lines_that_a_template_decides_about_are_said() {
    let values = "extraArgs:\n  v: {{ .level }}\n  {{- if .prod }}\n  expander: random\n  {{- end }}\nreplicaCount: 2";
    for (name, text) in templates(values) {
        let checked = check(&[(name, &text)]);
        checked.passes("warning[unrendered-release]");
        checked.passes("this line depends on a template");
        assert!(!checked.has(RULE), "{}", checked.text);
        // Nothing is written where they may say something else.
        let other = text.replace("  v: {{ .level }}", "  expander: least-waste");
        assert_eq!(fixed(&[(name, &other)], name), other);
    }
}

#[test]
fn releases_that_a_template_decides_about_are_judged() {
    let (head, release) = ("releases:\n", helmfile(&format!("[ca.yaml, {PRIORITY}]")));
    let release = release.strip_prefix(head).expect("it is a helmfile");
    let own = format!("{head}{{{{- if .Values.scaling }}}}\n{release}{{{{- end }}}}\n");
    is_quiet(&[("helmfile.yaml", &own), ("ca.yaml", RANDOM)], RULE);
    let other = own.replace("expander: priority", "expander: random");
    let files = [("helmfile.yaml", &*other), ("ca.yaml", RANDOM)];
    says(&files, "the expander is `random`");
    // No edit reaches a file that is no YAML for its lines.
    assert_eq!(fixed(&files, "helmfile.yaml"), other);
}

#[test]
fn values_that_are_one_expression_are_said() {
    let [set, proxy, _] = templates("{{ .values | toYaml }}");
    for (name, text) in [set, proxy] {
        says(&[(name, &text)], "this line depends on a template");
        assert!(!check(&[(name, &text)]).has(RULE));
    }
    // A path of which nothing is known is no file, and an object is no values file.
    for path in ["{{ .file }}", "./{{ .file }}.yaml", "objects/web.yaml"] {
        let own = helmfile(&format!("[\"{path}\", {PRIORITY}]"));
        let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
        let files = [
            ("helmfile.yaml", &*own),
            ("ca.yaml", RANDOM),
            ("objects/web.yaml", object),
        ];
        says(&files, "info[unrendered-release]");
        says(&files, "the expander is `random`");
    }
}

#[test]
fn values_that_are_no_yaml_are_said() {
    let values = "extraArgs: {expander: random\nreplicaCount: {{ .n }}";
    let [set, proxy, helmfile] = templates(values);
    for (name, text) in [set, proxy] {
        says(&[(name, &text)], "spotgen cannot read the values of");
    }
    check(&[(helmfile.0, &helmfile.1)]).fails("pipe `helmfile template` into spotgen");
}

#[test]
fn values_files_with_expressions_are_read() {
    let file = "autoDiscovery: {clusterName: {{ .Values.name }}}\nextraArgs: {expander: random}\n";
    let own = helmfile("[ca.yaml.gotmpl]");
    let files = [("helmfile.yaml", &*own), ("ca.yaml.gotmpl", file)];
    says(&files, "the expander is `random`");
    check(&files).is_silent_about("documents with");
    let alone = check(&[("ca.yaml.gotmpl", file)]);
    alone.passes("the expander is `random`");
}

#[test]
fn patterns_in_one_line_are_found_at_theirs() {
    for text in [
        format!("extraArgs: {{expander: priority}}\nexpanderPriorities: {INVERTED}\n"),
        "extraArgs: {expander: priority}\nexpanderPriorities: {10: [.*spot1.*], 50: [.*regular1.*]}\n".to_owned(),
    ] {
        let checked = check(&[("values.yaml", &text)]);
        let report = checked.report.iter().find(|own| own.rule == "inverted-priorities");
        let found = report.expect("it is found").location.expect("it has a place");
        let found = &text[found.start as usize..found.end as usize];
        assert_eq!(found.trim_matches('"'), ".*spot1.*", "{}", checked.text);
    }
}

#[test]
fn what_no_argument_says_is_told_beside_the_others() {
    for (values, place) in [
        (
            "{extraArgs: {}, expanderPriorities: {50: [.*spot1.*], 10: [.*]}}",
            "extraArgs",
        ),
        (
            "{expanderPriorities: {50: [.*spot1.*], 10: [.*]}}",
            "expanderPriorities",
        ),
    ] {
        let own = FLUX
            .replace("  valuesFrom: [{kind: ConfigMap, name: ca-values}]\n", "")
            .replace("{extraArgs: {expander: priority}}", values);
        let checked = check(&[("ca.yaml", &own)]);
        let report = checked.report.iter().find(|found| found.rule == RULE);
        let found = report
            .expect("it is found")
            .location
            .expect("it has a place");
        assert_eq!(&own[found.start as usize..found.end as usize], place);
    }
}

#[test]
fn a_key_in_quotes_names_files_too() {
    let values =
        "extraArgs: {expander: random}\n{{- if .Values.x }}\nkind: Deployment\n{{- end }}\n";
    let plain = helmfile("[ca.yaml]");
    for head in ["releases:", "\"releases\":", "releases :"] {
        let helmfile = plain.replace("releases:", head);
        for helmfile_name in ["a.yaml", "z.yaml"] {
            let files = [(helmfile_name, helmfile.as_str()), ("ca.yaml", values)];
            says(&files, "the expander is `random`");
            assert!(!check(&files).text.contains("not YAML"), "{head}");
        }
    }
}
