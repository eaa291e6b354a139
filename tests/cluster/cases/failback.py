"""Pods come back to Spot when Spot is there, and then rest; the article's policy loops, and is seen to.

The descheduler is the real one, with what was rendered for it but for its intervals, which the test's own
configuration makes short. There is no autoscaler: the test adds and removes nodes.
"""

import copy
import datetime
import json

from failure import check
from nodes import ON_DEMAND_TAINT, Nodes
from program import configuration
from system import Placements, System

LANE = "failback"

INTERVAL = 2
QUIET_CYCLES = 3
LIMIT = 2
REPLICAS = 6
SETTINGS = {
    "spec.descheduler.interval": f"{INTERVAL}s",
    "spec.descheduler.evictor.minPodAge": "1s",
    "spec.descheduler.limits.total": LIMIT,
    "spec.workloads.web.replicas": REPLICAS,
}
D4 = {"cpu": "3860m", "memory": "14Gi"}

# So many rounds of the article's descheduler are watched; it must evict in most of them.
ARTICLE_CYCLES = 6


def run(case):
    defaults(case)
    jobs(case, {}, is_evicted=False)
    jobs(case, {"spec.descheduler.evictor.labelSelector": "{}"}, is_evicted=True)
    article(case)


def sets(settings):
    return [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]


def is_spot(node):
    return node is not None and node.startswith("spot")


def is_on_demand(node):
    return node is not None and not is_spot(node)


def defaults(case):
    system = System(case, configuration("minimal"), *sets(SETTINGS))
    with Nodes(case.plane) as nodes:
        for number in (1, 2, 3):
            nodes.add(f"regular-{number}", "regular1", is_spot=False, zone=number, taints=[ON_DEMAND_TAINT], **D4)
        system.install()
        descheduler = system.descheduler
        web = Placements(nodes, system.workloads[0])
        wait = case.plane.wait
        wait("all pods are on on-demand", lambda: web.are_all(is_on_demand))

        descheduler.start()
        descheduler.wait_cycles(QUIET_CYCLES)
        nothing_evicted(descheduler, "without a Spot node")
        descheduler.stop()

        # The placeholder and the handler fill it.
        nodes.add("spot-full", "spot1", is_spot=True, cpu="600m", memory="2Gi")
        wait("a placeholder fills the small Spot node", lambda: placeholder_on(nodes, "spot-full"))
        descheduler.start()
        descheduler.wait_cycles(QUIET_CYCLES)
        nothing_evicted(descheduler, "while Spot is full")

        for returned in ("comes", "comes back"):
            before = len(descheduler.evictions())
            web.seen.clear()
            web.look()
            there = set(web.seen)
            for number in (1, 2):
                nodes.add(f"spot-{number}", "spot1", is_spot=True, zone=number, **D4)
            wait(f"all pods are on Spot when it {returned}", lambda: web.are_all(is_spot), 90)
            descheduler.wait_cycles(QUIET_CYCLES, web.look)
            evicted = descheduler.evictions()[before:]
            settled = len(evicted)
            back = [name for uid, (name, node) in web.seen.items() if uid not in there and is_on_demand(node)]
            check(not back, f"evicted pods went back to on-demand: {', '.join(back)}")
            check(settled == REPLICAS, f"{settled} evictions moved {REPLICAS} pods to Spot", None, str(evicted))
            sizes = by_cycle(evicted)
            check(max(sizes) == LIMIT, f"the limit is {LIMIT} a round; evictions by round: {sizes}")
            descheduler.wait_cycles(QUIET_CYCLES, web.look)
            total = descheduler.evictions()
            check(len(total) == before + settled, "evictions do not stop", None, str(total))
            case.say(f"defaults: Spot {returned}: {settled} pods moved to it, by round {sizes}, none back, then quiet")
            for number in (1, 2):
                nodes.remove(f"spot-{number}")
            wait("all pods are on on-demand again", lambda: web.are_all(is_on_demand))
        system.remove()
        nodes.clear()


