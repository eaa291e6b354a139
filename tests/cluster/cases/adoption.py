"""docs/adopt.md, followed to the letter over the article's installation, with a workload that runs all the while.

Three Helm releases, a proportional autoscaler and a ConfigMap made by hand are there first, and the real descheduler of
the old release evicts the same pod again and again. From the moment it is gone, no pod is evicted, and the workload has
all its replicas ready; in the end what was there is gone or taken over. Then spotgen is taken out, and nothing is left.
"""

import re
import shutil
import threading
from collections import namedtuple

import yaml

import documents
import inventory
import streams
from binaries import REPOSITORY
from descheduler import Descheduler
from failure import Failed, Unavailable, check
from nodes import ON_DEMAND_TAINT, Nodes, is_ready
from program import IMAGE

LANE = "pods"

D4 = {"cpu": "3860m", "memory": "14Gi"}
# Less what DaemonSets take: two pods fit beside the old placeholder of 2 CPU, and the third stays on on-demand.
D4_IN_USE = {"cpu": "3460m", "memory": "13Gi"}
EXPANDER = "cluster-autoscaler-priority-expander"
SCALER = "overprovision-scaler"
SPOT = "kubernetes.azure.com/scalesetpriority"
TOLERATION = {"key": SPOT, "operator": "Equal", "value": "spot", "effect": "NoSchedule"}

# Seconds between two rounds of a descheduler; they stand for minutes.
INTERVAL = 2
# So many times the old descheduler evicts before anything is done about it, and so many rounds the new one is watched.
LOOPS = 3

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

# By this a Deployment is known as that of a descheduler.
COMMAND = ["/bin/descheduler"]

# The beginnings of names that stay: the workload with its budget, and what is taken over.
KEPT = ("my-critical-app", EXPANDER)

# What kubectl says of an object that is not taken.
REFUSED = re.compile(r"conflicts? with|^Error|^The .* is invalid")

# What docs/adopt.md quotes of the server, and a configuration that takes names of the old parts for its own.
QUOTED = {
    "field is immutable": ["spec.overprovisioner.namespace=default", "spec.overprovisioner.name=overprovision"],
    "may not be changed in an update": ["spec.overprovisioner.priorityClass={name: overprovisioning, value: -7}"],
}

PRIORITIES = '20:\n  - ".*spot.*"\n10:\n  - ".*"\n'


def expander():
    metadata = {"name": EXPANDER, "namespace": "kube-system"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"priorities": PRIORITIES}}


def scaler():
    """The article's proportional autoscaler, with the selector, the account and the rights that it leaves out.
    Source: kubernetes-sigs/cluster-proportional-autoscaler examples/RBAC/RBAC-configs.yaml."""
    name, labels = {"name": SCALER}, {"app": SCALER}
    account = {"kind": "ServiceAccount", "name": SCALER, "namespace": "kube-system"}
    group = "rbac.authorization.k8s.io"
    nodes = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["list", "watch"]}]
    placeholders = [
        {"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["get", "update"]},
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]},
    ]
    linear = {
        "coresPerReplica": 4,
        "nodesPerReplica": 1,
        "preventSinglePointFailure": True,
        "includeUnschedulableNodes": True,
    }
    flags = (
        "--target=deployment/overprovision-spot",
        "--namespace=default",
        "--configmap=overprovision-config",
        f"--nodelabels={SPOT}=spot",
    )
    container = {"name": "autoscaler", "image": IMAGE, "command": ["/cluster-proportional-autoscaler", *flags]}
    template = {"metadata": {"labels": labels}, "spec": {"serviceAccountName": SCALER, "containers": [container]}}
    made = {
        "v1": (
            ("ServiceAccount", "kube-system", name, {}),
            ("ConfigMap", "default", {"name": "overprovision-config"}, {"data": {"linear": yaml.safe_dump(linear)}}),
        ),
        f"{group}/v1": (
            ("ClusterRole", None, name, {"rules": nodes}),
            ("ClusterRoleBinding", None, name, bound("ClusterRole", account)),
            ("Role", "default", name, {"rules": placeholders}),
            ("RoleBinding", "default", name, bound("Role", account)),
        ),
        "apps/v1": (
            ("Deployment", "kube-system", name, {"spec": {"selector": {"matchLabels": labels}, "template": template}}),
        ),
    }
    for version, objects in made.items():
        for kind, namespace, metadata, rest in objects:
            where = {"namespace": namespace} if namespace else {}
            yield {"apiVersion": version, "kind": kind, "metadata": {**metadata, **where}, **rest}


