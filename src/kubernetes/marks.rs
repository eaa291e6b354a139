//! What tools write on objects that they manage.

use super::labels::{COMPONENT_LABEL, MANAGED_BY_LABEL};

/// How a chart calls who manages its objects.
/// Source: helm/helm pkg/action/validate.go, `appManagedByHelm` and the annotations beside it.
pub(crate) const HELM: &str = "Helm";
const HELM_RELEASE: &str = "meta.helm.sh/release-name";
const HELM_NAMESPACE: &str = "meta.helm.sh/release-namespace";
/// Source: argoproj/argo-cd common/common.go, `AnnotationKeyAppInstance` and `LabelKeyAppInstance`. The annotation is
/// `<application>:<group>/<kind>:<namespace>/<name>`.
const ARGO_CD_TRACKING: &str = "argocd.argoproj.io/tracking-id";
const ARGO_CD_INSTANCE: &str = "argocd.argoproj.io/instance";
/// The controllers label what they apply with these.
/// Source: fluxcd/pkg ssa/manager.go, `SetOwnerLabels`; fluxcd/kustomize-controller and fluxcd/helm-controller,
/// `GroupVersion.Group`.
const FLUX: [(&str, &str); 2] = [
    (
        "kustomize.toolkit.fluxcd.io/name",
        "kustomize.toolkit.fluxcd.io/namespace",
    ),
    (
        "helm.toolkit.fluxcd.io/name",
        "helm.toolkit.fluxcd.io/namespace",
    ),
];

/// Whose an object says that it is. A tool that is not known here leaves no mark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Such as `Helm`, or a generator.
    pub managed_by: Option<String>,
    /// The component of a system that it belongs to.
    pub component: Option<String>,
    pub helm_release: Option<Mark>,
    pub argo_cd: Option<Mark>,
    pub flux: Vec<Mark>,
}

/// A release or an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub name: String,
    /// None where nothing says it.
    pub namespace: Option<String>,
}

impl Marks {
    /// By the labels and the annotations of an object.
    pub(crate) fn of<'o>(
        label: impl Fn(&str) -> Option<&'o str>,
        annotation: impl Fn(&str) -> Option<&'o str>,
    ) -> Self {
        let mark = |name: &str, namespace: Option<&str>| Mark {
            name: name.to_owned(),
            namespace: namespace.map(str::to_owned),
        };
        let tracked = annotation(ARGO_CD_TRACKING).and_then(|text| text.split(':').next());
        let argo_cd = tracked.or_else(|| label(ARGO_CD_INSTANCE));
        let flux = FLUX.iter().filter_map(|(name, namespace)| {
            let name = label(name)?;
            Some(mark(name, label(namespace)))
        });
        Self {
            managed_by: label(MANAGED_BY_LABEL).map(str::to_owned),
            component: label(COMPONENT_LABEL).map(str::to_owned),
            helm_release: annotation(HELM_RELEASE)
                .map(|name| mark(name, annotation(HELM_NAMESPACE))),
            argo_cd: argo_cd.map(|name| mark(name, None)),
            flux: flux.collect(),
        }
    }
}

/// `namespace/name`, as far as it is known.
impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        f.write_str(&self.name)
    }
}
