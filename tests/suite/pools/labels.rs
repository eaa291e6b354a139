//! Labels and taints of pools.

use super::{CHEAP, Case, ERROR, STEADY, SYSTEM, WARNING, check_all};

const AKS_SPOT: &str =
    "tolerations: [{key: kubernetes.azure.com/scalesetpriority, value: spot, effect: NoSchedule}]";

/// The preference for the Spot nodes of AKS, and their toleration.
const PREFERS_AKS_SPOT: &str = "tolerations: [{key: kubernetes.azure.com/scalesetpriority, operator: Exists}], affinity: \
    {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 60, preference: {matchExpressions: [{key: \
    kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}]}}]}}";

const CASES: &[Case] = &[
    Case {
        // Azure/AKS#4418 and many Terraform files.
        name: "the pair that AKS sets on Spot nodes may be stated",
        provider: "aks",
        pools: &[
            SYSTEM,
            STEADY,
            "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, labels: \
             {kubernetes.azure.com/scalesetpriority: spot}, taints: [\"kubernetes.azure.com/scalesetpriority=spot:NoSchedule\"]",
        ],
        pod: None,
        found: &[],
    },
    Case {
        name: "another value of that label is still refused",
        provider: "aks",
        pools: &[
            SYSTEM,
            CHEAP,
            "name: steady, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}, labels: \
             {kubernetes.azure.com/scalesetpriority: regular}",
        ],
        pod: None,
        found: &[("reserved-label", ERROR)],
    },
    Case {
        // antonputra/tutorials lessons/177-azure-kubernetes-service-aks-tutorial-terraform-nginx-ingress-tls-oidc-workload-identity.
        name: "a taint without a value is a taint",
        provider: "aks",
        pools: &[
            SYSTEM,
            STEADY,
            "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, taints: [\"batch:NoSchedule\"]",
        ],
        pod: Some(
            "tolerations: [{key: batch, operator: Exists}, {key: kubernetes.azure.com/scalesetpriority, operator: Exists}]",
        ),
        found: &[("toleration-without-preference", WARNING)],
    },
    Case {
        // jenkins-infra/azure old_publick8s.tf: an ARM pool of AKS.
        name: "AKS takes a taint with the architecture",
        provider: "aks",
        pools: &[
            SYSTEM,
            STEADY,
            CHEAP,
            "name: arm, capacity: OnDemand, vmSize: Standard_D4ps_v5, nodes: {min: 0, max: 3}, taints: \
             [\"kubernetes.io/arch=arm64:NoSchedule\"]",
        ],
        pod: None,
        found: &[],
    },
    Case {
        // XenitAB/terraform-modules removes the taint of AKS.
        name: "a Spot pool whose taint is taken off needs no toleration",
        provider: "aks",
        pools: &[
            SYSTEM,
            STEADY,
            "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, taints: []",
        ],
        pod: Some(
            "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 60, preference: \
             {matchExpressions: [{key: kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}]}}]}}",
        ),
        found: &[],
    },
    Case {
        name: "with the taint, the same pods need one",
        provider: "aks",
        pools: &[SYSTEM, STEADY, CHEAP],
        pod: Some(
            "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 60, preference: \
             {matchExpressions: [{key: kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}]}}]}}",
        ),
        found: &[("missing-spot-toleration", ERROR)],
    },
    Case {
        // divviup/prio-server terraform/cluster_bootstrap: the user's own taint on Spot pools of EKS.
        name: "who tolerates a taint of the user's own can be on Spot",
        provider: "eks",
        pools: &[
            "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 20}, taints: [\"interruptible=yes:NoSchedule\"]",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 20}",
        ],
        pod: Some("tolerations: [{key: interruptible, operator: Exists}]"),
        found: &[("toleration-without-preference", WARNING)],
    },
    Case {
        name: "a taint that on-demand has as well says nothing of Spot",
        provider: "eks",
        pools: &[
            "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 20}, taints: [\"team=shop:NoSchedule\"]",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 20}, taints: [\"team=shop:NoSchedule\"]",
        ],
        pod: Some("tolerations: [{key: team, value: shop}]"),
        found: &[],
    },
    Case {
        // Azure/AKS#4418: a pool label that tells the Spot pool from the others.
        name: "a label of the Spot pool alone requires Spot",
        provider: "aks",
        pools: &[
            SYSTEM,
            "name: steady, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}, labels: {price: full}",
            "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, labels: {price: low}",
        ],
        pod: Some(
            "nodeSelector: {price: low}, tolerations: [{key: kubernetes.azure.com/scalesetpriority, operator: Exists}]",
        ),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        name: "so does required affinity, where on-demand pools do not have the label at all",
        provider: "aks",
        pools: &[
            SYSTEM,
            STEADY,
            "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, labels: {price: low}",
        ],
        pod: Some(
            "tolerations: [{key: kubernetes.azure.com/scalesetpriority, operator: Exists}], affinity: {nodeAffinity: \
             {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: price, \
             operator: Exists}]}]}}}",
        ),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        name: "without the toleration its pods run nowhere",
        provider: "aks",
        pools: &[
            SYSTEM,
            STEADY,
            "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, labels: {price: low}",
        ],
        pod: Some("nodeSelector: {price: low}"),
        found: &[
            ("missing-spot-toleration", ERROR),
            ("spot-without-fallback", WARNING),
        ],
    },
    Case {
        // The operator: kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#operators.
        name: "Gt compares numbers: the Spot pool alone is large enough",
        provider: "eks",
        pools: &[
            "name: cheap, capacity: Spot, vmSize: m5.4xlarge, nodes: {min: 0, max: 20}, labels: {example.com/cores: '16'}",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 20}, labels: {example.com/cores: '4'}",
        ],
        pod: Some(
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
             [{matchExpressions: [{key: example.com/cores, operator: Gt, values: ['8']}]}]}}}",
        ),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        // aws/karpenter-provider-aws#2508: splitting pods over domains by a label.
        name: "a hard spread over a label of the pools is counted",
        provider: "aks",
        pools: &[
            SYSTEM,
            "name: steady, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}, labels: {share: c}",
            "name: cheap1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, labels: {share: a}",
            "name: cheap2, capacity: Spot, vmSize: Standard_D4as_v5, nodes: {min: 0, max: 10}, labels: {share: b}",
        ],
        pod: Some(SPREAD_OVER_SHARE),
        found: &[("hard-spread-keeps-off-spot", ERROR)],
    },
    Case {
        // As aws-samples/karpenter-workshop-additional 03-CostOptimization/62-app.sh, by the label that EKS sets.
        name: "a hard spread over the capacity type of EKS is counted",
        provider: "eks",
        pools: &[
            "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 20}",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 20}",
        ],
        pod: Some(
            "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 60, preference: \
             {matchExpressions: [{key: eks.amazonaws.com/capacityType, operator: In, values: [SPOT]}]}}]}}, \
             topologySpreadConstraints: [{maxSkew: 1, topologyKey: eks.amazonaws.com/capacityType, whenUnsatisfiable: \
             DoNotSchedule, labelSelector: {matchLabels: {app: front}}}]",
        ),
        found: &[("hard-spread-keeps-off-spot", ERROR)],
    },
    Case {
        // kubernetes/kops pkg/model/names.go, `AutoscalingGroupName`: names of groups end in the domain of the cluster.
        name: "groups of kOps are accepted, with the label by which their Spot nodes are known",
        provider: "generic",
        pools: &[
            "name: nodes-cheap.k8s.example.com, capacity: Spot, nodes: {min: 0, max: 10}, spotLabel: \
             {node.kubernetes.io/lifecycle: spot}, allocatable: {cpu: 3900m, memory: 14Gi}",
            "name: nodes-steady.k8s.example.com, capacity: OnDemand, nodes: {min: 1, max: 10}, labels: \
             {node.kubernetes.io/lifecycle: od}, taints: [], allocatable: {cpu: 3900m, memory: 14Gi}",
        ],
        pod: Some("nodeSelector: {node.kubernetes.io/lifecycle: spot}"),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        // aws-samples/eks-workshop content/eks_spot/spotworkers/workers_eksctl.md: unmanaged groups with a label of their own.
        name: "self-managed groups on EKS have a label of their own",
        provider: "eks",
        pools: &[
            "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 20}, spotLabel: {lifecycle: Ec2Spot}, \
             nodeGroup: eksctl-shop-nodegroup-cheap-NodeGroup-1ABCDEF",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 20}, nodeGroup: '^eksctl-shop-nodegroup-steady-'",
        ],
        pod: Some(
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
             [{matchExpressions: [{key: lifecycle, operator: In, values: [Ec2Spot]}]}]}}}",
        ),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        name: "what asks for the label of managed groups there runs nowhere on Spot",
        provider: "eks",
        pools: &[
            "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 20}, spotLabel: {lifecycle: Ec2Spot}",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 20}",
        ],
        pod: Some(AKS_SPOT),
        found: &[],
    },
    Case {
        name: "what prefers Spot by its usual label and tolerates it is right",
        provider: "aks",
        pools: &[SYSTEM, STEADY, CHEAP],
        pod: Some(PREFERS_AKS_SPOT),
        found: &[],
    },
];

/// Prefers Spot, and is spread over `share`.
const SPREAD_OVER_SHARE: &str = "tolerations: [{key: kubernetes.azure.com/scalesetpriority, operator: Exists}], affinity: {nodeAffinity: \
     {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 60, preference: {matchExpressions: [{key: \
     kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}]}}]}}, topologySpreadConstraints: [{maxSkew: 1, \
     topologyKey: share, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: front}}}]";

#[test]
fn workloads_are_matched_against_what_pools_declare() {
    check_all(CASES);
}
