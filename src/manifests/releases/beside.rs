//! What belongs to a release and stands beside it, in any order and in any file.

use memchr::memmem;

use super::found::{is_helmfile, last_part, text};
use super::generators::Generators;
use super::values_files::ValuesFiles;
use crate::manifests::go_templates;
use crate::parallel;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Node};

/// The `HelmChart`s, `HelmChartConfig`s, `ConfigMap`s and sources of charts in all manifests, as far as a release may use
/// them.
#[derive(Debug, Default)]
pub(in crate::manifests) struct Beside<'s> {
    /// Those of one name in one namespace belong together.
    charts: Vec<Identity>,
    configs: Vec<(Identity, Node<'s>)>,
    config_maps: Vec<(Identity, Node<'s>)>,
    /// Those with plain texts.
    secrets: Vec<(Identity, Node<'s>)>,
    readers: Vec<Reader>,
    sources: Vec<Chart>,
    files: Option<&'s Sources>,
    pub(super) generators: Generators,
    pub(super) values_files: ValuesFiles<'s>,
}

/// Words of files that may name others: what is not read here is not looked for again. `releases` may stand in quotes.
const NAMES_FILES: [&str; 5] = [
    "valuesFile",
    "additionalValuesFiles",
    "releases",
    "HelmRelease",
    "argoproj.io",
];

/// What a text has, as its words tell.
struct Words {
    /// A release with references to values.
    refers: bool,
    has_chart_ref: bool,
    may_name_files: bool,
}

impl Words {
    fn of(text: &str) -> Self {
        Self {
            refers: has(text, "HelmRelease") && has(text, "valuesFrom"),
            has_chart_ref: has(text, "chartRef"),
            may_name_files: NAMES_FILES.iter().any(|word| has(text, word)),
        }
    }
}

/// Whether a text has a word. Every text is asked for several.
fn has(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// A release that takes values from a `ConfigMap`.
#[derive(Debug)]
struct Reader {
    /// Of the release, and so of the `ConfigMap`.
    namespace: Option<String>,
    map: String,
    release: Span,
}

/// A source of Flux, and the chart that it has.
#[derive(Debug)]
struct Chart {
    kind: &'static str,
    identity: Identity,
    named: String,
    file: SourceId,
}

/// Where the sources of Flux have the name of their chart.
/// Source: fluxcd/source-controller `api/v1/helmchart_types.go` and `api/v1/ocirepository_types.go`.
const SOURCES: [(&str, [&str; 2]); 2] = [
    ("HelmChart", ["spec", "chart"]),
    ("OCIRepository", ["spec", "url"]),
];

/// Where a `Secret` has plain texts.
pub(super) const STRING_DATA: &str = "stringData";

const FLUX_SOURCES: &str = "source.toolkit.fluxcd.io/";

/// The namespace and the name.
type Identity = (Option<String>, String);

impl<'s> Beside<'s> {
    /// Reads the files that may have some.
    ///
    /// `find` looks for the releases of a document, so that the values files that they name are known before any is read.
    pub(in crate::manifests) fn read(
        sources: &'s Sources,
        files: &[SourceId],
        find: &dyn Fn(&Node<'_>, &Self),
    ) -> Self {
        let words = parallel::map(files, files.len() >= parallel::FILES, |file| {
            Words::of(&sources.get(*file).text)
        });
        let has_references = words.iter().any(|words| words.refers);
        let has_sources = words.iter().any(|words| words.has_chart_ref);
        let mut all = Self {
            files: Some(sources),
            values_files: ValuesFiles::new(sources, files),
            ..Self::default()
        };
        for (&file, words) in files.iter().zip(&words) {
            let text = &sources.get(file).text;
            let is_read = has(text, "HelmChartConfig")
                || has_references && has(text, "ConfigMap") && has(text, "data")
                || has_references && has(text, "Secret") && has(text, STRING_DATA)
                || has_references && has(text, "Generator")
                || words.refers
                || has_sources && has(text, FLUX_SOURCES);
            if is_read {
                let documents = yaml::parse_stream(file, text).documents;
                for document in &documents {
                    all.add(document);
                }
            }
        }
        if files.len() > 1 {
            let naming = files.iter().zip(&words);
            for (&file, _) in naming.filter(|(_, words)| words.may_name_files) {
                for document in documents(file, &sources.get(file).text) {
                    find(&document, &all);
                }
            }
        }
        all.values_files.close();
        all
    }

    fn add(&mut self, document: &Node<'s>) {
        self.generators.add(document);
        if let Some(identity) = identity(document, "HelmChart", "helm.cattle.io/") {
            self.charts.push(identity);
        } else if let Some(identity) = identity(document, "HelmChartConfig", "helm.cattle.io/") {
            self.configs.push((identity, document.clone()));
        } else if let Some(identity) = identity(document, "ConfigMap", "v1") {
            self.config_maps.push((identity, document.clone()));
        } else if let Some(identity) = identity(document, "Secret", "v1")
            && document.get(STRING_DATA).is_some()
        {
            self.secrets.push((identity, document.clone()));
        } else if let Some(identity) = identity(document, "HelmRelease", "helm.toolkit.fluxcd.io/")
        {
            self.add_readers(identity.0.as_deref(), document);
        }
        for (kind, path) in SOURCES {
            if let Some(identity) = identity(document, kind, FLUX_SOURCES)
                && let Some(chart) = text(document, &path)
            {
                self.sources.push(Chart {
                    kind,
                    identity,
                    named: last_part(chart).to_owned(),
                    file: document.span.source,
                });
            }
        }
        for item in document.get("items").map_or(&[][..], Node::items) {
            self.add(item);
        }
    }

    fn add_readers(&mut self, namespace: Option<&str>, release: &Node<'s>) {
        let references = release.at(&["spec", "valuesFrom"]);
        let references = references.map_or(&[][..], Node::items).iter();
        let names = references.filter_map(|own| text(own, &["name"]));
        let readers = names.map(|name| Reader {
            namespace: namespace.map(str::to_owned),
            map: name.to_owned(),
            release: release.span,
        });
        self.readers.extend(readers);
    }

    /// Whether another release may take values of this `ConfigMap` or `Secret` too.
    pub(super) fn is_shared(&self, map: &Node<'_>, release: &Node<'_>) -> bool {
        let Some(name) = text(map, &["metadata", "name"]) else {
            return false;
        };
        let others = self
            .readers
            .iter()
            .filter(|reader| reader.release != release.span);
        let mut others = others.filter(|reader| reader.map == name);
        others.any(|reader| {
            let wanted = (reader.namespace.as_deref(), name);
            let near = reader.release.source;
            let found = match text(map, &["kind"]) {
                Some("Secret") => named(&self.secrets, wanted),
                _ => named(&self.config_maps, wanted),
            };
            let is_this = |found: &Node<'_>| found.span == map.span;
            let may_be = found.iter().any(|found| is_this(found));
            let found = found.into_iter().map(|map| (map.span.source, map));
            may_be && self.nearest(found, near).is_none_or(is_this)
        })
    }

    /// Whether a release takes its values from a file.
    pub(in crate::manifests) fn takes(&self, file: SourceId) -> bool {
        self.values_files.is_taken(file)
    }

    /// The chart of a source that a `HelmRelease` names by its kind, its namespace and its name.
    pub(super) fn chart_of(
        &self,
        (kind, namespace): (&str, Option<&str>),
        name: &str,
        near: SourceId,
    ) -> Option<&str> {
        let is_it = |found: &&Chart| {
            found.kind == kind
                && found.identity.1 == name
                && found.identity.0.as_deref() == namespace
        };
        let found = self.sources.iter().filter(is_it);
        self.nearest(found.map(|found| (found.file, found.named.as_str())), near)
    }

    /// The `HelmChartConfig` of a `HelmChart`.
    pub(super) fn config_of(&self, chart: &Node<'_>) -> Option<&Node<'s>> {
        let own = identity(chart, "HelmChart", "helm.cattle.io/")?;
        let found = self.configs.iter().filter(|(other, _)| *other == own);
        let found = found.map(|(_, config)| (config.span.source, config));
        self.nearest(found, chart.span.source)
    }

    /// Whether the chart of a `HelmChartConfig` is here.
    pub(super) fn has_chart_of(&self, config: &Node<'_>) -> bool {
        let own = identity(config, "HelmChartConfig", "helm.cattle.io/");
        own.is_some_and(|own| self.charts.contains(&own))
    }

    /// The `ConfigMap` of a name in a namespace. A namespace that is not written may be any: a tool sets it later, for all
    /// objects together.
    pub(super) fn config_map(
        &self,
        (namespace, name): (Option<&str>, &str),
        near: SourceId,
    ) -> Option<&Node<'s>> {
        let found = named(&self.config_maps, (namespace, name)).into_iter();
        self.nearest(found.map(|map| (map.span.source, map)), near)
    }

    /// The same for a `Secret` whose texts are plain.
    pub(super) fn secret(&self, wanted: (Option<&str>, &str), near: SourceId) -> Option<&Node<'s>> {
        let found = named(&self.secrets, wanted).into_iter();
        self.nearest(found.map(|secret| (secret.span.source, secret)), near)
    }

    /// The last one of the file that has one and is nearest to another file. Overlays for several clusters have objects of
    /// the same names: where no file is nearer than all others, nobody knows which one is meant.
    fn nearest<T: Copy>(
        &self,
        found: impl Iterator<Item = (SourceId, T)>,
        near: SourceId,
    ) -> Option<T> {
        let mut best: Option<(usize, SourceId, T)> = None;
        let mut is_shared = false;
        for (file, one) in found {
            let shared = self.shared_folders(file, near);
            match &mut best {
                Some((most, of, _)) if *of != file && *most == shared => is_shared = true,
                Some((most, ..)) if *most > shared => {}
                _ => {
                    is_shared = is_shared && best.is_some_and(|(most, ..)| most == shared);
                    best = Some((shared, file, one));
                }
            }
        }
        best.filter(|_| !is_shared).map(|(.., one)| one)
    }

    /// How many folders two files have in common; one and the same file has more than any other.
    fn shared_folders(&self, file: SourceId, other: SourceId) -> usize {
        if file == other {
            return usize::MAX;
        }
        let name = |id: SourceId| self.files.map_or("", |files| files.get(id).name.as_str());
        let pairs = name(file).split('/').zip(name(other).split('/'));
        pairs.take_while(|(one, other)| one == other).count()
    }
}

/// The documents of a file, which may be a helmfile with expressions in it.
fn documents(file: SourceId, text: &str) -> Vec<Node<'_>> {
    let parsed = yaml::parse_stream(file, text);
    let is_whole = parsed.problems.iter().all(|own| own.related.is_some());
    let templated = || go_templates::read(file, text);
    let templated = (!is_whole).then(templated).flatten();
    match templated.filter(|read| read.documents.iter().any(is_helmfile)) {
        Some(read) => read.documents,
        None => parsed.documents,
    }
}

/// Those of a name that may be in a namespace.
fn named<'b, 's>(
    all: &'b [(Identity, Node<'s>)],
    (namespace, name): (Option<&str>, &str),
) -> Vec<&'b Node<'s>> {
    let named = || all.iter().filter(|(own, _)| own.1 == name);
    let is_there = |own: &Identity| own.0.as_deref() == namespace;
    let has_exact = named().any(|(own, _)| is_there(own));
    let may_be =
        |own: &Identity| is_there(own) || !has_exact && (own.0.is_none() || namespace.is_none());
    let found = named().filter(|(own, _)| may_be(own));
    found.map(|(_, map)| map).collect()
}

fn identity(object: &Node<'_>, kind: &str, group: &str) -> Option<Identity> {
    let is_one =
        text(object, &["kind"]) == Some(kind) && text(object, &["apiVersion"])?.starts_with(group);
    let name = text(object, &["metadata", "name"]).filter(|_| is_one)?;
    let namespace = text(object, &["metadata", "namespace"]);
    Some((namespace.map(str::to_owned), name.to_owned()))
}
