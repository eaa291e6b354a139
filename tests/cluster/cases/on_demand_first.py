"""Pods with `spot: Avoided` run on on-demand while it has room, and rest on Spot while it has none.

Every soft taint that can stand on on-demand stands there. The descheduler is the real one: with the policy that is
rendered it leaves these pods alone; with one that selects them it evicts them from Spot again and again.
"""

import yaml

from cases.failback import INTERVAL, by_cycle, is_on_demand, is_spot
from failure import check
from nodes import ON_DEMAND_TAINT, Nodes
from program import GOLDEN
from system import Placements, System

LANE = "failback"

CONFIG = GOLDEN / "rules" / "avoided-spot-loop" / "bad.yaml"
CANDIDATE_TAINT = {"key": "DeletionCandidateOfClusterAutoscaler", "value": "1", "effect": "PreferNoSchedule"}
D4 = {"cpu": "3860m", "memory": "14Gi"}
CYCLES = 6


def run(case):
    rests(case, {"minPodAge": "1s"}, is_evicted=False)
    rests(case, {"minPodAge": "1s", "labelSelector": {}}, is_evicted=True)


def rests(case, evictor, is_evicted):
    config = yaml.safe_load(CONFIG.read_text())
    config["spec"]["descheduler"] = {"interval": f"{INTERVAL}s", "evictor": evictor}
    path = case.folder / "spot-config.yaml"
    path.write_text(yaml.safe_dump(config))
    system = System(case, path)
    (deployment,) = [one for one in system.workloads if one["metadata"]["name"] == "api"]
    with Nodes(case.plane) as nodes:
        for number in (1, 2):
            nodes.add(f"spot-{number}", "spot1", is_spot=True, zone=number, **D4)
        taints = [ON_DEMAND_TAINT, CANDIDATE_TAINT]
        nodes.add("regular-1", "regular1", is_spot=False, zone=1, taints=taints, **D4)
        system.install()
        api = Placements(nodes, deployment)
        wait = case.plane.wait
        wait("all pods are on on-demand", lambda: api.are_all(is_on_demand))

        nodes.remove("regular-1")
        # Too little for one of them.
        nodes.add("regular-2", "regular1", is_spot=False, zone=2, taints=[ON_DEMAND_TAINT], cpu="400m", memory="2Gi")
        wait("all pods are on Spot while on-demand is full", lambda: api.are_all(is_spot))

        api.seen.clear()
        api.look()
        there = set(api.seen)
        system.descheduler.start()
        system.descheduler.wait_cycles(CYCLES, api.look)
        evicted = [one for one in system.descheduler.evictions() if one[2].startswith("api-")]
        again = [name for uid, (name, node) in api.seen.items() if uid not in there and is_spot(node)]
        if is_evicted:
            sizes = by_cycle(evicted)
            loops = len(sizes) >= CYCLES - 2 and len(again) >= len(sizes) - 2
            check(loops, f"it was to loop; evictions by round: {sizes}, back on Spot: {len(again)}")
            case.say(f"selected: {sum(sizes)} evictions from Spot in {len(sizes)} rounds, {len(again)} back on Spot")
        else:
            check(not evicted, "the descheduler evicts what prefers on-demand", None, str(evicted))
            case.say("by default: on on-demand with every soft taint; on Spot while that is full, and left there")
        system.remove()
        nodes.clear()
