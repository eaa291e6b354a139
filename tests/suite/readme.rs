//! What the README and the book show is what the program does.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output};

use regex::Regex;
use serde_json::Value;
use spotgen::components::ComponentId;
use spotgen::{formats, reporters};
use tempfile::TempDir;

use super::fixes;
use super::golden::{self, compare, finish};
use super::output_invariants::{documents, text};
use super::pages::{self, anchor, commands, commands_of_spotgen, holding, prose, read, root};
use super::process::SPOTGEN;

fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// A fenced block after a marker `<!-- MARKER: PATH -->`.
struct Shown {
    marker: String,
    path: String,
    /// Where its text is in the page.
    range: std::ops::Range<usize>,
}

fn shown(page: &str) -> Vec<Shown> {
    let pattern = Regex::new("<!-- (file|part of): ([^ ]+) -->\n```[a-z]+\n").expect("a pattern");
    let markers = page.matches("<!-- file: ").count() + page.matches("<!-- part of: ").count();
    let found: Vec<Shown> = pattern
        .captures_iter(page)
        .map(|found| {
            let start = found.get(0).expect("a match").end();
            let length = page[start..].find("```").expect("a block ends");
            Shown {
                marker: found[1].to_owned(),
                path: found[2].to_owned(),
                range: start..start + length,
            }
        })
        .collect();
    assert_eq!(found.len(), markers, "a block follows each marker");
    found
}

/// The part of a file that a block resembles most: the group with its heading, the document, or else the paragraph.
fn nearest(file: &str, block: &str) -> String {
    let heading = block.lines().next().unwrap_or_default();
    let mut group = file.lines().skip_while(|line| *line != heading).peekable();
    let is_heading = |line: &str| !line.contains([':', '[']);
    if is_heading(heading) && group.peek().is_some() {
        let below = group.skip(1).take_while(|line| line.starts_with("  "));
        let lines: Vec<&str> = std::iter::once(heading).chain(below).collect();
        return lines.join("\n");
    }
    let lines: BTreeSet<&str> = block.lines().collect();
    let separator = if file.contains("\n---\n") {
        "---\n"
    } else {
        "\n\n"
    };
    let common = |part: &&str| part.lines().filter(|line| lines.contains(line)).count();
    // A finding is known by its rule.
    let head = heading.split_once(':').map_or(heading, |(head, _)| head);
    let heads = |part: &&str| part.trim_start().starts_with(head);
    file.split(separator)
        .max_by_key(|part| (heads(part), common(part)))
        .expect("there is a part")
        .trim_matches('\n')
        .to_owned()
}

/// `UPDATE_GOLDEN=1` writes the blocks anew. Those that are a part of a file get the part that they resemble most.
#[test]
fn files_shown_are_the_files() {
    let mut count = 0;
    for name in pages::all() {
        let page = read(&name);
        let mut now = page.clone();
        for one in shown(&page).into_iter().rev() {
            count += 1;
            let block = &page[one.range.clone()];
            let file = read(&one.path);
            let is_same = match one.marker.as_str() {
                "file" => block == file,
                _ => file.contains(block) && block.lines().count() > 1,
            };
            if is_same {
                continue;
            }
            assert!(
                is_update(),
                "{name} shows something that {} does not contain:\n{block}",
                one.path
            );
            let text = match one.marker.as_str() {
                "file" => file,
                _ => format!("{}\n", nearest(&file, block)),
            };
            now.replace_range(one.range, &text);
        }
        if now != page {
            fs::write(root().join(&name), now).expect("a page can be written");
        }
    }
    assert!(count > 8, "only {count} blocks are marked");
}

/// A table of two columns: its heading is written by hand, its rows are the catalogue.
fn table(marker: &str, rows: impl Iterator<Item = String>) {
    let marker = format!("<!-- {marker} -->\n");
    let name = holding(&marker);
    let page = read(&name);
    let (before, rest) = page.split_once(&marker).expect("a table is marked");
    let (heading, rest) = rest.split_once("|---|---|\n").expect("it is a table");
    let end = rest.find(|c| c != '|').map_or(0, |_| {
        let lines = rest.split_inclusive('\n');
        lines
            .take_while(|line| line.starts_with('|'))
            .map(str::len)
            .sum()
    });
    let rows: String = rows.collect();
    let now = format!("{before}{marker}{heading}|---|---|\n{rows}{}", &rest[end..]);
    let mut mismatches = Vec::new();
    compare(&root().join(name), &now, &mut mismatches);
    finish(&mismatches);
}

