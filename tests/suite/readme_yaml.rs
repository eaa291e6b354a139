//! The YAML that the README and the book show is YAML, and is good for what it is shown for.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::golden;
use super::output_invariants::text;
use super::pages::{self, commands_of_spotgen, read};
use super::patch_tools::tool;
use super::process::{self, spotgen};
use super::tool_paths::{self, KUSTOMIZE, root};

/// A fenced block.
struct Block {
    /// File and line.
    location: String,
    text: String,
    value: Value,
}

impl Block {
    /// The name in its first comment, of the file that it is.
    fn file(&self) -> &str {
        let first = self.text.lines().next().unwrap_or_default();
        let name = first.strip_prefix("# ").unwrap_or_default();
        let is_end = |c: char| c.is_whitespace() || c == ';';
        name.split(is_end).next().unwrap_or_default()
    }

    fn kind(&self) -> &str {
        self.value["kind"].as_str().unwrap_or_default()
    }

    /// The only key that it has at the top.
    fn only_key(&self) -> &str {
        let keys = self.value.as_object().filter(|keys| keys.len() == 1);
        keys.and_then(|keys| keys.keys().next())
            .map_or("", String::as_str)
    }
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every block that says it is YAML.
fn blocks() -> Vec<Block> {
    pages::all()
        .iter()
        .flat_map(|page| blocks_of(page))
        .collect()
}

fn blocks_of(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let text = read(page);
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(indent) = line.strip_suffix("```yaml") else {
            continue;
        };
        let location = format!("{page}:{}", number + 2);
        let block: String = lines
            .by_ref()
            .map(|(_, line)| line.strip_prefix(indent).unwrap_or(line))
            .take_while(|line| *line != "```")
            .flat_map(|line| [line, "\n"])
            .collect();
        let value = serde_saphyr::from_str(&block);
        found.push(Block {
            value: value.unwrap_or_else(|error| panic!("{location}: {error}")),
            location,
            text: block,
        });
    }
    found
}

/// A use of YAML: its name, how it is known, and how it is tried.
type Use = (&'static str, fn(&Block) -> bool, fn(&Block));

const USES: [Use; 15] = [
    (
        "configuration",
        |block| block.kind() == "SpotConfig",
        configuration,
    ),
    (
        "part of a configuration",
        |block| block.only_key() == "spec" && block.file() != "Application",
        part_of_a_configuration,
    ),
    (
        "line for an editor",
        |block| block.value.is_null(),
        line_for_an_editor,
    ),
    (
        "object of ours",
        |block| matches!(block.kind(), "ConfigMap" | "PodDisruptionBudget"),
        object_of_ours,
    ),
    (
        "function",
        |block| block.kind() == "SpotTransform",
        function,
    ),
    // Another test builds them.
    (
        "kustomization",
        |block| block.file() == "kustomization.yaml",
        |_| (),
    ),
    ("pipeline", |block| block.only_key() == "pipeline", pipeline),
    (
        "hooks",
        |block| block.file() == ".pre-commit-config.yaml",
        hooks,
    ),
    ("values", |block| block.file() == "values-prod.yaml", values),
    (
        "application",
        |block| block.file() == "Application" || block.kind() == "Application",
        application,
    ),
    ("release", |block| block.kind() == "HelmRelease", release),
    ("workload", |block| block.kind() == "Deployment", workload),
    (
        "workflow",
        |block| block.file() == ".github/workflows/spotgen.yml",
        workflow,
    ),
    (
        "pipeline of GitLab",
        |block| block.file() == ".gitlab-ci.yml",
        |block| scripts(block, &block.value["spotgen"]["script"]),
    ),
    (
        "pipeline of Azure DevOps",
        |block| block.file() == "azure-pipelines.yml",
        |block| scripts(block, &block.value["steps"]),
    ),
];

#[test]
fn every_block_is_good_for_something() {
    let blocks = blocks();
    for block in &blocks {
        let uses: Vec<&Use> = USES.iter().filter(|(_, is_one, _)| is_one(block)).collect();
        let [(_, _, check)] = uses[..] else {
            let names: Vec<&str> = uses.iter().map(|(name, _, _)| *name).collect();
            panic!("{}: it should be of one use, not {names:?}", block.location);
        };
        check(block);
    }
    for (name, is_one, _) in USES {
        assert!(blocks.iter().any(is_one), "no block is a {name}");
    }
}

/// `spotgen` takes it from its standard input.
#[track_caller]
fn taken(block: &Block, arguments: &[&str]) -> String {
    let output = spotgen(arguments)
        .in_folder(golden::root())
        .stdin(block.text.as_str())
        .run();
    let said = process::text(&output);
    assert!(output.status.success(), "{}: {said}", block.location);
    said
}

fn configuration(block: &Block) {
    // Rules that choose workloads want manifests.
    taken(
        block,
        &["render", "-f", "-", "--no-check", "--format", "plan"],
    );
}

fn part_of_a_configuration(block: &Block) {
    taken(
        block,
        &["check", "-f", "minimal/spot-config.yaml", "-f", "-"],
    );
}

/// The file is the one that a command shown writes.
fn line_for_an_editor(block: &Block) {
    let (_, file) = block
        .text
        .trim_end()
        .split_once("$schema=./")
        .expect("a schema");
    pages::holding(&format!("$ spotgen schema > {file}\n"));
}

fn object_of_ours(block: &Block) {
    // Azure reads it: the whole of it is its documentation's.
    if block.text.contains("name: ama-metrics-settings-configmap") {
        return;
    }
    assert!(
        read("golden/minimal/manifests.yaml").contains(&block.text),
        "{}",
        block.location
    );
}

/// The configuration that is shown for the examples of `patch`.
fn shown_configuration() -> String {
    let blocks = blocks_of("docs/patch.md").into_iter();
    let mut found = blocks.filter(|block| block.file() == "spot-config.yaml");
    found.next().expect("it is shown").text
}

/// A workload that this configuration chooses.
fn web() -> Value {
    let labels = json!({"app": "web", "app.kubernetes.io/part-of": "shop"});
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": labels},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "web", "image": "web:1"}]},
            },
        },
    })
}

