//! The fields in which two objects differ, as `kubectl apply` would change them.
//!
//! Fields that the new object states are compared with the old one. Others are defaults, or somebody else's, unless the
//! former object stated them too: then they go.
//! Source: kubernetes/apimachinery pkg/util/strategicpatch/patch.go, `CreateThreeWayMergePatch`.

use serde_json::{Map, Value as Json};

use super::change::{Change, Kind};
use super::lists::{self, Strategy};
use super::path::{Path, Step};
use super::same::{Field, is_nothing, is_same};
use super::text::structure;

/// A walk through two objects.
#[derive(Debug)]
pub(super) struct Walk {
    path: Path,
    changes: Vec<Change>,
    /// Whether everything is replaced: what the new one does not state goes.
    is_whole: bool,
    /// Whether of what goes only that goes which the former object has.
    is_shared: bool,
    /// Paths below which everything is replaced.
    replaced: &'static [&'static [&'static str]],
    /// Texts of a `ConfigMap`.
    has_texts: bool,
}

impl Walk {
    /// Compares everything with everything.
    pub(super) fn whole() -> Self {
        Self {
            path: Path::default(),
            changes: Vec::new(),
            is_whole: true,
            is_shared: false,
            replaced: &[],
            has_texts: false,
        }
    }

    /// For fields that several may own.
    pub(super) fn shared(self, is_shared: bool) -> Self {
        Self { is_shared, ..self }
    }

    /// For an object of a kind, which is replaced as a whole or not.
    pub(super) fn of_kind(group: &str, kind: &str, is_whole: bool) -> Self {
        Self {
            is_whole,
            // Source: kubernetes/api policy/v1/types.go, `PodDisruptionBudgetSpec.Selector`: patchStrategy "replace".
            replaced: match (group, kind) {
                ("policy", "PodDisruptionBudget") => &[&["spec", "selector"]],
                _ => &[],
            },
            has_texts: (group, kind) == ("", "ConfigMap"),
            ..Self::whole()
        }
    }

    pub(super) fn changes(mut self, new: &Json, old: &Json, former: Option<&Json>) -> Vec<Change> {
        self.value(new, Some(old), former);
        self.changes
    }

    fn field(&self) -> Field<'_> {
        let (name, parent) = self.path.last_keys();
        Field { name, parent }
    }

    fn value(&mut self, new: &Json, old: Option<&Json>, former: Option<&Json>) {
        let Some(old) = old else {
            if !is_nothing(self.field(), new) {
                self.push(Kind::Added, None, Some(new));
            }
            return;
        };
        let was_whole = self.is_whole;
        self.is_whole |= self.is_replaced();
        let former = if self.is_whole { Some(old) } else { former };
        match (new, old) {
            (Json::Object(new), Json::Object(old)) => self.map(new, old, former),
            (Json::Array(new), Json::Array(old)) => self.list(new, old, former),
            (Json::String(text), Json::String(was)) if text != was && self.is_text() => {
                self.text((text, new), (was, old));
            }
            _ if is_same(self.field(), new, old) => {}
            _ => self.push(Kind::Changed, Some(old), Some(new)),
        }
        self.is_whole = was_whole;
    }

    fn is_replaced(&self) -> bool {
        let mut replaced = self.replaced.iter();
        replaced.any(|keys| self.path.begins_with(keys))
    }

    fn is_text(&self) -> bool {
        self.has_texts && self.path.steps().len() == 2 && self.path.begins_with(&["data"])
    }

    /// Two texts that are not equal: by field where both are structures, else as a whole.
    fn text(&mut self, (new, new_value): (&str, &Json), (old, old_value): (&str, &Json)) {
        let (Some(new), Some(old)) = (structure(new), structure(old)) else {
            self.push(Kind::Changed, Some(old_value), Some(new_value));
            return;
        };
        let inner = Self::whole().changes(&new, &old, None);
        if inner.is_empty() {
            self.push(Kind::Layout, Some(old_value), Some(new_value));
        }
        let moved = inner.into_iter().map(|change| Change {
            within: Some(change.path),
            path: self.path.clone(),
            ..change
        });
        self.changes.extend(moved);
    }

    fn map(&mut self, new: &Map<String, Json>, old: &Map<String, Json>, former: Option<&Json>) {
        for (key, value) in new.iter().filter(|(_, value)| !value.is_null()) {
            self.path.push(Step::Key(key.clone()));
            self.value(value, old.get(key), former.and_then(|own| own.get(key)));
            self.path.pop();
        }
        // Of a volume one source goes when another comes. Source: kubernetes/api core/v1/types.go, `Volumes`:
        // patchStrategy "merge,retainKeys".
        let is_volume = matches!(self.path.steps().last(), Some(Step::Item { .. }))
            && self.field().name == "volumes";
        let is_stated = |key: &str| new.get(key).is_some_and(|value| !value.is_null());
        for (key, value) in old.iter().filter(|(key, _)| !is_stated(key)) {
            let stood = former.and_then(|own| own.get(key));
            self.path.push(Step::Key(key.clone()));
            if (stood.is_some() || is_volume) && !is_nothing(self.field(), value) {
                let gone = stood.filter(|_| self.is_shared).unwrap_or(value);
                self.push(Kind::Removed, Some(gone), None);
            }
            self.path.pop();
        }
    }

