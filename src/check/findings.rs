//! Where a rule puts what it finds.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt as _};

use super::context::{RuleContext, Systems, Version};
use super::detail::Detail;
use super::draft::{Complete, Draft, Shown};
use super::fixes::unreachable;
use super::shared_causes::{Shared, SharedCauses};
use crate::components::Installed;
use crate::components::observe::{Locations, Place};
use crate::config::pointers;
use crate::diagnostic::{Diagnostic, Edit, Fix, NoFix, Pointer, Report, Severity};
use crate::load::Document;
use crate::manifests::Parts;
use crate::model::{WorkloadView, workload_view};
use crate::plan::{Origin, Plan};
use crate::source::Span;

/// Takes what a rule finds, and gives it the rule's id and level.
pub(super) struct Findings<'a> {
    rule: &'static str,
    /// The levels that its findings can have, the worst first.
    levels: &'static [Severity],
    /// Where everything in the configuration was written.
    pub document: &'a Document<'a>,
    systems: Systems<'a>,
    /// Whose parts the pointers are about.
    version: Version,
    /// The manifest that has that part, where it is not the configuration.
    cause: Option<Span>,
    report: &'a mut Report,
    /// The number of the rule's first finding in the report.
    first: usize,
    /// The number of findings in the report when the last one about what is planned was added.
    planned: usize,
    /// The expander that the autoscaler goes by instead of the priorities that are judged: nothing depends on them yet.
    other_expander: Option<String>,
    /// How many more warnings are worth their place.
    left: usize,
    /// Nobody sees findings below this level.
    least: Severity,
    /// All workloads, as the system in effect has them.
    workloads: &'a [WorkloadView<'a>],
    shared: SharedCauses,
    parts: Parts<'a>,
    /// How often something was found at a setting that belongs to one subject.
    told: HashMap<Pointer, usize>,
}

impl<'a> Findings<'a> {
    pub(in crate::check) fn new(
        (rule, levels): (&'static str, &'static [Severity]),
        detail: Detail,
        context: &'a RuleContext<'_>,
        report: &'a mut Report,
    ) -> Self {
        Self {
            rule,
            levels,
            document: context.document,
            systems: context.systems,
            version: Version::Planned,
            cause: None,
            other_expander: None,
            first: report.len(),
            planned: 0,
            report,
            left: detail.limit.0,
            least: detail.least,
            workloads: &context.workloads.all,
            shared: SharedCauses::default(),
            parts: Parts::new(context.document.sources),
            told: HashMap::new(),
        }
    }

    /// For findings about what is planned, or about what manifests hold.
    pub(in crate::check) fn of(&mut self, version: Version) -> &mut Self {
        self.version = version;
        let locations = self.systems.locations(version);
        self.cause = locations.and_then(Locations::first);
        self
    }

    /// The same, about the part at a pointer.
    pub(in crate::check) fn of_part(&mut self, version: Version, part: &Pointer) -> &mut Self {
        self.of(version);
        let locations = self.systems.locations(version);
        let about = locations.and_then(|locations| locations.about(part));
        self.cause = about.or(self.cause);
        self
    }

    /// For findings about priorities that an expander does not read.
    pub(in crate::check) fn unread(&mut self, other_expander: Option<&str>) {
        self.other_expander = other_expander.map(str::to_owned);
    }

    /// What a draft becomes, as mild as what depends on it.
    fn softened(&self, complete: Complete) -> Diagnostic {
        let diagnostic = complete.into_diagnostic();
        let Some(expander) = &self.other_expander else {
            return diagnostic;
        };
        let level = diagnostic.severity.min(Severity::Warning);
        let help = format!("this matters once the expander is `priority`: it is `{expander}` now");
        diagnostic.level(level).help(help)
    }

    /// Where a manifest has what a pointer is about.
    fn in_manifests(&self, pointer: &Pointer) -> Option<Span> {
        self.systems.locations(self.version)?.of(pointer)
    }

    /// Where a fact comes from.
    pub(in crate::check) fn origin(&self, pointer: &Pointer) -> Origin {
        if let Some(span) = self.in_manifests(pointer) {
            return Origin::Manifest(span);
        }
        let span = self.document.locate(pointer);
        match self.document.node(pointer) {
            Some(_) => Origin::Config(span),
            None => Origin::Default(span),
        }
    }