#[test]
fn the_table_of_rules_is_the_catalogue() {
    let mut mismatches = Vec::new();
    let path = root().join("docs/rules/README.md");
    let fixes = fixes::summaries();
    let index = spotgen::check::index(|rule| fixes[rule.id].clone());
    compare(&path, &index, &mut mismatches);
    finish(&mismatches);
}

/// Every key with its type, default and description. A key without a description fails.
#[test]
fn the_reference_is_the_schema() {
    let mut mismatches = Vec::new();
    let path = root().join("docs/configuration.md");
    let reference = spotgen::config::fields::reference();
    compare(&path, &reference, &mut mismatches);
    finish(&mismatches);
    let schema: Value = spotgen::config::strict_schema();
    let types = schema["$defs"].as_object().expect("there are types");
    for (name, one) in types
        .iter()
        .map(|(name, one)| (name.as_str(), one))
        .chain([("SpotConfig", &schema)])
    {
        for key in one["properties"]
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            let item = format!("- **`{key}`** (");
            assert!(
                reference.contains(&item),
                "{name}.{key} is not in the reference"
            );
        }
    }
}

/// Each optional key has a default. Each key has an example, which it accepts, unless it is the section of all others or
/// has one value only.
#[test]
fn examples_of_keys_are_valid() {
    let schema: Value = spotgen::config::strict_schema();
    let types = schema["$defs"].as_object().expect("there are types");
    let types = types.iter().map(|(name, one)| (name.as_str(), one));
    let mut count = 0;
    for (name, one) in types.chain([("SpotConfig", &schema)]) {
        for (key, property) in one["properties"].as_object().into_iter().flatten() {
            let about = property["description"].as_str().expect("a description");
            let is_fixed = property["enum"]
                .as_array()
                .is_some_and(|words| words.len() == 1);
            let required = one["required"].as_array();
            let is_required = required.is_some_and(|keys| keys.iter().any(|one| one == key));
            let has_default = about.contains(" Default: ");
            assert!(has_default || is_required, "{name}.{key} has no default");
            let Some((_, example)) = about.split_once(" Example: `") else {
                assert!(is_fixed || key == "spec", "{name}.{key} has no example");
                continue;
            };
            let (example, _) = example.split_once('`').expect("an example ends");
            let value: Value = serde_saphyr::from_str(example)
                .unwrap_or_else(|error| panic!("{name}.{key}: {example}: {error}"));
            let mut own = property.clone();
            own["$defs"] = schema["$defs"].clone();
            let validator = jsonschema::options()
                .with_pattern_options(jsonschema::PatternOptions::regex())
                .build(&own)
                .expect("it is a schema");
            let mistakes: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert!(mistakes.is_empty(), "{name}.{key}: {example}: {mistakes:?}");
            count += 1;
        }
    }
    assert!(count > 150, "{count}");
}

#[test]
fn tables_are_the_catalogues() {
    table(
        "components",
        ComponentId::ALL
            .into_iter()
            .map(ComponentId::component)
            .map(|component| format!("| `{}` | {} |\n", component.name, component.summary)),
    );
    let formats = formats::ALL.iter();
    table(
        "formats",
        formats.map(|format| format!("| `{}` | {} |\n", format.name, format.about)),
    );
}

/// The README is a way in, and names each format with the page that is about it.
#[test]
fn the_readme_is_short_and_names_every_format() {
    let readme = read("README.md");
    assert!(readme.lines().count() <= 150, "{}", readme.lines().count());
    for format in formats::ALL {
        let row = format!("\n| [`{}`](docs/", format.name);
        assert!(
            readme.contains(&row),
            "README.md has no row for {}",
            format.name
        );
    }
}

