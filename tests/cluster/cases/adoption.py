"""docs/adopt.md, followed to the letter over the article's installation, with a workload that runs all the while.

Three Helm releases and a ConfigMap made by hand are there first. In the end they are gone or taken over, no pod of the
workload was evicted, and it had all its replicas ready at every moment.
"""

import re
import threading

import yaml

import documents
import inventory
import streams
from failure import Failed, check
from nodes import ON_DEMAND_TAINT, Nodes, is_ready
from program import IMAGE

LANE = "pods"

D4 = {"cpu": "3860m", "memory": "14Gi"}
EXPANDER = "cluster-autoscaler-priority-expander"
SPOT = "kubernetes.azure.com/scalesetpriority"
TOLERATION = {"key": SPOT, "operator": "Equal", "value": "spot", "effect": "NoSchedule"}

# The article's values, by release and chart.
RELEASES = {
    ("overprovision", "cluster-overprovisioner", "default"): {
        "fullnameOverride": "overprovision",
        "deployments": [
            {
                "name": "spot",
                "replicaCount": 1,
                "resources": {"requests": {"cpu": "2", "memory": "4Gi"}},
                "nodeSelector": {SPOT: "spot"},
                "tolerations": [TOLERATION],
            }
        ],
    },
    ("descheduler", "descheduler", "kube-system"): {
        "kind": "Deployment",
        "deschedulingInterval": "5m",
        "deschedulerPolicy": {
            "profiles": [
                {
                    "name": "nodeAffinity-profile",
                    "pluginConfig": [
                        {"name": "DefaultEvictor", "args": {"evictLocalStoragePods": True}},
                        {
                            "name": "RemovePodsViolatingNodeAffinity",
                            "args": {"nodeAffinityType": ["preferredDuringSchedulingIgnoredDuringExecution"]},
                        },
                    ],
                    "plugins": {"deschedule": {"enabled": ["RemovePodsViolatingNodeAffinity"]}},
                }
            ]
        },
    },
    ("aks-node-termination-handler", "aks-node-termination-handler", "kube-system"): {},
}

# What kubectl says of an object that is not taken.
REFUSED = re.compile(r"conflicts? with|^Error|^The .* is invalid")

PRIORITIES = '20:\n  - ".*spot.*"\n10:\n  - ".*"\n'


def expander():
    metadata = {"name": EXPANDER, "namespace": "kube-system"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"priorities": PRIORITIES}}


