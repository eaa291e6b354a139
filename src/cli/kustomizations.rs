//! The files that kustomizations use for something else than objects of their own: patches, which are parts of objects, and
//! contents of a generated `ConfigMap` or `Secret`.

use std::fs;
use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceId;
use crate::yaml::{self, Dialect, Node};

/// Source: kubernetes-sigs/kustomize api/konfig/general.go, `RecognizedKustomizationFileNames`.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a kustomization makes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Patch,
    /// What a generated `ConfigMap` or `Secret` contains, in whose place the file is mounted or read.
    Content,
}

/// What is known of folders so far.
#[derive(Default)]
pub(super) struct Kustomizations(HashMap<PathBuf, Named>);

/// The files that the kustomization of a folder names.
#[derive(Default)]
struct Named {
    patches: HashSet<PathBuf>,
    contents: HashSet<PathBuf>,
    resources: HashSet<PathBuf>,
}

impl Kustomizations {
    /// What a kustomization in the folder of a file, or in one above it, makes of the file; `None` if it is applied as it
    /// is. No other kustomization can name it.
    /// Source: kubernetes-sigs/kustomize api/internal/loader/loadrestrictions.go, `RestrictionRootOnly`.
    pub(super) fn use_of(&mut self, file: &Path) -> Option<Use> {
        let target = file.canonicalize().ok()?;
        let (mut is_patch, mut is_content) = (false, false);
        for folder in target.ancestors().skip(1) {
            let named = self.0.entry(folder.to_owned());
            let named = named.or_insert_with(|| Named::by(folder));
            // What one takes for an object is one, whatever others make of it.
            if named.resources.contains(&target) {
                return None;
            }
            is_patch |= named.patches.contains(&target);
            is_content |= named.contents.contains(&target);
        }
        if is_patch {
            return Some(Use::Patch);
        }
        // Other contents, such as the values of a chart, are read for what they are.
        (is_content && holds_object(&target)).then_some(Use::Content)
    }
}

impl Use {
    /// The finding that a file is left out. `effect` says what that means for it; `help` is what to do instead.
    pub(super) fn finding(self, file: &Path, effect: &str, help: &str) -> Diagnostic {
        let what = match self {
            Self::Patch => "a patch of a kustomization",
            Self::Content => "the content of what a kustomization generates",
        };
        let message = format!("{} is {what}, and {effect}", file.display());
        let finding = Diagnostic::error("manifest", message).level(Severity::Info);
        match self {
            Self::Patch => finding.help(help),
            Self::Content => finding.help(
                "if pods are made of it, check what makes them; `spec.customKinds` says where an object has pods",
            ),
        }
    }
}

impl Named {
    fn by(folder: &Path) -> Self {
        let mut named = Self::default();
        for name in FILE_NAMES {
            let Ok(text) = fs::read_to_string(folder.join(name)) else {
                continue;
            };
            let parsed = yaml::parse(SourceId(0), &text, Dialect::Manifest);
            for kustomization in &parsed.documents {
                let found = |paths: Vec<&str>| {
                    let paths = paths.into_iter().map(|path| folder.join(path));
                    let paths: Vec<PathBuf> =
                        paths.filter_map(|path| path.canonicalize().ok()).collect();
                    paths
                };
                named.patches.extend(found(patches(kustomization)));
                named.contents.extend(found(contents(kustomization)));
                named.resources.extend(found(resources(kustomization)));
            }
        }
        named
    }
}

fn items<'n, 's>(kustomization: &'n Node<'s>, key: &str) -> std::slice::Iter<'n, Node<'s>> {
    let list = kustomization.get(key).map_or(&[][..], Node::items);
    list.iter()
}

/// The files that a kustomization names as patches. The others of a list are patches themselves.
///
/// Source: kubernetes-sigs/kustomize api/types/kustomization.go, `Patches`, `PatchesJson6902` and `PatchesStrategicMerge`.
fn patches<'n>(kustomization: &'n Node<'_>) -> Vec<&'n str> {
    let with_path = items(kustomization, "patches").chain(items(kustomization, "patchesJson6902"));
    let with_path = with_path.filter_map(|patch| patch.get("path"));
    with_path
        .chain(items(kustomization, "patchesStrategicMerge"))
        .filter_map(Node::as_str)
        .filter(|path| !path.contains('\n'))
        .collect()
}

/// The files that become what a `ConfigMap` or `Secret` contains, each of which may have its key before it.
///
/// Source: kubernetes-sigs/kustomize api/types/kvpairsources.go, `KvPairSources`.
fn contents<'n>(kustomization: &'n Node<'_>) -> Vec<&'n str> {
    let generators =
        items(kustomization, "configMapGenerator").chain(items(kustomization, "secretGenerator"));
    generators
        .flat_map(|generator| items(generator, "files"))
        .filter_map(Node::as_str)
        .map(|named| named.split_once('=').map_or(named, |(_, path)| path))
        .collect()
}

/// `bases` is what `resources` was called before.
/// Source: kubernetes-sigs/kustomize api/types/kustomization.go, `FixKustomizationPostUnmarshal`.
fn resources<'n>(kustomization: &'n Node<'_>) -> Vec<&'n str> {
    let named = items(kustomization, "resources").chain(items(kustomization, "bases"));
    named.filter_map(Node::as_str).collect()
}

/// Whether something in a file looks like an object of Kubernetes.
fn holds_object(file: &Path) -> bool {
    let Ok(text) = fs::read_to_string(file) else {
        return false;
    };
    let parsed = yaml::parse(SourceId(0), &text, Dialect::Manifest);
    let mut documents = parsed.documents.iter();
    documents.any(|document| document.get("apiVersion").is_some() && document.get("kind").is_some())
}
