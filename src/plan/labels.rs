//! Labels as text.

use crate::config;
use crate::kubernetes::Labels;

/// The labels of a configuration.
pub(crate) fn owned_labels(labels: config::Labels) -> Labels {
    labels.into_iter().collect()
}
