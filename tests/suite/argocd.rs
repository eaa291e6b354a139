//! The plugin for Argo CD, run as its repo server runs it.
#![cfg(unix)]

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::patch_tools::{charts, patch};
use super::process::{self, SPOTGEN};
use super::tool_paths::{self, HELM3, HELM4, KUSTOMIZE};

/// A command of the plugin.
fn command(name: &str) -> Vec<String> {
    let file = tool_paths::root().join("argo-cd/plugin.yaml");
    let text = fs::read_to_string(file).expect("it is there");
    let plugin: Value = serde_saphyr::from_str(&text).expect("it is YAML");
    assert_eq!(plugin["apiVersion"], "argoproj.io/v1alpha1");
    assert_eq!(plugin["kind"], "ConfigManagementPlugin");
    assert_eq!(plugin["spec"]["discover"]["fileName"], "./spot-config.yaml");
    let words = |key: &str| {
        let list = plugin["spec"][name][key].as_array().expect("a list");
        list.iter()
            .map(|word| word.as_str().expect("a text").to_owned())
            .collect::<Vec<_>>()
    };
    [words("command"), words("args")].concat()
}

/// A folder of an application, and these programs.
struct Application {
    folder: TempDir,
}

impl Application {
    fn new(programs: &[(&str, &Path)]) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let application = Self { folder };
        fs::create_dir_all(application.path("bin")).expect("a folder can be made");
        let spotgen = Path::new(SPOTGEN);
        for (name, program) in [("spotgen", spotgen)].iter().chain(programs) {
            symlink(program, application.path("bin").join(name)).expect("a link can be made");
        }
        let config = charts().join("spot-config.yaml");
        copy(&config, &application.path("app/spot-config.yaml"));
        application
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, words: &[String]) -> Output {
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(
            [self.path("bin")]
                .into_iter()
                .chain(env::split_paths(&path)),
        )
        .expect("folders of a PATH make a PATH");
        process::run(
            Command::new(&words[0])
                .args(&words[1..])
                .current_dir(self.path("app"))
                .env("PATH", path)
                .env("HOME", self.folder.path())
                .env("ARGOCD_APP_NAME", "rel")
                .env("ARGOCD_APP_NAMESPACE", "shop")
                .env_remove("SPOTGEN_LOG"),
        )
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).expect("it can be read") {
            let entry = entry.expect("it can be read");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
        return;
    }
    fs::create_dir_all(to.parent().expect("it is in a folder")).expect("a folder can be made");
    fs::copy(from, to).expect("it can be copied");
}

#[test]
fn charts_are_rendered_and_placed() {
    let Some([helm]) = tool_paths::find("the Argo CD plugin on a chart", [HELM4]) else {
        return;
    };
    let application = Application::new(&[("helm", &helm)]);
    copy(&charts().join("shop"), &application.path("app"));
    process::passes(&application.run(&command("init")));
    let output = application.run(&command("generate"));
    process::passes(&output);
    let template = [
        "helm",
        "template",
        "rel",
        ".",
        "--namespace",
        "shop",
        "--include-crds",
    ];
    let plain = application.run(&template.map(str::to_owned));
    process::passes(&plain);
    let input = application.path("plain.yaml");
    fs::write(&input, plain.stdout).expect("a file can be written");
    let expected = patch(&input, &["-f", "spot-config.yaml", "--namespace", "shop"]);
    process::passes(&expected);
    let text = |output: &Output| {
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    };
    assert!(
        text(&output) == text(&expected),
        "the plugin does something else"
    );
    assert!(
        text(&output).contains("scalesetpriority"),
        "nothing is placed"
    );
}

/// Serves the files of a folder for as long as the test runs; says where.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.expect("it connects");
            let mut lines = BufReader::new(&connection).lines();
            let request = lines.next().expect("a request").expect("it is text");
            // The other lines of its head.
            lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
            let path = request.split(' ').nth(1).expect("a path");
            let path = folder.join(path.trim_start_matches('/'));
            let (status, body) = match fs::read(path) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            connection
                .write_all(&[head.as_bytes(), &body].concat())
                .expect("it is taken");
        }
    });
    format!("http://{address}/")
}

/// What Chart.lock names is fetched, though nobody has added its repository and there are newer versions.
#[test]
fn charts_that_a_lock_names_are_fetched() {
    let Some(helms) = tool_paths::find("the Argo CD plugin on a chart with a lock", [HELM3, HELM4])
    else {
        return;
    };
    for helm in helms {
        let application = Application::new(&[("helm", &helm)]);
        let run = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            process::passes(&application.run(&words));
        };
        let write = |name: &str, text: &str| {
            let path = application.path(name);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
            fs::write(path, text).expect("a file can be written");
        };
        write("part/templates/none.yaml", "");
        write("repository/index.yaml", "");
        let release = |version: &str| {
            let chart = format!("apiVersion: v2\nname: part\nversion: {version}\n");
            write("part/Chart.yaml", &chart);
            run(&[
                "helm",
                "package",
                "../part",
                "--destination",
                "../repository",
            ]);
            run(&["helm", "repo", "index", "../repository"]);
        };
        let url = serve(application.path("repository"));
        let chart = format!(
            "apiVersion: v2\nname: whole\nversion: 0.1.0\ndependencies:\n  - {{name: part, version: ^1.0.0, repository: \"{url}\"}}\n"
        );
        write("app/Chart.yaml", &chart);
        release("1.2.3");
        run(&["helm", "dependency", "update", "."]);
        release("1.2.4");
        // Twice, as for every commit.
        for _ in 0..2 {
            fs::remove_dir_all(application.path("app/charts")).expect("they were fetched");
            process::passes(&application.run(&command("init")));
            let charts = fs::read_dir(application.path("app/charts")).expect("they are fetched");
            let fetched: Vec<_> = charts
                .map(|file| file.expect("it is there").file_name())
                .collect();
            assert_eq!(fetched, ["part-1.2.3.tgz"], "{}", helm.display());
        }
    }
}

#[test]
fn kustomizations_are_built_and_placed() {
    let Some([kustomize]) = tool_paths::find("the Argo CD plugin on a kustomization", [KUSTOMIZE])
    else {
        return;
    };
    let application = Application::new(&[("kustomize", &kustomize)]);
    let workloads = tool_paths::root().join("tests/kustomize");
    for name in ["workloads.yaml", "spot-config.yaml"] {
        fs::copy(workloads.join(name), application.path("app").join(name))
            .expect("it can be copied");
    }
    fs::write(
        application.path("app/kustomization.yaml"),
        "resources: [workloads.yaml]\n",
    )
    .expect("it can be written");
    process::passes(&application.run(&command("init")));
    let output = application.run(&command("generate"));
    process::passes(&output);
    assert!(
        process::text(&output).contains("scalesetpriority"),
        "nothing is placed"
    );
}

#[test]
fn a_failure_of_helm_is_one_of_the_plugin() {
    // A chart that helm refuses, or no helm at all.
    let application = Application::new(&[]);
    fs::write(application.path("app/Chart.yaml"), "nothing: of this\n").expect("it can be written");
    let output = application.run(&command("generate"));
    assert!(!output.status.success());
    assert!(output.stdout.is_empty(), "{}", process::text(&output));
}
