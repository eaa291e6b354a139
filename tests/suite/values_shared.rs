//! Values that an edit for one release would change for another, and what is said of values that nobody can edit here.
//!
//! Sources: fluxcd/pkg chartutil/values.go, `ChartValuesFromReferences`; helmfile/helmfile pkg/state/state.go, `ReleaseSpec`.

use super::values_elsewhere::{check, fixed};

const RANDOM: &str = "extraArgs: {expander: random}";

fn map(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: flux-system}}\ndata:\n  values.yaml: |\n    {RANDOM}\n---\n"
    )
}

fn release(name: &str, chart: &str, from: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  \
         chart: {{spec: {{chart: {chart}, sourceRef: {{kind: HelmRepository, name: x}}}}}}\n  valuesFrom: [{{{from}}}]\n---\n"
    )
}

#[test]
fn values_that_two_releases_take_stay_as_they_are() {
    let own = release("own", "cluster-autoscaler", "kind: ConfigMap, name: base");
    let alone = format!("{}{own}", map("base"));
    assert!(fixed(&alone).contains("expander: priority"));
    for other in [
        release("other", "cluster-autoscaler", "kind: ConfigMap, name: base"),
        release("other", "shop", "kind: ConfigMap, name: base"),
        release(
            "other",
            "shop",
            "kind: ConfigMap, name: base, targetPath: text",
        ),
    ] {
        for manifests in [format!("{alone}{other}"), format!("{other}{alone}")] {
            check(&manifests).passes("the expander is `random`");
            assert!(fixed(&manifests).contains(RANDOM), "{manifests}");
            let report = check(&manifests).report;
            let found = report
                .iter()
                .find(|found| found.rule == "expander-not-priority")
                .expect("it is found");
            let why = found.fix.as_ref().expect_err("nobody may edit it").0;
            assert!(
                why.contains("another release takes the same values"),
                "{why}"
            );
        }
    }
    // Another ConfigMap, or one of the same name elsewhere.
    let apart = release("other", "shop", "kind: ConfigMap, name: over");
    assert!(fixed(&format!("{alone}{apart}")).contains("expander: priority"));
    let there = release("other", "shop", "kind: ConfigMap, name: base");
    let there = there.replace("namespace: flux-system", "namespace: shop");
    assert!(fixed(&format!("{alone}{there}")).contains("expander: priority"));
}

#[test]
fn plain_texts_of_a_secret_are_read_and_fixed() {
    let secret = map("base")
        .replace("kind: ConfigMap", "kind: Secret")
        .replace("\ndata:", "\nstringData:");
    let own = release("own", "cluster-autoscaler", "kind: Secret, name: base");
    let manifests = format!("{secret}{own}");
    let checked = check(&manifests);
    checked.passes("the expander is `random`");
    checked.is_silent_about("unrendered-release");
    assert!(fixed(&manifests).contains("expander: priority"));
    // A ConfigMap of that name is another thing.
    let other = check(&format!("{}{own}", map("base")));
    other.passes("spotgen reads no values of HelmRelease `own`");
}

#[test]
fn the_true_reason_is_told() {
    let why = |manifests: &str| {
        let report = check(manifests).report;
        let found = report
            .iter()
            .find(|found| found.rule == "expander-not-priority")
            .expect("it is found");
        found.fix.as_ref().err().map(|why| why.0)
    };
    let helmfile = "releases:\n  - name: own\n    chart: x/cluster-autoscaler\n    set: [{name: extraArgs.expander, value: random}]\n";
    let single = format!(
        "{}{}",
        map("base").replace(
            "values.yaml: |\n    extraArgs: {expander: random}",
            "one: random"
        ),
        release(
            "own",
            "cluster-autoscaler",
            "kind: ConfigMap, name: base, valuesKey: one, targetPath: extraArgs.expander"
        )
    );
    let later = format!(
        "{}{}",
        map("base"),
        release(
            "own",
            "cluster-autoscaler",
            "kind: ConfigMap, name: base}, {kind: Secret, name: other"
        )
    );
    let quoted = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: own, namespace: kube-system}\nspec:\n  chart: \
                  cluster-autoscaler\n  valuesContent: \"extraArgs:\\n  expander: random\\n  v: 4\\n\"\n";
    for (manifests, part) in [
        (helmfile, "in its own way"),
        (single.as_str(), "in its own way"),
        (later.as_str(), "laid over these"),
        (quoted, "in this one text"),
    ] {
        let why = why(manifests).unwrap_or_default();
        assert!(why.contains(part), "{manifests}: {why}");
    }
}

