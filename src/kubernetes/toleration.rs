//! Tolerations of pods, and which taints they tolerate.

use k8s_openapi::api::core::v1 as api;
use serde::Serialize;

use super::{Effect, Taint};

/// What lets a pod onto a tainted node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Toleration {
    /// Any key, when there is none.
    pub key: Option<String>,
    /// The value that its operator compares with, `Equal`; any value, by `Exists`, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Any effect, when there is none.
    pub effect: Option<Effect>,
    /// For how long a `NoExecute` taint is tolerated: forever, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
}

/// The value of a taint, as tolerations compare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaintValue<'a> {
    Fixed(Option<&'a str>),
    /// One that changes, such as a time: only a toleration of any value tolerates it.
    Changing,
}

impl Toleration {
    /// Tolerations for all of these taints, each once.
    pub fn for_taints<'a>(taints: impl Iterator<Item = &'a Taint>) -> Vec<Self> {
        let mut tolerations = Vec::new();
        for taint in taints {
            let toleration = Self::from(taint);
            if !tolerations.contains(&toleration) {
                tolerations.push(toleration);
            }
        }
        tolerations
    }

    /// Whether it tolerates a taint of this key, value and effect.
    ///
    /// Source: kubernetes/api core/v1/toleration.go, `ToleratesTaint`. That a toleration without a key has to be
    /// `Exists` is validated: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `ValidateTolerations`.
    pub fn tolerates(&self, key: &str, value: TaintValue<'_>, effect: Effect) -> bool {
        let own = self.value.as_deref();
        self.effect.is_none_or(|own| own == effect)
            && self.key.as_deref().map_or(own.is_none(), |own| own == key)
            && own.is_none_or(|own| {
                value == TaintValue::Fixed(Some(own).filter(|own| !own.is_empty()))
            })
    }
}

impl Taint {
    pub fn is_tolerated_by(&self, toleration: &Toleration) -> bool {
        // An empty value is none.
        let value = self.value.as_deref().filter(|value| !value.is_empty());
        toleration.tolerates(&self.key, TaintValue::Fixed(value), self.effect)
    }

    /// Whether it keeps no pod away that has these tolerations.
    pub fn lets_on(&self, tolerations: &[Toleration]) -> bool {
        self.is_soft() || tolerations.iter().any(|own| self.is_tolerated_by(own))
    }
}

/// A taint without a value is tolerated whatever its value.
impl From<&Taint> for Toleration {
    fn from(taint: &Taint) -> Self {
        Self {
            key: Some(taint.key.clone()),
            value: taint.value.clone(),
            effect: Some(taint.effect),
            seconds: None,
        }
    }
}

impl From<Toleration> for api::Toleration {
    fn from(toleration: Toleration) -> Self {
        Self {
            effect: toleration.effect.map(|effect| effect.to_string()),
            key: toleration.key,
            operator: Some(
                if toleration.value.is_some() {
                    "Equal"
                } else {
                    "Exists"
                }
                .to_owned(),
            ),
            toleration_seconds: toleration.seconds,
            value: toleration.value,
        }
    }
}

/// Tolerations as the API has them; `None` rather than an empty list.
pub(crate) fn api_tolerations(list: &[Toleration]) -> Option<Vec<api::Toleration>> {
    let list: Vec<_> = list.iter().cloned().map(Into::into).collect();
    Some(list).filter(|list| !list.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(key: Option<&str>, value: &str) -> Toleration {
        Toleration {
            key: key.map(str::to_owned),
            value: Some(value.to_owned()),
            effect: None,
            seconds: None,
        }
    }

    fn exists(key: Option<&str>) -> Toleration {
        Toleration {
            value: None,
            ..equal(key, "")
        }
    }

    fn of(effect: Effect, toleration: Toleration) -> Toleration {
        Toleration {
            effect: Some(effect),
            ..toleration
        }
    }

    #[test]
    fn taints_are_tolerated_as_kubernetes_does() {
        let effect = Effect::NoSchedule;
        let values = [
            TaintValue::Fixed(Some("v")),
            TaintValue::Fixed(None),
            TaintValue::Changing,
        ];
        for (toleration, expected) in [
            (equal(Some("k"), "v"), [true, false, false]),
            (of(effect, equal(Some("k"), "v")), [true, false, false]),
            (equal(Some("k"), "other"), [false, false, false]),
            (equal(Some("k"), ""), [false, true, false]),
            (equal(None, ""), [false, false, false]),
            (exists(Some("k")), [true, true, true]),
            (exists(Some("other")), [false, false, false]),
            (exists(None), [true, true, true]),
            (of(effect, exists(None)), [true, true, true]),
            (of(Effect::NoExecute, exists(None)), [false, false, false]),
        ] {
            let tolerated = values.map(|value| toleration.tolerates("k", value, effect));
            assert_eq!(tolerated, expected, "{toleration:?}");
        }
    }

    #[test]
    fn a_taint_with_an_empty_value_has_none() {
        let taint = Taint {
            key: "k".to_owned(),
            value: Some(String::new()),
            effect: Effect::NoSchedule,
        };
        assert!(taint.is_tolerated_by(&equal(Some("k"), "")));
    }
}
