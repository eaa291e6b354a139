//! What a format cannot say of a system that is right, so that nothing is left to go wrong when it is written. One file a
//! format; a format that is not here can say everything.

pub(crate) mod admission;
pub(crate) mod azure_cli;
pub(crate) mod flux_patches;
pub(crate) mod kustomize;

use crate::components::System;
use crate::components::bundle::Bundle;
use crate::diagnostic::Report;
use crate::load::Document;

/// Finds what a format cannot say, each finding an error.
pub(crate) type Refusals = fn(&System, &Bundle<'_>, &Document<'_>) -> Report;
