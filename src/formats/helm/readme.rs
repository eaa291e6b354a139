//! README.md of a chart: of what is in it, and no more.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, context};

use super::home::Home;
use crate::components::chart::release_name;
use crate::plan::Plan;
use crate::yaml;

const TEXT: &str = include_str!("../../../templates/helm/README.md");

/// Parts that a file of values can switch off, the most telling first.
const SWITCHED: [&str; 6] = [
    "descheduler",
    "aks-node-termination-handler",
    "cluster-overprovisioner",
    "overprovisioner",
    "proportionalAutoscaler",
    "priorityExpander",
];

/// The names in it are such as Kubernetes takes, and so have no character that Markdown or a shell would take for its
/// own.
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
        .expect("it is that of Jinja");
    environment.set_syntax(syntax);
    let mut workloads = plan.workloads.iter();
    // As YAML has them, for the example is for a file of values.
    let budget = workloads.find_map(|workload| {
        let budget = workload.disruption_budget.as_ref()?;
        Some(context! {
            namespace => yaml::scalar(&workload.namespace),
            name => yaml::scalar(&budget.name),
        })
    });
    let values = context! {
        name => plan.name.as_str(),
        release => release_name(&plan.name),
        namespace => home.namespace,
        level => home.level,
        has_charts => has_charts,
        placeholders => has("cluster-overprovisioner") || has("overprovisioner"),
        upstream_placeholders => has("cluster-overprovisioner"),
        scalers => has("proportionalAutoscaler"),
        handler => has("aks-node-termination-handler"),
        descheduler => has("descheduler"),
        expander => has("priorityExpander"),
        budget => budget.filter(|_| has("disruptionBudgets")),
        part => SWITCHED.into_iter().find(|part| has(part)),
    };
    environment
        .render_str(TEXT, values)
        .expect("the template names only what is given")
}
