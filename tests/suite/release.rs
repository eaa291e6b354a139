//! What a release is made of: archives, plugins, package manifests, the image and the action.
//!
//! The archives are made of a script that starts the program, since compressing a debug build takes long. `.ci/run` makes
//! one of the release build.
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::patch_tools::{charts, config};
use super::process::{SPOTGEN, passes, run, stderr, stdout, text};
use super::tool_paths::{self, HELM3, HELM4, KUBECTL, PYTHON, root};

const TARGETS: [&str; 5] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The archives of these targets, in `archives` below a new folder.
fn archives(python: &Path, targets: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let binary = folder.path().join("built");
    fs::write(&binary, format!("#!/bin/sh\nexec '{SPOTGEN}' \"$@\"\n")).expect("a file");
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).expect("a program");
    for target in targets {
        let mut command = Command::new(python);
        command.arg(root().join("release/archive.py")).arg(&binary);
        command.arg(target).arg(folder.path().join("archives"));
        passes(&run(&mut command));
    }
    folder
}

fn names(archive: &Path) -> Vec<String> {
    let output = run(Command::new("tar").arg("-tzf").arg(archive));
    passes(&output);
    stdout(&output).lines().map(str::to_owned).collect()
}

fn digest(python: &Path, file: &Path) -> String {
    let code =
        "import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())";
    let output = run(Command::new(python).args(["-c", code]).arg(file));
    stdout(&output).trim().to_owned()
}

/// Helm 3 goes by the media type of an archive, not by its name.
/// Source: helm/helm v3.18.0 pkg/plugin/installer/installer.go, `isRemoteHTTPArchive`.
const SERVE: &str = "\
import http.server
handler = http.server.SimpleHTTPRequestHandler
handler.extensions_map['.tgz'] = 'application/gzip'
http.server.test(handler, http.server.ThreadingHTTPServer, port=0, bind='127.0.0.1')
";

/// A folder as a web server shows it, on this machine only.
struct Server(Child, String);