    /// A fix of the configuration, or of the manifests that have in its stead what the fix is about.
    pub(in crate::check) fn wherever(&self, fix: Fix) -> Result<Fix, &'static str> {
        let Fix::Config(edits) = fix else {
            return Ok(fix);
        };
        let mut pointers = edits.iter().map(Edit::pointer);
        if !pointers.any(|pointer| self.in_manifests(pointer).is_some()) {
            return Ok(Fix::Config(edits));
        }
        let edits = edits
            .into_iter()
            .map(|edit| (self.place(edit.pointer()), edit));
        let edits = Place::edits(edits);
        edits.map(Fix::Manifest).ok_or(unreachable::NO_PLACE)
    }

    /// Where an object of the manifests has what is at a pointer.
    pub(in crate::check) fn place(&self, pointer: &Pointer) -> Option<Place> {
        self.systems.locations(self.version)?.place(pointer)
    }

    /// The given manifests.
    pub(in crate::check) fn installed(&self) -> Option<&'a Installed<'a>> {
        self.systems.installed()
    }

    /// Where this is: in the configuration, or where a manifest has it in its stead.
    pub(in crate::check) fn locate(&self, pointer: &Pointer) -> Span {
        let observed = self.in_manifests(pointer);
        observed.unwrap_or_else(|| self.document.locate(pointer))
    }

    /// The pointer, if no manifest has what is there.
    fn in_config(&self, pointer: &Pointer) -> Option<Pointer> {
        let observed = self.in_manifests(pointer);
        observed.is_none().then(|| pointer.clone())
    }

    /// Where an object of the manifests has the first of these that it has; else its own place.
    pub(in crate::check) fn part(
        &mut self,
        (object, own): (Span, Span),
        pointers: impl IntoIterator<Item = Pointer>,
    ) -> Span {
        let mut pointers = pointers.into_iter();
        let part = pointers.find_map(|pointer| self.has_part(object, &pointer));
        part.unwrap_or(own)
    }

    /// Where an object of the manifests has this, if it does.
    pub(in crate::check) fn has_part(&mut self, object: Span, pointer: &Pointer) -> Option<Span> {
        self.parts.locate(object, pointer)
    }

    /// All workloads: those of a plan, and those of the manifests that it does not have.
    pub(in crate::check) fn workloads<'p>(&self, plan: &'p Plan) -> Cow<'p, [WorkloadView<'p>]>
    where
        'a: 'p,
    {
        if std::ptr::eq(plan, &raw const self.systems.in_effect().plan) {
            return Cow::Borrowed(self.workloads);
        }
        let manifests = self.installed().map(|installed| installed.manifests);
        Cow::Owned(workload_view::all(plan, manifests))
    }

    /// Adds a finding in the configuration, or where a manifest has that in its stead. `complete` adds what else there is
    /// to say.
    pub(super) fn at(
        &mut self,
        pointer: &Pointer,
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let subject = self.subject(pointer);
        let subject = subject.as_ref().map(|(noun, name)| (*noun, name.as_str()));
        self.at_setting((pointer, subject), message, complete);
    }

    /// What a finding at a pointer is about, where others can have the same setting: a pool, or a placeholder.
    fn subject(&self, pointer: &Pointer) -> Option<(&'static str, String)> {
        if self.document.aliases.is_empty() {
            return None;
        }
        let lists = [
            ("pool", "nodePools"),
            ("placeholder", "overprovisioner/placeholders"),
            ("workload", "workloads"),
        ];
        lists.into_iter().find_map(|(noun, list)| {
            let list = pointers::spec(list);
            let own = pointer.lies_in(&list).then(|| pointer.segments());
            let item = list.child(own?.nth(list.depth())?);
            let name = self.document.node(&item.child("name"))?;
            Some((noun, name.as_str()?.to_owned()))
        })
    }

    /// A setting that subjects can have in common, by where it is written. What is found twice of one subject is two
    /// findings.
    fn setting(&mut self, pointer: &Pointer) -> Option<Shared> {
        let written = self.document.written_at(pointer)?;
        if pointer.lies_in(&pointers::spec("classes")) {
            return Some(Shared::Setting(written, 0));
        }
        let told = self.told.entry(pointer.clone()).or_default();
        *told += 1;
        Some(Shared::Setting(written, *told))
    }

    /// The same. `subject` may have the setting in common with others.
    pub(super) fn at_setting(
        &mut self,
        (pointer, subject): (&Pointer, Option<(&'static str, &str)>),
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let draft = self.draft(message.into()).fixed_at(
            self.in_config(pointer),
            self.in_manifests(pointer).and_then(|_| self.place(pointer)),
        );
        self.add_setting(pointer, subject, complete(draft));
    }

    /// What every finding at a setting goes through, apart from what makes each its own: compiled once.
    fn add_setting(
        &mut self,
        pointer: &Pointer,
        subject: Option<(&'static str, &str)>,
        complete: Complete,
    ) {
        let observed = self.in_manifests(pointer);
        let mut diagnostic = self.softened(complete);
        let sharing = subject.and_then(|subject| Some((self.setting(pointer)?, subject)));
        if let Some((shared, (_, name))) = &sharing {
            let seen = (self.document, &mut *self.report);
            if self.shared.join(shared, &diagnostic, name, seen) {
                return;
            }
        }
        if self.is_only_counted(&diagnostic) {
            return;
        }
        if let Some((shared, (noun, _))) = sharing {
            let next = self.report.len();
            self.shared.begin(shared, noun, &diagnostic, next);
        }
        diagnostic.pointer = self.in_config(pointer);
        if observed.is_some()
            && let Some(replacement) = diagnostic.replacement.take()
        {
            // The correction is the whole fix, and it is written for the configuration.
            let key = pointer.segments().last().unwrap_or_default();
            let text = &replacement.text;
            let place = self.place(pointer);
            let help = place.map(|place| place.spoken(&key, text));
            diagnostic.help = vec![help.unwrap_or_else(|| format!("set `{key}: {text}`"))];
        }
        let location = observed.unwrap_or_else(|| self.document.locate(pointer));
        // What the configuration has is judged together with what a manifest has.
        if let (None, Some(cause)) = (observed, self.cause) {
            diagnostic = diagnostic.related(cause, "together with what this manifest installs");
        }
        self.push(diagnostic.at(location));
    }

    /// Adds a finding in a manifest.
    pub(super) fn in_manifest(
        &mut self,
        location: Span,
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let draft = self.draft(message.into());
        self.add(Some(location), complete(draft));
    }

    /// Adds a finding in a manifest, or in no file.
    fn add(&mut self, location: Option<Span>, complete: Complete) {
        let diagnostic = self.softened(complete);
        if !self.is_only_counted(&diagnostic) {
            self.push(match location {
                Some(location) => diagnostic.at(location),
                None => diagnostic,
            });
        }
    }

    /// Adds a finding in a manifest that is one with others of the same `kind`: the first names them all, and its fix is
    /// for all. `named` is what the manifest is, and its name.
    pub(super) fn once_in_manifests(
        &mut self,
        location: Span,
        (kind, named): (String, (&'static str, &str)),
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let draft = self.draft(message.into());
        let diagnostic = self.softened(complete(draft));
        let shared = Shared::InManifests(kind);
        let (noun, name) = named;
        let seen = (self.document, &mut *self.report);
        if self.shared.join(&shared, &diagnostic, name, seen) || self.is_only_counted(&diagnostic) {
            return;
        }
        let next = self.report.len();
        self.shared.begin(shared, noun, &diagnostic, next);
        self.push(diagnostic.at(location));
    }

    /// Adds a finding that is in no file.
    pub(super) fn nowhere(
        &mut self,
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let draft = self.draft(message.into());
        self.add(None, complete(draft));
    }

    /// Which findings are shown.
    fn shown(&self) -> Shown {
        Shown {
            least: self.least,
            warnings: self.left > 0,
        }
    }

    /// Whether anybody sees findings of a level, or counts them.
    pub(super) fn are_shown(&self, level: Severity) -> bool {
        level >= self.least
    }

    /// Whether one more warning would only be counted; then it is. For rules that can have thousands, and nothing worse.
    pub(super) fn counts_only(&mut self) -> bool {
        if self.left == 0 {
            self.report.leave_out(self.rule);
        }
        self.left == 0
    }

    /// Whether nobody sees it, or there are enough warnings already: to place thousands that nobody is shown takes long.
    fn is_only_counted(&mut self, diagnostic: &Diagnostic) -> bool {
        if diagnostic.severity < self.least {
            return true;
        }
        if diagnostic.severity != Severity::Warning {
            return false;
        }
        let is_only_counted = self.left == 0;
        if is_only_counted {
            self.report.leave_out(self.rule);
        }
        self.left = self.left.saturating_sub(1);
        is_only_counted
    }

    /// Says in what was found once for several workloads which they are.
    pub(in crate::check) fn finish(&mut self) {
        self.shared.say(self.report);
    }

    fn push(&mut self, mut diagnostic: Diagnostic) {
        // What is true of the planned system and of the observed one for the same reason is said once. Two observed ones may
        // have the same fault, each in its own place.
        let first = self.report.len().min(self.first);
        let is_told = |(at, told): (usize, &Diagnostic)| {
            told.message == diagnostic.message
                && (at < self.planned || told.location == diagnostic.location)
        };
        let told = || self.report.iter().enumerate().skip(first).any(is_told);
        if self.version != Version::Planned && told() {
            return;
        }
        // Nobody needs to see the same line twice.
        let location = diagnostic.location;
        diagnostic
            .related
            .retain(|(other, _)| Some(*other) != location);
        let manifests = self.installed().map(|installed| installed.manifests);
        if let Some(why) = manifests.and_then(|own| unreachable::why(&diagnostic, own)) {
            diagnostic.fix = Err(NoFix(why));
            diagnostic.choice = None;
        }
        debug_assert!(
            self.levels.contains(&diagnostic.severity),
            "`{}` does not name the level {:?}",
            self.rule,
            diagnostic.severity
        );
        self.report.push(diagnostic);
        if self.version == Version::Planned {
            self.planned = self.report.len();
        }
    }

    /// A finding of the rule, of which only the message is known.
    fn draft(&self, message: String) -> Draft {
        let diagnostic = Diagnostic::error(self.rule, message).level(self.levels[0]);
        Draft::new(diagnostic, self.shown())
    }
}
