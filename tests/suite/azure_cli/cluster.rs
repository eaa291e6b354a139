//! A stand-in for `az`: it writes down what it is told, and keeps pools as files.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Words end with a unit separator, commands with a record separator. A pool is a file of the lines that the script
/// asks for; `az` ends with 3 where there is none. It reads all of its standard input, as the real one may.
const STAND_IN: &str = r#"#!/bin/sh
set -eu
while read -r _; do :; done
for word in "$@"; do printf '%s\037' "$word"; done >>"$AZ_STATE/log"
printf '\036' >>"$AZ_STATE/log"
if [ -f "$AZ_STATE/refuse" ]; then
    case "$*" in *"$(cat "$AZ_STATE/refuse")"*) exit 1 ;; esac
fi
case "$1 $2 $3" in
"aks nodepool show")
    while [ "$1" != --name ]; do shift; done
    [ -f "$AZ_STATE/$2" ] || exit 3
    cat "$AZ_STATE/$2"
    ;;
"aks show "*) [ ! -f "$AZ_STATE/profile" ] || cat "$AZ_STATE/profile" ;;
esac
"#;

/// A cluster that is only written down.
pub(super) struct Cluster {
    folder: TempDir,
}

impl Cluster {
    pub(super) fn new() -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let az = folder.path().join("bin/az");
        fs::create_dir_all(az.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::create_dir(folder.path().join("state")).expect("a folder can be made");
        fs::write(&az, STAND_IN).expect("a file can be written");
        fs::set_permissions(&az, fs::Permissions::from_mode(0o755)).expect("it is ours");
        Self { folder }
    }

    pub(super) fn state(&self, name: &str) -> PathBuf {
        self.folder.path().join("state").join(name)
    }

    pub(super) fn put(&self, name: &str, lines: &[&str]) {
        fs::write(self.state(name), lines.join("\n") + "\n").expect("a file can be written");
    }

    pub(super) fn run(&self, script: &str, environment: &[(&str, &str)]) -> Output {
        let path = env::join_paths(
            [self.folder.path().join("bin")]
                .into_iter()
                .chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
        )
        .expect("folders of a PATH make a PATH");
        let mut shell = Command::new("sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir(self.folder.path())
            .env("PATH", path)
            .env("AZ_STATE", self.folder.path().join("state"))
            .env_remove("RESOURCE_GROUP")
            .env_remove("CLUSTER")
            .envs(environment.iter().copied())
            .spawn()
            .expect("there is a shell");
        let mut stdin = shell.stdin.take().expect("it is piped");
        // A shell that stops early closes its end.
        let _ = stdin.write_all(script.as_bytes());
        drop(stdin);
        shell.wait_with_output().expect("it ends")
    }

    /// The commands since the last look, but for those that only ask.
    pub(super) fn changes(&self) -> Vec<Vec<String>> {
        let commands = self.commands();
        let asks = |command: &Vec<String>| command.iter().take(3).any(|word| word == "show");
        commands
            .into_iter()
            .filter(|command| !asks(command))
            .collect()
    }

    pub(super) fn commands(&self) -> Vec<Vec<String>> {
        let log = fs::read_to_string(self.state("log")).unwrap_or_default();
        let _ = fs::remove_file(self.state("log"));
        let words = |command: &str| {
            command
                .split_terminator('\u{1f}')
                .map(str::to_owned)
                .collect()
        };
        log.split_terminator('\u{1e}').map(words).collect()
    }
}

/// The options of a command and their values.
pub(super) fn options(command: &[String]) -> BTreeMap<&str, Vec<&str>> {
    let mut options: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut last = "";
    for word in command {
        if word.starts_with("--") {
            last = word;
            options.insert(last, Vec::new());
        } else if !last.is_empty() {
            options.get_mut(last).expect("inserted above").push(word);
        }
    }
    options
}
