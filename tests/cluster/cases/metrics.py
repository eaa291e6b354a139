"""Rules and dashboard ask the real descheduler and the real kube-state-metrics for nothing that these do not have.

The descheduler is scraped over https after rounds in which it evicted, and after one that a budget refused;
kube-state-metrics as it runs without a flag, and for EKS with the flag that spotgen names. What is asked for is read
from the rendered rules and dashboard: each metric, the labels by which it is grouped or joined, the selector.

Not scraped, for they are on no Go module proxy: the termination handler, the autoscaler, OpenCost.
"""

import re

from exposition import answers, scrape, spelled, uses
from failure import Failed, check
from nodes import Nodes
from processes import free_ports
from program import GOLDEN, IMAGE, configuration
from system import Placements, System

LANE = "failback"

INTERVAL = 2
SETTINGS = ["--set", f"spec.descheduler.interval={INTERVAL}s", "--set", "spec.descheduler.evictor.minPodAge=1s"]
D8 = {"cpu": "7820m", "memory": "28Gi"}
NAMESPACE = "shop"
# As the autoscaler marks the nodes that it removes.
LEAVING = {"key": "ToBeDeletedByClusterAutoscaler", "value": "1793937600", "effect": "NoSchedule"}
SECONDS_TO_ANSWER = 60
# Not bound by anybody: its pod waits, and is counted as one with a claim and as one without a node.
CLAIM = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "never"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "waits"},
    "spec": {
        "containers": [{"name": "app", "image": IMAGE}],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "never"}}],
    },
}
# Its node was short of memory.
EVICTED = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "evicted"},
    "spec": {"containers": [{"name": "app", "image": IMAGE}]},
}
# Its init container runs on beside the other, and takes room on the node.
SIDECAR = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "has-sidecar"},
    "spec": {
        "initContainers": [
            {
                "name": "beside",
                "image": IMAGE,
                "restartPolicy": "Always",
                "resources": {"requests": {"cpu": "10m", "memory": "10Mi"}},
            }
        ],
        "containers": [{"name": "app", "image": IMAGE}],
    },
}


def run(case):
    system = System(case, configuration("monitoring"), *SETTINGS)
    is_found(system)
    with Nodes(case.plane) as nodes:
        for number in (1, 2, 3):
            nodes.add(f"regular-{number}", "regular1", is_spot=False, zone=number, **D8)
        system.install()
        for path, body in (("persistentvolumeclaims", CLAIM), ("pods", POD), ("pods", SIDECAR), ("pods", EVICTED)):
            case.api.create(f"/api/v1/namespaces/{NAMESPACE}/{path}", body)
        # A kubelet says so: kube-state-metrics knows an init container by its status alone.
        status = {"initContainerStatuses": [{"name": "beside", "image": IMAGE, "imageID": "", "ready": True, "restartCount": 0}]}
        case.api.merge(f"/api/v1/namespaces/{NAMESPACE}/pods/has-sidecar/status", {"status": status})
        # So does it of a pod that it evicts: kubernetes/kubernetes pkg/kubelet/eviction/eviction_manager.go, `evictPod`.
        status = {"phase": "Failed", "reason": "Evicted"}
        case.api.merge(f"/api/v1/namespaces/{NAMESPACE}/pods/evicted/status", {"status": status})
        fail_back(case, system, nodes)
        nodes.add("leaving-1", "regular1", is_spot=False, taints=[LEAVING], **D8)
        url = f"https://127.0.0.1:{system.descheduler.port}/metrics"
        ask(case, "descheduler", uses(system.objects, "descheduler_"), lambda: scrape(url))
        objects = case.spotgen.objects(configuration("monitoring-eks"), *SETTINGS)
        on_eks = [use for use in uses(objects, "kube_") if use.metric == "kube_node_labels"]
        check(on_eks, "on EKS nodes are no longer known by their labels")
        nodes.add("eks-1", "spot1", is_spot=True, labels={"eks.amazonaws.com/capacityType": "SPOT"}, **D8)
        # The alerts leave Windows nodes out, by the only metric that tells them.
        nodes.add("windows-1", "regular1", is_spot=False, taints=[LEAVING], labels={"kubernetes.io/os": "windows"}, **D8)
        nodes.inform("windows-1", osImage="Windows Server 2022 Datacenter")
        ask(case, "kube-state-metrics", uses(system.objects, "kube_"), StateMetrics(case, "without-flags").samples)
        flag = re.search(r"--metric-labels-allowlist=[^']+", (GOLDEN / "monitoring-eks" / "stderr.txt").read_text())
        check(flag, "spotgen no longer names the flag of kube-state-metrics")
        ask(case, f"kube-state-metrics {flag[0]}", on_eks, StateMetrics(case, "of-eks", flag[0]).samples)
        system.remove()
        nodes.clear()


