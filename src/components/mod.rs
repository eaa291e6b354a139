//! What each part of the system is made of. One file a component; `ALL` is the list.

pub(crate) mod descheduler;
pub mod disruption_budgets;
pub(crate) mod overprovisioner;
pub mod placement;
pub(crate) mod priority_expander;
pub(crate) mod proportional_autoscaler;
pub(crate) mod termination_handler;

pub(crate) use descheduler::{EVICTOR, NODE_AFFINITY, POLICY_VERSION};
pub use overprovisioner::placeholder_labels;

use crate::kubernetes::Object;
use crate::plan::{Plan, Toleration, Workload};
use placement::Patch;

/// A part of the system that can be left out.
#[derive(Debug)]
pub struct Component {
    /// As `--only` and `--skip` know it.
    pub name: &'static str,
    /// What it makes, in a few words.
    pub summary: &'static str,
    pub makes: Makes,
}

/// What a component makes, for the formats that can carry it.
#[derive(Clone, Copy, Debug)]
pub enum Makes {
    /// Kubernetes objects.
    Objects(fn(&Plan) -> Vec<Object>),
    /// An object for a workload, if it needs one, of the kind that is applied last: there may be very many.
    ObjectEach(fn(&Plan, &Workload) -> Option<Object>),
    /// A change to a workload, if it needs one.
    PatchEach(fn(&Plan, &Workload) -> Option<Patch>),
    /// Commands for the cloud, by the formats that speak to one.
    Commands,
    /// Nothing that a format carries yet.
    Nothing,
}

/// All components, in the order in which the article sets them up.
pub const ALL: &[Component] = &[
    Component {
        name: "priority-expander",
        summary: "the cluster autoscaler grows Spot pools first: its priorities, and its profile as commands",
        makes: Makes::Objects(priority_expander::build),
    },
    Component {
        name: "disruption-budgets",
        summary: "a PodDisruptionBudget for each workload",
        makes: Makes::ObjectEach(disruption_budgets::build),
    },
    Component {
        name: "placement",
        summary: "toleration, affinity, spread and grace of each workload",
        makes: Makes::PatchEach(placement::patch_of),
    },
    Component {
        name: "overprovisioner",
        summary: "placeholder pods that hold room and bring nodes up",
        makes: Makes::Objects(overprovisioner::build),
    },
    Component {
        name: "proportional-autoscaler",
        summary: "scales placeholders with the cluster",
        makes: Makes::Objects(proportional_autoscaler::build),
    },
    Component {
        name: "descheduler",
        summary: "moves pods back to Spot when it returns",
        makes: Makes::Objects(descheduler::build),
    },
    Component {
        name: "termination-handler",
        summary: "drains a node that Azure is about to take away",
        makes: Makes::Objects(termination_handler::build),
    },
    Component {
        name: "node-pools",
        summary: "the cloud's node pools, as commands",
        makes: Makes::Commands,
    },
    Component {
        name: "monitoring",
        summary: "accepted; makes nothing yet",
        makes: Makes::Nothing,
    },
];

/// A toleration as the API has it.
fn toleration(toleration: &Toleration) -> k8s_openapi::api::core::v1::Toleration {
    let operator = if toleration.value.is_some() {
        "Equal"
    } else {
        "Exists"
    };
    k8s_openapi::api::core::v1::Toleration {
        effect: Some(toleration.effect.clone()),
        key: Some(toleration.key.clone()),
        operator: Some(operator.to_owned()),
        value: toleration.value.clone(),
        ..k8s_openapi::api::core::v1::Toleration::default()
    }
}

/// Tolerations as the API has them; `None` rather than an empty list.
pub(crate) fn tolerations(
    list: &[Toleration],
) -> Option<Vec<k8s_openapi::api::core::v1::Toleration>> {
    Some(list.iter().map(toleration).collect::<Vec<_>>()).filter(|list| !list.is_empty())
}
