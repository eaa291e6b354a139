//! How the system that the chart installs may differ from that of `--format manifests`, and why. Whatever is not here
//! has to be the same: the policy, what placeholders request, where they are pinned and what comes before them, the
//! budgets, what each account may do.

/// Objects by kind and name, with `*` for anything; a place in them, likewise; the reason.
pub(super) type Difference = (&'static str, &'static str, &'static str);

pub(super) const ALLOWED: &[Difference] = &[
    // ---- every object
    (
        "*",
        "/metadata/labels/app.kubernetes.io~1managed-by",
        "Helm writes its own name on all that it installs",
    ),
    // ---- objects of upstream charts
    (
        "UPSTREAM",
        "/metadata/labels/app.kubernetes.io~1name",
        "the chart's own name",
    ),
    (
        "UPSTREAM",
        "/metadata/labels/app.kubernetes.io~1instance",
        "the release, which only Helm knows",
    ),
    (
        "UPSTREAM",
        "/metadata/labels/app.kubernetes.io~1version",
        "the chart's label",
    ),
    (
        "UPSTREAM",
        "/metadata/labels/helm.sh~1chart",
        "the chart's label",
    ),
    (
        "UPSTREAM",
        "/metadata/labels/app.cluster-overprovisioner~1deployment",
        "the chart's label",
    ),
    (
        "UPSTREAM",
        "/metadata/annotations",
        "the chart has no key for annotations of this object",
    ),
    (
        "UPSTREAM",
        "/spec/selector/matchLabels/*",
        "the chart's own labels",
    ),
    (
        "UPSTREAM",
        "/spec/template/metadata/labels/*",
        "the chart's own labels",
    ),
    (
        "UPSTREAM",
        "/spec/template/metadata/annotations",
        "the chart puts annotations on pods",
    ),
    (
        "UPSTREAM",
        "/spec/template/metadata/annotations/*",
        "the chart puts annotations on pods",
    ),
    (
        "UPSTREAM",
        "/spec/template/spec/enableServiceLinks",
        "the chart has no key for it",
    ),
    (
        "UPSTREAM",
        "/spec/template/spec/containers/0/name",
        "the chart's name",
    ),
    (
        "UPSTREAM",
        "/spec/template/spec/containers/0/readinessProbe",
        "the chart has none",
    ),
    (
        "UPSTREAM",
        "/spec/template/spec/containers/0/livenessProbe/*",
        "the chart's own timing",
    ),
    (
        "UPSTREAM",
        "/spec/template/spec/containers/0/livenessProbe/httpGet/*",
        "the chart names what is the default, or the port",
    ),
    (
        "UPSTREAM",
        "/spec/template/spec/containers/0/ports/0/*",
        "the chart names what is the default, or no port",
    ),
    // ---- cluster-overprovisioner
    (
        "PriorityClass/*",
        "/description",
        "the chart has another text",
    ),
    (
        "PriorityClass/*",
        "/globalDefault",
        "the chart writes `false`, which the API server does not keep",
    ),
    (
        "PriorityClass/*",
        "/preemptionPolicy",
        "the chart has no key for it; only the lowest class on its nodes is the chart's",
    ),
    (
        "PLACEHOLDER",
        "/spec/template/spec/terminationGracePeriodSeconds",
        "the chart takes 0 for no value: 1 second",
    ),
    (
        "PLACEHOLDER",
        "/spec/template/spec/automountServiceAccountToken",
        "the account gives no token",
    ),
    (
        "PLACEHOLDER",
        "/spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/labelSelector/matchLabels/*",
        "told by the chart's own label",
    ),
    // ---- descheduler
    (
        "ClusterRole/spotgen-descheduler",
        "/rules/delete ~1pods *",
        "the chart at 0.36.0 gives it; pods are evicted, never deleted",
    ),
    (
        "Deployment/spotgen-descheduler",
        "/spec/strategy",
        "the chart has no key for it",
    ),
    (
        "Deployment/spotgen-descheduler",
        "/spec/template/spec/containers/0/securityContext/*",
        "the chart says on the container what is said on the pod",
    ),
    (
        "Deployment/spotgen-descheduler",
        "/spec/template/spec/containers/0/volumeMounts/0/*",
        "the chart's volume has another name",
    ),
    (
        "Deployment/spotgen-descheduler",
        "/spec/template/spec/volumes/0/name",
        "the chart's volume has another name",
    ),
    (
        "PodDisruptionBudget/spotgen-descheduler",
        "/spec/selector/matchLabels/app.kubernetes.io~1instance",
        "as the chart labels its pods",
    ),
    (
        "Service/spotgen-descheduler",
        "/spec/selector/*",
        "the chart's own labels",
    ),
    (
        "Service/spotgen-descheduler",
        "/spec/type",
        "the chart names what is the default",
    ),
    (
        "Service/spotgen-descheduler",
        "/spec/ports/0/protocol",
        "the chart names what is the default",
    ),
    // ---- aks-node-termination-handler
    (
        "PodMonitor/spotgen-termination-handler",
        "/spec/selector/matchLabels/*",
        "as the chart labels its pods",
    ),
    (
        "PodMonitor/spotgen-termination-handler",
        "/spec/namespaceSelector/matchNames/0",
        "the release's namespace is the placeholders'",
    ),
    (
        "*/spotgen-termination-handler",
        "/metadata/namespace",
        "the release's namespace is the placeholders'",
    ),
    (
        "ClusterRoleBinding/spotgen-termination-handler",
        "/subjects/0/namespace",
        "the release's namespace is the placeholders'",
    ),
    (
        "ClusterRole/spotgen-termination-handler",
        "/rules/get extensions~1daemonsets *",
        "a group that is gone since Kubernetes 1.16",
    ),
    (
        "ServiceAccount/spotgen-termination-handler",
        "/automountServiceAccountToken",
        "the chart has no key for it; its one pod needs the token",
    ),
    (
        "DaemonSet/spotgen-termination-handler",
        "/spec/template/spec/automountServiceAccountToken",
        "the chart has no key for it; its one pod needs the token",
    ),
    (
        "DaemonSet/spotgen-termination-handler",
        "/spec/template/spec/hostNetwork",
        "the chart names what is the default",
    ),
    (
        "DaemonSet/spotgen-termination-handler",
        "/spec/template/spec/securityContext",
        "said on the container instead",
    ),
    (
        "DaemonSet/spotgen-termination-handler",
        "/spec/template/spec/containers/0/securityContext/*",
        "said on the pod there",
    ),
    (
        "DaemonSet/spotgen-termination-handler",
        "/spec/template/spec/volumes",
        "the chart mounts a folder for texts of messages, which is empty",
    ),
    (
        "DaemonSet/spotgen-termination-handler",
        "/spec/template/spec/containers/0/volumeMounts",
        "the chart mounts a folder for texts of messages, which is empty",
    ),
];

/// Objects that only one of the two has.
pub(super) const ALONE: &[(&str, &str)] = &[
    (
        "ConfigMap/rel-files",
        "the chart aks-node-termination-handler mounts it, and it is empty",
    ),
    (
        "Namespace/RELEASE",
        "the release's namespace is there before the release",
    ),
    (
        "Namespace/HANDLER",
        "the termination handler goes where the release goes",
    ),
];
