//! Placeholders of other hands, as spotgen's own.

use std::collections::{BTreeMap, BTreeSet};

use super::ownership::{
    TAKEN, are_ours, is_ours, marks, owner, owning_tool, replaced, same_namespace,
};
use super::section::Section;
use super::words::{flow, list, map};
use crate::components::overprovisioner::{
    Overprovisioner, Placeholder, PriorityClass, Target, default_class,
};
use crate::components::{Installed, System};
use crate::defaults;
use crate::manifests::ManifestPriorityClass;
use crate::plan::Plan;
use crate::snapshot::Snapshot;

pub(super) fn section(
    installed: &Installed<'_>,
    observed: &System,
    snapshot: &Snapshot,
) -> Option<Section> {
    let found = installed.placeholders().find(|found| !is_ours(found))?;
    let overprovisioner = observed.overprovisioner.as_ref()?;
    if overprovisioner.placeholders.is_empty() {
        return None;
    }
    let (namespace, why) = same_namespace(&overprovisioner.namespace, snapshot);
    let is_same = namespace.is_some();
    let place = if is_same {
        &overprovisioner.namespace
    } else {
        defaults::SYSTEM_NAMESPACE
    };
    let mut names = Names {
        classes: &installed.manifests.priority_classes,
        snapshot,
        place,
        chosen: BTreeMap::new(),
        left: BTreeSet::new(),
    };
    let classes = names.classes(overprovisioner, &observed.plan);
    let all = overprovisioner.placeholders.iter().zip(classes);
    let placeholders: Vec<String> = all
        .map(|(placeholder, class)| {
            let name = names.placeholder(overprovisioner, placeholder);
            line(&name, placeholder, class.as_ref(), &observed.plan)
        })
        .collect();
    let left: Vec<String> = names.left.iter().map(|name| names.words(name)).collect();
    let mut lines: Vec<String> = namespace.into_iter().collect();
    lines.push("placeholders:".to_owned());
    lines.extend(placeholders);
    Some(Section {
        key: "overprovisioner",
        comment: format!("{}. {TAKEN}{why}{}", replaced(found), left.concat()),
        lines,
        tells: Vec::new(),
    })
}

/// Names that no object of another hand has.
struct Names<'i> {
    classes: &'i [ManifestPriorityClass],
    snapshot: &'i Snapshot,
    /// The namespace that the placeholders get.
    place: &'i str,
    /// The priority classes that the draft names, with their values.
    chosen: BTreeMap<String, i32>,
    /// Those that are left to others.
    left: BTreeSet<String>,
}

impl Names<'_> {
    /// The priority class that each placeholder gets; none for the default. One that spotgen has not made keeps its name:
    /// neither its value nor its preemption can be changed, and it goes with what made it.
    /// Source: kubernetes/kubernetes pkg/apis/scheduling/validation/validation.go, `ValidatePriorityClassUpdate`.
    fn classes(
        &mut self,
        overprovisioner: &Overprovisioner,
        plan: &Plan,
    ) -> Vec<Option<PriorityClass>> {
        let placeholders = &overprovisioner.placeholders;
        let wanted = placeholders.iter().map(|placeholder| {
            let default = default_class(&placeholder.target, &plan.node_pools);
            let own = &placeholder.priority_class;
            let live = self.class(&own.name);
            let is_own = self.is_made_by_spotgen(&own.name);
            (default, own, live.is_some(), is_own)
        });
        let wanted: Vec<_> = wanted.collect();
        let mut classes = vec![None; wanted.len()];
        // What has the default value gets the default name, so those come first.
        for with_default in [true, false] {
            for (at, (default, own, is_known, is_own)) in wanted.iter().enumerate() {
                let value = if *is_known { own.value } else { default.value };
                if (value == default.value) != with_default {
                    continue;
                }
                if *is_own {
                    self.chosen.insert(own.name.clone(), own.value);
                    classes[at] = Some((*own).clone());
                    continue;
                }
                if !own.name.is_empty() {
                    self.left.insert(own.name.clone());
                }
                let name = free(&default.name, |name| self.is_free(name, value));
                self.chosen.insert(name.clone(), value);
                let class = PriorityClass { name, value };
                classes[at] = (class != *default).then_some(class);
            }
        }
        classes
    }

    fn class(&self, name: &str) -> Option<&ManifestPriorityClass> {
        self.classes.iter().find(|class| class.name == name)
    }

    fn is_made_by_spotgen(&self, class: &str) -> bool {
        marks(self.snapshot, "PriorityClass", None, class).is_some_and(are_ours)
    }

    /// Whether spotgen's class of this value can have the name.
    fn is_free(&self, name: &str, value: i32) -> bool {
        let is_same = |class: &ManifestPriorityClass| {
            self.is_made_by_spotgen(name) && class.value == i64::from(value) && !class.preempts
        };
        self.chosen.get(name).is_none_or(|own| *own == value)
            && self.class(name).is_none_or(is_same)
    }

    /// The name of a placeholder, whose Deployment must be nobody else's: its selector cannot be changed.
    fn placeholder(&self, whole: &Overprovisioner, placeholder: &Placeholder) -> String {
        let prefix = if whole.name.is_empty() {
            defaults::OVERPROVISIONER
        } else {
            &whole.name
        };
        free(&placeholder.name, |name| {
            let deployment = format!("{prefix}-{name}");
            let live = marks(self.snapshot, "Deployment", Some(self.place), &deployment);
            live.is_none_or(are_ours)
        })
    }

    /// What the comment says of a class that is left to others.
    fn words(&self, name: &str) -> String {
        let Some(marks) = marks(self.snapshot, "PriorityClass", None, name) else {
            return format!(
                ". PriorityClass `{name}` is not in the input: spotgen makes its own, with its default value"
            );
        };
        let end = match owning_tool(marks) {
            Some(_) => "goes with what made it",
            None => "is not spotgen's to delete",
        };
        format!(
            ". Of PriorityClass `{name}`, which is {}, only the value is taken over, under a name of spotgen's: a class \
             cannot be changed, and this one {end}",
            owner(marks)
        )
    }
}

/// The name, or the first one with a number behind it that is free.
fn free(name: &str, is_free: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names
        .find(|name| is_free(name))
        .unwrap_or_else(|| name.to_owned())
}

/// A placeholder as an item of the list.
fn line(
    name: &str,
    placeholder: &Placeholder,
    class: Option<&PriorityClass>,
    plan: &Plan,
) -> String {
    let mut entries = vec![("name", flow(name))];
    match &placeholder.target {
        Target::Spot => entries.push(("capacity", "Spot".to_owned())),
        Target::Pools(_) => {
            let pools = placeholder.target.pools(plan).map(|pool| flow(&pool.name));
            entries.push(("pools", list(pools)));
        }
    }
    if let Some(replicas) = placeholder.replicas {
        entries.push(("replicas", replicas.to_string()));
    }
    let requests = [
        ("cpu", flow(placeholder.requests.cpu.as_str())),
        ("memory", flow(placeholder.requests.memory.as_str())),
    ];
    entries.push(("requests", map(requests)));
    if let Some(class) = class {
        let class = [
            ("name", flow(&class.name)),
            ("value", class.value.to_string()),
        ];
        entries.push(("priorityClass", map(class)));
    }
    format!("  - {}", map(entries))
}
