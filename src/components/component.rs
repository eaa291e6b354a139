//! The description of a component.

use super::alike::Likeness;
use super::chart::{Chart, Section};
use super::explained::Explained;
use super::installed::Installed;
use super::observe::Observed;
use super::placement::Patch;
use super::system::System;
use super::written::BuildEach;
use crate::kubernetes::Object;
use crate::load::Document;
use crate::manifests::KnownChart;
use crate::validate::Context;

/// A part of the system that can be skipped. There is one field per stage, so that none is forgotten.
#[derive(Debug)]
pub struct Component {
    /// The name for `--only` and `--skip`.
    pub name: &'static str,
    /// A short description of what it installs.
    pub summary: &'static str,
    /// Finds problems in its part of the configuration that the schema cannot express; `None` if the schema is enough.
    pub(crate) validate: Option<fn(&mut Context<'_>)>,
    pub makes: Makes,
    /// Whether what it makes depends on the workloads.
    pub reads_workloads: bool,
    /// The upstream chart that installs it, if there is one.
    pub chart: Option<Chart>,
    /// Its section in the values of spotgen's own chart, if it has a template there.
    pub(crate) section: Option<fn(&System) -> Option<Section>>,
    /// The last part of the name of its image; `None` if it runs nothing.
    pub(crate) image: Option<&'static str>,
    /// Arguments that no other program has.
    pub(crate) own_arguments: &'static [&'static str],
    /// Recognizes its configuration by the name and data of a `ConfigMap`; `None` if it reads none.
    pub(crate) config_map: Option<IsConfigMap>,
    /// The upstream chart whose values are read from manifests; `None` if no chart of it is known.
    pub(crate) values: Option<KnownChart>,
    /// Puts what manifests have of it in the place of what is planned, of several the one of this number; none where
    /// nothing is read.
    pub(crate) observe: Option<fn(&mut Observed, &Installed<'_>, &Document<'_>, usize)>,
}

/// A predicate on the name of a `ConfigMap` and its data.
pub(crate) type IsConfigMap = fn(&str, &[(&str, &str)]) -> bool;

/// The output of a component, for the formats that can contain it.
#[derive(Clone, Copy, Debug)]
pub enum Makes {
    /// Kubernetes objects.
    Objects(fn(&System) -> Vec<Explained<Object>>),
    /// An object for each workload that needs one; these are applied last, since there may be very many.
    ObjectEach(BuildEach<Object>, Likeness),
    /// A patch for each workload that needs one.
    PatchEach(BuildEach<Patch>, Likeness),
    /// Commands for the cloud, in formats that support them.
    Commands,
}
