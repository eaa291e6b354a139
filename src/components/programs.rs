//! The components themselves, where manifests bring them: told by their images, or by what these are started with.

use super::ComponentId;
use crate::manifests::{ManifestWorkload, Manifests};

/// The component that an image is of. Mirrors keep the last part of a name; images for one kind of processor have that
/// behind it. Pause is in many pods: placeholders are known by what they are.
pub(crate) fn component_of_image(image: &str) -> Option<ComponentId> {
    let (_, name) = image.rsplit_once('/').unwrap_or(("", image));
    let name = name.split([':', '@']).next()?;
    ComponentId::ALL.into_iter().find(|id| {
        let own = id
            .component()
            .image
            .filter(|_| *id != ComponentId::Overprovisioner);
        let rest = own.and_then(|own| name.strip_prefix(own));
        rest.is_some_and(|rest| {
            matches!(
                rest,
                "" | "-amd64" | "-arm" | "-arm64" | "-ppc64le" | "-s390x"
            )
        })
    })
}

/// The component that a container runs: by its image, else by the program or the arguments that it is started with, for
/// images can have other names in a mirror.
pub(crate) fn component_of<'w>(
    image: &str,
    mut started_with: impl Iterator<Item = &'w str>,
) -> Option<ComponentId> {
    if let Some(id) = component_of_image(image) {
        return Some(id);
    }
    let first = started_with.next()?;
    let by_name = |name: &str| {
        ComponentId::ALL.into_iter().find(|id| {
            let own = id.component().image;
            own.filter(|_| *id != ComponentId::Overprovisioner) == Some(name)
        })
    };
    let by_argument = |word: &str| {
        let name = word.strip_prefix('-')?;
        let name = name.strip_prefix('-').unwrap_or(name);
        let name = name.split('=').next()?;
        let has_it = |id: &ComponentId| id.component().own_arguments.contains(&name);
        ComponentId::ALL.into_iter().find(has_it)
    };
    let first = programs_of(first)
        .find_map(by_name)
        .or_else(|| by_argument(first));
    first.or_else(|| {
        started_with.find_map(|item| {
            // Only a script starts programs behind the first word.
            let is_script = item.contains([' ', '\n']) && !item.starts_with('-');
            let mut programs = programs_of(item).filter(|_| is_script);
            programs.find_map(by_name).or_else(|| by_argument(item))
        })
    })
}

/// The programs that the commands of a script start, without the folders that they are in.
fn programs_of(script: &str) -> impl Iterator<Item = &str> {
    let commands = script.split(['\n', ';', '&', '|']);
    commands.filter_map(|command| {
        let mut words = command.split_whitespace();
        let word = words.find(|word| !matches!(*word, "exec" | "then" | "do" | "else"))?;
        let word = word.trim_matches(['"', '\'']);
        Some(word.rsplit('/').next().unwrap_or(word))
    })
}

/// The workloads that run a component.
pub(crate) fn running(
    manifests: &Manifests,
    id: ComponentId,
) -> impl Iterator<Item = &ManifestWorkload> {
    let runs = move |found: &&ManifestWorkload| {
        let program = found.program.as_ref();
        program.is_some_and(|program| component_of(&program.image, program.words()) == Some(id))
    };
    manifests.workloads.iter().filter(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_known_by_their_images() {
        for (image, expected) in [
            (
                "registry.k8s.io/descheduler/descheduler:v0.36.0",
                Some(ComponentId::Descheduler),
            ),
            (
                "localhost:5000/descheduler-amd64@sha256:12",
                Some(ComponentId::Descheduler),
            ),
            ("registry.k8s.io/pause:3.9", None),
            (
                "localhost:5000/cpa/cluster-proportional-autoscaler-amd64:1.8.6",
                Some(ComponentId::ProportionalAutoscaler),
            ),
            (
                "paskalmaksim/aks-node-termination-handler",
                Some(ComponentId::TerminationHandler),
            ),
            ("registry.example.com/descheduler/web:1", None),
        ] {
            assert_eq!(component_of_image(image), expected, "{image}");
        }
    }

    #[test]
    fn components_are_known_by_what_is_started() {
        let autoscaler = Some(ComponentId::PriorityExpander);
        for (words, expected) in [
            (&["./cluster-autoscaler", "--v=4"][..], autoscaler),
            (
                &["/bin/sh", "-c", "set -e; exec ./cluster-autoscaler --v=4"],
                autoscaler,
            ),
            (&["--cloud-provider=aws", "--expander=random"], autoscaler),
            (
                &["/bin/descheduler", "--v", "3"],
                Some(ComponentId::Descheduler),
            ),
            (
                &["--descheduling-interval", "5m"],
                Some(ComponentId::Descheduler),
            ),
            (
                &["/cluster-proportional-autoscaler"],
                Some(ComponentId::ProportionalAutoscaler),
            ),
            // Other programs speak of them.
            (&["/watch", "cluster-autoscaler"], None),
            (&["sh", "-c", "tail -f /var/log/cluster-autoscaler"], None),
            (&["/manager", "--cloud-provider=aws"], None),
            (&["pause"], None),
            (&[], None),
        ] {
            let found = component_of("mirror.example.com/tools/x:1", words.iter().copied());
            assert_eq!(found, expected, "{words:?}");
        }
    }
}
