//! What shellcheck and `az` itself say of the golden scripts.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::cluster::Cluster;
use super::{CONFIG, chosen};
use crate::golden;
use crate::process;
use crate::tool_paths::{self, AZ_PYTHON, PYTHON};

/// The golden scripts.
fn scripts() -> Vec<PathBuf> {
    golden::files("azure-cli.sh")
}

#[test]
fn scripts_are_clean_to_shellcheck() {
    let Some([python]) = tool_paths::find("shellcheck over the scripts", [PYTHON]) else {
        return;
    };
    // The package puts its program beside Python.
    let shellcheck = python.with_file_name("shellcheck");
    let folder = TempDir::new().expect("a folder can be made");
    let parts = ["priority-expander", "node-pools"].map(|component| {
        let path = folder.path().join(component);
        let script = chosen(CONFIG, &["--only", component]);
        fs::write(&path, script).expect("a file can be written");
        path
    });
    process::passes(&process::run(
        Command::new(shellcheck)
            .arg("--shell=sh")
            .args(scripts())
            .args(parts),
    ));
}

/// `az` itself reads every command that the golden scripts can give, and its own query and output come to the lines
/// that they read.
#[test]
fn the_real_az_understands_the_commands() {
    let Some([python]) = tool_paths::find("the scripts' commands read by az itself", [AZ_PYTHON])
    else {
        return;
    };
    for script in scripts() {
        let text = fs::read_to_string(&script).expect("it is there");
        let environment = [("RESOURCE_GROUP", "group"), ("CLUSTER", "cluster")];
        // All is missing, then everything that can be is different.
        for lines in [
            None,
            Some([
                "x",
                "x",
                "x",
                "x",
                "x",
                "x",
                "x",
                "false",
                "0",
                "0",
                r#"{"a":"b"}"#,
                "a=b:NoSchedule",
            ]),
        ] {
            let cluster = Cluster::new();
            for name in text
                .lines()
                .filter_map(|line| line.strip_prefix("    if show "))
            {
                let name = name.trim_end_matches("; then");
                if let Some(lines) = &lines {
                    cluster.put(name, lines);
                }
            }
            let output = cluster.run(&text, &environment);
            assert_eq!(
                output.status.success(),
                lines.is_none(),
                "{}",
                process::text(&output)
            );
            process::passes(&process::run(
                tool_paths::script(&python, "az_arguments.py").arg(cluster.state("log")),
            ));
        }
    }
}
