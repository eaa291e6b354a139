#!/usr/bin/env python3
"""Times `spotgen check` over the manifests of many workloads, which a class rule selects.

    SPOTGEN=target/release/spotgen python3 benches/manifests.py [--rounds 3]

Prints the median of the CPU seconds (user and system) and the peak of memory.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "manifest.yaml")) as file:
    MANIFEST = file.read()

CONFIGURATION = """\
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata:
  name: bench
spec:
  provider: aks
  nodePools:
    - name: spot1
      capacity: Spot
      vmSize: Standard_D8s_v5
      nodes: {min: 0, max: 1000}
    - name: regular1
      capacity: OnDemand
      vmSize: Standard_D8s_v5
      nodes: {min: 1, max: 1000}
  classRules:
    - class: default
      match: {kinds: [Deployment, Pod]}
"""

POD = """\
---
apiVersion: v1
kind: Pod
metadata:
  name: app-{number}
  namespace: team-{team}
  labels:
    app: app-{number}
spec:
  containers:
    - name: web
      image: registry.example.com/shop/web:2.0.1
      resources:
        requests: {{cpu: 50m, memory: 64Mi}}
"""

TEAMS = 40


def deployment(number):
    named = MANIFEST.replace("shop-web", f"app-{number}").replace("name: web\n", f"name: app-{number}\n")
    return named.replace("namespace: shop", f"namespace: team-{number % TEAMS}")


def pod(number):
    return POD.format(number=number, team=number % TEAMS)


def write(folder, make, count):
    """Makes `spot-config.yaml`, and so many objects in `manifests.yaml`; the size of these."""
    with open(os.path.join(folder, "spot-config.yaml"), "w") as file:
        file.write(CONFIGURATION)
    path = os.path.join(folder, "manifests.yaml")
    with open(path, "w") as file:
        file.writelines(make(number) for number in range(count))
    return os.path.getsize(path)


def once(spotgen, folder):
    """CPU seconds and peak of memory in MiB."""
    child = os.path.join(folder, "manifests.yaml")
    argv = [spotgen, "check", "-f", os.path.join(folder, "spot-config.yaml"), "--from", child]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(argv)} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    spotgen = os.path.abspath(os.environ.get("SPOTGEN", "target/release/spotgen"))
    for noun, make, count in [("Deployments", deployment, 1000), ("Deployments", deployment, 10000), ("bare Pods", pod, 100000)]:
        with tempfile.TemporaryDirectory() as folder:
            size = write(folder, make, count)
            runs = [once(spotgen, folder) for _ in range(options.rounds)]
        seconds, memory = (statistics.median(values) for values in zip(*runs))
        print(f"{count} {noun}, {size / 1e6:.1f} MB: {seconds:.2f} s, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
