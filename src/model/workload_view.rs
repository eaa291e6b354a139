//! What rules ask of a workload, whether it is planned, found in manifests, or both.

use super::node_labels;
use crate::config::{Kind, Spot, SpreadMethod, WhenUnsatisfiable, pointers};
use crate::defaults;
use crate::diagnostic::Pointer;
use crate::kubernetes::{Effect, Labels, Resources, Taint, Toleration, TopologyKey};
use crate::load::Document;
use crate::manifests::{
    BudgetIndex, ExistingPlacement, Fact, ManifestBudget, ManifestWorkload, Manifests,
    NodeSelectorTerm, PodSelector, Priority,
};
use crate::plan::{NodePool, Plan, Spread, Workload};
use crate::yaml::Node;

/// A workload: what the plan makes of it, what its manifest says, or both.
#[derive(Clone, Copy, Debug)]
pub struct WorkloadView<'a> {
    pub planned: Option<&'a Workload>,
    pub found: Option<&'a ManifestWorkload>,
    /// The first budget of the manifests that covers its pods.
    pub budget: Option<&'a ManifestBudget>,
    /// A second one.
    pub other_budget: Option<&'a ManifestBudget>,
}

/// All workloads: those of the plan, then those that manifests have and the plan has not. What is a part of the system
/// itself is not one of them, unless somebody has planned it.
pub(crate) fn all<'a>(plan: &'a Plan, manifests: Option<&'a Manifests>) -> Vec<WorkloadView<'a>> {
    let budgets = manifests.map_or(&[][..], |manifests| &manifests.budgets);
    let budgets = BudgetIndex::new(budgets);
    let manifests = manifests.map_or(&[][..], |manifests| &manifests.workloads);
    let mut is_planned = vec![false; manifests.len()];
    let mut all: Vec<WorkloadView<'a>> = Vec::new();
    for workload in plan.workloads.iter().chain(&plan.generated) {
        let found = workload.found.and_then(|number| manifests.get(number));
        if let Some(is_planned) = workload.found.and_then(|number| is_planned.get_mut(number)) {
            *is_planned = true;
        }
        all.push(WorkloadView {
            planned: Some(workload),
            found,
            budget: None,
            other_budget: None,
        });
    }
    let others = manifests.iter().zip(is_planned);
    let others = others.filter(|(found, is_planned)| !is_planned && !found.is_of_the_system());
    all.extend(others.map(|(found, _)| WorkloadView::alone(found)));
    for workload in &mut all {
        if !workload.labels().is_empty() {
            let namespace = workload.namespace().unwrap_or(defaults::NAMESPACE);
            // A planned one gets its own again, whatever an earlier output has of it.
            let is_planned = workload.planned.is_some();
            let over = budgets.over(namespace, workload.labels());
            let mut over = over.filter(|budget| !(is_planned && budget.is_ours));
            workload.budget = over.next();
            workload.other_budget = over.next();
        }
    }
    all
}

impl<'a> WorkloadView<'a> {
    /// What the plan alone says of them.
    pub(crate) fn planned(planned: &'a Workload) -> Self {
        Self {
            planned: Some(planned),
            found: None,
            budget: None,
            other_budget: None,
        }
    }

    /// What a manifest alone says of them.
    pub(crate) fn alone(found: &'a ManifestWorkload) -> Self {
        Self {
            planned: None,
            found: Some(found),
            budget: None,
            other_budget: None,
        }
    }

