//! What rules ask of a workload, whether it is planned, found in manifests, or both.

use crate::config::{Kind, Spot, pointers};
use crate::defaults;
use crate::diagnostic::Pointer;
use crate::kubernetes::{Labels, Resources};
use crate::load::Document;
use crate::manifests::{
    BudgetIndex, ExistingPlacement, Fact, ManifestBudget, ManifestWorkload, Manifests, PodSelector,
    Priority,
};
use crate::plan::{Plan, Workload};
use crate::values::IntOrPercent;
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

/// What has a setting of workloads: those with the same have it in common. Many are asked, and few need a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetBy<'a> {
    /// A workload by its number in the configuration's list.
    Workload(usize),
    Class(&'a str),
}

impl SetBy<'_> {
    /// Where it is written.
    pub fn pointer(self, path: &[&str]) -> Pointer {
        let start = match self {
            Self::Workload(at) => pointers::workload(at),
            Self::Class(name) => pointers::spec("classes").child(name),
        };
        path.iter().fold(start, |pointer, key| pointer.child(key))
    }
}

/// All workloads: those of the plan, then those that manifests have and the plan has not. What is a part of the system
/// itself is not one of them, unless somebody has planned it.
pub(crate) fn all<'a>(plan: &'a Plan, manifests: Option<&'a Manifests>) -> Vec<WorkloadView<'a>> {
    let budgets = manifests.map_or(&[][..], |manifests| &manifests.budgets);
    let manifests = manifests.map_or(&[][..], |manifests| &manifests.workloads);
    let mut is_planned = vec![false; manifests.len()];
    let count = plan.workloads.len() + plan.generated.len() + manifests.len();
    let mut all: Vec<WorkloadView<'a>> = Vec::with_capacity(count);
    for workload in plan.workloads.iter().chain(&plan.generated) {
        let found = workload.found().and_then(|number| manifests.get(number));
        if let Some(is_planned) = workload
            .found()
            .and_then(|number| is_planned.get_mut(number))
        {
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
    if budgets.is_empty() {
        return all;
    }
    let budgets = BudgetIndex::new(budgets);
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

    /// Whether the selector of a term or constraint selects its own pods.
    pub fn is_selected_by(self, selector: &PodSelector) -> bool {
        selector.selects(self.labels())
    }

    /// Whether a rollout of so many pods has to start a new one before it may stop an old one.
    pub(crate) fn starts_before_it_stops(self, replicas: i64) -> bool {
        let missing = self.found.and_then(|found| found.missing_in_rollout);
        missing.is_some_and(|missing| match missing {
            IntOrPercent::Int(count) => count == 0,
            // Rounded down.
            IntOrPercent::Percent(percent) => i64::from(percent) * replicas < 100,
        })
    }

    /// How important its pods are; none where its class is not known.
    pub fn priority(self) -> Option<Priority> {
        match self.planned {
            Some(workload) => workload.priority(),
            None => self.found.and_then(|found| found.priority),
        }
    }

    /// Its name in the configuration's list.
    pub fn pointer(self) -> Option<Pointer> {
        Some(self.planned?.pointer()?.child("name"))
    }

    /// Where a setting of it is written: at the workload, else in its class or one that this extends, else nowhere.
    pub fn setting(self, document: &Document<'_>, path: &[&str]) -> Option<Pointer> {
        Some(self.set_by(document, path)?.pointer(path))
    }

    /// What has that setting.
    pub fn set_by<'d>(self, document: &'d Document<'_>, path: &[&str]) -> Option<SetBy<'d>>
    where
        'a: 'd,
    {
        let workload = self.planned?;
        let sets_it = |at: &usize| {
            workload.own.has(path).unwrap_or_else(|| {
                let own = document.node(&pointers::workload(*at));
                own.is_some_and(|own| own.at(path).is_some())
            })
        };
        if let Some(at) = workload.listed.filter(sets_it) {
            return Some(SetBy::Workload(at));
        }
        let classes = document.node(&pointers::spec("classes"));
        let mut class = workload.class.as_str();
        // Validation refuses a circle of classes; that one cannot be longer than this.
        for _ in 0..100 {
            let declared = classes?.get(class)?;
            if declared.at(path).is_some() {
                return Some(SetBy::Class(class));
            }
            class = declared.get("extends").and_then(Node::as_str)?;
        }
        None
    }
}
