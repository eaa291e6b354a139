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
use std::process::{Child, Command, Stdio};

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

/// A Helm with no plugins, and no spotgen on its PATH.
fn helm(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home)
        .env("HELM_CACHE_HOME", home.join("cache"))
        .env("HELM_CONFIG_HOME", home.join("config"))
        .env("HELM_DATA_HOME", home.join("data"))
        .env_remove("HELM_PLUGINS")
        .env_remove("KUBECONFIG");
    command
}

#[test]
fn helm_3_and_4_install_their_plugins_by_url() {
    let Some([python, helm3, helm4]) =
        tool_paths::find("plugins of Helm from the archives", [PYTHON, HELM3, HELM4])
    else {
        return;
    };
    let target = TARGETS[0];
    let folder = archives(&python, &[target]);
    let server = Server::of(&python, &folder.path().join("archives"));
    let url = |helm: &str| format!("{}/spotgen-{helm}-{target}.tgz", server.1);

    let home = folder.path().join("3");
    passes(&run(helm(&helm3, &home).args([
        "plugin",
        "install",
        &url("helm3"),
    ])));
    let output = run(helm(&helm3, &home).args(["spotgen", "--version"]));
    assert_eq!(
        stdout(&output),
        format!("spotgen {VERSION}\n"),
        "{}",
        text(&output)
    );

    // Where the server calls it something else, a folder does.
    let unpacked = folder.path().join("plugin");
    fs::create_dir(&unpacked).expect("a folder");
    let archive = folder
        .path()
        .join(format!("archives/spotgen-helm3-{target}.tgz"));
    passes(&run(Command::new("tar")
        .arg("-xzf")
        .arg(archive)
        .arg("-C")
        .arg(&unpacked)));
    let home = folder.path().join("3b");
    passes(&run(helm(&helm3, &home)
        .args(["plugin", "install"])
        .arg(&unpacked)));
    let output = run(helm(&helm3, &home).args(["spotgen", "--version"]));
    assert_eq!(
        stdout(&output),
        format!("spotgen {VERSION}\n"),
        "{}",
        text(&output)
    );

    let home = folder.path().join("4");
    let install = ["plugin", "install", "--verify=false", &url("helm4")];
    passes(&run(helm(&helm4, &home).args(install)));
    let output = run(helm(&helm4, &home)
        .args(["template", "rel"])
        .arg(charts().join("shop"))
        .args(["--post-renderer", "spotgen", "--post-renderer-args", "-f"])
        .arg("--post-renderer-args")
        .arg(config()));
    passes(&output);
    assert!(
        stdout(&output).contains("kubernetes.azure.com/scalesetpriority"),
        "{}",
        text(&output)
    );
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
    let digest = {
        let code = "import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())";
        let output = run(Command::new(&python)
            .args(["-c", code])
            .arg(made.join(&archive)));
        stdout(&output).trim().to_owned()
    };
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

    let (output, to) = download(&server.1, &"0".repeat(64), "wrong");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&digest), "{}", text(&output));
    assert_eq!(fs::read_dir(to).expect("the folder").count(), 0);

    let (output, to) = download(&format!("{}/none", server.1), "", "missing");
    assert!(!output.status.success());
    assert!(!to.join("spotgen").exists());
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
