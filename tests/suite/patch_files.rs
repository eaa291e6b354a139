//! `spotgen patch` on files: all of them or none, each once, and those without a change not at all.

use std::fs;
use std::path::Path;
use std::process::Output;

use super::golden::root;
use super::process::{spotgen, stderr};

const WEB: &str = "# kept\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {tier: web}\nspec:\n  \
                   selector:\n    matchLabels: {app: web}\n  template:\n    spec:\n      containers:\n      - name: web\n";
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
/// Helm replaces what is in it, and it is YAML all the same.
const TEMPLATE: &str =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: \"{{ .Values.name }}\"\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        let config = fs::read(root().join("patch/spot-config.yaml")).expect("a configuration");
        fs::create_dir(folder.path().join("manifests")).expect("a folder");
        fs::write(folder.path().join("config.yaml"), config).expect("a file");
        for (name, text) in files {
            fs::write(folder.path().join("manifests").join(name), text).expect("a file");
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path().join("manifests").join(name)).expect("a text")
    }

    fn patch(&self, arguments: &[&str]) -> Output {
        let always = ["patch", "-f", "config.yaml", "--verify"];
        spotgen(always.iter().chain(arguments))
            .in_folder(self.path())
            .run()
    }
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

#[track_caller]
fn ends_with(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", stderr(output));
}

#[test]
fn files_are_changed_where_they_are() {
    let folder = Folder::with(&[
        ("web.yaml", WEB),
        ("service.yaml", SERVICE),
        ("empty.yaml", ""),
    ]);
    let modified = |name: &str| {
        let found = fs::metadata(folder.path().join("manifests").join(name));
        found.and_then(|found| found.modified()).expect("a time")
    };
    let before = modified("service.yaml");
    let output = folder.patch(&["--in-place", "--report", "manifests"]);
    ends_with(&output, 0);
    assert_eq!(stdout(&output), "");
    let said = stderr(&output);
    assert!(
        said.contains("manifests/web.yaml: Deployment web (line 5, class soft)"),
        "{said}"
    );
    assert!(said.contains("patched manifests/web.yaml\n"), "{said}");
    assert!(!said.contains("patched manifests/service.yaml"), "{said}");
    let once = folder.text("web.yaml");
    assert!(
        once.contains("\n      tolerations:\n      - key: "),
        "{once}"
    );
    assert!(
        once.starts_with("# kept\n") && once.ends_with("      containers:\n      - name: web\n")
    );
    assert_eq!(folder.text("service.yaml"), SERVICE);
    assert_eq!(modified("service.yaml"), before);
    // Then nothing is left to do.
    let before = modified("web.yaml");
    ends_with(&folder.patch(&["--in-place", "manifests"]), 0);
    ends_with(&folder.patch(&["--check", "manifests"]), 0);
    assert_eq!(folder.text("web.yaml"), once);
    assert_eq!(modified("web.yaml"), before);
}

#[test]
fn check_and_diff_write_nothing() {
    let folder = Folder::with(&[("web.yaml", WEB), ("service.yaml", SERVICE)]);
    let output = folder.patch(&["--check", "manifests/*.yaml"]);
    ends_with(&output, 1);
    assert_eq!(stdout(&output), "manifests/web.yaml\n");
    let output = folder.patch(&["--diff", "manifests/web.yaml", "./manifests/web.yaml"]);
    ends_with(&output, 0);
    let diff = stdout(&output);
    assert!(
        diff.starts_with("--- manifests/web.yaml\n+++ manifests/web.yaml\n@@"),
        "{diff}"
    );
    assert!(
        !diff
            .lines()
            .any(|line| line.starts_with('-') && !line.starts_with("---"))
    );
    ends_with(
        &folder.patch(&["--in-place", "--check", "--diff", "manifests"]),
        1,
    );
    assert_eq!(folder.text("web.yaml"), WEB);
}

