//! Which objects a snapshot keeps as they are, and whose they say that they are.

use std::ops::Range;

use serde::Deserialize;

/// An object that is kept as it is.
#[derive(Clone, Debug)]
pub struct Kept {
    pub marks: Marks,
    /// Where its JSON stands among the objects; none where only its marks are kept.
    pub(super) range: Option<Range<usize>>,
}

/// What tools write on objects that they manage. A tool that is not known here leaves none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Such as `Helm`, or a generator.
    pub managed_by: Option<String>,
    /// The component of a system that it belongs to.
    pub component: Option<String>,
    pub helm_release: Option<String>,
    pub argo_cd: Option<String>,
    pub flux: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Raw {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    labels: Option<RawLabels>,
    #[serde(default)]
    annotations: Option<RawAnnotations>,
}

/// Sources: <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>; argoproj/argo-cd
/// common/common.go, `LabelKeyAppInstance`; fluxcd/pkg ssa/manager.go, `SetOwnerLabels`, with the groups of
/// fluxcd/kustomize-controller and fluxcd/helm-controller.
#[derive(Default, Deserialize)]
struct RawLabels {
    #[serde(default, rename = "app.kubernetes.io/managed-by")]
    managed_by: Option<String>,
    #[serde(default, rename = "app.kubernetes.io/component")]
    component: Option<String>,
    #[serde(default, rename = "argocd.argoproj.io/instance")]
    argo_cd: Option<String>,
    #[serde(default, rename = "kustomize.toolkit.fluxcd.io/name")]
    kustomization: Option<String>,
    #[serde(default, rename = "helm.toolkit.fluxcd.io/name")]
    flux_release: Option<String>,
}

/// Sources: helm/helm pkg/action/validate.go; argoproj/argo-cd common/common.go, `AnnotationKeyAppInstance`.
#[derive(Default, Deserialize)]
struct RawAnnotations {
    #[serde(default, rename = "meta.helm.sh/release-name")]
    helm_release: Option<String>,
    /// `<application>:<group>/<kind>:<namespace>/<name>`
    #[serde(default, rename = "argocd.argoproj.io/tracking-id")]
    argo_cd: Option<String>,
}

impl From<Raw> for Marks {
    fn from(raw: Raw) -> Self {
        let labels = raw.metadata.labels.unwrap_or_default();
        let annotations = raw.metadata.annotations.unwrap_or_default();
        let tracked = annotations.argo_cd.map(|text| {
            let application = text.split(':').next();
            application.unwrap_or_default().to_owned()
        });
        Self {
            managed_by: labels.managed_by,
            component: labels.component,
            helm_release: annotations.helm_release,
            argo_cd: tracked.or(labels.argo_cd),
            flux: labels.kustomization.or(labels.flux_release),
        }
    }
}