/// The book has every page, and the pages of the rules behind their list.
#[test]
fn the_summary_lists_every_page() {
    let summary = read("docs/SUMMARY.md");
    let last = "- [Rules](rules/README.md)\n";
    let (before, _) = summary.split_once(last).expect("the rules come last");
    let rules = spotgen::check::rules::ids().map(|id| format!("  - [{id}](rules/{id}.md)\n"));
    let rules = rules.collect::<Vec<_>>().concat();
    let mut mismatches = Vec::new();
    compare(
        &root().join("docs/SUMMARY.md"),
        &format!("{before}{last}{rules}"),
        &mut mismatches,
    );
    finish(&mismatches);
    for page in pages::all() {
        if let Some(name) = page.strip_prefix("docs/")
            && name != "SUMMARY.md"
        {
            assert!(
                before.contains(&format!("]({name})")),
                "{page} is not in docs/SUMMARY.md"
            );
        }
    }
}

/// Files and headings that links point to.
#[test]
fn links_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("a pattern");
    let mut pages = pages::all();
    pages.push("docs/rules/README.md".to_owned());
    let mut count = 0;
    for page in pages {
        for found in link.captures_iter(&prose(&read(&page))) {
            let target = &found[1];
            if target.starts_with("https://") {
                continue;
            }
            count += 1;
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if path.is_empty() {
                root().join(&page)
            } else {
                let folder = root().join(&page);
                folder.parent().expect("a page is in a folder").join(path)
            };
            assert!(file.exists(), "{page} links to {target}");
            if !heading.is_empty() {
                let text = fs::read_to_string(&file).expect("it is a page");
                let text = prose(&text);
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                let is_there =
                    headings.any(|line| anchor(line.trim_start_matches('#').trim()) == heading);
                assert!(
                    is_there,
                    "{page} links to {target}: there is no such heading"
                );
            }
        }
    }
    assert!(count > 100, "{count}");
}

/// The oldest version of Rust is named where people install.
#[test]
fn the_oldest_rust_is_named() {
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest
        .split_once("rust-version = \"")
        .expect("it is stated");
    let (version, _) = rest.split_once('"').expect("it is a text");
    for page in ["README.md", "docs/install.md"] {
        let text = read(page);
        assert!(text.contains(&format!("Rust {version} or newer")), "{page}");
    }
    for page in pages::all() {
        for line in read(&page)
            .lines()
            .filter(|line| line.contains("cargo install "))
        {
            let is_locked = line.contains("--locked") || !line.contains("cargo install --");
            assert!(is_locked, "{page}: {line}");
        }
    }
}

/// Every image that a default makes is on the page about images, with its version.
#[test]
fn every_image_is_listed() {
    let page = read("docs/images.md");
    let mut count = 0;
    for case in golden::cases(&golden::root()) {
        let Ok(stream) = fs::read_to_string(case.join("manifests.yaml")) else {
            continue;
        };
        for image in stream.lines().filter_map(|line| {
            line.trim_start_matches(&[' ', '-'][..])
                .strip_prefix("image: ")
        }) {
            let (name, version) = image.rsplit_once(':').expect("it has a tag");
            // Of others' registries, and of older versions that a case asks for.
            if name.starts_with("registry.example.com") || case.ends_with("old-descheduler") {
                continue;
            }
            count += 1;
            let row = format!("| `{name}` | `{version}` |");
            assert!(
                page.contains(&row),
                "docs/images.md should have a row {row}"
            );
        }
    }
    assert!(count > 10, "{count}");
}

