//! Finds the pod specs of an object.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::change_tree::Step as ChangeStep;
use super::way::Passed;
use crate::config::Kind;
use crate::kinds::{
    Kinds, Layering, PlacementFields, PodKind, PodTemplate, Shape, Step, deeper, has_contents, near,
};
use crate::manifests::{PodsAt, workload_kind};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// Those of all kinds of Kubernetes.
static OF_KUBERNETES: LazyLock<PlacementFields<'_>> = LazyLock::new(PlacementFields::of_kubernetes);

/// A pod spec and the path to it.
pub(super) struct PodSpec<'n, 's, 'k> {
    /// The kind, if it is one of Kubernetes.
    pub(super) kind: Option<Kind>,
    /// What the configuration or the operator says of it, for other kinds.
    pub(super) template: Option<&'k PodTemplate<'k>>,
    pub(super) fields: Cow<'k, PlacementFields<'k>>,
    /// The steps that lead to it, as far as the object has them.
    pub(super) way: Vec<Passed<'n, 's>>,
    /// The keys behind them that the object lacks.
    missing: Vec<&'k str>,
    /// The map that has, or could have, the pod spec; none if that is missing too.
    parent: Option<&'n Node<'s>>,
    /// None if it is missing.
    pub(super) node: Option<&'n Node<'s>>,
    /// The name of the item of the list on the way.
    pub(super) item: Option<&'n str>,
}

/// The kind of an object that has pod specs.
pub(super) enum Known<'k> {
    Kubernetes(Kind),
    Custom(&'k PodKind<'k>),
}

/// Why an object has no pod spec where it should.
pub(super) struct Misfit {
    pub(super) location: Span,
    pub(super) message: String,
    pub(super) help: String,
}

impl<'k> Known<'k> {
    pub(super) fn of(kind: &str, api_version: Option<&str>, kinds: &'k Kinds<'k>) -> Option<Self> {
        let own = workload_kind(kind, api_version).map(Self::Kubernetes);
        own.or_else(|| kinds.find(kind, api_version).map(Self::Custom))
    }
}

impl Known<'_> {
    /// Whether another object, which is itself in the stream, has the template: a Rollout may leave it to a Deployment.
    /// Source: argoproj/argo-rollouts docs/features/specification.md, `workloadRef`.
    pub(super) fn has_no_pods(&self, object: &Node<'_>) -> bool {
        matches!(self, Self::Kubernetes(Kind::Rollout))
            && object.at(&["spec", "workloadRef"]).is_some()
            && object.at(keys(Kind::Rollout)).is_none()
    }
}

/// The keys that lead from an object of a kind of Kubernetes to its pod spec.
pub(super) fn keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Pod => &["spec"],
        Kind::CronJob => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => &["spec", "template", "spec"],
    }
}

impl<'n, 's, 'k> PodSpec<'n, 's, 'k> {
    /// The pod spec of a kind of Kubernetes.
    ///
    /// # Errors
    /// The location where the path ends, if the object does not have it.
    pub(super) fn of_kubernetes(object: &'n Node<'s>, kind: Kind) -> Result<Self, Span> {
        let keys = keys(kind);
        let mut way = Vec::with_capacity(keys.len());
        let (mut parent, mut node) = (object, object);
        for key in keys {
            let entry = node.entry(key).ok_or(node.span)?;
            way.push(Passed::Entry(node, entry));
            (parent, node) = (node, &entry.value);
        }
        match node.value {
            Value::Mapping(_) => Ok(Self {
                kind: Some(kind),
                template: None,
                fields: Cow::Borrowed(&OF_KUBERNETES),
                way,
                missing: Vec::new(),
                parent: Some(parent),
                node: Some(node),
                item: None,
            }),
            _ => Err(node.span),
        }
    }

    /// All pod specs of an object of another kind, those too that it does not have yet.
    ///
    /// # Errors
    /// When the object is not of the shape that its kind should have.
    pub(super) fn all(object: &'n Node<'s>, kind: &'k PodKind<'k>) -> Result<Vec<Self>, Misfit> {
        let mut all = Vec::new();
        // Only the paths of a configuration can be misspelled.
        let sound = if kind.is_declared {
            kind.sound(&Shape::of(object))
        } else {
            Vec::new()
        };
        for template in &kind.templates {
            all.extend(Self::of_template(object, template, (kind, &sound))?);
        }
        let Some(common) = &kind.common else {
            return Ok(all);
        };
        let common = Self::of_template(object, common, (kind, &sound))?;
        let Some(shared) = common.iter().find(|common| common.placed().is_some()) else {
            return Ok(all);
        };
        match all.iter().find_map(|own| Some((own, own.placed()?))) {
            None => Ok(common),
            Some((own, location)) => Err(both(shared, own, location)),
        }
    }

