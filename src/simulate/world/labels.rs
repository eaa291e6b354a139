//! Labels, and selectors of pods by them.

use super::{SelectorId, Symbol, Symbols, TemplateId};
use crate::kubernetes::{LabelSelector, Labels};

/// The labels of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSet(Vec<(Symbol, Symbol)>);

impl LabelSet {
    pub fn new(labels: &Labels, symbols: &mut Symbols) -> Self {
        let mut pairs: Vec<_> = labels
            .iter()
            .map(|(key, value)| (symbols.of(key), symbols.of(value)))
            .collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    pub fn get(&self, key: Symbol) -> Option<Symbol> {
        let at = self.0.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        Some(self.0[at].1)
    }

    /// Keys with their values, by key.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, Symbol)> {
        self.0.iter().copied()
    }

    pub fn set(&mut self, key: Symbol, value: Symbol) {
        match self.0.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }
}

/// A selector of pods in one namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    pub namespace: Symbol,
    pub labels: LabelSelector,
}

/// All selectors, each once, and the answers that were given: pods of one template have the same labels, so a selector is
/// evaluated once for a template and never again.
#[derive(Clone, Debug, Default)]
pub struct Selectors {
    all: Vec<Selector>,
    /// By selector, then template.
    answers: Vec<Vec<bool>>,
    templates: Vec<(Symbol, Labels)>,
}

impl Selectors {
    pub fn of(&mut self, selector: Selector) -> SelectorId {
        if let Some(at) = self.all.iter().position(|known| *known == selector) {
            return SelectorId::of(at);
        }
        let matches = |(namespace, labels): &(Symbol, Labels)| {
            *namespace == selector.namespace && selector.labels.matches(labels)
        };
        self.answers
            .push(self.templates.iter().map(matches).collect());
        self.all.push(selector);
        SelectorId::of(self.all.len() - 1)
    }

    /// Tells it the labels of the next template; [`super::World::add_template`] calls it for each in turn.
    pub(super) fn add_template(&mut self, namespace: Symbol, labels: &Labels) {
        for (selector, answers) in self.all.iter().zip(&mut self.answers) {
            answers.push(namespace == selector.namespace && selector.labels.matches(labels));
        }
        self.templates.push((namespace, labels.clone()));
    }

    /// Whether pods of this template are selected.
    pub fn selects(&self, selector: SelectorId, template: TemplateId) -> bool {
        self.answers[selector.index()][template.index()]
    }

    pub fn get(&self, selector: SelectorId) -> &Selector {
        &self.all[selector.index()]
    }
}
