//! The chart by itself: what Helm, the Kubernetes schemas and a scanner say about it.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{CASES, Chart, helms, object, rendered, yaml};
use crate::golden;
use crate::process::{self, text};
use crate::tool_paths::{self, KUBECTL, PYTHON};

#[test]
fn helm_finds_nothing_to_warn_of() {
    let Some(helms) = helms("charts linted and rendered") else {
        return;
    };
    for case in CASES {
        let chart = Chart::of(case);
        let [three, four] = helms.each_ref().map(|helm| {
            let output = process::run(&mut chart.helm(helm, &["lint", "--strict"]));
            process::passes(&output);
            let said = text(&output);
            assert!(!said.contains("WARNING"), "{case}: {said}");
            chart.objects(helm)
        });
        assert!(!three.is_empty(), "{case}");
        // Helm 4 has another order.
        assert_eq!(three.len(), four.len(), "{case}");
        for object in three {
            assert!(four.contains(&object), "{case}: {object:#}");
        }
    }
}

/// Helm looks at the digest before it looks for the repositories.
#[test]
fn the_lock_belongs_to_the_chart() {
    let Some(helms) = helms("locks of charts") else {
        return;
    };
    for case in CASES {
        let chart = Chart::of(case);
        let lock = chart.path.join("Chart.lock");
        if !lock.exists() {
            assert!(
                yaml(&chart.path.join("Chart.yaml"))["dependencies"].is_null(),
                "{case}"
            );
            continue;
        }
        let build = |helm: &Path| {
            text(&process::run(
                &mut chart.helm(helm, &["dependency", "build"]),
            ))
        };
        for helm in &helms {
            let said = build(helm);
            assert!(said.contains("no repository definition"), "{case}: {said}");
        }
        let wrong = fs::read_to_string(&lock)
            .expect("it is there")
            .replace("sha256:", "sha256:0");
        fs::write(&lock, wrong).expect("it can be written");
        for helm in &helms {
            let said = build(helm);
            assert!(said.contains("out of sync"), "{case}: {said}");
        }
    }
}

/// The digest is of JSON as Go writes it, where these characters are escaped.
#[test]
fn the_lock_belongs_to_a_chart_with_an_odd_repository() {
    let Some(helms) = helms("the lock of a chart with an odd repository") else {
        return;
    };
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    let minimal = fs::read_to_string(golden::root().join("minimal/spot-config.yaml"));
    let odd = "  descheduler: {chart: {repository: \"https://example.com/?a=<b>&c=ü'\", version: 0.36.0+x}}\n";
    let config = minimal.expect("it is there") + odd;
    fs::write(folder.path().join("spot-config.yaml"), config).expect("a file can be written");
    let chart = Chart::in_folder(folder.path());
    for helm in &helms {
        let said = text(&process::run(
            &mut chart.helm(helm, &["dependency", "build"]),
        ));
        assert!(!said.contains("out of sync"), "{said}");
        assert!(said.contains("no repository definition"), "{said}");
    }
}

/// Texts that a template would run, and texts that YAML would read as something else.
#[test]
fn hostile_text_arrives_as_it_was_written() {
    let Some(helms) = helms("hostile text in a chart") else {
        return;
    };
    let config = yaml(&golden::root().join("hostile-strings/spot-config.yaml"));
    let spec = &config["spec"];
    let chart = Chart::of("hostile-strings");
    for helm in &helms {
        let objects = chart.objects(helm);
        let policy = object(&objects, "ConfigMap", "spotgen-descheduler");
        let policy = policy["data"]["policy.yaml"]
            .as_str()
            .expect("a policy is text");
        let policy: serde_json::Value = serde_saphyr::from_str(policy).expect("a policy is YAML");
        assert_eq!(
            policy["profiles"][0]["name"],
            spec["descheduler"]["profileName"]
        );
        for (kind, name) in [
            ("PodDisruptionBudget", "1e3-pdb"),
            ("ConfigMap", "cluster-autoscaler-priority-expander"),
            ("Deployment", "overprovisioner-on-demand"),
            ("Deployment", "overprovisioner-spot"),
            ("Deployment", "spotgen-descheduler"),
            ("DaemonSet", "spotgen-termination-handler"),
        ] {
            let metadata = &object(&objects, kind, name)["metadata"];
            assert_eq!(metadata["annotations"], spec["commonAnnotations"], "{name}");
            for (label, value) in spec["commonLabels"].as_object().expect("there are labels") {
                assert_eq!(metadata["labels"][label], *value, "{name}");
            }
        }
        let budget = object(&objects, "PodDisruptionBudget", "1e3-pdb");
        assert_eq!(budget["metadata"]["namespace"], "null");
        let selector = json!({"yes": "no", "app": "1_000", "version": "2024-01-01"});
        assert_eq!(budget["spec"]["selector"]["matchLabels"], selector);
    }
}

