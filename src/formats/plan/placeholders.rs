//! Placeholders as they appear in a written plan.

use serde::Serialize;

use crate::components::controller::Chart;
use crate::components::overprovisioner::{self, PriorityClass, Target};
use crate::components::proportional_autoscaler::{self, Control};
use crate::config::PlaceholderSpread;
use crate::kubernetes::{Resources, Toleration};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Overprovisioner<'s> {
    namespace: &'s str,
    create_namespace: bool,
    name: &'s str,
    image: &'s str,
    chart: &'s Chart,
    placeholders: Vec<Placeholder<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Placeholder<'s> {
    name: &'s str,
    target: &'s Target,
    #[serde(skip_serializing_if = "Option::is_none")]
    replicas: Option<i32>,
    requests: &'s Resources,
    priority_class: &'s PriorityClass,
    spread: PlaceholderSpread,
    tolerations: &'s [Toleration],
    #[serde(skip_serializing_if = "Option::is_none")]
    scaling: Option<Scaling<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scaling<'s> {
    name: &'s str,
    config_map: &'s str,
    counting: &'s Target,
    control: &'s Control,
}

impl<'s> From<&'s overprovisioner::Overprovisioner> for Overprovisioner<'s> {
    fn from(whole: &'s overprovisioner::Overprovisioner) -> Self {
        Self {
            namespace: &whole.namespace,
            create_namespace: whole.create_namespace,
            name: &whole.name,
            image: &whole.image,
            chart: &whole.chart,
            placeholders: whole.placeholders.iter().map(Placeholder::from).collect(),
        }
    }
}

impl<'s> From<&'s overprovisioner::Placeholder> for Placeholder<'s> {
    fn from(placeholder: &'s overprovisioner::Placeholder) -> Self {
        Self {
            name: &placeholder.name,
            target: &placeholder.target,
            replicas: placeholder.replicas,
            requests: &placeholder.requests,
            priority_class: &placeholder.priority_class,
            spread: placeholder.spread,
            tolerations: &placeholder.tolerations,
            scaling: placeholder.scaling.as_ref().map(Scaling::from),
        }
    }
}

impl<'s> From<&'s proportional_autoscaler::Scaling> for Scaling<'s> {
    fn from(scaling: &'s proportional_autoscaler::Scaling) -> Self {
        Self {
            name: &scaling.name,
            config_map: &scaling.config_map,
            counting: &scaling.counting,
            control: &scaling.control,
        }
    }
}
