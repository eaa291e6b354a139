//! `spotgen init`: every folder of `golden/init` is a case, with its arguments in `args`, the draft in
//! `spot-config.yaml`, and what is said beside it in `stderr.txt`.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::golden::{cases, compare, finish, root, text};
use crate::process::{Spotgen, spotgen};

fn all() -> Vec<PathBuf> {
    cases(&root().join("init"))
}

fn arguments(case: &Path) -> Vec<String> {
    let arguments = fs::read_to_string(case.join("args")).expect("a case has arguments");
    arguments.lines().map(str::to_owned).collect()
}

fn init(case: &Path) -> Spotgen {
    spotgen(["init"]).args(arguments(case)).in_folder(case)
}

#[test]
fn drafts_are_as_they_were() {
    let mut mismatches = Vec::new();
    for case in all() {
        let output = init(&case).args(["-o", "-"]).run();
        assert!(
            output.status.success(),
            "{}: {}",
            case.display(),
            text(&output.stderr)
        );
        compare(
            &case.join("spot-config.yaml"),
            text(&output.stdout),
            &mut mismatches,
        );
        compare(
            &case.join("stderr.txt"),
            text(&output.stderr),
            &mut mismatches,
        );
    }
    finish(&mismatches);
}

/// The schema that a draft names, and how it comes there: nothing else publishes it.
#[test]
fn the_schema_of_a_draft_is_what_the_named_command_writes() {
    let draft =
        fs::read_to_string(root().join("init/aks/spot-config.yaml")).expect("there is a draft");
    let mut lines = draft.lines();
    let line = lines.next().expect("a first line");
    let file = line
        .strip_prefix("# yaml-language-server: $schema=./")
        .expect("it names a file beside the draft");
    let comment: String = lines.take_while(|line| line.starts_with('#')).collect();
    assert!(
        comment.contains(&format!("`spotgen schema > {file}`")),
        "{comment}"
    );
    let page = fs::read_to_string(root().join("../docs/layers.md")).expect("the page is there");
    assert!(page.contains(&format!("\n$ spotgen schema > {file}\n")));
    assert!(page.contains(&format!("\n{line}\n")));
}

/// A draft either passes the checks with what it was made from, or says in its first lines what they find.
#[test]
fn a_draft_passes_the_checks_or_says_why_not() {
    for case in all() {
        let arguments = arguments(&case);
        let manifests = arguments
            .iter()
            .take_while(|argument| !argument.starts_with('-'));
        let draft = fs::read_to_string(case.join("spot-config.yaml")).expect("there is a draft");
        let says_why = draft.contains("# `spotgen check` finds: ");
        let manifests: Vec<&String> = manifests.collect();
        let mut check = spotgen(["check", "-f", "spot-config.yaml"]);
        if manifests.is_empty() {
            check = check.args(["--allow", "class-rules-without-manifests"]);
        }
        let output = check.args(manifests).in_folder(&case).run();
        let found = text(&output.stdout);
        assert_eq!(
            output.status.success(),
            !says_why,
            "{}: {found}",
            case.display()
        );
    }
}

#[test]
fn no_secret_and_no_unknown_config_map_is_shown() {
    for case in all() {
        let draft = fs::read_to_string(case.join("spot-config.yaml")).expect("there is a draft");
        assert!(!draft.contains("not-to-be-read"), "{}", case.display());
    }
}

