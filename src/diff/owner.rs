//! Whose a live object is, where it is not only kubectl's.

use serde_json::Value as Json;

use super::managers::managers;
use super::object::{annotation, label};
use crate::kubernetes::{HELM, Marks};

/// Another tool that writes an object, and would write it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub tool: Tool,
    /// The release, the application or the field manager.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Helm,
    ArgoCd,
    Flux,
    /// Somebody who applies on the server's side.
    FieldManager,
}

/// What Kubernetes itself and client-side kubectl are called.
const NO_OWNERS: [&str; 2] = ["kubectl-client-side-apply", "kubectl-last-applied"];

/// All that are found. `manager` is the field manager that is to apply.
pub(super) fn owners(live: &Json, manager: &str) -> Vec<Owner> {
    let mut owners = Vec::new();
    let mut add = |tool, name: String| {
        let owner = Owner { tool, name };
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    };
    let marks = Marks::of(|key| label(live, key), |key| annotation(live, key));
    if let Some(release) = &marks.helm_release {
        add(Tool::Helm, release.to_string());
    } else if marks.managed_by.as_deref() == Some(HELM) {
        add(Tool::Helm, String::new());
    }
    if let Some(application) = &marks.argo_cd {
        add(Tool::ArgoCd, application.to_string());
    }
    for own in &marks.flux {
        add(Tool::Flux, own.to_string());
    }
    let is_named = !owners.is_empty();
    for other in managers(live).iter().filter(|other| other.applies) {
        let is_own = other.name == manager || NO_OWNERS.contains(&other.name);
        if !is_own && !is_named {
            let owner = Owner {
                tool: Tool::FieldManager,
                name: other.name.to_owned(),
            };
            owners.push(owner);
        }
    }
    owners
}

impl Owner {
    /// What follows from it.
    pub fn words(&self) -> String {
        let name = &self.name;
        match self.tool {
            Tool::Helm if name.is_empty() => {
                "Helm manages it: the next `helm upgrade` undoes what is applied".to_owned()
            }
            Tool::Helm => format!(
                "the Helm release `{name}` manages it: the next `helm upgrade` undoes what is applied"
            ),
            Tool::ArgoCd => format!(
                "the Argo CD application `{name}` manages it: with selfHeal, it undoes what is applied"
            ),
            Tool::Flux => format!("Flux manages it (`{name}`), and undoes what is applied"),
            Tool::FieldManager => format!(
                "the field manager `{name}` applies it: `kubectl apply --server-side` reports a conflict where both set a field"
            ),
        }
    }
}

impl Tool {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Helm => HELM,
            Self::ArgoCd => "Argo CD",
            Self::Flux => "Flux",
            Self::FieldManager => "field manager",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::owners;

    fn named(metadata: &Json) -> Vec<(&'static str, String)> {
        let owners = owners(&json!({"metadata": metadata}), "kubectl");
        let pairs = owners.into_iter().map(|own| (own.tool.as_str(), own.name));
        pairs.collect()
    }

    #[test]
    fn every_tool_is_known_by_its_marks() {
        let labels = |key: &str, value: &str| json!({"labels": {key: value}});
        for (metadata, tool, name) in [
            (
                json!({"annotations": {"meta.helm.sh/release-name": "r", "meta.helm.sh/release-namespace": "n"}}),
                "Helm",
                "n/r",
            ),
            (labels("app.kubernetes.io/managed-by", "Helm"), "Helm", ""),
            (
                json!({"annotations": {"argocd.argoproj.io/tracking-id": "app:apps/Deployment:n/x"}}),
                "Argo CD",
                "app",
            ),
            (
                labels("argocd.argoproj.io/instance", "app"),
                "Argo CD",
                "app",
            ),
            (labels("kustomize.toolkit.fluxcd.io/name", "k"), "Flux", "k"),
            (
                json!({"labels": {"helm.toolkit.fluxcd.io/name": "h", "helm.toolkit.fluxcd.io/namespace": "n"}}),
                "Flux",
                "n/h",
            ),
            (
                json!({"managedFields": [{"manager": "ci", "operation": "Apply", "fieldsV1": {}}]}),
                "field manager",
                "ci",
            ),
        ] {
            assert_eq!(named(&metadata), [(tool, name.to_owned())], "{metadata}");
        }
        for metadata in [
            json!({}),
            labels("app.kubernetes.io/managed-by", "spotgen"),
            json!({"managedFields": [
                {"manager": "kubectl", "operation": "Apply", "fieldsV1": {}},
                {"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {}},
            ]}),
        ] {
            assert_eq!(named(&metadata), [], "{metadata}");
        }
    }
}
