"""A cluster that nobody has described gets a Spot system that works, by the commands of docs/quickstart.md alone.

40 workloads in 6 namespaces, an expander's ConfigMap and budgets by other hands. What the commands print is what the
page shows: UPDATE_GOLDEN writes it there. There is no cloud: the test answers `az`, and adds a Spot node for each
placeholder that waits for one, as the cluster autoscaler would.
"""

import json
import os
import re
import stat

import yaml

import documents
import undescribed
from binaries import REPOSITORY
from failure import check
from nodes import Nodes

LANE = "first-hour"

PAGE = "docs/quickstart.md"
STEPS = ["Describe the cluster", "Check", "Review", "Apply", "See that it works"]
D4 = {"cpu": "3860m", "memory": "12Gi"}
SPOT_NODES = 3
# As nodes say it of themselves.
KUBELET = "v1.36.3"


def run(case):
    page = Page()
    shell = documents.Shell(case, case.folder / "first-hour", az=stand_in(case))
    with Nodes(case.plane) as nodes:
        cluster = Cluster(case, nodes)
        cluster.build()
        for step in STEPS:
            for command in page.commands(step):
                if "spotgen patch" in command:
                    cluster.bring_spot()
                status, output, said = shell.ask(command)
                # kubectl says by its exit code that there are differences.
                good = (0, 1) if "kubectl diff" in command else (0,)
                check(status in good, f"{PAGE}, {step}: a command fails", command, output + said)
                # Where the scheduler puts what is indifferent to Spot is its own affair: shown, and not held.
                if "spotgen status" not in command or os.environ.get("UPDATE_GOLDEN"):
                    page.show(f"printed by: {command}", "text", said + output)
                if command.startswith("spotgen init"):
                    page.show("from the draft: classRules", "text", rules(shell.folder / "spot-config.yaml"))
            if step == "Apply":
                cluster.settle()
        spot, all_pods = cluster.share()
        lines = len((shell.folder / "spot-config.yaml").read_text().splitlines())
        check(lines <= 150, f"the draft has {lines} lines")
        case.say(f"40 workloads, a draft of {lines} lines: {spot} of {all_pods} pods that prefer Spot are there")
    page.finish()


def stand_in(case):
    """A program that prints the pools, whatever it is asked."""
    pools = case.folder / "pools-of-the-cloud.json"
    pools.parent.mkdir(parents=True, exist_ok=True)
    pools.write_text(json.dumps(undescribed.POOLS, indent=2))
    program = case.folder / "az"
    program.write_text(f"#!/bin/sh\ncat '{pools}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


class Cluster:
    def __init__(self, case, nodes):
        self.case = case
        self.plane = case.plane
        self.nodes = nodes

    def build(self):
        self.add("system-1", "system", "system", taints=[{"key": "CriticalAddonsOnly", "value": "true", "effect": "NoSchedule"}])
        for number in (1, 2, 3, 4):
            self.add(f"apps-{number}", "apps", "user", zone=(number - 1) % 3 + 1)
        stream = yaml.safe_dump_all(undescribed.objects(), sort_keys=False)
        self.plane.kubectl_good("create", "-f", "-", stdin=stream)
        self.report({"aks-system-10000001-vmss": 1, "aks-apps-10000002-vmss": 4})
        self.plane.wait("the cluster runs", self.is_running, 120)

    def add(self, name, pool, mode, *, is_spot=False, zone=1, taints=()):
        labels = {
            "kubernetes.azure.com/mode": mode,
            "kubernetes.azure.com/cluster": "MC_rg-shop_shop_westeurope",
            "node.kubernetes.io/instance-type": "Standard_D4s_v5",
        }
        self.nodes.add(name, pool, is_spot=is_spot, zone=zone, taints=taints, labels=labels, **D4)
        self.nodes.inform(name, kubeletVersion=KUBELET)

    def report(self, ready):
        stream = yaml.safe_dump(undescribed.status(ready))
        self.plane.kubectl_good("apply", "-f", "-", stdin=stream)

    def is_running(self):
        """All Deployments are available. Volumes are nobody's business here, so that StatefulSets with them wait."""
        deployments = self.case.api.items("/apis/apps/v1/deployments")
        return all(
            one.get("status", {}).get("observedGeneration") == one["metadata"]["generation"]
            and one["status"].get("updatedReplicas", 0) == one["spec"]["replicas"]
            and one["status"].get("availableReplicas", 0) == one["spec"]["replicas"]
            and one["status"].get("replicas", 0) == one["spec"]["replicas"]
            for one in deployments
        )

    def bring_spot(self):
        """What the cluster autoscaler does for placeholders that are pending."""
        self.plane.wait("placeholders wait for Spot nodes", self.pending)
        for number in range(1, SPOT_NODES + 1):
            self.add(f"spot-{number}", "spot1", "user", is_spot=True, zone=number)
        groups = dict(zip(undescribed.GROUPS, (1, 4, SPOT_NODES)))
        self.report(groups)

    def pending(self):
        pods = self.nodes.pods("spot-system")
        return [one for one in pods if "overprovisioner" in one["metadata"]["name"] and "nodeName" not in one["spec"]]

    def settle(self):
        self.plane.wait("the workloads are rolled out", self.is_running, 180)

    def share(self):
        """How many pods that prefer Spot are on Spot, of how many."""
        preferring = [one for one in self.nodes.pods() if prefers_spot(one) and "deletionTimestamp" not in one["metadata"]]
        there = [one for one in preferring if one["spec"].get("nodeName", "").startswith("spot-")]
        check(preferring and len(there) == len(preferring), "pods that prefer Spot are elsewhere", [
            f"{one['metadata']['namespace']}/{one['metadata']['name']}: {one['spec'].get('nodeName')}" for one in preferring
        ])
        return len(there), len(preferring)


def rules(path):
    """The part of a draft that decides over the workloads."""
    text = path.read_text()
    return text[text.index("  classRules:") :]


def prefers_spot(pod):
    affinity = pod["spec"].get("affinity", {}).get("nodeAffinity", {})
    terms = affinity.get("preferredDuringSchedulingIgnoredDuringExecution", [])
    return any("scalesetpriority" in json.dumps(term) and '"In"' in json.dumps(term) for term in terms)


class Page:
    """The page, whose blocks show what its commands print."""

    def __init__(self):
        self.path = REPOSITORY / PAGE
        self.text = self.path.read_text()
        self.shown = self.text

    def commands(self, step):
        return documents.commands(PAGE, step)

    def show(self, what, language, output):
        """Puts what was printed into the block that is for it, if there is one."""
        marker = f"<!-- {what} -->\n"
        block = re.compile(re.escape(marker) + rf"```{language}\n.*?```\n", re.DOTALL)
        shown = f"{marker}```{language}\n{without_variable(output).rstrip()}\n```\n"
        self.shown = block.sub(lambda _: shown, self.shown)

    def finish(self):
        if os.environ.get("UPDATE_GOLDEN"):
            self.path.write_text(self.shown)
            return
        check(self.shown == self.text, f"{PAGE} shows something else than its commands print: UPDATE_GOLDEN=1 writes it", None, self.shown)


def without_variable(output):
    """Ages and generated names differ from run to run."""
    output = re.sub(r"\b\d+[smhd]\b(?= ago|\b)", "1m", output) if " ago" in output else output
    return re.sub(r"-[0-9a-f]{8,10}-[a-z0-9]{5}\b", "-…", output)