/// 200 workloads in 12 namespaces, most of them with something of their own.
fn many() -> String {
    use serde_json::json;
    let namespaces = [
        "shop", "pay", "search", "data", "jobs", "tools", "ads", "mail", "maps", "auth", "feed",
        "ml",
    ];
    let mut items = Vec::new();
    for number in 0..200_usize {
        let namespace = namespaces[number % namespaces.len()];
        let name = format!("service-{number}");
        let (kind, replicas, grace) = match number % 10 {
            0 => ("StatefulSet", 3, 30),
            1 => ("Deployment", 1, 30),
            2 => ("Deployment", 2, 300),
            3 => ("DaemonSet", 1, 30),
            _ => ("Deployment", 3, 30),
        };
        let labels = json!({"app": name});
        let container = json!({"name": "main", "image": "registry.example.com/a:1", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}});
        let mut spec = json!({
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"terminationGracePeriodSeconds": grace, "containers": [container]}},
        });
        if kind != "DaemonSet" {
            spec["replicas"] = replicas.into();
        }
        items.push(json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"namespace": namespace, "name": name}, "spec": spec}));
    }
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

#[test]
fn two_hundred_workloads_are_reviewed_in_minutes() {
    let output = spotgen(["init", "-", "--provider", "aks", "-o", "-"])
        .stdin(many())
        .run();
    let draft = text(&output.stdout);
    assert!(draft.contains("200 workloads"), "{draft}");
    assert!(
        draft.lines().count() <= 150,
        "{}:\n{draft}",
        draft.lines().count()
    );
}

#[test]
fn nothing_is_overwritten() {
    let folder = TempDir::new().expect("a folder can be made");
    let path = folder.path().join("spot-config.yaml");
    fs::write(&path, "mine\n").expect("it can be written");
    let run = || {
        spotgen(["init", "--provider", "aks"])
            .in_folder(&folder)
            .run()
    };
    let output = run();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("spot-config.yaml exists, and is left as it is"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "mine\n");
    fs::remove_file(&path).expect("it can be removed");
    assert!(run().status.success());
    assert!(
        fs::read_to_string(&path)
            .expect("it is there")
            .contains("kind: SpotConfig")
    );
    let left: Vec<_> = fs::read_dir(&folder).expect("it can be read").collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn what_tells_nothing_is_refused_with_a_way() {
    for (arguments, stdin, wanted) in [
        (
            &["init"][..],
            "",
            "there is nothing to draft a configuration from",
        ),
        (
            &["init", "-"],
            "",
            "there is no Kubernetes object in <stdin>",
        ),
        (
            &["init", "-"],
            "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n",
            "pass --provider",
        ),
        (&["init", "--pools", "-"], "{}", "it is not the output of"),
        (&["init", "--pools", "-"], "[]", "it lists no node pool"),
        (&["init", "--pools", "-"], "NAME", "it is not JSON"),
    ] {
        let folder = TempDir::new().expect("a folder can be made");
        let output = spotgen(arguments).stdin(stdin).in_folder(&folder).run();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(wanted), "{arguments:?}: {said}");
        assert_eq!(fs::read_dir(&folder).expect("it can be read").count(), 0);
    }
}

#[cfg(unix)]
#[test]
fn a_cluster_is_read_by_kubectl() {
    let folder = TempDir::new().expect("a folder can be made");
    let kubectl = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/kubectl_stand_in.sh");
    let asked = folder.path().join("asked");
    let run = |prints: &Path| {
        spotgen(["init", "--from-cluster", "--context", "my prod", "-o", "-"])
            .env("KUBECTL", &kubectl)
            .env("ASKED", &asked)
            .env("PRINTS", prints)
            .in_folder(&folder)
            .run()
    };
    let output = run(&root().join("init/aks/cluster.yaml"));
    let (said, draft) = (text(&output.stderr), text(&output.stdout));
    assert!(output.status.success(), "{said}");
    assert!(draft.contains("name: prod-1"), "{draft}");
    let asked = fs::read_to_string(&asked).expect("it was asked");
    assert!(asked.ends_with("-A -o json --context my prod\n"), "{asked}");
    assert!(!asked.contains("secret"), "{asked}");
    assert!(said.contains("--context 'my prod'"), "{said}");
    let output = run(Path::new(""));
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("failed: no such context\n"), "{said}");
    assert!(!said.contains("memcache"), "{said}");
}