#[test]
fn values_of_two_clusters_define_nothing_twice() {
    let values = |expander: &str| {
        format!(
            "extraArgs: {{expander: {expander}}}\nexpanderPriorities: {{50: [.*spot.*], 10: [.*]}}\n"
        )
    };
    let both = format!("{}---\n{}", values("random"), values("priority"));
    let umbrella = "autoscaler: &own\n  extraArgs: {expander: random}\ncluster-autoscaler:\n  <<: *own\n  expanderPriorities: \
                    {50: [.*spot.*], 10: [.*]}\n";
    for manifests in [both.as_str(), umbrella] {
        let checked = check(manifests);
        assert!(!checked.text.contains("defined twice"), "{}", checked.text);
        checked.fails("the expander is `random`");
    }
}

fn autoscaler(tag: &str, expander: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: autoscaler, namespace: kube-system}}\nspec:\n  selector: \
         {{matchLabels: {{app: autoscaler}}}}\n  template:\n    metadata: {{labels: {{app: autoscaler}}}}\n    spec:\n      \
         containers:\n        - name: main\n          image: registry.k8s.io/autoscaling/cluster-autoscaler:{tag}\n          \
         command: [./cluster-autoscaler, \"--expander={expander}\"]\n---\n"
    )
}

#[test]
fn expanders_are_those_of_the_release() {
    let refused = "does not start: `--expander` does not take";
    for (tag, expander, is_refused) in [
        ("v1.22.3", "priority,least-waste", true),
        ("v1.23.0", "priority,least-waste", false),
        ("v1.13.8", "priority", true),
        ("v1.14.0", "priority", false),
        ("v1.13.8-own.4", "priority", false),
        ("v1.13.8", "least-waste", false),
        ("latest", "priority,least-waste", false),
    ] {
        let checked = check(&autoscaler(tag, expander));
        assert_eq!(
            checked.text.contains(refused),
            is_refused,
            "{tag} {expander}"
        );
    }
    // To update is right too, so it is only proposed.
    let list = autoscaler("v1.22.3", "priority,least-waste");
    check(&list).fails("write one expander, or update the autoscaler: lists exist from 1.23 on");
    assert!(fixed(&list).contains("\"--expander=priority,least-waste\""));
    check(&autoscaler("v1.22.3", "random"))
        .passes("start the autoscaler with `--expander=priority`\n");
    check(&autoscaler("v1.33.0", "random")).passes("or `--expander=priority,least-waste`");
    let old = autoscaler("v1.13.8", "random");
    check(&old).passes("the expander `priority` exists from 1.14 on");
    assert!(fixed(&old).contains("\"--expander=random\""));
}

#[test]
fn priorities_of_another_name_are_found() {
    let priorities = |name: &str, data: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: kube-system}}\ndata:\n{data}"
        )
    };
    let tiers = "  priorities: |\n    50: [\".*spot1.*\"]\n    10: [\".*\"]\n";
    let runs = autoscaler("v1.33.0", "priority");
    for name in ["cluster-autoscaler-priority", "ca-priority-expander", "own"] {
        for before in [runs.as_str(), ""] {
            let manifests = format!("{before}{}", priorities(name, tiers));
            let checked = check(&manifests);
            checked.fails(&format!("the autoscaler ignores ConfigMap `{name}`"));
            let fixed = fixed(&manifests);
            assert!(
                fixed.contains("name: cluster-autoscaler-priority-expander"),
                "{fixed}"
            );
        }
    }
    // Something else, something beside it, or a copy of what is right.
    let right = priorities("cluster-autoscaler-priority-expander", tiers);
    for other in [
        priorities("own", "  priorities: high, low\n"),
        priorities("own", "  priorities: \"{high: [a]}\"\n"),
        priorities("own", &format!("{tiers}  other: x\n")),
        format!("{right}---\n{}", priorities("own", tiers)),
        priorities("own", tiers).replace("namespace: kube-system", "namespace: games"),
    ] {
        let checked = check(&format!("{runs}{other}"));
        checked.is_silent_about("misplaced-expander-config");
    }
}
