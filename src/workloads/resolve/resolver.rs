//! What the resolution of workloads knows so far.

use std::ops::RangeFrom;

use smol_str::SmolStr;

use super::alike::Alike;
use crate::config::{Autoscaling, Class, Kind};
use crate::diagnostic::Report;
use crate::kubernetes::{Labels, Resources};
use crate::load::Document;
use crate::manifests::{BudgetIndex, Manifests};
use crate::plan::{ClassRule, OwnSettings, Uncovered, Workload};
use crate::providers::Facts;
use crate::source::Span;
use crate::values::Version;
use crate::workloads::bases::{Bases, ByName};
use crate::workloads::classes::Classes;
use crate::workloads::declared::{Declared, ToleratesCandidates};
use crate::workloads::selection::Rules;

/// The parts that are already resolved.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) classes: &'a Classes,
    pub(crate) facts: &'static Facts,
    pub(crate) version: Version,
    pub(crate) tolerates_candidates: &'a ToleratesCandidates<'a>,
}

/// What is known of the workloads so far.
pub(super) struct Resolver<'a> {
    pub(super) given: Given<'a>,
    pub(super) manifests: Option<&'a Manifests>,
    /// The budgets in the manifests that spotgen has not made.
    pub(super) budgets: BudgetIndex<'a>,
    pub(super) document: &'a Document<'a>,
    pub(super) rules: Rules<'a>,
    /// The workloads of the manifests.
    pub(super) by_name: ByName<'a>,
    pub(super) bases: Bases,
    /// What is decided of listed workloads.
    pub(super) alike: Alike,
    /// The numbers of facts that are not given out yet.
    pub(super) numbers: RangeFrom<usize>,
    /// Those that a class rule or an annotation chooses, and that no patch can name.
    pub(super) generated: Vec<Workload>,
    pub(super) uncovered: Vec<Uncovered>,
    /// One for each of the configuration.
    pub(super) class_rules: Vec<ClassRule>,
    pub(super) report: Report,
}

/// The identity of a workload.
pub(super) struct Identity {
    pub(super) name: SmolStr,
    pub(super) namespace: SmolStr,
    pub(super) kind: Kind,
    /// Empty if no label of its pods is known.
    pub(super) selector: Labels,
    pub(super) place: Place,
}

/// Where a workload is declared. To find a line of the configuration takes long, and few are asked for.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Under this number in the list of the configuration.
    Listed(usize),
    /// In a manifest.
    Found(Span),
}

/// The settings of a workload, from its class and from itself.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    pub(super) class: &'a Class,
    /// Whether its budget is the built-in one.
    pub(super) has_default_budget: bool,
    /// Whether its spread is the built-in one.
    pub(super) has_default_spread: bool,
    pub(super) declared: Declared,
    /// What the configuration's list sets of it.
    pub(super) own: OwnSettings,
    /// Where it says itself how many pods it keeps on on-demand.
    pub(super) own_base: Option<Span>,
}

/// The number of pods, and the requests of each.
pub(super) struct Counts {
    pub(super) replicas: Option<i64>,
    pub(super) autoscaling: Option<Autoscaling>,
    pub(super) requests: Option<Resources>,
}
