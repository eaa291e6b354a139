//! Checks what a format cannot express of a valid system, so that writing cannot fail. There is one file per format; a
//! format that is missing here can express everything.

pub(crate) mod admission;
pub(crate) mod azure_cli;
pub(crate) mod flux_patches;
pub(crate) mod kustomize;
pub(crate) mod on_demand_base;

use crate::components::System;
use crate::components::bundle::Bundle;
use crate::diagnostic::Report;
use crate::load::Document;

/// Finds what a format cannot express; each finding is an error.
pub(crate) type Refusals = fn(&System, &Bundle<'_>, &Document<'_>) -> Report;
