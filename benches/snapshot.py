"""Times `spotgen status` over a large snapshot of a cluster, as JSON and as YAML, beside `cat` and a JSON parser.

    SPOTGEN=target/release/spotgen python3 benches/snapshot.py [--megabytes 100] [--yaml-megabytes 10] [--rounds 5]

The snapshot is made up: pods as the API server prints them, with `managedFields`, environment and status, and their
Deployments, ReplicaSets and nodes. Prints the median of the CPU seconds (user and system) and the rate.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

PODS_OF_A_WORKLOAD = 20
PODS_OF_A_NODE = 30


def metadata(kind, name, owner=None, labels=None, namespace="shop"):
    made = {
        "name": name,
        "creationTimestamp": "2026-10-01T10:00:00Z",
        "resourceVersion": "1",
        "uid": f"{kind}-{name}",
        "labels": labels or {},
        "managedFields": [
            {
                "apiVersion": "v1",
                "fieldsType": "FieldsV1",
                "manager": "kube-controller-manager",
                "operation": "Update",
                "time": "2026-10-01T10:00:00Z",
                "fieldsV1": {"f:metadata": {"f:labels": {f"f:label-{at}": {} for at in range(12)}}},
            }
        ],
    }
    if namespace:
        made["namespace"] = namespace
    if owner:
        made["ownerReferences"] = [
            {"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "controller": True, "uid": "1"}
        ]
    return made


def pod_spec():
    return {
        "containers": [
            {
                "name": "main",
                "image": "registry.example.com/shop/web:1.2.3",
                "env": [{"name": f"SETTING_{at}", "value": "value " * 6} for at in range(20)],
                "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}},
            }
        ],
        "tolerations": [
            {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        ],
    }


def node(name, is_spot):
    pool = "spot1" if is_spot else "regular"
    labels = {"kubernetes.azure.com/agentpool": pool, "kubernetes.io/hostname": name}
    if is_spot:
        labels["kubernetes.azure.com/scalesetpriority"] = "spot"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata("Node", name, labels=labels, namespace=None),
        "spec": {},
        "status": {
            "allocatable": {"cpu": "7800m", "memory": "28Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def workload(number, nodes):
    """A Deployment with its ReplicaSet and its pods."""
    name = f"web-{number}"
    labels = {"app": name}
    of_set = f"{name}-5d9c"
    template = {"metadata": {"labels": labels}, "spec": pod_spec()}
    spec = {"replicas": PODS_OF_A_WORKLOAD, "selector": {"matchLabels": labels}, "template": template}
    yield {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata("Deployment", name), "spec": spec}
    made = metadata("ReplicaSet", of_set, ("Deployment", name), labels)
    yield {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": made, "spec": spec}
    for at in range(PODS_OF_A_WORKLOAD):
        place = nodes[(number * PODS_OF_A_WORKLOAD + at) % len(nodes)]
        yield {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata("Pod", f"{of_set}-{at}", ("ReplicaSet", of_set), labels),
            "spec": {**pod_spec(), "nodeName": place},
            "status": {
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": "True"}, {"type": "PodScheduled", "status": "True"}],
                "containerStatuses": [{"name": "main", "ready": True, "state": {"running": {}}}],
            },
        }


def snapshot(size):
    """Objects whose JSON, indented as kubectl prints it, is about so many bytes."""
    written = lambda objects: sum(len(json.dumps(one, indent=4)) for one in objects)
    each = written(list(workload(0, ["node"])))
    count = max(1, size // each)
    names = [f"node-{at}" for at in range(max(2, count * PODS_OF_A_WORKLOAD // PODS_OF_A_NODE))]
    items = [node(name, at % 2 == 0) for at, name in enumerate(names)]
    for number in range(count):
        items.extend(workload(number, names))
    return {"apiVersion": "v1", "kind": "List", "items": items}


def cpu(command, stdout):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code.returncode not in (0, 1):
        sys.exit(f"{command} failed: {code.stderr.decode()}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def row(name, path, command, rounds):
    with tempfile.TemporaryFile() as out:
        seconds = statistics.median(cpu(command, out) for _ in range(rounds))
    megabytes = os.path.getsize(path) / 1e6
    print(f"| {name} | {megabytes:.1f} MB | {seconds:.3f} | {megabytes / seconds:.0f} MB/s |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--yaml-megabytes", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    spotgen = os.environ.get("SPOTGEN", "target/release/spotgen")
    with tempfile.TemporaryDirectory() as folder:
        as_json = os.path.join(folder, "snapshot.json")
        with open(as_json, "w", encoding="utf-8") as out:
            json.dump(snapshot(arguments.megabytes * 1_000_000), out, indent=4)
        as_yaml = os.path.join(folder, "snapshot.yaml")
        with open(as_yaml, "w", encoding="utf-8") as out:
            out.write(block(snapshot(arguments.yaml_megabytes * 2_000_000)))
        parse = [sys.executable, "-c", "import json, sys; json.load(open(sys.argv[1], 'rb'))", as_json]
        print("| | size | CPU seconds | rate |\n|---|---|---|---|")
        row("`spotgen status`, JSON", as_json, [spotgen, "status", as_json], arguments.rounds)
        row("Python's `json.load`", as_json, parse, arguments.rounds)
        row("`cat`", as_json, ["cat", as_json], arguments.rounds)
        row("`spotgen status`, YAML", as_yaml, [spotgen, "status", as_yaml], arguments.rounds)


def block(value, indent=0):
    """YAML in the style of kubectl; strings as JSON has them."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        lines = []
        for key, own in value.items():
            if isinstance(own, (dict, list)) and own:
                deeper = indent if isinstance(own, list) else indent + 1
                lines.append(f"{pad}{key}:\n{block(own, deeper)}")
            else:
                lines.append(f"{pad}{key}: {json.dumps(own)}\n")
        return "".join(lines)
    if isinstance(value, list) and value:
        return "".join(f"{pad}- {block(own, indent + 1).lstrip(' ')}" for own in value)
    return f"{pad}{json.dumps(value)}\n"


if __name__ == "__main__":
    main()
