//! `spotgen patch` on files.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use super::input;
use super::kustomizations::Kustomizations;
use super::messages::Messages;
use super::outcome::Outcome;
use super::patch::{Args, configure, report};
use super::replacing::{self, Replaced};
use super::stdout::print;
use crate::diagnostic::{Diagnostic, Failure, Report, Severity};
use crate::load::Inputs;
use crate::parallel;
use crate::patch::{self, Documents, Options};
use crate::pipeline::{self, Placing};
use crate::reporters::Verbosity;
use crate::source::{Source, SourceId, Span};
use crate::workloads::Unreached;
use crate::yaml;

/// What only Helm replaces. Other templates, such as those of Argo Workflows and of alerts, are texts in manifests.
const OF_HELM: [&str; 5] = [
    ".Values",
    ".Release",
    ".Chart",
    ".Capabilities",
    "include \"",
];

/// What becomes of a file that a kustomization uses, and what to patch instead.
const LEFT: &str = "stays as it is";
const BUILT: &str = "patch what kustomize builds: `kustomize build … | spotgen patch`, or spotgen as its transformer";

/// A file as it was, and as it will be.
struct Patched {
    name: String,
    before: String,
    after: String,
}

/// What came of all files.
#[derive(Default)]
struct Files {
    changed: Vec<Patched>,
    findings: Report,
    /// The texts that the findings refer to.
    texts: Vec<Source>,
    /// What the declared paths to pod specs lead to.
    unreached: Unreached,
    /// The number of selected workloads.
    chosen: usize,
    /// A line for each workload.
    account: String,
}

pub(super) fn run(args: &Args, messages: &mut Messages) -> Result<Outcome, Failure> {
    if !(args.in_place || args.check || args.diff) {
        return Err(Failure::new("nothing says what to do with the files")
            .help("add --in-place to change them, or --check or --diff to see what would change"));
    }
    let paths = paths(&args.paths)?;
    let mut inputs = Inputs::default();
    let namespace = configure(args, None, &mut inputs)?;
    let configured = pipeline::configure(&inputs, true).and_then(pipeline::placing);
    let files = match configured {
        Ok((placing, mistakes)) => {
            let mut files = Files {
                findings: mistakes,
                ..Files::default()
            };
            let mut kustomizations = Kustomizations::default();
            let mut own = Vec::with_capacity(paths.len());
            for path in &paths {
                match kustomizations.use_of(path) {
                    // What a patch leaves out decides about the class of the workload, and a list that is added to it
                    // would take the place of the one below it.
                    Some(used) => files.findings.push(used.finding(path, LEFT, BUILT)),
                    None => own.push(path),
                }
            }
            let patch = |path: &&PathBuf| {
                Files::patched(path, args, (&inputs, &placing, namespace.as_deref()))
            };
            for of_one in parallel::map(&own, own.len() > 1, patch) {
                files.add(of_one?, inputs.sources.next_id());
            }
            let unreached = placing.unreached(&files.unreached);
            files.findings.extend(unreached);
            files
        }
        Err(mistakes) => Files {
            findings: mistakes,
            ..Files::default()
        },
    };
    inputs.sources.extend(files.texts);
    let mut findings = files.findings;
    let is_silent = !findings.has_errors() && !findings.has(Severity::Warning);
    if files.chosen == 0 && is_silent {
        findings.push(patch::nothing_chosen());
    }
    findings.sort();
    messages.report(&findings, &inputs.sources);
    if findings.has_errors() {
        messages.lines("no file is changed\n");
        return Ok(Outcome::of(&findings));
    }
    if args.report {
        messages.lines(&files.account);
    }
    deliver(&files.changed, args, messages)
}

/// Writes the files, or says what would be written.
fn deliver(changed: &[Patched], args: &Args, messages: &mut Messages) -> Result<Outcome, Failure> {
    let files: Vec<Replaced<'_>> = changed.iter().map(Replaced::from).collect();
    if args.diff {
        print(&replacing::diff(&files))?;
    } else if args.check {
        let names: Vec<&str> = files.iter().map(|file| file.name).collect();
        print(&lines("", &names))?;
    } else {
        replacing::replace("patch", &files)?;
        if messages.verbosity() != Verbosity::Quiet {
            let names: Vec<&str> = files.iter().map(|file| file.name).collect();
            messages.lines(&lines("patched ", &names));
        }
    }
    Ok(if args.check && !files.is_empty() {
        Outcome::Findings
    } else {
        Outcome::Good
    })
}

