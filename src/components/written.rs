//! What is made of each workload as text: written once where only names and labels differ.

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt as _};
use serde::Serialize;

use super::alike::{Alike, By, Likeness};
use super::explained::Explained;
use super::stencil::{MARK, Stencil, with_stand_ins};
use crate::model::WorkloadView;
use crate::model::alike::Answers;
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

/// What is made of workloads that have the same facts.
enum Common {
    Nothing,
    Stencil(Rc<Stencil>),
    /// Each has to be made: the configuration itself has a stand-in somewhere.
    NoStencil,
}

/// Writes what one component makes of workloads.
pub(super) struct Writer<'w, T> {
    build: BuildEach<T>,
    likeness: Likeness,
    common: Vec<Common>,
    /// Where it is, by what it is made from.
    known: HashMap<By<'w>, usize>,
    /// The same by the facts that workloads share: these are not compared again.
    of_facts: Answers<usize>,
}

impl<'w, T: Serialize> Writer<'w, T> {
    pub(super) fn new((build, likeness): (BuildEach<T>, Likeness)) -> Self {
        Self {
            build,
            likeness,
            common: Vec::new(),
            known: HashMap::new(),
            of_facts: Answers::default(),
        }
    }

    /// The document of a workload, if it needs one.
    pub(super) fn document(
        &mut self,
        plan: &Plan,
        workload: &'w Workload,
    ) -> Option<Written<'w, T>> {
        let made = || {
            let made = (self.build)(plan, workload)?;
            Some(Written::made(Box::new(made)))
        };
        let Some(alike) = (self.likeness)(workload) else {
            return made();
        };
        let at = self.of_facts.of(WorkloadView::planned(workload), || {
            let at = self.known.entry(alike.by.clone());
            *at.or_insert_with(|| {
                let common = common_of(self.build, plan, workload, &alike);
                self.common.push(common);
                self.common.len() - 1
            })
        });
        let written = match &self.common[at] {
            Common::Nothing => None,
            Common::Stencil(stencil) => Some(Written(Form::Alike(Rc::clone(stencil), alike))),
            Common::NoStencil => made(),
        };
        debug_assert_eq!(
            written.as_ref().map(text),
            made().as_ref().map(text),
            "a stencil gives what is made"
        );
        written
    }
}

fn common_of<T: Serialize>(
    build: BuildEach<T>,
    plan: &Plan,
    workload: &Workload,
    alike: &Alike<'_>,
) -> Common {
    let document = |workload: &Workload| {
        let mut document = String::new();
        build(plan, workload)?.write(&mut document);
        Some(document)
    };
    let (Some(own), Some(with_gaps)) = (document(workload), document(&with_stand_ins(workload)))
    else {
        return Common::Nothing;
    };
    if own.contains(MARK) {
        return Common::NoStencil;
    }
    let fills_up = |stencil: &Stencil| {
        let mut filled = String::new();
        stencil.write(alike, &mut filled);
        filled == own
    };
    match Stencil::new(&with_gaps).filter(fills_up) {
        Some(stencil) => Common::Stencil(Rc::new(stencil)),
        None => Common::NoStencil,
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

    /// The patches and objects of a configuration. Debug builds compare them with what is made without stencils.
    fn written(spec: &str) -> String {
        let text = format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: t}}\nspec:\n{spec}"
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
        out
    }

    #[test]
    fn a_configuration_may_have_stand_ins_itself() {
        let of_workloads = |first: &str| {
            written(&format!(
                concat!(
                    "  provider: aks\n",
                    "  commonLabels: {{spotgen.gap.label: of-pods}}\n",
                    "  commonAnnotations: {{note: a spotgen.gap.name b}}\n",
                    "  nodePools:\n",
                    "    - {{name: od1, capacity: OnDemand}}\n",
                    "    - name: spot1\n",
                    "      capacity: Spot\n",
                    "      taints: [\"spotgen.gap.name=spotgen.gap.space:NoSchedule\"]\n",
                    "  workloads:\n",
                    "    - {{{}}}\n",
                    "    - {{name: web, namespace: shop, replicas: 4, selector: {{app: web}}}}\n",
                ),
                first
            ))
        };
        for first in [
            "name: api, namespace: shop, replicas: 4, selector: {app: api}",
            "name: spotgen.gap.name, namespace: shop, replicas: 4, selector: {app: api}",
            "name: api, namespace: shop, replicas: 4, selector: {spotgen.gap.label: of-pods}",
            "name: spotgen.gap.space, namespace: shop, replicas: 4, selector: {app: api}",
        ] {
            let out = of_workloads(first);
            let count = |text: &str| out.matches(text).count();
            assert_eq!(count("- key: spotgen.gap.name\n"), 3, "{out}");
            assert_eq!(count("value: spotgen.gap.space\n"), 3, "{out}");
            assert_eq!(
                count("note: a spotgen.gap.name b\n"),
                count("note:"),
                "{out}"
            );
            assert!(count("note:") > 0, "{out}");
            let labelled = count("    spotgen.gap.label: of-pods\n");
            assert!(labelled >= count("kind: PodDisruptionBudget"), "{out}");
        }
    }

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
        let out = written(&format!(
            "  provider: aks\n  workloads: [{}]\n",
            workloads.join(", ")
        ));
        assert!(
            out.contains("  name: \"1e3\"\n  namespace: \"1e3\"\n"),
            "{out}"
        );
        assert!(out.contains("      a/b: \"7\"\n      b: \"\"\n"), "{out}");
        assert!(!out.contains("spotgen.gap"), "{out}");
    }
}
