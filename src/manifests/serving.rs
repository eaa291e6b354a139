//! How the containers of a pod start to serve, and how they stop.

use super::shape;
use crate::source::Span;
use crate::values::Duration;
use crate::yaml::Node;

/// What a pod says of itself as a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// Where a container has a port and neither a readiness nor a startup probe, and no condition of the pod stands in for
    /// one.
    pub ready_from_the_start: Option<Span>,
    /// The container that takes longest to stop, as far as its manifest says.
    pub shutdown: Option<Shutdown>,
}

/// How long a container takes to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shutdown {
    /// How long its `preStop` hook sleeps, in seconds.
    pub pre_stop: i64,
    /// The setting that says how long its program then takes, and the seconds.
    pub setting: Option<(String, i64)>,
    pub location: Span,
}

impl Shutdown {
    pub fn seconds(&self) -> i64 {
        let program = self.setting.as_ref().map_or(0, |(_, seconds)| *seconds);
        self.pre_stop.saturating_add(program)
    }
}

pub(super) fn read(pod: Option<&Node<'_>>) -> Serving {
    let list = |key: &str| shape::present(pod, key).map_or(&[][..], Node::items);
    let containers = list("containers");
    let has = |container: &Node<'_>, key: &str| shape::present(Some(container), key).is_some();
    let is_probed =
        |container: &Node<'_>| has(container, "readinessProbe") || has(container, "startupProbe");
    let is_gated = !list("readinessGates").is_empty();
    let mut serving = containers.iter().filter(|container| {
        !shape::present(Some(container), "ports")
            .map_or(&[][..], Node::items)
            .is_empty()
    });
    let is_unknown = is_gated || containers.iter().any(is_probed);
    let stopping = containers.iter().filter_map(shutdown);
    Serving {
        ready_from_the_start: serving.next().filter(|_| !is_unknown).map(|container| {
            container
                .entry("ports")
                .map_or(container.span, |entry| entry.key_span)
        }),
        shutdown: stopping.max_by_key(Shutdown::seconds),
    }
}

fn shutdown(container: &Node<'_>) -> Option<Shutdown> {
    let hook = container.at(&["lifecycle", "preStop"]);
    let pre_stop = hook.map_or(0, slept);
    let setting = setting(container);
    let location = match (&setting, hook) {
        (_, Some(hook)) if pre_stop > 0 => hook.span,
        (Some((.., location)), _) => *location,
        _ => return None,
    };
    Some(Shutdown {
        pre_stop,
        setting: setting.map(|(name, seconds, _)| (name, seconds)),
        location,
    })
}

/// The seconds that a hook sleeps: `sleep: {seconds: …}`, or a command such as `["sh", "-c", "sleep 15"]`.
fn slept(hook: &Node<'_>) -> i64 {
    if let Some(seconds) = hook.at(&["sleep", "seconds"]) {
        return seconds.as_i64().unwrap_or(0);
    }
    let command = hook.at(&["exec", "command"]).map_or(&[][..], Node::items);
    let words = command.iter().filter_map(Node::as_str);
    let words = words.flat_map(|text| {
        text.split(|character: char| character.is_whitespace() || ";&|()".contains(character))
    });
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let pairs = words.windows(2);
    let sleeps = pairs.filter(|pair| pair[0] == "sleep" || pair[0].ends_with("/sleep"));
    sleeps.filter_map(|pair| seconds(pair[1])).sum()
}

/// A number of seconds, or a duration such as `30s`.
fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let duration = Duration::parse(text).ok()?;
        i64::try_from(duration.seconds()).ok()
    })
}

/// Arguments that say how long a program takes to stop.
/// Sources: gunicorn docs/source/settings.rst (`graceful_timeout`); uvicorn docs/settings.md; kubernetes/ingress-nginx
/// docs/user-guide/cli-arguments.md.
const ARGUMENTS: [&str; 3] = [
    "--graceful-timeout",
    "--timeout-graceful-shutdown",
    "--shutdown-grace-period",
];

