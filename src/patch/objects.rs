//! The Kubernetes objects of a document, lists unwrapped.

use super::doubts::Doubts;
use super::text::Text;
use super::uneditable::{Certain, Uneditable};
use super::way::Passed;
use crate::diagnostic::Pointer;
use crate::manifests::workload_kind;
use crate::source::Span;
use crate::yaml::Node;

/// An object with its kind and API version.
pub(super) struct Object<'n, 's> {
    pub(super) node: &'n Node<'s>,
    pub(super) kind: &'n str,
    pub(super) api_version: Option<&'n str>,
    /// The path from the document to the object.
    way: Vec<Passed<'n, 's>>,
}

/// The objects of a document.
#[derive(Default)]
pub(super) struct Held<'n, 's> {
    /// The objects in order; anything that does not look like an object is skipped.
    pub(super) objects: Vec<Object<'n, 's>>,
    /// Objects, or lists of objects, that are ambiguous, with the reasons.
    pub(super) refused: Vec<(&'static str, Uneditable)>,
}

/// All objects of a document.
pub(super) fn unwrap<'n, 's>(document: &'n Node<'s>, doubts: &Doubts) -> Held<'n, 's> {
    let mut held = Held::default();
    held.collect(document, None, doubts, &mut Vec::new());
    held
}

impl<'n, 's> Held<'n, 's> {
    fn collect(
        &mut self,
        node: &'n Node<'s>,
        inherited: Option<(&'n str, Option<&'n str>)>,
        doubts: &Doubts,
        way: &mut Vec<Passed<'n, 's>>,
    ) {
        let items = node.entry("items");
        if let Err(doubt) = doubts.keys(node, &["apiVersion", "kind", "items"]) {
            let subject = if items.is_some() {
                "the list"
            } else {
                "the object"
            };
            self.refused.push((subject, doubt));
            return;
        }
        let text = |key: &str| {
            node.get(key)
                .and_then(Node::as_str)
                .filter(|text| !text.is_empty())
        };
        let Some(kind) = text("kind").or(inherited.map(|(kind, _)| kind)) else {
            return;
        };
        let api_version = text("apiVersion").or(inherited.and_then(|(_, version)| version));
        let (Some(item_kind), Some(items)) = (kind.strip_suffix("List"), items) else {
            self.objects.push(Object {
                node,
                kind,
                api_version,
                way: way.clone(),
            });
            return;
        };
        // Only the items of a typed list may omit their kind.
        let inherited = (!matches!(item_kind, "" | "Resource")).then_some((item_kind, api_version));
        way.push(Passed::Entry(node, items));
        for (at, item) in items.value.items().iter().enumerate() {
            way.push(Passed::Item(item, at));
            self.collect(item, inherited, doubts, way);
            way.pop();
        }
        way.pop();
    }
}

impl<'n, 's> Object<'n, 's> {
    /// The only object of a document.
    pub(super) fn of_document(
        node: &'n Node<'s>,
        kind: &'n str,
        api_version: Option<&'n str>,
    ) -> Self {
        Self {
            node,
            kind,
            api_version,
            way: Vec::new(),
        }
    }

    /// Rejects an object of a list that is also used elsewhere.
    pub(super) fn is_on_its_own(&self, text: &Text<'_>, doubts: &Doubts) -> Certain {
        let mut way = self.way.iter();
        way.try_for_each(|passed| doubts.passed(text, *passed))
    }

    /// Whether it is a workload of a built-in kind.
    pub(super) fn is_built_in(&self) -> bool {
        workload_kind(self.kind, self.api_version).is_some()
    }

    pub(super) fn is_in_a_list(&self) -> bool {
        !self.way.is_empty()
    }

    /// Its location in the document.
    pub(super) fn pointer(&self) -> Pointer {
        let way = self.way.iter();
        way.fold(Pointer::root(), |pointer, passed| passed.within(&pointer))
    }

    pub(super) fn metadata(&self, key: &str) -> Option<&'n Node<'s>> {
        self.node.get("metadata")?.get(key)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'n str> {
        self.metadata(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// Its own namespace, or else the assumed one.
    pub(super) fn namespace(&self, assumed: Option<&'n str>) -> Option<&'n str> {
        self.text("namespace").or(assumed)
    }

    /// Its name, or the prefix of a generated name.
    pub(super) fn name(&self) -> &'n str {
        self.text("name")
            .or(self.text("generateName"))
            .unwrap_or_default()
    }

    /// Its title in messages: ``Deployment `web` ``.
    pub(super) fn title(&self) -> String {
        format!("{} `{}`", self.kind, self.name())
    }

    /// The location of findings about it.
    pub(super) fn location(&self) -> Span {
        self.metadata("name")
            .or(self.metadata("generateName"))
            .or(self.node.get("kind"))
            .unwrap_or(self.node)
            .span
    }
}
