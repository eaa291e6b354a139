"""Check the dashboards in files of objects by Grafana's schema.

usage: dashboards.py FILE...

SPOTGEN_DASHBOARD names the program that is built from dashboard/main.go.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import watched


def identifiers(dashboard):
    """Panels that Grafana would take for one another."""
    seen = set()
    for panel in watched.panels(dashboard):
        if panel["id"] in seen:
            yield f"panel {panel['title']!r} has the number {panel['id']} of another"
        seen.add(panel["id"])


def overlaps(dashboard):
    """Panels that would be drawn in one place, or over the edge."""
    taken = {}
    for panel in watched.panels(dashboard):
        at = panel["gridPos"]
        if at["x"] + at["w"] > 24:
            yield f"panel {panel['title']!r} is wider than the raster"
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        for other in {taken[cell] for cell in cells & taken.keys()}:
            yield f"panel {panel['title']!r} lies over {other!r}"
        taken.update(dict.fromkeys(cells, panel["title"]))


def by_schema(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "dashboard.json")
        path.write_text(text, encoding="utf-8")
        result = subprocess.run([os.environ["SPOTGEN_DASHBOARD"], path], capture_output=True, text=True, check=False)
    if result.returncode:
        yield (result.stdout + result.stderr).strip().removeprefix(f"{path}: ")


def main(paths):
    bad = checked = 0
    for path in paths:
        for name, text in watched.dashboards(watched.documents(path)):
            checked += 1
            found = list(by_schema(text))
            # The others take for granted what the schema asks for.
            if not found:
                dashboard = json.loads(text)
                found = [*identifiers(dashboard), *overlaps(dashboard)]
            for mistake in found:
                print(f"{path}: {name}: {mistake}")
                bad += 1
    if bad:
        print(f"dashboards: {bad} mistakes")
        return 1
    if not checked:
        print("dashboards: there is none")
        return 1
    print(f"dashboards: {checked} in {len(paths)} files pass")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
