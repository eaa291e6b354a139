//! What the kinds of workloads say besides their pods: how they roll, what a Job asks for, who scales them.

use k8s_openapi::api::apps::v1::DeploymentSpec;
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::core::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector as ApiSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::affinity::select;
use crate::kubernetes::{HOSTNAME, LabelSelector, ZONE};
use crate::simulate::actors::controllers::{JobSpec, Rollout};
use crate::simulate::world::{Millis, OwnerId, SpreadConstraint, World, seconds};

/// What somebody scales, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaledOwner {
    pub owner: OwnerId,
    pub min: i64,
    pub max: i64,
}

/// `strategy` of a Deployment; none where it has the default.
/// Source: kubernetes/kubernetes `pkg/controller/deployment/util/deployment_util.go`, `ResolveFenceposts`: more pods are
/// rounded up, fewer down.
pub(super) fn rollout(spec: &DeploymentSpec) -> Option<Rollout> {
    let strategy = spec.strategy.as_ref()?;
    if strategy.type_.as_deref() == Some("Recreate") {
        return Some(Rollout::Recreate);
    }
    let rolling = strategy.rolling_update.as_ref()?;
    let replicas = i64::from(spec.replicas.unwrap_or(1));
    let surge = count(rolling.max_surge.as_ref(), replicas, 99);
    let unavailable = count(rolling.max_unavailable.as_ref(), replicas, 0);
    Some(Rollout::rolling(surge, unavailable))
}

/// A number, or a percentage of the replicas; the default is 25 %.
fn count(value: Option<&IntOrString>, replicas: i64, rounding: i64) -> i64 {
    let percent = match value {
        Some(IntOrString::Int(number)) => return i64::from(*number),
        Some(IntOrString::String(text)) => {
            text.strip_suffix('%').and_then(|text| text.parse().ok())
        }
        None => None,
    };
    (replicas * percent.unwrap_or(25) + rounding) / 100
}

/// Source: kubernetes/api batch/v1/types.go, `JobSpec`: what is not set is 1, and 6 failures.
pub(super) fn job(spec: &batch::JobSpec) -> JobSpec {
    let parallelism = i64::from(spec.parallelism.unwrap_or(1));
    let rules = spec
        .pod_failure_policy
        .iter()
        .flat_map(|policy| &policy.rules);
    let ignores = |rule: &batch::PodFailurePolicyRule| {
        let mut conditions = rule.on_pod_conditions.iter().flatten();
        rule.action == "Ignore" && conditions.any(|own| own.type_ == "DisruptionTarget")
    };
    JobSpec {
        parallelism,
        completions: spec.completions.map_or(parallelism, i64::from),
        backoff_limit: i64::from(spec.backoff_limit.unwrap_or(6)),
        ignores_disruptions: { rules }.any(ignores),
    }
}

/// The scheduler's own constraints for pods that have none: soft, over zones and over nodes.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/plugin.go,
/// `systemDefaultConstraints`; plugins/helper/spread.go, `DefaultSelector`, takes the selector of the pod's owner.
pub(super) fn default_spread(
    selector: &ApiSelector,
    namespace: &str,
    world: &mut World,
) -> Vec<SpreadConstraint> {
    let Ok(labels) = LabelSelector::try_from(selector) else {
        return Vec::new();
    };
    [(HOSTNAME, 3), (ZONE, 5)]
        .into_iter()
        .map(|(key, max_skew)| SpreadConstraint {
            topology: world.symbols.of(key),
            max_skew,
            is_hard: false,
            selector: select(world, namespace, labels.clone()),
            min_domains: None,
            honors_affinity: true,
            honors_taints: false,
        })
        .collect()
}

/// How long the hooks of a pod's containers hold its end up, as far as they say: they sleep, one beside the other.
pub(super) fn stop_hooks(spec: &api::PodSpec) -> Millis {
    let slept = spec.containers.iter().filter_map(|container| {
        let hook = container.lifecycle.as_ref()?.pre_stop.as_ref()?;
        if let Some(sleep) = &hook.sleep {
            return Some(sleep.seconds);
        }
        slept_by(hook.exec.as_ref()?.command.as_deref()?)
    });
    seconds(slept.max().unwrap_or(0).clamp(0, 3600))
}

/// `sleep 10`, alone or in the words of a shell.
fn slept_by(command: &[String]) -> Option<i64> {
    let words = command
        .iter()
        .flat_map(|part| part.split([' ', ';', '&', '\n']));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let sleeps = words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(word, _)| word.rsplit('/').next() == Some("sleep"));
    let mut times = sleeps.filter_map(|(_, time)| time.trim_end_matches('s').parse::<i64>().ok());
    times.next()
}

/// How long probes keep a pod from being ready at least.
/// Source: kubernetes/kubernetes pkg/kubelet/prober/worker.go, `doProbe`.
pub(super) fn first_probe(spec: &api::PodSpec) -> Millis {
    let delays = spec.containers.iter().map(|container| {
        let delay = |probe: &Option<api::Probe>| {
            probe
                .as_ref()
                .and_then(|own| own.initial_delay_seconds)
                .map_or(0, i64::from)
        };
        delay(&container.readiness_probe) + delay(&container.startup_probe)
    });
    seconds(delays.max().unwrap_or(0).clamp(0, 3600))
}

/// Whether the containers of a pod do nothing but wait, by their image or their command: they keep room for others.
pub(super) fn only_waits(spec: &api::PodSpec) -> bool {
    let waits = |container: &api::Container| {
        let image = container.image.as_deref().unwrap_or_default();
        let name = image.rsplit('/').next().unwrap_or_default();
        let name = name.split([':', '@']).next().unwrap_or_default();
        let told = container.command.iter().chain(&container.args).flatten();
        let mut words = told.flat_map(|text| text.split([' ', ';', '/', '\n']));
        name == "pause" || name.starts_with("pause-") || words.any(|word| word == "sleep")
    };
    spec.containers.iter().all(waits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_shell_that_sleeps_holds_the_end_up() {
        let words = |list: &[&str]| {
            list.iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(slept_by(&words(&["sleep", "10"])), Some(10));
        assert_eq!(
            slept_by(&words(&["/bin/sh", "-c", "/bin/sleep 15; nginx -s quit"])),
            Some(15)
        );
        assert_eq!(slept_by(&words(&["nginx", "-s", "quit"])), None);
    }

    #[test]
    fn percentages_of_a_rollout_are_rounded_as_upstream_does() {
        let spec = json!({
            "replicas": 3,
            "selector": {},
            "template": {},
            "strategy": {"rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 1}},
        });
        let spec: DeploymentSpec = serde_json::from_value(spec).expect("it is one");
        assert_eq!(rollout(&spec), Some(Rollout::rolling(2, 1)));
    }
}