/// What the quickstart shows works as it is shown, up to where a cluster comes in.
#[cfg(unix)]
#[test]
fn the_quickstart_works() {
    let files = ["spot-config.yaml", "manifests/web.yaml"];
    let mut count = 0;
    for page in ["README.md", "docs/by-hand.md"] {
        let home = TempDir::new().expect("a folder can be made");
        fs::create_dir(home.path().join("manifests")).expect("a folder can be made");
        for file in files {
            let from = root().join("docs/quickstart").join(file);
            fs::copy(from, home.path().join(file)).expect("it can be copied");
        }
        for line in commands(page) {
            let Some(command) = commands_of_spotgen(&line).into_iter().next() else {
                continue;
            };
            count += 1;
            let input = if line.contains(" < ") {
                " < manifests/web.yaml"
            } else {
                ""
            };
            let output = Command::new("sh")
                .args(["-c", &format!("\"$0\" {command}{input}")])
                .arg(SPOTGEN)
                .current_dir(home.path())
                .output()
                .expect("there is a shell");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{page}: `{line}` fails: {said}");
            assert!(!output.stdout.is_empty(), "{page}: `{line}` shows nothing");
            assert!(!said.contains("warning["), "{page}: `{line}`: {said}");
        }
    }
    assert!(count > 10, "{count}");
}

/// The commands of every page work on the configuration of the quickstart, which has `classRules`, or on the one that the
/// page shows.
#[cfg(unix)]
#[test]
fn commands_shown_name_the_manifests() {
    let mut count = 0;
    for page in pages::all() {
        let home = TempDir::new().expect("a folder can be made");
        let put = |file: &str, text: &str| {
            fs::write(home.path().join(file), text).expect("it can be written");
        };
        fs::create_dir(home.path().join("manifests")).expect("a folder can be made");
        put(
            "manifests/web.yaml",
            &read("docs/quickstart/manifests/web.yaml"),
        );
        put("spot-config.yaml", &configuration_for(&page));
        // What a pipe brings.
        let manifests = home.path().join("manifests/web.yaml");
        for command in commands(&page)
            .iter()
            .flat_map(|line| commands_of_spotgen(line))
        {
            count += 1;
            let output = Command::new("sh")
                .args(["-c", &format!("exec \"$0\" {command}")])
                .arg(SPOTGEN)
                .current_dir(home.path())
                // No test asks a cluster that somebody happens to be logged in to.
                .env("KUBECONFIG", "/dev/null")
                .stdin(fs::File::open(&manifests).expect("it is there"))
                .output()
                .expect("there is a shell");
            for said in [output.stdout, output.stderr] {
                let said = String::from_utf8_lossy(&said);
                let is_refused = said.contains("class-rules-without-manifests")
                    || said.contains("error[format]");
                assert!(!is_refused, "{page}: `{command}`: {said}");
            }
        }
    }
    assert!(count > 60, "{count}");
}

/// The configuration that a page shows, or the one of the quickstart.
#[cfg(unix)]
fn configuration_for(page: &str) -> String {
    let common = read("docs/quickstart/spot-config.yaml");
    let text = read(page);
    let block = |start: &str| {
        let (_, rest) = text.split_once(start)?;
        Some(rest.split_once("```").expect("a block ends").0.to_owned())
    };
    if let Some(workloads) = block("# in spot-config.yaml, instead of classRules\nspec:\n") {
        let (pools, _) = common.split_once("  classRules:").expect("it has rules");
        return format!("{pools}{workloads}");
    }
    block("```yaml\n# spot-config.yaml\n").unwrap_or(common)
}

/// What the installed workloads need comes with `--from` only, as the pages say.
#[test]
fn rules_alone_know_no_workload() {
    let folder = root().join("docs/quickstart");
    let kinds = |arguments: &[&str]| {
        let output = super::process::spotgen(arguments).in_folder(&folder).run();
        let stream = super::process::text(&output);
        stream.matches("kind: PodDisruptionBudget").count()
    };
    assert_eq!(kinds(&["render"]), 0);
    assert!(kinds(&["render", "--from", "manifests/"]) > 0);
}

/// Text is what `check` writes unasked; one of the others is shown, and the rest named beside it.
#[test]
fn every_reporter_is_named() {
    let page = holding("\n$ spotgen check --report ");
    let text = read(&page);
    let line = text
        .lines()
        .find(|line| line.starts_with("$ spotgen check --report "))
        .expect("it is shown how findings are reported");
    let (command, comment) = line.split_once(" # ").expect("the others are named");
    let shown = command.split_whitespace().nth(4).expect("a reporter");
    let others = comment.trim_start_matches("or ").split(", ");
    let mut named: Vec<&str> = others.chain(["text", shown]).collect();
    named.sort_unstable();
    let mut known: Vec<&str> = reporters::ALL
        .iter()
        .map(|reporter| reporter.name)
        .collect();
    known.sort_unstable();
    assert_eq!(named, known, "{page}: `{line}` should name all reporters");
}

