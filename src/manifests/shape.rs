//! Reads values of an expected shape. A value of another shape is reported, and counts as absent.
//!
//! `null` counts as absent everywhere, as it does for the API server. An error says that the object cannot be judged, a
//! warning that the API server refuses what can be judged all the same.

use std::ops::RangeInclusive;

use serde::Deserialize;
use serde_json::Value as Json;

use super::later::Later;
use super::offsets::Offsets;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::kubernetes::Labels;
use crate::source::Span;
use crate::values::{IntOrPercent, Quantity};
use crate::yaml::{Entry, Node, Value};

/// The rule of all findings in manifests.
pub(crate) const RULE: &str = "manifest";

/// The whole numbers that a field of the API can hold where it holds 32 bits and is never negative.
pub(super) const COUNT: RangeInclusive<i64> = 0..=i32::MAX as i64;

/// The first whole number that a float no longer holds exactly: 2^53.
const FLOAT_LIMIT: f64 = 9_007_199_254_740_992.0;

const QUOTES: &str = "add quotes: the API server accepts only text here";

const NULL_ITEM: &str = "remove it, or write the item: the API server refuses an empty one";

/// The text of a span.
pub(crate) type Texts<'r> = &'r dyn Fn(Span) -> &'r str;

/// Reads values, and collects problems.
pub(super) struct Reader<'r> {
    pub(super) report: Report,
    texts: Texts<'r>,
    /// The subject of the messages: ``Deployment `web` ``.
    subject: String,
    /// Which values of the object are not there yet.
    pub(super) later: Later,
    /// Whether the object has values that are nowhere here.
    pub(super) is_incomplete: bool,
}

impl<'r> Reader<'r> {
    pub(super) fn new(texts: Texts<'r>) -> Self {
        Self {
            report: Report::default(),
            texts,
            subject: String::new(),
            later: Later::default(),
            is_incomplete: false,
        }
    }

    /// One whose problems nobody sees.
    pub(super) fn unheard(&self) -> Self {
        Self::new(self.texts)
    }

    pub(super) fn subject(&mut self, subject: String) {
        self.subject = subject;
    }

    /// The number of problems so far, without which an object can be judged.
    pub(super) fn problems(&self) -> usize {
        self.report.count(Severity::Error)
    }

    /// A finding: `` `replicas` of Deployment `web` must be … ``.
    pub(super) fn problem(&self, location: Span, key: &str, problem: &str) -> Diagnostic {
        Diagnostic::error(RULE, format!("`{key}` of {} {problem}", self.subject)).at(location)
    }

    pub(super) fn map<'n, 's>(
        &mut self,
        parent: Option<&'n Node<'s>>,
        key: &str,
    ) -> Option<&'n Node<'s>> {
        let node = present(parent, key)?;
        if !matches!(node.value, Value::Mapping(_)) {
            self.mismatch(node, key, "a map");
            return None;
        }
        Some(node)
    }

    /// The map at a path of keys; none where there is no path.
    pub(super) fn map_at<'n, 's>(
        &mut self,
        parent: Option<&'n Node<'s>>,
        path: Option<&[&str]>,
    ) -> Option<&'n Node<'s>> {
        path?
            .iter()
            .fold(parent, |parent, key| self.map(parent, key))
    }

