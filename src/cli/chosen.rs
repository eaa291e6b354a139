//! Which components an output has.

use clap::builder::PossibleValuesParser;

use crate::components::ComponentId;

/// `--only` and `--skip`.
#[derive(Debug, clap::Args)]
pub(super) struct Chosen {
    /// Include only these components, separated by commas
    #[arg(long, value_name = "COMPONENT", value_delimiter = ',', value_parser = component_names())]
    only: Vec<String>,

    /// Leave out these components, separated by commas
    #[arg(long, value_name = "COMPONENT", value_delimiter = ',', value_parser = component_names(), conflicts_with = "only")]
    skip: Vec<String>,
}

fn component_names() -> PossibleValuesParser {
    PossibleValuesParser::new(ComponentId::ALL.map(ComponentId::name))
}

impl Chosen {
    pub(super) fn has(&self, component: ComponentId) -> bool {
        let names = |list: &[String]| list.iter().any(|name| name == component.name());
        (self.only.is_empty() || names(&self.only)) && !names(&self.skip)
    }

    /// The names of the components; none where all are chosen.
    pub(super) fn names(&self) -> Option<Vec<&'static str>> {
        let is_limited = !self.only.is_empty() || !self.skip.is_empty();
        let chosen = ComponentId::ALL.into_iter().filter(|id| self.has(*id));
        is_limited.then(|| chosen.map(ComponentId::name).collect())
    }

    /// Whether anything of it depends on the workloads.
    pub(super) fn reads_workloads(&self) -> bool {
        let mut chosen = ComponentId::ALL.into_iter().filter(|id| self.has(*id));
        chosen.any(|id| id.component().reads_workloads)
    }
}
