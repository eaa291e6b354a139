"""spotgen, as a test runs it."""

import json
import subprocess

import yaml

from binaries import REPOSITORY
from failure import check

GOLDEN = REPOSITORY / "golden"
IMAGE = "registry.k8s.io/pause:3.10"


def configuration(case):
    return GOLDEN / case / "spot-config.yaml"


class Spotgen:
    def __init__(self, program):
        self.program = program

    def run(self, *arguments, stdin=None, cwd=None):
        command = [self.program, *map(str, arguments)]
        result = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=cwd, check=False)
        check(result.returncode == 0, f"spotgen {' '.join(command[1:])} failed", None, result.stderr)
        return result.stdout

    def render(self, config, *arguments):
        """A stream. Findings are the business of other tests."""
        return self.run("render", "--no-check", "-f", config, *arguments)

    def objects(self, config, *arguments):
        return [document for document in yaml.safe_load_all(self.render(config, *arguments)) if document]

    def plan(self, config, *arguments):
        return yaml.safe_load(self.render(config, "--format", "plan", *arguments))

    def patched(self, config, *arguments):
        """The workloads of a configuration as their owners would write them, patched: a stream."""
        plan = self.plan(config, *arguments)
        # As JSON, which every reader of YAML takes for the same.
        plain = "\n---\n".join(json.dumps(workload(one)) for one in plan["workloads"])
        return self.run("patch", "-f", config, *arguments, stdin=plain + "\n")

    def workloads(self, config, *arguments):
        return [document for document in yaml.safe_load_all(self.patched(config, *arguments)) if document]


def workload(planned):
    """The least that makes a workload of a plan run."""
    kind = planned["kind"]
    labels = planned.get("selector") or {"app": planned["name"]}
    container = {"name": "app", "image": IMAGE}
    if "requests" in planned:
        container["resources"] = {"requests": planned["requests"]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    metadata = {"name": planned["name"], "namespace": planned["namespace"]}
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, "metadata": {**metadata, "labels": labels}, "spec": template["spec"]}
    if kind in ("Job", "CronJob"):
        template["spec"]["restartPolicy"] = "Never"
        spec = {"template": template}
        if kind == "CronJob":
            spec = {"schedule": "0 0 * * *", "jobTemplate": {"spec": spec}}
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    if "replicas" in planned:
        spec["replicas"] = planned["replicas"]
    if kind == "StatefulSet":
        spec["serviceName"] = planned["name"]
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}
