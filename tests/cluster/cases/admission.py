"""What the API server decides of pods: admission policies, budgets, Pod Security, and who is preempted first."""

import yaml

from failure import check
from nodes import ON_DEMAND_TAINT, Nodes, is_ready
from program import IMAGE, GOLDEN, configuration
from resources import called
from system import APP, System

LANE = "pods"


def run(case):
    with Nodes(case.plane) as nodes:
        policies(case, nodes)
        budgets(case, nodes)
        preemption(case, nodes)
    pod_security(case)


# Admission policies

# Of a kind that nobody's manifests have: an operator makes its pods.
DATABASES = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "databases.example.com"},
    "spec": {
        "group": "example.com",
        "names": {"kind": "Database", "plural": "databases", "singular": "database"},
        "scope": "Namespaced",
        "versions": [
            {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}},
        ],
    },
}
OWN_TOLERATION = {"key": "own", "operator": "Exists"}


def policies(case, nodes):
    version = f'spec.cluster.kubernetesVersion="{case.plane.version}"'
    arguments = ["--set", version, "--format", "admission"]
    stream = case.spotgen.render(configuration("minimal"), *arguments)
    case.plane.namespace("placed", {"spotgen.dev/class": "default"})
    case.plane.namespace("unplaced")
    apply(case, yaml.safe_dump(DATABASES))
    apply(case, stream)
    nodes.add("regular-1", "regular1", is_spot=False, cpu="3860m", memory="14Gi")
    nodes.add("spot-1", "spot1", is_spot=True, cpu="3860m", memory="14Gi")
    folder = "/apis/example.com/v1/namespaces/placed/databases"
    case.plane.wait("the kind Database is served", lambda: case.api.ask("GET", folder).is_good)
    for namespace in ("placed", "unplaced"):
        account = f"/api/v1/namespaces/{namespace}/serviceaccounts/default"
        case.plane.wait(f"{namespace} has its account", lambda path=account: case.api.ask("GET", path).is_good)
    database = case.api.create(folder, {"apiVersion": "example.com/v1", "kind": "Database", "metadata": {"name": "db"}})
    uid = {"uid": database["metadata"]["uid"], "controller": True}
    owner = {"apiVersion": "example.com/v1", "kind": "Database", "name": "db", **uid}
    # A policy is in force some time after it was taken.
    case.plane.wait("the policy is in force", lambda: is_placed(dry(case, "placed", pod("probe"))))

    real = case.api.create("/api/v1/namespaces/placed/pods", pod("db-0", owners=[owner]))
    check(is_placed(real), "the policy does not place an operator's pod", real)
    kept = OWN_TOLERATION["key"] in [one.get("key") for one in real["spec"]["tolerations"]]
    check(kept, "the policy loses the pod's own toleration", real["spec"])
    grace = real["spec"]["terminationGracePeriodSeconds"]
    patched = case.spotgen.workloads(configuration("minimal"))[0]
    wanted = patched["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    check(grace == wanted, f"the policy gives {grace} s to stop, a patched workload has {wanted}", real["spec"])
    where = case.plane.wait("the pod is on a node", lambda: one_pod(case, "placed", "db-0")["spec"].get("nodeName"))
    check(where == "spot-1", f"the pod is on {where}, not on Spot", real["spec"])

    daemon = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "d", **uid}
    on_a_node = pod("static")
    on_a_node["spec"]["nodeName"] = "regular-1"
    for what, namespace, alone in (
        ("with the label that says so", "placed", pod("ignored", labels={"spotgen.dev/ignore": "true"})),
        ("in a namespace without a class", "unplaced", pod("elsewhere")),
        ("of a DaemonSet", "placed", pod("daemon", owners=[daemon])),
        ("that is on a node already", "placed", on_a_node),
    ):
        made = dry(case, namespace, alone)
        check(not is_placed(made), f"the policy does not leave a pod alone {what}", made["spec"])
    case.say("admission policies: an operator's pod is placed on Spot; four kinds of pods are left alone")
    case.plane.kubectl_good("delete", "--wait=false", "-f", "-", stdin=stream + "\n---\n" + yaml.safe_dump(DATABASES))
    remove(case, "placed", "unplaced")
    nodes.clear()


