//! `check --fix` and the files that it writes.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::process::spotgen;

/// A configuration with a comment on every line that a fix touches.
const CONFIG: &str = "\
# kept
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}  # cheap
    - name: regular1
      capacity: OnDemand   # steady
      vmSize: Standard_D4s_v5
      nodes: {min: 1, max: 10}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 500m, memory: 512Mi}}
  autoscaler:
    expander: least-waste  # as before
";

/// A folder with the configuration in it, and what `check --fix` says there.
fn fix_in(files: &[(&str, &str)], arguments: &[&str]) -> (tempfile::TempDir, std::process::Output) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    let output = spotgen(["check", "--fix"]).args(arguments);
    let output = output.in_folder(folder.path()).run();
    (folder, output)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn a_file_is_fixed_and_every_other_byte_stays() {
    let (folder, output) = fix_in(&[("spot-config.yaml", CONFIG)], &[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let fixed = fs::read_to_string(folder.path().join("spot-config.yaml")).expect("it is there");
    assert_eq!(fixed, CONFIG.replace("least-waste", "priority"), "{said}");
    assert!(said.contains("spot-config.yaml:16:15: fixed: "), "{said}");
    assert!(said.contains("[expander-not-priority]"), "{said}");
    assert!(!text(&output.stdout).contains("expander-not-priority"));
}

#[test]
fn a_diff_is_shown_and_nothing_written() {
    let (folder, output) = fix_in(&[("spot-config.yaml", CONFIG)], &["--diff"]);
    let diff = text(&output.stdout);
    assert!(
        diff.starts_with("--- spot-config.yaml\n+++ spot-config.yaml\n@@"),
        "{diff}"
    );
    assert!(
        diff.contains("-    expander: least-waste  # as before\n"),
        "{diff}"
    );
    assert!(
        diff.contains("+    expander: priority  # as before\n"),
        "{diff}"
    );
    let left = fs::read_to_string(folder.path().join("spot-config.yaml")).expect("it is there");
    assert_eq!(left, CONFIG);
}

/// Every line that names a place names one of the file as it is on the disk.
#[test]
fn what_is_left_is_where_the_file_has_it() {
    let workload = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: own, namespace: shop}
spec:
  selector: {matchLabels: {app: own}}
  template:
    metadata: {labels: {app: own}}
    spec:
      tolerations:
        - {key: kubernetes.azure.com/scalesetpriority, operator: Exists}
        # kept
      containers:
        - {name: a, image: \"a:1\", resources: {requests: {cpu: 500m, memory: 512Mi}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: other, namespace: shop}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: nobody}}
";
    let files = [("spot-config.yaml", CONFIG), ("own.yaml", workload)];
    for arguments in [&["own.yaml"][..], &["own.yaml", "--diff"]] {
        let (folder, output) = fix_in(&files, arguments);
        let said = text(&output.stderr);
        let now = fs::read_to_string(folder.path().join("own.yaml")).expect("it is there");
        let changed = now != workload;
        assert_eq!(changed, arguments.len() == 1, "{said}");
        let lines: Vec<&str> = now.lines().collect();
        let of_budget = said
            .lines()
            .find(|line| line.contains("[budget-without-pods]"));
        let of_budget = of_budget.unwrap_or_else(|| panic!("{said}"));
        let number = of_budget
            .split(':')
            .nth(1)
            .and_then(|line| line.parse::<usize>().ok());
        let at = number.unwrap_or_else(|| panic!("{of_budget}"));
        assert!(lines[at - 1].contains("app: nobody"), "{of_budget}\n{now}");
    }
}

/// A policy in a block of text, with another key behind it.
#[test]
fn text_in_a_manifest_is_fixed_where_it_stands() {
    const POLICY: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: descheduler, namespace: kube-system}
data:
  policy.yaml: |
    apiVersion: descheduler/v1alpha2
    kind: DeschedulerPolicy
    maxNoOfPodsToEvictTotal: 2
    profiles:
      - name: back
        pluginConfig:
          - name: DefaultEvictor
            args:
              nodeFit: true  # only where there is room
              nodeSelector: kubernetes.azure.com/scalesetpriority=spot
          - name: RemovePodsViolatingNodeAffinity
            args:
              nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]
              namespaces: {include: [shop]}
        plugins:
          deschedule:
            enabled: [RemovePodsViolatingNodeAffinity]
  other: x
";
    let files = [("spot-config.yaml", CONFIG), ("policy.yaml", POLICY)];
    let (folder, output) = fix_in(&files, &["policy.yaml"]);
    let said = text(&output.stderr);
    let fixed = fs::read_to_string(folder.path().join("policy.yaml")).expect("it is there");
    let evictor = "nodeSelector: kubernetes.azure.com/scalesetpriority=spot\n";
    let rested = format!("{evictor}              minPodAge: 10m\n");
    assert_eq!(fixed, POLICY.replace(evictor, &rested), "{said}");
}

