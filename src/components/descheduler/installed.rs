//! Policies in manifests.

use super::policy::{self, Fault, KIND, NODE_AFFINITY, NODE_TAINTS, Policy, Reading, WrongName};
use crate::diagnostic::{Pointer, Severity};
use crate::manifests::{ConfigMap, ManifestWorkload, Text};
use crate::source::Span;
use crate::yaml::{Entry, Node};

/// What every policy has in it, in the kind or in the version.
const POLICY: &str = "escheduler";

/// A policy of the descheduler.
#[derive(Debug)]
pub struct InstalledPolicy<'m> {
    pub text: &'m Text,
    pub map: &'m ConfigMap,
    pub policy: Policy,
    /// What the descheduler has against it.
    pub faults: Vec<Fault>,
    /// What needs a newer release than some that read it.
    pub new: Vec<Fault>,
    /// The text as data; none where it is no map.
    root: Option<Node<'m>>,
}

impl<'m> InstalledPolicy<'m> {
    /// None where a `ConfigMap` has no policy.
    pub(crate) fn read(map: &'m ConfigMap) -> Option<Self> {
        let text = map.data.iter().find(|text| is_policy(&text.text))?;
        let Reading {
            policy,
            faults,
            new,
            root,
        } = match text.unknown {
            Some(_) => Reading::default(),
            None => policy::read(&text.text),
        };
        Some(Self {
            text,
            map,
            policy,
            faults,
            new,
            root,
        })
    }
}

impl InstalledPolicy<'_> {
    /// Takes the plugins that are not built in for plugins of the image that reads it.
    pub(crate) fn trust_plugins_of_its_image(&mut self) {
        let mut unknown = self.faults.iter_mut();
        while let Some(fault) = unknown.find(|fault| fault.name == Some(WrongName::Unknown)) {
            fault.level = Severity::Warning;
        }
    }

    /// Whether the descheduler can use it. It may ignore a part.
    pub(crate) fn is_accepted(&self) -> bool {
        let mut faults = self.faults.iter();
        self.text.unknown.is_none() && faults.all(|fault| fault.level != Severity::Error)
    }

    /// Whether it has the format that 0.31 removed.
    pub(crate) fn is_former(&self) -> bool {
        let version = self.root.as_ref().and_then(|root| root.get("apiVersion"));
        version.and_then(Node::as_str) == Some(policy::FORMER_VERSION)
    }

    /// Whether a workload mounts it.
    pub(crate) fn is_mounted_by(&self, workload: &ManifestWorkload) -> bool {
        let program = workload.program.as_deref();
        let mut names = program.iter().flat_map(|program| &program.config_maps);
        names.any(|name| self.is_mounted_as(name, workload))
    }

    /// Whether it is the `ConfigMap` of this name that a workload mounts.
    pub(crate) fn is_mounted_as(&self, name: &str, workload: &ManifestWorkload) -> bool {
        let is_near = self.map.namespace.is_none()
            || workload.namespace.is_none()
            || self.map.namespace == workload.namespace;
        is_near && self.map.name == name
    }

    /// The keys of its `ConfigMap`.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.map.data.iter().map(|text| text.key.as_str())
    }

    /// Where a fault is in the file.
    pub(crate) fn locate(&self, fault: &Fault) -> Span {
        fault
            .at
            .map_or(self.text.location, |at| self.text.place(at))
    }

    /// Where a key of a map is in the file.
    pub(super) fn line(&self, entry: &Entry<'_>) -> Span {
        self.text.place(policy::line(&self.text.text, entry))
    }

    /// A key of the policy itself, where it is in the file.
    pub(crate) fn top(&self, key: &str) -> Option<Span> {
        let entry = self.root.as_ref()?.entry(key)?;
        Some(self.line(entry))
    }

    /// The first line of the policy, which stands for it as a whole.
    pub(crate) fn first_line(&self) -> Span {
        let first = self.root.as_ref().and_then(|root| root.entries().first());
        first.map_or(self.text.location, |entry| self.line(entry))
    }

    /// A profile by its number.
    pub(super) fn profile(&self, number: usize) -> Option<&Node<'_>> {
        self.root.as_ref()?.get("profiles")?.items().get(number)
    }

    /// The entry of a plugin in the `pluginConfig` of a profile: the first of its name, which counts.
    pub(super) fn configured(&self, number: usize, plugin: &str) -> Option<&Node<'_>> {
        let configs = self.profile(number)?.get("pluginConfig")?.items();
        let is_meant = |item: &&Node<'_>| item.get("name").and_then(Node::as_str) == Some(plugin);
        configs.iter().find(is_meant)
    }

    /// The place at which one step is missing to failback, and the step.
    pub(crate) fn almost(&self) -> Option<(Span, &'static str)> {
        let profiles = 0..self.policy.profiles.len();
        let affinity = profiles.clone().find_map(|number| {
            let name = self.plugin(number, NODE_AFFINITY)?;
            let is_enabled = self.enabled(number, NODE_AFFINITY).is_some();
            let own = self.arguments_of(number, NODE_AFFINITY);
            let types = own.entry("nodeAffinityType").or(own.around);
            Some(if is_enabled {
                (
                    types.unwrap_or(name),
                    "add `preferredDuringSchedulingIgnoredDuringExecution` to `nodeAffinityType`",
                )
            } else {
                (
                    name,
                    "enable `RemovePodsViolatingNodeAffinity` under `deschedule`, with `nodeAffinityType: \
                     [preferredDuringSchedulingIgnoredDuringExecution]`",
                )
            })
        });
        affinity.or_else(|| {
            profiles.into_iter().find_map(|number| {
                let location = self.enabled(number, NODE_TAINTS)?;
                let help = "taints move pods off on-demand only with `includePreferNoSchedule: true`, and only if on-demand \
                            nodes have a `PreferNoSchedule` taint; or enable `RemovePodsViolatingNodeAffinity` with \
                            `nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]`";
                Some((location, help))
            })
        })
    }

    /// Where the arguments of a plugin are in a profile.
    pub(super) fn arguments_of(&self, number: usize, plugin: &str) -> Entries<'_> {
        let own = self.configured(number, plugin);
        let args = own.and_then(|own| own.entry("args"));
        let name = || Some(self.text.place(own?.get("name")?.span));
        let configs = || {
            let profile = self.profile(number)?;
            let configs = profile.entry("pluginConfig").map(|entry| entry.key_span);
            let first = || Some(profile.entries().first()?.key_span);
            Some(self.text.place(configs.or_else(first)?))
        };
        let key = args.map(|args| self.text.place(args.key_span));
        Entries {
            policy: self,
            args: args.map(|args| &args.value),
            around: key.or_else(name).or_else(configs),
        }
    }

    /// Where the name of a plugin stands that a profile enables.
    pub(crate) fn enabled(&self, number: usize, plugin: &str) -> Option<Span> {
        let plugins = self.profile(number)?.get("plugins")?.entries().iter();
        let mut names =
            plugins.flat_map(|set| set.value.get("enabled").map_or(&[][..], Node::items));
        let name = names.find(|name| name.as_str() == Some(plugin))?;
        Some(self.text.place(name.span))
    }

    /// Where a plugin is configured in a profile.
    pub(crate) fn plugin(&self, number: usize, plugin: &str) -> Option<Span> {
        let name = self.configured(number, plugin)?.get("name")?;
        Some(self.text.place(name.span))
    }

    /// The pointer to the arguments of a plugin that a profile configures once.
    pub(crate) fn written(&self, number: usize, plugin: &str) -> Option<Pointer> {
        match self.arguments(number, plugin)? {
            Arguments::Written(pointer) => Some(pointer),
            Arguments::Missing(_) => None,
        }
    }

    /// Where the arguments of a plugin are or belong; `None` unless the profile has no more than one entry for the plugin.
    pub(super) fn arguments(&self, number: usize, plugin: &str) -> Option<Arguments> {
        let own = self.profile(number)?;
        let profile = self.text.pointer().child("profiles").child(number);
        let plugins = profile.child("pluginConfig");
        match own.get("pluginConfig") {
            Some(list) if !list.is_null() && has(list, plugin) => {
                let own = plugins.child(the_only(list, plugin)?);
                Some(Arguments::Written(own.child("args")))
            }
            _ => Some(Arguments::Missing(plugins)),
        }
    }
}

