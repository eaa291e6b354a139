//! How long a container takes to stop, as far as its manifest says.

use super::script;
use super::sleeps::{name, seconds, taken};
use crate::source::Span;
use crate::yaml::Node;

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

/// None where nothing tells.
pub(super) fn read(container: &Node<'_>) -> Option<Shutdown> {
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

/// The seconds that a hook takes: `sleep: {seconds: …}`, or a command such as `["sh", "-c", "sleep 15"]`.
fn slept(hook: &Node<'_>) -> i64 {
    if let Some(seconds) = hook.at(&["sleep", "seconds"]) {
        return seconds.as_i64().unwrap_or(0);
    }
    let command = hook.at(&["exec", "command"]).map_or(&[][..], Node::items);
    let words: Vec<&str> = command.iter().filter_map(Node::as_str).collect();
    match script_of(&words) {
        Some(script) => script::seconds(script),
        None => taken(&words),
    }
}

/// What a shell is told to run: `["sh", "-c", "…"]`.
fn script_of<'w>(words: &[&'w str]) -> Option<&'w str> {
    const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "zsh"];
    let at = words.iter().position(|word| SHELLS.contains(&name(word)))?;
    let is_command =
        |word: &&str| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
    let option = words[at..].iter().position(is_command)?;
    words.get(at + option + 1).copied()
}

/// Arguments that say how long a program takes to stop.
/// Sources: gunicorn docs/source/settings.rst (`graceful_timeout`); uvicorn docs/settings.md; kubernetes/ingress-nginx
/// docs/user-guide/cli-arguments.md; dapr/dapr cmd/daprd/options/options.go; vectordotdev/vector src/cli.rs;
/// thanos-io/thanos cmd/thanos/config.go.
const ARGUMENTS: [&str; 7] = [
    "--dapr-graceful-shutdown-seconds",
    "--graceful-shutdown-limit-secs",
    "--graceful-timeout",
    "--grpc-grace-period",
    "--http-grace-period",
    "--shutdown-grace-period",
    "--timeout-graceful-shutdown",
];

/// Of each entry point of Traefik, which does not mind the case.
/// Source: traefik/traefik docs/content/reference/static-configuration/cli-ref.md.
const TRAEFIK: (&str, &str) = ("--entrypoints.", ".transport.lifecycle.gracetimeout");

fn is_known(name: &str) -> bool {
    let name = name.to_lowercase();
    ARGUMENTS.contains(&name.as_str()) || name.starts_with(TRAEFIK.0) && name.ends_with(TRAEFIK.1)
}

/// Variables that do. Sources: Spring Boot, `spring.lifecycle.timeout-per-shutdown-phase`; Quarkus,
/// `quarkus.shutdown.timeout`; dotnet/AspNetCore.Docs, `shutdownTimeoutSeconds`; istio/istio pilot-agent,
/// `TerminationDrainDuration`; linkerd/linkerd2-proxy linkerd/app/src/env.rs; vectordotdev/vector src/cli.rs.
const VARIABLES: [&str; 6] = [
    "ASPNETCORE_SHUTDOWNTIMEOUTSECONDS",
    "LINKERD2_PROXY_SHUTDOWN_GRACE_PERIOD",
    "QUARKUS_SHUTDOWN_TIMEOUT",
    "SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE",
    "TERMINATION_DRAIN_DURATION_SECONDS",
    "VECTOR_GRACEFUL_SHUTDOWN_LIMIT_SECS",
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
        if let (true, Some(seconds)) = (is_known(name), value.and_then(seconds)) {
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

    fn of(text: &str) -> Option<Shutdown> {
        let text = format!("{{{text}}}");
        let parsed = yaml::parse(SourceId(0), &text, Dialect::Manifest);
        read(parsed.documents.first().expect("it is written above"))
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
            (
                "lifecycle: {preStop: {exec: {command: [sh, -c, sleep 1m 30s]}}}",
                90,
                None,
            ),
            (
                "lifecycle: {preStop: {exec: {command: [timeout, -k, '5', '90', nginx, -s, quit]}}}",
                90,
                None,
            ),
            (
                "lifecycle: {preStop: {exec: {command: [sh, -c, 'timeout 1m /drain; timeout 20 sleep 50 && sleep 5']}}}",
                85,
                None,
            ),
            (
                "lifecycle: {preStop: {exec: {command: [sh, -c, \"# sleep 60 was too long\\nsleep 5 # or 9\"]}}}",
                5,
                None,
            ),
            (
                "lifecycle: {preStop: {exec: {command: [sh, -c, 'if [ -f x ]; then sleep 60; else sleep 2; fi; sleep 3']}}}",
                63,
                None,
            ),
            ("args: [--graceful-timeout, '30']", 0, Some(30)),
            (
                "args: [--entryPoints.web.transport.lifeCycle.graceTimeOut=45s]",
                0,
                Some(45),
            ),
            ("args: [--http-grace-period=2m]", 0, Some(120)),
            (
                "env: [{name: TERMINATION_DRAIN_DURATION_SECONDS, value: '35'}]",
                0,
                Some(35),
            ),
            ("args: [--timeout-graceful-shutdown=40]", 0, Some(40)),
            (
                "env: [{name: SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE, value: 50s}]",
                0,
                Some(50),
            ),
        ] {
            let shutdown = of(container);
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
            assert_eq!(of(container), None, "{container}");
        }
    }
}
