"""The scheduler's own points for two dozen placements are, to the last digit, those of its version in scores-*.json.

spotgen's rules calculate the same points; a test in Rust holds their functions against the same file. The points are
read from the scheduler's log. `UPDATE_GOLDEN=1` writes the measured points into the file.
"""

import json
import os
import re
from pathlib import Path

from failure import Failed, check
from nodes import Nodes, is_ready
from program import IMAGE, configuration

LANE = "pods"

FOLDER = Path(__file__).resolve().parents[1]

# Those that spotgen calculates. All others must give nothing here.
PLUGINS = (
    "TaintToleration",
    "NodeAffinity",
    "NodeResourcesFit",
    "NodeResourcesBalancedAllocation",
    "PodTopologySpread",
    "InterPodAffinity",
)
# Those that give every node the same, whatever the placement.
UNIFORM = {"ImageLocality", "VolumeBinding", "DynamicResources"}

SCORED = re.compile(r'"Plugin scored node for pod" pod="([^"]+)" plugin="([^"]+)" node="([^"]+)" score=(\d+)')

# What the scheduler spreads by where a pod says nothing.
BY_DEFAULT = [
    {"key": "kubernetes.io/hostname", "maxSkew": 3},
    {"key": "topology.kubernetes.io/zone", "maxSkew": 5},
]


def run(case):
    file = FOLDER / f"scores-{case.plane.version}.json"
    check(file.exists(), f"there is no {file.name}")
    document = json.loads(file.read_text())
    with Nodes(case.plane) as nodes:
        trials = [Trial(case, nodes, number, one) for number, one in enumerate(document["placements"])]
        for step in (Trial.prepare, Trial.settle, Trial.ask):
            for trial in trials:
                step(trial)
        measured = [trial.measured() for trial in trials]
        for trial in trials:
            trial.remove()
        nodes.clear()
    if os.environ.get("UPDATE_GOLDEN"):
        for one, points in zip(document["placements"], measured):
            one["points"] = points
        file.write_text(written(document))
        case.say(f"{len(measured)} placements written to {file.name}: read the difference")
        return
    mistakes = [
        str(Failed(f"{one['name']}: other points", {"expected": one["points"], "measured": points}))
        for one, points in zip(document["placements"], measured)
        if points != one["points"]
    ]
    check(not mistakes, "\n".join(mistakes))
    figures = sum(len(one) for points in measured for one in points.values())
    case.say(f"{len(measured)} placements, {figures} figures, all as in {file.name}")


