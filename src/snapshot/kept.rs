//! Which objects a snapshot keeps as they are, and whose they say that they are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use crate::kubernetes::Marks;

/// An object that is kept as it is.
#[derive(Clone, Debug)]
pub struct Kept {
    pub marks: Marks,
    /// Where its JSON stands among the objects; none where only its marks are kept.
    pub(super) range: Option<Range<usize>>,
}

/// What of an object says whose it is.
#[derive(Deserialize)]
pub(super) struct Raw<'t> {
    #[serde(borrow, default)]
    metadata: Metadata<'t>,
}

#[derive(Default, Deserialize)]
struct Metadata<'t> {
    #[serde(borrow, default)]
    labels: Option<Texts<'t>>,
    #[serde(borrow, default)]
    annotations: Option<Texts<'t>>,
}

type Texts<'t> = BTreeMap<Cow<'t, str>, Text<'t>>;

/// Borrowed where nothing in it is escaped.
#[derive(Deserialize)]
struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

impl From<Raw<'_>> for Marks {
    fn from(raw: Raw<'_>) -> Self {
        let labels = raw.metadata.labels.unwrap_or_default();
        let annotations = raw.metadata.annotations.unwrap_or_default();
        Self::of(
            |key| labels.get(key).map(|text| text.0.as_ref()),
            |key| annotations.get(key).map(|text| text.0.as_ref()),
        )
    }
}
