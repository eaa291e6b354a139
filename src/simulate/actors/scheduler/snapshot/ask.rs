//! How questions are worked out: each finds its counts on the snapshot, or has it begin to count.

use std::sync::Arc;

use super::domains::{Counted, Inclusion, is_hostname};
use super::questions::{HardSpread, Questions, SoftSpread};
use super::state::Snapshot;
use crate::simulate::world::{PodTerm, TemplateId, World};

/// What a required affinity of a pod that is there counts.
/// Source: kubernetes/kubernetes pkg/scheduler/apis/config/v1/defaults.go, `HardPodAffinityWeight`.
const HARD_AFFINITY_WEIGHT: i64 = 1;

impl Snapshot {
    /// What a template asks of other pods.
    pub fn questions(&mut self, world: &World, id: TemplateId) -> Arc<Questions> {
        self.know_templates(world);
        if self.questions.len() < world.templates.len() {
            self.questions.resize(world.templates.len(), None);
        }
        let known = self.questions[id.index()].take();
        let questions = match known {
            Some(known) if known.is_current(world) => known,
            known => {
                let mut questions = known.map_or_else(Questions::default, |known| (*known).clone());
                questions.ask(self, world, id);
                Arc::new(questions)
            }
        };
        self.questions[id.index()] = Some(Arc::clone(&questions));
        questions
    }
}

impl Questions {
    fn ask(&mut self, snapshot: &mut Snapshot, world: &World, id: TemplateId) {
        if self.known == 0 {
            self.ask_own(snapshot, world, id);
        }
        for other in self.known..world.templates.len() {
            self.ask_other(snapshot, world, id, TemplateId::of(other));
        }
        self.known = world.templates.len();
    }

    fn ask_own(&mut self, snapshot: &mut Snapshot, world: &World, id: TemplateId) {
        let template = &world.templates[id.index()];
        self.needs_all_labels = !template.spread_is_default;
        for (at, constraint) in template.spread.iter().enumerate() {
            let tally = snapshot.tally(world, Counted::Spread(constraint.selector));
            let inclusion = Inclusion::Constraint(id, at);
            if constraint.is_hard {
                self.hard.push(HardSpread {
                    domains: snapshot.domains(world, tally, constraint.topology, inclusion),
                    max_skew: constraint.max_skew,
                    min_domains: constraint.min_domains.unwrap_or(1),
                    own: i64::from(world.selectors.selects(constraint.selector, id)),
                });
            } else {
                let is_by_node = is_hostname(world, constraint.topology);
                self.soft.push(SoftSpread {
                    domains: (!is_by_node)
                        .then(|| snapshot.domains(world, tally, constraint.topology, inclusion)),
                    tally,
                    topology: snapshot.topology(constraint.topology),
                    max_skew: constraint.max_skew,
                });
            }
        }
        let labelled = Inclusion::Labelled;
        if !template.required_pods.is_empty() {
            let counted = Counted::MeetsAffinity(id);
            self.meets_itself = counted.selects(world, id);
            let tally = snapshot.tally(world, counted);
            let by = |term: &PodTerm| snapshot.domains(world, tally, term.topology, labelled);
            self.affinity = template.required_pods.iter().map(by).collect();
        }
        for (at, term) in template.forbidden_pods.iter().enumerate() {
            let tally = snapshot.tally(world, Counted::Forbidden(id, at));
            self.forbidden
                .push(snapshot.domains(world, tally, term.topology, labelled));
        }
        for (at, (weight, term)) in template.preferred_pods.iter().enumerate() {
            let tally = snapshot.tally(world, Counted::Preferred(id, at));
            self.wish(
                *weight,
                snapshot.domains(world, tally, term.topology, labelled),
            );
        }
    }

    /// What pods of another template ask of this one.
    /// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/interpodaffinity/scoring.go, `processExistingPod`;
    /// filtering.go, `getExistingAntiAffinityCounts`.
    fn ask_other(
        &mut self,
        snapshot: &mut Snapshot,
        world: &World,
        id: TemplateId,
        other: TemplateId,
    ) {
        let template = &world.templates[other.index()];
        let selects = |term: &&PodTerm| term.selects(id, &world.selectors);
        let mut by = |topology| {
            let tally = snapshot.tally(world, Counted::Template(other));
            snapshot.domains(world, tally, topology, Inclusion::Labelled)
        };
        for term in template.forbidden_pods.iter().filter(selects) {
            let domains = by(term.topology);
            if !self.forbidding.contains(&domains) {
                self.forbidding.push(domains);
            }
        }
        for term in template.required_pods.iter().filter(selects) {
            self.wish(HARD_AFFINITY_WEIGHT, by(term.topology));
        }
        for (weight, term) in &template.preferred_pods {
            if selects(&term) {
                self.wish(*weight, by(term.topology));
            }
        }
    }
}
