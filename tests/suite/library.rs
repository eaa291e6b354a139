//! spotgen by its library, in the test's own process: for what is not about arguments, files and exit codes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use spotgen::Planned;
use spotgen::check::Detail;
use spotgen::check::figures::Figure;
use spotgen::components::{ComponentId, bundle};
use spotgen::diagnostic::{Report, Severity};
use spotgen::fix;
use spotgen::formats::{self, Writer};
use spotgen::load::Inputs;
use spotgen::patch::{Documents, Options};
use spotgen::reporters::{self, Results, Style};
use spotgen::source::{SET, SourceId};

use super::golden::root;

/// What spotgen is given: a configuration, and perhaps manifests.
#[derive(Clone, Default)]
pub(crate) struct Given {
    pub(crate) inputs: Inputs,
    manifests: Option<Vec<SourceId>>,
    allowed: Vec<String>,
}

/// The configuration in a file of `golden/`.
pub(crate) fn golden(path: &str) -> Given {
    files(&root(), path)
}

/// The configuration in a file of a folder.
pub(crate) fn files(folder: &Path, config: &str) -> Given {
    named(config, read(folder, config))
}

/// This configuration.
pub(crate) fn config(text: impl Into<String>) -> Given {
    named("spot-config.yaml", text.into())
}

fn named(name: &str, text: String) -> Given {
    let mut given = Given::default();
    let id = given.inputs.sources.add(name, text);
    given.inputs.files.push(id);
    given
}

