//! The table of docs/versions.md is what the tests run with.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use super::golden::{compare, finish};
use super::process::{run, stdout};
use super::tool_paths::{self, HELM3, HELM4, KUBECTL, KUBECTL_OLD, root};

const PAGE: &str = "docs/versions.md";
const BEGIN: &str =
    "<!-- from the pins of the tests, by the suite: UPDATE_GOLDEN=1 cargo test -->\n";
const END: &str = "<!-- end -->\n";

/// What follows `before` in a file, up to the end of the version.
fn pin(path: &str, before: &str) -> String {
    let text =
        fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (_, after) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before:?} in {path}"));
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let version: String = after.chars().take_while(|c| is_part(*c)).collect();
    assert!(
        version.starts_with(|c: char| c.is_ascii_digit()),
        "{path}: {version:?}"
    );
    version
}

/// The version of a program that install.py brings.
fn tool(name: &str) -> String {
    pin("tests/tools/install.py", &format!("    \"{name}\": \"v"))
}

type Row = (&'static str, String, &'static str);

/// What the cluster of the tests is made of, and what belongs to it.
fn of_the_cluster() -> Vec<Row> {
    let cluster = |file: &str, module: &str| {
        pin(
            &format!("tests/cluster/build/{file}"),
            &format!("\t{module} v"),
        )
    };
    vec![
        (
            "Kubernetes: API server, controller manager, scheduler",
            cluster("k8s/go.mod", "k8s.io/kubernetes"),
            "objects are applied, scheduled, evicted and pruned",
        ),
        (
            "Kubernetes: API server, controller manager, scheduler",
            cluster("k8s/1.34.mod", "k8s.io/kubernetes"),
            "the scores of its scheduler are compared with the calculated ones; the rest is run on request, not in CI",
        ),
        (
            "Kubernetes: schemas",
            pin("tests/tools/requirements.txt", "kubernetes-validate=="),
            "every generated object is validated",
        ),
        (
            "etcd",
            cluster("etcd/go.mod", "go.etcd.io/etcd/server/v3"),
            "stores the objects of the API server above",
        ),
        (
            "descheduler",
            cluster("descheduler/go.mod", "sigs.k8s.io/descheduler"),
            "reads the generated policy, and moves pods back to Spot",
        ),
        (
            "kube-state-metrics",
            cluster("kube-state-metrics/go.mod", "k8s.io/kube-state-metrics/v2"),
            "has the metrics that rules and dashboard ask for",
        ),
        (
            "promtool, from the Go module of Prometheus",
            pin(
                "tests/tools/promtool/go.mod",
                "\tgithub.com/prometheus/prometheus v",
            ),
            "checks the rules, and tries the alerts",
        ),
        (
            "Grafana Foundation SDK, for the dashboard",
            pin(
                "tests/tools/dashboard/go.mod",
                "github.com/grafana/grafana-foundation-sdk/go v",
            ),
            "reads the dashboard without an unknown field",
        ),
        (
            "Prometheus operator: definitions of its kinds",
            pin(
                "tests/cluster/build/build.sh",
                "github.com/prometheus-operator/prometheus-operator@v",
            ),
            "the API server takes the monitors and the rules",
        ),
        (
            "Argo Rollouts: definition of its kind",
            pin(
                "tests/cluster/build/build.sh",
                "github.com/argoproj/argo-rollouts@v",
            ),
            "the API server takes patched Rollouts",
        ),
    ]
}

fn of_the_tools() -> Vec<Row> {
    vec![
        (
            "kubectl",
            format!("{}, {}", tool("kubectl"), tool("kubectl-1.33")),
            "reads manifests and kustomizations, and runs `kubectl spotgen`",
        ),
        (
            "Helm 3",
            tool("helm3"),
            "renders the chart, and runs the post-renderer and the plugin",
        ),
        (
            "Helm 4",
            tool("helm"),
            "renders the chart, and runs the plugin",
        ),
        (
            "kustomize",
            pin("tests/tools/install.py", "kustomize/v5@v"),
            "builds the components and the patches",
        ),
        (
            "yaml-language-server",
            pin("tests/tools/install.py", "yaml-language-server@"),
            "shows what editors show",
        ),
        (
            "Rust",
            pin("Cargo.toml", "rust-version = \""),
            "the oldest version that builds spotgen",
        ),
    ]
}