def app():
    """The article's workload: it tolerates and prefers Spot, and keeps apart."""
    labels = {"app": "my-critical-app"}

    def apart(weight, key):
        return {"weight": weight, "podAffinityTerm": {"labelSelector": {"matchLabels": labels}, "topologyKey": key}}

    expression = {"key": SPOT, "operator": "In", "values": ["spot"]}
    preferred = "preferredDuringSchedulingIgnoredDuringExecution"
    spec = {
        "terminationGracePeriodSeconds": 60,
        "tolerations": [TOLERATION],
        "affinity": {
            "nodeAffinity": {preferred: [{"weight": 100, "preference": {"matchExpressions": [expression]}}]},
            "podAntiAffinity": {
                preferred: [apart(100, "topology.kubernetes.io/zone"), apart(50, "kubernetes.io/hostname")]
            },
        },
        "containers": [{"name": "app", "image": IMAGE, "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}}}],
    }
    template = {"metadata": {"labels": labels}, "spec": spec}
    metadata = {"name": "my-critical-app", "namespace": "default"}
    body = {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": body}


def budget():
    metadata = {"name": "my-critical-app-pdb", "namespace": "default"}
    spec = {"minAvailable": 2, "selector": {"matchLabels": {"app": "my-critical-app"}}}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata, "spec": spec}


def run(case):
    for kind, charts in streams.upstream_charts():
        Adoption(case, case.folder / kind.replace(" ", "-"), charts).run()
        case.say(f"adopted over {kind}, and taken out again")


class Adoption:
    def __init__(self, case, folder, charts):
        self.case = case
        self.plane = case.plane
        self.charts = charts
        self.shell = documents.Shell(case, folder, "helm")

    def run(self):
        with Nodes(self.plane) as nodes:
            for number in (1, 2):
                nodes.add(f"worker-{number}", "workerod", is_spot=False, zone=number, taints=[ON_DEMAND_TAINT], **D4)
                nodes.add(f"spot-{number}", "workerspot", is_spot=True, zone=number, **D4)
            self.install_article()
            watch = Watch(nodes)
            self.plane.wait("the workload runs", watch.is_whole)
            evicted = self.evictions()
            with watch:
                self.follow()
                self.plane.wait("the workload is rolled", lambda: watch.is_whole() and self.is_rolled())
            check(watch.least == 3, f"of 3 replicas {watch.least} were ready at one moment")
            check(self.evictions() == evicted, "pods were evicted")
            self.judge()
            self.take_out(watch)
            nodes.clear()

    def install_article(self):
        for (release, chart, namespace), values in RELEASES.items():
            file = self.shell.folder / f"{release}.yaml"
            file.write_text(yaml.safe_dump(values))
            self.shell.run(f"helm install {release} {self.charts / chart} --namespace {namespace} -f {file}")
        # By hand, as the article says: two of the ways that people have.
        (self.shell.folder / "expander.yaml").write_text(yaml.safe_dump(expander()))
        self.shell.run("kubectl create -f expander.yaml")
        (self.shell.folder / "my-critical-app.yaml").write_text(yaml.safe_dump(app()))
        (self.shell.folder / "budget.yaml").write_text(yaml.safe_dump(budget()))
        self.shell.run("kubectl apply -f my-critical-app.yaml -f budget.yaml")
        (self.shell.folder / "spot-config.yaml").write_text(documents.yaml_block(documents.ADOPT))

    def follow(self):
        """Every command of the page up to the last step, in its order."""
        steps = [heading for heading in documents.headings(documents.ADOPT) if heading[0].isdigit()]
        check(len(steps) == 7, f"docs/adopt.md has {len(steps)} steps by now")
        for step in steps:
            for command in documents.commands(documents.ADOPT, step):
                self.obey(step, command)

    def obey(self, step, command):
        status, output, said = self.shell.ask(command)
        if "spotgen check -" in command:
            # The article's faults are errors, as the page says.
            check(status in (0, 1), f"{step}: it cannot be checked", command, said)
        elif "--dry-run=server" in command:
            self.conflicts(command, status, said)
        else:
            check(status == 0, f"{step}: a command fails", command, output + said)

    def conflicts(self, command, status, said):
        """The page names them all: the ConfigMap that was made by hand, and the budget of the other form."""
        refused = [line for line in said.splitlines() if REFUSED.search(line)]
        named = (
            'conflict with "kubectl-create" using v1: .data.priorities',
            "minAvailable and maxUnavailable cannot be both set",
        )
        are_those = len(refused) == len(named) and all(name in line for name, line in zip(named, refused))
        check(status != 0 and are_those, "the server refuses other things than docs/adopt.md names", command, said)

    def evictions(self):
        return sum(event.get("objectRef", {}).get("subresource") == "eviction" for event in self.plane.audited())

    def is_rolled(self):
        """Every pod is of the patched template."""
        deployment = self.case.api.get("/apis/apps/v1/namespaces/default/deployments/my-critical-app")
        status = deployment["status"]
        is_seen = status.get("observedGeneration") == deployment["metadata"]["generation"]
        return is_seen and status.get("updatedReplicas") == 3

    def judge(self):
        """Nothing of the releases is left, the ConfigMap is ours, the workload is placed."""
        left = set()
        for name, kind in inventory.listed(self.plane):
            root = inventory.folder_of(kind, None)
            items = self.case.api.items(root, labelSelector="app.kubernetes.io/managed-by=Helm")
            left |= {(name, *inventory.named(item)) for item in items}
        check(not left, f"of the releases is left: {inventory.spelled(left)}")
        config = self.case.api.get(f"/api/v1/namespaces/kube-system/configmaps/{EXPANDER}")
        owned = config["metadata"]["labels"].get("app.kubernetes.io/managed-by") == "spotgen"
        check(owned and config["data"]["priorities"] != PRIORITIES, "the ConfigMap is not taken over", config)
        pods = self.case.api.items("/api/v1/namespaces/default/pods", labelSelector="app=my-critical-app")
        for pod in pods:
            grace = pod["spec"]["terminationGracePeriodSeconds"]
            check(grace == 20, f"a pod has {grace} s to stop, not what its class gives", pod["spec"])
        budgets = self.case.api.items("/apis/policy/v1/namespaces/default/poddisruptionbudgets")
        check(len(budgets) == 1, f"there are {len(budgets)} budgets over one workload")

    def take_out(self, watch):
        for command in documents.commands(documents.ADOPT, "Taking it out again"):
            self.shell.run(command)
        check(not inventory.managed(self.plane), "taken out, it leaves something")
        check(watch.is_whole(), "taken out, the workload is not whole")
        self.shell.run("kubectl delete -f my-critical-app.yaml")


class Watch:
    """How many pods of the workload are ready at the worst moment."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.least = 3
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join(10)

    def ready(self):
        return sum(map(is_ready, self.nodes.pods("default", app="my-critical-app")))

    def is_whole(self):
        return self.ready() == 3

    def run(self):
        while not self.is_over.wait(0.1):
            try:
                self.least = min(self.least, self.ready())
            except (Failed, OSError):
                # The server is ending; whoever waits for something will say so.
                return