fn read(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Given {
    /// What was read.
    pub(crate) fn read(inputs: Inputs, manifests: Option<Vec<SourceId>>) -> Self {
        Self {
            inputs,
            manifests,
            allowed: Vec::new(),
        }
    }

    /// With a value set.
    pub(crate) fn set(mut self, setting: &str) -> Self {
        let id = self.inputs.sources.add(SET, setting);
        self.inputs.sets.push(id);
        self
    }

    pub(crate) fn set_all(self, settings: &[&str]) -> Self {
        settings.iter().copied().fold(self, Self::set)
    }

    /// With manifests on the standard input.
    pub(crate) fn manifests(self, text: &str) -> Self {
        self.manifests_named("<stdin>", text)
    }

    /// With the manifests in a file of a folder.
    pub(crate) fn manifest_file(self, folder: &Path, name: &str) -> Self {
        let text = read(folder, name);
        self.manifests_named(name, &text)
    }

    /// With the manifests in a file of this name.
    pub(crate) fn manifests_named(mut self, name: &str, text: &str) -> Self {
        let id = self.inputs.sources.add(name, text);
        self.manifests.get_or_insert_default().push(id);
        self
    }

    /// With other texts.
    pub(crate) fn with(self, inputs: Inputs) -> Self {
        Self { inputs, ..self }
    }

    /// With the findings of a rule accepted.
    pub(crate) fn allow(mut self, rule: &str) -> Self {
        self.allowed.push(rule.to_owned());
        self
    }

    /// What `ask` says of the plan.
    ///
    /// # Errors
    /// All mistakes, where there can be no plan.
    pub(crate) fn plan<T>(&self, ask: impl FnOnce(&Planned<'_>) -> T) -> Result<T, Report> {
        let from = self.manifests.as_deref();
        spotgen::plan(&self.inputs, from).map(|planned| ask(&planned))
    }

    pub(crate) fn check(&self) -> Checked {
        let planned = spotgen::survey(&self.inputs, self.manifests.as_deref());
        let report = planned.map(|planned| planned.check(&self.allowed, Detail::ALL));
        let report = report.unwrap_or_else(|mut mistakes| {
            mistakes.sort();
            mistakes
        });
        let text = self.written("text", &report, None);
        Checked { report, text }
    }

    /// The figures that begin so.
    pub(crate) fn numbers(&self, what: &str) -> Vec<Figure> {
        let numbers = self.all_numbers();
        let mut numbers = numbers.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        numbers.retain(|number| number.what.starts_with(what));
        numbers
    }

    fn all_numbers(&self) -> Result<Vec<Figure>, Report> {
        let from = self.manifests.as_deref();
        spotgen::survey(&self.inputs, from).map(|planned| planned.figures())
    }

    /// The findings as a reporter writes them.
    pub(crate) fn report(&self, reporter: &str) -> String {
        self.written(reporter, &self.check().report, None)
    }

    /// The findings, and the figures where there is a plan, as a reporter writes them.
    pub(crate) fn report_with_numbers(&self, reporter: &str) -> String {
        let numbers = self.all_numbers().ok();
        self.written(reporter, &self.check().report, numbers.as_deref())
    }

    fn written(&self, reporter: &str, report: &Report, numbers: Option<&[Figure]>) -> String {
        let reporter = reporters::reporter(reporter).expect("there is such a reporter");
        let edits = reporter
            .has_edits
            .then(|| fix::replacements(&self.inputs, report));
        let results = Results {
            report,
            edits: edits.as_deref().unwrap_or_default(),
            numbers,
            sources: &self.inputs.sources,
            style: Style::PLAIN,
        };
        (reporter.render)(results)
    }

    /// What a format that is one stream makes of it, whatever is found; none where there is nothing to write.
    pub(crate) fn render(&self, format: &str) -> Option<String> {
        self.render_only(format, |_| true)
    }

    /// The same of these components alone.
    pub(crate) fn render_only(
        &self,
        format: &str,
        chosen: impl Fn(ComponentId) -> bool,
    ) -> Option<String> {
        let named = formats::format(format).expect("there is such a format");
        let (Writer::Stream(write) | Writer::Either { stream: write, .. }) = named.writer else {
            panic!("{format} is a directory");
        };
        self.plan(|planned| {
            let bundle = bundle::build(&planned.system, chosen);
            let mut text = Vec::new();
            let is_written = write(&planned.system, &bundle, &mut text).expect("memory has room");
            is_written.then(|| String::from_utf8(text).expect("spotgen writes UTF-8"))
        })
        .ok()
        .flatten()
    }

    /// A stream with its workloads placed. What `--verify` lets pass comes out the same without it, which reads less.
    ///
    /// # Errors
    /// What is wrong with the stream, a line each.
    #[track_caller]
    pub(crate) fn patch(&self, stream: &str, options: Options<'_>) -> Result<String, String> {
        let patched = self.patch_once(stream, options);
        if options.verify && patched.is_ok() {
            let unverified = Options {
                verify: false,
                ..options
            };
            assert_eq!(
                self.patch_once(stream, unverified),
                patched,
                "{stream:.2000}"
            );
        }
        patched
    }

    fn patch_once(&self, stream: &str, options: Options<'_>) -> Result<String, String> {
        let configured = spotgen::configure(&self.inputs, true);
        let configured = configured.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let mut documents = Documents::new(io::Cursor::new(stream));
        let mut out = Vec::new();
        let patched = spotgen::patch(
            &self.inputs,
            configured,
            &mut documents,
            None,
            options,
            &mut out,
        )
        .map_err(|error| error.to_string())?;
        if patched.report.has_errors() {
            let findings = patched.report.iter();
            let messages: Vec<&str> = findings.map(|found| found.message.as_str()).collect();
            return Err(messages.join("\n"));
        }
        Ok(String::from_utf8(out).expect("UTF-8 stays UTF-8"))
    }

    /// What a format has to say to people.
    pub(crate) fn notes(&self, format: &str) -> Vec<String> {
        let format = formats::format(format).expect("there is such a format");
        let notes = self.plan(|planned| {
            let bundle = bundle::build(&planned.system, |_| true);
            let notes = (format.notes)(&planned.system, &bundle).into_iter();
            notes.map(|note| note.message).collect()
        });
        notes.unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
    }
}

/// What came of a check.
pub(crate) struct Checked {
    pub(crate) report: Report,
    /// The report as people read it.
    pub(crate) text: String,
}

impl Checked {
    /// Nothing is an error, and this is said.
    #[track_caller]
    pub(crate) fn passes(&self, text: &str) {
        assert!(!self.report.has_errors(), "{}", self.text);
        self.says(text);
    }

    /// Something is an error, and this is said.
    #[track_caller]
    pub(crate) fn fails(&self, text: &str) {
        assert!(self.report.has_errors(), "{}", self.text);
        self.says(text);
    }

    #[track_caller]
    fn says(&self, text: &str) {
        assert!(self.text.contains(text), "no {text:?} in {}", self.text);
    }

    #[track_caller]
    pub(crate) fn is_silent_about(&self, text: &str) {
        assert!(!self.text.contains(text), "{}", self.text);
    }

    /// Whether a rule finds something.
    pub(crate) fn has(&self, rule: &str) -> bool {
        self.report.iter().any(|finding| finding.rule == rule)
    }

    /// How many findings there are of each kind.
    pub(crate) fn counts(&self) -> BTreeMap<(&'static str, Severity), usize> {
        let mut counts = BTreeMap::new();
        for finding in self.report.iter() {
            *counts.entry((finding.rule, finding.severity)).or_default() += 1;
        }
        counts
    }

    /// The rules that find something, and how bad it is.
    pub(crate) fn found(&self) -> BTreeSet<(&'static str, Severity)> {
        let findings = self.report.iter();
        findings
            .map(|finding| (finding.rule, finding.severity))
            .collect()
    }
}
