//! Plan → Bundle: what to make, for any format.

use crate::components::placement::Patch;
use crate::components::{ALL, Component};
use crate::kubernetes::Object;
use crate::plan::Plan;

/// What one component makes.
#[derive(Debug, Default)]
pub struct Part {
    pub objects: Vec<Object>,
    pub patches: Vec<Patch>,
}

impl Part {
    pub fn objects(objects: Vec<Object>) -> Self {
        Self {
            objects,
            patches: Vec::new(),
        }
    }
}

/// What all chosen components make, in their order.
#[derive(Debug)]
pub struct Bundle {
    pub parts: Vec<(&'static Component, Part)>,
}

/// Builds the components that are chosen.
pub fn build(plan: &Plan, chosen: impl Fn(&Component) -> bool) -> Bundle {
    let chosen = ALL.iter().filter(|component| chosen(component));
    Bundle {
        parts: chosen
            .map(|component| (component, (component.build)(plan)))
            .collect(),
    }
}

impl Bundle {
    /// Whether a component was chosen.
    pub fn has(&self, component: &str) -> bool {
        self.parts
            .iter()
            .any(|(chosen, _)| chosen.name == component)
    }

    /// All objects, whatever others refer to before those that refer to it, each once.
    pub fn objects(&self) -> Vec<&Object> {
        let mut objects: Vec<&Object> = self
            .parts
            .iter()
            .flat_map(|(_, part)| &part.objects)
            .collect();
        objects.sort_by_key(|object| object.rank());
        // Several components may need the same namespace.
        let namespaces = objects.partition_point(|object| object.rank() == 0);
        let mut repeated = (1..namespaces)
            .filter(|&at| objects[..at].contains(&objects[at]))
            .collect::<Vec<_>>();
        while let Some(at) = repeated.pop() {
            objects.remove(at);
        }
        objects
    }

    pub fn patches(&self) -> impl Iterator<Item = &Patch> {
        self.parts.iter().flat_map(|(_, part)| &part.patches)
    }
}
