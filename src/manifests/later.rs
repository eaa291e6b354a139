//! Values that a tool replaces after the manifests have been read: nobody knows them here.
//!
//! Sources: fluxcd/pkg `kustomize/kustomize_varsub.go` (`SubstituteVariables`: `${name}` with the operators of bash, unless
//! a label or an annotation says `disabled`) and drone/envsubst (`$${name}` is plain text);
//! argo-cd docs, operator-manual/applicationset/Template: the fields of `template` hold `{{parameters}}`.

use crate::source::Span;
use crate::yaml::Node;

/// Which forms stand for values that are not there yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Later {
    /// `${name}`, which Flux, envsubst and others replace.
    variables: bool,
    /// `{{ .name }}`, which the controller of an `ApplicationSet` replaces.
    templates: bool,
}

/// Source: fluxcd/pkg `kustomize/kustomize_varsub.go`, `substituteAnnotationKey` and `DisabledValue`.
const SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";
const DISABLED: &str = "disabled";

/// Whether a text can have any of these forms.
pub(super) fn may_have_forms(text: &str) -> bool {
    text.contains("${") || text.contains("{{")
}

impl Later {
    /// Of what has no form at all.
    pub(super) const NEVER: Self = Self {
        variables: false,
        templates: false,
    };

    /// Of an object, or of a document that is none.
    pub(super) fn of(object: &Node<'_>) -> Self {
        let says = |key: &str| object.at(&["metadata", key, SUBSTITUTE]);
        let is_disabled = ["annotations", "labels"]
            .into_iter()
            .filter_map(says)
            .any(|value| value.as_str() == Some(DISABLED));
        Self {
            variables: !is_disabled,
            templates: false,
        }
    }

    /// The same for what a template of an `ApplicationSet` holds.
    pub(super) fn with_templates(self) -> Self {
        Self {
            templates: true,
            ..self
        }
    }

    /// The first form in a text.
    pub(super) fn form(self, text: &str) -> Option<&str> {
        let variable = || variable(text).filter(|_| self.variables);
        let template = || template(text).filter(|_| self.templates);
        variable().or_else(template)
    }

    /// The first form in a node, and where it is.
    pub(super) fn in_node<'n>(self, node: &'n Node<'_>) -> Option<(&'n str, Span)> {
        if !self.variables && !self.templates {
            return None;
        }
        if let Some(text) = node.as_str() {
            return Some((self.form(text)?, node.span));
        }
        let within = |entry: &'n crate::yaml::Entry<'_>| {
            let key = self.form(&entry.key).map(|form| (form, entry.key_span));
            key.or_else(|| self.in_node(&entry.value))
        };
        let mut items = node.items().iter();
        let item = items.find_map(|item| self.in_node(item));
        item.or_else(|| node.entries().iter().find_map(within))
    }
}

/// `${name}`, with or without an operator and a default. A brace behind the sign of an end, as in a pattern, has no name.
fn variable(text: &str) -> Option<&str> {
    text.match_indices("${").find_map(|(start, _)| {
        let is_escaped = text[..start].ends_with('$');
        let rest = &text[start + 2..];
        let name = rest.find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_'))?;
        let is_name = name > 0 && !rest.starts_with(|sign: char| sign.is_ascii_digit());
        let operator = &rest[name..];
        let is_open = operator.starts_with(['}', ':', '-', '=', '+', '?', '#', '%', '/', '^', ',']);
        let end = start + 2 + name + operator.find('}')? + 1;
        (is_name && is_open && !is_escaped).then(|| &text[start..end])
    })
}

fn template(text: &str) -> Option<&str> {
    let start = text.find("{{")?;
    let end = start + text[start..].find("}}")? + 2;
    Some(&text[start..end])
}

/// What is there, and cannot be judged for a value that is replaced later.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// Of the object that has it.
    pub object: Span,
    pub location: Span,
    /// As it is written.
    pub form: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_from_plain_text() {
        let all = Later {
            variables: true,
            templates: true,
        };
        for (text, form) in [
            ("${expander:=priority}", Some("${expander:=priority}")),
            ("^eks-${spot_pool}-.*", Some("${spot_pool}")),
            ("${a/b/c}", Some("${a/b/c}")),
            ("{{ .values.expander }}", Some("{{ .values.expander }}")),
            ("ca-{{name}}", Some("{{name}}")),
            // Patterns, sums, escapes and variables of a shell.
            ("^eks-spot-[0-9a-f-]{36}$", None),
            ("^x${2}", None),
            ("$${expander}", None),
            ("$expander", None),
            ("$(EXPANDER)", None),
            ("${1}", None),
            ("a{{1}", None),
        ] {
            assert_eq!(all.form(text), form, "{text}");
        }
        assert_eq!(Later::default().form("${a}{{b}}"), None);
    }
}
