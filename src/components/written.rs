//! What is made of each workload as text: written once where only names and labels differ.

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt as _};
use serde::Serialize;

use super::alike::{Alike, By, Likeness};
use super::explained::Explained;
use super::stencil::{Stencil, stand_in};
use crate::plan::{Plan, Workload};

/// What a component makes of a workload, if it needs it.
pub(super) type BuildEach<T> = fn(&Plan, &Workload) -> Option<Explained<T>>;

/// A document that is yet to be written.
#[derive(Debug)]
pub struct Written<'w, T>(Form<'w, T>);

#[derive(Debug)]
enum Form<'w, T> {
    Made(Box<Explained<T>>),
    /// One that is like others.
    Alike(Rc<Stencil>, Alike<'w>),
}

impl<T> Written<'_, T> {
    pub(super) fn made(made: Box<Explained<T>>) -> Self {
        Self(Form::Made(made))
    }
}

impl<T: Serialize> Written<'_, T> {
    /// Appends it as YAML, with its comments.
    pub fn write(&self, out: &mut String) {
        match &self.0 {
            Form::Made(made) => made.write(out),
            Form::Alike(stencil, alike) => stencil.write(alike, out),
        }
    }
}

/// Writes what one component makes of workloads.
pub(super) struct Writer<'w, T> {
    build: BuildEach<T>,
    likeness: Likeness,
    /// For workloads by what they have in common; none where they need nothing.
    stencils: HashMap<By<'w>, Option<Rc<Stencil>>>,
}

impl<'w, T: Serialize> Writer<'w, T> {
    pub(super) fn new((build, likeness): (BuildEach<T>, Likeness)) -> Self {
        Self {
            build,
            likeness,
            stencils: HashMap::new(),
        }
    }

    /// The document of a workload, if it needs one.
    pub(super) fn document(
        &mut self,
        plan: &Plan,
        workload: &'w Workload,
    ) -> Option<Written<'w, T>> {
        let Some(alike) = (self.likeness)(workload) else {
            let made = (self.build)(plan, workload)?;
            return Some(Written::made(Box::new(made)));
        };
        let stencil = match self.stencils.get(&alike.by) {
            Some(known) => known.clone(),
            None => {
                let stencil = self.stencil(plan, workload);
                self.stencils.insert(alike.by.clone(), stencil.clone());
                stencil
            }
        };
        let written = stencil.map(|stencil| Written(Form::Alike(stencil, alike)));
        debug_assert_eq!(
            written.as_ref().map(text),
            (self.build)(plan, workload).map(|made| text(&Written::made(Box::new(made)))),
            "a stencil gives what is made"
        );
        written
    }

    fn stencil(&self, plan: &Plan, workload: &Workload) -> Option<Rc<Stencil>> {
        let made = (self.build)(plan, &stand_in(workload))?;
        let mut document = String::new();
        made.write(&mut document);
        Some(Rc::new(Stencil::new(&document)))
    }
}

fn text<T: Serialize>(written: &Written<'_, T>) -> String {
    let mut text = String::new();
    written.write(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use crate::components::bundle;
    use crate::load::Inputs;

    /// Debug builds compare each of these with what is made without a stencil.
    #[test]
    fn names_and_labels_are_quoted_where_they_have_to_be() {
        let workload = |name: &str, labels: &str| {
            format!("{{name: \"{name}\", namespace: \"{name}\", replicas: 4, selector: {labels}}}")
        };
        let workloads = [
            workload("web", "{app: web}"),
            workload("1e3", "{app: \"true\"}"),
            workload("null", "{b: \"\", a/b: \"7\"}"),
        ];
        let text = format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: t}}\nspec:\n  provider: aks\n  \
             workloads: [{}]\n",
            workloads.join(", ")
        );
        let mut inputs = Inputs::default();
        let id = inputs.sources.add("spot-config.yaml", text);
        inputs.files.push(id);
        let planned = crate::plan(&inputs, None).expect("it is valid");
        let bundle = bundle::build(&planned.system, |_| true);
        let mut out = String::new();
        bundle
            .written_patches()
            .for_each(|patch| patch.write(&mut out));
        bundle
            .written_objects()
            .for_each(|object| object.write(&mut out));
        assert!(
            out.contains("  name: \"1e3\"\n  namespace: \"1e3\"\n"),
            "{out}"
        );
        assert!(out.contains("      a/b: \"7\"\n      b: \"\"\n"), "{out}");
        assert!(!out.contains("spotgen.its"), "{out}");
    }
}