fn table() -> String {
    let mut table = String::from("| part | version | what the tests do with it |\n|---|---|---|\n");
    for (part, version, use_) in of_the_cluster().into_iter().chain(of_the_tools()) {
        let _ = writeln!(table, "| {part} | {version} | {use_} |");
    }
    table
}

#[test]
fn the_table_is_what_the_tests_run_with() {
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).expect("the page is there");
    let (before, rest) = page.split_once(BEGIN).expect("the table begins");
    let (_, after) = rest.split_once(END).expect("the table ends");
    let mut mismatches = Vec::new();
    let table = table();
    compare(
        &path,
        &format!("{before}{BEGIN}\n{table}\n{END}{after}"),
        &mut mismatches,
    );
    finish(&mismatches);
}

/// Whatever the tests build of Go modules is a part, in each version that they have.
#[test]
fn the_table_leaves_out_nothing_that_the_tests_build() {
    let table = table();
    let mut count = 0;
    for folder in ["tests/cluster/build", "tests/tools"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if !path.join("go.mod").is_file() {
                continue;
            }
            let name = path.file_name().expect("a name").to_string_lossy();
            let named = if name == "k8s" { "Kubernetes" } else { &*name };
            assert!(table.contains(named), "{named} is not in the table");
            for file in fs::read_dir(&path).expect("a folder") {
                let file = file.expect("an entry").file_name();
                let file = file.to_string_lossy();
                if let Some(version) = file.strip_suffix(".mod").filter(|name| *name != "go") {
                    assert!(table.contains(&format!("| {version}.")), "{name} {version}");
                }
            }
            count += 1;
        }
    }
    assert!(count > 5, "{count}");
    let build = fs::read_to_string(root().join("tests/cluster/build/build.sh")).expect("a script");
    for line in build
        .lines()
        .filter(|line| line.trim_start().starts_with("define "))
    {
        let module = line.split_whitespace().nth(1).expect("a module");
        let (_, version) = module.split_once("@v").expect("it has a version");
        assert!(table.contains(&format!("| {version} |")), "{module}");
    }
}

#[test]
fn the_tools_have_the_versions_that_the_table_names() {
    let Some([kubectl, old, helm3, helm4]) =
        tool_paths::find("versions of tools", [KUBECTL, KUBECTL_OLD, HELM3, HELM4])
    else {
        return;
    };
    for (path, name, arguments) in [
        (kubectl, "kubectl", ["version", "--client"]),
        (old, "kubectl-1.33", ["version", "--client"]),
        (helm3, "helm3", ["version", "--short"]),
        (helm4, "helm", ["version", "--short"]),
    ] {
        // Elsewhere than on this platform, they are those of the PATH.
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            let said = stdout(&run(Command::new(path).args(arguments)));
            assert!(said.contains(&format!("v{}", tool(name))), "{name}: {said}");
        }
    }
}

/// CI builds the fuzz targets with `--locked`, which fails only then.
#[test]
fn the_fuzz_targets_lock_every_dependency() {
    let manifest = include_str!("../../Cargo.toml");
    let lock = include_str!("../../fuzz/Cargo.lock");
    let (_, dependencies) = manifest.split_once("[dependencies]\n").expect("a table");
    let (dependencies, _) = dependencies.split_once("\n[").expect("another table");
    let names = dependencies
        .lines()
        .filter(|line| !line.starts_with('#'))
        // The targets are built without features.
        .filter(|line| !line.contains("optional = true"))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name);
    for name in names {
        assert!(
            lock.contains(&format!("\nname = \"{name}\"\n")),
            "fuzz/Cargo.lock lacks {name}: run `cargo metadata` in fuzz/"
        );
    }
}
