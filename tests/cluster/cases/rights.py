"""The rights that are rendered suffice, and none of them is for nothing.

Each component runs under a token of the rendered ServiceAccount, with RBAC on: the descheduler until it has evicted; of
those that cannot be built here, the requests that they make. Then the audit log has no refusal, and every verb that the
roles grant was used, but for those that are explained here. What else the token is tried for is refused.
"""

import os

import imitations
from api import MERGE, Api
from failure import check
from nodes import ON_DEMAND_TAINT, Nodes
from program import configuration
from system import APP, Placements, System

LANE = "objects"

SETTINGS = ["--set", "spec.descheduler.interval=2s", "--set", "spec.descheduler.evictor.minPodAge=1s"]
SECONDS_TO_FLUSH = 20
D4 = {"cpu": "3860m", "memory": "14Gi"}

STREAMED = "what is cached comes by `watch` alone from servers that stream lists; older ones are asked for a list"
CACHED = "what is read is cached; the upstream chart grants `get` beside it"
CLAIMS = "asked for the claims of a pod with volumes, which the policy protects; no pod here has one"
THRESHOLD = "read for a priority threshold that names a class; this policy has none"
BY_LABEL = "read to choose namespaces by their labels; this policy names them"
BUDGETS = "read to protect pods without a budget; this policy does not"

# What is granted and not used in a run that evicts, by (group, resource, verb), and what it is for.
EXPLAINED = {
    ("events.k8s.io", "events", "update"): "an event that comes again within minutes is counted in the first one",
    ("", "nodes", "get"): CACHED,
    ("", "pods", "get"): CACHED,
    ("", "pods", "list"): STREAMED,
    ("", "persistentvolumeclaims", "get"): CLAIMS,
    ("", "persistentvolumeclaims", "list"): STREAMED,
    **{("", "namespaces", verb): BY_LABEL for verb in ("get", "list", "watch")},
    **{("scheduling.k8s.io", "priorityclasses", verb): THRESHOLD for verb in ("get", "list", "watch")},
    **{("policy", "poddisruptionbudgets", verb): BUDGETS for verb in ("get", "list", "watch")},
}

# The termination handler, likewise.
EXPLAINED_OF_HANDLER = {
    ("", "nodes", "list"): "v1.0.19 never does; the upstream chart grants it",
    ("", "nodes", "update"): "it taints the node so where `-taint.node` is among the arguments",
}

# The proportional autoscaler, likewise.
SCALER = "cluster-proportional-autoscaler"
EXPLAINED_OF_SCALER = {}

