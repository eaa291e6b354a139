//! `spotgen patch` over the cases of `golden/patch`: a folder with `in.yaml`, and what must come of it, `out.yaml` and
//! `stderr.txt`. Without a file `args` the arguments are `-f ../spot-config.yaml --verify --report`.

use std::fs;
use std::path::Path;
use std::process::Output;

use spotgen::patch::Options;

use super::golden::{cases, compare, finish, root};
use super::library;
use super::process::{spotgen, stderr};
use super::sample_size::sample_size;

const DEFAULT_ARGUMENTS: &str = "-f\n../spot-config.yaml\n--verify\n--report\n";

fn patch(case: &Path, input: &[u8]) -> Output {
    let arguments = fs::read_to_string(case.join("args"));
    let arguments = arguments.as_deref().unwrap_or(DEFAULT_ARGUMENTS);
    patch_with(&arguments.lines().collect::<Vec<_>>(), case, input)
}

fn patch_with(arguments: &[&str], directory: &Path, input: &[u8]) -> Output {
    let arguments = ["patch"].iter().chain(arguments);
    spotgen(arguments).in_folder(directory).stdin(input).run()
}

fn input(case: &Path) -> Vec<u8> {
    fs::read(case.join("in.yaml")).expect("a case has an input")
}

#[test]
fn streams_are_patched_to_the_golden_bytes() {
    let mut mismatches = Vec::new();
    for case in cases(&root().join("patch")) {
        let output = patch(&case, &input(&case));
        let code = output.status.code();
        let said = format!("{}exit code {}\n", stderr(&output), code.unwrap_or(-1));
        compare(&case.join("stderr.txt"), &said, &mut mismatches);
        let golden = case.join("out.yaml");
        if code == Some(0) {
            assert_eq!(unverified(&case), text_of(&output), "{}", case.display());
            let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
            compare(&golden, text, &mut mismatches);
        } else {
            assert!(
                output.stdout.is_empty(),
                "{} wrote something",
                case.display()
            );
            assert!(
                !golden.exists(),
                "{} is there, and the stream is refused",
                golden.display()
            );
        }
    }
    finish(&mismatches);
}

/// What a program wrote to both streams.
fn text_of(output: &Output) -> (String, String) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (text, stderr(output))
}

/// What comes of a case without `--verify`, for which less is read.
fn unverified(case: &Path) -> (String, String) {
    let arguments = fs::read_to_string(case.join("args"));
    let arguments = arguments.as_deref().unwrap_or(DEFAULT_ARGUMENTS);
    let arguments = arguments.lines().filter(|argument| *argument != "--verify");
    text_of(&patch_with(
        &arguments.collect::<Vec<_>>(),
        case,
        &input(case),
    ))
}

#[test]
fn patching_twice_is_patching_once() {
    for case in cases(&root().join("patch")) {
        if let Ok(once) = fs::read(case.join("out.yaml")) {
            let twice = patch(&case, &once);
            let said = stderr(&twice);
            assert!(twice.stdout == once, "{}\n{said}", case.display());
        }
    }
}

/// Any case whose configuration chooses workloads by their labels.
fn any_case() -> std::path::PathBuf {
    root().join("patch/block-style")
}

/// A stream by itself, with a configuration that chooses workloads by their labels.
fn patched(stream: &str) -> Result<String, String> {
    let options = Options {
        verify: true,
        report: true,
        ..Options::default()
    };
    library::golden("patch/spot-config.yaml").patch(stream, options)
}

#[track_caller]
fn passes_unchanged(stream: &str) {
    let patched = patched(stream).unwrap_or_else(|said| panic!("{said:.2000}"));
    assert!(patched == stream, "{} bytes", patched.len());
}

#[test]
fn deep_nesting_is_refused() {
    for deep in [
        format!("{}a\n", "- ".repeat(20_000)),
        format!("a: {}{}\n", "[".repeat(20_000), "]".repeat(20_000)),
        format!("a: {}{}\n", "{a: ".repeat(20_000), "}".repeat(20_000)),
        (0..20_000).fold(String::new(), |text, depth| {
            text + &" ".repeat(depth % 500) + "a:\n"
        }),
    ] {
        assert!(patched(&deep).is_err());
    }
}

