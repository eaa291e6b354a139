//! Taints of nodes, and tolerations of pods.

use k8s_openapi::api::core::v1 as api;
use serde::Serialize;
use serde_json::Value as Json;

/// What a taint does to pods that do not tolerate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Effect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

impl Effect {
    pub const ALL: [Self; 3] = [Self::NoSchedule, Self::PreferNoSchedule, Self::NoExecute];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.as_str() == text)
    }
}

impl std::fmt::Display for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taint {
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub effect: Effect,
}

impl Taint {
    /// One that is always the same: key, value, effect.
    pub fn known((key, value, effect): (&str, &str, Effect)) -> Self {
        Self {
            key: key.to_owned(),
            value: Some(value.to_owned()),
            effect,
        }
    }

    /// As the configuration writes it: `key=value:Effect`.
    pub fn text(&self) -> String {
        let Self { key, value, effect } = self;
        match value {
            Some(value) => format!("{key}={value}:{effect}"),
            None => format!("{key}:{effect}"),
        }
    }

    /// Whether it keeps no pod away, and only makes the scheduler prefer other nodes.
    pub fn is_soft(&self) -> bool {
        self.effect == Effect::PreferNoSchedule
    }

    /// Whether it keeps no pod away that has these tolerations.
    pub fn lets_on(&self, tolerations: &[Toleration]) -> bool {
        self.is_soft() || tolerations.contains(&Toleration::from(self))
    }

    /// Whether a toleration of a manifest tolerates it.
    /// Source: k8s.io/api core/v1/toleration.go, `ToleratesTaint`.
    pub fn is_tolerated_by(&self, toleration: &Json) -> bool {
        let text = |key: &str| {
            toleration
                .get(key)
                .and_then(Json::as_str)
                .filter(|text| !text.is_empty())
        };
        let exists = text("operator") == Some("Exists");
        let value = self.value.as_deref().filter(|value| !value.is_empty());
        text("effect").is_none_or(|effect| effect == self.effect.as_str())
            && match text("key") {
                None => exists,
                Some(key) => key == self.key && (exists || text("value") == value),
            }
    }
}

impl std::fmt::Display for Taint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`", self.text())
    }
}

/// What lets a pod onto a tainted node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Toleration {
    pub key: String,
    /// Any value, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub effect: Effect,
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
}

impl From<&Taint> for Toleration {
    fn from(taint: &Taint) -> Self {
        Self {
            key: taint.key.clone(),
            value: taint.value.clone(),
            effect: taint.effect,
        }
    }
}

/// A toleration as the API has it.
pub fn api_toleration(toleration: &Toleration) -> api::Toleration {
    let operator = if toleration.value.is_some() {
        "Equal"
    } else {
        "Exists"
    };
    api::Toleration {
        effect: Some(toleration.effect.to_string()),
        key: Some(toleration.key.clone()),
        operator: Some(operator.to_owned()),
        value: toleration.value.clone(),
        ..api::Toleration::default()
    }
}

/// Tolerations as the API has them; `None` rather than an empty list.
pub fn api_tolerations(list: &[Toleration]) -> Option<Vec<api::Toleration>> {
    Some(list.iter().map(api_toleration).collect::<Vec<_>>()).filter(|list| !list.is_empty())
}