def jobs(case, settings, is_evicted):
    """A Job that fell over to on-demand beside a Deployment, when Spot comes back."""
    system = System(case, configuration("minimal"), *sets(SETTINGS | settings))
    job = job_beside(system.workloads[0])
    system.workloads.append(job)
    with Nodes(case.plane) as nodes:
        for number in (1, 2, 3):
            nodes.add(f"regular-{number}", "regular1", is_spot=False, zone=number, taints=[ON_DEMAND_TAINT], **D4)
        system.install()
        web = Placements(nodes, system.workloads[0])
        wait = case.plane.wait

        def job_pods():
            return nodes.pods(job["metadata"]["namespace"], **{"batch.kubernetes.io/job-name": JOB})

        wait("all pods are on on-demand", lambda: web.are_all(is_on_demand) and all_on(job_pods(), is_on_demand))
        before = {pod["metadata"]["uid"] for pod in job_pods()}
        for number in (1, 2, 3):
            nodes.add(f"spot-{number}", "spot1", is_spot=True, zone=number, **D4)
        system.descheduler.start()
        wait("the Deployment is on Spot", lambda: web.are_all(is_spot), 90)
        if is_evicted:
            wait("the Job's pod is on Spot", lambda: all_on(job_pods(), is_spot), 90)
        system.descheduler.wait_cycles(QUIET_CYCLES)
        after = {pod["metadata"]["uid"] for pod in job_pods()}
        check((before != after) == is_evicted, f"the Job's pods were {before}, and are {after}")
        failed = status_of(case, job).get("failed", 0)
        check(failed == (1 if is_evicted else 0), f"the Job counts {failed} failures")
        how = "evicted, and its Job counts a failure" if is_evicted else "left to end where it runs"
        case.say(f"jobs: with {settings or 'the default selector'} the pod of a Job is {how}")
        system.remove()
        nodes.clear()


JOB = "reindex"


def job_beside(deployment):
    """A Job whose pods are placed as those of a Deployment."""
    template = copy.deepcopy(deployment["spec"]["template"])
    template["metadata"]["labels"] = {"app": JOB}
    template["spec"]["restartPolicy"] = "Never"
    template["spec"].pop("topologySpreadConstraints", None)
    namespace = deployment["metadata"]["namespace"]
    metadata = {"name": JOB, "namespace": namespace}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}}


def all_on(pods, holds):
    return bool(pods) and all(holds(pod["spec"].get("nodeName")) for pod in pods)


def status_of(case, job):
    metadata = job["metadata"]
    arguments = ("get", "job", metadata["name"], "-n", metadata["namespace"], "-o", "json")
    return json.loads(case.plane.kubectl_good(*arguments).stdout).get("status", {})


def article(case):
    system = System(case, configuration("article"), "--set", f"spec.descheduler.interval={INTERVAL}s")
    with Nodes(case.plane) as nodes:
        nodes.add("worker-1", "workerod", is_spot=False, zone=1, **D4)
        # Less what DaemonSets take: two pods fit beside the placeholder of 2 CPU.
        nodes.add("spot-1", "workerspot", is_spot=True, zone=2, cpu="3460m", memory="13Gi")
        system.install()
        app = Placements(nodes, system.workloads[0])
        case.plane.wait("the pods are ready", lambda: app.are_all(lambda node: node is not None))
        system.descheduler.start()
        app.look()
        there = set(app.seen)
        system.descheduler.wait_cycles(ARTICLE_CYCLES, app.look)
        sizes = by_cycle(system.descheduler.evictions())
        back = [name for uid, (name, node) in app.seen.items() if uid not in there and is_on_demand(node)]
        loops = len(sizes) >= ARTICLE_CYCLES - 2 and len(back) >= len(sizes) - 2
        check(loops, f"the article's policy was to loop; evictions by round: {sizes}, back on on-demand: {len(back)}")
        evicted = f"{sum(sizes)} evictions in {len(sizes)} rounds"
        case.say(f"article: it loops, as was to be seen: {evicted}, {len(back)} pods back on on-demand")
        system.remove()
        nodes.clear()


def placeholder_on(nodes, name):
    pods = nodes.pods("spot-system", **{"app.kubernetes.io/instance": "overprovisioner-spot"})
    return any(pod["spec"].get("nodeName") == name for pod in pods)


def nothing_evicted(descheduler, when):
    evicted = descheduler.evictions()
    check(not evicted, f"the descheduler evicts {when}", None, str(evicted))


def by_cycle(evictions):
    """How many evictions each round made: those of one round come at once, rounds are an interval apart."""
    sizes, last = [], None
    for stamp, *_ in sorted(evictions):
        moment = datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00"))
        if last is None or (moment - last).total_seconds() > INTERVAL / 2:
            sizes.append(0)
        sizes[-1] += 1
        last = moment
    return sizes or [0]
