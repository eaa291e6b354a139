"""Write workloads in many styles, patch each stream, and check it by the oracle.

usage: patch_styles.py SPOTGEN STREAM...

The workloads of the streams are printed by PyYAML and as JSON: block and flow, with
other line ends, indents, orders and quotes, in lists, with what placement needs
missing, null or empty. Every stream must come out right, and the same when patched
once more.
"""

import copy
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import yaml

import patch_oracle as oracle
from patch_config import Config

CONFIG = Path(__file__).resolve().parents[1] / "charts" / "match-all.yaml"


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def dump(documents, **style):
    return yaml.dump_all(documents, Dumper=Dumper, sort_keys=False, allow_unicode=True, **style).encode()


def each_json(documents, **style):
    return b"".join(b"---\n" + json.dumps(document, **style).encode() + b"\n" for document in documents)


def in_list(documents, kind="List", version="v1"):
    return [{"apiVersion": version, "kind": kind, "items": documents}]


def shuffled(value, dice):
    if isinstance(value, dict):
        keys = list(value)
        dice.shuffle(keys)
        return {key: shuffled(value[key], dice) for key in keys}
    if isinstance(value, list):
        return [shuffled(item, dice) for item in value]
    return value


AFFINITIES = [
    None,
    {},
    {"nodeAffinity": None},
    {"nodeAffinity": {}},
    {"nodeAffinity": {oracle.PREFERRED: None}, "podAntiAffinity": {oracle.PREFERRED: []}},
    {"podAntiAffinity": {oracle.REQUIRED: None}, "nodeAffinity": {oracle.REQUIRED: {"nodeSelectorTerms": []}}},
    {
        "nodeAffinity": {
            oracle.REQUIRED: {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "disk", "operator": "Exists"}]},
                    {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["one"]}]},
                    {},
                ]
            }
        }
    },
]


def emptied(document, dice):
    """A copy in which what placement looks for is there, but null or empty."""
    document = copy.deepcopy(document)
    spec = oracle.pod_spec(document)
    for key in ("tolerations", "topologySpreadConstraints"):
        if not spec.get(key):
            spec[key] = dice.choice([None, []])
    if not spec.get("affinity"):
        spec["affinity"] = copy.deepcopy(dice.choice(AFFINITIES))
    return document


def commented(text, dice):
    """Comments and empty lines wherever a block begins."""
    lines = []
    for line in text.split(b"\n"):
        lines.append(line)
        if re.fullmatch(rb" *(- )?[A-Za-z]+:", line) and dice.random() < 0.4:
            lines.append(dice.choice([b"", b"# at the margin", b"             # far in", b"   "]))
    return b"\n".join(lines)


def bare(text, word=b""):
    """Nulls that are not written, or in another word."""
    return re.sub(rb"(?m)^( *(?:- )?[A-Za-z]+:) null$", rb"\1" + word, text)


def crlf(text):
    return text.replace(b"\n", b"\r\n")


def styles(documents, dice):
    """Names and streams."""
    empty = [emptied(document, dice) for document in documents]
    mixed = [shuffled(document, dice) for document in empty]
    yield "block", dump(documents)
    yield "block, CRLF", crlf(dump(documents))
    yield "block, byte order mark", b"\xef\xbb\xbf" + dump(documents)
    yield "block, no end of the last line", dump(documents).rstrip(b"\n")
    yield "block, far in", dump(documents, indent=8)
    yield "block, narrow", dump(documents, width=20)
    yield "block, comments", commented(dump(documents), dice)
    yield "block, markers", dump(documents, explicit_start=True, explicit_end=True)
    yield "leaves in flow", dump(documents, default_flow_style=None)
    yield "flow", dump(documents, default_flow_style=True)
    yield "flow, CRLF", crlf(dump(documents, default_flow_style=True))
    yield "flow, one line", dump(documents, default_flow_style=True, width=10**9)
    yield "JSON, one line", each_json(documents)
    yield "JSON, spaces", each_json(documents, indent=2)
    yield "JSON, tabs", each_json(documents, indent="\t")
    yield "list", dump(in_list(documents))
    yield "list, flow", dump(in_list(documents), default_flow_style=True)
    yield "list, JSON", json.dumps(in_list(documents)[0], indent=4).encode()
    yield "ResourceList", dump(in_list(documents, "ResourceList", "config.kubernetes.io/v1"))
    yield "empty values", dump(empty)
    yield "empty values, flow", dump(empty, default_flow_style=True)
    yield "empty values, JSON", each_json(empty, indent=1)
    yield "empty values, bare", bare(dump(empty))
    yield "empty values, ~", bare(dump(empty), b" ~")
    yield "empty values, comments", commented(bare(dump(empty), b" # why"), dice)
    yield "other orders", dump(mixed)
    yield "other orders, CRLF, bare", crlf(bare(dump(mixed)))
    yield "other orders, comments", commented(bare(dump(mixed)), dice)


def patch(spotgen, stream):
    return subprocess.run(
        [spotgen, "patch", "-f", str(CONFIG), "--verify"], input=stream, capture_output=True, check=False
    )


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    spotgen, *paths = sys.argv[1:]
    config = Config(CONFIG)
    documents = []
    for path in paths:
        for document in oracle.load(Path(path).read_bytes()):
            documents += oracle.workloads(document)
    bad = 0
    for name, stream in styles(documents, random.Random(1)):
        first = patch(spotgen, stream)
        if first.returncode:
            mistakes = [f"exit code {first.returncode}: {first.stderr.decode(errors='replace')[:2000]}"]
        else:
            counts, mistakes = oracle.check(stream, first.stdout, config)
            if not counts["edited"]:
                mistakes.append("there was nothing to edit")
            if patch(spotgen, first.stdout).stdout != first.stdout:
                mistakes.append("patched twice it is not the same")
        for mistake in mistakes[:5]:
            print(f"{name}: {mistake}")
        bad += len(mistakes)
    print(f"{len(documents)} workloads in many styles, {bad} mistakes")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