/// Every command of `spotgen` has arguments that it knows, as a shell reads them.
#[cfg(unix)]
#[test]
fn commands_shown_are_understood() {
    let mut count = 0;
    for page in pages::all() {
        for line in commands(&page) {
            for command in commands_of_spotgen(&line) {
                count += 1;
                let output = shell(&command, "tests");
                let said = String::from_utf8_lossy(&output.stderr);
                // Every complaint about arguments ends so.
                assert!(
                    !said.contains("try '--help'"),
                    "{page}: `{line}` is not understood: {said}"
                );
            }
        }
    }
    assert!(count > 60, "{count}");
}

/// The line that makes policies makes them of the configuration that is shown first.
#[cfg(unix)]
#[test]
fn policies_are_made_as_it_is_shown() {
    let page = read("docs/admission.md");
    let mut lines = page
        .lines()
        .filter_map(|line| line.strip_prefix("$ spotgen render --format admission"));
    let line = lines.next().expect("it is shown");
    let (arguments, _) = line.split_once('|').expect("a pipe to kubectl");
    // That configuration lists its workloads.
    let arguments = arguments.replace("--from manifests/ ", "");
    let output = shell(
        &format!("render --format admission{arguments}"),
        "golden/minimal",
    );
    let stream = String::from_utf8(output.stdout).expect("UTF-8");
    let golden = read("golden/minimal/admission.yaml");
    assert!(
        stream == golden,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs `spotgen` with arguments as they stand in a shell.
#[cfg(unix)]
fn shell(arguments: &str, folder: &str) -> Output {
    Command::new("sh")
        .args(["-c", &format!("exec \"$0\" {arguments}")])
        .arg(SPOTGEN)
        .current_dir(root().join(folder))
        .output()
        .expect("there is a shell")
}

/// The lines that install the upstream charts are those in the heads of the values files.
#[test]
fn charts_are_installed_as_their_values_say() {
    let page = read("docs/helm-values.md").replace(" \\\n    ", " ");
    let files = golden::tree(&golden::root().join("minimal/values"));
    let commands: Vec<&str> = files
        .values()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with("helm ") || line.starts_with("kubectl "))
        .collect();
    assert_eq!(commands.len(), 4 + 3);
    for command in commands {
        assert!(page.contains(&format!("\n{command}\n")), "{command}");
    }
}

/// The command that removes what has left the configuration names every kind that is made, and only what is spotgen's.
#[test]
fn pruning_covers_every_kind() {
    let page = read("docs/operations.md");
    let (_, command) = page
        .split_once("--prune --dry-run")
        .expect("the command is shown");
    let (command, _) = command.split_once("```").expect("a block ends");
    let mut named: Vec<&str> = command
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("--prune-allowlist="))
        .collect();
    named.sort_unstable();

    let mut made = BTreeSet::new();
    for case in golden::cases(&golden::root()) {
        let Ok(stream) = fs::read_to_string(case.join("manifests.yaml")) else {
            continue;
        };
        for object in documents(&stream) {
            let version = text(&object, "/apiVersion");
            let kind = text(&object, "/kind");
            // A namespace would take everything in it along.
            // Those of the Prometheus operator are not everywhere.
            if version.contains("monitoring.coreos.com") {
                assert!(page.contains(&format!("/v1/{kind}`")), "{kind}");
            } else if kind != "Namespace" {
                let core = if version.contains('/') { "" } else { "core/" };
                made.insert(format!("{core}{version}/{kind}"));
            }
            for label in ["managed-by", "part-of"] {
                let label = format!("/metadata/labels/app.kubernetes.io~1{label}");
                assert!(!text(&object, &label).is_empty(), "{object:#}");
            }
        }
    }
    assert_eq!(named, made.iter().map(String::as_str).collect::<Vec<_>>());
}
