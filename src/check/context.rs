//! Everything that rules can look at.

use crate::components::observe::{Locations, Observed};
use crate::components::{Installed, System};
use crate::diagnostic::Limit;
use crate::load::Document;
use crate::model::{WorkloadView, workload_view};

/// Everything that rules can look at.
pub(crate) struct RuleContext<'a> {
    pub(super) system: &'a System,
    pub(super) document: &'a Document<'a>,
    pub(super) installed: Option<&'a Installed<'a>>,
    pub(super) workloads: Vec<WorkloadView<'a>>,
    /// Where manifests have what of the system is theirs; none for the system that is planned.
    pub(super) observed: Option<&'a Locations>,
    /// What a rule need not look for any more.
    pub(super) limit: Limit,
}

impl<'a> RuleContext<'a> {
    pub(crate) fn new(
        system: &'a System,
        document: &'a Document<'a>,
        installed: Option<&'a Installed<'a>>,
    ) -> Self {
        let manifests = installed.map(|installed| installed.manifests);
        Self {
            system,
            document,
            installed,
            workloads: workload_view::all(&system.plan, manifests),
            observed: None,
            limit: Limit::NONE,
        }
    }

    /// The same over the system that the manifests hold.
    pub(crate) fn observed(&self, observed: &'a Observed) -> Self {
        Self {
            observed: Some(&observed.locations),
            ..Self::new(&observed.system, self.document, self.installed)
        }
    }
}
