//! Whether a path leads to pod specs of an object, and what is missing where it does not.
//!
//! A tail that is missing is added where the object has the beginning: a template that was left out. It is not where the
//! object has its contents elsewhere than under the first key, or another key that is a letter away: there the path is not
//! the one of this kind, and nobody reads what would be added. Neither is anything added where a path ends above the pod spec.

use super::fields::PlacementFields;
use super::path::Step;
use super::pod_kind::{PodKind, PodTemplate};
use super::shape::Shape;

/// What a path leads to in an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Whether there is a place for a pod spec, even if in a list without items.
    pub(crate) is_place: bool,
    pub(crate) gaps: Vec<Gap>,
}

/// A key on the way that an object lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The keys up to it: `spec.workers`.
    pub(crate) at: String,
    /// The key that the object has, and that is a letter away.
    pub(crate) near: Option<String>,
    /// The keys that lead on from the end of the path to the pod spec, where it ends too early.
    pub(crate) deeper: Option<&'static str>,
    /// Whether the path says that only some objects have it.
    pub(crate) is_optional: bool,
}

impl Gap {
    /// Whether the object tells that the path is wrong, and which one is meant.
    pub(crate) fn is_mistake(&self) -> bool {
        self.near.is_some() || self.deeper.is_some()
    }
}

/// Whether an object has more than what tells which it is.
pub(crate) fn has_contents<'a>(mut keys: impl Iterator<Item = &'a str>) -> bool {
    const OF_ALL: [&str; 4] = ["apiVersion", "kind", "metadata", "status"];
    keys.any(|key| !OF_ALL.contains(&key))
}

/// From this length on, two letters may be wrong.
const LONG: usize = 8;

/// What leads from a template to its pod spec, and from a part of an object to its template.
const TAILS: [(&str, &[&str]); 3] = [
    ("spec", &["spec", CONTAINERS]),
    ("template.spec", &["template", "spec", CONTAINERS]),
    (
        "jobTemplate.spec.template.spec",
        &["jobTemplate", "spec", "template", "spec", CONTAINERS],
    ),
];

const CONTAINERS: &str = "containers";

/// The keys that lead on from the end of a path to what has containers, where the end has none. `has` tells whether there is
/// a list behind keys. Whoever says where the fields of a placement are may mean other fields than those of the pod spec.
pub(crate) fn deeper(
    kind: &PodKind<'_>,
    template: &PodTemplate<'_>,
    has: impl Fn(&[&str]) -> bool,
) -> Option<&'static str> {
    let usual = PlacementFields::of_kubernetes();
    let fields = &template.fields;
    let is_usual = fields.tolerations.is_none() || fields.tolerations == usual.tolerations;
    if !kind.is_declared || !is_usual || has(&[CONTAINERS]) {
        return None;
    }
    let mut tails = TAILS.iter();
    tails.find_map(|(tail, keys)| has(keys).then_some(*tail))
}

/// The key of an object that a missing one behind these keys is a misspelling of. One that a path without a mistake names
/// there is none.
pub(crate) fn near<'a>(
    sound: &[&PodTemplate<'_>],
    (way, missing): (&[&str], &str),
    keys: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let is_named = |key: &str| sound.iter().any(|template| template.names(way, key));
    let mut keys = keys.filter(|key| !is_named(key));
    keys.find(|key| is_slip(missing, key))
}

fn is_slip(missing: &str, key: &str) -> bool {
    let most = if missing.len().min(key.len()) < LONG {
        1
    } else {
        2
    };
    let (one, other) = (missing.to_lowercase(), key.to_lowercase());
    missing.len() > 2 && strsim::damerau_levenshtein(&one, &other) <= most
}

/// Whether no key of a path that an object lacks is like one that it has.
fn is_sound(shape: &Shape, steps: &[Step<'_>]) -> bool {
    let (Some((step, rest)), Shape::Map(entries)) = (steps.split_first(), shape) else {
        return true;
    };
    match entries.iter().find(|(key, _)| **key == *step.key) {
        None => !entries.iter().any(|(key, _)| is_slip(step.key, key)),
        Some((_, Shape::List(items))) => items.iter().all(|item| is_sound(item, rest)),
        Some((_, value)) => is_sound(value, rest),
    }
}

impl<'k> PodKind<'k> {
    /// The templates whose paths have no mistake, as far as an object tells. Two misspelled paths do not make each other
    /// right.
    pub(crate) fn sound(&self, object: &Shape) -> Vec<&PodTemplate<'k>> {
        let all = self.templates.iter().chain(&self.common);
        all.filter(|template| is_sound(object, template.path.steps()))
            .collect()
    }
}

impl PodTemplate<'_> {
    /// What its path leads to in an object of this kind.
    pub(crate) fn reach(&self, kind: &PodKind<'_>, object: &Shape) -> Reach {
        let mut walk = Walk {
            kind,
            template: self,
            sound: kind.sound(object),
            way: Vec::new(),
            reach: Reach::default(),
        };
        walk.on(object, self.path.steps());
        walk.reach
    }
}