    pub(super) fn list<'n, 's>(
        &mut self,
        parent: Option<&'n Node<'s>>,
        key: &str,
    ) -> &'n [Node<'s>] {
        let Some(node) = present(parent, key) else {
            return &[];
        };
        if !matches!(node.value, Value::Sequence(_)) {
            self.mismatch(node, key, "a list");
        }
        node.items()
    }

    /// A list of maps. Items that are not maps are left out; of those that are `null`, nothing is lost.
    ///
    /// Go decodes such an item to one without a value, and every list of maps that is read here needs one.
    /// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go: `name` of a container and of a volume, `key`
    /// of a toleration with an operator, `maxSkew` of a spread constraint.
    pub(super) fn maps<'n, 's>(
        &mut self,
        parent: Option<&'n Node<'s>>,
        key: &str,
    ) -> Vec<&'n Node<'s>> {
        let mut maps = Vec::new();
        for item in self.list(parent, key) {
            match item.value {
                Value::Mapping(_) => maps.push(item),
                Value::Null => {
                    self.refused(item.span, key, "has an item that is `null`", NULL_ITEM);
                }
                _ => self.mismatch(item, key, "a list of maps"),
            }
        }
        maps
    }

    /// The same at a path of keys; nothing where there is no path.
    pub(super) fn maps_at<'n, 's>(
        &mut self,
        parent: Option<&'n Node<'s>>,
        path: Option<&[&str]>,
    ) -> Vec<&'n Node<'s>> {
        let Some((key, way)) = path.and_then(<[_]>::split_last) else {
            return Vec::new();
        };
        let parent = self.map_at(parent, Some(way));
        self.maps(parent, key)
    }

    pub(super) fn texts(&mut self, parent: Option<&Node<'_>>, key: &str) -> Vec<String> {
        let items = self.list(parent, key);
        items
            .iter()
            .filter_map(|item| self.as_text(item, key))
            .collect()
    }

    /// A text. An empty one counts as absent, as it does for the API server.
    pub(super) fn text(&mut self, parent: Option<&Node<'_>>, key: &str) -> Option<String> {
        let node = present(parent, key)?;
        self.as_text(node, key).filter(|text| !text.is_empty())
    }

    fn as_text(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        let text = node.as_str().map(str::to_owned);
        if text.is_none() {
            self.mismatch(node, key, "text");
        }
        text
    }

    /// Labels or annotations; `null` is the empty text, as Go decodes it. What is written without the quotes that it
    /// needs is read as it is written: nothing else can be meant.
    pub(super) fn labels(&mut self, parent: Option<&Node<'_>>, key: &str) -> Labels {
        let Some(node) = self.map(parent, key) else {
            return Labels::new();
        };
        let read = |entry: &Entry<'_>| {
            let value = match entry.value.value {
                Value::Null => String::new(),
                Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {
                    let span = entry.value.span;
                    self.refused(span, &entry.key, "must be text", QUOTES);
                    (self.texts)(span).to_owned()
                }
                _ => self.as_text(&entry.value, &entry.key)?,
            };
            Some((entry.key.to_string(), value))
        };
        node.entries().iter().filter_map(read).collect()
    }

    pub(super) fn integer(
        &mut self,
        parent: Option<&Node<'_>>,
        key: &str,
        range: &RangeInclusive<i64>,
    ) -> Option<i64> {
        let node = present(parent, key)?;
        let number = match node.value {
            Value::Integer(number) => Some(number),
            // Helm writes large numbers as floats; on the way to the API server they become whole again.
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole and below 2^53: exact"
            )]
            Value::Float(number) if number.fract() == 0.0 && number.abs() < FLOAT_LIMIT => {
                Some(number as i64)
            }
            _ => None,
        };
        let Some(number) = number else {
            self.mismatch(node, key, "a whole number");
            return None;
        };
        if !range.contains(&number) {
            let problem = format!("must be from {} to {}", range.start(), range.end());
            let diagnostic = self.problem(node.span, key, &problem);
            self.report.push(diagnostic);
            return None;
        }
        Some(number)
    }

    pub(super) fn boolean(&mut self, parent: Option<&Node<'_>>, key: &str) -> Option<bool> {
        let node = present(parent, key)?;
        let Value::Bool(value) = node.value else {
            self.mismatch(node, key, "true or false");
            return None;
        };
        Some(value)
    }

    pub(super) fn int_or_percent(
        &mut self,
        parent: Option<&Node<'_>>,
        key: &str,
    ) -> Option<IntOrPercent> {
        let node = present(parent, key)?;
        let value = match &node.value {
            Value::Integer(number) => IntOrPercent::deserialize(Json::from(*number)).ok(),
            Value::String(text) => IntOrPercent::deserialize(Json::from(text.as_ref())).ok(),
            _ => None,
        };
        if value.is_none() {
            self.mismatch(node, key, "a number of pods or a percentage such as `25%`");
        }
        value
    }

    pub(super) fn quantity(&mut self, parent: Option<&Node<'_>>, key: &str) -> Option<Quantity> {
        let node = present(parent, key)?;
        let text = match &node.value {
            Value::String(text) => text.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) if number.is_finite() => number.to_string(),
            _ => {
                self.mismatch(node, key, "a quantity such as `500m` or `4Gi`");
                return None;
            }
        };
        let quantity = Quantity::parse(&text).and_then(|quantity| {
            if quantity.millis() < 0 {
                return Err("the quantity is negative".to_owned());
            }
            Ok(quantity)
        });
        match quantity {
            Ok(quantity) => Some(quantity),
            Err(reason) => {
                let diagnostic = self
                    .problem(node.span, key, "is not a quantity")
                    .label(reason);
                self.report.push(diagnostic);
                None
            }
        }
    }

    /// The location of the value of `key`. For a list or map over several lines, the location of the key.
    pub(super) fn location(&self, parent: Option<&Node<'_>>, key: &str) -> Option<Span> {
        let entry = parent?.entry(key)?;
        let is_collection = matches!(entry.value.value, Value::Mapping(_) | Value::Sequence(_));
        let is_block =
            is_collection && !(self.texts)(entry.value.span).starts_with(['{', '[', '*']);
        Some(if is_block || entry.value.is_null() {
            entry.key_span
        } else {
            entry.value.span
        })
    }

    /// Where the parts of a text stand whose scalar is at `whole`.
    pub(super) fn offsets(&self, text: &str, whole: Span) -> Offsets {
        Offsets::new(text, (self.texts)(whole), whole)
    }

    /// Reports what the API server refuses, and what can be judged all the same.
    fn refused(&mut self, location: Span, key: &str, problem: &str, help: &str) {
        let problem = self.problem(location, key, problem);
        self.report
            .push(problem.level(Severity::Warning).help(help));
    }

    pub(super) fn mismatch(&mut self, node: &Node<'_>, key: &str, expected: &str) {
        let mut diagnostic = self
            .problem(node.span, key, &format!("must be {expected}"))
            .label(format!("this is {}", shape(&node.value)));
        if expected == "text"
            && matches!(
                node.value,
                Value::Bool(_) | Value::Integer(_) | Value::Float(_)
            )
        {
            diagnostic = diagnostic.help(QUOTES);
        }
        self.report.push(diagnostic);
    }
}

/// The value of `key`, unless it is absent or `null`.
pub(super) fn present<'n, 's>(parent: Option<&'n Node<'s>>, key: &str) -> Option<&'n Node<'s>> {
    parent?.get(key).filter(|node| !node.is_null())
}

fn shape(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::String(_) => "text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a map",
    }
}
