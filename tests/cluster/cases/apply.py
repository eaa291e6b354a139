"""The main systems really installed, as the documents say: reviewed, applied twice, pruned, taken out again.

Applied again nothing changes; the API server warns of nothing; `--prune` removes exactly what left the configuration;
what the documents say of taking it out leaves nothing.
"""

import shutil

import yaml

import documents
import inventory
from failure import check
from program import configuration

LANE = "objects"

# The configurations, and what leaves each of them.
SYSTEMS = {
    "minimal": "spec.terminationHandler.enabled=false",
    "article": "spec.descheduler.enabled=false",
    "everything": "spec.terminationHandler.enabled=false",
    "many-pools-and-zones": "spec.overprovisioner.placeholders.zonal=null",
}

# Warnings that are meant: parts of the text.
MEANT = ()

# Of budgets kubectl says `configured` each time it applies them on its own side, though nothing changes: it sends the
# selector whole, and the server finds nothing new in it. Source: kubernetes/api policy/v1/types.go,
# `PodDisruptionBudgetSpec.Selector`: `patchStrategy:"replace"`.
CALLED_CONFIGURED = ("poddisruptionbudget.policy/",)

# The kinds whose flags stand below the command of docs/operations.md, not in it: not every cluster has them.
OPERATOR_KINDS = ("ServiceMonitor", "PodMonitor", "PrometheusRule")

SERVER_SIDE = "kubectl apply --server-side --validate=strict"


def run(case):
    for name, leaving in SYSTEMS.items():
        System(case, name).live(leaving)


def is_unchanged(line):
    """Whether kubectl says so, or says so as far as it can. The objects themselves are compared besides."""
    return line.endswith(" unchanged") or line.startswith(CALLED_CONFIGURED)