/// Variables that do. Sources: Spring Boot, `spring.lifecycle.timeout-per-shutdown-phase`; Quarkus,
/// `quarkus.shutdown.timeout`.
const VARIABLES: [&str; 2] = [
    "SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE",
    "QUARKUS_SHUTDOWN_TIMEOUT",
];

/// The first such setting, its seconds, and where it is.
fn setting(container: &Node<'_>) -> Option<(String, i64, Span)> {
    let list = |key: &str| container.get(key).map_or(&[][..], Node::items);
    let words: Vec<&Node<'_>> = list("command").iter().chain(list("args")).collect();
    for (at, word) in words.iter().enumerate() {
        let Some(text) = word.as_str() else { continue };
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, words.get(at + 1).and_then(|next| next.as_str())),
        };
        if let (true, Some(seconds)) = (ARGUMENTS.contains(&name), value.and_then(seconds)) {
            return Some((name.to_owned(), seconds, word.span));
        }
    }
    list("env").iter().find_map(|variable| {
        let name = variable.get("name")?.as_str()?;
        let value = variable.get("value")?;
        let seconds = seconds(value.as_str()?)?;
        VARIABLES
            .contains(&name)
            .then(|| (name.to_owned(), seconds, value.span))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    fn of(text: &str) -> Serving {
        let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
        read(parsed.documents.first())
    }

    #[test]
    fn hooks_and_settings_say_how_long_a_container_takes_to_stop() {
        for (container, pre_stop, setting) in [
            ("lifecycle: {preStop: {sleep: {seconds: 15}}}", 15, None),
            (
                "lifecycle: {preStop: {exec: {command: [sleep, '20']}}}",
                20,
                None,
            ),
            (
                "lifecycle: {preStop: {exec: {command: [/bin/sh, -c, sleep 5; nginx -s quit && sleep 10]}}}",
                15,
                None,
            ),
            (
                "lifecycle: {preStop: {exec: {command: [sh, -c, /bin/sleep 1m]}}}",
                60,
                None,
            ),
            ("args: [--graceful-timeout, '30']", 0, Some(30)),
            ("args: [--timeout-graceful-shutdown=40]", 0, Some(40)),
            (
                "env: [{name: SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE, value: 50s}]",
                0,
                Some(50),
            ),
        ] {
            let shutdown = of(&format!("containers: [{{{container}}}]")).shutdown;
            let shutdown = shutdown.unwrap_or_else(|| panic!("{container}"));
            assert_eq!(shutdown.pre_stop, pre_stop, "{container}");
            assert_eq!(
                shutdown.setting.map(|(_, seconds)| seconds),
                setting,
                "{container}"
            );
        }
        for container in [
            "lifecycle: {preStop: {httpGet: {path: /stop, port: 80}}}",
            "args: [--graceful-timeout]",
            "env: [{name: QUARKUS_SHUTDOWN_TIMEOUT, valueFrom: {}}]",
        ] {
            assert_eq!(
                of(&format!("containers: [{{{container}}}]")).shutdown,
                None,
                "{container}"
            );
        }
    }

    #[test]
    fn a_port_without_a_probe_is_ready_from_the_start() {
        for (pod, expected) in [
            ("containers: [{ports: [{containerPort: 80}]}]", true),
            ("containers: [{ports: []}]", false),
            ("containers: [{name: worker}]", false),
            (
                "containers: [{ports: [{containerPort: 80}], readinessProbe: {tcpSocket: {port: 80}}}]",
                false,
            ),
            (
                "containers: [{ports: [{containerPort: 80}]}, {startupProbe: {tcpSocket: {port: 80}}}]",
                false,
            ),
            (
                "{containers: [{ports: [{containerPort: 80}]}], readinessGates: [{conditionType: a}]}",
                false,
            ),
        ] {
            assert_eq!(of(pod).ready_from_the_start.is_some(), expected, "{pod}");
        }
    }
}