def bound(kind, account):
    return {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": SCALER}, "subjects": [account]}


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


# How spotgen is installed: the end of its headings in the page, and the Helm that runs.
Way = namedtuple("Way", "name is_release helm is_helm3")


def run(case):
    ways = []
    for version in ("helm4", "helm3"):
        try:
            helm = case.binaries.tool(version)
        except Unavailable as missing:
            if missing.is_failure:
                raise
            case.left_out(f"as a release of {version}: {missing}")
            continue
        ways.append(Way(f"as a release of {version}", True, helm, version == "helm3"))
    # The old releases are those of some Helm.
    helm = ways[0].helm if ways else case.binaries.tool("helm")
    ways.insert(0, Way("as manifests", False, helm, False))
    for kind, charts in streams.upstream_charts():
        for way in ways:
            folder = case.folder / f"{kind} {way.name}".replace(" ", "-")
            evicted = Adoption(case, folder, charts, way).run()
            case.say(f"over {kind}, {way.name}: {evicted} evictions before, none after, and taken out again")


class Adoption:
    def __init__(self, case, folder, charts, way):
        self.case = case
        self.plane = case.plane
        self.charts = charts
        self.way = way
        self.shell = documents.Shell(case, folder, helm=way.helm)
        self.deschedulers = Deschedulers(self.plane)
        self.old = set()
        self.evicted_before = self.evictions()

    def run(self):
        """How often the old descheduler evicted."""
        before = inventory.everything(self.plane)
        with Nodes(self.plane) as nodes:
            for number in (1, 2):
                nodes.add(f"worker-{number}", "workerod", is_spot=False, zone=number, taints=[ON_DEMAND_TAINT], **D4)
            nodes.add("spot-1", "workerspot", is_spot=True, zone=1, **D4_IN_USE)
            self.install_article()
            watch = Watch(nodes)
            self.plane.wait("the workload runs", watch.is_whole)
            self.loop(watch)
            self.old = {key for key in inventory.everything(self.plane) - before if key[0] != "Node"}
            self.follow("12")
            self.plane.wait("the workload is whole again", watch.is_whole)
            evicted = self.evictions()
            # What the autoscaler adds for the new placeholders.
            for number in (2, 3):
                nodes.add(f"spot-{number}", "workerspot", is_spot=True, zone=number, **D4)
            with watch:
                self.follow("345")
                self.plane.wait("the workload is rolled", lambda: watch.is_whole() and self.is_rolled())
                self.follow("67")
                self.deschedulers.wait_rounds(LOOPS)
            check(watch.least == 3, f"of 3 replicas {watch.least} were ready at one moment")
            check(self.evictions() == evicted, "pods were evicted when the old descheduler was gone")
            self.judge()
            self.take_out(watch)
            nodes.clear()
            inventory.wait_for_nothing_besides(self.plane, before, "taken out, it leaves")
        return evicted - self.evicted_before

    # What is there before

    def install_article(self):
        for (release, chart, namespace), values in RELEASES.items():
            file = self.write(f"{release}.yaml", values)
            self.shell.run(f"helm install {release} {self.charts / chart} --namespace {namespace} -f {file}")
        # By hand, as the article says: two of the ways that people have.
        self.write("expander.yaml", expander())
        self.shell.run("kubectl create -f expander.yaml")
        self.write(f"{SCALER}.yaml", *scaler())
        self.write("my-critical-app.yaml", app())
        self.write("budget.yaml", budget())
        self.shell.run(f"kubectl apply -f {SCALER}.yaml -f my-critical-app.yaml -f budget.yaml")
        (self.shell.folder / "spot-config.yaml").write_text(documents.yaml_block(documents.ADOPT))

    def write(self, name, *objects):
        path = self.shell.folder / name
        path.write_text(yaml.safe_dump_all(objects))
        return path

    def loop(self, watch):
        """The old descheduler evicts the pod for which Spot has no room, and each time it comes back to on-demand."""
        self.deschedulers.follow()
        enough = self.evicted_before + LOOPS
        self.plane.wait("the old descheduler evicts again and again", lambda: self.evictions() >= enough)
        self.plane.wait("one pod is on on-demand", lambda: watch.is_whole() and watch.has_one_on_demand())

    # The page

    def follow(self, numbers):
        """Every command of these steps, in their order."""
        steps = [heading for heading in documents.headings(documents.ADOPT) if heading[0].isdigit()]
        check(len(steps) == 7, f"docs/adopt.md has {len(steps)} steps by now")
        for step in steps:
            if step[0] in numbers:
                for command in self.commands(step):
                    self.obey(step, command)

    def commands(self, heading):
        """Those of the way that is followed, where the page has some."""
        own = f"{heading}, as a Helm release"
        has_own = self.way.is_release and documents.has_heading(documents.ADOPT, own)
        return documents.commands(documents.ADOPT, own if has_own else heading)

    def obey(self, step, command):
        if command.startswith("helm dependency update"):
            self.fetch(command.split()[-1])
            return
        if command.startswith("helm upgrade --install"):
            command = self.unforced(command)
        status, output, said = self.shell.ask(command)
        if "spotgen check -" in command:
            # The article's faults are errors, as the page says.
            check(status in (0, 1), f"{step}: it cannot be checked", command, said)
        elif "--dry-run=server" in command:
            self.conflicts(command, status, said)
            self.quotations(command)
        else:
            check(status == 0, f"{step}: a command fails", command, output + said)
        if "kubectl get --ignore-not-found" in command:
            listed = sorted(line.split()[0] for line in output.splitlines() if line and not line.startswith("NAME"))
            there = [f"configmap/{EXPANDER}", "poddisruptionbudget.policy/my-critical-app-pdb"]
            check(listed == there, "other objects are there already", command, output)
        self.deschedulers.follow()

    def unforced(self, command):
        """What the page says of `--force-conflicts`: Helm 3 does without; of Helm 4 a first try without it does no
        harm to the second."""
        without = command.replace(" --force-conflicts", "")
        check(without != command, "docs/adopt.md forces nothing any more", command)
        if self.way.is_helm3:
            return without
        status, output, said = self.shell.ask(without)
        is_conflict = status != 0 and "conflict with" in said
        check(is_conflict, "Helm 4 needs no --force-conflicts, as docs/adopt.md says it does", without, output + said)
        return command

    def fetch(self, chart):
        """What `helm dependency update` fetches from others' sites."""
        metadata = yaml.safe_load((self.shell.folder / chart / "Chart.yaml").read_text())
        for dependency in metadata["dependencies"]:
            name = dependency["name"]
            shutil.copytree(self.charts / name, self.shell.folder / chart / "charts" / name)

    def conflicts(self, command, status, said):
        """The page names them all: the ConfigMap that was made by hand, and the budget of the other form."""
        refused = [line for line in said.splitlines() if REFUSED.search(line)]
        named = {
            'conflict with "kubectl-create" using v1: .data.priorities',
            "minAvailable and maxUnavailable cannot be both set",
        }
        found = {name for name in named for line in refused if name in line}
        are_those = len(refused) == len(named) and found == named
        check(status != 0 and are_those, "the server refuses other things than docs/adopt.md names", command, said)

    def quotations(self, command):
        """What the page quotes of the server, it says where a conflict is forced that should not be."""
        if not command.startswith("spotgen render"):
            return
        page = (REPOSITORY / documents.ADOPT).read_text()
        for text, settings in QUOTED.items():
            check(text in page, f"docs/adopt.md does not quote {text!r} any more")
            sets = " ".join(f"--set '{setting}'" for setting in settings)
            forced = command.replace("spotgen render", f"spotgen render --no-check {sets}")
            _, _, said = self.shell.ask(forced.replace("--server-side", "--server-side --force-conflicts"))
            check(text in said, f"the server does not say {text!r}, which docs/adopt.md quotes", command, said)

    # What is there afterwards

    def evictions(self):
        """Of whomever: those that the server granted."""
        return sum(
            event.get("objectRef", {}).get("subresource") == "eviction" and event["responseStatus"]["code"] == 201
            for event in self.plane.audited()
        )

    def is_rolled(self):
        """Every pod is of the patched template."""
        deployment = self.case.api.get("/apis/apps/v1/namespaces/default/deployments/my-critical-app")
        status = deployment["status"]
        is_seen = status.get("observedGeneration") == deployment["metadata"]["generation"]
        return is_seen and status.get("updatedReplicas") == 3

    def judge(self):
        """Nothing of what was there is left, the ConfigMap is ours, the workload is placed."""
        left = {key for key in self.old & inventory.everything(self.plane) if not key[2].startswith(KEPT)}
        check(not left, f"of the old parts is left: {inventory.spelled(left)}")
        config = self.case.api.get(f"/api/v1/namespaces/kube-system/configmaps/{EXPANDER}")
        owner = "Helm" if self.way.is_release else "spotgen"
        owned = config["metadata"]["labels"].get("app.kubernetes.io/managed-by") == owner
        check(owned and config["data"]["priorities"] != PRIORITIES, "the ConfigMap is not taken over", config)
        pods = self.case.api.items("/api/v1/namespaces/default/pods", labelSelector="app=my-critical-app")
        for pod in pods:
            grace = pod["spec"]["terminationGracePeriodSeconds"]
            check(grace == 20, f"a pod has {grace} s to stop, not what its class gives", pod["spec"])
            check(pod["spec"]["nodeName"].startswith("spot"), "a pod is not on Spot", pod["spec"])
        budgets = self.case.api.items("/apis/policy/v1/namespaces/default/poddisruptionbudgets")
        check(len(budgets) == 1, f"there are {len(budgets)} budgets over one workload")

    def take_out(self, watch):
        for command in self.commands("Uninstall"):
            self.shell.run(command)
        self.deschedulers.follow()
        check(watch.is_whole(), "taken out, the workload is not whole")
        self.shell.run("kubectl delete -f my-critical-app.yaml")


class Deschedulers:
    """In the place of a kubelet: each descheduler runs, as a real process, while its Deployment has a pod."""

    def __init__(self, plane):
        self.plane = plane
        self.running = {}

    def follow(self):
        there = {one["metadata"]["name"]: one for one in self.deployments()}
        for name in self.running.keys() - there.keys():
            self.stop(name)
        for name in there.keys() - self.running.keys():
            self.start(name, there[name])

    def deployments(self):
        for one in self.plane.api.items("/apis/apps/v1/namespaces/kube-system/deployments"):
            if one["spec"]["template"]["spec"]["containers"][0].get("command") == COMMAND:
                yield one

    def start(self, name, deployment):
        self.plane.wait(f"the pod of {name} runs", lambda: any(map(is_ready, self.pods(deployment))))
        volumes = deployment["spec"]["template"]["spec"]["volumes"]
        policy = next(volume["configMap"]["name"] for volume in volumes if "configMap" in volume)
        config = self.plane.api.get(f"/api/v1/namespaces/kube-system/configmaps/{policy}")
        descheduler = Descheduler(self.plane, deployment, config, name, INTERVAL)
        self.running[name] = deployment, descheduler
        descheduler.start()

    def stop(self, name):
        deployment, descheduler = self.running.pop(name)
        self.plane.wait(f"the pod of {name} is gone", lambda: not self.pods(deployment))
        descheduler.stop()

    def pods(self, deployment):
        labels = deployment["spec"]["selector"]["matchLabels"]
        return self.plane.api.items("/api/v1/namespaces/kube-system/pods", labelSelector=selector(labels))

    def wait_rounds(self, count):
        """Of the one that runs now."""
        check(len(self.running) == 1, f"{len(self.running)} deschedulers run, not one")
        for _, descheduler in self.running.values():
            descheduler.wait_cycles(count)


def selector(labels):
    return ",".join(f"{key}={value}" for key, value in labels.items())


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
        return [pod for pod in self.nodes.pods("default", app="my-critical-app") if is_ready(pod)]

    def is_whole(self):
        return len(self.ready()) == 3

    def has_one_on_demand(self):
        return [pod["spec"]["nodeName"].startswith("worker") for pod in self.ready()].count(True) == 1

    def run(self):
        while not self.is_over.wait(0.1):
            try:
                self.least = min(self.least, len(self.ready()))
            except (Failed, OSError):
                # The server is ending; whoever waits for something will say so.
                return
