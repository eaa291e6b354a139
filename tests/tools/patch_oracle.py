"""Check what `spotgen patch` made of a stream, by another reader and another editor.

usage: patch_oracle.py --config FILE [--namespace NS] [--data-only] INPUT OUTPUT

The input is read as YAML 1.1, as kubectl reads it (0644 is 420), edited as plain
data, and compared with the output. Then the bytes: an untouched document is the same
to the last byte, and in a touched one every line of the input is still there, in
order. The only lines that may change are those whose value had to make room (`[]`,
`{}`, `null`), a flow collection that something is put into, and a grace period.
--data-only leaves the bytes out, for what another program has written anew in between.
"""

import argparse
import copy
import re
import sys

import yaml

from patch_config import CANDIDATE, SPOT, Config

PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"

TEMPLATE = ("spec", "template")
# Groups of the API, and where the pod's template is. "" is the core group.
WORKLOADS = {
    "Deployment": (("apps", "extensions"), TEMPLATE),
    "StatefulSet": (("apps",), TEMPLATE),
    "ReplicaSet": (("apps", "extensions"), TEMPLATE),
    "DaemonSet": (("apps", "extensions"), TEMPLATE),
    "Job": (("batch",), TEMPLATE),
    "CronJob": (("batch",), ("spec", "jobTemplate", "spec", "template")),
    "ReplicationController": (("",), TEMPLATE),
    "Pod": (("",), ()),
    "Rollout": (("argoproj.io",), TEMPLATE),
}


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML 1.1 without its dates, which kubectl does not know."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":value"))]
    for first, resolvers in Loader.yaml_implicit_resolvers.items()
}


def load(text):
    return list(yaml.load_all(text, Loader=Loader))


def go_down(document, path):
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else None


def pod_spec(document):
    """The pod spec of a workload, or None."""
    if not isinstance(document, dict) or document.get("kind") not in WORKLOADS:
        return None
    groups, path = WORKLOADS[document["kind"]]
    group, _, version = str(document.get("apiVersion", "")).rpartition("/")
    return go_down(document, (*path, "spec")) if version and group in groups else None


def pod_labels(document):
    """The labels by which the workload finds its pods."""
    path = WORKLOADS[document["kind"]][1]
    labels = (go_down(document, path) or {}).get("metadata", {}).get("labels") or {}
    selector = (go_down(document, path[:-1]) or {}).get("selector") if path else None
    if not selector:
        # A Pod, a Job that leaves it to Kubernetes, an old controller.
        return labels
    return selector if document["kind"] == "ReplicationController" else selector.get("matchLabels") or {}


def tolerates(own, ours):
    """Whether a toleration says the same as ours, or more."""
    exists = own.get("operator") == "Exists"
    key = own.get("key") or None
    if own.get("effect") not in (None, "", ours["effect"]):
        return False
    if key is None and not exists:
        return False
    if key is not None and key != ours["key"]:
        return False
    if ours["key"] == CANDIDATE["key"] and not exists:
        # Its value is a time, and never the same.
        return False
    if key is not None and not exists and (own.get("value") or "") != ours.get("value", ""):
        return False
    return own.get("tolerationSeconds") is None or ours.get("tolerationSeconds") is not None


def child(mapping, key, kind):
    """The value under a key, made where it is missing or null."""
    if mapping.get(key) is None:
        mapping[key] = kind()
    return mapping[key]


def append(mapping, key, entries, has=lambda own, ours: own == ours):
    missing = [ours for ours in entries if not any(has(own, ours) for own in mapping.get(key) or [])]
    if missing:
        child(mapping, key, list).extend(missing)


def add_node_affinity(spec, chosen):
    ours = {"key": SPOT[0], "operator": "NotIn" if chosen.spot in ("Avoided", "Never") else "In", "values": [SPOT[1]]}
    if chosen.spot in ("Preferred", "Avoided"):
        affinity = child(child(spec, "affinity", dict), "nodeAffinity", dict)
        append(affinity, PREFERRED, [{"weight": chosen.weight, "preference": {"matchExpressions": [ours]}}])
    elif chosen.spot in ("Required", "Never"):
        affinity = child(child(spec, "affinity", dict), "nodeAffinity", dict)
        terms = child(child(affinity, REQUIRED, dict), "nodeSelectorTerms", list)
        if not terms:
            terms.append({})
            append(terms[0], "matchExpressions", [ours])
        # The terms are alternatives: each must ask for it. An empty one matches nothing.
        for term in terms:
            if term.get("matchExpressions") or term.get("matchFields"):
                append(term, "matchExpressions", [ours])