#[test]
fn aliases_that_expand_without_end_are_refused_where_a_workload_is_chosen() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = format!("*a{}", level - 1);
        let list = vec![before; 9].join(", ");
        laughs.extend([format!("a{level}: &a{level} [{list}]\n")]);
    }
    let said = patched(&format!("{WORKLOAD}{laughs}")).expect_err("it is chosen");
    assert!(
        said.contains("aliases expand to too many nodes"),
        "{said:.2000}"
    );
    passes_unchanged(&laughs);
}

/// Only `--verify` reads what cannot be selected.
#[test]
fn what_cannot_be_selected_passes_unread() {
    let config = library::golden("patch/spot-config.yaml");
    let unread = |stream: &str| config.patch(stream, Options::default());
    let head = |kind: &str, rest: &str| {
        format!("{WORKLOAD}---\napiVersion: {kind}\nmetadata:\n  name: b\n{rest}")
    };
    let open = "spec:\n  containers: \"open\n";
    for (document, passes) in [
        // Of another kind.
        (head("v1\nkind: ConfigMap", open), true),
        (head("v1\nkind: \"ConfigMap\"  # why", open), true),
        (head("batch.volcano.sh/v1alpha1\nkind: Job", open), true),
        (head("v1\nkind: ConfigMap", "data: [a\n"), true),
        (head("v1\nkind: ConfigMap", "data: a: b\n"), true),
        (
            head("v1\nkind: ConfigMap", "data:\n   a: b\n  c: d\n"),
            true,
        ),
        // A workload that no rule selects.
        (head("apps/v1\nkind: Deployment", open), true),
        (
            head(
                "apps/v1\nkind: Deployment",
                "  labels: {tier: b}\nspec: [\n",
            ),
            true,
        ),
        // One that a rule selects, or could.
        (
            head(
                "apps/v1\nkind: Deployment",
                "  labels: {tier: web}\nspec: [\n",
            ),
            false,
        ),
        (
            head("apps/v1\nkind: Deployment", "  labels: {tier: web\nspec:\n"),
            false,
        ),
        (
            head(
                "apps/v1\nkind: Deployment",
                "  labels: {tier: web}\nspec:\n  template:\n    spec:\n      containers:\n      - env:\n         - a\n        - b\n",
            ),
            false,
        ),
        // What may be, or hold, one.
        (head("v1\nkind: List", open), false),
        (head("v1\nkind: ConfigMapList", open), false),
        (
            head("scheduling.k8s.io/v1\nkind: PriorityClass", open),
            false,
        ),
        (head("kafka.strimzi.io/v1\nkind: Kafka", open), false),
        (head("v1\nkind: ConfigMap\nkind: Deployment", open), false),
        (
            head("v1\nkind: ConfigMap\n\"kind\": Deployment", open),
            false,
        ),
        (head("v1\n? kind\n: Deployment", open), false),
        (head("v1\nkind: &kind ConfigMap", open), false),
        (head("v1\nkind:\n  ConfigMap", open), false),
        (head("v1\nkind: ConfigMap\n<<: *kind", open), false),
        (head("v1\nkind: ConfigMap", "data: [a\n]\nb: c: d\n"), false),
        // No object.
        (
            format!("{WORKLOAD}---\nmetadata:\n  name: b\n{open}"),
            false,
        ),
    ] {
        let read = config.patch(
            &document,
            Options {
                verify: true,
                ..Options::default()
            },
        );
        assert!(read.is_err(), "{document}");
        let passed = unread(&document);
        assert_eq!(passed.is_ok(), passes, "{document}\n{passed:?}");
        if let Ok(passed) = passed {
            let (_, before) = document.split_once("---").expect("there are two");
            let (_, after) = passed.split_once("---").expect("there are two");
            assert_eq!(before, after);
        }
    }
}

const WORKLOAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {tier: web}}\n\
    spec: {selector: {matchLabels: {a: b}}, template: {spec: {containers: []}}}\n";

/// Whatever is wrong, nothing is written; the exit code says whether it was a matter of reading.
#[test]
fn exit_codes_tell_findings_from_what_cannot_be_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = |name: &str, enabled: &str| {
        let text = format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: x}}\n\
             spec: {{provider: aks, monitoring: {{enabled: {enabled}}}}}\n"
        );
        fs::write(directory.path().join(name), text).expect("a file can be written");
    };
    config("good.yaml", "true");
    config("two-meanings.yaml", "yes");
    config("no-yaml.yaml", "[");
    for (file, stream, code, messages) in [
        (
            "missing.yaml",
            WORKLOAD,
            2,
            &["cannot read missing.yaml"][..],
        ),
        (
            "no-yaml.yaml",
            WORKLOAD,
            2,
            &["not YAML", " --> no-yaml.yaml:"],
        ),
        (
            "two-meanings.yaml",
            WORKLOAD,
            1,
            &[
                "`yes` is ambiguous",
                " --> two-meanings.yaml:4:",
                "= help: write `true`",
            ],
        ),
        ("good.yaml", "a: [1\n", 1, &["not YAML", " --> <stdin>:1:4"]),
        ("good.yaml", "", 1, &["the stream is empty"]),
        (
            "good.yaml",
            WORKLOAD,
            0,
            &["no workload in the stream is selected"],
        ),
    ] {
        let output = patch_with(&["-f", file], directory.path(), stream.as_bytes());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{file}: {said}");
        for message in messages {
            assert!(
                said.contains(message),
                "no {message:?} for {file} in {said}"
            );
        }
        assert_eq!(output.stdout.is_empty(), code != 0, "{file}");
    }
}

/// Helm 4 throws stderr away.
#[test]
fn what_was_done_is_in_the_log_file_too() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = directory.path().join("log");
    let log = log.to_str().expect("a plain path");
    let arguments = ["-f", "../spot-config.yaml", "--report", "--log-file", log];
    let output = patch_with(&arguments, &any_case(), WORKLOAD.as_bytes());
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    let logged = fs::read_to_string(log).expect("a log");
    assert!(
        logged.starts_with("Deployment web (line 3, class soft): affinity."),
        "{logged}"
    );
    assert_eq!(logged, said);
}

/// What a function is called with counts, or is refused: without it the configuration would be another one.
#[test]
fn what_a_function_is_called_with_is_never_ignored() {
    for (config, message) in [
        (
            "kind: ConfigMap\n  data: {config: 5}",
            "`config` in `functionConfig` is not a string",
        ),
        (
            "kind: ConfigMap\n  data: {namespace: [a]}",
            "`namespace` in `functionConfig` is not a string",
        ),
        (
            "kind: SpotTransform\n  spec: there.yaml",
            "`spec` in `functionConfig` is not a map",
        ),
        (
            "kind: ConfigMap\n  data: {config: a, config: b}",
            "`config` is written twice",
        ),
        (
            "kind: ConfigMap\n  data: {config: a}\nfunctionConfig: {}",
            "`functionConfig` is written twice",
        ),
        ("kind: ConfigMap\n  data: {file: a}", "unknown key `file`"),
        ("kind: Other", "has the kind `Other`"),
    ] {
        let list = format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n  {config}\n"
        );
        let output = patch(&any_case(), list.as_bytes());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(message), "{said}");
        assert!(said.contains("help:"), "{said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn very_many_documents_and_very_long_lines_pass() {
    let count = sample_size(5_000, 200_000);
    let tiny: Vec<String> = (0..count).map(|at| format!("---\na: {at}\n")).collect();
    passes_unchanged(&tiny.concat());
    let long = "x".repeat(sample_size(4 << 20, 64 << 20));
    passes_unchanged(&format!("a: {long}\n---\nb: 1\n"));
}
