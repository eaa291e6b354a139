use crate::values::{LabelKey, LabelValue, SortedMap};

/// Labels in alphabetical order.
pub type Labels = SortedMap<LabelKey, LabelValue>;
