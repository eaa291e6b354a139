//! What a workload gets: the settings of its class, a budget, and a second workload.

use std::sync::Arc;

use super::resolver::{Counts, Identity, Resolver, Taken};
use crate::config::Kind;
use crate::manifests::ManifestWorkload;
use crate::plan::{Budget, OfManifest, Workload, WorkloadFacts};
use crate::workloads::bases::Candidate;
use crate::workloads::budget::{Budgeted, budget};
use crate::workloads::manifest::most;
use crate::workloads::settings::Settings;
use crate::workloads::unselected;

impl Resolver<'_> {
    pub(super) fn workload(
        &mut self,
        identity: Identity,
        counts: Counts,
        taken: Taken<'_>,
        class: String,
        found: Option<&ManifestWorkload>,
    ) -> Workload {
        let is_generated = found.is_some_and(|found| found.is_generated);
        // A second workload needs a name that is known.
        let base = if is_generated {
            0
        } else {
            self.base_count(&identity, &taken, found)
        };
        let resolved_budget = self.budget(&identity, &counts, (&taken, base), found);
        let mut disruption_budget = resolved_budget.filter(|_| !is_generated);
        let is_daemon_set = identity.kind == Kind::DaemonSet;
        let mut settings = Settings::new(taken.class, is_daemon_set, self.given.facts);
        if identity.selector.is_empty() {
            let refusal = unselected::refusal(
                &identity.name,
                taken.class,
                taken.has_default_spread,
                disruption_budget
                    .as_ref()
                    .filter(|_| !taken.has_default_budget),
            );
            // Only `spotgen patch` places what has another name each time, and warns of this.
            let refusal = refusal.filter(|_| !is_generated);
            let refusal = refusal.map(|refusal| refusal.at(self.location(identity.place)));
            self.report.extend(refusal.into_iter().collect());
            disruption_budget = None;
            settings.placement.spread.clear();
        }
        let tolerates_candidates = (self.given.tolerates_candidates)(
            &settings.placement,
            Some(identity.kind),
            taken.declared,
            found.map(|found| &*found.existing),
        );
        if tolerates_candidates {
            settings.placement.tolerate_deletion_candidates();
        }
        let mut workload = Workload {
            name: identity.name,
            namespace: identity.namespace,
            selector: identity.selector,
            facts: Arc::new(WorkloadFacts {
                number: self.numbers.next(),
                kind: identity.kind,
                replicas: counts.replicas,
                autoscaling: counts.autoscaling,
                requests: counts.requests,
                class,
                placement: settings.placement,
                termination_grace_period_seconds: settings.termination_grace_period_seconds,
                node_loss_toleration_seconds: settings.node_loss_toleration_seconds,
                own: taken.own,
            }),
            disruption_budget,
            manifest: found.map(of_manifest).map(Box::new),
            listed: None,
            let_go_by_manifests: None,
            is_kept_off_spot: false,
            part: None,
        };
        if base > 0 {
            let own_budget = |name: &str| {
                let budgeted = Budgeted {
                    kind: Kind::Deployment,
                    name,
                    most: Some(base),
                };
                let is_default = taken.has_default_budget;
                budget(taken.class, is_default, budgeted, self.given.version)
            };
            let manifests = (found, &self.by_name);
            self.bases
                .add(&mut workload, base, manifests, &self.budgets, own_budget);
        }
        workload
    }

    /// How many pods it keeps on on-demand in a second workload. If it cannot have one, that is reported.
    fn base_count(
        &mut self,
        identity: &Identity,
        taken: &Taken<'_>,
        found: Option<&ManifestWorkload>,
    ) -> i64 {
        let candidate = Candidate {
            kind: identity.kind,
            name: &identity.name,
            namespace: &identity.namespace,
            class: taken.class,
            own: taken.own_base,
            location: &|| self.location(identity.place),
            found,
        };
        let count = self.bases.count(candidate, &self.by_name);
        count.unwrap_or_else(|refusal| {
            self.report.push(*refusal);
            0
        })
    }

    fn budget(
        &self,
        identity: &Identity,
        counts: &Counts,
        (taken, base): (&Taken<'_>, i64),
        found: Option<&ManifestWorkload>,
    ) -> Option<Budget> {
        // Two budgets for one pod block every eviction.
        let pod_labels = found.map_or(&identity.selector, |found| &found.pod_labels);
        if self.budgets.cover(identity.namespace.as_str(), pod_labels) {
            return None;
        }
        let budgeted = Budgeted {
            kind: identity.kind,
            name: &identity.name,
            most: most(counts.autoscaling, counts.replicas).map(|most| most + base),
        };
        budget(
            taken.class,
            taken.has_default_budget,
            budgeted,
            self.given.version,
        )
    }
}

fn of_manifest(found: &ManifestWorkload) -> OfManifest {
    OfManifest {
        number: found.number,
        existing: Arc::clone(&found.existing),
        is_without_namespace: found.namespace.is_none(),
        drift: Vec::new(),
        priority: found.priority,
    }
}
