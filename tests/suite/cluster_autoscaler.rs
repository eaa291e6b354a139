//! The cluster autoscaler that users run: in manifests, and in the configuration.

use super::library::{Given, golden};

const EKS: &str = "eks/spot-config.yaml";

/// An autoscaler with these words as its command, and its priorities beside it.
fn manifests(image: &str, words: &str) -> String {
    format!(
        "apiVersion: v1
kind: ConfigMap
metadata: {{name: cluster-autoscaler-priority-expander, namespace: kube-system}}
data: {{priorities: '{{20: [eks-spot], 10: [.*]}}'}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: autoscaler, namespace: kube-system}}
spec:
  selector: {{matchLabels: {{app: autoscaler}}}}
  template:
    metadata: {{labels: {{app: autoscaler}}}}
    spec:
      containers:
        - {{name: autoscaler, image: '{image}', command: [{words}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      volumes: [{{name: scratch, emptyDir: {{}}}}]
      containers:
        - {{name: web, image: 'web:1', resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}}}
"
    )
}

fn running(words: &str) -> Given {
    golden(EKS).manifests(&manifests(
        "mirror.example.com/ca/cluster-autoscaler:v1.33.0",
        words,
    ))
}

#[test]
fn the_expander_is_what_runs() {
    for words in [
        "--expander=priority",
        "--expander, priority",
        "\"--expander=priority,least-waste\"",
    ] {
        let checked = running(words).check();
        assert!(
            !checked.text.contains("expander-not-priority"),
            "{words}: {}",
            checked.text
        );
    }
    for (words, expected) in [
        (
            "--v=4",
            "the expander is `least-waste` without the flag `--expander`",
        ),
        (
            "--expander=random",
            "the expander is `random`, not `priority`",
        ),
        ("\"--expander=least-waste,priority\"", "the first decides"),
    ] {
        running(words).check().fails(expected);
    }
    let old = manifests("cluster-autoscaler-arm64:v1.32.0", "--v=4");
    let old = golden(EKS).manifests(&old).check();
    old.fails("the expander is `random` without the flag `--expander`");
}

#[test]
fn an_autoscaler_without_replicas_does_not_run() {
    let stopped = manifests("cluster-autoscaler:v1.33.0", "--v=4");
    let stopped = stopped.replace("spec:\n  selector", "spec:\n  replicas: 0\n  selector");
    let checked = golden(EKS).manifests(&stopped).check();
    assert!(!checked.text.contains("expander-not-priority"));
}

#[test]
fn rules_go_by_the_arguments() {
    let minutes = "\"--max-node-provision-time=20m\"";
    let expander = "--expander=priority";
    for (words, expected) in [
        (format!("{expander}, {minutes}"), "each for up to 20 min"),
        (
            expander.to_owned(),
            "`skip-nodes-with-local-storage` is `true`",
        ),
        (
            format!("{expander}, --new-pod-scale-up-delay, 1m"),
            "`--new-pod-scale-up-delay=1m` delays every failover",
        ),
        (
            format!("{expander}, --expendable-pods-priority-cutoff=0"),
            "the autoscaler ignores pods below 0",
        ),
        (
            format!("{expander}, --scale-down-unneeded-time=30s, --scale-down-delay-after-add=30s"),
            "can remove a new Spot node after 30 s",
        ),
    ] {
        let checked = running(&words).check();
        assert!(checked.text.contains(expected), "{words}: {}", checked.text);
    }
    let off = format!("{expander}, --skip-nodes-with-local-storage=false");
    let checked = running(&off).check();
    assert!(!checked.text.contains("local-storage-keeps-nodes"));
}

#[test]
fn figures_go_by_the_arguments() {
    let longest = |words: &str| {
        let figures = running(words).numbers("worst-case failover to on-demand");
        figures[0].value.clone()
    };
    assert_eq!(
        longest("--expander=priority, --max-node-provision-time=1m"),
        "2 min"
    );
    assert_eq!(longest("--expander=priority"), "90 min");
}

#[test]
fn priorities_are_read_in_the_namespace_of_the_autoscaler() {
    let words = "\"--namespace=autoscaling\", --expander=priority";
    let finding = "error[misplaced-expander-config]";
    running(words).check().fails(finding);
    let moved = manifests("cluster-autoscaler:v1.33.0", words);
    let moved = moved.replace(
        "expander, namespace: kube-system",
        "expander, namespace: autoscaling",
    );
    let checked = golden(EKS).manifests(&moved).check();
    assert!(!checked.text.contains("misplaced-expander-config"));
    // Without its manifest nobody knows, unless the configuration says.
    let (map, _) = moved.split_once("---").expect("it has several objects");
    let alone = golden(EKS).manifests(map);
    alone.check().passes("warning[misplaced-expander-config]");
    let said = alone.set("spec.autoscaler.namespace=autoscaling").check();
    assert!(!said.text.contains("misplaced-expander-config"));
}

#[test]
fn the_configuration_takes_the_flags_of_the_autoscaler() {
    let flags = |set: &str| golden(EKS).set(set);
    let chain = flags("spec.autoscaler.profile.expander=priority,least-waste");
    let values = chain.render("plan").expect("it is a system");
    assert!(
        values.contains("expander: priority,least-waste"),
        "{values}"
    );
    for (set, expected) in [
        (
            "maxNodeProvisionTime=5m",
            "did you mean `max-node-provision-time`?",
        ),
        ("max-node-provision-time=5", "write a number with a unit"),
        ("expander=random,priority", "write expanders with commas"),
        ("namespace=autoscaling", "set `autoscaler.namespace`"),
        ("cloud-provider=aws", "are set where it is installed"),
    ] {
        let given = flags(&format!("spec.autoscaler.profile.{set}"));
        given.check().fails(expected);
    }
    let gke = golden("gke/spot-config.yaml");
    let set = "spec.autoscaler.profile.autoscaling-profile";
    gke.clone()
        .set(&format!("{set}=fast"))
        .check()
        .fails("write `balanced`");
    assert!(
        gke.clone()
            .set(&format!("{set}=optimize-utilization"))
            .render("plan")
            .is_some()
    );
    gke.set("spec.autoscaler.namespace=own")
        .check()
        .fails("GKE runs its autoscaler itself");
}

#[test]
fn a_negative_number_is_a_value() {
    for words in [
        "--expander=priority, --expendable-pods-priority-cutoff, \"-1\"",
        "--expander=priority, --expendable-pods-priority-cutoff=-1",
    ] {
        let checked = running(words).check();
        assert!(
            checked
                .text
                .contains("the autoscaler ignores pods below -1"),
            "{words}: {}",
            checked.text
        );
    }
}

/// With such flags the program stops.
#[test]
fn flags_that_the_program_refuses_are_found() {
    for (words, expected) in [
        ("--expander=prioritty", "did you mean `priority`?"),
        ("--expander, prioritty", "did you mean `priority`?"),
        (
            "\"--expander=priority,leastwaste\"",
            "did you mean `priority,least-waste`?",
        ),
        ("--expandr=priority", "did you mean `--expander`?"),
        (
            "--max-node-provision-time=15",
            "`--max-node-provision-time` does not take `15`",
        ),
        (
            "--max-node-provision-time, \"15\"",
            "write a number with a unit, such as `5m` or `30s`",
        ),
        ("--scan-interval", "`--scan-interval` needs a value"),
        (
            "--skip-nodes-with-system-pods=no",
            "`--skip-nodes-with-system-pods` does not take `no`",
        ),
        (
            "--max-nodes-total=many",
            "`--max-nodes-total` does not take `many`",
        ),
    ] {
        let checked = running(words).check();
        checked.fails("error[refused-autoscaler-flag]");
        assert!(checked.text.contains(expected), "{words}: {}", checked.text);
        assert_eq!(
            checked.text.contains("expander-not-priority"),
            !words.contains("expander") || words.contains("expandr"),
            "{words}: {}",
            checked.text
        );
    }
    for words in [
        "--expander=priority, --max-node-provision-time=1h30m, --scan-interval, 10s",
        "--expander=priority, --scale-down-unneeded-time=0, --max-nodes-total=0x10, --v=4, --namespace=kube-system",
        "--expander=priority, --skip-nodes-with-system-pods, --leader-elect=false, \"--nodes=1:10:a\", --cloud-provider=aws",
        "--expander=$(EXPANDER), --max-node-provision-time=$(TIME)",
    ] {
        let checked = running(words).check();
        assert!(
            !checked.text.contains("refused-autoscaler-flag"),
            "{words}: {}",
            checked.text
        );
    }
}
