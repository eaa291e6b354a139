//! What tells of pods in a document, without reading it.

use memchr::memmem::Finder;

use crate::config::CustomKind;

/// At least one of them is in a document that holds pods.
pub(super) struct Signs(Vec<Finder<'static>>);

impl Signs {
    /// The key that every pod spec of Kubernetes must have (k8s.io/api core/v1/types.go, `PodSpec`), or a kind that is
    /// not Kubernetes' own. Where they are written with escapes they are not seen.
    pub(super) fn new(custom: &[CustomKind]) -> Self {
        let kinds = custom.iter().map(|custom| custom.kind.as_str());
        let signs = ["containers"].into_iter().chain(kinds);
        Self(signs.map(|sign| Finder::new(sign).into_owned()).collect())
    }

    pub(super) fn are_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|sign| sign.find(bytes).is_some())
    }
}
