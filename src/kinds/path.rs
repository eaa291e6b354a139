//! The path from an object to its pod specs.

/// The steps to the pod specs of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path<'k>(Vec<Step<'k>>);

/// A key on the way to a pod spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step<'k> {
    pub(crate) key: &'k str,
    /// Whether its value is a list, and the way leads on from each item.
    pub(crate) is_list: bool,
    /// Whether it is never created: operators read it as "run this part too".
    pub(crate) is_optional: bool,
}

impl<'k> Path<'k> {
    /// A text of the grammar `PodSpecPath`.
    pub(crate) fn parse(text: &'k str) -> Self {
        Self(text.split('.').map(Step::parse).collect())
    }

    pub(crate) fn steps(&self) -> &[Step<'k>] {
        &self.0
    }
}

impl<'k> Step<'k> {
    fn parse(text: &'k str) -> Self {
        let list = text.strip_suffix("[]");
        let optional = text.strip_suffix('?');
        Self {
            key: list.or(optional).unwrap_or(text),
            is_list: list.is_some(),
            is_optional: optional.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_keys_lists_and_optional_keys() {
        let step = |key, is_list, is_optional| Step {
            key,
            is_list,
            is_optional,
        };
        assert_eq!(
            Path::parse("spec.nodeSets[].exporter?.pod").steps(),
            [
                step("spec", false, false),
                step("nodeSets", true, false),
                step("exporter", false, true),
                step("pod", false, false),
            ]
        );
    }
}