    fn of_template(
        object: &'n Node<'s>,
        template: &'k PodTemplate<'k>,
        (kind, sound): (&'k PodKind<'k>, &[&'k PodTemplate<'k>]),
    ) -> Result<Vec<Self>, Misfit> {
        let mut walk = Walk {
            kind,
            sound,
            template,
            way: Vec::new(),
            item: None,
            found: Vec::new(),
        };
        walk.on(object, None, template.path.steps())?;
        let found = walk.found.into_iter();
        Ok(match template.layering {
            Layering::Whole => found.collect(),
            Layering::PartByPart => found.filter_map(Self::with_its_own_parts).collect(),
        })
    }

    /// The same with those parts of a placement that it has; none if it has none.
    fn with_its_own_parts(mut self) -> Option<Self> {
        let node = self.node?;
        let own_if_empty = self.template.map_or(&[][..], |own| own.own_if_empty);
        let is_own = |path: &[&str]| {
            let is_there = || node.at(path).is_some_and(|found| !found.is_null());
            has(node, path) || own_if_empty.contains(&path[0]) && is_there()
        };
        self.fields = Cow::Owned(self.fields.into_owned().only(is_own));
        let has_any = self.fields.paths().next().is_some();
        has_any.then_some(self)
    }

    /// Whether it says anything of placement, and where.
    fn placed(&self) -> Option<Span> {
        let node = self.node?;
        let is_placed = self.fields.paths().any(|path| has(node, path));
        is_placed.then_some(node.span)
    }

    /// Its path, as it is written.
    fn path(&self) -> &'k str {
        self.template.map_or("", |template| template.text)
    }

    /// Whether what it lacks comes from another template.
    pub(super) fn is_part(&self) -> bool {
        let template = self.template;
        template.is_some_and(|template| template.layering == Layering::PartByPart)
    }

    /// Whether the object does not have it yet.
    pub(super) fn is_new(&self) -> bool {
        self.node.is_none()
    }

    /// Whether an affinity that is added is the first one. An empty one counts as one: operators let it stand.
    pub(super) fn has_no_affinity(&self) -> bool {
        let path = self.fields.affinity.as_deref();
        let found = path.and_then(|path| self.node?.at(path));
        found.is_none_or(Node::is_null)
    }

    pub(super) fn place(&self) -> PodsAt<'_, 's> {
        PodsAt {
            kind: self.kind,
            template: self.parent,
            pod: self.node,
            fields: &self.fields,
        }
    }

    /// The steps from the object to it, of which some may be missing.
    pub(super) fn steps(&self) -> Vec<ChangeStep> {
        let there = self.way.iter().map(|passed| match *passed {
            Passed::Entry(_, entry) => ChangeStep::Key(entry.key.to_string().into()),
            Passed::Item(_, at) => ChangeStep::Item(at),
        });
        let missing = self.missing.iter();
        let missing = missing.map(|key| ChangeStep::Key((*key).to_owned().into()));
        there.chain(missing).collect()
    }
}

/// Whether there is anything at a path.
fn has(node: &Node<'_>, path: &[&str]) -> bool {
    node.at(path).is_some_and(|found| match &found.value {
        Value::Null => false,
        Value::Mapping(entries) => !entries.is_empty(),
        Value::Sequence(items) => !items.is_empty(),
        _ => true,
    })
}

/// What is added to one of the two would be mixed up with what is in the other.
fn both(shared: &PodSpec<'_, '_, '_>, own: &PodSpec<'_, '_, '_>, location: Span) -> Misfit {
    Misfit {
        location,
        message: format!(
            "cannot be edited safely: it has placement in `{}` and in `{}`, and its operator merges the items of these \
             lists by their positions",
            shared.path(),
            own.path()
        ),
        help: format!(
            "move all placement to `{}`, or skip it with --skip-uneditable",
            own.path()
        ),
    }
}

