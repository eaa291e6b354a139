//! Label selectors, evaluated as the API server does.
//!
//! Source: kubernetes/apimachinery `pkg/apis/meta/v1/helpers.go` (`LabelSelectorAsSelector`) and
//! `pkg/labels/selector.go` (`Requirement.Matches`).

use crate::kubernetes::Labels;
use crate::yaml::Node;

use super::fields::Fields;
use super::shape::Reader;

/// A selector: labels and expressions, all of which must hold. An empty one selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    pub match_labels: Labels,
    pub match_expressions: Vec<Requirement>,
}

/// One expression on one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    pub key: String,
    pub operator: Operator,
}

/// What an expression asks of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    DoesNotExist,
}

/// The `labelSelector` of an affinity term or a spread constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodSelector {
    Absent,
    By(LabelSelector),
    /// It cannot be evaluated.
    Unreadable,
}

impl PodSelector {
    /// Whether it selects pods with these labels. Without a selector there are none.
    pub fn selects(&self, labels: &Labels) -> bool {
        match self {
            Self::Absent => false,
            Self::By(selector) => selector.matches(labels),
            // Assume that it selects them.
            Self::Unreadable => true,
        }
    }

    /// Also tells whether it contains nothing else.
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> (Self, bool) {
        let Some(node) = fields.node("labelSelector") else {
            return (Self::Absent, true);
        };
        if node.is_null() {
            return (Self::Absent, false);
        }
        let (selector, is_whole) = LabelSelector::read_leniently(node);
        (selector.map_or(Self::Unreadable, Self::By), is_whole)
    }
}

impl LabelSelector {
    pub fn matches(&self, labels: &Labels) -> bool {
        self.match_labels
            .iter()
            .all(|(key, value)| labels.get(key) == Some(value))
            && self
                .match_expressions
                .iter()
                .all(|requirement| requirement.matches(labels))
    }

    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Reads it without reporting problems. `None` if it cannot be evaluated. Also tells whether it contains nothing
    /// else.
    fn read_leniently(node: &Node<'_>) -> (Option<Self>, bool) {
        let mut fields = Fields::of(node);
        let labels = fields
            .node("matchLabels")
            .map_or(&[][..], |labels| labels.entries());
        let labels = labels
            .iter()
            .map(|label| Some((label.key.to_string(), label.value.as_str()?.to_owned())));
        let match_labels: Option<Labels> = labels.collect();
        let expressions = fields.items("matchExpressions").iter();
        let match_expressions: Option<Vec<Requirement>> = expressions
            .map(|expression| Requirement::read_leniently(expression).0)
            .collect();
        let selector =
            match_labels
                .zip(match_expressions)
                .map(|(match_labels, match_expressions)| Self {
                    match_labels,
                    match_expressions,
                });
        (selector, fields.is_whole())
    }

    /// Reads the selector under `key`. `None` if there is none, or if it cannot be evaluated.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        parent: Option<&Node<'_>>,
        key: &str,
    ) -> Option<Self> {
        let node = reader.map(parent, key)?;
        let match_labels = reader.labels(Some(node), "matchLabels");
        let mut match_expressions = Vec::new();
        for expression in reader.maps(Some(node), "matchExpressions") {
            // Without one of its parts it would select too much.
            match_expressions.push(Requirement::read(reader, expression)?);
        }
        Some(Self {
            match_labels,
            match_expressions,
        })
    }
}