def pod(name, labels=None, owners=()):
    container = {"name": "app", "image": IMAGE, "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}
    metadata = {"name": name, "labels": labels or {}, "ownerReferences": list(owners)}
    spec = {"tolerations": [OWN_TOLERATION], "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def dry(case, namespace, body):
    return case.api.create(f"/api/v1/namespaces/{namespace}/pods", body, dryRun="All")


def one_pod(case, namespace, name):
    return case.api.get(f"/api/v1/namespaces/{namespace}/pods/{name}")


def is_placed(made):
    """Whether it tolerates Spot and prefers it."""
    spec = made["spec"]
    key = "kubernetes.azure.com/scalesetpriority"
    tolerates = any(one.get("key") == key for one in spec.get("tolerations", []))
    affinity = spec.get("affinity", {}).get("nodeAffinity", {})
    return tolerates and key in str(affinity.get("preferredDuringSchedulingIgnoredDuringExecution"))


# Budgets

# The configurations, and how many of three pods may be evicted at once: half of them rounded up, all but two.
BUDGETS = {"minimal": 2, "article": 1}


def budgets(case, nodes):
    for name, allowed in BUDGETS.items():
        config = configuration(name)
        workload = case.spotgen.workloads(config)[0]
        (budget,) = (
            one
            for one in case.spotgen.objects(config)
            if one["kind"] == "PodDisruptionBudget" and one["spec"]["selector"] == workload["spec"]["selector"]
        )
        namespace = budget["metadata"]["namespace"]
        case.plane.namespace(namespace)
        nodes.add("regular-1", "regular1", is_spot=False, cpu="3860m", memory="14Gi")
        apply(case, yaml.safe_dump_all([budget, workload]))
        labels = workload["spec"]["selector"]["matchLabels"]
        path = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets/{budget['metadata']['name']}"
        case.plane.wait(
            "the budget has counted its pods",
            lambda path=path: case.api.get(path).get("status", {}).get("currentHealthy") == 3,
        )
        # Nothing gets ready in the meantime.
        nodes.is_paused = True
        answers = [evict(case, one) for one in nodes.pods(namespace, **labels) if is_ready(one)]
        nodes.is_paused = False
        granted = [answer.status for answer in answers].count(201)
        refused = [answer.status for answer in answers].count(429)
        as_meant = (granted, refused) == (allowed, 3 - allowed)
        check(as_meant, f"{name}: the budget lets {granted} of 3 pods go, not {allowed}", budget, answers[-1].reason)
        case.say(f"budgets: of 3 pods of {name} {granted} were evicted at once, {refused} refused")
        case.api.delete(path)
        remove_deployment(case, workload)
        nodes.clear()


def evict(case, one):
    metadata = {"name": one["metadata"]["name"], "namespace": one["metadata"]["namespace"]}
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    return case.api.ask("POST", f"{Nodes.path(one)}/eviction", eviction)


# Preemption


def preemption(case, nodes):
    """Spot's placeholders give way first, then those of on-demand."""
    system = System(case, configuration("minimal"), "--set", "spec.workloads.web.replicas=1")
    spot, on_demand = (placeholder(system, name) for name in ("overprovisioner-spot", "overprovisioner-on-demand"))
    for deployment in (spot, on_demand):
        deployment["spec"]["replicas"] = 1
    workload = system.workloads[0]
    web = workload["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]
    fits = {"cpu": web["cpu"], "memory": web["memory"]}
    # Each node has room for one placeholder or one pod.
    nodes.add("spot-1", "spot1", is_spot=True, **fits)
    nodes.add("regular-1", "regular1", is_spot=False, taints=[ON_DEMAND_TAINT], **fits)
    wanted = ("Namespace", "PriorityClass", "ServiceAccount")
    case.plane.namespace(workload["metadata"]["namespace"])
    apply(case, yaml.safe_dump_all([one for one in system.objects if one["kind"] in wanted] + [spot, on_demand]))
    instance = "app.kubernetes.io/instance"
    names = {"spot": "overprovisioner-spot", "on-demand": "overprovisioner-on-demand"}

    def standing():
        """The kinds of placeholders that are on a node."""
        pods = nodes.pods("spot-system", **{APP: "overprovisioner"})
        bound = {one["metadata"]["labels"][instance] for one in pods if is_ready(one)}
        return {kind for kind, name in names.items() if name in bound}

    case.plane.wait("both placeholders stand", lambda: standing() == set(names))
    labels = workload["spec"]["selector"]["matchLabels"]
    for replicas, gone in ((1, {"spot"}), (2, {"spot", "on-demand"})):
        workload["spec"]["replicas"] = replicas
        apply(case, yaml.safe_dump(workload))
        case.plane.wait(
            f"{replicas} pods are ready",
            lambda n=replicas: sum(map(is_ready, nodes.pods(workload["metadata"]["namespace"], **labels))) == n,
        )
        left = standing()
        check(left == set(names) - gone, f"pod {replicas} displaced {sorted(set(names) - left)}, not {sorted(gone)}")
    case.say("preemption: the first pod displaced the placeholder on Spot, the second that on on-demand")
    remove_deployment(case, workload)
    remove(case, "spot-system")
    nodes.clear()


def placeholder(system, name):
    return next(one for one in system.objects if one["kind"] == "Deployment" and one["metadata"]["name"] == name)


# Pod Security

# What no namespace that enforces `restricted` takes, and why it is rendered all the same.
UNRESTRICTED = {("everything", "DaemonSet", "termination-handler"): "hostNetwork is what the configuration asks for"}


def pod_security(case):
    """Every pod of ours is taken by a namespace that enforces `restricted`."""
    case.plane.namespace("restricted", {"pod-security.kubernetes.io/enforce": "restricted"})
    account = "/api/v1/namespaces/restricted/serviceaccounts/default"
    case.plane.wait("the namespace has its account", lambda: case.api.ask("GET", account).is_good)
    bare = case.api.ask("POST", "/api/v1/namespaces/restricted/pods", pod("bare"), dryRun="All")
    check(bare.status == 403, "the namespace takes a pod without a security context", None, bare.reason)
    taken, refused = 0, set()
    for path in sorted(GOLDEN.glob("*/manifests.yaml")):
        for one in yaml.safe_load_all(path.read_text()):
            if one is None or one["kind"] not in ("Deployment", "DaemonSet"):
                continue
            # A copy of somebody's workload is as hardened as the original.
            if one["metadata"]["labels"].get("spotgen.dev/part") == "base":
                continue
            spec = one["spec"]["template"]["spec"]
            # Neither is here, and neither is what is asked.
            spec.pop("serviceAccountName", None)
            spec.pop("priorityClassName", None)
            body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "ours"}, "spec": spec}
            answer = case.api.ask("POST", "/api/v1/namespaces/restricted/pods", body, dryRun="All")
            key = (path.parent.name, one["kind"], one["metadata"]["labels"][APP])
            if answer.status == 403 and key in UNRESTRICTED:
                refused.add(key)
                continue
            check(answer.is_good, f"{path.parent.name}: {called(one)} is not taken as `restricted`", one, answer.reason)
            taken += 1
    check(refused == set(UNRESTRICTED), f"taken as `restricted`, and listed as not: {set(UNRESTRICTED) - refused}")
    reasons = "; ".join(f"{name}'s {app}: {why}" for (name, _, app), why in UNRESTRICTED.items())
    case.say(f"Pod Security: {taken} pods are taken as `restricted`; refused: {reasons}")
    remove(case, "restricted")


def apply(case, stream):
    case.plane.kubectl_good("apply", "--server-side", "--validate=strict", "-f", "-", stdin=stream)


def remove_deployment(case, deployment):
    metadata = deployment["metadata"]
    path = f"/apis/apps/v1/namespaces/{metadata['namespace']}/deployments/{metadata['name']}"
    case.api.delete(path, propagationPolicy="Background")


def remove(case, *namespaces):
    for namespace in namespaces:
        case.api.delete(f"/api/v1/namespaces/{namespace}")
