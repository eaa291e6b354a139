//! The planned overprovisioner.

use serde::Serialize;

use super::target::Target;
use crate::components::controller::Chart;
use crate::components::proportional_autoscaler::Scaling;
use crate::config::PlaceholderSpread;
use crate::kubernetes::{Resources, Toleration};

#[derive(Clone, Debug, PartialEq)]
pub struct Overprovisioner {
    pub namespace: String,
    pub create_namespace: bool,
    pub name: String,
    pub image: String,
    pub chart: Chart,
    pub placeholders: Vec<Placeholder>,
}

impl Overprovisioner {
    /// The name of a placeholder's `Deployment`.
    pub fn deployment(&self, placeholder: &Placeholder) -> String {
        format!("{}-{}", self.name, placeholder.name)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Placeholder {
    pub name: String,
    pub target: Target,
    /// `None` if `scaling` controls them.
    pub replicas: Option<i32>,
    pub requests: Resources,
    pub priority_class: PriorityClass,
    pub spread: PlaceholderSpread,
    pub tolerations: Vec<Toleration>,
    pub scaling: Option<Scaling>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PriorityClass {
    pub name: String,
    pub value: i32,
}