#[test]
fn one_file_that_is_refused_leaves_all_as_they_were() {
    let broken = "a: [\n";
    let anchored = WEB.replace("template:\n    spec:", "template: &t\n    spec:") + "  other: *t\n";
    for (name, text, reason) in [
        ("template.yaml", TEMPLATE, "is a template of a chart"),
        (
            "template.yaml",
            "{{- if .Values.on }}\nkind: Pod\n{{- end }}\n",
            "is a template of a chart",
        ),
        ("broken.yaml", broken, "not YAML"),
        (
            "anchored.yaml",
            anchored.as_str(),
            "cannot be edited safely",
        ),
    ] {
        let folder = Folder::with(&[("web.yaml", WEB), (name, text)]);
        let output = folder.patch(&["--in-place", "manifests"]);
        let said = stderr(&output);
        assert!(!output.status.success(), "{said}");
        assert!(said.contains(reason), "{said}");
        assert!(said.contains(&format!("manifests/{name}:")), "{said}");
        assert!(said.contains("no file is changed"), "{said}");
        assert_eq!(folder.text("web.yaml"), WEB);
        assert_eq!(folder.text(name), text);
    }
}

#[test]
fn all_that_is_refused_is_named_at_once() {
    let folder = Folder::with(&[
        ("a.yaml", TEMPLATE),
        ("b.yaml", "a: [\n"),
        ("web.yaml", WEB),
    ]);
    let said = stderr(&folder.patch(&["--check", "manifests"]));
    assert!(
        said.contains("manifests/a.yaml:") && said.contains("manifests/b.yaml:"),
        "{said}"
    );
}