def add_spread(spec, chosen, labels):
    for key, over in chosen.spread:
        must = over["whenUnsatisfiable"] == "DoNotSchedule"
        selector = {"matchLabels": dict(labels)}
        if chosen.method == "PodAntiAffinity":
            affinity = child(child(spec, "affinity", dict), "podAntiAffinity", dict)
            term = {"topologyKey": key, "labelSelector": selector}
            if must:
                append(affinity, REQUIRED, [term])
            else:
                append(affinity, PREFERRED, [{"weight": over["weight"], "podAffinityTerm": term}])
        elif chosen.method == "TopologySpread":
            constraint = {
                "topologyKey": key,
                "maxSkew": over["maxSkew"],
                "whenUnsatisfiable": over["whenUnsatisfiable"],
                "labelSelector": selector,
            }
            append(spec, "topologySpreadConstraints", [constraint], over_the_same_key)


def over_the_same_key(own, ours):
    return own["topologyKey"] == ours["topologyKey"]


def edit_workload(document, config, namespace):
    spec = pod_spec(document)
    chosen = config.class_of(document, namespace) if spec is not None else None
    if chosen is None:
        return
    if document["kind"] == "DaemonSet":
        append(spec, "tolerations", chosen.tolerations(), tolerates)
        return
    candidates = config.candidate_tolerations(chosen, document["kind"], spec)
    append(spec, "tolerations", chosen.tolerations() + candidates + chosen.node_loss_tolerations(), tolerates)
    add_node_affinity(spec, chosen)
    labels = pod_labels(document)
    if labels:
        add_spread(spec, chosen, labels)
    if isinstance(chosen.grace, int):
        spec["terminationGracePeriodSeconds"] = chosen.grace


def edited(document, config, namespace):
    document = copy.deepcopy(document)
    for workload in workloads(document):
        edit_workload(workload, config, namespace)
    return document


def workloads(document):
    """The document, or the items of a list, at any depth, that have pods."""
    if not isinstance(document, dict):
        return
    kind = str(document.get("kind", ""))
    if kind.endswith("List") and isinstance(document.get("items"), list):
        # The items of a typed list need not say what they are.
        inherited = {"kind": kind.removesuffix("List"), "apiVersion": document.get("apiVersion")}
        for item in document["items"]:
            is_typed = kind not in ("List", "ResourceList") and isinstance(item, dict)
            yield from workloads(Item(inherited, item) if is_typed else item)
    elif pod_spec(document) is not None and not is_made(document):
        yield document


class Item(dict):
    """An item of a typed list, with what the list says of it; its parts are those of the item."""

    def __init__(self, inherited, item):
        super().__init__({**inherited, **item})


def is_made(document):
    """Whether another workload made it, as a Deployment makes its ReplicaSets: that one is to be changed."""
    owners = (document.get("metadata") or {}).get("ownerReferences") or []
    return any(owner.get("controller") and owner.get("kind") in WORKLOADS for owner in owners)


def differences(expected, found, path=""):
    """Where two values differ, in words."""
    if type(expected) is not type(found):
        yield f"{path}: {expected!r} is expected, {found!r} is there"
    elif isinstance(expected, dict):
        for key in [*expected, *(key for key in found if key not in expected)]:
            if key not in found:
                yield f"{path}.{key}: missing"
            elif key not in expected:
                yield f"{path}.{key}: {found[key]!r} is there, and should not be"
            else:
                yield from differences(expected[key], found[key], f"{path}.{key}")
    elif isinstance(expected, list):
        if len(expected) != len(found):
            yield f"{path}: {len(expected)} entries are expected, {len(found)} are there"
        for number, (a, b) in enumerate(zip(expected, found)):
            yield from differences(a, b, f"{path}[{number}]")
    elif expected != found and not (expected != expected and found != found):
        yield f"{path}: {expected!r} is expected, {found!r} is there"


def without_results(document):
    """A ResourceList is answered with results, which are not of the input."""
    if isinstance(document, dict) and document.get("kind") == "ResourceList":
        document.pop("results", None)
    return document


def data_mistakes(inputs, outputs, config, namespace):
    if len(inputs) != len(outputs):
        yield f"{len(inputs)} documents went in, {len(outputs)} came out"
        return
    for number, (before, after) in enumerate(zip(inputs, outputs), 1):
        expected = without_results(edited(before, config, namespace))
        for difference in differences(expected, without_results(after)):
            name = (before.get("metadata") or {}).get("name") if isinstance(before, dict) else None
            yield f"document {number} ({before.get('kind') if isinstance(before, dict) else ''} {name}): {difference}"


# ---- bytes

