//! Placement by Kustomize and Flux, built by kubectl: whatever way it takes, it comes to what `spotgen patch` does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::golden;
use super::output_invariants::{documents, text};
use super::process::{self, spotgen};
use super::tool_paths::{self, KUBECTL, KUBECTL_OLD, PYTHON};

fn fixtures() -> PathBuf {
    tool_paths::root().join("tests/kustomize")
}

fn workloads() -> String {
    fs::read_to_string(fixtures().join("workloads.yaml")).expect("it is there")
}

/// `render` on the fixtures, with the workloads' manifests.
fn render(format: &str, more: &[&str]) -> Vec<u8> {
    let arguments = [
        "render",
        "-f",
        "spot-config.yaml",
        "--from",
        "workloads.yaml",
        "--format",
        format,
    ];
    let output = spotgen(arguments).args(more).in_folder(fixtures()).run();
    process::passes(&output);
    output.stdout
}

/// A folder to build in: the workloads, or what is given instead of them, and a kustomization.
struct Overlay(TempDir);

impl Overlay {
    fn new(objects: impl AsRef<[u8]>, kustomization: &Value) -> Self {
        let overlay = Self(TempDir::new().expect("a folder can be made"));
        overlay.put("workloads.yaml", objects);
        // JSON is YAML.
        overlay.put("kustomization.yaml", kustomization.to_string());
        overlay
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("a file can be written");
    }

    fn build(&self, kubectl: &Path) -> String {
        build(kubectl, self.0.path())
    }
}

fn build(kubectl: &Path, folder: &Path) -> String {
    let output = process::run(Command::new(kubectl).arg("kustomize").arg(folder));
    process::passes(&output);
    String::from_utf8(output.stdout).expect("kubectl writes UTF-8")
}

/// The objects of a build.
fn built(text: &str) -> Vec<Value> {
    documents(&format!("\n---\n{text}"))
}

/// The same objects. A strategic merge puts what it adds to a list of topology spreads first, others last; it does not
/// matter to anybody.
#[track_caller]
fn same(one: &str, other: &str, what: &str) {
    let sorted = |text: &str| {
        let mut objects = built(text);
        for object in &mut objects {
            for template in [
                "/spec/template/spec",
                "/spec/jobTemplate/spec/template/spec",
                "/spec",
            ] {
                let list = format!("{template}/topologySpreadConstraints");
                if let Some(list) = object.pointer_mut(&list).and_then(Value::as_array_mut) {
                    list.sort_by_key(|entry| text_of(entry, "topologyKey"));
                }
            }
        }
        objects
    };
    for (one, other) in sorted(one).iter().zip(&sorted(other)) {
        assert!(one == other, "{what}:\n{one:#}\n{other:#}");
    }
    assert_eq!(built(one).len(), built(other).len(), "{what}");
}

fn text_of(entry: &Value, key: &str) -> String {
    entry[key].as_str().unwrap_or_default().to_owned()
}

/// A kustomization of the workloads with something more.
fn with(overlay: &Value, more: &[(&str, Value)]) -> Value {
    let mut kustomization = overlay.clone();
    kustomization["resources"] = json!(["workloads.yaml"]);
    for (key, value) in more {
        kustomization[*key] = value.clone();
    }
    kustomization
}

/// Overlays as people have them.
fn overlays() -> [Value; 3] {
    [
        json!({}),
        json!({"namespace": "elsewhere", "namePrefix": "test-"}),
        json!({"nameSuffix": "-v2", "labels": [{"pairs": {"team": "shop"}, "includeTemplates": true}]}),
    ]
}

/// What `spotgen patch` makes of the workloads, built with the same overlay.
fn patched(kubectl: &Path, overlay: &Value) -> String {
    let output = spotgen(["patch", "-f", "spot-config.yaml", "--namespace", "shop"])
        .in_folder(fixtures())
        .stdin(workloads())
        .run();
    process::passes(&output);
    Overlay::new(output.stdout, &with(overlay, &[])).build(kubectl)
}