# What no component may: a name that is not there is refused all the same.
NEVER = (
    ("GET", "/api/v1/secrets"),
    ("GET", "/api/v1/namespaces/kube-system/secrets/some"),
    ("POST", "/api/v1/namespaces/kube-system/serviceaccounts/default/token"),
    ("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"),
    ("POST", "/api/v1/namespaces/default/pods"),
    ("DELETE", "/api/v1/namespaces/default/pods/some"),
    ("PATCH", "/api/v1/namespaces/default/pods/some"),
    ("POST", "/api/v1/namespaces/default/pods/some/exec"),
    ("PATCH", "/apis/apps/v1/namespaces/default/deployments/some"),
    ("PATCH", "/apis/apps/v1/namespaces/default/deployments/some/scale"),
    ("PATCH", "/api/v1/namespaces/default/configmaps/some"),
    ("DELETE", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/some"),
    ("DELETE", "/api/v1/nodes/some"),
)

JSON = "application/json"
KINDS = {"PATCH": MERGE}

# What one may and the others may not.
CORDON = ("PATCH", "/api/v1/nodes/some")
EVICT = ("POST", "/api/v1/namespaces/default/pods/some/eviction")
READ_PODS = ("GET", "/api/v1/pods")
READ_CONFIG = ("GET", "/api/v1/namespaces/kube-system/configmaps/some")
# Beside its target and its parameters, where it may read one and scale the other.
OF_OTHERS = (
    ("GET", "/api/v1/namespaces/default/configmaps/some"),
    ("PUT", "/apis/apps/v1/namespaces/default/deployments/some/scale"),
)


def run(case):
    descheduler(case)
    handler(case)
    scaler(case)


def descheduler(case):
    system = System(case, configuration("minimal"), *SETTINGS)
    with Nodes(case.plane) as nodes:
        # Of one node alone the descheduler makes nothing.
        for number in (1, 2):
            nodes.add(f"regular-{number}", "regular1", is_spot=False, taints=[ON_DEMAND_TAINT], **D4)
        system.install()
        web = Placements(nodes, system.workloads[0])
        case.plane.wait("all pods are on on-demand", lambda: web.are_all(lambda node: node is not None))
        before = len(case.plane.audited())
        system.descheduler.start()
        # A round without a Spot node, with pods that are old enough: there it asks for nodes anew.
        system.descheduler.wait_cycles(1)
        nodes.add("spot-1", "spot1", is_spot=True, **D4)
        case.plane.wait("a pod is evicted", system.descheduler.evictions)
        grants = granted(system.objects, "descheduler")
        judge(case, "descheduler", grants, EXPLAINED, lambda: events(case, system.descheduler.account, before))
        system.descheduler.stop()
        pod = system.one("Deployment", "descheduler")
        refused(case, "descheduler", account_api(case, pod), NEVER + (CORDON, READ_CONFIG))
        system.remove()
        nodes.clear()


def handler(case):
    """A drain of a node with replicas, placeholders and a pod of a DaemonSet."""
    system = System(case, configuration("minimal"))
    app = "termination-handler"
    with Nodes(case.plane) as nodes:
        for number in (1, 2):
            nodes.add(f"regular-{number}", "regular1", is_spot=False, taints=[ON_DEMAND_TAINT], **D4)
        nodes.add("spot-1", "spot1", is_spot=True, **D4)
        system.install()
        web = Placements(nodes, system.workloads[0])
        case.plane.wait("all pods are on Spot", lambda: web.are_all(lambda node: node == "spot-1"))
        own = system.one("DaemonSet", app)["spec"]["template"]["metadata"]["labels"]
        case.plane.wait("the handler's pod is there", lambda: nodes.pods(**own))
        before = len(case.plane.audited())
        api = account_api(case, system.one("DaemonSet", app))
        # Nothing gets ready before a budget has refused a pod: then too it is asked for again.
        nodes.is_paused = True
        imitations.drain(api, "spot-1", lambda: setattr(nodes, "is_paused", False))
        check(not nodes.is_paused, "no budget held the drain up")
        left = [pod["metadata"]["name"] for pod in nodes.pods() if pod["spec"].get("nodeName") == "spot-1"]
        there = [pod["metadata"]["name"] for pod in nodes.pods(**own)]
        check(left == there, f"on the drained node are {left}, not {there} alone")
        account = system.account_of("DaemonSet", app)
        judge(case, app, granted(system.objects, app), EXPLAINED_OF_HANDLER, lambda: events(case, account, before))
        refused(case, app, api, NEVER + (READ_CONFIG,))
        system.remove()
        nodes.clear()


def scaler(case):
    system = System(case, configuration("article"))
    app = "proportional-autoscaler"
    with Nodes(case.plane) as nodes:
        for number in (1, 2):
            nodes.add(f"spot-{number}", "workerspot", is_spot=True, zone=number, **D4)
        system.install()
        deployment = system.one("Deployment", app)
        account = system.account_of("Deployment", app)
        before = len(case.plane.audited())
        api = account_api(case, deployment)
        arguments = deployment["spec"]["template"]["spec"]["containers"][0]["args"]
        is_real = (case.binaries.folder / SCALER).exists() and os.geteuid() == 0
        if is_real:
            start_scaler(case, deployment, arguments)
        else:
            imitations.scale(api, arguments)
        placeholders = "/apis/apps/v1/namespaces/default/deployments/overprovision-spot"
        case.plane.wait(
            "two Spot nodes have two placeholders", lambda: case.api.get(placeholders)["spec"]["replicas"] == 2, 40
        )
        judge(case, app, granted(system.objects, app), EXPLAINED_OF_SCALER, lambda: events(case, account, before))
        case.plane.processes.stop(SCALER)
        refused(case, app, api, NEVER + OF_OTHERS + (CORDON, EVICT, READ_PODS, READ_CONFIG))
        system.remove()
        nodes.clear()


def start_scaler(case, deployment, arguments):
    """In a mount namespace of its own: where a pod finds its token is fixed."""
    mount_token(case, deployment)
    place = "/var/run/secrets/kubernetes.io/serviceaccount"
    script = f'mkdir -p {place} && mount --bind {case.folder / "account"} {place} && exec "$@"'
    case.plane.processes.start(
        SCALER,
        *("unshare", "-m", "sh", "-c", script, "sh", case.binaries.component(SCALER)),
        *arguments,
        environment={
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(case.plane.port["api"]),
        },
    )


def account_api(case, workload):
    """The API as the pods of a component see it."""
    account = workload["spec"]["template"]["spec"]["serviceAccountName"]
    return Api(case.plane.port["api"], case.plane.token(workload["metadata"]["namespace"], account))


def mount_token(case, deployment):
    folder = case.folder / "account"
    folder.mkdir()
    namespace = deployment["metadata"]["namespace"]
    account = deployment["spec"]["template"]["spec"]["serviceAccountName"]
    (folder / "token").write_text(case.plane.token(namespace, account))
    (folder / "namespace").write_text(namespace)
    (folder / "ca.crt").write_text((case.plane.folder / "certificates" / "apiserver.crt").read_text())


def events(case, user, before):
    return [event for event in case.plane.audited()[before:] if event["user"]["username"] == user]


def judge(case, who, grants, explained, requests):
    """Nothing was refused, and every right is used or explained: not both, and neither in vain."""
    check(grants, f"no role grants the {who} anything")
    needed = grants - set(explained)
    try:
        # Events are written a while after what they are about.
        case.plane.wait("every unexplained right is used", lambda: needed <= used(requests()), SECONDS_TO_FLUSH)
    finally:
        refused = [event for event in requests() if event["responseStatus"]["code"] == 403]
        check(not refused, f"the {who} is refused what it asks for", None, str([told(event) for event in refused]))
        unused = needed - used(requests())
        check(not unused, f"granted to the {who}, never used and not explained: {spelled(unused)}")
    needless = set(explained) & used(requests())
    check(not needless, f"explained as unused by the {who}, and used: {spelled(needless)}")
    gone = set(explained) - grants
    check(not gone, f"explained, and not granted to the {who} any more: {spelled(gone)}")
    count = len(requests())
    case.say(f"{who}: {count} requests, none refused; {len(needed)} rights used, {len(explained)} explained")


def refused(case, who, api, requests):
    """What the account must not do, the server does not let it do."""
    for method, path in requests:
        answer = api.ask(method, path, None if method == "GET" else {}, kind=KINDS.get(method, JSON))
        check(answer.status == 403, f"the {who} may {method} {path}", None, answer.reason)
    case.say(f"{who}: {len(requests)} other requests refused")


def granted(objects, app):
    """What the roles of a component grant, by (group, resource, verb)."""
    roles = [one for one in objects if one["kind"] in ("Role", "ClusterRole") and one["metadata"]["labels"][APP] == app]
    return {
        (group, resource, verb)
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def used(events):
    return {key_of(event) for event in events if "objectRef" in event and event["responseStatus"]["code"] < 300}


def key_of(event):
    reference = event["objectRef"]
    resource = reference["resource"]
    if "subresource" in reference:
        resource += f"/{reference['subresource']}"
    return reference.get("apiGroup", ""), resource, event["verb"]


def told(event):
    return event["verb"], event["requestURI"], event["responseStatus"].get("message")


def spelled(rights):
    return ", ".join(f"{verb} {resource}{' of ' + group if group else ''}" for group, resource, verb in sorted(rights))
