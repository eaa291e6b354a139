//! The values of a release as they are laid over each other, each with the place where it is written.

use super::no_place::NoPlace;
use super::set_path::{Step, is_step, put};
use super::text_values::parse;
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::yaml::{Entry, Node, Value};

/// From the weakest to the strongest.
#[derive(Debug, Default)]
pub(in crate::manifests) struct Layers {
    layers: Vec<Layer>,
    /// Whether one of them is a text that cannot be read: then nobody can install the release.
    is_broken: bool,
}

/// Values from one place.
#[derive(Debug)]
struct Layer {
    content: Content,
    /// Of the values, or of the one value, in the object or document that has them.
    pointer: Pointer,
    /// Whether another release takes them too.
    is_shared: bool,
}

#[derive(Debug)]
enum Content {
    Map(Node<'static>),
    /// One value, as `--set` gives it.
    One {
        way: Vec<Step>,
        value: Node<'static>,
        edit: OneEdit,
    },
    /// What is there and not known, everywhere or behind these steps.
    Unread(Vec<Step>),
}

/// Whether a value that a tool gives to `--set` can be written anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum OneEdit {
    /// As an argument of a program: the tool escapes what `--set` would take for a separator.
    Argument,
    Never,
}

/// What a layer has at a path.
enum Has<'l> {
    Nothing,
    Here(&'l Node<'static>),
    /// Something deeper than that.
    Within,
    /// Something on the way that has no place for it, and hides what is below.
    Other,
    Unread,
}

impl Layers {
    /// A map, or a text that holds one.
    pub(super) fn map(&mut self, texts: Texts<'_>, values: Option<&Node<'_>>, pointer: Pointer) {
        let Some(values) = values.filter(|values| !values.is_null()) else {
            return;
        };
        let read = match values.as_str() {
            Some(_) => parse(texts, values),
            None => Some(values.to_static()),
        };
        match read {
            Some(read) => self.layers.push(Layer {
                content: Content::Map(read),
                pointer,
                is_shared: false,
            }),
            None => self.is_broken = true,
        }
    }