/// The overlay that takes the component of the workloads' namespace.
fn with_component(overlay: &Value, render: impl FnOnce(&str)) -> Overlay {
    let components = json!(["spot/workloads/shop"]);
    let built = Overlay::new(workloads(), &with(overlay, &[("components", components)]));
    render(built.path("spot").to_str().expect("UTF-8"));
    built
}

#[test]
fn every_way_comes_to_the_same() {
    let Some([kubectl]) = tool_paths::find("placement built by kubectl", [KUBECTL]) else {
        return;
    };
    let flux = String::from_utf8(render("flux-patches", &[])).expect("UTF-8");
    let [release] = documents(&flux).try_into().expect("one document");
    let inline = release["spec"]["postRenderers"][0]["kustomize"]["patches"].clone();
    assert!(
        inline.as_array().is_some_and(|patches| patches.len() > 5),
        "{inline:#}"
    );
    for overlay in overlays() {
        let expected = patched(&kubectl, &overlay);
        let component = with_component(&overlay, |path| {
            render("kustomize", &["--only", "placement", "-o", path]);
        });
        assert!(component.build(&kubectl) == expected, "component {overlay}");
        let patches = with(&overlay, &[("patches", json!([{"path": "patches.yaml"}]))]);
        let patches = Overlay::new(workloads(), &patches);
        patches.put("patches.yaml", render("patches", &[]));
        same(&patches.build(&kubectl), &expected, "patches");
        let flux = Overlay::new(workloads(), &with(&overlay, &[("patches", inline.clone())]));
        same(&flux.build(&kubectl), &expected, "post-renderer");
    }
}

#[test]
fn an_older_kubectl_builds_the_same_bytes() {
    let Some([kubectl, old]) = tool_paths::find(
        "components built by an older kubectl",
        [KUBECTL, KUBECTL_OLD],
    ) else {
        return;
    };
    for overlay in overlays() {
        let overlay = with_component(&overlay, |path| {
            render("kustomize", &["-o", path]);
        });
        assert!(overlay.build(&kubectl) == overlay.build(&old));
        let system = overlay.path("spot/system");
        assert!(build(&kubectl, &system) == build(&old, &system));
    }
}

#[test]
fn nothing_of_the_workloads_is_lost() {
    let Some([kubectl]) = tool_paths::find("what a component leaves as it was", [KUBECTL]) else {
        return;
    };
    let plain = Overlay::new(workloads(), &with(&json!({}), &[])).build(&kubectl);
    let overlay = with_component(&json!({}), |path| {
        render("kustomize", &["--only", "placement", "-o", path]);
    });
    let mut changed = 0;
    for (before, after) in built(&plain).iter().zip(built(&overlay.build(&kubectl))) {
        changed += usize::from(*before != after);
        kept(before, &after, text(before, "/metadata/name"));
    }
    assert_eq!(changed, 9, "one of those that are listed is as it was");
}

/// Everything that was there is there, in the same place, but for the time to stop, which is set.
#[track_caller]
fn kept(before: &Value, after: &Value, path: &str) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                kept(
                    value,
                    after.get(key).unwrap_or(&Value::Null),
                    &format!("{path}.{key}"),
                );
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for (at, value) in before.iter().enumerate() {
                kept(
                    value,
                    after.get(at).unwrap_or(&Value::Null),
                    &format!("{path}[{at}]"),
                );
            }
        }
        _ => assert!(
            before == after || path.ends_with(".terminationGracePeriodSeconds"),
            "{path}"
        ),
    }
}

