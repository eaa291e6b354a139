"""A system of spotgen's, installed, and its descheduler as a process with what was rendered for it."""

import yaml

from descheduler import Descheduler
from failure import check
from nodes import is_ready

APP = "app.kubernetes.io/name"


class System:
    def __init__(self, case, config, *arguments):
        self.case = case
        self.plane = case.plane
        self.objects = case.spotgen.objects(config, *arguments)
        self.workloads = case.spotgen.workloads(config, *arguments)
        deployment, policy = (self.one(kind, "descheduler") for kind in ("Deployment", "ConfigMap"))
        self.descheduler = Descheduler(self.plane, deployment, policy)

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
        self.descheduler.stop()
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
