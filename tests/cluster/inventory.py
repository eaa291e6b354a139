"""All that is in a cluster: to see that nothing is left, and that nothing has changed."""

from failure import check
from resources import folder_of

# Made by the cluster itself, at any time.
PASSING = {"Event", "Lease", "ComponentStatus", "Endpoints", "EndpointSlice"}
# Their status is others' to write, and so is their version.
WITH_STATUS = {"Deployment", "DaemonSet", "StatefulSet", "PodDisruptionBudget", "Namespace"}
# Versions whose objects are those of a finished one too.
UNFINISHED = ("alpha1", "beta1", "beta2")

MANAGED = "app.kubernetes.io/managed-by=spotgen"


def listed(plane):
    return [
        (name, kind)
        for (_, name), kind in sorted(plane.kinds.items())
        if "list" in kind.verbs and name not in PASSING and not kind.group_version.endswith(UNFINISHED)
    ]


def everything(plane):
    """Each object of the cluster by kind, namespace and name."""
    return {(name, *named(item)) for name, kind in listed(plane) for item in plane.api.items(folder_of(kind, None))}


def managed(plane):
    """Each object with spotgen's label, as far as nobody else writes it."""
    found = {}
    for name, kind in listed(plane):
        for item in plane.api.items(folder_of(kind, None), labelSelector=MANAGED):
            item.pop("status", None)
            item["metadata"].pop("managedFields", None)
            if name in WITH_STATUS:
                item["metadata"].pop("resourceVersion")
            found[(name, *named(item))] = item
    return found


def delete_managed(plane):
    """Each object with spotgen's label, without the seconds that kubectl takes for it."""
    for kind, namespace, name in set(managed(plane)):
        # A kind may be in two groups, as those of the Prometheus operator are.
        for version in [one for (_, known), one in plane.kinds.items() if known == kind]:
            plane.api.delete(f"{folder_of(version, namespace)}/{name}", propagationPolicy="Background")


def named(item):
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def key_of(document):
    return (document["kind"], *named(document))


def spelled(keys):
    return ", ".join(f"{kind} {namespace + '/' if namespace else ''}{name}" for kind, namespace, name in sorted(keys))


def wait_for_nothing_besides(plane, before, what):
    """The cluster clears up for a while."""
    left = set()

    def is_gone():
        left.clear()
        left.update(everything(plane) - before)
        return not left

    try:
        plane.wait("nothing is left", is_gone, 60, 0.5)
    finally:
        check(not left, f"{what} {spelled(left)}")
