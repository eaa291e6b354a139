//! `configMapGenerator` and `secretGenerator` of a `kustomization.yaml`, which make objects of files.
//! Source: kubernetes-sigs/kustomize api/types/generatorargs.go, kvpairsources.go and kustomization.go.

use super::found::text;
use crate::source::Span;
use crate::yaml::Node;

#[derive(Debug, Default)]
pub(super) struct Generators(Vec<Generator>);

#[derive(Debug)]
struct Generator {
    kind: &'static str,
    namespace: Option<String>,
    name: String,
    /// Each under its key.
    files: Vec<(String, String)>,
    /// Whether it changes an object that another one makes.
    is_over_another: bool,
    location: Span,
}

const KEYS: [(&str, &str); 2] = [
    ("configMapGenerator", "ConfigMap"),
    ("secretGenerator", "Secret"),
];

/// A file that has the text of an object.
pub(super) struct GeneratedText<'g> {
    pub(super) path: &'g str,
    /// In the `kustomization.yaml` that names it.
    pub(super) location: Span,
    /// Whether no other file can have it.
    pub(super) is_certain: bool,
}

impl Generators {
    pub(super) fn add(&mut self, document: &Node<'_>) {
        for (key, kind) in KEYS {
            for own in document.get(key).map_or(&[][..], Node::items) {
                let namespace =
                    text(own, &["namespace"]).or_else(|| text(document, &["namespace"]));
                let Some(name) = text(own, &["name"]) else {
                    continue;
                };
                let files = own.get("files").map_or(&[][..], Node::items).iter();
                let files = files.filter_map(|file| Some(keyed(file.as_str()?)));
                self.0.push(Generator {
                    kind,
                    namespace: namespace.map(str::to_owned),
                    name: name.to_owned(),
                    files: files.collect(),
                    is_over_another: matches!(text(own, &["behavior"]), Some("merge" | "replace")),
                    location: own.span,
                });
            }
        }
    }

    /// The files that have the text of an object under a key.
    pub(super) fn texts(
        &self,
        kind: &str,
        (namespace, name): (Option<&str>, &str),
        key: &str,
    ) -> Vec<GeneratedText<'_>> {
        let is_it = |own: &&Generator| {
            let own_namespace = own.namespace.as_deref();
            own.kind == kind
                && own.name == name
                && (own_namespace == namespace || own_namespace.is_none() || namespace.is_none())
        };
        let found: Vec<_> = self.0.iter().filter(is_it).collect();
        // An overlay is for one of several clusters.
        let is_certain = found.len() == 1 && !found[0].is_over_another;
        let texts = found.into_iter().flat_map(|own| {
            let files = own.files.iter().filter(|(own, _)| own == key);
            files.map(|(_, path)| GeneratedText {
                path,
                location: own.location,
                is_certain,
            })
        });
        texts.collect()
    }
}

/// A key with its file: `key=path`, or the name of the file as its key.
fn keyed(file: &str) -> (String, String) {
    let (key, path) = file.split_once('=').unwrap_or_else(|| {
        let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
        (name, file)
    });
    (key.to_owned(), path.to_owned())
}
