"""A share of a workload on on-demand: the second Deployment that `onDemandBase` renders, and the first as it is patched.

Both run, one budget is over both, a loss of Spot leaves the share where it is, and scaling moves the first alone. Even
where the selector of the first matches the pods of the second, ReplicaSets go by owner and leave each other's pods alone.
"""

import json

import yaml

from cases.failback import is_on_demand, is_spot
from failure import check
from nodes import ON_DEMAND_TAINT, Nodes, is_ready
from program import GOLDEN

LANE = "failback"

FOLDER = GOLDEN / "rules" / "base-in-selector"
CONFIG = FOLDER / "spot-config.yaml"
NAMESPACE = "shop"
SHARE = 2
OTHERS = 3
SCALED = 5
D4 = {"cpu": "3860m", "memory": "14Gi"}


def run(case):
    for name in ("good", "bad"):
        manifests = FOLDER / f"{name}-manifests.yaml"
        made = case.spotgen.render(CONFIG, "--from", manifests, "--only", "on-demand-base,disruption-budgets")
        patch = case.spotgen.render(CONFIG, "--from", manifests, "--format", "patches")
        stream = f"{manifests.read_text()}---\n{made}"
        with Nodes(case.plane) as nodes:
            share(case, nodes, stream, json.dumps(yaml.safe_load(patch)))
            case.plane.kubectl_good("delete", "--wait=true", "-f", "-", stdin=stream)
            nodes.clear()
        case.say(f"{name} selectors: both run, one budget holds, the share stays, and scaling moves the rest alone")


def share(case, nodes, stream, patch):
    wait = case.plane.wait
    for number in (1, 2):
        nodes.add(f"spot-{number}", "spot1", is_spot=True, zone=number, **D4)
    nodes.add("regular-1", "regular1", is_spot=False, zone=1, taints=[ON_DEMAND_TAINT], **D4)
    case.plane.namespace(NAMESPACE)
    case.plane.kubectl_good("apply", "--server-side", "--validate=strict", "-f", "-", stdin=stream)
    case.plane.kubectl_good("patch", "deployment", "web", "-n", NAMESPACE, "--type=strategic", "-p", patch)

    def are_there(others, holds):
        base, rest = parts(nodes)
        return (
            len(base) == SHARE
            and len(rest) == others
            and all(is_ready(pod) and is_on_demand(pod["spec"].get("nodeName")) for pod in base)
            and all(is_ready(pod) and holds(pod["spec"].get("nodeName")) for pod in rest)
        )

    wait("the share is on on-demand, the rest on Spot", lambda: are_there(OTHERS, is_spot))

    # Half of five, rounded up.
    wait("the budget counts both", lambda: budget(case) == (SHARE + OTHERS, 3))
    nodes.is_paused = True
    pods = [pod for part in parts(nodes) for pod in part]
    answers = [evict(case, pod) for pod in pods]
    check(answers.count(201) == 3, f"three of five were to go at once; the answers: {answers}")
    nodes.is_paused = False
    wait("all are ready again", lambda: are_there(OTHERS, is_spot))

    before = {pod["metadata"]["uid"] for pod in parts(nodes)[0]}
    for number in (1, 2):
        nodes.remove(f"spot-{number}")
    wait("without Spot the rest is on on-demand", lambda: are_there(OTHERS, is_on_demand))
    case.plane.kubectl_good("scale", "deployment", "web", "-n", NAMESPACE, f"--replicas={SCALED}")
    wait("the rest is scaled", lambda: are_there(SCALED, is_on_demand))
    after = {pod["metadata"]["uid"] for pod in parts(nodes)[0]}
    check(before == after, f"the pods of the share were {before}, and are {after}")


def parts(nodes):
    """The pods of the share and the others, without those that are on their way out."""
    pods = [pod for pod in nodes.pods(NAMESPACE, app="web") if "deletionTimestamp" not in pod["metadata"]]
    base = [pod for pod in pods if pod["metadata"]["name"].startswith("web-base-")]
    return base, [pod for pod in pods if pod not in base]


def budget(case):
    answer = case.plane.kubectl_good("get", "poddisruptionbudget", "web-pdb", "-n", NAMESPACE, "-o", "json")
    status = json.loads(answer.stdout).get("status", {})
    return status.get("expectedPods"), status.get("disruptionsAllowed")


def evict(case, pod):
    """The server's status."""
    metadata = {"name": pod["metadata"]["name"], "namespace": NAMESPACE}
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    return case.api.ask("POST", f"{Nodes.path(pod)}/eviction", eviction).status
