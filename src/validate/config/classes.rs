use foldhash::{HashSet, HashSetExt as _};

use super::context::{At, Context, spec};
use super::kinds;
use crate::config::{
    BudgetSpec, DisruptionBudget, Placement, Spread, SpreadMethod, SpreadOver, SpreadSpec,
};
use crate::defaults::{DEFAULT_CLASS, UNHEALTHY_POLICY_SINCE};
use crate::diagnostic::Pointer;
use crate::values::DnsLabel;

pub(super) fn check(context: &mut Context<'_>) {
    let section = spec().child("classes");
    let config = context.config;
    let mut straight = HashSet::new();
    for (name, class) in &config.spec.classes {
        let pointer = || section.child(name);
        settings(
            context,
            class.placement.as_ref(),
            class.disruption_budget.as_ref(),
            &pointer,
        );
        if let Some(base) = &class.extends {
            extends(
                context,
                name,
                base,
                &|| pointer().child("extends"),
                &mut straight,
            );
        }
    }
    if let Some(name) = &config.spec.default_class {
        reference(context, name, &|| spec().child("defaultClass"));
    }
    for (at, rule) in config.spec.class_rules.iter().enumerate() {
        let pointer = spec().child("classRules").child(at);
        reference(context, &rule.class, &|| pointer.child("class"));
        kinds::references(
            context,
            &rule.matches.kinds,
            &pointer.child("match").child("kinds"),
        );
        globs(
            context,
            &rule.matches.namespaces,
            &pointer.child("match").child("namespaces"),
        );
        globs(
            context,
            &rule.matches.names,
            &pointer.child("match").child("names"),
        );
    }
}

/// Checks that a class exists.
pub(super) fn reference(context: &mut Context<'_>, name: &DnsLabel, at: At<'_>) {
    let classes = &context.config.spec.classes;
    if name.as_str() == DEFAULT_CLASS || classes.contains_key(name) {
        return;
    }
    let known: Vec<&str> = classes
        .keys()
        .map(DnsLabel::as_str)
        .chain([DEFAULT_CLASS])
        .collect();
    context.unknown(
        &at(),
        "class",
        name.as_str(),
        &known,
        &spec().child("classes"),
    );
}

/// Checks that a class extends an existing class and does not end up extending itself. `straight` holds the classes
/// known not to.
fn extends<'a>(
    context: &mut Context<'a>,
    name: &'a DnsLabel,
    base: &'a DnsLabel,
    at: At<'_>,
    straight: &mut HashSet<&'a DnsLabel>,
) {
    reference(context, base, at);
    let classes = &context.config.spec.classes;
    let mut chain = vec![name];
    let mut next = Some(base);
    // A chain cannot be longer than the number of classes. A declared class `default` may extend the built-in one.
    while let Some(current) = next.filter(|current| !straight.contains(current)) {
        if current == name {
            if name.as_str() != DEFAULT_CLASS {
                context.problem(
                    &at(),
                    format!("class `{name}` extends itself"),
                    "remove `extends` from one class of the cycle",
                );
            }
            return;
        }
        if chain.len() > classes.len() {
            return;
        }
        chain.push(current);
        next = classes
            .get(current)
            .and_then(|class| class.extends.as_ref());
    }
    straight.extend(chain);
}

fn globs(context: &mut Context<'_>, globs: &[String], pointer: &Pointer) {
    for (at, text) in globs.iter().enumerate() {
        if let Err(error) = glob::Pattern::new(text) {
            context.problem(
                &pointer.child(at),
                format!("`{text}` is not a glob: {}", error.msg),
                "write a valid glob: `*` matches any text",
            );
        }
    }
}

/// Checks settings that classes and workloads share.
pub(super) fn settings(
    context: &mut Context<'_>,
    declared_placement: Option<&Placement>,
    declared_budget: Option<&DisruptionBudget>,
    at: At<'_>,
) {
    if let Some(found) = declared_placement {
        placement(context, found, &|| at().child("placement"));
    }
    if let Some(DisruptionBudget::Budget(found)) = declared_budget {
        budget(context, found, &|| at().child("disruptionBudget"));
    }
}

pub(crate) fn placement(context: &mut Context<'_>, placement: &Placement, at: At<'_>) {
    if let Some(Spread::Over(found)) = &placement.spread {
        spread(context, found, &|| at().child("spread"));
    }
}

fn spread(context: &mut Context<'_>, spread: &SpreadSpec, at: At<'_>) {
    let named = [
        ("zone", &spread.zone),
        ("node", &spread.node),
        ("nodePool", &spread.node_pool),
    ];
    let named = named
        .into_iter()
        .filter_map(|(key, over)| Some((key, over.as_ref()?)));
    let mut is_empty = true;
    for (key, over) in named {
        is_empty = false;
        spread_over(context, spread.method, over, &|| at().child(key));
    }
    for (key, over) in &spread.topology_keys {
        is_empty = false;
        let at = || at().child("topologyKeys").child(key);
        spread_over(context, spread.method, over, &at);
    }
    if is_empty {
        let help = "add `zone`, `node`, `nodePool` or `topologyKeys`, or write `spread: None`";
        context.missing(&at(), "this `spread` names no domain", help);
    }
}

fn spread_over(context: &mut Context<'_>, method: SpreadMethod, over: &SpreadOver, at: At<'_>) {
    if method == SpreadMethod::TopologySpread && over.weight.is_some() {
        let help = "write `maxSkew`, or use `method: PodAntiAffinity`";
        context.problem(
            &at().child("weight").at_key(),
            "`TopologySpread` has no `weight`",
            help,
        );
    }
    if method == SpreadMethod::PodAntiAffinity && over.max_skew.is_some() {
        let help = "write `weight`, or use `method: TopologySpread`";
        context.problem(
            &at().child("maxSkew").at_key(),
            "`PodAntiAffinity` has no `maxSkew`",
            help,
        );
    }
}

fn budget(context: &mut Context<'_>, budget: &BudgetSpec, at: At<'_>) {
    match (budget.min_available, budget.max_unavailable) {
        (Some(_), Some(_)) => {
            let help = "the Kubernetes API allows only one of them: remove one";
            context.problem(
                &at().child("maxUnavailable").at_key(),
                "`minAvailable` and `maxUnavailable` are mutually exclusive",
                help,
            );
        }
        (None, None) => {
            let help = "set `minAvailable` or `maxUnavailable`, or write `disruptionBudget: None` for no budget";
            context.missing(
                &at(),
                "this budget has neither `minAvailable` nor `maxUnavailable`",
                help,
            );
        }
        _ => {}
    }
    let (major, minor) = UNHEALTHY_POLICY_SINCE;
    let cluster = context.config.spec.cluster.as_ref();
    let version = cluster.and_then(|cluster| cluster.kubernetes_version);
    if let Some(version) = version.filter(|version| !version.at_least(major, minor))
        && budget.unhealthy_pod_eviction_policy.is_some()
    {
        let help = format!("remove it: the cluster runs Kubernetes {version}");
        let pointer = at().child("unhealthyPodEvictionPolicy").at_key();
        let message = format!("`unhealthyPodEvictionPolicy` needs Kubernetes {major}.{minor}");
        context.problem(&pointer, message, help);
    }
}
