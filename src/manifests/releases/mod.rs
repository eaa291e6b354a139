//! Releases of Helm charts: in Git, values mostly stand in place of the objects that a chart renders to.
//!
//! Charts that install a part of the system are read as the objects that they would render to. Of all others it is known
//! that they are there.

mod argo_cd;
mod beside;
mod cluster_api;
mod documents;
mod flux;
mod found;
mod helm_controller;
mod helmfile;
mod known_chart;
mod kustomize;
mod layers;
mod no_place;
mod of_known_charts;
mod placed_value;
mod rendered;
mod set_path;
mod text_values;
mod values_file;

pub(super) use beside::Beside;
pub(super) use documents::{in_document, in_object};
pub(super) use found::Found;
pub use known_chart::{ChartRelease, KnownChart};
pub use no_place::NoPlace;
pub(super) use of_known_charts::charts;
pub(crate) use placed_value::PlacedValue;
pub(super) use placed_value::{Placed, placed};
pub use rendered::{Map, Rendered, RenderedConfigMap, ValuePlace};
pub(crate) use rendered::{printed, text};

use crate::source::Span;

/// A release of a chart in the manifests.
#[derive(Debug)]
pub struct ManifestRelease {
    /// `HelmRelease`, `Application` and so on; none for a values file.
    pub kind: Option<&'static str>,
    pub name: String,
    pub chart: Option<String>,
    /// Whether it is read as the objects that its chart renders to.
    pub is_read: bool,
    /// Whether values of it are in the manifests.
    pub has_values: bool,
    /// Where more of its values come from, which is not in the manifests.
    pub elsewhere: Option<Span>,
    /// Its name; in a values file, the key that tells the chart.
    pub location: Span,
}

impl ManifestRelease {
    /// Such as ``HelmRelease `web` (chart `nginx`)``.
    pub fn named(&self) -> String {
        let kind = self.kind.unwrap_or("release");
        match &self.chart {
            Some(chart) if *chart != self.name => {
                format!("{kind} `{}` (chart `{chart}`)", self.name)
            }
            _ => format!("{kind} `{}`", self.name),
        }
    }
}