const PLACED: &str = "kubernetes.azure.com/scalesetpriority";

fn function(block: &Block) {
    let folder = TempDir::new().expect("a folder can be made");
    let config = block.value["spec"]["config"].as_str().expect("a path");
    fs::write(folder.path().join(config), shown_configuration()).expect("it can be written");
    let list = json!({
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "functionConfig": block.value,
        "items": [web()],
    });
    let output = spotgen(["patch"])
        .in_folder(folder.path())
        .stdin(list.to_string())
        .run();
    let said = process::text(&output);
    assert!(
        output.status.success() && said.contains(PLACED),
        "{}: {said}",
        block.location
    );
}

fn pipeline(block: &Block) {
    let mutator = &block.value["pipeline"]["mutators"][0];
    assert_eq!(mutator["exec"], "spotgen patch", "{}", block.location);
    assert!(
        mutator["configMap"]["config"].is_string(),
        "{}",
        block.location
    );
}

/// `patch` adds placement to it.
fn workload(block: &Block) {
    let folder = root().join("docs/quickstart");
    let output = spotgen(["patch"])
        .in_folder(folder)
        .stdin(block.text.as_str())
        .run();
    let said = process::text(&output);
    let is_placed = output.status.success() && said.contains(PLACED);
    assert!(is_placed, "{}: {said}", block.location);
}

/// The action is this repository's and has the inputs; its arguments are those of `check`.
fn workflow(block: &Block) {
    let action = yaml("action.yml");
    let steps = block.value["jobs"]["check"]["steps"].as_array();
    let mut steps = steps.expect("there are steps").iter();
    let ours = |step: &&Value| {
        let used = step["uses"].as_str().unwrap_or_default();
        used.starts_with("OWNER/spotgen@v")
    };
    let step = steps.find(ours).expect("it uses our action");
    for (input, value) in step["with"].as_object().expect("inputs") {
        assert!(
            action["inputs"].get(input).is_some(),
            "{}: {input}",
            block.location
        );
        let arguments = value.as_str().expect("a text");
        understood(block, &format!("check --report github {arguments}"));
    }
}

