//! The placement of a class as CEL expressions.
//!
//! Each mutation is one expression over the current pod, so that no list is created twice. Mutations touch different
//! fields, and leave a pod that is already complete unchanged.

use k8s_openapi::api::admissionregistration::v1::{JSONPatch, MatchCondition, Mutation, Variable};
use k8s_openapi::api::core::v1::{NodeSelectorRequirement, PreferredSchedulingTerm, Toleration};

use super::cel::{self, add, unless};
use crate::components::placement::RequiredNodes;
use crate::kubernetes::{PREFERRED, REQUIRED};

const AFFINITY: &str = "/spec/affinity";
const NODE_AFFINITY: &str = "/spec/affinity/nodeAffinity";

/// At most this many terms of a pod's required node affinity are handled: CEL cannot enumerate list indices.
const MOST_TERMS: usize = 16;

/// Pods that are left unchanged: those of a `DaemonSet`, which run on every node that it allows, and those that are
/// already bound to a node (static pods, and pods bound by another scheduler).
pub(super) fn conditions() -> Vec<MatchCondition> {
    let condition = |name: &str, expression: &str| MatchCondition {
        name: name.to_owned(),
        expression: format!("{expression}\n"),
    };
    vec![
        condition(
            "not-of-a-daemon-set",
            "!has(object.metadata.ownerReferences)\n|| !object.metadata.ownerReferences.exists(o, o.kind == \"DaemonSet\")",
        ),
        condition(
            "not-on-a-node",
            "!has(object.spec.nodeName) || object.spec.nodeName == \"\"",
        ),
    ]
}

/// Expressions end in a line break, so that YAML can write them as a readable block.
#[derive(Debug, Default)]
pub(super) struct Expressions {
    pub(super) variables: Vec<Variable>,
    pub(super) mutations: Vec<Mutation>,
}

impl Expressions {
    fn variable(&mut self, name: &str, expression: String) {
        self.variables.push(Variable {
            name: name.to_owned(),
            expression: expression + "\n",
        });
    }

    fn mutation(&mut self, expression: String) {
        self.mutations.push(Mutation {
            patch_type: "JSONPatch".to_owned(),
            json_patch: Some(JSONPatch {
                expression: Some(expression + "\n"),
            }),
            apply_configuration: None,
        });
    }

    /// Appends missing tolerations.
    pub(super) fn tolerations(&mut self, wanted: &[Toleration]) {
        if wanted.is_empty() {
            return;
        }
        let mut patches = Vec::new();
        let names: Vec<String> = (1..=wanted.len())
            .map(|at| format!("tolerates{at}"))
            .collect();
        for (name, toleration) in names.iter().zip(wanted) {
            let expression = format!(
                "has(object.spec.tolerations) && object.spec.tolerations.exists(t,\n    {})",
                cel::tolerates(toleration)
            );
            self.variable(name, expression);
            let item = add("/spec/tolerations/-", &cel::toleration(toleration));
            patches.push(unless(&format!("variables.{name}"), &item));
        }
        let all = names.iter().map(|name| format!("variables.{name}"));
        let enough = [
            "has(object.spec.tolerations)".to_owned(),
            all.collect::<Vec<_>>().join(" && "),
        ];
        patches.insert(
            0,
            unless(&enough.join(" || "), &add("/spec/tolerations", "[]")),
        );
        self.mutation(patches.join("\n+ "));
    }

    /// Appends node preferences and node requirements if they are missing.
    pub(super) fn node_affinity(
        &mut self,
        preferred: &[PreferredSchedulingTerm],
        required: Option<&RequiredNodes>,
    ) {
        let mut done = Vec::new();
        let mut patches = Vec::new();
        if !preferred.is_empty() {
            let names = numbered("prefers", preferred.len());
            self.prefers(&names, preferred);
            let all = names.iter().map(|name| format!("variables.{name}"));
            let all: Vec<String> = all.collect();
            let list = format!("{NODE_AFFINITY}/{PREFERRED}");
            let have_all = match &all[..] {
                [one] => one.clone(),
                several => format!("({})", several.join(" && ")),
            };
            patches.push(unless(
                &format!("{have_all} || variables.hasPreferred"),
                &add(&list, "[]"),
            ));
            for (prefers, wanted) in all.iter().zip(preferred) {
                let item = add(&format!("{list}/-"), &cel::preference(wanted));
                patches.push(unless(prefers, &item));
            }
            done.extend(all);
        }
        if let Some(wanted) = required {
            let in_each = wanted.in_each_term();
            let names = numbered("lacking", in_each.len());
            self.terms(&names, &in_each);
            done.push("size(variables.terms) > 0".to_owned());
            let whole = add(
                &format!("{NODE_AFFINITY}/{REQUIRED}"),
                &cel::node_selector(&wanted.terms()),
            );
            patches.push(unless("size(variables.terms) > 0", &whole));
            patches.extend(in_each_term(&names, &in_each));
        }
        if patches.is_empty() {
            return;
        }
        let done = done.join(" && ");
        let parent = |condition: &str, path: &str, field: &str| {
            unless(
                &format!("{condition} || {done}"),
                &add(path, &cel::empty(field)),
            )
        };
        let parents = [
            parent("has(object.spec.affinity)", AFFINITY, "affinity"),
            parent(
                "has(object.spec.affinity) && has(object.spec.affinity.nodeAffinity)",
                NODE_AFFINITY,
                "affinity.nodeAffinity",
            ),
        ];
        self.mutation([parents.as_slice(), &patches].concat().join("\n+ "));
    }

