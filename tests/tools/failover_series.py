"""Made-up series of a day, as kube-state-metrics, the descheduler and others would publish them.

At 06:00 all Spot nodes are taken away: their pods start on on-demand nodes, where they displace a placeholder, and one
more node joins. At 10:00 a Spot node is back, and the descheduler moves the pods in rounds of five minutes, three of
them in each. The objects are those of golden/monitoring.

A series that has never been counted up is not there yet, as with the real programs.
"""

from collections import namedtuple

SPOT_KEY = "kubernetes.azure.com/scalesetpriority"
MINUTE = 60
HOUR = 60 * MINUTE
END = 14 * HOUR
STEP = 30
GONE, BACK = 6 * HOUR, 10 * HOUR
ROUND = 5 * MINUTE
A_ROUND_MOVES = 3
REPLICAS = {"web": 6, "pay": 3}
STRATEGY = "RemovePodsViolatingNodeAffinity"

Node = namedtuple("Node", "name is_spot start end")
# Where it is, and from when until when; without a node it is pending.
Stay = namedtuple("Stay", "namespace pod kind owner cpu node start end")

NODES = (
    Node("aks-system-1", False, 0, END),
    Node("aks-regular1-1", False, 0, END),
    Node("aks-regular1-2", False, GONE + 5 * MINUTE, BACK + 40 * MINUTE),
    Node("aks-spot1-1", True, 0, GONE),
    Node("aks-spot1-2", True, 0, GONE),
    Node("aks-spot1-3", True, BACK, END),
)
COSTS = {True: 0.08, False: 0.41}


def stays():
    yield from workloads()
    yield from placeholders()
    for node in NODES:
        if node.is_spot:
            handler = "spotgen-termination-handler"
            own = ("spot-system", f"{handler}-{node.name[-1]}abcd", "DaemonSet", handler, 0.01)
            yield Stay(*own, node.name, node.start, node.end)


def replica(namespace, workload, cpu, life, number):
    """One after the other, as the ReplicaSet makes them: a new name for each life."""
    return namespace, f"{workload}-6f7d9-{life}{number}xyz", "ReplicaSet", f"{workload}-6f7d9", cpu