/// A walk along a path, which branches at lists.
struct Walk<'w, 'n, 's, 'k> {
    kind: &'k PodKind<'k>,
    /// The templates whose paths have no mistake.
    sound: &'w [&'k PodTemplate<'k>],
    template: &'k PodTemplate<'k>,
    way: Vec<Passed<'n, 's>>,
    item: Option<&'n str>,
    found: Vec<PodSpec<'n, 's, 'k>>,
}

impl<'n, 's, 'k> Walk<'_, 'n, 's, 'k> {
    fn on(
        &mut self,
        node: &'n Node<'s>,
        parent: Option<&'n Node<'s>>,
        steps: &'k [Step<'k>],
    ) -> Result<(), Misfit> {
        match &node.value {
            Value::Mapping(_) => {}
            Value::Null => {
                self.end(steps, parent.filter(|_| steps.is_empty()), None);
                return Ok(());
            }
            Value::Sequence(_) if self.kind.is_declared => return Err(self.is_list(node)),
            _ => return Err(self.misfit(node, "a map")),
        }
        let Some((step, rest)) = steps.split_first() else {
            let has = |keys: &[&str]| {
                let found = node.at(keys);
                found.is_some_and(|found| matches!(found.value, Value::Sequence(_)))
            };
            // The path ends above the pod spec, where nothing reads what would be added.
            if deeper(self.kind, self.template, has).is_none() {
                self.end(&[], parent, Some(node));
            }
            return Ok(());
        };
        let Some(entry) = node.entry(step.key) else {
            // The path is not the one of this kind: nothing reads what would be added.
            let keys = || node.entries().iter().map(|entry| entry.key.as_ref());
            let is_elsewhere = || self.way.is_empty() && has_contents(keys());
            let way = self.keys();
            let is_misspelled = || near(self.sound, (&way, step.key), keys()).is_some();
            let is_wrong = || is_elsewhere() || is_misspelled();
            if self.kind.is_declared && is_wrong() {
                return Ok(());
            }
            self.end(steps, Some(node).filter(|_| rest.is_empty()), None);
            return Ok(());
        };
        if entry.value.is_null() && (step.is_optional || step.is_list) {
            return Ok(());
        }
        self.way.push(Passed::Entry(node, entry));
        if step.is_list {
            let Value::Sequence(items) = &entry.value.value else {
                return Err(self.misfit(&entry.value, "a list"));
            };
            for (at, item) in items.iter().enumerate() {
                self.way.push(Passed::Item(item, at));
                self.item = item.get("name").and_then(Node::as_str);
                if !matches!(item.value, Value::Mapping(_)) {
                    return Err(self.misfit(item, "a list of maps"));
                }
                self.on(item, Some(&entry.value), rest)?;
                self.way.pop();
            }
            self.item = None;
        } else {
            self.on(&entry.value, Some(node), rest)?;
        }
        self.way.pop();
        Ok(())
    }

    /// The walk ends at a pod spec, or before keys that are missing.
    fn end(
        &mut self,
        missing: &'k [Step<'k>],
        parent: Option<&'n Node<'s>>,
        node: Option<&'n Node<'s>>,
    ) {
        // A list without items has no pods, and what is optional is not switched on.
        if missing.iter().any(|step| step.is_list || step.is_optional) {
            return;
        }
        self.found.push(PodSpec {
            kind: None,
            template: Some(self.template),
            fields: Cow::Borrowed(&self.template.fields),
            way: self.way.clone(),
            missing: missing.iter().map(|step| step.key).collect(),
            parent,
            node,
            item: self.item,
        });
    }

    /// The keys on the way.
    fn keys(&self) -> Vec<&str> {
        let keys = self.way.iter().filter_map(|passed| match passed {
            Passed::Entry(_, entry) => Some(entry.key.as_ref()),
            Passed::Item(..) => None,
        });
        keys.collect()
    }

    fn key(&self) -> &str {
        self.keys().last().copied().unwrap_or("spec")
    }

    fn misfit(&self, node: &Node<'_>, expected: &str) -> Misfit {
        Misfit {
            location: node.span,
            message: format!(
                "has no pod spec at `{}`: `{}` is not {expected}",
                self.template.text,
                self.key()
            ),
            help: "correct the manifest, or skip it with --skip-uneditable".to_owned(),
        }
    }

    fn is_list(&self, node: &Node<'_>) -> Misfit {
        let key = self.key();
        Misfit {
            help: format!(
                "write `{key}[]` in the path of `customKinds` to reach each item of the list"
            ),
            ..self.misfit(node, "a map")
        }
    }
}
