"""A system of spotgen's, installed, and its descheduler as a process with what was rendered for it."""

import re

import yaml

from failure import check
from nodes import is_ready

APP = "app.kubernetes.io/name"


class System:
    def __init__(self, case, config, *arguments):
        self.case = case
        self.plane = case.plane
        self.objects = case.spotgen.objects(config, *arguments)
        self.workloads = case.spotgen.workloads(config, *arguments)
        self.account = self.account_of("Deployment", "descheduler")
        # The log of requests goes on from system to system.
        self.evicted_before = 0
        self.evicted_before = len(self.evictions())

    def install(self):
        made = {one["metadata"]["name"] for one in self.objects if one["kind"] == "Namespace"}
        for one in self.objects + self.workloads:
            namespace = one["metadata"].get("namespace")
            if namespace and namespace not in made:
                made.add(namespace)
                self.plane.namespace(namespace)
        self.apply(self.objects)
        self.apply(self.workloads)

    def apply(self, documents):
        stream = yaml.safe_dump_all(documents, sort_keys=False)
        self.plane.kubectl_good("apply", "--server-side", "--validate=strict", "-f", "-", stdin=stream)

    def remove(self):
        self.plane.processes.stop("descheduler")
        stream = yaml.safe_dump_all(self.objects + self.workloads, sort_keys=False)
        # Not waited for: the namespaces of the next system have other names, or come back as they are.
        self.plane.kubectl_good("delete", "--ignore-not-found", "--wait=true", "-f", "-", stdin=stream)

    def one(self, kind, app):
        """The object of this kind of one of our components."""
        found = [one for one in self.objects if one["kind"] == kind and one["metadata"]["labels"].get(APP) == app]
        check(len(found) == 1, f"there are {len(found)} objects of kind {kind} for {app}, not one")
        return found[0]

    def account_of(self, kind, app):
        """The user as which the pods of a component ask."""
        workload = self.one(kind, app)
        account = workload["spec"]["template"]["spec"]["serviceAccountName"]
        return f"system:serviceaccount:{workload['metadata']['namespace']}:{account}"

    # The descheduler

    def start_descheduler(self):
        """With its rendered arguments and policy, under its own account: only addresses and paths are the test's."""
        deployment = self.one("Deployment", "descheduler")
        pod = deployment["spec"]["template"]["spec"]
        policy = self.one("ConfigMap", "descheduler")["data"]["policy.yaml"]
        arguments = [
            "--policy-config-file=policy.yaml" if argument.startswith("--policy-config-file=") else argument
            for argument in pod["containers"][0]["args"]
        ]
        self.plane.write("policy.yaml", policy)
        token = self.plane.token(deployment["metadata"]["namespace"], pod["serviceAccountName"])
        self.plane.kubeconfig("descheduler", token)
        self.plane.processes.start(
            "descheduler",
            self.plane.binaries.component("descheduler"),
            *arguments,
            "--kubeconfig=descheduler.kubeconfig",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.plane.port['descheduler']}",
            "--cert-dir=certificates-of-descheduler",
        )
        began = self.cycles()
        self.plane.wait("the descheduler has run once", lambda: self.cycles() > began, 30)

    def stop_descheduler(self):
        self.plane.processes.stop("descheduler")

    def cycles(self):
        """How many rounds the descheduler has finished, by its log."""
        path = self.plane.processes.log("descheduler")
        text = path.read_text(errors="replace") if path.exists() else ""
        return len(re.findall(r"Number of evictions/requests", text))

    def wait_cycles(self, count, every=None):
        """So many rounds from now on; what is given is called all the while."""
        until = self.cycles() + count

        def are_over():
            if every is not None:
                every()
            return self.cycles() >= until

        self.plane.wait(f"{count} rounds of the descheduler are over", are_over, 60)

    def evictions(self):
        """Evictions by the descheduler that the server granted: the time, and the pod."""
        granted = [
            (event["stageTimestamp"], event["objectRef"]["namespace"], event["objectRef"]["name"])
            for event in self.plane.audited()
            if event["user"]["username"] == self.account
            and event.get("objectRef", {}).get("subresource") == "eviction"
            and event["responseStatus"]["code"] == 201
        ]
        return granted[self.evicted_before :]


class Placements:
    """Where the pods of a workload have been, by what is seen of them from time to time."""

    def __init__(self, nodes, workload):
        self.nodes = nodes
        self.namespace = workload["metadata"]["namespace"]
        self.labels = workload["spec"]["selector"]["matchLabels"]
        self.replicas = workload["spec"]["replicas"]
        self.seen = {}

    def look(self):
        """The pods that are there; those that are bound are kept in mind."""
        pods = self.nodes.pods(self.namespace, **self.labels)
        for pod in pods:
            if node := pod["spec"].get("nodeName"):
                self.seen.setdefault(pod["metadata"]["uid"], (pod["metadata"]["name"], node))
        return [(pod["metadata"]["uid"], pod["spec"].get("nodeName"), is_ready(pod)) for pod in pods]

    def are_all(self, holds):
        """Whether all replicas are ready on nodes of which this holds, and there is no pod besides."""
        pods = self.look()
        return len(pods) == self.replicas and all(is_ready and holds(node) for _, node, is_ready in pods)
