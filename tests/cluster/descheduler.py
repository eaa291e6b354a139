"""The real descheduler as a process, with what was made for its pod."""

import re

from processes import free_ports

SECONDS_OF_ROUNDS = 60


class Descheduler:
    def __init__(self, plane, deployment, config_map, name="descheduler", interval=None):
        """With another interval the test does not wait for that of the Deployment."""
        self.plane = plane
        self.name = name
        self.namespace = deployment["metadata"]["namespace"]
        self.pod = deployment["spec"]["template"]["spec"]
        self.policy = config_map["data"]["policy.yaml"]
        self.interval = interval
        self.port = None
        self.account = f"system:serviceaccount:{self.namespace}:{self.pod['serviceAccountName']}"
        # The log of requests goes on from one to the next.
        self.evicted_before = 0
        self.evicted_before = len(self.evictions())

    def start(self):
        """Under its own account: only addresses and paths are the test's."""
        policy = self.plane.write(f"{self.name}-policy.yaml", self.policy)
        token = self.plane.token(self.namespace, self.pod["serviceAccountName"])
        (self.port,) = free_ports(1)
        self.plane.processes.start(
            self.name,
            self.plane.binaries.component("descheduler"),
            *(self.argument(one, policy) for one in self.pod["containers"][0]["args"]),
            f"--kubeconfig={self.plane.kubeconfig(self.name, token)}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.port}",
            f"--cert-dir=certificates-of-{self.name}",
        )
        began = self.cycles()
        self.plane.wait(f"{self.name} has run once", lambda: self.cycles() > began, 30)

    def argument(self, given, policy):
        if given.startswith("--policy-config-file="):
            return f"--policy-config-file={policy}"
        if self.interval and given.startswith("--descheduling-interval="):
            return f"--descheduling-interval={self.interval}s"
        return given

    def stop(self):
        self.plane.processes.stop(self.name)

    def cycles(self):
        """How many rounds it has finished, by its log."""
        path = self.plane.processes.log(self.name)
        text = path.read_text(errors="replace") if path.exists() else ""
        return len(re.findall(r"Number of evictions/requests", text))

    def wait_cycles(self, count, every=None):
        """So many rounds from now on; what is given is called all the while."""
        until = self.cycles() + count

        def are_over():
            if every is not None:
                every()
            return self.cycles() >= until

        self.plane.wait(f"{count} rounds of {self.name} are over", are_over, SECONDS_OF_ROUNDS)

    def evictions(self):
        """Its evictions that the server granted: the time, and the pod."""
        granted = [
            (event["stageTimestamp"], event["objectRef"]["namespace"], event["objectRef"]["name"])
            for event in self.plane.audited()
            if event["user"]["username"] == self.account
            and event.get("objectRef", {}).get("subresource") == "eviction"
            and event["responseStatus"]["code"] == 201
        ]
        return granted[self.evicted_before :]
