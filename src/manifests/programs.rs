//! The programs of the system itself, where manifests bring them: told by their images.

use super::shape::{self, Reader};
use super::{Found, Manifests};
use crate::config::Kind;
use crate::yaml::Node;

/// What a workload runs, if it is a part of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Descheduler,
    ProportionalAutoscaler,
    TerminationHandler,
    /// Does nothing: what placeholders run.
    Pause,
}

/// A program with what it is started with.
#[derive(Debug)]
pub struct FoundProgram {
    pub program: Program,
    pub image: String,
    /// Names without their dashes; none for a flag without a value.
    pub arguments: Vec<(String, Option<String>)>,
    /// When a `CronJob` starts it.
    pub schedule: Option<String>,
    /// Whether it requests anything but CPU and memory, a GPU say.
    pub requests_others: bool,
}

impl FoundProgram {
    /// The last value given for an argument.
    pub fn argument(&self, name: &str) -> Option<&str> {
        let mut given = self.arguments.iter().rev();
        given
            .find(|(own, _)| own == name)
            .and_then(|(_, value)| value.as_deref())
    }

    /// Whether a flag that is true or false is there, and not set to false.
    pub fn is_set(&self, name: &str) -> bool {
        let given = self.arguments.iter().rev().find(|(own, _)| own == name);
        // Source: golang/go src/strconv/atob.go, `ParseBool`.
        let no = ["0", "f", "F", "false", "FALSE", "False"];
        given.is_some_and(|(_, value)| value.as_deref().is_none_or(|value| !no.contains(&value)))
    }

    /// The tag of its image.
    pub fn tag(&self) -> Option<&str> {
        let image = self.image.split('@').next()?;
        let (_, name) = image.rsplit_once('/').unwrap_or(("", image));
        name.split_once(':').map(|(_, tag)| tag)
    }
}

impl Manifests {
    /// The workloads that run a program of the system.
    pub fn running(&self, program: Program) -> impl Iterator<Item = &Found> {
        let runs = move |found: &&Found| {
            found
                .program
                .as_ref()
                .is_some_and(|own| own.program == program)
        };
        self.workloads.iter().filter(runs)
    }

    /// The workloads of placeholders. What does nothing on every node, once images are there, is something else.
    pub fn placeholders(&self) -> impl Iterator<Item = &Found> {
        let is_one = |found: &&Found| {
            matches!(
                found.kind,
                Kind::Deployment
                    | Kind::ReplicaSet
                    | Kind::ReplicationController
                    | Kind::StatefulSet
            )
        };
        self.running(Program::Pause).filter(is_one)
    }
}

/// What a proportional autoscaler is told.
/// Source: kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 cmd/cluster-proportional-autoscaler/options/options.go.
impl Found {
    /// What it scales: `deployment/web`.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        let program = self.program.as_deref();
        let targets = program.and_then(|program| program.argument("target"));
        let targets = targets.unwrap_or_default().split(',').map(str::trim);
        targets.filter(|target| !target.is_empty())
    }

    /// Where it looks for its targets and its parameters; none where whoever applies it decides.
    pub fn scaled_namespace(&self) -> Option<&str> {
        let stated = self.program.as_deref()?.argument("namespace");
        // `$(MY_POD_NAMESPACE)` is its own.
        let stated = stated.filter(|namespace| !namespace.starts_with('$'));
        stated.or(self.namespace.as_deref())
    }

    /// Whether it looks in this namespace.
    pub fn scales_in(&self, namespace: Option<&str>) -> bool {
        let own = self.scaled_namespace();
        own.is_none() || namespace.is_none() || own == namespace
    }

    /// Whether another workload is a target of it.
    pub fn scales(&self, other: &Self) -> bool {
        let is_meant = |target: &str| {
            let target = target.to_lowercase();
            let parts = target.split_once('/');
            parts.is_some_and(|(kind, name)| {
                name == other.name && kind == other.kind.as_str().to_lowercase()
            })
        };
        self.scales_in(other.namespace.as_deref()) && self.targets().any(is_meant)
    }
}

/// What of the system the first container of a pod spec runs.
pub(crate) fn program(pod: Option<&Node<'_>>) -> Option<Program> {
    by_image(image(pod)?)
}

