"""Times `spotgen simulate` on clusters of growing size: placing all pods, and a day in which Spot nodes are taken each hour.

    SPOTGEN=target/release/spotgen python3 benches/simulate.py [--only placed,day] [--rounds 3]

Prints the median of the CPU seconds (user and system), the peak of memory, and how both times grow with the number of pods.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

# The sizes at which others were measured (GCDA-UDL/k8s-sims, results-repro), and one that is ten times a usual cluster.
SIZES = {"placed": [(100, 1067), (1200, 7064)], "day": [(100, 2000), (1000, 20000)]}
REPLICAS = 20
# What a Standard_D8s_v5 has left for pods, less than it, so that none is refused.
ROOM_OF_A_NODE = 7000
TAKEN = 10


def configuration(nodes, pods, steps):
    cpu = f"{min(1000, ROOM_OF_A_NODE * nodes // pods)}m"
    count = math.ceil(pods / REPLICAS)
    left = pods
    workloads = []
    for number in range(count):
        replicas = min(REPLICAS, left)
        left -= replicas
        workloads.append(
            {
                "name": f"app-{number}",
                "namespace": f"team-{number % 40}",
                "selector": {"app": f"app-{number}"},
                "replicas": replicas,
                "requests": {"cpu": cpu, "memory": "128Mi"},
            }
        )
    zones = ["1", "2", "3"]
    pool = {"vmSize": "Standard_D8s_v5", "zones": zones}
    return {
        "apiVersion": "spotgen.dev/v1alpha1",
        "kind": "SpotConfig",
        "metadata": {"name": "bench"},
        "spec": {
            "provider": "aks",
            "nodePools": [
                {"name": "spot1", "capacity": "Spot", **pool, "nodes": {"min": 0, "max": min(1000, nodes * 2)}},
                {"name": "spot2", "capacity": "Spot", **pool, "nodes": {"min": 0, "max": min(1000, nodes * 2)}},
                {"name": "regular1", "capacity": "OnDemand", **pool, "nodes": {"min": 1, "max": min(1000, nodes * 2)}},
            ],
            "workloads": workloads,
            "simulation": {"scenarios": [{"name": "bench", "steps": steps}]},
        },
    }


def steps(case):
    if case == "placed":
        return [{"at": "0s", "capacity": {"of": "Full"}}]
    return [{"at": f"{hour}h", "interrupt": {"nodes": TAKEN}} for hour in range(24)]


def measured(spotgen, path):
    child = subprocess.Popen(
        [spotgen, "simulate", "--file", path, "--scenario", "bench", "--report", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = child.stdout.read(), child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(err.decode())
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, json.loads(out)["scenarios"][0]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--only", default="placed,day")
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    spotgen = os.environ.get("SPOTGEN", "target/release/spotgen")
    for case in chosen.only.split(","):
        times = []
        for nodes, pods in SIZES[case]:
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                json.dump(configuration(nodes, pods, steps(case)), file)
                file.flush()
                rounds = [measured(spotgen, file.name) for _ in range(chosen.rounds)]
            seconds = statistics.median(own[0] for own in rounds)
            peak = max(own[1] for own in rounds)
            report = rounds[0][2]
            times.append((pods, seconds))
            print(
                f"{case}: {nodes} nodes, {pods} pods: {seconds:.2f} s, {peak:.0f} MiB; "
                f"{report['verdict']}, {report['lastedSeconds'] / 3600:.1f} h, {report['evictions']} evictions",
                flush=True,
            )
        (fewer, first), (more, last) = times
        print(f"{case}: grows with the power {math.log(last / first) / math.log(more / fewer):.2f} of the pods")


if __name__ == "__main__":
    main()