    /// Sets the grace period, as placement does in every delivery.
    pub(super) fn grace(&mut self, seconds: i32) {
        let field = "object.spec.terminationGracePeriodSeconds";
        let condition = format!("has({field}) && {field} == {seconds}");
        let item = add("/spec/terminationGracePeriodSeconds", &seconds.to_string());
        self.mutation(unless(&condition, &item));
    }

    fn prefers(&mut self, names: &[String], preferred: &[PreferredSchedulingTerm]) {
        let list = format!("object.spec.affinity.nodeAffinity.{PREFERRED}");
        self.variable(
            "hasPreferred",
            format!("has(object.spec.affinity) && has(object.spec.affinity.nodeAffinity)\n&& has({list})"),
        );
        for (name, wanted) in names.iter().zip(preferred) {
            let wanted = cel::expressions(&wanted.preference).iter().map(|wanted| {
                format!(
                    "p.preference.matchExpressions.exists(e,\n        {})",
                    cel::is_requirement(wanted)
                )
            });
            let wanted: Vec<String> = wanted.collect();
            self.variable(
                name,
                format!(
                    "variables.hasPreferred && {list}.exists(p,\n    has(p.preference.matchExpressions) && {})",
                    wanted.join("\n    && ")
                ),
            );
        }
    }

    fn terms(&mut self, names: &[String], in_each: &[&[NodeSelectorRequirement]]) {
        let required = format!("object.spec.affinity.nodeAffinity.{REQUIRED}");
        self.variable(
            "terms",
            format!(
                "has(object.spec.affinity) && has(object.spec.affinity.nodeAffinity)\n&& has({required})\n? {required}.nodeSelectorTerms\n: []"
            ),
        );
        for (name, one_of) in names.iter().zip(in_each) {
            self.variable(name, lacking(one_of));
        }
    }
}

/// Names of so many variables: `prefers`, `prefers2`.
fn numbered(name: &str, count: usize) -> Vec<String> {
    let names = (1..=count).map(|number| match number {
        1 => name.to_owned(),
        _ => format!("{name}{number}"),
    });
    names.collect()
}

/// Terms are alternatives, so each needs one of the requirements. An empty term matches no node and must stay empty.
/// Source: k8s.io/api core/v1/types.go, `NodeSelectorTerm`.
fn lacking(one_of: &[NodeSelectorRequirement]) -> String {
    let numbers: Vec<String> = (0..MOST_TERMS).map(|number| number.to_string()).collect();
    let term = "variables.terms[i]";
    let is: Vec<String> = one_of.iter().map(cel::is_requirement).collect();
    format!(
        "[{numbers}].filter(i,\n    \
             i < size(variables.terms) && size(variables.terms) <= {MOST_TERMS}\n    \
             && (has({term}.matchExpressions) || has({term}.matchFields))\n    \
             && !(has({term}.matchExpressions) && {term}.matchExpressions.exists(e,\n        {is})))",
        numbers = numbers.join(", "),
        is = is.join("\n        || "),
    )
}

/// The value of a patch cannot be a list of objects, so a new list is created empty first: by the first requirement, since
/// a term without a list lacks all of them.
/// Source: k8s.io/apiserver `pkg/admission/plugin/policy/mutating/patch/json_patch.go`, `evaluatePatchExpression`.
fn in_each_term(names: &[String], in_each: &[&[NodeSelectorRequirement]]) -> Vec<String> {
    let field = format!("affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms");
    let terms = cel::string(&format!("{NODE_AFFINITY}/{REQUIRED}/nodeSelectorTerms/"));
    let lists = names.iter().take(1).map(|name| {
        format!(
            "variables.{name}.filter(i, !has(variables.terms[i].matchExpressions)).map(i, JSONPatch{{op: \"add\",\n  \
                 path: {terms} + string(i) + \"/matchExpressions\", value: []}})"
        )
    });
    let items = names.iter().zip(in_each).map(|(name, one_of)| {
        format!(
            "variables.{name}.map(i, JSONPatch{{op: \"add\",\n  \
                 path: {terms} + string(i) + \"/matchExpressions/-\",\n  \
                 value: {}}})",
            cel::requirement(&field, &one_of[0])
        )
    });
    let lacking = names.iter().zip(in_each);
    let copies = lacking.flat_map(|(name, one_of)| copies(name, &field, one_of));
    let lists: Vec<String> = lists.collect();
    [lists, copies.collect(), items.collect()].concat()
}

/// The same terms once more for each further requirement of which one is enough: copied before the first one is in them,
/// and behind all terms that are there.
fn copies(name: &str, field: &str, one_of: &[NodeSelectorRequirement]) -> Vec<String> {
    let terms = cel::string(&format!("{NODE_AFFINITY}/{REQUIRED}/nodeSelectorTerms/"));
    let end = cel::string(&format!("{NODE_AFFINITY}/{REQUIRED}/nodeSelectorTerms/-"));
    let numbers: Vec<String> = (0..MOST_TERMS).map(|number| number.to_string()).collect();
    let numbers = numbers.join(", ");
    let further = one_of.iter().skip(1).enumerate().flat_map(|(round, requirement)| {
        let copy = format!(
            "variables.{name}.map(i, JSONPatch{{op: \"copy\",\n  \
                 from: {terms} + string(i), path: {end}}})"
        );
        let before = match round {
            0 => String::new(),
            _ => format!(" + {round} * size(variables.{name})"),
        };
        let add = format!(
            "[{numbers}].filter(i, i < size(variables.{name})).map(i, JSONPatch{{op: \"add\",\n  \
                 path: {terms} + string(size(variables.terms){before} + i) + \"/matchExpressions/-\",\n  \
                 value: {}}})",
            cel::requirement(field, requirement)
        );
        [copy, add]
    });
    further.collect()
}
