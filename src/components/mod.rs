//! What each part of the system is made of. One file a component; `ALL` is the list.

mod descheduler;
mod disruption_budgets;
mod overprovisioner;
pub mod placement;
mod priority_expander;
mod proportional_autoscaler;
mod termination_handler;

use crate::build::Part;
use crate::plan::{Plan, Toleration};

/// A part of the system that can be left out.
#[derive(Debug)]
pub struct Component {
    /// As `--only` and `--skip` know it.
    pub name: &'static str,
    /// What it makes, in a few words.
    pub summary: &'static str,
    pub build: fn(&Plan) -> Part,
}

/// All components, in the order in which the article sets them up.
pub const ALL: &[Component] = &[
    Component {
        name: "priority-expander",
        summary: "the cluster autoscaler grows Spot pools first",
        build: priority_expander::build,
    },
    Component {
        name: "disruption-budgets",
        summary: "a PodDisruptionBudget for each workload",
        build: disruption_budgets::build,
    },
    Component {
        name: "placement",
        summary: "toleration, affinity, spread and grace of each workload",
        build: placement::build,
    },
    Component {
        name: "overprovisioner",
        summary: "placeholder pods that hold room and bring nodes up",
        build: overprovisioner::build,
    },
    Component {
        name: "proportional-autoscaler",
        summary: "scales placeholders with the cluster",
        build: proportional_autoscaler::build,
    },
    Component {
        name: "descheduler",
        summary: "moves pods back to Spot when it returns",
        build: descheduler::build,
    },
    Component {
        name: "termination-handler",
        summary: "drains a node that Azure is about to take away",
        build: termination_handler::build,
    },
    Component {
        name: "node-pools",
        summary: "the cloud's side: nothing yet in a format of Kubernetes",
        build: |_| Part::default(),
    },
    Component {
        name: "monitoring",
        summary: "accepted; makes nothing yet",
        build: |_| Part::default(),
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
fn tolerations(list: &[Toleration]) -> Option<Vec<k8s_openapi::api::core::v1::Toleration>> {
    Some(list.iter().map(toleration).collect::<Vec<_>>()).filter(|list| !list.is_empty())
}
