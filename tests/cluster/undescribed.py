"""A cluster that nobody has described: 40 workloads of all kinds in 6 namespaces, and some parts of a Spot system that
somebody has made by hand."""

import datetime

IMAGE = "registry.example.com/app:1"
PRIORITIES = {"priorities": '50:\n  - ".*spot.*"\n10:\n  - ".*"\n'}

# The node groups, as the cloud names them, and their ranges.
GROUPS = {
    "aks-system-10000001-vmss": (1, 3),
    "aks-apps-10000002-vmss": (4, 10),
    "aks-spot1-10000003-vmss": (0, 10),
}

# What `az aks nodepool list -o json` prints of these pools, as far as anybody reads it.
POOLS = [
    {
        "name": name,
        "mode": mode,
        "osType": "Linux",
        "vmSize": "Standard_D4s_v5",
        "scaleSetPriority": priority,
        "enableAutoScaling": True,
        "minCount": least,
        "maxCount": most,
        "availabilityZones": ["1", "2", "3"],
        "nodeLabels": None,
        "nodeTaints": taints,
        "maxPods": 110,
        "currentOrchestratorVersion": "1.36.3",
    }
    for name, mode, priority, least, most, taints in [
        ("system", "System", None, 1, 3, ["CriticalAddonsOnly=true:NoSchedule"]),
        ("apps", "User", None, 4, 10, None),
        ("spot1", "User", "Spot", 0, 10, ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]),
    ]
]

# By namespace: kind, name, replicas, and what is special.
WORKLOADS = {
    "shop": [
        ("Deployment", "web", 3, {"autoscaling": (3, 6)}),
        ("Deployment", "cart", 2, {"budget": 1}),
        ("Deployment", "catalog", 3, {}),
        ("Deployment", "checkout", 2, {}),
        ("Deployment", "admin", 1, {}),
        ("Deployment", "images", 2, {}),
        ("StatefulSet", "sessions", 1, {"volume": True}),
        ("CronJob", "sitemap", None, {}),
    ],
    "pay": [
        ("Deployment", "api", 3, {"budget": 1}),
        ("Deployment", "ledger", 2, {"grace": 300}),
        ("Deployment", "fraud", 2, {}),
        ("Deployment", "invoices", 1, {}),
        ("StatefulSet", "postgres", 2, {"volume": True}),
        ("Job", "backfill", None, {}),
        ("CronJob", "settle", None, {}),
    ],
    "search": [
        ("Deployment", "query", 3, {}),
        ("Deployment", "suggest", 2, {}),
        ("StatefulSet", "index", 3, {"volume": True}),
        ("Deployment", "crawler", 1, {"grace": 120}),
        ("CronJob", "reindex", None, {}),
    ],
    "data": [
        ("StatefulSet", "zookeeper", 3, {}),
        ("StatefulSet", "kafka", 3, {"volume": True}),
        ("Deployment", "connect", 2, {}),
        ("Deployment", "registry", 1, {}),
        ("Job", "migrate", None, {}),
        ("CronJob", "compact", None, {}),
        ("CronJob", "export", None, {}),
    ],
    "tools": [
        ("DaemonSet", "logs", None, {}),
        ("DaemonSet", "metrics", None, {}),
        ("Deployment", "dashboards", 2, {"nodes": {"agentpool": "apps"}}),
        ("Deployment", "builds", 1, {}),
        ("Deployment", "mirror", 2, {}),
        ("Pod", "debug", None, {}),
    ],
    "mail": [
        ("Deployment", "smtp", 2, {}),
        ("Deployment", "templates", 2, {}),
        ("Deployment", "queue", 2, {"grace": 60}),
        ("Deployment", "bounces", 1, {}),
        ("CronJob", "digest", None, {}),
        ("CronJob", "cleanup", None, {}),
        ("Pod", "console", None, {}),
    ],
}


def objects():
    """Everything, in the order in which it can be created."""
    made = [storage_class(), expander()]
    for namespace, workloads in WORKLOADS.items():
        made.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        for kind, name, replicas, special in workloads:
            made.append(workload(namespace, kind, name, replicas, special))
            if "budget" in special:
                made.append(budget(namespace, name, special["budget"]))
            if "autoscaling" in special:
                made.append(autoscaler(namespace, name, *special["autoscaling"]))
    return made


def status(ready):
    """What the cluster autoscaler reports of its groups, by how many nodes of each are ready.

    Source: kubernetes/autoscaler cluster-autoscaler/clusterstate/api/types.go."""
    written = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S +0000 UTC")
    lines = [f"time: {written}", "autoscalerStatus: Running", "nodeGroups:"]
    for name, (least, most) in GROUPS.items():
        count = ready.get(name, 0)
        lines += [
            f"- name: {name}",
            "  health:",
            "    status: Healthy",
            f"    nodeCounts: {{registered: {{total: {count}, ready: {count}}}}}",
            f"    cloudProviderTarget: {count}",
            f"    minSize: {least}",
            f"    maxSize: {most}",
            "  scaleUp: {status: NoActivity}",
        ]
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "cluster-autoscaler-status", "namespace": "kube-system"},
        "data": {"status": "\n".join(lines) + "\n"},
    }


def storage_class():
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "managed-csi"},
        "provisioner": "disk.csi.azure.com",
        "volumeBindingMode": "WaitForFirstConsumer",
    }


def expander():
    metadata = {"name": "cluster-autoscaler-priority-expander", "namespace": "kube-system"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": PRIORITIES}


def workload(namespace, kind, name, replicas, special):
    labels = {"app": name}
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    container = {
        "name": "main",
        "image": IMAGE,
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
        "readinessProbe": {"tcpSocket": {"port": 8080}},
    }
    pod = {"containers": [container]}
    if "grace" in special:
        pod["terminationGracePeriodSeconds"] = special["grace"]
    if "nodes" in special:
        pod["nodeSelector"] = special["nodes"]
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": pod}
    template = {"metadata": {"labels": labels}, "spec": pod}
    if kind in ("Job", "CronJob"):
        del container["readinessProbe"]
        pod["restartPolicy"] = "Never"
        spec = {"backoffLimit": 3, "template": template}
        if kind == "CronJob":
            spec = {"schedule": "0 3 * * *", "jobTemplate": {"spec": spec}}
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    if replicas is not None:
        spec["replicas"] = replicas
    if kind == "StatefulSet":
        spec["serviceName"] = name
        if "volume" in special:
            claim = {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "managed-csi",
                "resources": {"requests": {"storage": "8Gi"}},
            }
            spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


def budget(namespace, name, unavailable):
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"maxUnavailable": unavailable, "selector": {"matchLabels": {"app": name}}},
    }


def autoscaler(namespace, name, least, most):
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"minReplicas": least, "maxReplicas": most, "scaleTargetRef": target},
    }
