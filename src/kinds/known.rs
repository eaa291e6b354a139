//! All kinds of a run: those that the configuration declares, and those of known operators that it does not.

use std::collections::BTreeSet;

use super::operators;
use super::pod_kind::PodKind;
use crate::config::CustomKind;

/// The kinds of known operators and those of a configuration.
#[derive(Debug)]
pub struct Kinds<'k>(Vec<PodKind<'k>>);

impl<'k> Kinds<'k> {
    pub fn new(custom: &'k [CustomKind]) -> Self {
        let known = operators::all().map(|known| -> PodKind<'k> { PodKind::from(known) });
        let mut known: Vec<PodKind<'k>> = known.collect();
        let mut kinds = Vec::new();
        for (at, custom) in custom.iter().enumerate() {
            let is_it = |known: &mut PodKind<'k>| {
                custom.group.as_str() == known.group && custom.kind.as_str() == known.kind
            };
            let same: Vec<PodKind<'k>> = known.extract_if(.., is_it).collect();
            kinds.push(PodKind::declared((at, custom), &same));
        }
        kinds.append(&mut known);
        Self(kinds)
    }

    /// The kind of an object. Objects without an API version are of no known group.
    pub(crate) fn find(&self, kind: &str, api_version: Option<&str>) -> Option<&PodKind<'k>> {
        let (group, version) = api_version?.split_once('/')?;
        self.0.iter().find(|known| {
            known.kind == kind
                && known.group == group
                && (known.versions.is_empty() || known.versions.contains(&version))
        })
    }

    pub(crate) fn groups(&self) -> BTreeSet<&'k str> {
        self.0.iter().map(|known| known.group).collect()
    }
}
