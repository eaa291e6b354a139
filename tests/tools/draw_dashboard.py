"""Draw the dashboard of a golden case over the day of failover_series.py, for people to look at.

usage: draw_dashboard.py PROMETHEUS PROMTOOL MANIFESTS PICTURE

A real Prometheus has the series, records what the rules say and answers what each panel asks. It needs matplotlib,
which is in no list of requirements: no check runs this. What each panel shows is printed besides: its series with the
least, the greatest and the last value.
"""

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import failover_series
import matplotlib
import watched

matplotlib.use("Agg")
from matplotlib import pyplot as plot  # noqa: E402

# Any day that is over: Prometheus takes blocks of the past.
START = 1760918400
STEP = 60
INCHES = (0.85, 0.42)


class Prometheus:
    """A server over a folder, started anew when blocks have come in."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{held.getsockname()[1]}"
        (folder / "prometheus.yml").write_text("{}\n")

    def __enter__(self):
        log = open(self.folder / "prometheus.log", "ab")
        self.process = subprocess.Popen(
            [
                self.program,
                f"--config.file={self.folder}/prometheus.yml",
                f"--storage.tsdb.path={self.folder}/data",
                "--storage.tsdb.retention.time=100y",
                # A series that has ended is no longer there; here nothing marks its end. All samples and questions
                # are of the same moments, but for records: those lag by up to one evaluation, as everywhere.
                f"--query.lookback-delta={failover_series.STEP - 1}s",
                f"--web.listen-address={self.url.removeprefix('http://')}",
            ],
            stdout=log,
            stderr=log,
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/-/ready", timeout=2)
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("Prometheus does not start")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def ask(self, expression):
        """Each series as its labels, times and values."""
        query = {"query": expression, "start": START, "end": START + failover_series.END - STEP, "step": STEP}
        try:
            answer = urllib.request.urlopen(f"{self.url}/api/v1/query_range?{urllib.parse.urlencode(query)}")
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{expression}\n{error.read().decode()}") from error
        for one in json.load(answer)["data"]["result"]:
            times, values = zip(*one["values"])
            yield one["metric"], [(moment - START) / 3600 for moment in times], [float(value) for value in values]


def record(promtool, prometheus, groups, folder):
    """The blocks of one pass over the recording rules."""
    rules = folder / "rules.yaml"
    rules.write_text(json.dumps({"groups": groups}))
    made = folder / "made"
    shutil.rmtree(made, ignore_errors=True)
    times = [f"--start={START}", f"--end={START + failover_series.END}", "--eval-interval=30s"]
    command = [promtool, "tsdb", "create-blocks-from", "rules", *times, f"--output-dir={made}"]
    subprocess.run([*command, f"--url={prometheus.url}", rules], check=True, capture_output=True)
    return list(made.iterdir())


def levels(rules):
    """The rules in passes: in each those of which everything that they are made of is there."""
    names = {rule["record"] for rule in rules}
    known = set()
    while rules:
        ready = [rule for rule in rules if not any(name in rule["expr"] for name in names - known)]
        if not ready:
            raise SystemExit("rules go round in a circle")
        yield ready
        rules = [rule for rule in rules if rule not in ready]
        known |= {rule["record"] for rule in ready} - {rule["record"] for rule in rules}


def legend(target, labels):
    text = target.get("legendFormat") or "value"
    for name, value in labels.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def draw(dashboard, prometheus, picture):
    panels = list(watched.panels(dashboard))
    height = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    figure = plot.figure(figsize=(24 * INCHES[0], height * INCHES[1]))
    for panel in panels:
        at = panel["gridPos"]
        box = [at["x"] / 24, 1 - (at["y"] + at["h"]) / height, at["w"] / 24, at["h"] / height]
        if panel["type"] == "row":
            figure.text(0.005, box[1], panel["title"], weight="bold")
            continue
        shown = []
        for target in panel["targets"]:
            found = prometheus.ask(watched.expression(target["expr"]))
            shown += [(legend(target, labels), times, values) for labels, times, values in found]
        print(f"{panel['title']} [{panel['type']}]" + ("" if shown else ": NOTHING"))
        for name, times, values in shown:
            span = f"{times[0]:.2f} to {times[-1]:.2f} h"
            print(f"    {name}: {min(values):g} to {max(values):g}, last {values[-1]:g}; {span}, {len(times)} points")
        axes = figure.add_axes([box[0] + 0.025, box[1] + 0.012, box[2] - 0.035, box[3] * 0.68])
        axes.set_title(panel["title"], fontsize=9, loc="left")
        if panel["type"] == "stat":
            # What it shows after the day, in the middle of the failover, and before.
            axes.axis("off")
            for line, hour in enumerate((5, 8, failover_series.END / 3600 - 0.1)):
                points = [point for _, times, values in shown for point in zip(times, values)]
                then = [value for when, value in points if abs(when - hour) < 0.5 * STEP / 3600]
                text = ", ".join(f"{value:g}" for value in then) or "no data"
                axes.text(0.1, 0.7 - 0.33 * line, f"{hour:.1f} h: {text}", fontsize=10)
            continue
        for name, times, values in shown:
            # As Grafana joins points: not over a gap.
            gaps = [i for i in range(1, len(times)) if times[i] - times[i - 1] > 1.5 * STEP / 3600]
            for first, last in zip([0, *gaps], [*gaps, len(times)]):
                (line,) = axes.plot(
                    times[first:last],
                    values[first:last],
                    label=None if first else name,
                    color=None if first == 0 else line.get_color(),
                    marker="." if last - first < 3 else None,
                )
        axes.set_xlim(0, failover_series.END / 3600)
        axes.grid(alpha=0.3)
        if shown:
            axes.set_ylim(bottom=0)
            axes.legend(fontsize=7, loc="upper left")
        else:
            axes.text(0.5, 0.5, "No data", ha="center", transform=axes.transAxes)
    figure.savefig(picture, dpi=70)


def main(program, promtool, manifests, picture):
    objects = watched.documents(manifests)
    ((_, text),) = watched.dashboards(objects)
    rules = [rule for group in watched.rule_groups(objects) for rule in group["rules"] if "record" in rule]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        series = folder / "series.txt"
        series.write_text("\n".join(failover_series.open_metrics(START)) + "\n")
        command = [promtool, "tsdb", "create-blocks-from", "openmetrics", series, folder / "data"]
        subprocess.run(command, check=True, capture_output=True)
        for some in levels(rules):
            with Prometheus(program, folder) as prometheus:
                made = record(promtool, prometheus, [{"name": "records", "rules": some}], folder)
            for block in made:
                shutil.move(block, folder / "data")
        with Prometheus(program, folder) as prometheus:
            draw(json.loads(text), prometheus, picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
