"""Scan manifests with checkov and fail on every failed check that has no skip.

usage: scan.py [--skips FILE] [--no-unused] FILE...

Skips stand in checkov-skips.yaml, each with a reason. "resource" is a shell pattern
for checkov's name of the object, Kind.namespace.name; "app", where it is given, one
for the object's label app.kubernetes.io/name, since users choose names and not that. checkov can also read skips
from annotations in the objects, but those would end up in users' clusters.

Each file is scanned by itself, in one process: scanned together, a NetworkPolicy
of one file would excuse the pods of another, and a process each would cost some
seconds a file to start.

checkov takes a file with "{{" for a template and looks at nothing in it, so it is
shown a copy with round brackets there. Copies of the workloads' own objects
(onDemandBase) are not spotgen's to harden.
"""

import argparse
import contextlib
import fnmatch
import io
import logging
import os
import sys
import tempfile

# Set before checkov is imported, since it reads it then.
os.environ.setdefault("LOG_LEVEL", "ERROR")
# No check here may call on the network.
os.environ["BC_SKIP_MAPPING"] = "TRUE"

import yaml  # noqa: E402
from checkov.kubernetes.runner import Runner  # noqa: E402
from checkov.runner_filter import RunnerFilter  # noqa: E402

logging.disable(logging.WARNING)

WORKLOADS = {"Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob", "Pod"}


def read_skips(path):
    with open(path, encoding="utf-8") as file:
        skips = yaml.safe_load(file) or []
    for skip in skips:
        for key in ("check", "resource", "reason"):
            if not (isinstance(skip.get(key), str) and skip[key].strip()):
                raise SystemExit(f"scan.py: {path}: a skip without a {key}: {skip}")
        if unknown := skip.keys() - {"check", "resource", "app", "reason"}:
            raise SystemExit(f"scan.py: {path}: a skip with {unknown}: {skip}")
    return skips


def apps(objects):
    """The label app.kubernetes.io/name of each object, by checkov's name of it."""
    found = {}
    for item in objects:
        metadata = item.get("metadata", {})
        name = f"{item.get('kind')}.{metadata.get('namespace', 'default')}.{metadata.get('name')}"
        found[name] = metadata.get("labels", {}).get("app.kubernetes.io/name", "")
    return found


def copies(objects):
    """Copies of workloads by `onDemandBase`, by checkov's name: their owners say how they are hardened."""
    of_base = [d for d in objects if d.get("metadata", {}).get("labels", {}).get("spotgen.dev/part") == "base"]
    return set(apps(of_base))


def covers(skip, record, app_of):
    return (
        skip["check"] == record.check_id
        and fnmatch.fnmatchcase(record.resource, skip["resource"])
        and fnmatch.fnmatchcase(app_of.get(record.resource, ""), skip.get("app", "*"))
    )


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser()
    parser.add_argument("--skips", default=os.path.join(here, "checkov-skips.yaml"))
    parser.add_argument("--no-unused", action="store_true", help="fail on a skip that no file needs")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    skips = read_skips(args.skips)
    used = set()
    bad = passed = skipped = 0
    for path in args.files:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        objects = [d for d in yaml.safe_load_all(text) if isinstance(d, dict)]
        kinds = {d.get("kind") for d in objects}
        app_of = apps(objects)
        noise = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(noise):
            copy = os.path.join(folder, os.path.basename(path))
            with open(copy, "w", encoding="utf-8") as file:
                file.write(text.replace("{{", "(("))
            report = Runner().run(
                root_folder=None, files=[copy], runner_filter=RunnerFilter(framework=["kubernetes"])
            )
        for parsing_error in report.parsing_errors:
            print(f"{path}: checkov cannot read it: {parsing_error}")
            bad += 1
        # Of some kinds checkov asks nothing, but of these it asks much; silence then
        # means that it did not read the file.
        if kinds & WORKLOADS and not report.passed_checks and not report.failed_checks:
            print(f"{path}: checkov found nothing to check: {noise.getvalue()}")
            bad += 1
        passed += len(report.passed_checks)
        # Annotations in the objects are no way round the list of skips.
        for record in report.skipped_checks:
            print(f"{path}: {record.resource} carries a skip annotation for {record.check_id}")
            bad += 1
        copied = copies(objects)
        for record in report.failed_checks:
            if record.resource in copied:
                continue
            matching = [i for i, skip in enumerate(skips) if covers(skip, record, app_of)]
            if matching:
                used.update(matching)
                skipped += 1
            else:
                print(f"{path}: {record.resource}: {record.check_id}: {record.check_name}")
                bad += 1
    if args.no_unused:
        for i, skip in enumerate(skips):
            if i not in used:
                print(f"{args.skips}: nothing needs the skip of {skip['check']} for {skip['resource']}")
                bad += 1
    if bad:
        print(f"scan: {bad} failures")
        return 1
    print(f"scan: {passed} checks pass, {skipped} are skipped with a reason")
    return 0


if __name__ == "__main__":
    sys.exit(main())
