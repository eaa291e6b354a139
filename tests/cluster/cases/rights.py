"""The rights that are rendered suffice, and none of them is for nothing.

The descheduler runs under a token of the rendered ServiceAccount, with RBAC on, until it has evicted. Then the audit log
has no refusal of it, and has used every verb that its roles grant, but for those that are explained here.
"""

from failure import check
from nodes import ON_DEMAND_TAINT, Nodes
from program import configuration
from system import APP, Placements, System

LANE = "failback"

SETTINGS = ["--set", "spec.descheduler.interval=2s", "--set", "spec.descheduler.evictor.minPodAge=1s"]
SECONDS_TO_FLUSH = 20

STREAMED = "what is cached comes by `watch` alone from servers that stream lists, as this one does; older ones are asked"
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


def run(case):
    system = System(case, configuration("minimal"), *SETTINGS)
    with Nodes(case.plane) as nodes:
        # Of one node alone the descheduler makes nothing.
        for number in (1, 2):
            nodes.add(f"regular-{number}", "regular1", is_spot=False, cpu="3860m", memory="14Gi", taints=[ON_DEMAND_TAINT])
        system.install()
        web = Placements(nodes, system.workloads[0])
        case.plane.wait("all pods are on on-demand", lambda: web.are_all(lambda node: node is not None))
        before = len(case.plane.audited())
        system.start_descheduler()
        # A round without a Spot node, with pods that are old enough: there it asks for nodes anew.
        system.wait_cycles(1)
        nodes.add("spot-1", "spot1", is_spot=True, cpu="3860m", memory="14Gi")
        case.plane.wait("a pod is evicted", system.evictions)
        judge(case, system, before)
        system.remove()
        nodes.clear()
    case.left_out("proportional autoscaler and termination handler: no module proxy has them")


def judge(case, system, before):
    grants = granted(system.objects, "descheduler")
    check(grants, "no role grants the descheduler anything")

    def events():
        return [event for event in case.plane.audited()[before:] if event["user"]["username"] == system.account]

    # Events are written a while after what they are about.
    unexplained = set(grants) - set(EXPLAINED)
    try:
        case.plane.wait("every right that is not explained is used", lambda: unexplained <= used(events()), SECONDS_TO_FLUSH)
    finally:
        refused = [event for event in events() if event["responseStatus"]["code"] == 403]
        check(not refused, "the descheduler is refused what it asks for", None, str([told(event) for event in refused]))
        unused = unexplained - used(events())
        check(not unused, f"granted, never used and not explained: {spelled(unused)}")
    needless = set(EXPLAINED) & used(events())
    check(not needless, f"explained as unused, and used: {spelled(needless)}")
    gone = set(EXPLAINED) - grants
    check(not gone, f"explained, and not granted any more: {spelled(gone)}")
    requests = len(events())
    case.say(f"descheduler: {requests} requests, none refused; {len(unexplained)} rights used, {len(EXPLAINED)} explained")


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