/// Each step of a pipeline that starts `spotgen` gives it arguments that it knows.
fn scripts(block: &Block, steps: &Value) {
    let lines = steps.as_array().expect("there are steps").iter();
    let lines = lines.map(|step| {
        let own = step["script"].as_str().or(step["bash"].as_str());
        own.or(step.as_str())
    });
    let lines: Vec<&str> = lines.map(|line| line.expect("a script")).collect();
    let mut commands: Vec<String> = lines
        .iter()
        .flat_map(|line| commands_of_spotgen(line))
        .collect();
    for command in &commands {
        understood(block, command);
    }
    commands.retain(|command| command.starts_with("check ") || command.starts_with("render "));
    assert_eq!(commands.len(), 2, "{}", block.location);
}

fn understood(block: &Block, command: &str) {
    let words: Vec<&str> = command.split(' ').collect();
    let folder = golden::root().join("minimal");
    let said = process::text(&spotgen(words).in_folder(folder).run());
    assert!(!said.contains("try '--help'"), "{}: {said}", block.location);
}

/// The hooks are there, take their arguments, and look at what they are about.
fn hooks(block: &Block) {
    let known = yaml(".pre-commit-hooks.yaml");
    let known = known.as_array().expect("a list of hooks");
    for hook in block.value["repos"][0]["hooks"].as_array().expect("hooks") {
        let found = known.iter().find(|known| known["id"] == hook["id"]);
        let found = found.unwrap_or_else(|| panic!("{}: no hook {}", block.location, hook["id"]));
        let args = hook["args"].as_array().into_iter().flatten();
        let args: Vec<&str> = args.map(|arg| arg.as_str().expect("a text")).collect();
        // Hooks that take the names of files change them.
        let takes_files = found["pass_filenames"] != false;
        let files: &[&str] = if takes_files {
            &["--check", "manifests/web.yaml"]
        } else {
            &[]
        };
        let words: Vec<&str> = text(found, "/entry")
            .split(' ')
            .skip(1)
            .chain(args.clone())
            .chain(files.iter().copied())
            .collect();
        let folder = root().join("docs/quickstart");
        let said = process::text(&spotgen(words).in_folder(folder).run());
        for complaint in ["try '--help'", "class-rules-without-manifests"] {
            assert!(!said.contains(complaint), "{}: {said}", block.location);
        }
        let about = args
            .iter()
            .position(|arg| *arg == "-f")
            .map(|at| args[at + 1]);
        let about = about.or(files.last().copied());
        let about = about.unwrap_or("spot-config.yaml");
        let files = hook["files"].as_str().or(found["files"].as_str());
        if let Some(files) = files {
            let files = regex::Regex::new(files).expect("a pattern");
            assert!(files.is_match(about), "{}: {about}", block.location);
            for manifests in args.iter().filter(|arg| arg.ends_with('/')) {
                let one = format!("{manifests}web.yaml");
                assert!(files.is_match(&one), "{}: {one}", block.location);
            }
        } else {
            assert_eq!(found["always_run"], true, "{}", block.location);
        }
    }
}

/// As Helm lays values over others.
fn lay(over: &Value, under: &mut Value) {
    let (Value::Object(over), Value::Object(values)) = (over, &mut *under) else {
        *under = over.clone();
        return;
    };
    for (key, value) in over {
        if value.is_null() {
            values.shift_remove(key);
        } else {
            lay(value, values.entry(key).or_insert_with(|| json!({})));
        }
    }
}

/// Those of the book are for the chart that the shortest configuration makes.
fn values(block: &Block) {
    suit("minimal", block);
}

#[test]
fn values_in_the_readmes_of_charts_suit_them() {
    for case in golden::TREES {
        let page = format!("golden/{case}/helm/README.md");
        let [block] = &blocks_of(&page)[..] else {
            panic!("{page} should show one file of values");
        };
        suit(case, block);
    }
}

/// They suit the chart of a case, and name parts that it has.
fn suit(case: &str, block: &Block) {
    let chart = |file: &str| format!("golden/{case}/helm/{file}");
    let schema = serde_json::from_str(&read(&chart("values.schema.json")));
    let schema = jsonschema::draft7::new(&schema.expect("it is JSON")).expect("it is a schema");
    let mut values = yaml(&chart("values.yaml"));
    for (part, entries) in block.value.as_object().expect("parts") {
        for entry in entries.as_object().expect("entries").keys() {
            let is_there = !values[part][entry].is_null();
            assert!(is_there, "{}: {part}.{entry}", block.location);
        }
    }
    lay(&block.value, &mut values);
    let mistakes: Vec<String> = schema
        .iter_errors(&values)
        .map(|error| error.to_string())
        .collect();
    assert!(mistakes.is_empty(), "{}: {mistakes:#?}", block.location);
}