    pub fn name(self) -> &'a str {
        let planned = self.planned.map(|workload| workload.name.as_str());
        planned
            .or(self.found.map(|found| found.name.as_str()))
            .unwrap_or_default()
    }

    pub fn kind(self) -> Kind {
        let planned = self.planned.map(|workload| workload.kind);
        planned
            .or(self.found.map(|found| found.kind))
            .unwrap_or(Kind::Deployment)
    }

    /// None where the manifest leaves it to whoever applies it.
    pub fn namespace(self) -> Option<&'a str> {
        let planned = self.planned.map(|workload| workload.namespace.as_str());
        planned.or(self.found.and_then(|found| found.namespace.as_deref()))
    }

    pub fn spot(self) -> Option<Spot> {
        self.planned.and_then(|workload| workload.placement.spot())
    }

    /// The labels of its pods, as far as they are known.
    pub fn labels(self) -> &'a Labels {
        static NONE: Labels = Labels::new();
        let found = self.found.map(|found| &found.pod_labels);
        found
            .or(self.planned.map(|workload| &workload.selector))
            .unwrap_or(&NONE)
    }

    /// The most pods that it can have.
    pub fn most(self) -> Option<i64> {
        match self.planned {
            Some(workload) => workload.most_replicas(),
            None => self
                .found
                .and_then(|found| found.autoscaling.map(|(_, max)| max).or(found.replicas)),
        }
    }

    /// How many pods it usually has.
    pub fn usual(self) -> Option<i64> {
        match self.planned {
            Some(workload) => workload.usual_replicas(),
            None => self.least(),
        }
    }

    /// The range of its autoscaler.
    pub fn autoscaling(self) -> Option<(i64, i64)> {
        let planned = self.planned.and_then(|workload| workload.autoscaling);
        planned
            .map(|range| (range.min.get(), range.max.get()))
            .or(self.found.and_then(|found| found.autoscaling))
    }

    /// The fewest pods that it can have.
    pub fn least(self) -> Option<i64> {
        let range = self.autoscaling();
        range.map(|(min, _)| min).or(self.replicas())
    }

    /// How many pods it has where nothing scales it.
    pub fn replicas(self) -> Option<i64> {
        match self.planned {
            Some(workload) => workload.replicas,
            None => self.found.and_then(|found| found.replicas),
        }
    }

    pub fn requests(self) -> Option<&'a Resources> {
        let planned = self.planned.and_then(|workload| workload.requests.as_ref());
        planned.or(self.found.and_then(|found| found.requests.as_ref()))
    }

    /// Whether a budget covers its pods: its own, or one that is made.
    pub fn has_budget(self) -> bool {
        let planned = self
            .planned
            .and_then(|workload| workload.disruption_budget.as_ref());
        planned.is_some() || self.budget.is_some() || self.shares_budget_of().is_some()
    }

    /// Whether it keeps pods of another workload on on-demand.
    pub fn is_base_of(self, other: WorkloadView<'_>) -> bool {
        let base = self.planned.and_then(Workload::base);
        base.is_some_and(|base| base.of == other.name()) && self.namespace() == other.namespace()
    }

    /// The workload whose budget covers its pods too, by namespace and name: it is the second one of that.
    pub fn shares_budget_of(self) -> Option<(&'a str, &'a str)> {
        let workload = self.planned?;
        let base = workload.base().filter(|base| base.shares_budget)?;
        Some((&workload.namespace, &base.of))
    }

    /// Whether nobody knows here what its manifest says of this.
    pub fn is_unread(self, fact: Fact) -> bool {
        self.found.is_some_and(|found| found.unread.has(fact))
    }

    /// Whether all is known that its manifest says of where its pods may run.
    pub fn has_known_placement(self) -> bool {
        !self.is_unread(Fact::Placement)
    }

    /// Where its own manifest lets its pods run.
    pub fn existing(self) -> Option<&'a ExistingPlacement> {
        self.found.map(|found| &*found.existing)
    }

    /// What must be kept of the spread of its pods: by the plan, and by its manifest, whose topology spread over a key
    /// replaces that of the plan.
    pub fn hard_spreads(self) -> Vec<HardSpread<'a>> {
        let constraints = self
            .existing()
            .map_or(&[][..], |existing| &existing.topology_spread);
        let own = constraints
            .iter()
            .enumerate()
            .filter_map(|(at, constraint)| {
                let spread = HardSpread {
                    own: Some(Own::Constraint(at)),
                    key: constraint.topology_key.as_ref()?,
                    method: SpreadMethod::TopologySpread,
                    skew: constraint.max_skew?,
                    min_domains: constraint.min_domains,
                };
                let is_hard =
                    constraint.when_unsatisfiable == Some(WhenUnsatisfiable::DoNotSchedule);
                Some((spread, is_hard && self.is_selected_by(&constraint.selector)))
            });
        let own: Vec<(HardSpread<'a>, bool)> = own.collect();
        let terms = self
            .existing()
            .map_or(&[][..], |existing| &existing.required_anti_affinity);
        let own_terms = terms.iter().enumerate();
        let own_terms = own_terms.filter(|(_, term)| self.is_selected_by(&term.selector));
        let apart = own_terms.filter_map(|(at, term)| {
            Some(HardSpread {
                own: Some(Own::AntiAffinity(at)),
                key: term.topology_key.as_ref()?,
                method: SpreadMethod::PodAntiAffinity,
                skew: 1,
                min_domains: None,
            })
        });
        let spread = self
            .planned
            .map_or(&[][..], |workload| &workload.placement.spread);
        let is_replaced = |spread: &Spread| {
            spread.method() == SpreadMethod::TopologySpread
                && own.iter().any(|(own, _)| own.key == spread.topology_key())
        };
        let planned = spread
            .iter()
            .filter(|spread| spread.is_hard() && !is_replaced(spread))
            .map(HardSpread::from);
        let own = own.iter().filter(|(_, is_hard)| *is_hard);
        planned
            .chain(own.map(|(spread, _)| *spread))
            .chain(apart)
            .collect()
    }

    /// Whether the selector of a term or constraint selects its own pods.
    pub fn is_selected_by(self, selector: &PodSelector) -> bool {
        selector.selects(self.labels())
    }

    /// Whether its pods tolerate a taint, with what the plan adds to them.
    pub fn tolerates(self, plan: &Plan, taint: &Taint) -> bool {
        let (spot, on_demand) = (&plan.spot_tolerations[..], &plan.on_demand_tolerations[..]);
        let (added, further) = match self.spot() {
            Some(Spot::Never) => (on_demand, &[][..]),
            Some(Spot::Avoided) => (spot, on_demand),
            Some(Spot::Preferred | Spot::Required | Spot::Tolerated) => (spot, &[][..]),
            None => (&[][..], &[][..]),
        };
        let mut added = added.iter().chain(further);
        added.any(|added| taint.is_tolerated_by(added))
            || self.own_tolerates(taint)
            || self.tolerates_by_request(plan, taint)
    }

    /// Whether its pods get a toleration of a taint from the API server, for the GPUs that they request.
    /// Source: kubernetes/kubernetes plugin/pkg/admission/extendedresourcetoleration/admission.go.
    fn tolerates_by_request(self, plan: &Plan, taint: &Taint) -> bool {
        let gpu = self.found.and_then(|found| found.gpu.as_ref());
        plan.provider.taints.gpu.is_some()
            && gpu == Some(&taint.key)
            && taint.effect == Effect::NoSchedule
    }

    /// Whether the manifest by itself tolerates a taint.
    pub fn own_tolerates(self, taint: &Taint) -> bool {
        self.existing().is_some_and(|existing| {
            let mut tolerations = existing.tolerations.iter();
            tolerations.any(|toleration| taint.is_tolerated_by(toleration))
        })
    }

    /// Whether its pods tolerate every taint of a pool that keeps pods off.
    pub fn tolerates_all(self, plan: &Plan, pool: &NodePool) -> bool {
        let mut taints = pool.taints.iter();
        taints.all(|taint| taint.is_soft() || self.tolerates(plan, taint))
    }

    /// Whether its pods may be on the nodes of a pool, for all that is known.
    pub fn may_be_on(self, plan: &Plan, pool: &NodePool) -> bool {
        let by_plan = match self.spot() {
            Some(Spot::Never) => !pool.is_spot(),
            Some(Spot::Required) => pool.is_spot(),
            _ => true,
        };
        // One system is reckoned with, unless a manifest asks for another.
        let has_system =
            plan.has_their_system(pool) || self.found.is_some_and(node_labels::asks_for_system);
        let allows = |found| node_labels::allows(plan, pool, found) != Some(false);
        by_plan && has_system && self.found.is_none_or(allows) && self.tolerates_all(plan, pool)
    }

    /// Whether its pods prefer Spot to on-demand: by the plan, or by a preference of their own.
    pub fn prefers_spot(self, plan: &Plan) -> bool {
        self.planned.is_some_and(Workload::prefers_spot) || self.own_prefers_spot(plan)
    }

    /// Whether its pods prefer on-demand and may run on Spot: by the plan, or by a preference of their own.
    pub fn avoids_spot(self, plan: &Plan) -> bool {
        match self.spot() {
            Some(Spot::Avoided) => true,
            Some(Spot::Preferred | Spot::Required | Spot::Never) => false,
            Some(Spot::Tolerated) | None => {
                self.own_prefers_on_demand(plan) && self.can_be_on_spot(plan)
            }
        }
    }

    /// Whether the manifest by itself has a preference that Spot nodes alone meet.
    pub fn own_prefers_spot(self, plan: &Plan) -> bool {
        self.has_preference(|term| node_labels::means_spot(plan, term))
    }

    /// Whether the manifest by itself has a preference that on-demand nodes alone meet.
    pub fn own_prefers_on_demand(self, plan: &Plan) -> bool {
        self.has_preference(|term| node_labels::means_on_demand(plan, term))
    }

    fn has_preference(self, is_meant: impl Fn(&NodeSelectorTerm) -> bool) -> bool {
        self.existing().is_some_and(|existing| {
            let mut preferred = existing.preferred_nodes.iter();
            preferred.any(|preferred| preferred.preference.as_ref().is_some_and(&is_meant))
        })
    }

    /// Whether the manifest lets its pods run on Spot alone, by `nodeSelector` or by required affinity.
    pub fn own_requires_spot(self, plan: &Plan) -> bool {
        self.found
            .is_some_and(|found| node_labels::requires_spot(plan, found))
    }

    /// The kind of GPU that its pods request, if they can be on Spot alone for want of it elsewhere.
    pub fn gpu_on_spot_alone(self, plan: &Plan) -> Option<&'a str> {
        let found = self.found?;
        let is_by_gpu =
            self.own_requires_spot(plan) && !node_labels::labels_require_spot(plan, found);
        found.gpu.as_deref().filter(|_| is_by_gpu)
    }

    /// The kind of GPU that its pods request, if their labels let them onto a Spot pool that has none.
    pub fn gpu_off_spot(self, plan: &Plan) -> Option<&'a str> {
        let found = self.found?;
        let allow = |pool: &NodePool| node_labels::allow_by_labels(plan, pool, found);
        let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
        let is_by_gpu = spot.any(|pool| allow(pool) != Some(false));
        found.gpu.as_deref().filter(|_| is_by_gpu)
    }

    /// Whether the manifest keeps its pods off every Spot pool that is known.
    pub fn own_excludes_spot(self, plan: &Plan) -> bool {
        let Some(found) = self.found else {
            return false;
        };
        plan.node_pools.iter().any(NodePool::is_spot)
            && plan
                .node_pools
                .iter()
                .filter(|pool| pool.is_spot())
                .all(|pool| node_labels::allows(plan, pool, found) == Some(false))
    }

    /// Whether its pods can be on Spot nodes.
    pub fn can_be_on_spot(self, plan: &Plan) -> bool {
        let by_plan = match self.spot() {
            Some(Spot::Never) => return false,
            Some(_) => true,
            None if !self.has_known_placement() => return false,
            None => false,
        };
        let tolerated = by_plan
            || self.own_prefers_spot(plan)
            || self.own_requires_spot(plan)
            || self.tolerates_by_key(plan)
            || self.tolerates_everything();
        tolerated && self.tolerates_spot(plan) && !self.own_excludes_spot(plan)
    }

    /// Whether its pods tolerate what the nodes of a Spot pool are tainted with; where no Spot pool is listed, what the
    /// provider taints them with.
    pub fn tolerates_spot(self, plan: &Plan) -> bool {
        let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
        let has_spot = spot.clone().next().is_some();
        let tolerates = |taint: &Taint| self.tolerates(plan, taint);
        if !has_spot {
            return plan.automatic_taint().is_none_or(|taint| tolerates(&taint));
        }
        spot.any(|pool| {
            let taints = pool.taints.iter();
            taints.filter(|taint| !taint.is_soft()).all(tolerates)
        })
    }

    /// Whether the manifest names a taint of Spot, as opposed to tolerating everything.
    pub fn tolerates_by_key(self, plan: &Plan) -> bool {
        let taints = plan.spot_taints();
        self.existing().is_some_and(|existing| {
            existing.tolerations.iter().any(|toleration| {
                let names = |taint: &Taint| toleration.key.as_ref() == Some(&taint.key);
                let mut taints = taints.iter();
                taints.any(|taint| names(taint) && taint.is_tolerated_by(toleration))
            })
        })
    }

    /// Whether the manifest of a workload that the configuration does not cover tolerates every taint: of others, the
    /// configuration says where they belong.
    fn tolerates_everything(self) -> bool {
        let is_any =
            |toleration: &Toleration| toleration.key.is_none() && toleration.effect.is_none();
        self.planned.is_none()
            && self
                .existing()
                .is_some_and(|existing| existing.tolerations.iter().any(is_any))
    }

    /// How important its pods are; none where its class is not known.
    pub fn priority(self) -> Option<Priority> {
        match self.planned {
            Some(workload) => workload.priority,
            None => self.found.and_then(|found| found.priority),
        }
    }

    /// Its name in the configuration's list.
    pub fn pointer(self) -> Option<Pointer> {
        Some(self.planned?.pointer()?.child("name"))
    }

    /// Where a setting of it is written: at the workload, else in its class or one that this extends, else nowhere.
    pub fn setting(self, document: &Document<'_>, path: &[&str]) -> Option<Pointer> {
        let workload = self.planned?;
        let under = |start: Pointer| path.iter().fold(start, |pointer, key| pointer.child(key));
        let spec = document.root.get("spec")?;
        // Many are asked: only what is there is worth a pointer.
        let listed = spec.get("workloads").map_or(&[][..], Node::items);
        let own = workload.listed.and_then(|at| listed.get(at)?.at(path));
        if own.is_some() {
            return workload.pointer().map(under);
        }
        let classes = spec.get("classes");
        let mut class = workload.class.as_str();
        // Validation refuses a circle of classes; that one cannot be longer than this.
        for _ in 0..100 {
            let declared = classes?.get(class)?;
            if declared.at(path).is_some() {
                return Some(under(pointers::spec("classes").child(class)));
            }
            class = declared.get("extends").and_then(Node::as_str)?;
        }
        None
    }
}

