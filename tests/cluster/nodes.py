"""Nodes, and what a kubelet does to pods: it runs those that are bound, and lets go of those that are deleted.

No kubelet runs here, nor anything that plays one: the test writes the status of nodes and pods itself. So it decides
what is ready, and when.
"""

import datetime
import threading
import time

from api import MERGE

SPOT = {"kubernetes.azure.com/scalesetpriority": "spot"}
SPOT_TAINT = {"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"}
ON_DEMAND_TAINT = {"key": "spotgen.dev/capacity", "value": "on-demand", "effect": "PreferNoSchedule"}
POLL_SECONDS = 0.1
CONDITIONS = ("PodScheduled", "Initialized", "ContainersReady", "Ready")


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Nodes:
    """The machines of a control plane; a context, in which their pods are run."""

    def __init__(self, plane):
        self.plane = plane
        self.api = plane.api
        self.is_paused = False
        self.removed = set()
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run, name=f"kubelets of {plane.name}", daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join(10)

    # Nodes

    def add(self, name, pool, *, is_spot, cpu, memory, zone="1", taints=(), labels=None):
        """A node that is ready. A Spot node has its taint and label, as AKS gives them."""
        own = {
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "kubernetes.azure.com/agentpool": pool,
            "agentpool": pool,
            "topology.kubernetes.io/region": "westeurope",
            "topology.kubernetes.io/zone": f"westeurope-{zone}",
            **(SPOT if is_spot else {}),
            **(labels or {}),
        }
        self.removed.discard(name)
        resources = {"cpu": cpu, "memory": memory, "pods": "110"}
        taints = ([SPOT_TAINT] if is_spot else []) + list(taints)
        node = {"metadata": {"name": name, "labels": own}, "spec": {"taints": taints}}
        self.api.create("/api/v1/nodes", node)
        times = {"lastHeartbeatTime": now(), "lastTransitionTime": now()}
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", **times}
        status = {"capacity": resources, "allocatable": resources, "conditions": [ready]}
        self.api.merge(f"/api/v1/nodes/{name}/status", {"status": status})
        # The API server taints new nodes as not ready; the controller that takes it off does not run here.
        self.api.merge(f"/api/v1/nodes/{name}", {"spec": {"taints": taints}})

    def inform(self, name, **known):
        """What the kubelet of a node says of itself; the API server wants every field."""
        names = ("machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion")
        names += ("kubeletVersion", "kubeProxyVersion", "operatingSystem", "architecture")
        info = {**dict.fromkeys(names, ""), **known}
        self.api.merge(f"/api/v1/nodes/{name}/status", {"status": {"nodeInfo": info}})

    def remove(self, name):
        """The node and its pods, gone without a word.

        The scheduler may bind a pod to a node that has just gone. The garbage collector takes such a pod away after
        40 to 60 s (kubernetes/kubernetes pkg/controller/podgc/gc_controller.go, `quarantineTime` and
        `gcCheckPeriod`); here it goes at once, as all others of that node."""
        self.api.delete(f"/api/v1/nodes/{name}")
        self.removed.add(name)
        for pod in self.pods():
            if pod["spec"].get("nodeName") == name:
                self.forget(pod)

    def clear(self):
        for node in self.api.items("/api/v1/nodes"):
            self.remove(node["metadata"]["name"])

    # Pods

    def pods(self, namespace=None, **labels):
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        where = f"/api/v1/namespaces/{namespace}/pods" if namespace else "/api/v1/pods"
        return self.api.items(where, **({"labelSelector": selector} if selector else {}))

    def run(self):
        while not self.is_over.wait(POLL_SECONDS):
            if self.is_paused:
                continue
            try:
                for pod in self.api.items("/api/v1/pods", resourceVersion="0"):
                    self.tend(pod)
            except Exception:  # noqa: BLE001: the server may be ending, and whoever waits for a pod will say so
                time.sleep(0.5)

    def tend(self, pod):
        if "nodeName" not in pod["spec"]:
            return
        if "deletionTimestamp" in pod["metadata"] or pod["spec"]["nodeName"] in self.removed:
            self.forget(pod)
        elif pod.get("status", {}).get("phase", "Pending") == "Pending":
            self.report(pod)

    def report(self, pod):
        started = now()
        yes = [{"type": kind, "status": "True", "lastTransitionTime": started} for kind in CONDITIONS]
        containers = [
            {
                "name": container["name"],
                "image": container["image"],
                "imageID": container["image"],
                "ready": True,
                "started": True,
                "restartCount": 0,
                "state": {"running": {"startedAt": started}},
            }
            for container in pod["spec"]["containers"]
        ]
        status = {"phase": "Running", "conditions": yes, "containerStatuses": containers, "startTime": started}
        # Gone in the meantime is no mistake.
        self.api.ask("PATCH", f"{self.path(pod)}/status", {"status": status}, kind=MERGE)

    def forget(self, pod):
        """What a kubelet does when the containers have stopped; of this pod, not of another by its name."""
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}}
        self.api.ask("DELETE", self.path(pod), options)

    @staticmethod
    def path(pod):
        metadata = pod["metadata"]
        return f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"


def is_ready(pod):
    if "deletionTimestamp" in pod["metadata"]:
        return False
    conditions = pod.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