def fail_back(case, system, nodes):
    """All pods are on on-demand, Spot comes, and they are moved, but for those that a budget holds."""
    web, pay = (Placements(nodes, one) for one in system.workloads)
    case.plane.wait("all pods are ready", lambda: all(one.are_all(lambda node: node is not None) for one in (web, pay)))
    budget = next(one for one in system.objects if one["metadata"]["name"] == "pay-pdb")
    path = f"/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets/{budget['metadata']['name']}"
    case.api.merge(path, {"spec": {"minAvailable": None, "maxUnavailable": 0}})
    case.plane.wait("it allows nothing", lambda: case.api.get(path)["status"].get("disruptionsAllowed") == 0)
    nodes.add("spot-1", "spot1", is_spot=True, **D8)
    system.descheduler.start()
    case.plane.wait("web is on Spot", lambda: web.are_all(lambda node: (node or "").startswith("spot")), 90)
    system.descheduler.wait_cycles(2)


def is_found(system):
    """The monitors select what is scraped here, and by a port that it has."""
    service = system.one("Service", "descheduler")
    deployment = system.one("Deployment", "descheduler")
    monitor = next(one for one in system.objects if one["kind"] == "ServiceMonitor")
    selects(monitor["spec"]["selector"], service["metadata"]["labels"], "the ServiceMonitor")
    pods = deployment["spec"]["template"]["metadata"]["labels"]
    selects({"matchLabels": service["spec"]["selector"]}, pods, "the Service")
    ports = {port["name"]: port["targetPort"] for port in service["spec"]["ports"]}
    containers = deployment["spec"]["template"]["spec"]["containers"]
    open_ports = [port["containerPort"] for one in containers for port in one.get("ports", ())]
    for endpoint in monitor["spec"]["endpoints"]:
        check(ports.get(endpoint["port"]) in open_ports, f"nothing listens on {endpoint['port']}", service)
    check(service["metadata"]["namespace"] in monitor["spec"]["namespaceSelector"]["matchNames"], "not there", monitor)

    handler = system.one("DaemonSet", "termination-handler")["spec"]["template"]
    monitor = next(one for one in system.objects if one["kind"] == "PodMonitor")
    selects(monitor["spec"]["selector"], handler["metadata"]["labels"], "the PodMonitor")
    named = {port["name"] for one in handler["spec"]["containers"] for port in one.get("ports", ())}
    for endpoint in monitor["spec"]["podMetricsEndpoints"]:
        check(endpoint["port"] in named, f"the handler has no port {endpoint['port']}", handler)


def selects(selector, labels, what):
    """Of expressions only those that name values are read: ours have no others."""
    wanted = {key: [value] for key, value in selector.get("matchLabels", {}).items()}
    for expression in selector.get("matchExpressions", ()):
        check(expression["operator"] == "In", f"{what} selects by an expression that is not read here", selector)
        wanted[expression["key"]] = expression["values"]
    is_selected = wanted and all(labels.get(key) in values for key, values in wanted.items())
    check(is_selected, f"{what} selects nothing", selector, str(labels))


class StateMetrics:
    """kube-state-metrics, of which each is asked at ports of its own."""

    def __init__(self, case, name, *flags):
        self.port, own = free_ports(2)
        case.plane.processes.start(
            f"kube-state-metrics-{name}",
            case.binaries.component("kube-state-metrics"),
            "--kubeconfig=admin.kubeconfig",
            "--host=127.0.0.1",
            f"--port={self.port}",
            "--telemetry-host=127.0.0.1",
            f"--telemetry-port={own}",
            *flags,
        )

    def samples(self):
        return scrape(f"http://127.0.0.1:{self.port}/metrics")


def ask(case, who, asked, samples):
    """Until everything is answered: what watches has seen nothing yet when it starts."""
    left = asked

    def is_answered():
        nonlocal left
        found = samples()
        left = [use for use in asked if not answers(use, found)]
        return not left

    try:
        case.plane.wait(f"{who} has all that is asked of it", is_answered, SECONDS_TO_ANSWER, every=1)
    except Failed as failed:
        raise Failed(f"{who} does not have what is asked of it", None, "\n".join(map(spelled, left))) from failed
    case.say(f"{who}: {len(asked)} uses of {len({use.metric for use in asked})} metrics, all there")