/// The component does not see them, and appends all the same.
#[test]
fn without_manifests_nothing_is_overwritten_but_a_spread_over_the_same_key() {
    let Some([kubectl]) = tool_paths::find("components made without manifests", [KUBECTL]) else {
        return;
    };
    let config = "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: shop}\nspec:\n  provider: aks\n  nodePools:\n    \
         - {name: spot1, capacity: Spot, nodes: {min: 0, max: 1}, taints: ['team=shop:NoSchedule']}\n  \
         workloads:\n    - {name: own.lists, namespace: shop, selector: {app: own}}\n";
    let overlay = with_component(&json!({}), |path| {
        let render = ["render", "--no-check", "--format", "kustomize", "-o", path];
        let output = spotgen(render).args(["-f", "-"]).stdin(config).run();
        process::passes(&output);
        let said = process::text(&output);
        assert!(said.contains("the component replaces"), "{said}");
        assert!(said.contains("the dot"), "{said}");
    });
    let objects = built(&overlay.build(&kubectl));
    let workload = objects
        .iter()
        .find(|object| {
            text(object, "/metadata/name") == "own.lists" && text(object, "/kind") == "Deployment"
        })
        .expect("it is built");
    let pod = &workload["spec"]["template"]["spec"];
    let counts = |pointer: &str| pod.pointer(pointer).and_then(Value::as_array).map(Vec::len);
    // Three of its own; two for Spot, two for lost nodes.
    assert_eq!(counts("/tolerations"), Some(3 + 4));
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    assert_eq!(
        counts(&format!("/affinity/nodeAffinity/{preferred}")),
        Some(2)
    );
    assert_eq!(
        counts(&format!("/affinity/podAffinity/{preferred}")),
        Some(1)
    );
    let skews: Vec<i64> = pod["topologySpreadConstraints"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|constraint| constraint["maxSkew"].as_i64())
        .collect();
    assert_eq!(skews, [3, 9, 3]);
}

/// The system and the budgets come out as `--format manifests` has them.
#[test]
fn system_and_components_are_all_of_the_manifests() {
    let Some([kubectl]) = tool_paths::find("a whole system built by kubectl", [KUBECTL]) else {
        return;
    };
    let overlay = with_component(&json!({}), |path| {
        render("kustomize", &["-o", path]);
    });
    overlay.put(
        "kustomization.yaml",
        "resources: [spot/system]\ncomponents: [spot/workloads/shop]\n",
    );
    let manifests = Overlay::new(render("manifests", &[]), &with(&json!({}), &[]));
    same(&overlay.build(&kubectl), &manifests.build(&kubectl), "all");
}

/// What `render` of such a `spec` ends with, and whether it wrote anything.
fn rendered(spec: &str, arguments: &[&str]) -> (Output, bool) {
    let folder = TempDir::new().expect("a folder can be made");
    let head = "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: shop}\nspec:\n  provider: aks\n";
    let made = folder.path().join("made");
    let output = spotgen(["render", "-f", "-", "-o"])
        .args([&made])
        .args(arguments)
        .stdin(format!("{head}{spec}"))
        .run();
    (output, made.exists())
}

/// Refused, and nothing written; but not where the placement is not asked for.
#[track_caller]
fn refused(spec: &str, format: &str, message: &str) {
    // Not for want of manifests: the format cannot do it at all.
    let (output, is_made) = rendered(spec, &["--no-check", "--format", format]);
    process::refused(&output, message);
    assert!(!is_made, "something is written");
    let only = ["--format", format, "--only", "priority-expander"];
    let (output, _) = rendered(spec, &only);
    assert!(!process::text(&output).contains(message), "{message}");
    assert_ne!(output.status.code(), Some(1), "{}", process::text(&output));
}