#[test]
fn an_edit_goes_to_the_file_that_has_the_place() {
    let over = "spec:\n  autoscaler: {expander: random}\n";
    let files = [("base.yaml", CONFIG), ("over.yaml", over)];
    let arguments = ["-f", "base.yaml", "-f", "over.yaml"];
    let (folder, output) = fix_in(&files, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    assert_eq!(read("base.yaml"), CONFIG);
    assert_eq!(read("over.yaml"), over.replace("random", "priority"));
}

#[test]
fn what_an_argument_says_is_not_fixed() {
    let set = ["--set", "spec.autoscaler.expander=random"];
    let (folder, output) = fix_in(&[("spot-config.yaml", CONFIG)], &set);
    let said = text(&output.stderr);
    let left = fs::read_to_string(folder.path().join("spot-config.yaml")).expect("it is there");
    assert_eq!(left, CONFIG);
    assert!(
        said.contains("not fixed: `--set spec.autoscaler.expander=random` overrides"),
        "{said}"
    );
}

#[test]
fn an_accepted_rule_is_not_fixed() {
    let allow = ["--allow", "expander-not-priority"];
    let (folder, _) = fix_in(&[("spot-config.yaml", CONFIG)], &allow);
    let left = fs::read_to_string(folder.path().join("spot-config.yaml")).expect("it is there");
    assert_eq!(left, CONFIG);
}

#[test]
fn stdin_cannot_be_fixed() {
    let output = spotgen(["check", "--fix", "-f", "-"]).stdin(CONFIG).run();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("stdin cannot be fixed"));
}

/// A policy with one profile that says nothing of the evictor.
const WITHOUT_EVICTOR: &str = "apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
  - name: back  # ü
    pluginConfig:
      - name: RemovePodsViolatingNodeAffinity
        args: {nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]}
    plugins:
      deschedule: {enabled: [RemovePodsViolatingNodeAffinity]}
";

/// A `ConfigMap` with a policy, written in this way.
fn with_policy(written: &str) -> String {
    format!(
        "# é before\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: descheduler, namespace: kube-system}}\ndata:\n  \
         policy.yaml: {written}\n  other: \"\\x61\\u000ab\"  # after\n"
    )
}

#[test]
fn one_profile_gets_the_arguments_that_it_lacks() {
    let block = WITHOUT_EVICTOR.replace('\n', "\n    ");
    let before = with_policy(&format!("|\n    {}", block.trim_end()));
    let files = [("spot-config.yaml", CONFIG), ("policy.yaml", &before)];
    let (folder, output) = fix_in(&files, &["policy.yaml"]);
    let said = text(&output.stderr);
    let fixed = fs::read_to_string(folder.path().join("policy.yaml")).expect("it is there");
    assert_eq!(
        fixed.matches("name: DefaultEvictor").count(),
        1,
        "{fixed}{said}"
    );
    assert!(fixed.contains("minPodAge: 10m"), "{fixed}{said}");
    assert!(
        fixed.contains("nodeSelector: kubernetes.azure.com/scalesetpriority=spot"),
        "{fixed}{said}"
    );
}

