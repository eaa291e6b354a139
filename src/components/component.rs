//! What there is to a component.

use super::chart::{Chart, Section};
use super::installed::Installed;
use super::observe::Observed;
use super::placement::Patch;
use super::system::System;
use crate::kubernetes::Object;
use crate::load::Document;
use crate::plan::{Plan, Workload};
use crate::validate::Context;

/// A part of the system that can be left out: what each stage does with it. A field for each, so that none is forgotten.
#[derive(Debug)]
pub struct Component {
    /// As `--only` and `--skip` know it.
    pub name: &'static str,
    /// What it makes, in a few words.
    pub summary: &'static str,
    /// Finds what the schema cannot tell about its part of the configuration; none for a part that the schema covers.
    pub(crate) validate: Option<fn(&mut Context<'_>)>,
    pub makes: Makes,
    /// The upstream chart that installs it, where there is one.
    pub chart: Option<Chart>,
    /// Its section of the values of our own chart, where a template there is for it.
    pub(crate) section: Option<fn(&System) -> Option<Section>>,
    /// The last part of the name of the image that it runs; none where it runs nothing.
    pub(crate) image: Option<&'static str>,
    /// Whether a `ConfigMap`, by its name and its data, is its configuration; none where it reads none.
    pub(crate) config_map: Option<IsConfigMap>,
    /// Puts what manifests have of it in the place of what is planned, of several the one of this number; none where
    /// nothing is read.
    pub(crate) observe: Option<fn(&mut Observed, &Installed<'_>, &Document<'_>, usize)>,
}

/// By the name of a `ConfigMap`, and its data.
pub(crate) type IsConfigMap = fn(&str, &[(&str, &str)]) -> bool;

/// What a component makes, for the formats that can carry it.
#[derive(Clone, Copy, Debug)]
pub enum Makes {
    /// Kubernetes objects.
    Objects(fn(&System) -> Vec<Object>),
    /// An object for a workload, if it needs one, of the kind that is applied last: there may be very many.
    ObjectEach(fn(&Plan, &Workload) -> Option<Object>),
    /// A change to a workload, if it needs one.
    PatchEach(fn(&Plan, &Workload) -> Option<Patch>),
    /// Commands for the cloud, by the formats that speak to one.
    Commands,
    /// Nothing that a format carries yet.
    Nothing,
}
