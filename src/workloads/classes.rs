//! Resolves classes with the classes that they extend, and placement for the provider.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use crate::config::{
    self, BudgetSpec, Class, DisruptionBudget, Spec, Spot, SpreadMethod, SpreadOver, SpreadSpec,
};
use crate::defaults;
use crate::kubernetes::{HOSTNAME, TopologyKey, ZONE};
use crate::plan::{Placement, SpotPlacement, Spread};
use crate::providers::Facts;
use crate::values::Int;

/// All classes, each merged with the classes that it extends.
pub(crate) struct Classes {
    named: HashMap<String, Class>,
    /// The classes that use the built-in budget.
    with_default_budget: HashSet<String>,
    /// The classes that use the built-in spread.
    with_default_spread: HashSet<String>,
    default_name: String,
}

impl Classes {
    pub(crate) fn new(spec: &Spec, facts: &Facts) -> Self {
        let built_in = defaults::class(facts);
        let bare = Class {
            placement: built_in.placement.as_ref().map(without_spread),
            disruption_budget: None,
            ..built_in.clone()
        };
        let named = extended(spec, &built_in);
        let without = extended(spec, &bare);
        // Those that have something only with the built-in class.
        let only_with_built_in = |has: fn(&Class) -> bool| {
            let all = named.iter();
            let by_default =
                all.filter(|(name, class)| has(class) && !without.get(*name).is_some_and(has));
            by_default.map(|(name, _)| name.clone()).collect()
        };
        let with_default_budget = only_with_built_in(|class| class.disruption_budget.is_some());
        let with_default_spread = only_with_built_in(|class| {
            let placement = class.placement.as_ref();
            placement.is_some_and(|placement| placement.spread.is_some())
        });
        let default_name = spec
            .default_class
            .as_ref()
            .map_or(defaults::DEFAULT_CLASS, |name| name.as_str());
        Self {
            named,
            with_default_budget,
            with_default_spread,
            default_name: default_name.to_owned(),
        }
    }

    pub(crate) fn default_name(&self) -> &str {
        &self.default_name
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// All names, in alphabetical order.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.named.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    pub(crate) fn get(&self, name: &str) -> &Class {
        self.named.get(name).expect("validation knows all classes")
    }

    /// Whether a class uses the built-in budget, which is created only where it makes sense.
    pub(crate) fn has_default_budget(&self, name: &str) -> bool {
        self.with_default_budget.contains(name)
    }

    /// Whether a class uses the built-in spread.
    pub(crate) fn has_default_spread(&self, name: &str) -> bool {
        self.with_default_spread.contains(name)
    }
}

fn without_spread(placement: &config::Placement) -> config::Placement {
    config::Placement {
        spread: None,
        ..*placement
    }
}

/// Each class of the configuration merged with the class that it extends, and the built-in class. A class `default`
/// that extends `default` extends the built-in one.
fn extended(spec: &Spec, built_in: &Class) -> HashMap<String, Class> {
    let mut named: HashMap<String, Class> = HashMap::with_capacity(spec.classes.len() + 1);
    for name in spec.classes.keys() {
        // From the class up to one that is already resolved. There is no cycle: validation has checked that.
        let mut chain = Vec::new();
        let mut next = Some(name);
        while let Some(name) = next
            && !named.contains_key(name.as_str())
            && let Some(class) = spec.classes.get(name)
        {
            chain.push((name, class));
            next = class.extends.as_ref().filter(|base| *base != name);
        }
        for (name, class) in chain.into_iter().rev() {
            let base = class.extends.as_ref().map(|base| {
                let own = named.get(base.as_str()).filter(|_| base != name);
                own.unwrap_or(built_in)
            });
            let whole = base.map_or_else(|| class.clone(), |base| overlaid(base, class.clone()));
            named.insert(name.to_string(), whole);
        }
    }
    named
        .entry(defaults::DEFAULT_CLASS.to_owned())
        .or_insert_with(|| built_in.clone());
    named
}

