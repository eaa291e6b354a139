//! Helm 3 runs a program, Helm 4 a plugin; what they install must be the same.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{check, config, fails, good, home, put, shop, tool};
use crate::process::{self, text};
use crate::tool_paths::{self, HELM3, HELM4, PYTHON};

/// The folder that `HELM_PLUGINS` names: Helm finds `helm/plugin.yaml` in it.
fn plugins() -> std::path::PathBuf {
    tool_paths::root().join("plugins")
}

fn template(helm: &Path, home: &TempDir) -> Command {
    let mut command = tool(helm, home);
    command.args(["template", "rel"]).arg(shop());
    command
}

/// Everything after `--post-renderer` that names the configuration.
fn with_config(command: &mut Command, config: &Path) {
    for argument in ["-f".as_ref(), config.as_os_str()] {
        command.arg("--post-renderer-args").arg(argument);
    }
}

fn helm3(helm: &Path, home: &TempDir, config: &Path) -> Command {
    let mut command = template(helm, home);
    command.args(["--post-renderer", "spotgen"]);
    command.args(["--post-renderer-args", "patch"]);
    with_config(&mut command, config);
    command
}

fn helm4(helm: &Path, home: &TempDir, config: &Path) -> Command {
    let mut command = template(helm, home);
    command
        .env("HELM_PLUGINS", plugins())
        .args(["--post-renderer", "spotgen"]);
    with_config(&mut command, config);
    command
}

#[test]
fn the_plugin_has_the_version_of_the_program() {
    let plugin =
        fs::read_to_string(plugins().join("helm/plugin.yaml")).expect("the plugin is there");
    let version = format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"));
    assert!(
        plugin.contains(&version),
        "plugins/helm/plugin.yaml must say:{version}"
    );
}

/// What `spotgen patch` passes without reading it, Helm refuses.
///
/// Source: helm/helm `pkg/releaseutil/manifest_sorter.go`, `sort`.
#[test]
fn helm_reads_what_passes_unread() {
    let Some([helm_3, helm_4]) = tool_paths::find("what passes unread", [HELM3, HELM4]) else {
        return;
    };
    for helm in [helm_3, helm_4] {
        let home = home();
        put(
            &home,
            "chart/Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
        );
        put(&home, "chart/templates/open.yaml", super::UNREADABLE);
        let mut command = tool(&helm, &home);
        let failed = fails(command.args(["template", "chart"]));
        assert!(
            text(&failed).contains("YAML parse error"),
            "{}",
            text(&failed)
        );
    }
}

#[test]
fn helm_3_places_the_chart() {
    let Some([helm, python]) = tool_paths::find("a chart patched under Helm 3", [HELM3, PYTHON])
    else {
        return;
    };
    let home = home();
    let plain = good(&mut template(&helm, &home));
    let patched = good(&mut helm3(&helm, &home, &config()));
    check(&python, &config(), &[], plain, patched);
}

#[test]
fn helm_4_places_the_chart() {
    let Some([helm, python]) = tool_paths::find("a chart patched under Helm 4", [HELM4, PYTHON])
    else {
        return;
    };
    let home = home();
    let plain = good(&mut template(&helm, &home));
    let patched = good(&mut helm4(&helm, &home, &config()));
    // Helm writes anew what it hands to a post-renderer.
    check(&python, &config(), &["--data-only"], plain, patched);
}

/// What Helm 4 hands to a post-renderer, taken down by one that only copies.
fn handed_over_by_helm_4(helm: &Path, home: &TempDir) -> Vec<u8> {
    let copy = home.path().join("handed-over.yaml");
    put(
        home,
        "plugins/copy/plugin.yaml",
        "apiVersion: v1\nname: copy\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\n\
         runtimeConfig:\n  platformCommand:\n    - command: tee\n",
    );
    good(
        template(helm, home)
            .env("HELM_PLUGINS", home.path().join("plugins"))
            .args(["--post-renderer", "copy", "--post-renderer-args"])
            .arg(&copy),
    );
    fs::read(copy).expect("tee has written it")
}

#[test]
fn what_helm_4_hands_over_keeps_its_bytes() {
    let Some([helm, python]) = tool_paths::find("the stream of Helm 4", [HELM4, PYTHON]) else {
        return;
    };
    let home = home();
    let input = handed_over_by_helm_4(&helm, &home);
    let path = put(&home, "input.yaml", &input);
    let output = super::patch(&path, &["-f", "spot-config.yaml", "--verify"]);
    process::passes(&output);
    let marks = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .matches("postrenderer.helm.sh/postrender-filename: 'shop/templates/")
            .count()
    };
    assert_eq!(marks(&input), 8);
    assert_eq!(marks(&output.stdout), 8);
    check(&python, &config(), &[], input, output.stdout);
}

#[test]
fn helm_3_and_helm_4_install_the_same() {
    let Some([helm_3, helm_4, python]) =
        tool_paths::find("Helm 3 against Helm 4", [HELM3, HELM4, PYTHON])
    else {
        return;
    };
    let home = home();
    let three = good(&mut helm3(&helm_3, &home, &config()));
    let four = good(&mut helm4(&helm_4, &home, &config()));
    let files = [put(&home, "3.yaml", three), put(&home, "4.yaml", four)];
    process::passes(&process::run(
        tool_paths::script(&python, "same_objects.py").args(files),
    ));
}

/// Helm 4 finds a template's objects by an annotation that has to survive.
#[test]
fn helm_4_still_knows_which_template_an_object_is_of() {
    let Some([helm]) = tool_paths::find("one template of a chart under Helm 4", [HELM4]) else {
        return;
    };
    let home = home();
    let mut command = helm4(&helm, &home, &config());
    let shown = good(command.args(["--show-only", "templates/web.yaml"]));
    let shown = String::from_utf8(shown).expect("text");
    assert!(shown.contains("name: rel-web"), "{shown}");
    assert!(
        shown.contains("kubernetes.azure.com/scalesetpriority"),
        "{shown}"
    );
    assert!(!shown.contains("name: rel-database"), "{shown}");
    assert!(!shown.contains("postrender-filename"), "{shown}");
}

#[test]
fn helm_3_stops_when_spotgen_fails() {
    let Some([helm]) = tool_paths::find("a failure under Helm 3", [HELM3]) else {
        return;
    };
    let home = home();
    let output = fails(&mut helm3(&helm, &home, Path::new("missing.yaml")));
    assert!(text(&output).contains("missing.yaml"), "{}", text(&output));
    // With --output-dir Helm 3 gives nothing to a post-renderer, and takes nothing from it.
    let mut command = helm3(&helm, &home, &config());
    let output = process::run(command.arg("--output-dir").arg(home.path().join("out")));
    assert!(!output.status.success(), "{}", text(&output));
}

/// Helm 4 throws away what a post-renderer says; the log file has it.
#[test]
fn helm_4_stops_when_spotgen_fails_and_the_log_says_why() {
    let Some([helm]) = tool_paths::find("a failure under Helm 4", [HELM4]) else {
        return;
    };
    let home = home();
    let log = home.path().join("spotgen.log");
    fails(helm4(&helm, &home, Path::new("missing.yaml")).env("SPOTGEN_LOG", &log));
    let log = fs::read_to_string(log).expect("a log was written");
    assert!(log.contains("missing.yaml"), "{log}");
}