class System:
    def __init__(self, case, name):
        self.case = case
        self.plane = case.plane
        self.name = name
        self.shell = documents.Shell(case, case.folder / name)
        shutil.copy(configuration(name), self.shell.folder / "spot-config.yaml")
        self.part_of = yaml.safe_load(configuration(name).read_text())["metadata"]["name"]

    def live(self, leaving):
        self.make_namespaces()
        before = inventory.everything(self.plane)
        if self.name == "minimal":
            self.review()
        install = self.commands(documents.MANIFESTS, "Apply")[0]
        check("kubectl apply -f -" in install, "docs/manifests.md installs in another way by now", install)
        self.apply_twice(install.replace("kubectl apply", SERVER_SIDE))
        self.clear(before)
        count = self.apply_twice(install)
        pruned = self.prune(leaving)
        self.take_out()
        self.is_left_as(before)
        self.case.say(f"{self.name}: {count} objects, {pruned} pruned, nothing left in the end")

    def commands(self, document, heading):
        """Without manifests: the configuration of a case lists its workloads."""
        return [command.replace(" --from manifests/", "") for command in documents.commands(document, heading)]

    def review(self):
        """`kubectl diff` shows what is to come, and changes nothing."""
        *preparing, command = self.commands(documents.MANIFESTS, "Review")
        check("kubectl diff" in command, "docs/manifests.md reviews in another way by now", command)
        for preparation in preparing:
            self.shell.run(preparation)
        present = inventory.everything(self.plane)
        command = command.replace("spotgen render", "spotgen render --no-check")
        status, output, said = self.shell.ask(command)
        is_shown = status == 1 and "\n+kind: PodDisruptionBudget" in output
        check(is_shown, f"{self.name}: kubectl diff does not show what is to come", command, output + said)
        check(inventory.everything(self.plane) == present, f"{self.name}: kubectl diff changes something", command)

    def make_namespaces(self):
        """Those of the workloads: whoever has workloads has them."""
        objects = self.case.spotgen.objects(configuration(self.name))
        made = {document["metadata"]["name"] for document in objects if document["kind"] == "Namespace"}
        for namespace in {document["metadata"].get("namespace") for document in objects} - made - {None}:
            self.plane.namespace(namespace)
            account = f"/api/v1/namespaces/{namespace}/configmaps/kube-root-ca.crt"
            self.plane.wait(f"{namespace} is complete", lambda path=account: self.case.api.ask("GET", path).is_good)
            account = f"/api/v1/namespaces/{namespace}/serviceaccounts/default"
            self.plane.wait(f"{namespace} is complete", lambda path=account: self.case.api.ask("GET", path).is_good)

    def run(self, command):
        # Its findings are what other tests are about.
        output, said = self.shell.run(command.replace("spotgen render", "spotgen render --no-check"))
        warnings = [line for line in said.splitlines() if line.startswith("Warning")]
        strange = [line for line in warnings if not any(meant in line for meant in MEANT)]
        check(not strange, f"{self.name}: the API server warns of what is not meant", command, "\n".join(strange))
        return output

    def apply_twice(self, command):
        """The number of objects."""
        self.run(command)
        self.plane.wait("the controllers have seen all of it", self.is_seen)
        first = inventory.managed(self.plane)
        output = self.run(command)
        if "--server-side" not in command:
            changed = [line for line in output.splitlines() if not is_unchanged(line)]
            check(not changed, f"{self.name}: applied again it is not the same", command, "\n".join(changed))
        second = inventory.managed(self.plane)
        for key in first.keys() | second.keys():
            same = first.get(key) == second.get(key)
            changed = f"{self.name}: applied again {inventory.spelled([key])} changes"
            check(same, changed, first.get(key), second.get(key))
        return len(first)

    def is_seen(self):
        deployments = self.case.api.items("/apis/apps/v1/deployments", labelSelector=inventory.MANAGED)
        return all(
            one.get("status", {}).get("observedGeneration") == one["metadata"]["generation"]
            and "deployment.kubernetes.io/revision" in one["metadata"].get("annotations", {})
            for one in deployments
        )

    def prune(self, leaving):
        """How many objects went: all that the documents say, and no other."""
        before = set(inventory.managed(self.plane))
        after = self.case.spotgen.objects(configuration(self.name), "--set", leaving)
        left = before - {inventory.key_of(document) for document in after}
        check(left, f"{self.name}: with {leaving} nothing leaves the configuration")
        # As docs/operations.md says: all but namespaces, and only where the stream still has something.
        reached = {document["metadata"].get("namespace", "") for document in after}
        expected = {key for key in left if key[0] != "Namespace" and key[1] in reached}
        check(expected, f"{self.name}: of what leaves with {leaving} nothing can be pruned")
        command = self.commands(documents.OPERATIONS, "Objects that leave the configuration")[0]
        command = command.replace("part-of=shop", f"part-of={self.part_of}")
        command = command.replace("spotgen render", f"spotgen render --set '{leaving}'")
        if any(key[0] in OPERATOR_KINDS for key in before):
            flags = documents.mentioned(documents.OPERATIONS, r"--prune-allowlist=monitoring\.[\w./]+")
            command = " ".join([command, *flags])
        check("--dry-run=server" in command, "docs/operations.md prunes in another way by now", command)
        if self.name == "minimal":
            self.run(command)
            same = set(inventory.managed(self.plane)) == before
            check(same, f"{self.name}: --dry-run=server pruned something", command)
        self.run(command.replace("--dry-run=server", ""))
        gone = before - set(inventory.managed(self.plane))
        stayed, others = expected - gone, gone - expected
        check(not others, f"{self.name}: pruned, and still in the configuration: {inventory.spelled(others)}", command)
        check(not stayed, f"{self.name}: not pruned: {inventory.spelled(stayed)}", command)
        return len(gone)

    def clear(self, before):
        """All that was made taken away, without the seconds that kubectl takes for it."""
        inventory.delete_managed(self.plane)
        self.is_left_as(before)

    def take_out(self):
        for command in documents.commands(documents.ADOPT, "Uninstall"):
            self.run(command)

    def is_left_as(self, before):
        """Nothing is left, once the cluster has cleared up, and nothing else is gone."""
        inventory.wait_for_nothing_besides(self.plane, before, f"{self.name}: taken out, it leaves")
        lost = before - inventory.everything(self.plane)
        check(not lost, f"{self.name}: taken out, it takes others along: {inventory.spelled(lost)}")