impl Server {
    fn of(python: &Path, folder: &Path) -> Self {
        let mut child = Command::new(python)
            .args(["-u", "-c", SERVE])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let mut line = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        lines.read_line(&mut line).expect("it says where it is");
        let port = line
            .split("port ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let url = format!("http://127.0.0.1:{}", port.expect(&line));
        Self(child, url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_archive_has_the_binary_and_all_that_belongs_to_it() {
    let Some([python]) = tool_paths::find("layout of the archives", [PYTHON]) else {
        return;
    };
    let linux = TARGETS[0];
    let folder = archives(&python, &[linux, TARGETS[4]]);
    let made = folder.path().join("archives");
    let top = format!("spotgen-{linux}");
    let archive = made.join(format!("{top}.tar.gz"));
    let inside = [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "completions/_spotgen",
        "completions/_spotgen.ps1",
        "completions/spotgen.bash",
        "completions/spotgen.fish",
        "man/man1/spotgen-check.1",
        "man/man1/spotgen-completions.1",
        "man/man1/spotgen-diff.1",
        "man/man1/spotgen-explain.1",
        "man/man1/spotgen-init.1",
        "man/man1/spotgen-man.1",
        "man/man1/spotgen-patch.1",
        "man/man1/spotgen-render.1",
        "man/man1/spotgen-schema.1",
        "man/man1/spotgen-simulate.1",
        "man/man1/spotgen-status.1",
        "man/man1/spotgen.1",
        "spot-config.schema.json",
        "spotgen",
    ];
    assert_eq!(names(&archive), inside.map(|path| format!("{top}/{path}")));
    for helm in ["helm3", "helm4"] {
        let plugin = made.join(format!("spotgen-{helm}-{linux}.tgz"));
        assert_eq!(names(&plugin), ["LICENSE", "plugin.yaml", "spotgen"]);
    }
    passes(&run(Command::new("tar")
        .arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(folder.path())));
    let unpacked = folder.path().join(&top);
    let output = run(Command::new(unpacked.join("spotgen")).arg("--version"));
    assert_eq!(stdout(&output), format!("spotgen {VERSION}\n"));
    let zip = made.join(format!("spotgen-{}.zip", TARGETS[4]));
    let output = run(Command::new(&python).args(["-m", "zipfile", "-l"]).arg(zip));
    let listed = stdout(&output);
    for path in inside.map(|path| {
        if path == "spotgen" {
            "spotgen.exe"
        } else {
            path
        }
    }) {
        let path = format!("spotgen-{}/{path} ", TARGETS[4]);
        assert!(listed.contains(&path), "no {path} in:\n{listed}");
    }

    let again = archives(&python, &[linux]);
    let bytes = |folder: &TempDir| {
        let archive = folder.path().join(format!("archives/{top}.tar.gz"));
        fs::read(archive).expect("it is there")
    };
    assert!(
        bytes(&folder) == bytes(&again),
        "two runs make two archives"
    );
}

/// A Helm with no spotgen on its PATH, and nothing that says where plugins are.
fn helm(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home)
        .env_remove("KUBECONFIG");
    for name in ["CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "PLUGINS"] {
        command.env_remove(format!("HELM_{name}"));
    }
    for name in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env_remove(name);
    }
    command
}

/// The plugin of Helm 3 runs the program.
#[track_caller]
fn adds_a_command(helm_3: &mut Command) {
    let output = run(helm_3.args(["spotgen", "--version"]));
    let version = format!("spotgen {VERSION}\n");
    assert_eq!(stdout(&output), version, "{}", text(&output));
}

/// What Helm 4 prints with its plugin as the post-renderer.
fn post_rendered(helm_4: &mut Command) -> Output {
    run(helm_4
        .args(["template", "rel"])
        .arg(charts().join("shop"))
        .args(["--post-renderer", "spotgen", "--post-renderer-args", "-f"])
        .arg("--post-renderer-args")
        .arg(config()))
}

#[track_caller]
fn places_pods(helm_4: &mut Command) {
    let output = post_rendered(helm_4);
    passes(&output);
    assert!(
        stdout(&output).contains("kubernetes.azure.com/scalesetpriority"),
        "{}",
        text(&output)
    );
}

/// The variable with which docs/install.md keeps the two apart.
fn documented_variable() -> String {
    let page = read("docs/install.md");
    let (_, rest) = page
        .split_once("set `")
        .expect("the page sets a variable for each Helm");
    let (name, rest) = rest.split_once('`').expect("it has a name");
    assert!(rest.starts_with(" to a folder of its own for each Helm"));
    assert!(page.contains(&format!("\nexport {name}=")), "{name}");
    let manifest = read("release/helm3/plugin.yaml").replace("\n# ", " ");
    let says = format!("give each Helm a folder of its own in {name}.");
    assert!(manifest.contains(&says), "{manifest}");
    name.to_owned()
}

#[test]
fn helm_3_and_4_install_their_plugins_side_by_side() {
    let Some([python, helm3, helm4]) =
        tool_paths::find("plugins of Helm from the archives", [PYTHON, HELM3, HELM4])
    else {
        return;
    };
    let variable = documented_variable();
    let target = TARGETS[0];
    let folder = archives(&python, &[target]);
    let made = folder.path().join("archives");
    let server = Server::of(&python, &made);
    let archive = |helm: &str| format!("spotgen-{helm}-{target}.tgz");
    let url = |helm: &str| format!("{}/{}", server.1, archive(helm));
    // Where the server calls the archive something else, a folder does.
    let unpacked = |helm: &str| {
        let to = folder.path().join(helm);
        fs::create_dir(&to).expect("a folder");
        let mut command = Command::new("tar");
        command.arg("-xzf").arg(made.join(archive(helm)));
        passes(&run(command.arg("-C").arg(&to)));
        to.display().to_string()
    };
    let unverified = "--verify=false";
    let plugins = [
        ("by URL", url("helm3"), url("helm4")),
        ("from a folder", unpacked("helm3"), unpacked("helm4")),
    ];
    for (way, three, four) in &plugins {
        let home = folder.path().join(way);
        let of = |program: &Path, own: &str| {
            let mut command = helm(program, &home);
            command.env(&variable, home.join(own));
            command
        };
        passes(&run(of(&helm3, "3").args(["plugin", "install", three])));
        let install = ["plugin", "install", unverified, four];
        passes(&run(of(&helm4, "4").args(install)));
        adds_a_command(&mut of(&helm3, "3"));
        places_pods(&mut of(&helm4, "4"));
    }

    // What the page warns of: the same folder for both,
    let home = folder.path().join("shared");
    let [(_, three, four), _] = &plugins;
    passes(&run(helm(&helm3, &home).args(["plugin", "install", three])));
    adds_a_command(&mut helm(&helm3, &home));
    let install = ["plugin", "install", unverified, four];
    passes(&run(helm(&helm4, &home).args(install)));
    let output = run(helm(&helm3, &home).args(["spotgen", "--version"]));
    assert!(!output.status.success(), "{}", text(&output));
    let output = post_rendered(&mut helm(&helm4, &home));
    assert!(!output.status.success(), "{}", text(&output));
    // another variable, which an installation from a URL ignores,
    let home = folder.path().join("plugins");
    let other = |program: &Path| {
        let mut command = helm(program, &home);
        command.env("HELM_PLUGINS", home.join("own"));
        command
    };
    passes(&run(other(&helm3).args(["plugin", "install", three])));
    let output = run(other(&helm3).args(["spotgen", "--version"]));
    assert!(!output.status.success(), "{}", text(&output));
    // and an archive by its path.
    for (program, own) in [(&helm3, "helm3"), (&helm4, "helm4")] {
        let mut command = helm(program, &home);
        command.args(["plugin", "install"]);
        if own == "helm4" {
            command.arg(unverified);
        }
        let output = run(command.arg(made.join(archive(own))));
        assert!(!output.status.success(), "{}", text(&output));
    }
}

/// The step of the action that runs the program, with these arguments: what the program gets.
fn given_by_the_action(arguments: &str) -> Vec<String> {
    let folder = TempDir::new().expect("a folder");
    let action: Value = serde_saphyr::from_str(&read("action.yml")).expect("YAML");
    let steps = action["runs"]["steps"].as_array().expect("steps");
    let script = steps.last().expect("a step")["run"]
        .as_str()
        .expect("it has a script");
    let program = folder.path().join("spotgen/spotgen");
    fs::create_dir(program.parent().expect("a folder")).expect("a folder");
    fs::write(&program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n").expect("a file");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    // Other files, which a pattern must not become.
    fs::write(folder.path().join("a.yaml"), "").expect("a file");
    // Source: docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, `shell: bash`.
    let output = run(Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(folder.path())
        .env("RUNNER_TEMP", folder.path())
        .env("ARGUMENTS", arguments));
    passes(&output);
    stdout(&output).lines().map(str::to_owned).collect()
}

#[test]
fn the_action_takes_arguments_over_several_lines() {
    let start = ["check", "--report", "github"];
    for (arguments, expected) in [
        ("", &[][..]),
        ("-f a.yaml manifests", &["-f", "a.yaml", "manifests"]),
        (
            "-f deploy/spot-config.yaml\n--deny warnings\nmanifests\n",
            &[
                "-f",
                "deploy/spot-config.yaml",
                "--deny",
                "warnings",
                "manifests",
            ],
        ),
        (
            "\n  -f a.yaml\r\n\t manifests  \r\n\n",
            &["-f", "a.yaml", "manifests"],
        ),
        (
            "*.yaml\n$HOME `id` a\\b",
            &["*.yaml", "$HOME", "`id`", "a\\b"],
        ),
    ] {
        let given = given_by_the_action(arguments);
        assert_eq!(given, [&start[..], expected].concat(), "{arguments:?}");
    }
}

#[test]
fn only_the_archive_with_the_right_digest_is_unpacked() {
    let Some([python]) = tool_paths::find("download of a release", [PYTHON]) else {
        return;
    };
    let target = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => TARGETS[0],
        ("linux", "aarch64") => TARGETS[1],
        ("macos", "x86_64") => TARGETS[2],
        ("macos", "aarch64") => TARGETS[3],
        _ => return,
    };
    let folder = archives(&python, &[target]);
    let made = folder.path().join("archives");
    let archive = format!("spotgen-{target}.tar.gz");
    let digest = digest(&python, &made.join(&archive));
    let server = Server::of(&python, &made);
    let download = |release: &str, digest: &str, to: &str| {
        let to = folder.path().join(to);
        let mut command = Command::new("bash");
        command.arg(root().join("release/download.sh"));
        (run(command.args([release, digest]).arg(&to)), to)
    };

    let (output, to) = download(&server.1, &digest, "right");
    passes(&output);
    assert_eq!(
        stdout(&output).trim(),
        to.join(&archive).display().to_string()
    );
    let output = run(Command::new(to.join("spotgen")).arg("--version"));
    assert_eq!(stdout(&output), format!("spotgen {VERSION}\n"));

    // Other tools write capitals. For a path with a backslash, as on Windows, sha256sum puts one before the digest.
    for (digest, to) in [
        (digest.to_uppercase(), "capitals"),
        (digest.clone(), r"D:\a\_temp"),
    ] {
        let (output, to) = download(&server.1, &digest, to);
        passes(&output);
        assert!(to.join("spotgen").is_file());
    }

    let (output, to) = download(&server.1, &"0".repeat(64), "wrong");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&digest), "{}", text(&output));
    assert_eq!(fs::read_dir(to).expect("the folder").count(), 0);

