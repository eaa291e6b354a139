//! Labels and annotations that are about the one object that has them: written by the API server, by `kubectl apply`, or by
//! a tool that counts the object among its own, and removes or runs again what it does not know.

/// Whether a copy must not have a label or an annotation.
pub(super) fn is_of_one_object(key: &str) -> bool {
    let (domain, name) = key.split_once('/').unwrap_or(("", key));
    !KEPT.contains(&key)
        && (DOMAINS.contains(&domain)
            || KEYS.contains(&key)
            || domain == HELM && name.starts_with("hook")
            || domain.is_empty() && name.starts_with(OLM))
}

/// Domains whose every key says whose an object is, where it was read, or how its tool treats it.
///
/// Sources: kubernetes/kubectl pkg/cmd/apply/applyset.go (`ApplysetPartOfLabel`); kubernetes-sigs/kro pkg/metadata/labels.go;
/// kubernetes-sigs/cli-utils pkg/common/common.go (`InventoryLabel`, `config.k8s.io/owning-inventory`); kubernetes-sigs/kustomize
/// kyaml/kio/kioutil/kioutil.go and api/internal/utils/annotations.go; GoogleContainerTools/kpt-config-sync
/// pkg/metadata/annotations.go; kubernetes/kubernetes `pkg/controller/deployment/util/deployment_util.go` (`RevisionAnnotation`) and
/// cluster/addons/addon-manager/README.md; fluxcd/pkg ssa/utils.go and fluxcd/flux2 docs; helm/helm pkg/action/validate.go;
/// carvel-dev/kapp `pkg/kapp/app/recorded_app.go` and `labeled_app.go`;
/// rancher/wrangler `pkg/apply/desiredset_apply.go` (`LabelHash`); grafana/tanka pkg/process/process.go (`LabelEnvironment`);
/// operator-framework/operator-lifecycle-manager pkg/controller/operators/decorators/operator.go (`ComponentLabelKeyPrefix`).
const DOMAINS: [&str; 19] = [
    "addonmanager.kubernetes.io",
    "applyset.kubernetes.io",
    "cli-utils.sigs.k8s.io",
    "config.k8s.io",
    "config.kubernetes.io",
    "configmanagement.gke.io",
    "configsync.gke.io",
    "deployment.kubernetes.io",
    "helm.toolkit.fluxcd.io",
    "internal.config.kubernetes.io",
    "internal.kro.run",
    "kapp.k14s.io",
    "kro.run",
    "kubectl.kubernetes.io",
    "kustomize.toolkit.fluxcd.io",
    "meta.helm.sh",
    "objectset.rio.cattle.io",
    "operators.coreos.com",
    "tanka.dev",
];

/// Keys of domains with others that a copy keeps: `argocd.argoproj.io/sync-wave` says when, not whose.
///
/// Sources: argoproj/argo-cd docs/user-guide/resource_tracking.md (both labels track, the first by default up to 2.x),
/// common/common.go (`AnnotationInstallationID`) and gitops-engine pkg/sync/common/types.go (`AnnotationKeyHook`: a hook is
/// deleted and made again at each sync); `docs/chart_best_practices/labels.md` of helm/helm-www; kubernetes/kubernetes
/// cluster/addons/addon-manager/kube-addons.sh (`kubernetes.io/cluster-service`).
const KEYS: [&str; 8] = [
    "app.kubernetes.io/instance",
    "argocd.argoproj.io/hook",
    "argocd.argoproj.io/hook-delete-policy",
    "argocd.argoproj.io/installation-id",
    "argocd.argoproj.io/instance",
    "argocd.argoproj.io/tracking-id",
    "helm.sh/chart",
    "kubernetes.io/cluster-service",
];

/// What it is about is in the copy too: texts that look like variables. Source: fluxcd/pkg
/// `kustomize/kustomize_varsub.go`.
const KEPT: [&str; 1] = ["kustomize.toolkit.fluxcd.io/substitute"];

/// `helm.sh/hook`, `helm.sh/hook-weight` and others. Source: helm/helm pkg/release/hook.go.
const HELM: &str = "helm.sh";

/// `olm.owner`, `olm.owner.kind`, `olm.managed` and others: what no operator's version lists is removed.
/// Source: operator-framework/operator-lifecycle-manager pkg/lib/ownerutil/util.go.
const OLM: &str = "olm.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_whose_an_object_is_is_known() {
        for key in [
            "app.kubernetes.io/instance",
            "applyset.kubernetes.io/part-of",
            "argocd.argoproj.io/hook",
            "argocd.argoproj.io/hook-delete-policy",
            "config.k8s.io/owning-inventory",
            "config.kubernetes.io/origin",
            "deployment.kubernetes.io/revision",
            "helm.sh/chart",
            "helm.sh/hook",
            "helm.sh/hook-delete-policy",
            "internal.config.kubernetes.io/path",
            "kapp.k14s.io/app",
            "kapp.k14s.io/original-diff-md5",
            "kubectl.kubernetes.io/last-applied-configuration",
            "kustomize.toolkit.fluxcd.io/name",
            "kustomize.toolkit.fluxcd.io/prune",
            "meta.helm.sh/release-name",
            "objectset.rio.cattle.io/hash",
            "olm.owner",
            "olm.owner.namespace",
            "operators.coreos.com/etcd.default",
        ] {
            assert!(is_of_one_object(key), "{key}");
        }
        for key in [
            "app",
            "app.kubernetes.io/name",
            "argocd.argoproj.io/sync-wave",
            "example.com/olm.owner",
            "helm.sh/resource-policy",
            "hook",
            "kustomize.toolkit.fluxcd.io/substitute",
            "team.example.com/kapp.k14s.io",
        ] {
            assert!(!is_of_one_object(key), "{key}");
        }
    }
}