/// The arguments of a plugin in a policy.
pub(super) enum Arguments {
    /// Where they are.
    Written(Pointer),
    /// The list that an entry for the plugin is to be added to.
    Missing(Pointer),
}

fn has(list: &Node<'_>, name: &str) -> bool {
    let mut items = list.items().iter();
    items.any(|item| name_of(item) == name)
}

/// A profile may have none.
fn name_of<'n>(item: &'n Node<'_>) -> &'n str {
    let name = item.get("name").and_then(Node::as_str);
    name.unwrap_or_default()
}

/// The arguments of a plugin, each by its key.
pub(super) struct Entries<'p> {
    policy: &'p InstalledPolicy<'p>,
    args: Option<&'p Node<'p>>,
    /// The smallest thing that lacks what is missing: the arguments, their plugin, or all plugins.
    pub(super) around: Option<Span>,
}

impl Entries<'_> {
    /// Where an argument is in the file.
    pub(super) fn entry(&self, key: &str) -> Option<Span> {
        Some(self.policy.line(self.args?.entry(key)?))
    }
}

/// The number of the only item of this name.
fn the_only(list: &Node<'_>, name: &str) -> Option<usize> {
    let has_it = |item: &Node<'_>| name_of(item) == name;
    let mut found = list
        .items()
        .iter()
        .enumerate()
        .filter(|(_, item)| has_it(item));
    let (number, _) = found.next()?;
    found.next().is_none().then_some(number)
}

/// Whether an image is made of a release alone, as opposed to one into which its owner may have compiled plugins.
///
/// Sources: kubernetes-sigs/descheduler README.md (registry.k8s.io/descheduler/descheduler, whose mirrors keep the end of the
/// path) and pkg/framework/pluginregistry/pluginregistry.go, `Register`; bitnami/containers bitnami/descheduler.
pub(crate) fn is_image_of_a_release(image: &str) -> bool {
    let path = image.split('@').next().unwrap_or_default();
    let (owners, name) = path.rsplit_once('/').unwrap_or_default();
    let name = name.split(':').next().unwrap_or_default();
    let owner = owners.rsplit('/').next().unwrap_or_default();
    name.starts_with("descheduler") && ["descheduler", "bitnami", "bitnamilegacy"].contains(&owner)
}

/// Whether a text is a policy, as opposed to one that speaks of policies.
pub(crate) fn is_policy(text: &str) -> bool {
    // JSON is YAML, too, and may be one line.
    if text.trim_start().starts_with('{') {
        return text.contains(KIND) && text.contains("descheduler/");
    }
    let first = text.lines().find(|line| !line.trim().is_empty());
    let indentation = first.map_or(0, |line| line.len() - line.trim_start().len());
    let says = |line: &str| {
        let line = line.get(indentation..).unwrap_or_default();
        let (key, value) = line.split_once(':').unwrap_or(("", ""));
        let value = value.trim().trim_matches(['"', '\'']);
        match key {
            "kind" => value == KIND,
            "apiVersion" => value.starts_with("descheduler/"),
            _ => false,
        }
    };
    text.contains(POLICY) && text.lines().any(says)
}
