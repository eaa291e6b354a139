//! What may be evicted at all: the `DefaultEvictor` of one profile, as the world is at one moment.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor, `Filter`, `PreEvictionFilter` and the
//! constraints.

use super::compiled::{CompiledProfile, NAMESPACE_NAME, ready_nodes};
use super::fit::Fitting;
use super::policy::{CRITICAL, Covered, Evictor};
use super::round::Kept;
use crate::kubernetes::Labels;
use crate::simulate::world::{NodeId, OwnerKind, PodId, Symbol, Template, TemplateId, World};

pub(super) struct State<'p> {
    evictor: &'p Evictor,
    compiled: &'p CompiledProfile,
    /// Nodes that `nodeFit` looks at.
    fit_nodes: Vec<NodeId>,
    /// By template, so far as they were asked for.
    fitting: Vec<Option<Fitting>>,
}

impl<'p> State<'p> {
    pub(super) fn new(evictor: &'p Evictor, compiled: &'p CompiledProfile, world: &World) -> Self {
        let selector = compiled.fit_nodes.as_ref().filter(|_| evictor.node_fit);
        Self {
            evictor,
            compiled,
            fit_nodes: selector.map_or_else(Vec::new, |nodes| ready_nodes(world, nodes)),
            fitting: vec![None; world.templates.len()],
        }
    }

    /// Everything that must hold before a plugin evicts a pod; else the first reason against it.
    pub(super) fn check(
        &mut self,
        pod: PodId,
        covered: &Covered,
        world: &World,
    ) -> Result<(), Kept> {
        let template = world.template_of(pod);
        if !covers(covered, world.owner_of(pod).namespace, template, world) {
            return Err(Kept::NotCovered);
        }
        self.filter(pod, template, world)?;
        self.pre_eviction_filter(pod, world)
    }

    fn filter(&self, id: PodId, template: &Template, world: &World) -> Result<(), Kept> {
        let evictor = self.evictor;
        if template.descheduler_evicts {
            return Ok(());
        }
        if evictor.obeys_sparing && template.descheduler_spares {
            return Err(Kept::Spared);
        }
        let pod = world.pod(id);
        if pod.is_terminating() {
            return Err(Kept::Terminating);
        }
        self.protect(id, template, world)?;
        if !evictor.labels.matches(&template.labels) {
            return Err(Kept::Unselected);
        }
        let kind = world.owner_of(id).kind;
        // What the owner has, terminating and finished pods included.
        let replicas = u64::try_from(world.pods_of(pod.owner).len()).unwrap_or(u64::MAX);
        if kind != OwnerKind::None && evictor.min_replicas > 1 && replicas < evictor.min_replicas {
            return Err(Kept::TooFewReplicas);
        }
        // `status.startTime`, in whole seconds.
        let started = pod.bound.map(|bound| world.clock.stamp(bound));
        let is_old = |age| started.is_some_and(|started| world.now - started >= age);
        if evictor.min_age.is_some_and(|age| !is_old(age)) {
            return Err(Kept::TooYoung);
        }
        Ok(())
    }

    fn protect(&self, pod: PodId, template: &Template, world: &World) -> Result<(), Kept> {
        let protects = &self.evictor.protects;
        let kind = world.owner_of(pod).kind;
        if protects.critical && template.priority >= CRITICAL {
            return Err(Kept::SystemCritical);
        }
        if protects.critical && template.priority >= self.evictor.threshold {
            return Err(Kept::Priority);
        }
        // Without the protection, only those that have failed; plugins do not look at them.
        if kind == OwnerKind::None {
            return Err(Kept::Bare);
        }
        if protects.local_storage && template.has_any_local_storage {
            return Err(Kept::LocalStorage);
        }
        if protects.daemon_sets && kind == OwnerKind::DaemonSet {
            return Err(Kept::DaemonSet);
        }
        if let Some(classes) = &protects.claims
            && has_protected_claim(template, classes, world)
        {
            return Err(Kept::Claims);
        }
        if protects.without_budget {
            return Err(Kept::WithoutBudget);
        }
        if protects.resource_claims && template.has_resource_claims {
            return Err(Kept::ResourceClaims);
        }
        Ok(())
    }

    fn pre_eviction_filter(&mut self, id: PodId, world: &World) -> Result<(), Kept> {
        let pod = world.pod(id);
        if self.evictor.node_fit {
            let node = pod.node.expect("plugins look at pods on nodes");
            if !self.fitting(pod.template, world).other_than(node) {
                return Err(Kept::NoNodeFits);
            }
        }
        let selector = &self.evictor.namespace_labels;
        if selector.is_empty() {
            return Ok(());
        }
        let namespace = world.owner_of(id).namespace;
        let known = self.compiled.namespaces.iter();
        let known = known.clone().find(|(own, _)| *own == namespace);
        let is_selected = known.map_or_else(
            || {
                let name = world.symbols.text(namespace).to_owned();
                let labels: Labels = [(NAMESPACE_NAME.to_owned(), name)].into_iter().collect();
                selector.matches(&labels)
            },
            |(_, is_selected)| *is_selected,
        );
        if is_selected {
            Ok(())
        } else {
            Err(Kept::UnselectedNamespace)
        }
    }

    fn fitting(&mut self, template: TemplateId, world: &World) -> Fitting {
        let nodes = &self.fit_nodes;
        let known = &mut self.fitting[template.index()];
        *known.get_or_insert_with(|| Fitting::of(template, nodes, world))
    }
}

/// Source: the same repository, pkg/descheduler/pod/pods.go, `BuildFilterFunc`.
fn covers(covered: &Covered, namespace: Symbol, template: &Template, world: &World) -> bool {
    let name = world.symbols.text(namespace);
    let has = |names: &[String]| names.iter().any(|own| own == name);
    (covered.included.is_empty() || has(&covered.included))
        && !has(&covered.excluded)
        && covered.labels.matches(&template.labels)
}

/// A claim whose class is not known protects its pod, too.
/// Source: defaultevictor.go, `applyPVCPodsProtection` and `podStorageClasses`.
fn has_protected_claim(template: &Template, classes: &[String], world: &World) -> bool {
    let is_protected = |class: &Option<Symbol>| {
        class.is_none_or(|class| {
            let name = world.symbols.text(class);
            classes.iter().any(|own| own == name)
        })
    };
    template.has_claims
        && (classes.is_empty()
            || template.storage_classes.is_empty()
            || template.storage_classes.iter().any(is_protected))
}
