//! Label selectors, evaluated as the API server does.
//!
//! Source: kubernetes/apimachinery `pkg/apis/meta/v1/helpers.go` (`LabelSelectorAsSelector`) and
//! `pkg/labels/selector.go` (`Requirement.Matches`).

use k8s_openapi::apimachinery::pkg::apis::meta::v1 as api;
use smol_str::SmolStr;

use super::Labels;

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
    /// Of nodes alone: the label is a whole number above this one.
    Gt(i64),
    /// Of nodes alone: the label is a whole number below this one.
    Lt(i64),
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
}

impl From<&LabelSelector> for api::LabelSelector {
    fn from(selector: &LabelSelector) -> Self {
        let expressions: Vec<_> = selector.match_expressions.iter().map(Into::into).collect();
        let labels = &selector.match_labels;
        Self {
            match_labels: (!labels.is_empty()).then(|| labels.clone().into()),
            match_expressions: (!expressions.is_empty()).then_some(expressions),
        }
    }
}

/// The error says what the API server has against it.
impl TryFrom<&api::LabelSelector> for LabelSelector {
    type Error = &'static str;

    fn try_from(selector: &api::LabelSelector) -> Result<Self, Self::Error> {
        let labels = selector.match_labels.clone().unwrap_or_default();
        let expressions = selector.match_expressions.as_deref().unwrap_or_default();
        Ok(Self {
            match_labels: labels.into_iter().collect(),
            match_expressions: expressions
                .iter()
                .map(Requirement::try_from)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Requirement {
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(self.key.as_str());
        self.operator.holds(value.map(SmolStr::as_str))
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

    /// That a label has a value.
    pub(crate) fn equals(key: &str, value: &str) -> Self {
        Self::new(key, Operator::In(vec![value.to_owned()]))
    }

    pub(crate) fn new(key: impl Into<String>, operator: Operator) -> Self {
        Self {
            key: key.into(),
            operator,
        }
    }
}

impl From<&Requirement> for api::LabelSelectorRequirement {
    fn from(requirement: &Requirement) -> Self {
        let (operator, values) = match &requirement.operator {
            Operator::In(values) => ("In", Some(values.clone())),
            Operator::NotIn(values) => ("NotIn", Some(values.clone())),
            Operator::Exists => ("Exists", None),
            Operator::DoesNotExist => ("DoesNotExist", None),
            Operator::Gt(bound) => ("Gt", Some(vec![bound.to_string()])),
            Operator::Lt(bound) => ("Lt", Some(vec![bound.to_string()])),
        };
        Self {
            key: requirement.key.clone(),
            operator: operator.to_owned(),
            values,
        }
    }
}

impl TryFrom<&api::LabelSelectorRequirement> for Requirement {
    type Error = &'static str;

    fn try_from(requirement: &api::LabelSelectorRequirement) -> Result<Self, Self::Error> {
        let values = requirement.values.clone().unwrap_or_default();
        Operator::of(&requirement.operator, values)
            .map(|operator| Self::new(&requirement.key, operator))
    }
}

impl Operator {
    /// Whether it holds for the value of a label; none where the label is missing.
    pub(crate) fn holds(&self, value: Option<&str>) -> bool {
        let is_one_of =
            |values: &[String]| value.is_some_and(|own| values.iter().any(|v| v == own));
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::In(values) => is_one_of(values),
            // A missing label is not in any list.
            Self::NotIn(values) => !is_one_of(values),
            Self::Exists => value.is_some(),
            Self::DoesNotExist => value.is_none(),
            Self::Gt(bound) => number().is_some_and(|number| number > *bound),
            Self::Lt(bound) => number().is_some_and(|number| number < *bound),
        }
    }

    /// An operator by its name in the API.
    ///
    /// # Errors
    /// What the API server has against it.
    pub(crate) fn of(name: &str, values: Vec<String>) -> Result<Self, &'static str> {
        match (name, values.is_empty()) {
            ("In", false) => Ok(Self::In(values)),
            ("NotIn", false) => Ok(Self::NotIn(values)),
            ("Exists", true) => Ok(Self::Exists),
            ("DoesNotExist", true) => Ok(Self::DoesNotExist),
            ("In" | "NotIn", true) => Err("needs `values` for `In` and `NotIn`"),
            ("Exists" | "DoesNotExist", false) => {
                Err("allows no `values` for `Exists` and `DoesNotExist`")
            }
            _ => Err("needs one of the operators `In`, `NotIn`, `Exists` or `DoesNotExist`"),
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
            (Operator::Gt(1), false, false, false, false),
            (Operator::Lt(1), false, false, false, false),
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
    fn numbers_are_compared_as_numbers() {
        for (value, above, below) in [
            ("9", false, true),
            ("10", false, false),
            ("11", true, false),
        ] {
            assert_eq!(Operator::Gt(10).holds(Some(value)), above, "{value}");
            assert_eq!(Operator::Lt(10).holds(Some(value)), below, "{value}");
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