    let (output, to) = download(&format!("{}/none", server.1), "", "missing");
    assert!(!output.status.success());
    assert!(!to.join("spotgen").exists());
}

/// A pipeline of docs/ci.md, by the name of its file.
fn pipeline(file: &str) -> Value {
    let page = read("docs/ci.md");
    let start = format!("```yaml\n# {file}\n");
    let (_, rest) = page.split_once(&start).expect("the page has it");
    let (text, _) = rest.split_once("```").expect("it ends");
    serde_saphyr::from_str(text).expect("it is YAML")
}

#[test]
fn pipelines_of_the_documents_run_only_what_has_the_digest() {
    let Some([python]) = tool_paths::find("pipelines of the documents", [PYTHON]) else {
        return;
    };
    // It is the archive that they name, wherever the test runs.
    let target = TARGETS[0];
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = archives(&python, &[target]);
    let made = folder.path().join("archives");
    let server = Server::of(&python, &made);
    let digest = digest(&python, &made.join(format!("spotgen-{target}.tar.gz")));
    let gitlab = &pipeline(".gitlab-ci.yml")["spotgen"];
    let azure = pipeline("azure-pipelines.yml");
    let lines = |value: &Value| {
        let lines = value.as_array().expect("lines").iter();
        let lines: Vec<&str> = lines.map(|line| line.as_str().expect("a line")).collect();
        lines.join("\n")
    };
    // A runner stops at the first line that fails.
    let before = format!(
        "set -e\n{}\nspotgen --version\n",
        lines(&gitlab["before_script"])
    );
    let step = azure["steps"][0]["bash"].as_str().expect("a script");
    for (number, (script, variables)) in [
        (before.as_str(), &gitlab["variables"]),
        (step, &azure["variables"]),
    ]
    .into_iter()
    .enumerate()
    {
        let archive = variables["ARCHIVE"].as_str().expect("a name");
        assert_eq!(archive, format!("spotgen-{target}"));
        let release = format!("{REPOSITORY}/releases/download/v{VERSION}");
        assert_eq!(variables["RELEASE"], release);
        for (digest, is_right) in [(digest.clone(), true), ("0".repeat(64), false)] {
            let to = folder.path().join(format!("{number}-{is_right}"));
            fs::create_dir(&to).expect("a folder");
            let output = run(Command::new("bash")
                .args(["-c", script])
                .current_dir(&to)
                .env("AGENT_TEMPDIRECTORY", &to)
                .env("RELEASE", &server.1)
                .env("ARCHIVE", archive)
                .env("SHA256", digest));
            assert_eq!(
                output.status.success(),
                is_right,
                "{script}\n{}",
                text(&output)
            );
            assert_eq!(to.join(archive).exists(), is_right);
            let said = stdout(&output);
            let path = format!("##vso[task.prependpath]{}", to.join(archive).display());
            let goes_on = said.contains(&format!("spotgen {VERSION}\n")) || said.contains(&path);
            assert_eq!(goes_on, is_right, "{said}");
        }
    }
    assert!(!read("docs/ci.md").contains("cargo install"));
}