/// With the chart or the plugin that this repository makes.
fn application(block: &Block) {
    let source = &block.value["spec"]["source"];
    if let Some(plugin) = source.get("plugin") {
        assert_eq!(
            plugin["name"],
            yaml("argo-cd/plugin.yaml")["metadata"]["name"]
        );
        return;
    }
    let values = yaml("golden/minimal/helm/values.yaml");
    let spec = &block.value["spec"];
    assert_eq!(source["helm"]["valueFiles"][0], "values.yaml");
    assert_eq!(spec["destination"]["namespace"], values["releaseNamespace"]);
    let labels = &spec["syncPolicy"]["managedNamespaceMetadata"]["labels"];
    assert_eq!(
        labels["pod-security.kubernetes.io/enforce"],
        values["podSecurity"]
    );
}

fn release(block: &Block) {
    let values = yaml("golden/minimal/helm/values.yaml");
    let spec = &block.value["spec"];
    assert_eq!(spec["targetNamespace"], values["releaseNamespace"]);
    let chart = text(spec, "/chart/spec/chart");
    let first = text(spec, "/chart/spec/valuesFiles/0");
    assert_eq!(first, format!("{chart}/values.yaml"));
    // The API that post-renderers are made for.
    let [ours] = super::output_invariants::documents(&read("golden/minimal/flux-patches.yaml"))
        .try_into()
        .expect("one document");
    assert_eq!(block.value["apiVersion"], ours["apiVersion"]);
}

/// A folder in which every kustomization that is shown finds what it names.
fn overlay(home: &TempDir) -> PathBuf {
    let put = |path: &str, content: &str| {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(path, content).expect("it can be written");
    };
    let blocks = blocks();
    let of_kind = |kind: &str| blocks.iter().find(|block| block.kind() == kind);
    let mut in_namespace = web();
    in_namespace["metadata"]["namespace"] = json!("shop");
    let mut release = of_kind("HelmRelease").expect("it is shown").value.clone();
    release["metadata"]["name"] = json!("shop");
    put("overlay/web.yaml", &web().to_string());
    put(
        "overlay/spot.yaml",
        &of_kind("SpotTransform").expect("it is shown").text,
    );
    put("overlay/spot-config.yaml", &shown_configuration());
    put("overlay/helm-release.yaml", &release.to_string());
    for base in ["base", "overlay/workloads"] {
        put(&format!("{base}/web.yaml"), &in_namespace.to_string());
        put(
            &format!("{base}/kustomization.yaml"),
            "resources: [web.yaml]\n",
        );
    }
    let config = golden::root().join("minimal/spot-config.yaml");
    let config = config.to_str().expect("UTF-8");
    for (format, to) in [
        ("kustomize", "spot"),
        ("patches", "overlay/patches.yaml"),
        ("flux-patches", "overlay/post-renderers.yaml"),
    ] {
        let arguments = ["render", "-f", config, "--format", format, "-o", to];
        process::passes(&spotgen(arguments).in_folder(home.path()).run());
    }
    home.path().join("overlay")
}

#[test]
fn kustomizations_can_be_built() {
    let Some([kustomize]) = tool_paths::find("the kustomizations of the book", [KUSTOMIZE]) else {
        return;
    };
    let home = TempDir::new().expect("a folder can be made");
    let overlay = overlay(&home);
    let blocks = blocks().into_iter();
    let blocks: Vec<Block> = blocks
        .filter(|block| block.file() == "kustomization.yaml")
        .collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        fs::write(overlay.join("kustomization.yaml"), &block.text).expect("it can be written");
        let output = process::run(
            tool(&kustomize, &home)
                .args(["build", "--enable-alpha-plugins", "--enable-exec"])
                .arg(Path::new("overlay")),
        );
        let said = process::text(&output);
        assert!(output.status.success(), "{}: {said}", block.location);
        assert!(
            said.contains(PLACED),
            "{} places nothing: {said}",
            block.location
        );
    }
}