class Trial:
    """One placement: nodes and a namespace of its own, which no other placement can see."""

    def __init__(self, case, nodes, number, placement):
        self.case = case
        self.api = case.api
        self.nodes = nodes
        self.placement = placement
        self.name = f"placement-{number}"
        self.there = sum(node["replicas"] for node in placement["nodes"].values())
        self.template = self.patched()

    def patched(self):
        """The pod template that `spotgen patch` makes of a workload, which must be what the file says of it."""
        pod = self.placement["pod"]
        requests = {"cpu": f"{pod['cpu']}m", "memory": f"{pod['mebibytes']}Mi"} if pod["cpu"] else {}
        overlay = self.case.folder / f"{self.name}.yaml"
        overlay.write_text(json.dumps({"spec": {"classes": {"default": {"placement": self.placement["placement"]}}}}))
        workload = self.case.spotgen.workloads(configuration("minimal"), "-f", overlay)[0]
        template = workload["spec"]["template"]
        spec = template["spec"]
        spec["containers"][0]["resources"] = {"requests": requests}
        spec["nodeSelector"] = {"placement": self.name}
        # Whom spotgen lets tolerate the autoscaler's taint follows from these points; here it is given.
        spec["tolerations"] = [one for one in spec["tolerations"] if one.get("effect") != "PreferNoSchedule"]
        given = {"operator": "Exists", "effect": "PreferNoSchedule"}
        spec["tolerations"] += [{"key": key, **given} for key in pod["tolerates"]]
        constraints = spec.get("topologySpreadConstraints", [])
        spread = [{"key": one["topologyKey"], "maxSkew": one["maxSkew"]} for one in constraints]
        self.same("spread", spread or BY_DEFAULT, pod["spread"])
        affinity = spec.get("affinity", {})
        preferred = "preferredDuringSchedulingIgnoredDuringExecution"
        terms = affinity.get("podAntiAffinity", {}).get(preferred, [])
        apart = [{"key": one["podAffinityTerm"]["topologyKey"], "weight": one["weight"]} for one in terms]
        self.same("apart", apart, pod["apart"])
        weight = sum(one["weight"] for one in affinity.get("nodeAffinity", {}).get(preferred, []))
        check(weight == pod["prefersSpot"], f"{self.placement['name']}: it prefers Spot by {weight}", spec)
        return template

    def same(self, what, found, expected):
        by_key = sorted(found, key=lambda one: one["key"]) == sorted(expected, key=lambda one: one["key"])
        check(by_key, f"{self.placement['name']}: {what} is not what the file says", found, expected)

    def prepare(self):
        self.case.plane.namespace(self.name)
        for name, node in self.placement["nodes"].items():
            taints = [taint(text) for text in node["taints"]]
            size = {"cpu": f"{node['cpu']}m", "memory": f"{node['mebibytes']}Mi"}
            labels = {"placement": self.name}
            kind = {"is_spot": node["isSpot"], "zone": node["zone"], "taints": taints, "labels": labels}
            self.nodes.add(self.node(name), name, **kind, **size)

    def node(self, name):
        return f"{self.name}-{name}"

    def settle(self):
        """The replicas that are there, and what else is on the nodes."""
        account = f"/api/v1/namespaces/{self.name}/serviceaccounts/default"
        self.case.plane.wait(f"{self.name} has its account", lambda: self.api.ask("GET", account).is_good)
        for name, node in self.placement["nodes"].items():
            for number in range(node["replicas"]):
                self.bind(f"{name}-{number}", name, self.template["metadata"]["labels"], self.template["spec"])
            beside = node["beside"]
            if beside["cpu"]:
                requests = {"cpu": f"{beside['cpu']}m", "memory": f"{beside['mebibytes']}Mi"}
                container = {"name": "pause", "image": IMAGE, "resources": {"requests": requests}}
                self.bind(f"{name}-beside", name, {"app": "beside"}, {"containers": [container]})

    def bind(self, name, node, labels, spec):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": labels},
            "spec": {**spec, "nodeName": self.node(node)},
        }
        self.api.create(f"/api/v1/namespaces/{self.name}/pods", pod)

    def ask(self):
        """One replica more: its ReplicaSet takes those that are there for its own."""
        self.case.plane.wait(f"{self.name}: its pods run", lambda: all(map(is_ready, self.nodes.pods(self.name))))
        spec = {
            "replicas": self.there + 1,
            "selector": {"matchLabels": self.template["metadata"]["labels"]},
            "template": self.template,
        }
        body = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "more"}, "spec": spec}
        self.api.create(f"/apis/apps/v1/namespaces/{self.name}/replicasets", body)

    def measured(self):
        """Points by node and plugin; the pod must be where they are highest."""
        pod = self.case.plane.wait(f"{self.name}: the new pod is on a node", self.new_pod)
        name = f"{self.name}/{pod['metadata']['name']}"
        text = self.case.plane.processes.log("kube-scheduler").read_text(errors="replace")
        points = {self.node(one): {} for one in self.placement["nodes"]}
        for scored, plugin, node, score in SCORED.findall(text):
            if scored == name:
                points[node][plugin] = int(score)
        check(all(points.values()), f"{self.placement['name']}: the scheduler's log has no points of {name}", points)
        totals = {node: sum(one.values()) for node, one in points.items()}
        best = totals[pod["spec"]["nodeName"]] == max(totals.values())
        check(best, f"{self.placement['name']}: the pod is on {pod['spec']['nodeName']}", totals)
        for others in zip(*({p: s for p, s in one.items() if p not in PLUGINS}.items() for one in points.values())):
            check(len(set(others)) == 1 and others[0][0] in UNIFORM, f"a plugin besides: {others}", points)
        return {
            one: {plugin: points[self.node(one)].get(plugin, 0) for plugin in PLUGINS}
            for one in self.placement["nodes"]
        }

    def new_pod(self):
        found = [one for one in self.nodes.pods(self.name) if one["metadata"]["name"].startswith("more-")]
        check(len(found) <= 1, f"{self.name}: {len(found)} new pods, not one")
        return found[0] if found and "nodeName" in found[0]["spec"] else None

    def remove(self):
        self.api.delete(f"/apis/apps/v1/namespaces/{self.name}/replicasets/more", propagationPolicy="Background")
        self.api.delete(f"/api/v1/namespaces/{self.name}")


def taint(text):
    key, effect = text.rsplit(":", 1)
    key, value = key.split("=")
    return {"key": key, "value": value, "effect": effect}


def written(document):
    """JSON, a line for each node: to be read by people too."""
    placements = ",\n".join(indented_placement(one) for one in document["placements"])
    return f'{{\n  "kubernetes": {json.dumps(document["kubernetes"])},\n  "placements": [\n{placements}\n  ]\n}}\n'


def indented_placement(one):
    parts = []
    for key, value in one.items():
        if key in ("nodes", "points"):
            lines = ",\n".join(f"        {json.dumps(name)}: {json.dumps(line)}" for name, line in value.items())
            parts.append(f"      {json.dumps(key)}: {{\n{lines}\n      }}")
        else:
            parts.append(f"      {json.dumps(key)}: {json.dumps(value)}")
    return "    {\n" + ",\n".join(parts) + "\n    }"
