//! From documents to what they hold.

use smol_str::SmolStr;

use super::autoscalers;
use super::claims;
use super::collected::Collected;
use super::go_templates::{self, Templated};
use super::judged::{self, is_judged_whole};
use super::known::Known;
use super::later::{self, Later, Unknown};
use super::objects::{self, Header, Object};
use super::overwritten::{Identity, Overwriting};
use super::programs::ManifestProgram;
use super::references;
use super::releases::{Beside, ManifestRelease, Rendered};
use super::requests::ContainerDefaults;
use super::shape::{RULE, Reader, Texts};
use super::unread::Fact;
use super::wanted::Wanted;
use super::workload;
use super::{
    budgets, config_maps, custom_objects, finders, owners, priority_classes, releases, watchers,
};
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::Node;

/// Collects what is in documents. They are read backwards: of an object that is defined twice, the last one counts.
pub(super) struct Collector<'r> {
    wanted: Wanted,
    reader: Reader<'r>,
    texts: Texts<'r>,
    beside: &'r Beside<'r>,
    /// The objects behind these documents, as far as they are known.
    overwriting: Overwriting<'r>,
    collected: Collected,
    /// Whether the object is made of values: those of two clusters make objects of the same names.
    is_rendering: bool,
}

impl<'r> Collector<'r> {
    pub(super) fn new(
        (texts, beside): (Texts<'r>, &'r Beside<'r>),
        wanted: Wanted,
        overwriting: Overwriting<'r>,
    ) -> Self {
        Self {
            wanted,
            reader: Reader::new(texts),
            texts,
            beside,
            overwriting,
            collected: Collected::default(),
            is_rendering: false,
        }
    }

    pub(super) fn report(&mut self, problem: Diagnostic) {
        self.reader.report.push(problem);
    }

    /// What stands around the expressions of a helmfile, or of a values file that is a template.
    pub(super) fn templated(&self, sources: &Sources, file: SourceId) -> Option<Templated> {
        let source = sources.get(file);
        let read = go_templates::read(file, &source.text)?;
        let is_read = self.beside.takes(file)
            || source.name.ends_with(".gotmpl")
            || read.documents.iter().any(releases::is_helmfile);
        is_read.then_some(read)
    }

    /// `template` has the lines that are not read, where the document is one.
    pub(super) fn document(&mut self, document: &Node<'_>, template: Option<&[Span]>) {
        let objects = objects::unwrap(&mut self.reader, document);
        let may_have_forms = later::may_have_forms((self.texts)(document.span));
        for object in objects.into_iter().rev() {
            self.reader.subject(object.kind.clone());
            let later = Later::of(object.node);
            self.reader.later = if may_have_forms { later } else { Later::NEVER };
            self.object(&object);
            // Values may come from another text.
            self.reader.later = later;
            if matches!(object.kind.as_str(), "ApplicationSet" | "HelmChartProxy") {
                self.reader.later = self.reader.later.with_templates();
            }
            let beside = (self.texts, self.beside);
            for found in releases::in_object(&object, beside) {
                self.release(&found);
            }
        }
        self.reader.later = Later::of(document);
        let around = (self.texts, self.beside);
        for found in releases::in_document(document, around, (self.wanted, template)) {
            self.release(&found);
        }
    }

    /// Reads what a release renders to, if its chart is known.
    fn release(&mut self, found: &releases::Found<'_>) {
        let later = self.reader.later;
        if found.values.is_template() {
            self.reader.later = later.with_templates();
        }
        let values = found.values.merged(Node::null(found.location));
        let is_known = || {
            let chart = found.chart?;
            (self.wanted.chart)(&|known| known.name == chart)
        };
        let broken = found.values.broken().filter(|_| is_known().is_some());
        let is_read = values.is_some_and(|values| self.render(found, &values));
        self.collected.manifests.releases.push(ManifestRelease {
            kind: found.kind,
            name: found.name.to_owned(),
            chart: found.chart.map(str::to_owned),
            is_read,
            has_values: found.values.is_here(),
            elsewhere: found.elsewhere,
            hidden: found.values.hidden(),
            broken,
            location: found.location,
        });
        self.reader.later = later;
    }

    /// Whether any chart of the release is known.
    fn render(&mut self, found: &releases::Found<'_>, values: &Node<'_>) -> bool {
        let charts = releases::charts(found, values, (self.wanted, self.reader.later));
        for (chart, release) in &charts {
            self.reader.is_incomplete = found.elsewhere.is_some();
            let first = self.collected.manifests.workloads.len();
            for rendered in (chart.render)(release) {
                self.rendered(rendered, release.location);
            }
            for workload in &mut self.collected.manifests.workloads[first..] {
                if workload.is_of_the_system() {
                    let releases::Placed { values, others } = releases::placed(release);
                    workload.values = values;
                    let program = workload.program.as_deref();
                    let start = program.and_then(ManifestProgram::start);
                    workload.values_at = start.filter(|at| *at != release.location);
                    self.collected.manifests.rendered.extend(workload.values_at);
                    self.collected.manifests.fixed_values.extend(others);
                }
            }
            self.reader.is_incomplete = false;
            self.collected.manifests.rendered.push(release.location);
        }
        !charts.is_empty()
    }

    fn rendered(&mut self, rendered: Rendered<'_>, location: Span) {
        match rendered {
            Rendered::Object(node) => {
                self.is_rendering = true;
                for object in objects::unwrap(&mut self.reader, &node) {
                    self.reader.subject(object.kind.clone());
                    self.object(&object);
                }
                self.is_rendering = false;
            }
            Rendered::ConfigMap(map) => {
                if let Err(why) = map.place.pointer {
                    self.collected
                        .manifests
                        .unplaced
                        .push((map.place.location, why));
                }
                let map = config_maps::rendered(&self.reader, *map, self.texts, location);
                self.collected.manifests.config_maps.push(map);
            }
        }
    }

    fn object(&mut self, object: &Object<'_, '_>) {
        self.collected.manifests.owners.extend(owners::read(object));
        self.collected
            .manifests
            .watchers
            .extend(watchers::read(object));
        self.collected
            .manifests
            .finders
            .extend(finders::read(object));
        if let Some(kind) = object.workload_kind() {
            if !objects::is_left_alone(object.node)
                && let Some(header) = self.header(object)
            {
                self.workload(object, kind, header);
            }
        } else if is_judged_whole(object) && self.is_unknown(object) {
            // It is named, and nothing else is said of it.
        } else if object.is("LimitRange", &[""]) {
            let metadata = self.reader.map(Some(object.node), "metadata");
            let namespace = self.reader.text(metadata, "namespace");
            let read = ContainerDefaults::read(&mut self.reader, object.node);
            let known = self.collected.defaults.entry(namespace).or_default();
            *known = known.or(read);
        } else if object.is("PodDisruptionBudget", &["policy"]) {
            if let Some(header) = self.header(object) {
                let budget = budgets::read(&mut self.reader, object, header);
                self.collected.manifests.budgets.push(budget);
            }
        } else if object.is("PriorityClass", &["scheduling.k8s.io"]) {
            if let Some(header) = self.header(object) {
                let class = priority_classes::read(&mut self.reader, object, header);
                self.collected.manifests.priority_classes.push(class);
            }
        } else if object.is("StorageClass", &["storage.k8s.io"]) {
            self.collected
                .storage_classes
                .extend(claims::read_class(object.node));
        } else if object.is("PersistentVolumeClaim", &[""]) {
            self.collected
                .claims
                .extend(claims::read_claim(object.node));
        } else if object.is("ConfigMap", &[""]) {
            // Duplicates matter only among those that are used.
            if config_maps::is_wanted(object.node, self.wanted)
                && let Some(header) = self.header(object)
            {
                let map = config_maps::read(&self.reader, object, header);
                self.collected.manifests.config_maps.push(map);
            }
        } else if autoscalers::is_one(object) {
            if let Some(header) = self.header(object) {
                let autoscaler = autoscalers::read(&mut self.reader, object, header);
                self.collected.autoscalers.extend(autoscaler);
            }
        } else {
            let custom = custom_objects::read(object);
            self.collected.manifests.custom_objects.extend(custom);
        }
    }

    /// Whether an object that is judged by its numbers has one which a tool replaces later: then it cannot be judged.
    fn is_unknown(&mut self, object: &Object<'_, '_>) -> bool {
        let Some((form, location)) = judged::unknown(self.reader.later, object) else {
            return false;
        };
        self.set_later(object, form.to_owned(), location);
        true
    }

    fn set_later(&mut self, object: &Object<'_, '_>, form: String, location: Span) {
        let name = object.node.at(&["metadata", "name"]);
        self.collected.manifests.unknown.push(Unknown {
            object: name.map_or(location, |name| name.span),
            location,
            form,
        });
    }

    fn workload(&mut self, object: &Object<'_, '_>, kind: Kind, header: Header) {
        let known = Known::of(self.reader.later, object, kind);
        for (form, location) in known.forms.iter().rev() {
            self.set_later(object, form.clone(), *location);
        }
        if known.is_unpatchable {
            return;
        }
        if kind == Kind::Rollout
            && let Some(reference) = references::read(&mut self.reader, object, &header)
        {
            self.collected.references.push(reference);
            return;
        }
        let read = workload::read(&mut self.reader, (object, known), kind, header, self.wanted);
        // Which pods it has, and how they are made, is behind everything else.
        let Some((found, claimed, requests)) = read else {
            return;
        };
        let takes_defaults = requests.takes_defaults() && !found.unread.has(Fact::Requests);
        self.collected.manifests.workloads.push(found);
        self.collected.claimed.push(claimed);
        self.collected
            .incomplete
            .push(takes_defaults.then_some(requests));
    }

    /// What was in the documents. `has_templates` says that some of them are left out.
    pub(super) fn finish(self, has_templates: bool) -> Collected {
        let mut collected = self.collected;
        collected.turn();
        Collected {
            report: self.reader.report,
            has_templates,
            ..collected
        }
    }

    /// The identity of the object. `None` if it has no name, or if a later object overwrites it: `kubectl apply` takes a
    /// stream in its order.
    fn header(&mut self, object: &Object<'_, '_>) -> Option<Header> {
        let header = objects::header(&mut self.reader, object)?;
        let is_alone = header.is_generated || self.is_rendering;
        let identity = (
            SmolStr::from(&object.kind),
            header.namespace.as_ref().map(SmolStr::from),
            SmolStr::from(&header.name),
        );
        if let Some(last) = self.last(&identity).filter(|_| !is_alone) {
            let message = format!(
                "{} `{}` is defined twice: only the last one counts, and only that one is checked",
                object.kind, header.name
            );
            let diagnostic = Diagnostic::error(RULE, message)
                .level(Severity::Warning)
                .at(header.location)
                .label("overwritten")
                .related(last, "the last one")
                .help("remove one of the two, or pass only the files that are applied together");
            self.reader.report.push(diagnostic);
            return None;
        }
        if !is_alone {
            self.collected.seen.insert(identity, header.location);
        }
        let later = self.reader.later;
        let namespace = header.namespace;
        Some(Header {
            namespace: namespace.filter(|own| later.form(own).is_none()),
            ..header
        })
    }

    /// Where an object behind this one has the same identity.
    fn last(&self, identity: &Identity) -> Option<Span> {
        let own = || self.collected.seen.get(identity).copied();
        self.overwriting.last(identity).or_else(own)
    }
}