def workloads():
    names = [(name, number) for name, replicas in REPLICAS.items() for number in range(replicas)]
    for place, (name, number) in enumerate(names):
        first, second, third = (replica("shop", name, 0.5, life, number) for life in "abc")
        yield Stay(*first, f"aks-spot1-{place % 2 + 1}", 0, GONE)
        # Four find room where a placeholder was, the others wait for a node.
        node, placed = ("aks-regular1-1", MINUTE) if place < 4 else ("aks-regular1-2", 5 * MINUTE)
        moved = BACK + ROUND * (place // A_ROUND_MOVES + 1)
        yield Stay(*second, None, GONE, GONE + placed)
        yield Stay(*second, node, GONE + placed, moved)
        yield Stay(*third, "aks-spot1-3", moved, END)


def placeholders():
    first, second = (replica("spot-system", "overprovisioner-spot", 2, life, 0) for life in "ab")
    yield Stay(*first, "aks-spot1-1", 0, GONE)
    yield Stay(*second, None, GONE, BACK + MINUTE)
    yield Stay(*second, "aks-spot1-3", BACK + MINUTE, END)
    first, second, third = (replica("spot-system", "overprovisioner-on-demand", 2, life, 0) for life in "abc")
    yield Stay(*first, "aks-regular1-1", 0, GONE + MINUTE)
    yield Stay(*second, None, GONE + MINUTE, GONE + 5 * MINUTE)
    yield Stay(*second, "aks-regular1-2", GONE + 5 * MINUTE, BACK + 40 * MINUTE)
    yield Stay(*third, "aks-regular1-1", BACK + 40 * MINUTE, END)


def samples(time):
    """Everything that is scraped at this moment: name, labels, value."""
    nodes = [node for node in NODES if node.start <= time < node.end]
    pods = [stay for stay in stays() if stay.start <= time < stay.end]
    for node in nodes:
        yield from of_node(node)
    for pod in pods:
        yield from of_pod(pod)
    for name, replicas in REPLICAS.items():
        labels = {"namespace": "shop", "poddisruptionbudget": f"{name}-pdb"}
        own = [pod for pod in pods if pod.pod.startswith(f"{name}-")]
        is_full = all(pod.node and (pod.start == 0 or pod.start <= time - MINUTE) for pod in own)
        yield "kube_poddisruptionbudget_status_pod_disruptions_allowed", labels, int(is_full)
        yield "kube_poddisruptionbudget_status_expected_pods", labels, replicas
    labels = {"namespace": "kube-system", "deployment": "spotgen-descheduler"}
    yield "kube_deployment_status_replicas_available", labels, 1
    yield from of_programs(time, pods)


def of_node(node):
    yield "kube_node_info", {"node": node.name}, 1
    yield "kube_node_spec_unschedulable", {"node": node.name}, 0
    yield "kube_node_status_condition", {"node": node.name, "condition": "Ready", "status": "true"}, 1
    for resource, amount in (("cpu", 7.82), ("memory", 28 * 2**30), ("pods", 110)):
        yield "kube_node_status_allocatable", {"node": node.name, "resource": resource}, amount
    if node.is_spot:
        yield "kube_node_spec_taint", {"node": node.name, "key": SPOT_KEY, "value": "spot", "effect": "NoSchedule"}, 1
    yield "node_total_hourly_cost", {"node": node.name}, COSTS[node.is_spot]


def of_pod(pod):
    own = {"namespace": pod.namespace, "pod": pod.pod}
    created = {"created_by_kind": pod.kind, "created_by_name": pod.owner}
    yield "kube_pod_info", {**own, **created, "node": pod.node or ""}, 1
    phase = "Running" if pod.node else "Pending"
    for one in ("Pending", "Running"):
        yield "kube_pod_status_phase", {**own, "phase": one}, int(one == phase)
    yield "kube_pod_status_ready", {**own, "condition": "true"}, int(bool(pod.node))
    if not pod.node:
        yield "kube_pod_status_unschedulable", own, 1
    for resource, amount in (("cpu", pod.cpu), ("memory", pod.cpu * 2**30)):
        labels = {**own, "container": "app", "node": pod.node or "", "resource": resource}
        yield "kube_pod_container_resource_requests", labels, amount
    if pod.owner.startswith("overprovisioner-on-demand"):
        return
    yield "kube_pod_tolerations", {**own, "key": SPOT_KEY, "value": "spot", "effect": "NoSchedule"}, 1


def of_programs(time, pods):
    rounds = time // ROUND
    yield "descheduler_loop_duration_seconds_count", {}, rounds + 1
    yield "descheduler_loop_duration_seconds_sum", {}, 0.3 * (rounds + 1)
    for node in ("aks-regular1-1", "aks-regular1-2"):
        evicted = sum(1 for one in stays() if one.namespace == "shop" and one.node == node and one.end <= time)
        if evicted:
            labels = {"result": "success", "strategy": STRATEGY, "profile": "spotgen", "namespace": "shop"}
            yield "descheduler_pods_evicted_total", {**labels, "node": node}, evicted
    waiting = sum(not pod.node for pod in pods)
    yield "cluster_autoscaler_unschedulable_pods_count", {"type": "unschedulable"}, waiting
    yield "cluster_autoscaler_last_activity", {"activity": "main"}, time
    # One attempt in half an hour, for as long as the cloud has no Spot capacity.
    failed = max(0, min(time, BACK) - GONE) // (30 * MINUTE)
    if failed:
        yield "cluster_autoscaler_failed_scale_ups_total", {"reason": "cloudProviderError"}, failed


def open_metrics(start):
    """The whole day as text that `promtool tsdb create-blocks-from openmetrics` reads; families stand together."""
    families = {}
    for time in range(0, END, STEP):
        for name, labels, value in samples(time):
            inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
            families.setdefault(name, []).append(f"{name}{{{inside}}} {value} {start + time}")
    for name, lines in families.items():
        yield f"# TYPE {name} unknown"
        yield from lines
    yield "# EOF"