impl Requirement {
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.contains(value)),
            // A missing label is not in any list.
            Operator::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }

    /// Reads a requirement of a label or node selector, without reporting problems. `None` if it cannot be evaluated.
    /// Also tells whether it contains nothing else.
    pub(super) fn read_leniently(node: &Node<'_>) -> (Option<Self>, bool) {
        let mut fields = Fields::of(node);
        let key = fields.text("key");
        let operator = match fields.text("operator") {
            Some("In") => fields.texts("values").map(Operator::In),
            Some("NotIn") => fields.texts("values").map(Operator::NotIn),
            Some("Exists") => Some(Operator::Exists),
            Some("DoesNotExist") => Some(Operator::DoesNotExist),
            _ => None,
        };
        let requirement = key.zip(operator);
        let requirement = requirement.map(|(key, operator)| Self::new(key, operator));
        (requirement, fields.is_whole())
    }

    /// Parses the requirements of a selector as text: `a=b,c!=d,e in (f,g),!h`. `None` if it is not a selector.
    /// Source: kubernetes/apimachinery pkg/labels/selector.go, `Parse`.
    pub fn parse(selector: &str) -> Option<Vec<Self>> {
        let mut is_in_list = false;
        let parts = selector.split(|character| {
            is_in_list = (is_in_list || character == '(') && character != ')';
            character == ',' && !is_in_list
        });
        let parts = parts.map(str::trim).filter(|part| !part.is_empty());
        parts.map(Self::parse_one).collect()
    }

    fn parse_one(part: &str) -> Option<Self> {
        let (key, operator) = if let Some((key, value)) = part.split_once("!=") {
            (key, Operator::NotIn(vec![value.trim().to_owned()]))
        } else if let Some((key, value)) = part.split_once('=') {
            let value = value.strip_prefix('=').unwrap_or(value);
            (key, Operator::In(vec![value.trim().to_owned()]))
        } else if let Some(key) = part.strip_prefix('!') {
            (key, Operator::DoesNotExist)
        } else if let Some((head, values)) = part.split_once('(') {
            let values = values.strip_suffix(')')?.split(',');
            let values = values.map(|value| value.trim().to_owned()).collect();
            match head.trim().rsplit_once(' ')? {
                (key, "in") => (key, Operator::In(values)),
                (key, "notin") => (key, Operator::NotIn(values)),
                _ => return None,
            }
        } else {
            (part, Operator::Exists)
        };
        let key = key.trim();
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        (!key.is_empty() && key.bytes().all(is_key)).then(|| Self::new(key, operator))
    }

    fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Self> {
        let problems = reader.problems();
        let key = reader.text(Some(node), "key");
        let operator = reader.text(Some(node), "operator");
        let values = reader.texts(Some(node), "values");
        if reader.problems() > problems {
            return None;
        }
        let problem = match (key, operator.as_deref()) {
            (Some(key), Some("In")) if !values.is_empty() => {
                return Some(Self::new(key, Operator::In(values)));
            }
            (Some(key), Some("NotIn")) if !values.is_empty() => {
                return Some(Self::new(key, Operator::NotIn(values)));
            }
            (Some(key), Some("Exists")) if values.is_empty() => {
                return Some(Self::new(key, Operator::Exists));
            }
            (Some(key), Some("DoesNotExist")) if values.is_empty() => {
                return Some(Self::new(key, Operator::DoesNotExist));
            }
            (None, _) => "needs a `key`",
            (_, Some("In" | "NotIn")) => "needs `values` for `In` and `NotIn`",
            (_, Some("Exists" | "DoesNotExist")) => {
                "allows no `values` for `Exists` and `DoesNotExist`"
            }
            _ => "needs one of the operators `In`, `NotIn`, `Exists` or `DoesNotExist`",
        };
        let location = reader.location(Some(node), "operator").unwrap_or(node.span);
        let diagnostic = reader.problem(location, "matchExpressions", problem);
        reader.report.push(diagnostic);
        None
    }

    fn new(key: impl Into<String>, operator: Operator) -> Self {
        Self {
            key: key.into(),
            operator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Labels {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn expressions_hold_as_the_api_server_has_them() {
        let values = || vec!["a".to_owned(), "b".to_owned()];
        for (operator, on_a, on_c, on_empty, on_absent) in [
            (Operator::In(values()), true, false, false, false),
            (Operator::NotIn(values()), false, true, true, true),
            (Operator::Exists, true, true, true, false),
            (Operator::DoesNotExist, false, false, false, true),
        ] {
            let requirement = Requirement::new("tier", operator);
            for (text, expected) in [
                ("tier=a", on_a),
                ("tier=c", on_c),
                ("tier=", on_empty),
                ("other=a", on_absent),
            ] {
                assert_eq!(
                    requirement.matches(&labels(text)),
                    expected,
                    "{requirement:?} on {text}"
                );
            }
        }
    }

    #[test]
    fn selectors_are_written_as_text_too() {
        let list = |values: &[&str]| values.iter().map(ToString::to_string).collect();
        let one = |key: &str, operator| Requirement::new(key, operator);
        for (text, expected) in [
            ("", vec![]),
            ("a=b", vec![one("a", Operator::In(list(&["b"])))]),
            ("a == b", vec![one("a", Operator::In(list(&["b"])))]),
            ("a!=b", vec![one("a", Operator::NotIn(list(&["b"])))]),
            ("a", vec![one("a", Operator::Exists)]),
            ("!a", vec![one("a", Operator::DoesNotExist)]),
            (
                "x.io/a in (b, c),d notin (e)",
                vec![
                    one("x.io/a", Operator::In(list(&["b", "c"]))),
                    one("d", Operator::NotIn(list(&["e"]))),
                ],
            ),
        ] {
            assert_eq!(Requirement::parse(text), Some(expected), "{text}");
        }
        for text in ["a in b", "a in (b", "=b", "a b", "{a: b}"] {
            assert_eq!(Requirement::parse(text), None, "{text}");
        }
    }

    #[test]
    fn all_parts_must_hold_and_an_empty_selector_selects_everything() {
        let selector = LabelSelector {
            match_labels: labels("app=web"),
            match_expressions: vec![
                Requirement::new("tier", Operator::Exists),
                Requirement::new("canary", Operator::DoesNotExist),
            ],
        };
        for (text, expected) in [
            ("app=web,tier=a", true),
            ("app=web", false),
            ("app=api,tier=a", false),
            ("app=web,tier=a,canary=yes", false),
            ("", false),
        ] {
            assert_eq!(selector.matches(&labels(text)), expected, "{text}");
        }
        assert!(LabelSelector::default().matches(&labels("")));
        assert!(LabelSelector::default().matches(&labels("app=web")));
        assert!(LabelSelector::default().is_empty() && !selector.is_empty());
    }
}