/// A line for each file.
fn lines(before: &str, names: &[&str]) -> String {
    names.iter().flat_map(|name| [before, name, "\n"]).collect()
}

impl<'a> From<&'a Patched> for Replaced<'a> {
    fn from(file: &'a Patched) -> Self {
        Self {
            name: &file.name,
            before: &file.before,
            after: &file.after,
        }
    }
}

/// The files, each once, whatever links and globs lead to it.
fn paths(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut seen = BTreeSet::new();
    let mut paths = Vec::new();
    for name in named {
        if name == Path::new("-") {
            return Err(Failure::new("stdin cannot be changed in place")
                .help("name files, or pass the stream without a PATH"));
        }
        for path in input::files(name)? {
            let target = path.canonicalize().unwrap_or_else(|_| path.clone());
            if seen.insert(target) {
                paths.push(path);
            }
        }
    }
    Ok(paths)
}

impl Files {
    /// What comes of one file. Its texts are numbered as if it were the only one.
    fn patched(
        path: &Path,
        args: &Args,
        (inputs, placing, namespace): (&Inputs, &Placing<'_>, Option<&str>),
    ) -> Result<Self, Failure> {
        let mut of_one = Self::default();
        let name = path.display().to_string();
        let failure =
            |error: &dyn std::fmt::Display| Failure::new(format!("cannot read {name}: {error}"));
        let bytes = fs::read(path).map_err(|error| failure(&error))?;
        let source = inputs.sources.next_id();
        if let Some(template) = template(&bytes, source, &name) {
            of_one.findings.push(template);
            let text = String::from_utf8_lossy(&bytes);
            of_one.texts.push(Source::part(&name, text, 0));
            return Ok(of_one);
        }
        let mut documents = Documents::new(Cursor::new(&bytes));
        let options = Options {
            whole: std::str::from_utf8(&bytes).ok(),
            ..args.options(Some(&name), namespace)
        };
        let mut after = Vec::new();
        let patched = placing
            .patch(inputs, &mut documents, None, (options, source), &mut after)
            .map_err(|error| failure(&error))?;
        let is_good = !patched.report.has_errors();
        of_one.findings.extend(patched.report);
        of_one.unreached.merge(patched.unreached);
        of_one.texts = patched.texts;
        of_one.chosen = patched.chosen;
        let lines = report(&patched.workloads);
        let lines = lines.lines().map(|line| format!("{name}: {line}\n"));
        of_one.account.extend(lines);
        // With an error in it, a file is read only in part.
        if is_good && after != bytes {
            let text = |bytes| String::from_utf8(bytes).expect("what is patched is UTF-8");
            of_one.changed.push(Patched {
                before: text(bytes),
                after: text(after),
                name,
            });
        }
        Ok(of_one)
    }

    /// Adds what came of one more file. `first` is the number of the first text of all files.
    fn add(&mut self, mut of_one: Self, first: SourceId) {
        let behind = u16::try_from(self.texts.len()).unwrap_or(u16::MAX);
        for finding in of_one.findings.iter_mut() {
            finding.renumber(first, behind);
        }
        self.findings.extend(of_one.findings);
        self.texts.extend(of_one.texts);
        self.unreached.merge(of_one.unreached);
        self.chosen += of_one.chosen;
        self.account.push_str(&of_one.account);
        self.changed.extend(of_one.changed);
    }
}

/// The finding that a file is a template of a chart. Some of these are YAML, in which a change could be in a part that Helm
/// leaves out or repeats.
fn template(bytes: &[u8], source: SourceId, name: &str) -> Option<Diagnostic> {
    let text = std::str::from_utf8(bytes).ok()?;
    let at = text.find("{{")?;
    let is_helm = text.split("{{").skip(1).any(|rest| {
        let action = rest.split("}}").next().unwrap_or_default();
        OF_HELM.iter().any(|word| action.contains(word))
    });
    if !is_helm && yaml::problem(source, text).is_none() {
        return None;
    }
    let message = format!("{name} is a template of a chart, not a manifest");
    let finding = Diagnostic::error("manifest", message)
        .at(Span::new(source, at, at + 2))
        .help("patch what Helm renders: `helm template … | spotgen patch`, or spotgen as its post-renderer");
    Some(finding)
}