/// In whichever way a policy is written, its own escapes and all around it stay.
#[test]
fn every_way_of_writing_a_policy_is_kept() {
    let double = format!("{:?}", WITHOUT_EVICTOR.replace('ü', "u"));
    let escaped = double.replace("\\n", "\\u000a");
    let single = WITHOUT_EVICTOR.replace('ü', "u");
    let flow = "'{\"apiVersion\": \"descheduler/v1alpha2\", \"kind\": \"DeschedulerPolicy\", \"profiles\": [{\"name\": \"b\", \
                \"pluginConfig\": [{\"name\": \"RemovePodsViolatingNodeAffinity\", \"args\": {\"nodeAffinityType\": \
                [\"preferredDuringSchedulingIgnoredDuringExecution\"]}}], \"plugins\": {\"deschedule\": {\"enabled\": \
                [\"RemovePodsViolatingNodeAffinity\"]}}}]}'";
    let block = |header: &str| {
        format!(
            "{header}\n    {}",
            single.trim_end().replace('\n', "\n    ")
        )
    };
    for written in [
        double.clone(),
        escaped,
        flow.to_owned(),
        block("|"),
        block("|-"),
        block("|+"),
        block("|  # comment"),
    ] {
        for newline in ["\n", "\r\n"] {
            let before = with_policy(&written).replace('\n', newline);
            let before = format!("\u{feff}{before}");
            let files = [("spot-config.yaml", CONFIG), ("policy.yaml", &before)];
            let (folder, output) = fix_in(&files, &["policy.yaml"]);
            let said = text(&output.stderr);
            let fixed = fs::read_to_string(folder.path().join("policy.yaml")).expect("it is there");
            let (head, tail) = before
                .split_once(&written.replace('\n', newline))
                .expect("it is in it");
            assert!(
                fixed.starts_with(head) && fixed.ends_with(tail),
                "{fixed}{said}"
            );
            assert!(fixed.contains("DefaultEvictor"), "{written}: {fixed}{said}");
            let quote = written.chars().next().expect("it begins");
            assert!(fixed[head.len()..].starts_with(quote), "{fixed}");
            let breaks = |text: &str| text.matches("\\u000a").count();
            assert_eq!(breaks(&fixed), breaks(&before), "{fixed}");
        }
    }
}

#[test]
fn a_read_only_file_is_left_alone_with_all_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let over = "spec:\n  autoscaler: {expander: random}\n";
    fs::write(path("base.yaml"), CONFIG).expect("it can be written");
    fs::write(path("over.yaml"), over).expect("it can be written");
    fs::set_permissions(path("over.yaml"), fs::Permissions::from_mode(0o444)).expect("it is ours");
    let run = spotgen(["check", "--fix", "-f", "base.yaml", "-f", "over.yaml"]);
    let output = run.in_folder(folder.path()).run();
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("cannot fix over.yaml: it is read-only"),
        "{said}"
    );
    assert_eq!(
        fs::read_to_string(path("over.yaml")).expect("it is there"),
        over
    );
    assert_eq!(
        fs::read_to_string(path("base.yaml")).expect("it is there"),
        CONFIG
    );
}

#[test]
fn a_link_stays_and_its_target_is_fixed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("real.yaml"), CONFIG).expect("it can be written");
    symlink("real.yaml", path("spot-config.yaml")).expect("a link");
    let output = spotgen(["check", "--fix"]).in_folder(folder.path()).run();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let fixed = fs::read_to_string(path("real.yaml")).expect("it is there");
    assert_eq!(fixed, CONFIG.replace("least-waste", "priority"));
    let link = fs::symlink_metadata(path("spot-config.yaml")).expect("it is there");
    assert!(link.is_symlink());
}
