//! Detects documents that may contain pods, without parsing them.

use memchr::memmem::Finder;

use super::select::PRIORITY_CLASS;
use crate::kinds::Kinds;

/// Texts of which a document with pods contains at least one.
pub(super) struct Signs(Vec<Finder<'static>>);

impl Signs {
    /// The key that every pod spec of Kubernetes must have (k8s.io/api core/v1/types.go, `PodSpec`), and the API groups of
    /// other kinds; and the kind that tells placeholders from workloads. They are not detected if written with escapes.
    pub(super) fn new(kinds: &Kinds<'_>) -> Self {
        let signs = ["containers", PRIORITY_CLASS]
            .into_iter()
            .chain(kinds.groups());
        Self(signs.map(|sign| Finder::new(sign).into_owned()).collect())
    }

    pub(super) fn are_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|sign| sign.find(bytes).is_some())
    }
}