fn image<'n>(pod: Option<&'n Node<'_>>) -> Option<&'n str> {
    let containers = shape::present(pod, "containers").map_or(&[][..], Node::items);
    shape::present(containers.first(), "image").and_then(Node::as_str)
}

/// The same with what it is started with.
pub(super) fn read(
    reader: &mut Reader<'_>,
    spec: Option<&Node<'_>>,
    pod: Option<&Node<'_>>,
) -> Option<Box<FoundProgram>> {
    let image = image(pod)?;
    let program = by_image(image)?;
    let container = pod?.get("containers")?.items().first();
    let mut words = reader.texts(container, "command");
    words.extend(reader.texts(container, "args"));
    Some(Box::new(FoundProgram {
        program,
        image: image.to_owned(),
        arguments: arguments(&words),
        requests_others: requests_others(container),
        schedule: shape::present(spec, "schedule")
            .and_then(Node::as_str)
            .map(str::to_owned),
    }))
}

fn requests_others(container: Option<&Node<'_>>) -> bool {
    let resources = shape::present(container, "resources");
    let of = |key: &str| shape::present(resources, key).map_or(&[][..], Node::entries);
    let mut entries = of("requests").iter().chain(of("limits"));
    entries.any(|entry| !matches!(entry.key.as_ref(), "cpu" | "memory" | "ephemeral-storage"))
}

/// Mirrors keep the last part of a name; images for one kind of processor have that behind it.
fn by_image(image: &str) -> Option<Program> {
    let (_, name) = image.rsplit_once('/').unwrap_or(("", image));
    let name = name.split([':', '@']).next()?;
    let is = |own: &str| {
        let rest = name.strip_prefix(own);
        rest.is_some_and(|rest| {
            matches!(
                rest,
                "" | "-amd64" | "-arm" | "-arm64" | "-ppc64le" | "-s390x"
            )
        })
    };
    if is("descheduler") {
        Some(Program::Descheduler)
    } else if is("cluster-proportional-autoscaler") {
        Some(Program::ProportionalAutoscaler)
    } else if is("aks-node-termination-handler") {
        Some(Program::TerminationHandler)
    } else if is("pause") {
        Some(Program::Pause)
    } else {
        None
    }
}

/// `--name=value`, `-name=value` and `--name value`, as Go reads them.
/// Sources: golang/go src/flag/flag.go, spf13/pflag flag.go.
fn arguments(words: &[String]) -> Vec<(String, Option<String>)> {
    let mut arguments = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix('-') else {
            continue;
        };
        let name = name.strip_prefix('-').unwrap_or(name);
        let argument = if let Some((name, value)) = name.split_once('=') {
            (name.to_owned(), Some(value.to_owned()))
        } else {
            let value = words.next_if(|next| !next.starts_with('-'));
            (name.to_owned(), value.cloned())
        };
        arguments.push(argument);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_their_images() {
        for (image, expected) in [
            (
                "registry.k8s.io/descheduler/descheduler:v0.36.0",
                Some(Program::Descheduler),
            ),
            ("registry.k8s.io/pause:3.9", Some(Program::Pause)),
            ("pause-amd64@sha256:12", Some(Program::Pause)),
            (
                "localhost:5000/cpa/cluster-proportional-autoscaler-amd64:1.8.6",
                Some(Program::ProportionalAutoscaler),
            ),
            (
                "paskalmaksim/aks-node-termination-handler",
                Some(Program::TerminationHandler),
            ),
            ("registry.example.com/pauses:1", None),
            ("registry.example.com/descheduler/web:1", None),
        ] {
            assert_eq!(by_image(image), expected, "{image}");
        }
    }

    #[test]
    fn arguments_are_read_as_go_reads_them() {
        let words = ["/bin/x", "--a=1", "-b", "2", "--c", "--d=", "e"].map(str::to_owned);
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(
            arguments(&words),
            [
                ("a".to_owned(), value("1")),
                ("b".to_owned(), value("2")),
                ("c".to_owned(), None),
                ("d".to_owned(), value("")),
            ]
        );
    }
}