/// What a chart says once it is installed, with further arguments.
fn notes(chart: &Chart, helm: &Path, namespace: &str, arguments: &[&str]) -> String {
    let mut command = chart.helm(helm, &["template", "rel", "--namespace", namespace]);
    let objects = rendered(command.args(arguments));
    let notes = object(&objects, "Notes", "notes")["text"].clone();
    notes.as_str().expect("they are text").to_owned()
}

/// The chart of a case, with its notes as a text in an object: without a cluster no Helm shows them.
fn with_notes(folder: &Path) -> Chart {
    let chart = Chart::in_folder(folder);
    let templates = chart.path.join("templates");
    let notes = fs::read_to_string(templates.join("NOTES.txt")).expect("there are notes");
    let text = "{{ define \"notes\" }}".to_owned() + &notes + "{{ end }}";
    fs::write(templates.join("_notes.tpl"), text).expect("a file can be written");
    let shown = "kind: Notes\nmetadata: {name: notes}\ntext: {{ include \"notes\" . | quote }}\n";
    fs::write(templates.join("shown.yaml"), shown).expect("a file can be written");
    chart
}

#[test]
fn notes_say_where_the_release_belongs() {
    let Some(helms) = helms("the notes of a chart") else {
        return;
    };
    let chart = with_notes(&golden::root().join("minimal"));
    for helm in &helms {
        let good = notes(&chart, helm, "spot-system", &[]);
        assert!(good.contains("in the namespace spot-system"), "{good}");
        assert!(
            good.contains("The descheduler is installed in the namespace kube-system"),
            "{good}"
        );
        assert!(good.contains("enforce=restricted"), "{good}");
        assert!(!good.contains("WARNING"), "{good}");
        let elsewhere = notes(&chart, helm, "elsewhere", &[]);
        assert!(elsewhere.contains("WARNING: the configuration expects the namespace spot-system"));
        assert!(elsewhere.contains("placeholders and the termination handler went into elsewhere"));
    }
}

/// Notes are about what is in the chart and switched on.
#[test]
fn notes_say_nothing_of_what_there_is_not() {
    let Some(helms) = helms("the notes of a small chart") else {
        return;
    };
    let expander = "until its expander is set to `priority`";
    let minimal = with_notes(&golden::root().join("minimal"));
    let small = with_notes(&golden::root().join("switched-off"));
    for helm in &helms {
        assert!(notes(&minimal, helm, "spot-system", &[]).contains(expander));
        let off = "priorityExpander.enabled=false,descheduler.enabled=false,aks-node-termination-handler.enabled=false";
        let said = notes(&minimal, helm, "elsewhere", &["--set", off]);
        assert!(!said.contains(expander), "{said}");
        assert!(!said.contains("descheduler"), "{said}");
        assert!(said.contains("so\nplaceholders went into"), "{said}");
        let said = notes(&small, helm, "elsewhere", &[]);
        assert!(said.contains("WARNING"), "{said}");
        assert!(!said.contains("placeholders"), "{said}");
        assert!(!said.contains("handler"), "{said}");
    }
}

