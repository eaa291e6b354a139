//! Pods that stay on on-demand since the descheduler's settings spare them: what of the pods that is.

use super::class::{Blame, Class, Finding};
use super::hold::Hold;
use crate::components::System;
use crate::config::{DefaultProtection, ExtraProtection, pointers};
use crate::simulate::run::Run;
use crate::simulate::world::{Owner, OwnerId, Template};

/// Blames what of the first workload the settings go by, where that is known.
pub(super) fn explain(finding: &mut Finding, run: &Run, system: &System) {
    if finding.class != Class::L5 || finding.blame != Blame::OfClass {
        return;
    }
    let world = &run.started.engine.world;
    let parties = run.started.parties.iter();
    let mut named = parties.filter(|party| {
        let name = format!("{}/{}", party.namespace, party.name);
        finding.workloads.contains(&name)
    });
    let descheduler = system.descheduler.as_ref();
    let is_set = descheduler.is_some_and(|own| own.evictor.priority_threshold.is_some());
    let threshold = run.started.descheduler_threshold.filter(|_| is_set);
    let is_above = |owner: OwnerId| {
        let template = world.owners[owner.index()].template;
        threshold.is_some_and(|least| world.templates[template.index()].priority >= least)
    };
    if named.clone().any(|party| is_above(party.owner)) {
        say(finding, "whose priority is not below `priorityThreshold`");
        let key = pointers::spec("descheduler/evictor/priorityThreshold");
        finding.blame = Blame::Key(key);
        return;
    }
    let found = named.find_map(|party| {
        let owner = &world.owners[party.owner.index()];
        let template = &world.templates[owner.template.index()];
        let (hold, why) = spared(owner, template, system)?;
        Some((format!("{}/{}", party.namespace, party.name), hold, why))
    });
    let Some((workload, hold, why)) = found else {
        return;
    };
    say(finding, why);
    finding.blame = Blame::Pods {
        workload,
        hold,
        pools: Vec::new(),
    };
}

fn say(finding: &mut Finding, why: &str) {
    let stay = finding.message.split(": ").next().unwrap_or_default();
    finding.message =
        format!("{stay}: a Spot node has room, but the descheduler spares pods {why}");
}

fn spared(owner: &Owner, template: &Template, system: &System) -> Option<(Hold, &'static str)> {
    let evictor = &system.descheduler.as_ref()?.evictor;
    let has_all_claims = evictor.protected_storage_classes.is_empty();
    let extra = &evictor.extra_enabled;
    if template.has_claims && has_all_claims && extra.contains(&ExtraProtection::PodsWithPvc) {
        return Some((Hold::Claims, "with PersistentVolumeClaims"));
    }
    let off = &evictor.default_disabled;
    let is_spared = !off.contains(&DefaultProtection::PodsWithLocalStorage);
    if template.has_any_local_storage && is_spared {
        return Some((Hold::LocalStorage, "with volumes of their node"));
    }
    let least = evictor.min_replicas.unwrap_or(0);
    (owner.replicas < least && least > 1).then_some((Hold::Few, "of workloads with few replicas"))
}