#[test]
fn what_a_component_cannot_do_is_refused_with_the_way_that_can() {
    let rules = "  classRules: [{match: {kinds: [Deployment]}, class: default}]\n";
    refused(
        rules,
        "kustomize",
        "let kustomize run `spotgen patch` as a function",
    );
    for spot in ["Required", "Never"] {
        let workload = format!(
            "  workloads: [{{name: a, selector: {{a: b}}, placement: {{spot: {spot}}}}}]\n"
        );
        refused(&workload, "kustomize", "--from MANIFESTS");
    }
    let alike = "  workloads: [{name: a.b, selector: {a: b}}, {name: axb, selector: {a: c}}]\n";
    refused(
        alike,
        "kustomize",
        "the replacements for `a.b` would also change `axb`",
    );
    let twice = "  workloads: [{name: a, namespace: x, selector: {a: b}}, {name: a, namespace: z, selector: {a: c}}]\n";
    refused(
        twice,
        "flux-patches",
        "cannot tell `a` in namespace `z` from the one in `x`",
    );
}

/// Whatever a manifest says, it is not the format that comes to grief.
#[test]
fn a_namespace_that_is_no_folder_is_refused() {
    let folder = TempDir::new().expect("a folder can be made");
    let manifests = folder.path().join("workloads.yaml");
    let path = manifests.to_str().expect("UTF-8");
    for namespace in ["../up", "a:b", "."] {
        let manifest = json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "a", "namespace": namespace},
            "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {
                "metadata": {"labels": {"a": "b"}},
                "spec": {"containers": [{"name": "a", "image": "a:1"}]},
            }},
        });
        fs::write(&manifests, manifest.to_string()).expect("a file can be written");
        let arguments = ["--no-check", "--format", "kustomize", "--from", path];
        let (output, is_made) = rendered("  workloads: [{name: a}]\n", &arguments);
        let message = format!("namespace `{namespace}` of `a` is not a valid DNS label");
        process::refused(&output, &message);
        assert_eq!(output.status.code(), Some(1));
        assert!(!is_made, "something is written");
    }
}

#[test]
fn post_renderers_are_what_flux_takes() {
    let [release] = documents(&String::from_utf8(render("flux-patches", &[])).expect("UTF-8"))
        .try_into()
        .expect("one document");
    assert_eq!(text(&release, "/apiVersion"), "helm.toolkit.fluxcd.io/v2");
    let renderers = release["spec"]["postRenderers"].as_array().expect("a list");
    assert_eq!(renderers.len(), 1);
    for patch in renderers[0]["kustomize"]["patches"]
        .as_array()
        .expect("a list")
    {
        let keys: Vec<&String> = patch.as_object().expect("a map").keys().collect();
        assert_eq!(keys, ["target", "patch"]);
        let object: Value = serde_saphyr::from_str(text(patch, "/patch")).expect("a patch is YAML");
        assert_eq!(text(&object, "/kind"), text(patch, "/target/kind"));
        let name =
            regex::Regex::new(&format!("^{}$", text(patch, "/target/name"))).expect("a pattern");
        assert!(name.is_match(text(&object, "/metadata/name")));
        assert!(!name.is_match("ownXlists"));
    }
}

#[test]
fn other_readers_and_the_schemas_agree() {
    let Some([python, kubectl]) =
        tool_paths::find("Kustomize files read by others", [PYTHON, KUBECTL])
    else {
        return;
    };
    let cases = golden::cases(&golden::root());
    let flux = golden::files("flux-patches.yaml");
    let trees = cases.iter().flat_map(|case| {
        let folder = case.join("kustomize");
        golden::tree(&folder)
            .into_keys()
            .map(move |name| folder.join(name))
    });
    let files: Vec<PathBuf> = flux.into_iter().chain(trees).collect();
    assert!(files.len() > 10);
    let readers = process::run(
        tool_paths::script(&python, "readers.py")
            .arg("--golden")
            .args(
                files
                    .iter()
                    .filter(|file| !file.ends_with("kustomization.yaml")),
            )
            .env(KUBECTL, kubectl),
    );
    process::passes(&readers);
    let objects = files
        .iter()
        .filter(|file| file.ends_with("objects.yaml") || file.ends_with("budgets.yaml"));
    process::passes(&process::run(
        tool_paths::script(&python, "schemas.py").args(objects),
    ));
}
