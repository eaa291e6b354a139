"""What spotgen makes, in every way that it makes it, as streams for an API server."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import yaml

from binaries import REPOSITORY
from failure import Unavailable, check
from program import GOLDEN

STAND_INS = REPOSITORY / "tests" / "charts" / "upstream"
KUSTOMIZE = REPOSITORY / "tests" / "kustomize"
CHARTS = REPOSITORY / "tests" / "charts"

# Golden kustomizations that kubectl cannot build, and why.
UNBUILDABLE = {"hostile-strings": "kustomize writes an annotation with a tab so that it cannot read it again"}


def run(*command, stdin=None, cwd=None, environment=None):
    result = subprocess.run(
        [str(part) for part in command],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    check(result.returncode == 0, f"{' '.join(map(str, command))} failed", None, result.stderr)
    return result.stdout


def name_of(path):
    return str(path.relative_to(REPOSITORY))


def goldens(file):
    """Golden streams of this name."""
    for path in sorted(GOLDEN.rglob(file)):
        # An empty one says that there is nothing to write.
        if text := path.read_text():
            yield name_of(path), text


def upstream_charts():
    given = os.environ.get("SPOTGEN_UPSTREAM_CHARTS")
    return [("stand-in charts", STAND_INS)] + ([("real charts", Path(given))] if given else [])


def with_upstream(chart, charts, to):
    """A copy of a chart of ours with the charts that it names."""
    shutil.copytree(chart, to)
    metadata = yaml.safe_load((to / "Chart.yaml").read_text())
    for dependency in metadata.get("dependencies") or []:
        shutil.copytree(charts / dependency["name"], to / "charts" / dependency["name"])
    return yaml.safe_load((to / "values.yaml").read_text())["releaseNamespace"]


def charts(case):
    """The chart of each golden case that has one, over the stand-ins and over the real charts."""
    helm = case.binaries.tool("helm4", "helm3", "helm")
    for kind, folder in upstream_charts():
        for chart in sorted(GOLDEN.glob("*/helm")):
            copy = case.folder / "charts" / kind.replace(" ", "-") / chart.parent.name
            namespace = with_upstream(chart, folder, copy)
            yield f"{name_of(chart)} over {kind}", run(helm, "template", "rel", copy, "--namespace", namespace)


def kustomizations(case):
    """The system of each golden kustomization, and the components over workloads, as kubectl builds them."""
    kubectl = case.binaries.tool("kubectl")
    for folder in sorted(GOLDEN.glob("*/kustomize/system")):
        if folder.parents[1].name in UNBUILDABLE:
            case.left_out(f"{name_of(folder)}: {UNBUILDABLE[folder.parents[1].name]}")
        else:
            yield name_of(folder), run(kubectl, "kustomize", folder)
    folder = case.folder / "overlay"
    made = case.folder / "kustomize"
    inputs = ["-f", "spot-config.yaml", "--from", "workloads.yaml"]
    case.spotgen.run("render", *inputs, "--format", "kustomize", "-o", made, cwd=KUSTOMIZE)
    components = sorted((made / "workloads").iterdir())
    folder.mkdir()
    shutil.copy(KUSTOMIZE / "workloads.yaml", folder)
    kustomization = {
        "resources": ["workloads.yaml"],
        "components": [os.path.relpath(component, folder) for component in components],
        "namespace": "shop",
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    yield "tests/kustomize, built with its components", run(kubectl, "kustomize", folder)


FUNCTION = """
apiVersion: spotgen.dev/v1alpha1
kind: SpotTransform
metadata:
  name: spot
  annotations:
    config.kubernetes.io/function: |
      exec:
        path: {program}
        args: [patch]
spec: {{config: spot-config.yaml, namespace: shop}}
"""


def kustomize_function(case):
    """The workloads as kustomize hands them to spotgen."""
    kustomize = case.binaries.tool("kustomize")
    folder = case.folder / "function"
    shutil.copytree(KUSTOMIZE, folder)
    (folder / "spot.yaml").write_text(FUNCTION.format(program=case.spotgen.program))
    (folder / "kustomization.yaml").write_text("resources: [workloads.yaml]\ntransformers: [spot.yaml]\n")
    built = run(kustomize, "build", "--enable-alpha-plugins", "--enable-exec", folder)
    yield "tests/kustomize, built with the function", built


def patched(case):
    """Streams before and after `spotgen patch`."""
    for config in sorted(GOLDEN.glob("*/spot-config.yaml")):
        patches = config.parent / "patches.yaml"
        if not patches.exists() or not patches.stat().st_size or (config.parent / "args").exists():
            continue
        yield f"workloads of {name_of(config)}", None, case.spotgen.patched(config)
    unread = []
    for out in sorted(GOLDEN.glob("patch/*/out.yaml")):
        try:
            before, after = (path.read_text() for path in (out.with_name("in.yaml"), out))
            list(yaml.safe_load_all(before + "\n---\n" + after))
        except (yaml.YAMLError, UnicodeDecodeError):
            # YAML that its own reader must manage; PyYAML does not, and so finds no objects in it.
            unread.append(out.parent.name)
            continue
        yield name_of(out), before, after
    if unread:
        case.left_out(f"golden/patch, not read by PyYAML: {', '.join(unread)}")
    for stream, config, more in (
        (KUSTOMIZE / "workloads.yaml", KUSTOMIZE / "spot-config.yaml", ["--namespace", "shop"]),
        (CHARTS / "live.yaml", CHARTS / "spot-config.yaml", []),
    ):
        before = stream.read_text()
        yield name_of(stream), before, case.spotgen.run("patch", "-f", config, *more, stdin=before)


def real_charts(case):
    """Streams that Helm made of charts of other people, where a folder of them is given."""
    given = os.environ.get("SPOTGEN_REAL_CHARTS")
    if not given:
        raise Unavailable("SPOTGEN_REAL_CHARTS names no folder of streams", is_optional=True)
    for path in sorted(Path(given).glob("*.yaml")):
        before = path.read_text()
        arguments = [case.spotgen.program, "patch", "-f", str(CHARTS / "match-all.yaml")]
        result = subprocess.run(arguments, input=before, capture_output=True, text=True, check=False)
        # What spotgen refuses, it refuses before any server sees it; tests/tools/real_charts.py counts those.
        if result.returncode == 0:
            yield path.name, before, result.stdout


def items(text):
    """A list's own objects: a server takes no lists."""
    document = yaml.safe_load(text)
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        return [json.dumps(item, default=str) for item in document["items"]]
    return [text]
