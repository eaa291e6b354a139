"""Check that several YAML readers understand a text the same way.

usage: readers.py CASES.json               a list of {"expected": ..., "yaml": "..."}
       readers.py --golden FILE...         files of Kubernetes objects

PyYAML reads YAML 1.1 (where yes is true), ruamel.yaml reads YAML 1.2, and kubectl
reads with the reader that clusters' users use. kubectl is taken from
SPOTGEN_KUBECTL, or from the PATH.

kubectl has no plain "read this file" command that works without a cluster.
"kubectl patch --local" with an empty merge patch is one: it reads any kind, asks
no server, changes nothing and prints JSON.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

import yaml
from ruamel.yaml import YAML


def by_pyyaml(text):
    return list(yaml.safe_load_all(text))


def by_ruamel(text):
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return list(reader.load_all(text))


def kubectl_path():
    path = os.environ.get("SPOTGEN_KUBECTL") or shutil.which("kubectl")
    if not path:
        raise SystemExit("readers.py: no kubectl: set SPOTGEN_KUBECTL")
    return path


def by_kubectl(text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "objects.yaml")
        # newline="": Python must not turn line ends into others.
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        done = subprocess.run(
            [kubectl_path(), "patch", "--local", "--type=merge", "--patch={}", "--output=json", "-f", path],
            # No kubeconfig of the user's may play a part in the result.
            env={**os.environ, "KUBECONFIG": os.devnull, "HOME": folder},
            capture_output=True,
        )
    if done.returncode != 0:
        message = done.stderr.decode("utf-8", "replace").strip()
        # An empty file is an error to kubectl; here it is a file without objects.
        if "no objects passed" in message:
            return []
        raise ValueError(message)
    decoder = json.JSONDecoder()
    out, at, docs = done.stdout.decode("utf-8"), 0, []
    while at < len(out):
        if out[at].isspace():
            at += 1
            continue
        doc, at = decoder.raw_decode(out, at)
        docs.append(doc)
    return docs


def difference(want, got, where=""):
    """The first place where two values differ, or None.

    Python's == would hold 1 and True equal, and they must not be. 1 and 1.0 are:
    kubectl goes by way of JSON, which has one kind of number.
    """
    def kind(value):
        if isinstance(value, bool):
            return "bool"
        if isinstance(value, (int, float)):
            return "number"
        return type(value).__name__

    here = where or "(top)"
    if kind(want) != kind(got):
        return f"{here}: {want!r} was meant, {got!r} ({kind(got)}) was read"
    if isinstance(want, dict):
        for key in [*want, *(k for k in got if k not in want)]:
            if key not in got:
                return f"{here}: key {key!r} is lost"
            if key not in want:
                return f"{here}: key {key!r} was not meant"
            # {1: x} and {True: x} are the same dict to Python.
            if not any(k == key and kind(k) == kind(key) for k in got):
                return f"{here}: key {key!r} changed its type"
            found = difference(want[key], got[key], f"{where}.{key}" if where else str(key))
            if found:
                return found
        return None
    if isinstance(want, list):
        if len(want) != len(got):
            return f"{here}: {len(want)} items were meant, {len(got)} were read"
        for i, (a, b) in enumerate(zip(want, got)):
            found = difference(a, b, f"{where}[{i}]")
            if found:
                return found
        return None
    return None if want == got else f"{here}: {want!r} was meant, {got!r} was read"


def as_object(number, text):
    """The text as one field of an object, since kubectl reads only objects."""
    lines = text.split("\n")
    if lines and lines[0] == "---":
        lines = lines[1:]
    # An empty line stays empty; a line of spaces is content and moves too.
    moved = "\n".join("  " + line if line else line for line in lines)
    end = "" if moved.endswith("\n") else "\n"
    return f'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "case-{number}"\npayload:\n{moved}{end}'


def read_one(reader, text):
    docs = reader(text)
    if len(docs) != 1:
        raise ValueError(f"{len(docs)} documents were read, 1 was meant")
    return docs[0]


def check_cases(path):
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)
    if not cases:
        return ["no cases"], 0
    bad = []

    def compare(i, name, read):
        try:
            found = difference(cases[i]["expected"], read())
        except Exception as error:  # whatever a reader raises, the text is refused
            found = f"refused: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        if found:
            bad.append(f"case {i} {cases[i]['yaml']!r}: {name}: {found}")

    for i, case in enumerate(cases):
        compare(i, "PyYAML", lambda: read_one(by_pyyaml, case["yaml"]))
        compare(i, "ruamel.yaml", lambda: read_one(by_ruamel, case["yaml"]))
    objects = [as_object(i, case["yaml"]) for i, case in enumerate(cases)]
    try:
        # All at once: one start of kubectl for all the cases.
        docs = by_kubectl("---\n".join(objects))
        if [d["metadata"]["name"] for d in docs] != [f"case-{i}" for i in range(len(cases))]:
            raise ValueError("documents were lost")
        for i, doc in enumerate(docs):
            compare(i, "kubectl", lambda: doc["payload"])
    except ValueError:
        # Something in there is refused; one by one to say which.
        for i, text in enumerate(objects):
            compare(i, "kubectl", lambda: read_one(by_kubectl, text)["payload"])
    return bad, len(cases)


def check_golden(paths):
    bad, count = [], 0
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        read = {}
        for name, reader in (("PyYAML", by_pyyaml), ("ruamel.yaml", by_ruamel), ("kubectl", by_kubectl)):
            try:
                # A file may begin or end with an empty document; it holds no object.
                read[name] = [d for d in reader(text) if d is not None]
            except Exception as error:
                bad.append(f"{path}: {name} refuses it: {error}")
        if len(read) < 3:
            continue
        count += len(read["kubectl"])
        if not read["kubectl"]:
            # A configuration that asks for nothing may well give an empty file.
            print(f"{path}: holds no object")
        for name in ("PyYAML", "ruamel.yaml"):
            found = difference(read["kubectl"], read[name])
            if found:
                bad.append(f"{path}: {name} against kubectl: {found}")
    return bad, count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    if args.golden:
        bad, count = check_golden(args.files)
    else:
        bad, count = [], 0
        for path in args.files:
            more, number = check_cases(path)
            bad += more
            count += number
    for line in bad:
        print(line)
    if bad:
        print(f"readers: {len(bad)} differences")
        return 1
    print(f"readers: PyYAML, ruamel.yaml and kubectl agree on {count} {'objects' if args.golden else 'cases'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
