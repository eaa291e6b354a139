#!/usr/bin/env python3
"""Times by the clock what spotgen does on several cores: the same commands on 1, 2, 4, … of them, up to those of the machine.

    SPOTGEN=target/release/spotgen python3 benches/cores.py [--files 400] [--rounds 5]

Prints the median of the seconds, and how many times as quick each is as on one core.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import manifests

GOLDEN = os.path.join(os.path.dirname(manifests.HERE), "golden", "mid-size", "spot-config.yaml")
# Each file has so many workloads.
IN_A_FILE = 40


def write(folder, count):
    """Makes `spot-config.yaml`, and so many files under `manifests`."""
    with open(os.path.join(folder, "spot-config.yaml"), "w") as file:
        file.write(manifests.CONFIGURATION)
    os.mkdir(os.path.join(folder, "manifests"))
    for number in range(count):
        workloads = range(number * IN_A_FILE, (number + 1) * IN_A_FILE)
        with open(os.path.join(folder, "manifests", f"{number}.yaml"), "w") as file:
            file.writelines(manifests.deployment(workload) for workload in workloads)


def commands(spotgen):
    return {
        "check --from MANIFESTS": [spotgen, "check", "--from", "manifests"],
        "patch --in-place MANIFESTS": [spotgen, "patch", "--in-place", "manifests"],
        "simulate": [spotgen, "simulate", "-f", GOLDEN],
    }


def once(argv, folder, cores):
    """Seconds by the clock, in a copy of the folder."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        begun = time.perf_counter()
        done = subprocess.run(
            argv,
            cwd=copy,
            env=dict(os.environ, RAYON_NUM_THREADS=str(cores)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        seconds = time.perf_counter() - begun
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(argv)} ended with {done.returncode}")
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    spotgen = os.path.abspath(os.environ.get("SPOTGEN", "target/release/spotgen"))
    there = os.cpu_count() or 1
    cores = [count for count in (2**power for power in range(there.bit_length())) if count <= there]
    with tempfile.TemporaryDirectory() as folder:
        write(folder, options.files)
        for name, argv in commands(spotgen).items():
            seconds = {count: [] for count in cores}
            for _ in range(options.rounds):
                for count in cores:
                    seconds[count].append(once(argv, folder, count))
            medians = {count: statistics.median(values) for count, values in seconds.items()}
            told = [f"{count}: {median:.2f} s ({medians[1] / median:.2f})" for count, median in medians.items()]
            print(f"{name}: {', '.join(told)}")


if __name__ == "__main__":
    main()
