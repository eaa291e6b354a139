//! The files that kustomizations lay over others: parts of objects, which have no class of their own.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::source::SourceId;
use crate::yaml::{self, Dialect, Node};

/// Source: kubernetes-sigs/kustomize api/konfig/general.go, `RecognizedKustomizationFileNames`.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What is known of folders so far: the patches that their kustomizations name.
#[derive(Default)]
pub(super) struct Kustomizations(HashMap<PathBuf, HashSet<PathBuf>>);

impl Kustomizations {
    /// Whether a kustomization in the folder of a file, or in one above it, names the file as a patch.
    pub(super) fn have_as_patch(&mut self, file: &Path) -> bool {
        let Ok(file) = file.canonicalize() else {
            return false;
        };
        file.ancestors().skip(1).any(|folder| {
            let patches = self.0.entry(folder.to_owned());
            let patches = patches.or_insert_with(|| patches_of(folder));
            patches.contains(&file)
        })
    }
}

fn patches_of(folder: &Path) -> HashSet<PathBuf> {
    let paths = FILE_NAMES.iter().map(|name| folder.join(name));
    let texts = paths.filter_map(|path| fs::read_to_string(path).ok());
    texts
        .flat_map(|text| {
            let parsed = yaml::parse(SourceId(0), &text, Dialect::Manifest);
            let named: Vec<PathBuf> = parsed.documents.iter().flat_map(named).collect();
            named
        })
        .filter_map(|path| folder.join(path).canonicalize().ok())
        .collect()
}

/// The files that a kustomization names as patches. The others of a list are patches themselves.
///
/// Source: kubernetes-sigs/kustomize api/types/kustomization.go, `Patches`, `PatchesJson6902` and `PatchesStrategicMerge`.
fn named(kustomization: &Node<'_>) -> Vec<PathBuf> {
    let items = |key: &str| kustomization.get(key).map_or(&[][..], Node::items).iter();
    let with_path = items("patches").chain(items("patchesJson6902"));
    let with_path = with_path.filter_map(|patch| patch.get("path"));
    with_path
        .chain(items("patchesStrategicMerge"))
        .filter_map(Node::as_str)
        .filter(|path| !path.contains('\n'))
        .map(PathBuf::from)
        .collect()
}
