//! What a field is, by the keys that lead to it.

/// The key of a value, and the key above it. Items of lists have those of their list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Field<'k> {
    pub name: &'k str,
    pub parent: &'k str,
}

impl<'k> Field<'k> {
    pub(super) fn child(self, name: &'k str) -> Self {
        Self {
            name,
            parent: self.name,
        }
    }

    /// Source: kubernetes/api core/v1/types.go, fields of type `resource.Quantity` and `ResourceList`.
    pub(super) fn is_quantity(self) -> bool {
        matches!(self.parent, "limits" | "requests" | "capacity" | "overhead")
            || matches!(self.name, "sizeLimit" | "divisor")
    }

    /// Source: kubernetes/api core/v1, apps/v1 and policy/v1 types.go, fields of type `intstr.IntOrString`.
    pub(super) fn is_int_or_string(self) -> bool {
        matches!(
            self.name,
            "port"
                | "targetPort"
                | "containerPort"
                | "hostPort"
                | "maxUnavailable"
                | "minAvailable"
                | "maxSurge"
        )
    }

    /// Source: prometheus-operator/prometheus-operator pkg/apis/monitoring/v1, fields of type `Duration`;
    /// kubernetes-sigs/descheduler pkg/framework/plugins/*/types.go, fields of type `metav1.Duration`.
    pub(super) fn is_duration(self) -> bool {
        matches!(
            self.name,
            "interval"
                | "scrapeInterval"
                | "scrapeTimeout"
                | "for"
                | "keep_firing_for"
                | "query_offset"
                | "minPodAge"
                | "deschedulingInterval"
                | "resyncPeriod"
        )
    }

    /// Keys that users choose: a value that is empty is a value.
    pub(super) fn is_of_users(self) -> bool {
        matches!(
            self.parent,
            "labels" | "annotations" | "matchLabels" | "nodeSelector" | "data" | "binaryData"
        )
    }
}