/// Merges `over` into `base`: placement key by key, a budget's bounds and name as a whole, and so everything else. Who keeps pods off Spot does not inherit
/// what Spot is the reason for: a database on on-demand may take its time, and all of its pods are there already.
pub(crate) fn overlaid(base: &Class, over: Class) -> Class {
    let spot = over.placement.as_ref().and_then(|own| own.spot);
    let notice = Some(base).filter(|_| spot != Some(Spot::Never));
    Class {
        extends: None,
        placement: match (&base.placement, over.placement) {
            (Some(base), Some(over)) => Some(overlaid_placement(base, over)),
            (base, over) => over.or_else(|| base.clone()),
        },
        on_demand_base: over.on_demand_base.or_else(|| notice?.on_demand_base),
        disruption_budget: match (&base.disruption_budget, over.disruption_budget) {
            (Some(DisruptionBudget::Budget(base)), Some(DisruptionBudget::Budget(over))) => {
                Some(DisruptionBudget::Budget(overlaid_budget(base, over)))
            }
            (base, over) => over.or_else(|| base.clone()),
        },
        termination_grace_period_seconds: over
            .termination_grace_period_seconds
            .or_else(|| notice?.termination_grace_period_seconds),
        node_loss_toleration_seconds: over
            .node_loss_toleration_seconds
            .or_else(|| notice?.node_loss_toleration_seconds),
    }
}

/// A class with the settings of a listed workload, which override it.
pub(crate) fn with_overrides<'c>(
    class: &'c Class,
    declared: Option<&config::Workload>,
) -> Cow<'c, Class> {
    match declared.filter(|declared| declared.has_settings()) {
        Some(declared) => Cow::Owned(overlaid(class, declared.overrides())),
        None => Cow::Borrowed(class),
    }
}

/// A bound of its own says nothing of pods that are not ready: that stays as it is.
fn overlaid_budget(base: &BudgetSpec, over: BudgetSpec) -> BudgetSpec {
    let policy = base.unhealthy_pod_eviction_policy;
    BudgetSpec {
        unhealthy_pod_eviction_policy: over.unhealthy_pod_eviction_policy.or(policy),
        ..over
    }
}

fn overlaid_placement(base: &config::Placement, over: config::Placement) -> config::Placement {
    config::Placement {
        spot: over.spot.or(base.spot),
        weight: over.weight.or(base.weight),
        spread: over.spread.or_else(|| base.spread.clone()),
    }
}

/// Placement with the labels of this provider.
pub(crate) fn placement(declared: &config::Placement, facts: &Facts) -> Placement {
    let weight = declared.weight.map_or(defaults::SPOT_WEIGHT, Int::get_i32);
    Placement {
        // The workload is not known here, and so not whether its pods tolerate deletion candidates.
        spot_placement: declared.spot.map(|spot| SpotPlacement::new(spot, weight)),
        spread: match &declared.spread {
            Some(config::Spread::Over(spread)) => spread_rules(spread, facts),
            Some(config::Spread::Off(_)) | None => Vec::new(),
        },
    }
}

fn spread_rules(spread: &SpreadSpec, facts: &Facts) -> Vec<Spread> {
    let named = [
        (ZONE, &spread.zone),
        (HOSTNAME, &spread.node),
        (facts.labels.pool, &spread.node_pool),
    ];
    let named = named
        .into_iter()
        .filter_map(|(key, over)| Some((key, over.as_ref()?)));
    let keys = spread
        .topology_keys
        .iter()
        .map(|(key, over)| (key.as_str(), over));
    named
        .chain(keys)
        .map(|(key, over)| spread_rule(spread.method, key, over))
        .collect()
}

fn spread_rule(method: SpreadMethod, key: &str, over: &SpreadOver) -> Spread {
    let topology_key = TopologyKey::from(key);
    let when_unsatisfiable = over.when_unsatisfiable.unwrap_or_default();
    match method {
        SpreadMethod::TopologySpread => Spread::TopologySpread {
            topology_key,
            max_skew: over.max_skew.map_or(defaults::MAX_SKEW, Int::get_i32),
            when_unsatisfiable,
        },
        SpreadMethod::PodAntiAffinity => Spread::PodAntiAffinity {
            topology_key,
            weight: over
                .weight
                .map_or(defaults::ANTI_AFFINITY_WEIGHT, Int::get_i32),
            when_unsatisfiable,
        },
    }
}