/// A spread of pods that must be kept.
#[derive(Clone, Copy, Debug)]
pub struct HardSpread<'a> {
    pub key: &'a TopologyKey,
    pub method: SpreadMethod,
    /// How many more pods a domain may have than the one with the fewest; with anti-affinity, how many at all.
    pub skew: i64,
    /// With fewer domains than this, no domain may have more pods than the skew.
    pub min_domains: Option<i64>,
    /// Where the manifest has it; none where the plan does.
    pub own: Option<Own>,
}

/// A hard spread of a manifest, by its number in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    Constraint(usize),
    AntiAffinity(usize),
}

impl HardSpread<'_> {
    /// What makes it a preference: `` set `whenUnsatisfiable: ScheduleAnyway` ``.
    pub(crate) fn softened(self) -> &'static str {
        match self.own {
            Some(Own::AntiAffinity(_)) => {
                "move its `podAntiAffinity` term to `preferredDuringSchedulingIgnoredDuringExecution`"
            }
            Some(Own::Constraint(_)) | None => "set `whenUnsatisfiable: ScheduleAnyway`",
        }
    }
}

impl<'a> From<&'a Spread> for HardSpread<'a> {
    fn from(spread: &'a Spread) -> Self {
        Self {
            key: spread.topology_key(),
            method: spread.method(),
            own: None,
            min_domains: None,
            skew: match spread {
                Spread::PodAntiAffinity { .. } => 1,
                Spread::TopologySpread { max_skew, .. } => i64::from(*max_skew),
            },
        }
    }
}
