//! README.md of a chart, limited to what the chart contains.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, context};

use super::home::Home;
use crate::plan::Plan;
use crate::yaml;

const TEXT: &str = include_str!("../../../templates/helm/README.md");

/// Parts that a values file can disable, the best example first.
const SWITCHED: [&str; 7] = [
    "descheduler",
    "aks-node-termination-handler",
    "cluster-overprovisioner",
    "overprovisioner",
    "proportionalAutoscaler",
    "priorityExpander",
    "monitoring",
];

/// The names in it are valid Kubernetes names, which contain no special characters of Markdown or shells.
pub(super) fn text(
    plan: &Plan,
    home: &Home<'_>,
    has_charts: bool,
    has: impl Fn(&str) -> bool,
) -> String {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .expect("this is the syntax of Jinja");
    environment.set_syntax(syntax);
    let mut workloads = plan.workloads.iter();
    // Quoted for YAML: the example is for a values file.
    let budget = workloads.find_map(|workload| {
        let budget = workload.disruption_budget.as_ref()?;
        Some(context! {
            namespace => yaml::scalar(&workload.namespace),
            name => yaml::scalar(&budget.name),
        })
    });
    let values = context! {
        name => plan.name.as_str(),
        namespace => home.namespace,
        level => home.level,
        has_charts => has_charts,
        placeholders => has("cluster-overprovisioner") || has("overprovisioner"),
        upstream_placeholders => has("cluster-overprovisioner"),
        scalers => has("proportionalAutoscaler"),
        handler => has("aks-node-termination-handler"),
        descheduler => has("descheduler"),
        expander => has("priorityExpander"),
        monitoring => has("monitoring"),
        budget => budget.filter(|_| has("disruptionBudgets")),
        base => has("onDemandBase"),
        part => SWITCHED.into_iter().find(|part| has(part)),
    };
    environment
        .render_str(TEXT, values)
        .expect("the template uses only these variables")
}
