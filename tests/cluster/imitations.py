"""The requests of components that cannot be built here, for no module proxy has them: made under their accounts, in
their order, they show what their rights are for."""

import concurrent.futures
import json
import time

from failure import Failed, check

STRATEGIC = "application/strategic-merge-patch+json"
SECONDS_TO_DRAIN = 60
# The handler does not pause at all; that would only fill the log.
SECONDS_TO_RETRY = 0.2


def drain(api, name, held_up):
    """The termination handler, from its start to the end of a drain. `held_up` is called where a budget refuses a pod.

    Source: maksim-paskal/aks-node-termination-handler v1.0.19 internal/internal.go, `startReadingEvents`, and
    pkg/api/api.go, `GetAzureResourceName`, `AddNodeEventMessage`, `DrainNode` and `GetNodePods`; kubernetes/kubectl
    pkg/drain/cordon.go, `PatchOrReplaceWithContext`, pkg/drain/drain.go, `GetPodsForDeletion` and `evictPods`, and
    pkg/drain/filters.go, `daemonSetFilter`."""
    node = f"/api/v1/nodes/{name}"
    # Which machine it is in the cloud's events.
    api.get(node)
    add_event(api, node, "ReadEvents")
    # A notice has come.
    add_event(api, node, "Preempt")
    # For a message to people.
    api.get("/api/v1/pods")
    check(not api.get(node)["spec"].get("unschedulable"), f"{name} is cordoned already: the handler leaves it alone")
    api.good("PATCH", node, {"spec": {"unschedulable": True}}, kind=STRATEGIC)
    pods = api.items("/api/v1/pods", fieldSelector=f"spec.nodeName={name}")
    leaving = [pod for pod in pods if not belongs_to_daemon_set(api, pod)]
    check(leaving, f"on {name} is nothing to drain", pods)
    offered = {(one["name"], one.get("group")) for one in api.get("/api/v1")["resources"]}
    check(("pods/eviction", "policy") in offered, "the server offers no evictions")
    with concurrent.futures.ThreadPoolExecutor(len(leaving)) as pool:
        list(pool.map(lambda pod: evict(api, pod, held_up), leaving))


def add_event(api, node, reason):
    found = api.get(node)["metadata"]
    involved = {"apiVersion": "v1", "kind": "Node", "name": found["name"], "uid": found["uid"]}
    event = {"metadata": {"name": f"{found['name']}.{reason.lower()}"}, "involvedObject": involved, "reason": reason}
    api.create("/api/v1/namespaces/default/events", event)


def belongs_to_daemon_set(api, pod):
    for owner in pod["metadata"].get("ownerReferences", []):
        if owner.get("controller") and owner["kind"] == "DaemonSet":
            namespace = pod["metadata"]["namespace"]
            api.get(f"/apis/apps/v1/namespaces/{namespace}/daemonsets/{owner['name']}")
            return True
    return False


def evict(api, pod, held_up):
    """Asked for until it is granted, and waited for."""
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    path = f"/api/v1/namespaces/{namespace}/pods/{name}"
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace}}
    end = time.monotonic() + SECONDS_TO_DRAIN
    while time.monotonic() < end:
        answer = api.ask("POST", f"{path}/eviction", eviction)
        if answer.status != 429:
            check(answer.is_good, f"the eviction of {name} is refused", eviction, answer.reason)
            break
        held_up()
        api.get(path)
        time.sleep(SECONDS_TO_RETRY)
    while time.monotonic() < end:
        answer = api.ask("GET", path)
        if answer.status == 404 or answer.body["metadata"]["uid"] != pod["metadata"]["uid"]:
            return
        time.sleep(SECONDS_TO_RETRY)
    raise Failed(f"{namespace}/{name} does not leave within {SECONDS_TO_DRAIN} s")


def scale(api, arguments):
    """The proportional autoscaler, with its arguments: one look at the nodes, and what it does about them.

    Source: kubernetes-sigs/cluster-proportional-autoscaler v1.10.1 pkg/autoscaler/k8sclient/k8sclient.go,
    `NewK8sClient`, `FetchConfigMap` and `updateReplicasAppsV1`; pkg/autoscaler/controller/linearcontroller."""
    given = dict(argument.removeprefix("--").split("=", 1) for argument in arguments)
    nodes = "/api/v1/nodes"
    found = api.items(nodes, labelSelector=given["nodelabels"])
    api.ask("GET", nodes, labelSelector=given["nodelabels"], watch="true", timeoutSeconds=1)
    config = api.get(f"/api/v1/namespaces/{given['namespace']}/configmaps/{given['configmap']}")
    linear = json.loads(config["data"]["linear"])
    check(linear["nodesPerReplica"] == 1, "an imitation that knows no other way of counting", config)
    kind, name = given["target"].split("/")
    path = f"/apis/apps/v1/namespaces/{given['namespace']}/{kind}s/{name}/scale"
    target = api.get(path)
    target["spec"]["replicas"] = len(found)
    api.good("PUT", path, target)