/// Where the termination handler is on the network of its node, no other level would let it in.
#[test]
fn notes_say_why_a_namespace_is_privileged() {
    let Some(helms) = helms("the notes of a privileged namespace") else {
        return;
    };
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    let minimal = fs::read_to_string(golden::root().join("minimal/spot-config.yaml"));
    let config = minimal.expect("it is there") + "  terminationHandler: {hostNetwork: true}\n";
    fs::write(folder.path().join("spot-config.yaml"), config).expect("a file can be written");
    let chart = with_notes(folder.path());
    for helm in &helms {
        let said = notes(&chart, helm, "spot-system", &[]);
        assert!(said.contains("enforce=privileged"), "{said}");
        assert!(said.contains("must admit privileged pods"), "{said}");
        assert!(!said.contains("Pod Security Standard"), "{said}");
    }
}

/// Jobs cannot be counted, and end by themselves.
#[test]
fn a_descheduler_of_jobs_has_no_budget() {
    let Some(helms) = helms("a descheduler that is a CronJob") else {
        return;
    };
    let chart = Chart::of("minimal");
    for helm in &helms {
        let budgets = |kind: &str| {
            let kind = format!("descheduler.kind={kind}");
            let objects = rendered(chart.template(helm).args(["--set", &kind]));
            let budget = |object: &&serde_json::Value| {
                object["kind"] == "PodDisruptionBudget"
                    && object["metadata"]["name"] == "spotgen-descheduler"
            };
            objects.iter().filter(budget).count()
        };
        assert_eq!(budgets("Deployment"), 1);
        assert_eq!(budgets("CronJob"), 0);
    }
}

/// The README of a chart speaks of what is in the chart.
#[test]
fn the_readme_is_about_this_chart() {
    let read = |case: &str| {
        fs::read_to_string(golden::root().join(case).join("helm/README.md")).expect("it is there")
    };
    let words = [
        "helm dependency update",
        "Chart.lock",
        "laceholders",
        "termination handler",
        "descheduler",
        "riority class",
        "disruptionBudgets",
    ];
    let minimal = read("minimal");
    let small = read("switched-off");
    for word in words {
        assert!(minimal.contains(word), "no {word} in {minimal}");
        assert!(!small.contains(word), "{word} in {small}");
    }
    assert!(small.contains("priorityExpander:\n  enabled: false\n"));
}

/// What the chart itself makes of every case, without what the upstream charts make.
fn own(helm: &Path, case: &str) -> String {
    let chart = Chart::of(case);
    let output = process::run(&mut chart.template(helm));
    process::passes(&output);
    let stream = String::from_utf8(output.stdout).expect("UTF-8");
    let name = yaml(&chart.path.join("Chart.yaml"))["name"].clone();
    let own = format!(
        "# Source: {}/templates/",
        name.as_str().expect("it has one")
    );
    let stream = format!("\n{stream}");
    let documents = stream.split("\n---\n");
    documents
        .filter(|text| text.starts_with(&own))
        .flat_map(|text| ["---\n", text, "\n"])
        .collect()
}

/// Has a script judge streams of every case.
fn judged(script: &'static str, stream: impl Fn(&Path, &str) -> String) {
    let Some([_, helm]) = helms(script) else {
        return;
    };
    let Some([python, kubectl]) = tool_paths::find(script, [PYTHON, KUBECTL]) else {
        return;
    };
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    let files = CASES.map(|case| {
        let path = folder.path().join(format!("{case}.yaml"));
        let stream = stream(&helm, case);
        assert!(stream.contains("# Source: "), "{case} makes nothing");
        fs::write(&path, stream).expect("a file can be written");
        path
    });
    process::passes(&process::run(
        tool_paths::script(&python, script)
            .args(files)
            .env(KUBECTL, kubectl),
    ));
}

#[test]
fn what_it_installs_fits_the_kubernetes_schemas() {
    judged("schemas.py", |helm, case| {
        let output = process::run(&mut Chart::of(case).template(helm));
        process::passes(&output);
        String::from_utf8(output.stdout).expect("UTF-8")
    });
}

/// What the upstream charts make is theirs to explain, and in the list of differences.
#[test]
fn scanner_finds_nothing_unexplained() {
    judged("scan.py", own);
}
