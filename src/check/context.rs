//! Everything that rules can look at.

use crate::components::observe::{Brought, Places};
use crate::components::{Installed, System};
use crate::load::Document;
use crate::model::{WorkloadView, workload_view};

/// Everything that rules can look at.
pub(crate) struct RuleContext<'a> {
    pub(super) system: &'a System,
    pub(super) document: &'a Document<'a>,
    pub(super) installed: Option<&'a Installed<'a>>,
    pub(super) workloads: Vec<WorkloadView<'a>>,
    /// Where manifests have what of the system is theirs.
    pub(super) brought: Option<&'a Places>,
    /// How many warnings of one rule are shown.
    pub(super) most: usize,
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
            brought: None,
            most: usize::MAX,
        }
    }

    /// The same over a system that the manifests bring along.
    pub(crate) fn brought(&self, brought: &'a Brought) -> Self {
        Self {
            brought: Some(&brought.places),
            ..Self::new(&brought.system, self.document, self.installed)
        }
    }
}
