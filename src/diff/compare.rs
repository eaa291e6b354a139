//! The fields in which two objects differ, as `kubectl apply` would change them.
//!
//! Fields that the new object states are compared with the old one. Others are defaults, or somebody else's, unless the
//! former object stated them too: then they go.
//! Source: kubernetes/apimachinery pkg/util/strategicpatch/patch.go, `CreateThreeWayMergePatch`.

use serde_json::{Map, Value as Json};

use super::change::{Change, Kind};
use super::field::Field;
use super::lists::{self, Strategy};
use super::path::{Path, Step};
use super::same::{is_nothing, is_same};
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
                match by_name(keys).filter(are_in_order) {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::Walk;
    use crate::diff::change::Kind;

    /// What a walk finds, a line each.
    fn found(walk: Walk, new: &Json, old: &Json, former: Option<&Json>) -> Vec<String> {
        let changes = walk.changes(new, old, former).into_iter();
        let lines = changes.map(|change| {
            let sign = match change.kind {
                Kind::Added => '+',
                Kind::Changed => '~',
                Kind::Removed => '-',
                Kind::Layout => '=',
            };
            let within = change.within.map(|path| format!(" {path}"));
            format!("{sign}{}{}", change.path, within.unwrap_or_default())
        });
        lines.collect()
    }

    fn live() -> Walk {
        Walk::of_kind("apps", "Deployment", false)
    }

    #[test]
    fn only_what_is_stated_is_compared() {
        let new = json!({"spec": {"replicas": 2, "paused": false}});
        let old = json!({"spec": {"replicas": 1, "progressDeadlineSeconds": 600}});
        assert_eq!(found(live(), &new, &old, None), ["~spec.replicas"]);
        assert_eq!(
            found(Walk::whole(), &new, &old, None),
            ["~spec.replicas", "-spec.progressDeadlineSeconds"]
        );
    }

    #[test]
    fn what_was_stated_before_goes() {
        let new = json!({"metadata": {"labels": {"a": "1"}}});
        let old =
            json!({"metadata": {"labels": {"a": "1", "b": "2", "c": "3"}}, "x": {"y": 1, "z": 2}});
        let former =
            json!({"metadata": {"labels": {"a": "1", "b": "9", "gone": "0"}}, "x": {"y": 1}});
        let changes = live().changes(&new, &old, Some(&former));
        let paths: Vec<String> = changes.iter().map(|own| own.path.to_string()).collect();
        assert_eq!(paths, ["metadata.labels.b", "x"]);
        assert_eq!(changes[1].old, Some(json!({"y": 1, "z": 2})));
        // Of what others own, too, only a part goes.
        let changes = live().shared(true).changes(&new, &old, Some(&former));
        assert_eq!(changes[1].old, Some(json!({"y": 1})));
    }

    #[test]
    fn an_insertion_into_a_list_is_one_change() {
        let container = |name: &str| json!({"name": name, "image": name});
        let new = json!({"containers": [container("new"), container("a"), container("b")]});
        let old = json!({"containers": [container("a"), container("b")]});
        assert_eq!(found(live(), &new, &old, None), ["+containers[new]"]);
        let new = json!({"args": ["--a", "--new", "--b"]});
        let old = json!({"args": ["--a", "--b"]});
        assert_eq!(found(live(), &new, &old, None), ["+args[1]"]);
        let new = json!({"args": ["--a=2", "--b"]});
        let old = json!({"args": ["--a=1", "--b", "--c"]});
        assert_eq!(found(live(), &new, &old, None), ["~args[0]", "-args[2]"]);
    }

    #[test]
    fn items_of_others_stay_where_lists_are_merged_and_go_where_they_are_replaced() {
        let new = json!({"env": [{"name": "A", "value": "1"}], "tolerations": [{"key": "a"}]});
        let old = json!({
            "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}, {"name": "C"}],
            "tolerations": [{"key": "b"}, {"key": "a"}],
        });
        let former = json!({"env": [{"name": "C"}]});
        assert_eq!(
            found(live(), &new, &old, Some(&former)),
            ["-env[C]", "-tolerations[b]"]
        );
        assert_eq!(
            found(Walk::whole(), &new, &old, None),
            ["-env[B]", "-env[C]", "-tolerations[b]"]
        );
    }

    #[test]
    fn a_volume_has_one_source() {
        let new = json!({"volumes": [{"name": "v", "emptyDir": {}}]});
        let old = json!({"volumes": [{"name": "v", "hostPath": {"path": "/x"}}]});
        assert_eq!(
            found(live(), &new, &old, None),
            ["+volumes[v].emptyDir", "-volumes[v].hostPath"]
        );
    }

    #[test]
    fn the_selector_of_a_budget_is_replaced() {
        let new = json!({"spec": {"selector": {"matchLabels": {"a": "1"}}}});
        let old = json!({"spec": {"selector": {"matchLabels": {"a": "1", "b": "2"}}, "x": 1}});
        let walk = Walk::of_kind("policy", "PodDisruptionBudget", false);
        assert_eq!(
            found(walk, &new, &old, None),
            ["-spec.selector.matchLabels.b"]
        );
    }

    #[test]
    fn texts_are_compared_by_what_they_say() {
        let text = |value: &str| json!({"data": {"policy.yaml": value}});
        let compare = |new: &str, old: &str| {
            let walk = Walk::of_kind("", "ConfigMap", false);
            found(walk, &text(new), &text(old), None)
        };
        let old = "profiles:\n- name: a\n  plugins: [x]\n- name: b\n";
        let new = "profiles:\n- name: new\n- name: a\n  plugins: [x, y]\n- name: b\n";
        assert_eq!(
            compare(new, old),
            [
                "+data[\"policy.yaml\"] profiles[new]",
                "+data[\"policy.yaml\"] profiles[a].plugins[1]",
            ]
        );
        assert_eq!(
            compare("a: 1\n", "{\"a\": 1}\n"),
            ["=data[\"policy.yaml\"]"]
        );
        assert_eq!(compare("a: 1\n", "a: [\n"), ["~data[\"policy.yaml\"]"]);
        assert_eq!(compare("one\n", "two\n"), ["~data[\"policy.yaml\"]"]);
        assert_eq!(compare("a: 1\n", "a: 1\n"), [""; 0]);
        // Without a name for each, or in another order, by their places.
        let old = "profiles: [{name: a}, {name: b}]\n";
        let new = "profiles: [{name: b}, {name: a}]\n";
        assert!(!compare(new, old).is_empty());
    }
}