#[test]
fn the_formula_and_the_manifest_name_every_archive() {
    let Some([python]) = tool_paths::find("formula and krew manifest", [PYTHON]) else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let sums = folder.path().join("sha256.sum");
    let mut lines = String::new();
    for (number, target) in TARGETS.iter().enumerate() {
        let suffix = if target.contains("windows") {
            "zip"
        } else {
            "tar.gz"
        };
        let _ = writeln!(
            lines,
            "{}  spotgen-{target}.{suffix}",
            number.to_string().repeat(64)
        );
    }
    let fill = || {
        let mut command = Command::new(&python);
        command.arg(root().join("release/fill.py")).arg(&sums);
        run(command.arg(folder.path()).env_remove("GITHUB_REPOSITORY"))
    };
    fs::write(&sums, &lines).expect("a file");
    passes(&fill());
    let filled = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    let (formula, krew) = (filled("spotgen.rb"), filled("spotgen.yaml"));
    for line in lines.lines() {
        let (digest, name) = line.split_once("  ").expect("two words");
        let url = format!("{REPOSITORY}/releases/download/v{VERSION}/{name}");
        for text in [&formula, &krew] {
            // Homebrew is not for Windows.
            if text.contains("class ") && name.contains("windows") {
                continue;
            }
            let (_, rest) = text
                .split_once(&url)
                .unwrap_or_else(|| panic!("no {url}:\n{text}"));
            let next = rest.split('"').nth(2).expect("a digest");
            assert_eq!(next, digest, "{name}");
        }
    }
    let manifest: Value = serde_saphyr::from_str(&krew).expect("krew reads YAML");
    // What it says of itself is what the program can do.
    let description = manifest["spec"]["description"].as_str().expect("a text");
    assert!(description.contains("--from-cluster"), "{description}");
    assert!(!description.contains("no cluster"), "{description}");
    assert_eq!(manifest["spec"]["version"], format!("v{VERSION}"));
    assert_eq!(
        manifest["spec"]["platforms"].as_array().map(Vec::len),
        Some(TARGETS.len())
    );

    fs::write(&sums, lines.lines().next().expect("a line")).expect("a file");
    let output = fill();
    assert!(!output.status.success(), "a digest is missing");
}