    fn list(&mut self, new: &[Json], old: &[Json], former: Option<&Json>) {
        let former = former.and_then(Json::as_array).map(Vec::as_slice);
        let field = self.field();
        // Those that the API server fills in, although they are replaced. Source: kubernetes/api core/v1/types.go,
        // `ProjectedVolumeSource.Sources`.
        let is_filled = field.name == "sources" && field.parent == "projected";
        let by_name = |keys| Some((lists::all_keys(new, keys)?, lists::all_keys(old, keys)?));
        match lists::strategy(field) {
            Strategy::Keyed(keys) => match by_name(keys) {
                Some(names) => self.keyed((new, old), former.unwrap_or_default(), keys, names),
                None => self.replaced(|walk| walk.ordered(new, old)),
            },
            Strategy::Set => self.replaced(|walk| walk.set(new, old)),
            Strategy::Ordered if is_filled && !self.is_whole => self.ordered(new, old),
            Strategy::Ordered => {
                let keys = lists::names(field);
                match by_name(keys).filter(|names| are_in_order(names)) {
                    Some(names) => self.replaced(|walk| walk.keyed((new, old), old, keys, names)),
                    None => self.replaced(|walk| walk.ordered(new, old)),
                }
            }
        }
    }

    fn replaced(&mut self, walk: impl FnOnce(&mut Self)) {
        let was_whole = std::mem::replace(&mut self.is_whole, true);
        walk(self);
        self.is_whole = was_whole;
    }

    fn keyed(
        &mut self,
        (new, old): (&[Json], &[Json]),
        former: &[Json],
        keys: &[&str],
        (new_names, old_names): (Vec<String>, Vec<String>),
    ) {
        let stood = |name: &str| {
            let mut items = former.iter();
            items.find(|item| lists::key(item, keys).as_deref() == Some(name))
        };
        for (at, (item, name)) in new.iter().zip(&new_names).enumerate() {
            let was = old_names.iter().position(|own| own == name);
            self.step(Some(name), was, Some(at), |walk| {
                walk.value(item, was.map(|was| &old[was]), stood(name));
            });
        }
        for (at, (item, name)) in old.iter().zip(&old_names).enumerate() {
            let former = if self.is_whole {
                Some(item)
            } else {
                stood(name)
            };
            if let Some(former) = former.filter(|_| !new_names.contains(name)) {
                let gone = if self.is_shared { former } else { item };
                self.step(Some(name), Some(at), None, |walk| {
                    walk.push(Kind::Removed, Some(gone), None);
                });
            }
        }
    }

    fn set(&mut self, new: &[Json], old: &[Json]) {
        let field = self.field();
        let mut gone: Vec<usize> = (0..old.len()).collect();
        let mut added = Vec::new();
        for (at, item) in new.iter().enumerate() {
            match gone.iter().position(|&was| is_same(field, item, &old[was])) {
                Some(found) => {
                    gone.remove(found);
                }
                None => added.push(at),
            }
        }
        self.gap((new, &added), (old, &gone), |one, other| {
            one.is_object() && other.is_object() && label(one) == label(other)
        });
    }

    fn ordered(&mut self, new: &[Json], old: &[Json]) {
        let field = self.field();
        let mut pairs = lists::common(old, new, |old, new| is_same(field, old, new));
        pairs.push((old.len(), new.len()));
        let (mut i, mut j) = (0, 0);
        for (to_i, to_j) in pairs {
            let (gone, added): (Vec<usize>, Vec<usize>) =
                ((i..to_i).collect(), (j..to_j).collect());
            self.gap((new, &added), (old, &gone), |_, _| true);
            (i, j) = (to_i + 1, to_j + 1);
        }
    }

    /// Items without an equal one: those that `suit` each other have changed, the others come and go.
    fn gap(
        &mut self,
        (new, added): (&[Json], &[usize]),
        (old, gone): (&[Json], &[usize]),
        suit: impl Fn(&Json, &Json) -> bool,
    ) {
        let mut gone = gone.to_vec();
        let mut fresh = Vec::new();
        for &at in added {
            let Some(found) = gone.iter().position(|&was| suit(&new[at], &old[was])) else {
                fresh.push(at);
                continue;
            };
            let was = gone.remove(found);
            let label = label(&new[at]);
            self.step(label.as_deref(), Some(was), Some(at), |walk| {
                walk.value(&new[at], Some(&old[was]), None);
            });
        }
        for at in gone {
            self.step(label(&old[at]).as_deref(), Some(at), None, |walk| {
                walk.push(Kind::Removed, Some(&old[at]), None);
            });
        }
        for at in fresh {
            self.step(label(&new[at]).as_deref(), None, Some(at), |walk| {
                walk.push(Kind::Added, None, Some(&new[at]));
            });
        }
    }

    fn step(
        &mut self,
        label: Option<&str>,
        old: Option<usize>,
        new: Option<usize>,
        walk: impl FnOnce(&mut Self),
    ) {
        let label = label.map(str::to_owned);
        self.path.push(Step::Item { label, old, new });
        walk(self);
        self.path.pop();
    }

    fn push(&mut self, kind: Kind, old: Option<&Json>, new: Option<&Json>) {
        self.changes.push(Change {
            kind,
            path: self.path.clone(),
            within: None,
            old: old.cloned(),
            new: new.cloned(),
            fixed: None,
            set_by: Vec::new(),
        });
    }
}

/// What names an item of a list for people, although the list has no keys.
fn label(item: &Json) -> Option<String> {
    lists::key(item, &["key"]).or_else(|| lists::key(item, &["name"]))
}

/// Whether what is on both sides comes in the same order.
fn are_in_order((new, old): &(Vec<String>, Vec<String>)) -> bool {
    let new = new.iter().filter(|name| old.contains(name));
    let known: Vec<&String> = new.collect();
    let old = old.iter().filter(|name| known.contains(name));
    old.eq(known.iter().copied())
}