/// Braces in texts are no templates of charts.
#[test]
fn templates_of_others_are_texts() {
    let workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata:\n  name: w\n  labels: {tier: web}\nspec:\n  \
                    templates:\n    - name: main\n      container: {image: \"{{inputs.parameters.image}}\"}\n";
    let folder = Folder::with(&[("w.yaml", workflow)]);
    let output = folder.patch(&["--in-place", "manifests/w.yaml"]);
    ends_with(&output, 0);
    assert!(folder.text("w.yaml").contains("tolerations:"));
}

#[test]
fn streams_and_files_are_not_mixed_up() {
    let folder = Folder::with(&[("web.yaml", WEB)]);
    for (arguments, said) in [
        (&["manifests"][..], "nothing says what to do with the files"),
        (&["--in-place"], "PATH"),
        (&["--in-place", "-"], "stdin cannot be changed in place"),
        (
            &["--in-place", "--add-budgets", "manifests"],
            "--add-budgets",
        ),
        (
            &["--in-place", "manifests/missing.yaml"],
            "manifests/missing.yaml",
        ),
    ] {
        let output = folder.patch(arguments);
        ends_with(&output, 2);
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
    assert_eq!(folder.text("web.yaml"), WEB);
}

/// A part of an object has not the labels by which the whole gets its class.
#[test]
fn patches_of_kustomizations_stay_as_they_are() {
    let part =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n";
    let kustomization = "resources: [web.yaml]\npatches: [{path: more.yaml}, {patch: \"[]\"}]\n\
                         patchesStrategicMerge:\n- ./memory.yaml\n- |\n  kind: Deployment\n  metadata: {name: web}\n";
    let folder = Folder::with(&[
        ("web.yaml", WEB),
        ("more.yaml", part),
        ("memory.yaml", part),
        ("kustomization.yml", kustomization),
    ]);
    let output = folder.patch(&["--in-place", "-v", "manifests"]);
    ends_with(&output, 0);
    let said = stderr(&output);
    assert!(said.contains("patched manifests/web.yaml"), "{said}");
    for name in ["more.yaml", "memory.yaml"] {
        assert_eq!(folder.text(name), part);
        assert!(
            said.contains(&format!("{name} is a patch of a kustomization")),
            "{said}"
        );
    }
    // As a hook names it.
    let output = folder.patch(&["--in-place", "manifests/more.yaml"]);
    ends_with(&output, 0);
    assert_eq!(folder.text("more.yaml"), part);
    assert!(
        stderr(&output).contains("no workload"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn files_without_workloads_are_said() {
    let folder = Folder::with(&[("service.yaml", SERVICE)]);
    let output = folder.patch(&["--in-place", "manifests"]);
    ends_with(&output, 0);
    assert!(
        stderr(&output).contains("no workload"),
        "{}",
        stderr(&output)
    );
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::with(&[("web.yaml", WEB)]);
    let manifests = folder.path().join("manifests");
    let target = manifests.join("web.yaml");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink("web.yaml", manifests.join("link.yaml")).expect("a link");
    // Both names are of one file.
    ends_with(&folder.patch(&["--in-place", "manifests"]), 0);
    assert!(folder.text("web.yaml").contains("tolerations:"));
    let mode = fs::metadata(&target)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    let link = fs::symlink_metadata(manifests.join("link.yaml")).expect("it is there");
    assert!(link.is_symlink());
    let names = fs::read_dir(&manifests).expect("a folder").count();
    assert_eq!(names, 2);
}

/// Whoever protects files can still see what would change.
#[cfg(unix)]
#[test]
fn protected_files_and_folders_are_read_and_not_changed() {
    use std::os::unix::fs::PermissionsExt as _;

    let allow = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    };
    let folder = Folder::with(&[("web.yaml", WEB)]);
    let manifests = folder.path().join("manifests");
    let file = manifests.join("web.yaml");
    for (path, mode, why) in [
        (
            &file,
            0o444,
            "cannot patch manifests/web.yaml: it is read-only",
        ),
        (
            &manifests,
            0o555,
            "cannot patch manifests/web.yaml: its folder is read-only",
        ),
    ] {
        let before = fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode();
        allow(path, mode);
        let checked = folder.patch(&["--check", "manifests/web.yaml"]);
        let shown = folder.patch(&["--diff", "manifests/web.yaml"]);
        let changed = folder.patch(&["--in-place", "manifests/web.yaml"]);
        allow(path, before);
        ends_with(&checked, 1);
        assert_eq!(stdout(&checked), "manifests/web.yaml\n");
        ends_with(&shown, 0);
        assert!(stdout(&shown).contains("+++ manifests/web.yaml"));
        assert!(!changed.status.success());
        assert!(stderr(&changed).contains(why), "{}", stderr(&changed));
        assert_eq!(folder.text("web.yaml"), WEB);
    }
}

/// A document without a list is written as the others of its file are, also those below it; of a stream, only what is above is
/// known.
#[test]
fn lists_are_written_as_in_the_rest_of_the_file() {
    let listless = WEB.replace("\n      - name: web\n", " [{name: web}]\n");
    assert!(listless.contains("containers: [{name: web}]"), "{listless}");
    let flat = "      tolerations:\n      - key:";
    let indented = "      tolerations:\n        - key:";
    for (name, text, style) in [
        ("above.yaml", format!("{listless}---\n{WEB}"), flat),
        ("below.yaml", format!("{WEB}---\n{listless}"), flat),
        ("alone.yaml", listless.clone(), indented),
    ] {
        let folder = Folder::with(&[(name, &text)]);
        ends_with(&folder.patch(&["--in-place", "manifests"]), 0);
        let patched = folder.text(name);
        let lists = patched.matches("      tolerations:\n").count();
        assert_eq!(patched.matches(style).count(), lists, "{patched}");
        assert!(lists > 0, "{patched}");
        ends_with(&folder.patch(&["--check", "manifests"]), 0);
    }
}

/// They are named in a folder as they are when they are named themselves. An editor's lock is nobody's manifest.
#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_are_named() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with(&[("web.yaml", WEB)]);
    let manifests = folder.path().join("manifests");
    symlink("someone@host.1", manifests.join(".#web.yaml")).expect("a lock");
    ends_with(&folder.patch(&["--diff", "manifests"]), 0);
    for (link, target) in [("gone.yaml", "nothing.yaml"), ("loop.yaml", "loop.yaml")] {
        symlink(target, manifests.join(link)).expect("a link");
        for mode in ["--check", "--in-place"] {
            let output = folder.patch(&[mode, "manifests"]);
            let said = stderr(&output);
            assert!(
                said.contains(&format!("cannot read manifests/{link}")),
                "{said}"
            );
        }
        assert!(!folder.text("web.yaml").contains("tolerations:"));
        fs::remove_file(manifests.join(link)).expect("it is there");
    }
}