#[test]
fn the_image_has_the_files_that_it_copies() {
    let Some([python]) = tool_paths::find("files of the image", [PYTHON]) else {
        return;
    };
    let folder = archives(&python, &TARGETS[..2]);
    let image = folder.path().join("image");
    let mut command = Command::new("bash");
    command.arg(root().join("release/image.sh"));
    passes(&run(command
        .arg(folder.path().join("archives"))
        .arg(&image)));
    let dockerfile = read("Dockerfile");
    let copy = dockerfile
        .lines()
        .find_map(|line| line.strip_prefix("COPY "));
    let copied: Vec<&str> = copy.expect("it copies").split(' ').collect();
    let [sources @ .., "/"] = copied.as_slice() else {
        panic!("{copied:?}");
    };
    for architecture in ["amd64", "arm64"] {
        for source in sources {
            let path = source.replace("${TARGETOS}", "linux");
            let path = image.join(path.replace("${TARGETARCH}", architecture));
            assert!(path.is_file(), "no {}", path.display());
        }
    }
    assert!(dockerfile.contains("\nUSER 65532:65532\n"));
    assert!(dockerfile.contains("\nENTRYPOINT [\"/spotgen\"]\n"));
}

#[test]
fn kubectl_runs_it_as_a_plugin() {
    let Some([kubectl]) = tool_paths::find("kubectl spotgen", [KUBECTL]) else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    symlink(SPOTGEN, folder.path().join("kubectl-spotgen")).expect("a link");
    let output = run(Command::new(kubectl)
        .args(["spotgen", "check", "--help"])
        .env("PATH", folder.path()));
    passes(&output);
    assert!(
        stdout(&output).contains("Usage: kubectl spotgen check "),
        "{}",
        text(&output)
    );
}

#[test]
fn all_that_names_a_version_or_the_repository_names_the_same() {
    let action: Value = serde_saphyr::from_str(&read("action.yml")).expect("YAML");
    assert_eq!(action["inputs"]["version"]["default"], VERSION);
    assert!(read("release/helm3/plugin.yaml").contains(&format!("\nversion: {VERSION}\n")));
    let name = REPOSITORY
        .strip_prefix("https://github.com/")
        .expect("it is on GitHub");
    for page in super::pages::all() {
        let text = read(&page);
        for (at, _) in text.match_indices("/spotgen") {
            let owner = text[..at]
                .rsplit(['/', ' ', ':', '"'])
                .next()
                .unwrap_or_default();
            let is_repository = text[..at].ends_with(&format!("github.com/{owner}"))
                || text[..at].ends_with(&format!("uses: {owner}"));
            assert!(
                !is_repository || format!("{owner}/spotgen") == name,
                "{page} names {owner}/spotgen, Cargo.toml {name}"
            );
        }
    }
}

/// The pages name it beside the archives.
#[test]
fn a_release_has_the_schema_by_itself() {
    let file = Path::new(spotgen::config::SCHEMA_PATH);
    let name = file.file_name().expect("a file").to_string_lossy();
    let workflow = read(".github/workflows/release.yml");
    let copy = format!("run: cp {} archives/\n", file.display());
    let (_, after) = workflow.split_once(&copy).expect("it is among the assets");
    assert!(
        after.contains("sha256sum -- *"),
        "its digest is not summed up"
    );
    assert!(read("docs/install.md").contains(&format!("(`{name}`)")));
}

#[test]
fn every_action_is_pinned_by_commit() {
    let mut count = 0;
    for file in fs::read_dir(root().join(".github/workflows")).expect("workflows") {
        let path: PathBuf = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("text");
        assert!(text.contains("\npermissions: {}\n"), "{}", path.display());
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (_, pin) = line.split_once('@').expect("an action has a version");
            let (commit, version) = pin.split_once(" # v").expect("the version is a comment");
            let is_commit = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_commit && version.contains('.'), "{line}");
            count += 1;
        }
        let checkouts = text.matches("actions/checkout@").count();
        assert_eq!(
            text.matches("persist-credentials: false").count(),
            checkouts
        );
    }
    assert!(count > 10, "{count}");
}
