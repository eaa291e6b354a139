"""Patch streams that Helm made of charts of other people, and check each by the oracle.

usage: real_charts.py SPOTGEN FOLDER

FOLDER holds one *.yaml a chart (`helm template NAME CHART > NAME.yaml`). Every
workload is given a class. A stream that spotgen refuses is shown with the reason and
counted; a wrong result is a mistake, and so is a second run that changes anything.
"""

import subprocess
import sys
from pathlib import Path

import patch_oracle
from patch_config import Config

CONFIG = Path(__file__).resolve().parents[1] / "charts" / "match-all.yaml"


def patch(spotgen, stream):
    return subprocess.run(
        [spotgen, "patch", "-f", str(CONFIG), "--verify"], input=stream, capture_output=True, check=False
    )


def check(spotgen, config, stream):
    """Counts and mistakes; no counts when it was refused."""
    first = patch(spotgen, stream)
    said = first.stderr.decode(errors="replace").strip()
    if first.returncode == 1:
        if first.stdout or not said:
            return None, ["it was refused with an output, or without a reason"]
        print(f"  refused: {said}")
        return None, []
    if first.returncode != 0:
        return None, [f"exit code {first.returncode}: {said}"]
    counts, mistakes = patch_oracle.check(stream, first.stdout, config)
    second = patch(spotgen, first.stdout)
    if second.stdout != first.stdout:
        mistakes.append("patched twice it is not the same")
    return counts, mistakes


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    spotgen, folder = sys.argv[1:]
    config = Config(CONFIG)
    streams = sorted(Path(folder).glob("*.yaml"))
    if not streams:
        sys.exit(f"{folder}: no *.yaml in it")
    totals, refused, wrong = {}, 0, 0
    for path in streams:
        print(path.name)
        counts, mistakes = check(spotgen, config, path.read_bytes())
        for mistake in mistakes[:10]:
            print(f"  {mistake}")
        wrong += len(mistakes)
        refused += counts is None and not mistakes
        for name, count in (counts or {}).items():
            totals[name] = totals.get(name, 0) + count
    print(f"{len(streams)} streams, {refused} refused, {wrong} mistakes")
    print(", ".join(f"{count} {name}" for name, count in totals.items()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