# At the start of a line `---` begins a document wherever it stands, even inside of a text.
START = re.compile(rb"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
# A flow collection that goes on in the next line.
IN_FLOW = re.compile(rb"(?m)([\[{]|,)[ \t]*\r?$")
# Values that make room: of a key that placement sets, nothing or a number.
KEYS = b"tolerations|affinity|(node|podAnti)Affinity|(preferred|required)DuringSchedulingIgnoredDuringExecution"
KEYS += b"|nodeSelectorTerms|matchExpressions|topologySpreadConstraints|terminationGracePeriodSeconds"
REPLACED = re.compile(rb"(?<=[\"' {-])((%s)[\"']?[ \t]*:)[ \t]*(\[[ \t]*\]|\{[ \t]*\}|null\b|~|\d\w*)" % KEYS)


def pieces(stream):
    """The stream cut before every `---`."""
    cuts = [0, *(match.start() for match in START.finditer(stream) if match.start()), len(stream)]
    return [stream[a:b] for a, b in zip(cuts, cuts[1:])]


def is_touched(piece, config, namespace):
    # The directives of the next document stand at the end of this piece.
    text = re.sub(rb"(?m)^%.*\n?", b"", piece)
    try:
        documents = load(text)
    except yaml.YAMLError:
        # It uses what another piece defines; no workload does.
        return False
    return any(edited(document, config, namespace) != document for document in documents)


def is_subsequence(part, whole):
    rest = iter(whole)
    return all(byte in rest for byte in part)


def stands_for(before, after):
    """Whether a line of the output may stand where a line of the input was."""
    if before == after or (not before.endswith(b"\n") and before == after.rstrip(b"\r\n")):
        return True
    # A key may be put before the first one of an item: `- a: 1` becomes `- b: 2` and `  a: 1`.
    if re.sub(rb"^( *)-", rb"\1 ", before) == after:
        return True
    kept = REPLACED.sub(rb"\1", before).strip()
    if kept == REPLACED.sub(rb"\1", after).strip():
        return True
    # A block goes on below its key. Inside of a flow collection an insertion need not begin a line.
    is_flow = kept != before.strip() or re.search(rb"[\[\]{}]", before)
    return bool(is_flow) and is_subsequence(kept, after.strip())


def lost_line(before, after):
    """The first line of the input that the output does not have in its place, or None."""
    rest = iter(after.splitlines(keepends=True))
    for number, line in enumerate(before.splitlines(keepends=True), 1):
        if any(stands_for(line, other) for other in rest):
            continue
        # A flow collection over several lines may have been parted within one of them.
        if IN_FLOW.search(before) and is_subsequence(REPLACED.sub(rb"\1", before), after):
            return None
        return number, line
    return None


def byte_mistakes(before, after, config, namespace, counts):
    inputs, outputs = pieces(before), pieces(after)
    if len(inputs) != len(outputs):
        yield f"{len(inputs)} pieces between `---` went in, {len(outputs)} came out"
        return
    for number, (a, b) in enumerate(zip(inputs, outputs), 1):
        if not is_touched(a, config, namespace):
            counts["untouched"] += 1
            if a != b:
                yield f"piece {number} is untouched, but not the same: {a[:120]!r}"
            continue
        counts["touched"] += 1
        lost = lost_line(a, b)
        if lost:
            yield f"piece {number}: line {lost[0]} is lost: {lost[1]!r}"


def check(before, after, config, namespace=None, data_only=False):
    """Counts, and what is wrong with the output, in words."""
    inputs = load(before)
    counts = {"documents": len(inputs), "workloads": 0, "edited": 0, "touched": 0, "untouched": 0}
    for document in inputs:
        for workload in workloads(document):
            counts["workloads"] += 1
            counts["edited"] += edited(workload, config, namespace) != workload
    try:
        outputs = load(after)
    except yaml.YAMLError as error:
        return counts, [f"the output is not YAML: {error}"]
    mistakes = list(data_mistakes(inputs, outputs, config, namespace))
    if not data_only:
        mistakes += byte_mistakes(before, after, config, namespace, counts)
    return counts, mistakes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--namespace")
    parser.add_argument("--data-only", action="store_true")
    parser.add_argument("input")
    parser.add_argument("output")
    args = parser.parse_args()
    with open(args.input, "rb") as file:
        before = file.read()
    with open(args.output, "rb") as file:
        after = file.read()
    counts, mistakes = check(before, after, Config(args.config), args.namespace, args.data_only)
    for mistake in mistakes[:20]:
        print(mistake)
    print(", ".join(f"{count} {name}" for name, count in counts.items()) + f", {len(mistakes)} mistakes")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
