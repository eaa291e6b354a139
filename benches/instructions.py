#!/usr/bin/env python3
"""Counts the instructions that each command costs, and times it against a floor, both within bounds.

    SPOTGEN=target/release/spotgen python3 benches/instructions.py [--record] [--stages]

Needs valgrind, and Python with PyYAML. Instructions do not depend on what else the machine does: a command that costs a
fifth more than `instructions.json` says fails. Times do, so each command is timed beside `wc -w` of its input, in turns,
and fails where it takes twice as many times as long as recorded.

--record updates `instructions.json`. --stages lists what single stages cost; for that the build has to have its symbols
(`CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=line-tables-only`).
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "peers")]
import gen_w1  # noqa: E402
import gen_w2  # noqa: E402
import manifests  # noqa: E402

RECORDED = os.path.join(HERE, "instructions.json")
MORE_INSTRUCTIONS = 1.2
MORE_TIME = 2.0
ROUNDS = 5
COUNTED = 1000
TIMED = 10000

# What is counted: the arguments, the input whose bytes it is told per, and what is timed beside it.
CASES = {
    "start": (["--version"], None),
    "one workload": (["render", "-f", "{one}/spot-config.yaml"], None),
    "render": (["render", "-f", "{w1}/spot-config.yaml"], "{w1}/spot-config.yaml"),
    "render patches": (["render", "--format", "patches", "-f", "{w1}/spot-config.yaml"], "{w1}/spot-config.yaml"),
    "check": (["check", "-q", "-f", "{w1}/spot-config.yaml"], "{w1}/spot-config.yaml"),
    "check manifests": (
        ["check", "-f", "{check}/spot-config.yaml", "--from", "{check}/manifests.yaml"],
        "{check}/manifests.yaml",
    ),
    "patch": (["patch", "-f", "{w2}/spot.yaml", "<{w2}/stream.yaml"], "{w2}/stream.yaml"),
}

# Parts of the commands, by the function that does each.
STAGES = {
    "render": {
        "read the configuration": "yaml::parse::typed",
        "resolve": "components::resolve::resolve",
        "check": "check::check",
        "write": "formats::manifests::write",
    },
    "check manifests": {
        "read YAML": "yaml::parse::parse_stream",
        "read the manifests": "manifests::collector::Collector::document",
        "resolve": "components::resolve::resolve",
        "check": "check::check",
    },
}


def inputs(folder, size):
    """Makes the inputs of so many workloads or documents, and returns their folders by name."""
    folders = {name: os.path.join(folder, f"{name}-{size}") for name in ("w1", "w2", "check", "one")}
    for path in folders.values():
        os.makedirs(path, exist_ok=True)
    gen_w1.write(folders["w1"], size)
    gen_w1.write(folders["one"], 1)
    gen_w2.write(folders["w2"], size)
    manifests.write(folders["check"], manifests.deployment, size)
    return folders


def command(arguments, folders):
    """The arguments with their paths, and what comes on stdin."""
    made = [argument.format(**folders) for argument in arguments]
    stdin = next((argument[1:] for argument in made if argument.startswith("<")), os.devnull)
    return [argument for argument in made if not argument.startswith("<")], stdin


def run(argv, stdin):
    """Runs a command, whose exit code says what it found, not whether it worked."""
    with open(stdin, "rb") as source:
        environment = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(argv, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(argv)} failed: {done.stderr.decode()[-2000:]}")
    return done.stderr.decode()


def count(spotgen, arguments, folders, out=os.devnull):
    argv, stdin = command(arguments, folders)
    said = run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", spotgen, *argv], stdin)
    return int(re.search(r"Collected : (\d+)", said).group(1))


def cpu(argv, stdin):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(argv, stdin)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(spotgen, arguments, measured, folders):
    """How many times as long the command takes as counting the words of its input does: no processor has a shortcut for that."""
    argv, stdin = command(arguments, folders)
    floor = ["wc", "-w", measured.format(**folders)]
    pairs = [(cpu([spotgen, *argv], stdin), cpu(floor, os.devnull)) for _ in range(ROUNDS)]
    # The fastest of each: whatever else the machine does only adds to them.
    own, others = (min(times) for times in zip(*pairs))
    return own / max(others, 0.001)


def stages(spotgen, folder, folders):
    out = os.path.join(folder, "callgrind")
    for name, parts in STAGES.items():
        arguments, measured = CASES[name]
        size = os.path.getsize(measured.format(**folders))
        total = count(spotgen, arguments, folders, out)
        listed = ["callgrind_annotate", "--inclusive=yes", "--threshold=100", out]
        text = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
        print(f"{name}: {total / size:.1f} instructions per byte")
        for part, function in parts.items():
            costs = re.findall(rf"^ *([\d,]+) .*:spotgen::{re.escape(function)}(?: \[|$)", text, re.M)
            costs = [int(cost.replace(",", "")) for cost in costs]
            said = f"{max(costs) / size:6.1f}" if costs else "     - (no symbols, or inlined)"
            print(f"  {said}  {part}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="update instructions.json")
    parser.add_argument("--stages", action="store_true", help="list what single stages cost")
    options = parser.parse_args()
    spotgen = os.path.abspath(os.environ.get("SPOTGEN", "target/release/spotgen"))
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        small, large = inputs(folder, COUNTED), inputs(folder, TIMED)
        if options.stages:
            stages(spotgen, folder, small)
            return
        found = {}
        for name, (arguments, measured) in CASES.items():
            found[name] = {"instructions": count(spotgen, arguments, small)}
            if measured:
                found[name]["bytes"] = os.path.getsize(measured.format(**small))
                found[name]["ratio"] = round(ratio(spotgen, arguments, measured, large), 2)
    if options.record:
        with open(RECORDED, "w") as file:
            json.dump(found, file, indent=2)
            file.write("\n")
    with open(RECORDED) as file:
        recorded = json.load(file)
    slower = []
    print(f"{'command':18}{'instructions':>14}{'recorded':>14}{'per byte':>10}{'x wc -w':>13}{'recorded':>10}")
    for name, own in found.items():
        known = recorded.get(name, own)
        is_more = own["instructions"] > MORE_INSTRUCTIONS * known["instructions"]
        is_longer = own.get("ratio", 0) > MORE_TIME * known.get("ratio", 0)
        slower += [f"{name} costs {own['instructions']} instructions, recorded are {known['instructions']}"] * is_more
        slower += [f"{name} takes {own.get('ratio')} times as long as wc -w, recorded are {known.get('ratio')}"] * is_longer
        per_byte = f"{own['instructions'] / own['bytes']:.1f}" if "bytes" in own else ""
        times = f"{own.get('ratio', '')!s:>13}{known.get('ratio', '')!s:>10}"
        print(f"{name:18}{own['instructions']:14,}{known['instructions']:14,}{per_byte:>10}{times}")
    if slower:
        sys.exit("\n".join([*slower, "mend it, or record what it costs now: benches/instructions.py --record"]))


if __name__ == "__main__":
    main()