struct Walk<'a> {
    kind: &'a PodKind<'a>,
    template: &'a PodTemplate<'a>,
    sound: Vec<&'a PodTemplate<'a>>,
    way: Vec<&'a str>,
    reach: Reach,
}

impl<'a> Walk<'a> {
    fn on(&mut self, shape: &Shape, steps: &'a [Step<'a>]) {
        let Some((step, rest)) = steps.split_first() else {
            self.end(shape);
            return;
        };
        let Shape::Map(entries) = shape else {
            // It is there, and empty, or of another shape, which is reported where it is edited.
            self.reach.is_place = true;
            return;
        };
        let Some((_, value)) = entries.iter().find(|(key, _)| **key == *step.key) else {
            self.missing(entries, step, steps);
            return;
        };
        self.way.push(step.key);
        match value {
            Shape::List(items) if step.is_list && !items.is_empty() => {
                for item in items {
                    self.on(item, rest);
                }
            }
            _ if step.is_list => self.reach.is_place = true,
            value => self.on(value, rest),
        }
        self.way.pop();
    }

    fn end(&mut self, shape: &Shape) {
        let has = |keys: &[&str]| matches!(shape.at(keys), Some(Shape::List(_)));
        let deeper = deeper(self.kind, self.template, has);
        if deeper.is_none() {
            self.reach.is_place = true;
            return;
        }
        self.reach.gaps.push(Gap {
            at: self.way.join("."),
            near: None,
            deeper,
            is_optional: false,
        });
    }

    fn missing(&mut self, entries: &[(Box<str>, Shape)], step: &Step<'a>, steps: &[Step<'a>]) {
        let keys = entries.iter().map(|(key, _)| &**key);
        let near = near(&self.sound, (&self.way, step.key), keys).filter(|_| self.kind.is_declared);
        let keys = entries.iter().map(|(key, _)| &**key);
        let is_elsewhere = self.kind.is_declared && self.way.is_empty() && has_contents(keys);
        let is_added = !is_elsewhere && !steps.iter().any(|step| step.is_list || step.is_optional);
        if near.is_none() && is_added {
            self.reach.is_place = true;
            return;
        }
        let way = self.way.iter().copied().chain([step.key]);
        self.reach.gaps.push(Gap {
            at: way.collect::<Vec<&str>>().join("."),
            near: near.map(str::to_owned),
            deeper: None,
            is_optional: step.is_optional,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Kinds;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    fn reach(path: &str, object: &str) -> Reach {
        let custom =
            format!(r#"{{"group": "example.com", "kind": "Engine", "podSpec": "{path}"}}"#);
        let custom = [serde_json::from_str(&custom).expect("it is a custom kind")];
        let kinds = Kinds::new(&custom);
        let kind = kinds.find("Engine", Some("example.com/v1"));
        let kind = kind.expect("it is declared");
        let parsed = yaml::parse(SourceId(0), object, Dialect::Manifest);
        kind.templates[0].reach(kind, &Shape::of(&parsed.documents[0]))
    }

    #[test]
    fn a_tail_is_added_below_what_is_there() {
        for (path, object) in [
            ("spec.pod", "{spec: {pod: {}}}"),
            ("spec.pod.spec", "{spec: {size: 3}}"),
            ("spec.pod", "{spec: null}"),
            ("spec.pod", "{kind: Engine, metadata: {name: a}}"),
            ("spec.workers[].pod", "{spec: {workers: []}}"),
            ("spec.workers[].pod", "{spec: {workers: null}}"),
            ("spec.workers[].pod", "{spec: {workers: [{name: a}]}}"),
            ("spec.exporter?.pod", "{spec: {exporter: {}}}"),
        ] {
            let found = reach(path, object);
            assert!(found.is_place && found.gaps.is_empty(), "{path} {object}");
        }
    }

    #[test]
    fn what_is_missing_is_named_with_what_is_meant() {
        for (path, object, at, near) in [
            (
                "spec.workerGroup[].pod",
                "{spec: {workerGroups: []}}",
                "spec.workerGroup",
                Some("workerGroups"),
            ),
            (
                "spec.tempalte.spec",
                "{spec: {template: {}}}",
                "spec.tempalte",
                Some("template"),
            ),
            (
                "spec.Template.spec",
                "{spec: {template: {}}}",
                "spec.Template",
                Some("template"),
            ),
            (
                "spec.exporte?.pod",
                "{spec: {exporter: {}}}",
                "spec.exporte",
                Some("exporter"),
            ),
            (
                "spec.workers[].pod",
                "{spec: {size: 3}}",
                "spec.workers",
                None,
            ),
            (
                "spec.exporter?.pod",
                "{spec: {size: 3}}",
                "spec.exporter",
                None,
            ),
            // With its contents elsewhere the path is not the one of this kind.
            ("spec.pod", "{data: {}}", "spec", None),
        ] {
            let found = reach(path, object);
            assert!(!found.is_place, "{path} {object}");
            let gap = &found.gaps[0];
            assert_eq!(
                (gap.at.as_str(), gap.near.as_deref()),
                (at, near),
                "{path} {object}"
            );
        }
    }
}
