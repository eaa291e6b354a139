//! Where the configuration and the manifests have what findings are about.

use crate::components::observe::{self, Observed};
use crate::components::{Installed, System};
use crate::config::pointers;
use crate::diagnostic::{Pointer, Severity, position};
use crate::load::Document;
use crate::manifests::{ManifestWorkload, Manifests, Parts, pod_spec_pointer};
use crate::model::{WorkloadView, workload_view};
use crate::plan::Workload;
use crate::source::{SET, Sources, Span};

/// Characters of an argument that is named as a whole.
const LONGEST_SET: usize = 60;

/// Everything that has a place.
pub struct Places<'a> {
    pub(super) system: &'a System,
    pub(super) document: &'a Document<'a>,
    /// What manifests have of the system in place of the configuration.
    observed: Option<Observed>,
    /// What a descheduler among the manifests refuses of its policy.
    pub(super) refused: Option<Refused>,
    workloads: Vec<WorkloadView<'a>>,
    manifests: Option<&'a Manifests>,
    parts: Parts<'a>,
}

/// A fault for which a policy has no effect.
pub(super) struct Refused {
    pub(super) place: String,
    pub(super) fault: String,
}

fn refused(installed: &Installed<'_>, sources: &Sources) -> Option<Refused> {
    let mut policies = installed.policies.iter();
    policies.find_map(|found| {
        let mut faults = found.faults.iter();
        let fault = faults.find(|fault| fault.level == Severity::Error)?;
        Some(Refused {
            place: format!("{} profiles", position(sources, found.locate(fault))),
            fault: fault.text.clone(),
        })
    })
}

impl<'a> Places<'a> {
    /// `manifests` are those of the workloads.
    pub fn new(
        system: &'a System,
        document: &'a Document<'a>,
        manifests: Option<&'a Manifests>,
    ) -> Self {
        let installed = manifests.map(Installed::read);
        Self {
            system,
            document,
            observed: installed.as_ref().and_then(|installed| {
                let observed = observe::read(system, document, installed);
                observed.into_iter().next()
            }),
            refused: installed
                .as_ref()
                .and_then(|installed| refused(installed, document.sources)),
            workloads: workload_view::all(&system.plan, manifests),
            manifests,
            parts: Parts::new(document.sources),
        }
    }

    /// A workload by namespace and name. Where its manifest leaves the namespace out, it is the one that the cluster would
    /// take.
    pub(super) fn workload(&self, name: &str) -> Option<WorkloadView<'a>> {
        let (namespace, name) = name.split_once('/')?;
        let mut own = self.workloads.iter().filter(|own| own.name() == name);
        let is_there = |own: &&WorkloadView<'_>| {
            let is_open = own.planned.is_some_and(Workload::is_without_namespace);
            own.namespace().is_none_or(|own| own == namespace) || is_open
        };
        own.find(is_there).copied().or_else(|| {
            // What only holds room is none of the workloads, and can have faults all the same.
            let mut found = self.manifests?.workloads.iter();
            let own = |own: &&ManifestWorkload| {
                own.name == name && own.namespace.as_deref().is_none_or(|own| own == namespace)
            };
            found.find(own).map(WorkloadView::alone)
        })
    }

    /// Whether another namespace has a workload of the same name: `--set` cannot tell them apart.
    pub(super) fn is_alone(&self, pods: WorkloadView<'_>) -> bool {
        let mut all = self.workloads.iter();
        !all.any(|own| own.name() == pods.name() && own.namespace() != pods.namespace())
    }

    /// The system as the manifests have it, as far as they hold it.
    pub(super) fn in_effect(&self) -> &System {
        let observed = self.observed.as_ref();
        observed.map_or(self.system, |observed| &observed.system)
    }

    /// A place in the configuration, or where a manifest has that in its stead: `file:line:column spec.key`.
    pub(super) fn in_config(&self, pointer: &Pointer) -> String {
        let observed = self.observed.as_ref();
        let place = observed.and_then(|observed| observed.locations.of(pointer));
        let place = place.unwrap_or_else(|| self.document.locate(pointer));
        self.told(place, pointer)
    }

    /// Where a setting of a workload is written; where it is not, the workload or what chose it.
    pub(super) fn setting(&self, pods: WorkloadView<'_>, path: &[&str]) -> Pointer {
        let written = pods.setting(self.document, path);
        let listed = pods.planned.map(|planned| {
            let own = planned.pointer();
            own.map_or_else(|| planned.location(), |own| own.child(path[0]))
        });
        written
            .or(listed)
            .unwrap_or_else(|| pointers::spec("workloads"))
    }

    /// The first of these that an object of the manifests has: `file:line:column spec.key`.
    pub(super) fn in_object(&mut self, object: Span, pointers: &[Pointer]) -> Option<String> {
        let mut pointers = pointers.iter();
        pointers.find_map(|pointer| {
            let span = self.parts.locate(object, pointer)?;
            Some(self.told(span, pointer))
        })
    }

    /// The same of the pods that a manifest makes; else its name.
    pub(super) fn in_pods(&mut self, found: &ManifestWorkload, pointers: &[Pointer]) -> String {
        let place = self.in_object(found.location, pointers);
        place.unwrap_or_else(|| self.told(found.locations.name, &Pointer::parse("/metadata/name")))
    }

    /// Where the number of pods of a workload is written.
    pub(super) fn replicas(&mut self, pods: WorkloadView<'a>) -> Option<String> {
        if let Some(found) = pods.found {
            if found.autoscaling.is_some() {
                let key = Pointer::parse("/spec/maxReplicas");
                return Some(self.told(found.locations.autoscaling, &key));
            }
            let keys = ["/spec/replicas", "/spec/parallelism"].map(Pointer::parse);
            return self.in_object(found.location, &keys);
        }
        let written = ["autoscaling", "replicas"].into_iter();
        let mut written = written.filter_map(|key| pods.setting(self.document, &[key]));
        written.next().map(|pointer| self.in_config(&pointer))
    }

    pub(super) fn told(&self, span: Span, pointer: &Pointer) -> String {
        let keys: Vec<_> = pointer.segments().map(|key| key.to_string()).collect();
        let source = self.document.sources.get(span.source);
        let place = if source.name == SET {
            // There can be several, and each has but one line.
            format!("`--set {}`", short(&source.text))
        } else {
            position(self.document.sources, span)
        };
        format!("{place} {}", keys.join("."))
    }
}

/// What an argument `--set` says, without its value where that is long.
fn short(set: &str) -> String {
    let is_short = set.chars().count() <= LONGEST_SET && !set.contains('\n');
    match set.split_once('=') {
        Some((key, _)) if !is_short => format!("{key}=…"),
        _ => set.to_owned(),
    }
}

/// A part of the pods that a manifest makes, by the keys that lead there from their specification.
pub(super) fn of_pods(found: &ManifestWorkload, path: &str) -> Pointer {
    let pod = pod_spec_pointer(found.kind);
    path.split('/').fold(pod, |pointer, key| pointer.child(key))
}

/// A node pool in the configuration.
pub(super) fn of_pool(name: &str, system: &System) -> Pointer {
    let mut pools = system.plan.node_pools.iter();
    pointers::pool(pools.position(|pool| pool.name == name).unwrap_or(0))
}
