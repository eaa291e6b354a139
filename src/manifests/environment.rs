//! The environment variables of a container, as far as its words refer to them.
//!
//! Sources: kubernetes/api core/v1/types.go, `Container.Args` and `EnvVar.Value`: `$(NAME)` is replaced, `$$(NAME)` is
//! plain text, and what cannot be resolved stays as it is.

use super::later::Later;
use super::shape;
use crate::yaml::Node;

#[derive(Clone, Debug, Default)]
pub(super) struct Environment(Vec<Variable>);

#[derive(Clone, Debug)]
struct Variable {
    name: String,
    value: Value,
    /// Its number in the list.
    at: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Known(String),
    /// The namespace of the pod.
    Namespace,
    Unknown,
}

/// A word with its variables in place.
#[derive(Debug, PartialEq)]
pub(super) struct Expanded {
    pub(super) text: String,
    /// The first reference to something that is not known.
    pub(super) unknown: Option<String>,
    /// The number of the variable that is the whole value of the word.
    pub(super) variable: Option<usize>,
}

impl Environment {
    pub(super) fn read(container: Option<&Node<'_>>, later: Later) -> Self {
        let list = shape::present(container, "env").map_or(&[][..], Node::items);
        let mut all = Self::default();
        for (at, variable) in list.iter().enumerate() {
            let Some(name) = variable.get("name").and_then(Node::as_str) else {
                continue;
            };
            let value = all.value(variable, later);
            // Of two of one name the last counts.
            all.0.retain(|own| own.name != name);
            all.0.push(Variable {
                name: name.to_owned(),
                value,
                at,
            });
        }
        all
    }

    fn value(&self, variable: &Node<'_>, later: Later) -> Value {
        let field = variable.at(&["valueFrom", "fieldRef", "fieldPath"]);
        if field.and_then(Node::as_str) == Some("metadata.namespace") {
            return Value::Namespace;
        }
        if variable.get("valueFrom").is_some() {
            return Value::Unknown;
        }
        let text = shape::present(Some(variable), "value");
        let text = text.map_or(Some(""), Node::as_str);
        let known = text.filter(|text| later.form(text).is_none());
        let expanded = known.map(|text| self.expand(text, false));
        match expanded {
            Some(own) if own.unknown.is_none() => Value::Known(own.text),
            _ => Value::Unknown,
        }
    }

    fn get(&self, name: &str) -> Option<&Variable> {
        self.0.iter().find(|variable| variable.name == name)
    }

    /// Whether a variable of this name holds the pod's own namespace.
    pub(super) fn is_namespace(&self, name: &str) -> bool {
        let value = self.get(name).map(|variable| &variable.value);
        value == Some(&Value::Namespace)
    }

    /// A word with what is known of the variables that it refers to. A shell knows `$NAME` and `${NAME}` besides.
    pub(super) fn expand(&self, word: &str, is_script: bool) -> Expanded {
        let mut done = Expanded {
            text: String::new(),
            unknown: None,
            variable: None,
        };
        let mut rest = word;
        while let Some(start) = rest.find('$') {
            done.text.push_str(&rest[..start]);
            let here = &rest[start..];
            if let Some(behind) = here.strip_prefix("$$") {
                done.text.push('$');
                rest = behind;
                continue;
            }
            let Some((reference, name)) = reference(here, is_script) else {
                done.text.push('$');
                rest = &here[1..];
                continue;
            };
            match self.get(name) {
                Some(Variable {
                    value: Value::Known(value),
                    at,
                    ..
                }) => {
                    done.text.push_str(value);
                    let before = word.strip_suffix(reference);
                    let is_whole =
                        before.is_some_and(|before| before.is_empty() || before.ends_with('='));
                    done.variable = is_whole.then_some(*at);
                }
                other => {
                    done.text.push_str(reference);
                    let is_namespace = other.is_some_and(|own| own.value == Value::Namespace);
                    if !is_namespace && done.unknown.is_none() {
                        done.unknown = Some(reference.to_owned());
                    }
                }
            }
            rest = &here[reference.len()..];
        }
        done.text.push_str(rest);
        done
    }
}

/// A reference at the beginning of a text, and the name in it.
fn reference(text: &str, is_script: bool) -> Option<(&str, &str)> {
    let within = |open: &str, close: char| {
        let name = text.strip_prefix(open)?;
        let name = &name[..name.find(close)?];
        Some((&text[..=open.len() + name.len()], name))
    };
    if let Some(found) = within("$(", ')') {
        // A shell runs what stands there.
        return Some(found);
    }
    if !is_script {
        return None;
    }
    within("${", '}').or_else(|| {
        let name = &text[1..];
        let end = name.find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_'));
        let name = &name[..end.unwrap_or(name.len())];
        (!name.is_empty()).then(|| (&text[..=name.len()], name))
    })
}