    pub(super) fn one(
        &mut self,
        (way, value): (Vec<Step>, Node<'static>),
        pointer: Pointer,
        edit: OneEdit,
    ) {
        let content = Content::One { way, value, edit };
        self.layers.push(Layer {
            content,
            pointer,
            is_shared: false,
        });
    }

    pub(super) fn count(&self) -> usize {
        self.layers.len()
    }

    /// Says of all but the first layers that another release takes them too.
    pub(super) fn share_behind(&mut self, first: usize) {
        for layer in self.layers.iter_mut().skip(first) {
            layer.is_shared = true;
        }
    }

    pub(super) fn unread(&mut self, way: Vec<Step>) {
        self.layers.push(Layer {
            content: Content::Unread(way),
            pointer: Pointer::root(),
            is_shared: false,
        });
    }

    /// Whether any of the values is here.
    pub(in crate::manifests) fn is_here(&self) -> bool {
        let mut layers = self.layers.iter();
        self.is_broken || layers.any(|layer| !matches!(layer.content, Content::Unread(_)))
    }

    /// All of them together; `around` is where the release is. `None` if they cannot be read.
    pub(in crate::manifests) fn merged(&self, around: Node<'static>) -> Option<Node<'static>> {
        if self.is_broken {
            return None;
        }
        let mut merged = around;
        for layer in &self.layers {
            match &layer.content {
                Content::Map(values) if merged.is_null() => merged = values.clone(),
                Content::Map(values) => merged = laid_over(&merged, values),
                Content::One { way, value, .. } => put(&mut merged, way, value),
                Content::Unread(_) => {}
            }
        }
        Some(merged)
    }

    /// The only place of what is at a path, whole; none where it comes from several places, or where an edit there may
    /// change nothing, or more than this release.
    pub(in crate::manifests) fn place(&self, path: &Pointer) -> Result<Pointer, NoPlace> {
        let layer = self.editable(path)?;
        match layer.content {
            Content::Map(_) => Ok(layer.at(path)),
            _ => Err(NoPlace::Single),
        }
    }

    /// The same for a value that is an argument of a program.
    pub(in crate::manifests) fn argument_place(&self, path: &Pointer) -> Result<Pointer, NoPlace> {
        let layer = self.editable(path)?;
        match layer.content {
            Content::Map(_) => Ok(layer.at(path)),
            Content::One {
                edit: OneEdit::Argument,
                ..
            } => Ok(layer.pointer.clone()),
            Content::One { .. } | Content::Unread(_) => Err(NoPlace::Single),
        }
    }

    /// Whether all that is at a path stands in one layer.
    pub(in crate::manifests) fn is_whole(&self, path: &Pointer) -> bool {
        self.owner(path).is_ok()
    }

    fn editable(&self, path: &Pointer) -> Result<&Layer, NoPlace> {
        let layer = self.owner(path)?;
        if layer.is_shared {
            return Err(NoPlace::Shared);
        }
        Ok(layer)
    }

    fn owner(&self, path: &Pointer) -> Result<&Layer, NoPlace> {
        let mut found: Option<&Layer> = None;
        for layer in self.layers.iter().rev() {
            match (layer.has(path), found) {
                (Has::Nothing, _) | (Has::Unread, Some(_)) => {}
                (Has::Here(value), None) if is_map(value) => found = Some(layer),
                (Has::Here(_), None) => return Ok(layer),
                // Maps are merged.
                (Has::Here(value), Some(_)) if is_map(value) => return Err(NoPlace::Several),
                (Has::Here(_) | Has::Other, Some(_)) => break,
                (Has::Unread, None) => return Err(NoPlace::Later),
                (Has::Within, _) | (Has::Other, None) => return Err(NoPlace::Several),
            }
        }
        found.ok_or(NoPlace::Several)
    }
}

impl Layer {
    fn has(&self, path: &Pointer) -> Has<'_> {
        match &self.content {
            Content::Map(values) => within(values, path),
            Content::One { way, value, .. } => match compared(way, path) {
                Compared::Apart => Has::Nothing,
                Compared::Same => Has::Here(value),
                Compared::Longer => Has::Within,
                Compared::Shorter => Has::Other,
            },
            Content::Unread(way) => match compared(way, path) {
                Compared::Apart => Has::Nothing,
                _ => Has::Unread,
            },
        }
    }

    fn at(&self, path: &Pointer) -> Pointer {
        let segments = path.segments();
        segments.fold(self.pointer.clone(), |pointer, key| pointer.child(key))
    }
}

fn is_map(value: &Node<'_>) -> bool {
    matches!(value.value, Value::Mapping(_))
}

fn within<'l>(values: &'l Node<'static>, path: &Pointer) -> Has<'l> {
    let mut node = values;
    for segment in path.segments() {
        let next = match &node.value {
            Value::Mapping(_) => match node.get(&segment) {
                Some(next) => next,
                None => return Has::Nothing,
            },
            Value::Sequence(items) => {
                let number = segment.parse().ok();
                match number.and_then(|number: usize| items.get(number)) {
                    Some(next) => next,
                    None => return Has::Other,
                }
            }
            _ => return Has::Other,
        };
        node = next;
    }
    Has::Here(node)
}

/// How long a way is beside a path.
enum Compared {
    Apart,
    Same,
    Longer,
    Shorter,
}

fn compared(way: &[Step], path: &Pointer) -> Compared {
    let mut steps = way.iter();
    for segment in path.segments() {
        match steps.next() {
            None => return Compared::Shorter,
            Some(step) if !is_step(step, &segment) => return Compared::Apart,
            Some(_) => {}
        }
    }
    if steps.next().is_some() {
        Compared::Longer
    } else {
        Compared::Same
    }
}

/// Values with others laid over them, as Helm does it: maps key by key, everything else as a whole.
/// Source: helm/helm pkg/chart/common/util/coalesce.go.
fn laid_over(base: &Node<'static>, over: &Node<'static>) -> Node<'static> {
    let (Value::Mapping(below), Value::Mapping(above)) = (&base.value, &over.value) else {
        return if over.is_null() {
            base.clone()
        } else {
            over.clone()
        };
    };
    let mut entries: Vec<Entry<'static>> = below.clone();
    for entry in above {
        match entries.iter_mut().find(|own| own.key == entry.key) {
            Some(own) if is_map(&own.value) && is_map(&entry.value) => {
                own.value = laid_over(&own.value, &entry.value);
            }
            // `null` takes the key away. A key stands where its value does.
            Some(own) => *own = entry.clone(),
            None => entries.push(entry.clone()),
        }
    }
    Node {
        span: base.span,
        value: Value::Mapping(entries),
    }
}
