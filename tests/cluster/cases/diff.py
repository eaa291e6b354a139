"""`spotgen diff` against a real cluster: what is applied is no difference, and what is not is named.

What was changed by hand, what belongs to Helm, what cannot be changed in place, and what a prune takes: kubectl takes
exactly what was named.
"""

import json
import re
import shutil

import documents
import inventory
from failure import check
from program import configuration

LANE = "objects"

# The systems of which nothing may differ after they are applied.
SYSTEMS = ("minimal", "article", "everything", "many-pools-and-zones")
# Those that are applied on the server's side as well.
BOTH = ("minimal", "everything")
CHANGED = "minimal"
LEAVING = "spec.terminationHandler.enabled=false"

CLIENT_SIDE = "kubectl apply -f -"
SERVER_SIDE = "kubectl apply --server-side -f -"


def run(case):
    for name in SYSTEMS:
        System(case, name, CLIENT_SIDE).live()
        if name in BOTH:
            System(case, name, SERVER_SIDE).live()


class System:
    def __init__(self, case, name, apply):
        self.case = case
        self.plane = case.plane
        self.api = case.api
        self.name = name
        self.apply = apply
        way = "server" if apply == SERVER_SIDE else "client"
        self.shell = documents.Shell(case, case.folder / f"{name}-{way}")
        shutil.copy(configuration(name), self.shell.folder / "spot-config.yaml")

    def live(self):
        self.make_namespaces()
        before = inventory.everything(self.plane)
        new = self.diff()
        kinds = {one["change"] for one in new["objects"]}
        check(kinds == {"added"}, f"{self.name}: on an empty cluster there is something else than additions", new)
        self.shell.run(f"spotgen render --no-check 2>/dev/null | {self.apply}")
        self.plane.wait("the controllers have seen all of it", self.is_seen)
        self.is_equal()
        said = f"{self.name}, {self.apply.split(' -f')[0]}: {new['counts']['compared']} objects, none differs"
        if self.name == CHANGED:
            self.changed_by_hand()
            self.of_helm()
            self.fixed()
            self.is_equal()
            self.strategy()
            self.is_equal()
            said += f"; changes named; {self.pruned()} that a prune takes"
        self.clear(before)
        self.case.say(said)

    def make_namespaces(self):
        objects = self.case.spotgen.objects(configuration(self.name))
        made = {one["metadata"]["name"] for one in objects if one["kind"] == "Namespace"}
        for namespace in {one["metadata"].get("namespace") for one in objects} - made - {None}:
            self.plane.namespace(namespace)

    def is_seen(self):
        deployments = self.api.items("/apis/apps/v1/deployments", labelSelector=inventory.MANAGED)
        return all(one.get("status", {}).get("observedGeneration") == one["metadata"]["generation"] for one in deployments)

    def diff(self, *arguments, status=0):
        command = " ".join(["spotgen diff --from-cluster --report json", *arguments])
        code, output, said = self.shell.ask(command)
        check(code == status, f"{self.name}: spotgen diff ends with {code}, not {status}", command, output + said)
        return json.loads(output)

    def is_equal(self):
        """By --from-cluster, and by what kubectl prints, with --exit-code."""
        report = self.diff("--exit-code")
        check(not report["objects"], f"{self.name}: what was applied differs", None, json.dumps(report, indent=1))
        command = (
            "spotgen render --no-check 2>/dev/null | kubectl get -f - --show-managed-fields -o yaml"
            " | spotgen diff - --exit-code"
        )
        self.shell.run(command)

    def only(self, report, kind, name):
        """The one object that differs, and nothing else does."""
        found = [one for one in report["objects"] if one["change"] != "none"]
        keys = [(one["kind"], one["name"]) for one in found]
        check(keys == [(kind, name)], f"{self.name}: not {kind} {name} alone differs", None, json.dumps(report, indent=1))
        return found[0]

    def changed_by_hand(self):
        patch = """kubectl -n kube-system patch deployment spotgen-descheduler -p '{"spec": {"replicas": 0}}'"""
        self.shell.run(patch)
        found = self.only(self.diff("--exit-code", status=1), "Deployment", "spotgen-descheduler")
        [change] = found["changes"]
        same = (change["path"], change["old"], change["new"]) == ("/spec/replicas", 0, 1)
        check(same, f"{self.name}: the replicas are not what differs", None, json.dumps(found, indent=1))
        live = self.api.get("/apis/apps/v1/namespaces/kube-system/deployments/spotgen-descheduler")
        managers = json.dumps(live["metadata"]["managedFields"])
        check(change.get("setBy"), f"{self.name}: nobody is named who has set the replicas", None, managers)
        force = " --force-conflicts" if self.apply == SERVER_SIDE else ""
        self.shell.run(f"spotgen render --no-check 2>/dev/null | {self.apply}{force}")
        self.is_equal()
        # A field that an earlier version had: removed, not overlooked.
        label = "sed 's/^  labels:$/&\\n    earlier: version/'"
        self.shell.run(f"spotgen render --no-check --only overprovisioner 2>/dev/null | {label} | {self.apply}")
        report = self.diff()
        changes = [change for one in report["objects"] for change in one["changes"]]
        paths = {(change["change"], change["path"]) for change in changes}
        only_label = paths == {("removed", "/metadata/labels/earlier")}
        check(only_label, f"{self.name}: the label is not what goes", None, json.dumps(report, indent=1))
        self.shell.run(f"spotgen render --no-check 2>/dev/null | {self.apply}")
        self.is_equal()

    def of_helm(self):
        path = "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-priority-expander"
        own = {"meta.helm.sh/release-name": "autoscaler", "meta.helm.sh/release-namespace": "kube-system"}
        self.api.merge(path, {"metadata": {"annotations": own}})
        [found] = self.diff()["objects"]
        is_said = found["owners"] == [{"tool": "Helm", "name": "kube-system/autoscaler"}]
        check(is_said, f"{self.name}: Helm is not named", None, json.dumps(found, indent=1))
        self.api.merge(path, {"metadata": {"annotations": dict.fromkeys(own)}})

    def fixed(self):
        """What is called immutable, the server refuses; what is given as the way works."""
        name = "spotgen-placeholder-spot"
        self.shell.run(f"kubectl delete priorityclass {name}")
        other = "spotgen render --no-check --only overprovisioner 2>/dev/null | sed 's/^value: -5$/value: -7/'"
        self.shell.run(f"{other} | {self.apply}")
        found = self.only(self.diff(), "PriorityClass", name)
        [change] = found["changes"]
        is_fixed = (change["old"], change["new"], change["inPlace"]) == (-7, -5, False)
        check(is_fixed, f"{self.name}: the value is not called immutable", None, json.dumps(found, indent=1))
        again = f"spotgen render --no-check 2>/dev/null | {self.apply}"
        code, output, said = self.shell.ask(again)
        is_refused = code != 0 and "may not be changed" in output + said
        check(is_refused, f"{self.name}: the server takes another value", again, output + said)
        command = re.search(r"kubectl delete [^;]+", change["way"])
        self.shell.run(command[0])
        self.shell.run(again)

    def strategy(self):
        """A Deployment that rolls its pods: what the server filled in stands in the way of `Recreate`, for an apply on its
        side. What is given as the way works."""
        name = "spotgen-descheduler"
        render = "spotgen render --no-check --only descheduler 2>/dev/null"
        without = "sed '/^  strategy:$/,+1d'"
        self.shell.run(f"kubectl -n kube-system delete deployment {name}")
        self.shell.run(f"{render} | {without} | {self.apply}")
        found = self.only(self.diff(), "Deployment", name)
        [change] = found["changes"]
        is_named = (change["path"], change["new"], change["inPlace"]) == ("/spec/strategy/type", "Recreate", False)
        check(is_named, f"{self.name}: the strategy is not called fixed", None, json.dumps(found, indent=1))
        again = f"{render} | {SERVER_SIDE} --force-conflicts --dry-run=server"
        code, output, said = self.shell.ask(again)
        is_refused = code != 0 and "spec.strategy.rollingUpdate: Forbidden" in output + said
        check(is_refused, f"{self.name}: the server takes Recreate beside rollingUpdate", again, output + said)
        self.shell.run(f"{render} | {CLIENT_SIDE} --dry-run=server")
        self.shell.run(re.search(r"kubectl patch .*", change["way"])[0])
        self.shell.run(f"{render} | {SERVER_SIDE} --force-conflicts --dry-run=server")
        force = " --force-conflicts" if self.apply == SERVER_SIDE else ""
        self.shell.run(f"{render} | {self.apply}{force}")

    def pruned(self):
        self.owned()
        report = self.diff(f"--set {LEAVING}")
        named = {
            (one["kind"], one.get("namespace", ""), one["name"])
            for one in report["objects"]
            if one["change"] == "removed" and one["pruned"]
        }
        left = [one for one in report["objects"] if one["change"] == "removed" and not one["pruned"]]
        check(named or left, f"{self.name}: with {LEAVING} nothing leaves", None, json.dumps(report, indent=1))
        if self.apply == SERVER_SIDE:
            check(not named, f"{self.name}: a prune would take what was applied on the server's side", named)
        before = set(inventory.managed(self.plane))
        [command, *_] = documents.commands(documents.OPERATIONS, "Objects that leave the configuration")
        command = command.replace(" --from manifests/", "").replace("--dry-run=server", "")
        command = command.replace("spotgen render", f"spotgen render --no-check --set {LEAVING}")
        if self.apply == CLIENT_SIDE:
            self.shell.run(command)
            gone = before - set(inventory.managed(self.plane))
            same = gone == named
            check(same, f"{self.name}: kubectl pruned {inventory.spelled(gone)}", None, inventory.spelled(named))
        return len(named)

    def owned(self):
        """An owner does not keep a prune away."""
        if self.apply != CLIENT_SIDE:
            return
        path = "/api/v1/namespaces/spot-system/serviceaccounts/spotgen-termination-handler"
        reference = {"apiVersion": "v1", "kind": "Namespace", "name": "spot-system", "controller": True}
        reference["uid"] = self.api.get("/api/v1/namespaces/spot-system")["metadata"]["uid"]
        self.api.merge(path, {"metadata": {"ownerReferences": [reference]}})

    def clear(self, before):
        inventory.delete_managed(self.plane)
        inventory.wait_for_nothing_besides(self.plane, before, f"{self.name}: taken out, it leaves")
