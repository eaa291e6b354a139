"""Run the expressions of mutating admission policies on pods, with an implementation of CEL that is not Kubernetes' own.

usage: admission.py FILE...

Every expression is parsed and evaluated. A policy must leave everything that a pod has where it is, change nothing the
second time, and leave pods of DaemonSets and pods on a node alone. Needs the packages cel-python and PyYAML.
"""

import copy
import json
import re
import sys

import celpy
import yaml

PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"

EXPRESSION = {"key": "disk", "operator": "In", "values": ["ssd"]}
FIELD = {"key": "metadata.name", "operator": "In", "values": ["n"]}
PODS = {
    "plain": {},
    "as the API server hands it over": {
        "terminationGracePeriodSeconds": 30,
        "tolerations": [
            {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        ],
    },
    "own lists": {
        "tolerations": [{"key": "dedicated", "operator": "Exists"}, {"key": "a", "value": "b", "effect": "NoSchedule"}],
        "affinity": {
            "nodeAffinity": {
                PREFERRED: [{"weight": 100, "preference": {"matchExpressions": [EXPRESSION]}},
                            {"weight": 1, "preference": {"matchFields": [FIELD]}}],
                REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [EXPRESSION]}, {"matchFields": [FIELD]}, {}]},
            },
            "podAntiAffinity": {PREFERRED: [{"weight": 1, "podAffinityTerm": {"topologyKey": "x"}}]},
        },
    },
    "tolerates all": {"tolerations": [{"operator": "Exists"}], "affinity": {}},
    "tolerates all for a while": {
        "tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}],
        "affinity": {"nodeAffinity": {}},
    },
    "very many terms": {
        "affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [EXPRESSION]}] * 17}}}
    },
}
LEFT_ALONE = {
    "of a DaemonSet": {"metadata": {"ownerReferences": [{"kind": "DaemonSet", "name": "x"}]}, "spec": {}},
    "on its node": {"metadata": {}, "spec": {"nodeName": "n"}},
}


def plain(expression):
    """The same with maps in place of the types that only Kubernetes knows: JSONPatch{op: …}, Object.spec.affinity{}."""
    parts = re.split(r'("(?:\\.|[^"\\])*")', expression)
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"\b(?:JSONPatch|Object(?:\.\w+)*)\{", "{", parts[at])
        parts[at] = re.sub(r"([{,]\s*)(\w+):", r'\1"\2":', parts[at])
    return "".join(parts)


class Policy:
    def __init__(self, document):
        spec = document["spec"]
        environment = celpy.Environment()
        compiled = lambda text: environment.program(environment.compile(plain(text)))  # noqa: E731
        self.name = document["metadata"]["name"]
        self.conditions = [compiled(condition["expression"]) for condition in spec["matchConditions"]]
        self.variables = [(item["name"], compiled(item["expression"])) for item in spec.get("variables", [])]
        self.mutations = [compiled(mutation["jsonPatch"]["expression"]) for mutation in spec["mutations"]]

    def matches(self, pod):
        given = {"object": celpy.json_to_cel(pod)}
        return all(condition.evaluate(given) for condition in self.conditions)

    def mutate(self, pod):
        pod = copy.deepcopy(pod)
        for mutation in self.mutations:
            variables = celpy.celtypes.MapType()
            given = {"object": celpy.json_to_cel(pod), "variables": variables}
            for name, program in self.variables:
                variables[celpy.celtypes.StringType(name)] = program.evaluate(given)
            for operation in mutation.evaluate(given):
                apply(pod, json.loads(json.dumps(operation, cls=celpy.CELJSONEncoder)))
        return pod


def apply(document, operation):
    """RFC 6902, `add` and `copy` alone."""
    assert operation["op"] in ("add", "copy"), operation
    if operation["op"] == "copy":
        value = copy.deepcopy(at(document, parts_of(operation["from"])))
    else:
        value = operation["value"]
    *parents, last = parts_of(operation["path"])
    holder = at(document, parents)
    if isinstance(holder, list):
        assert last == "-", operation
        holder.append(value)
    else:
        holder[last] = value


def parts_of(pointer):
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def at(document, parts):
    for part in parts:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def lost(before, after, path=""):
    """What is in one document and not, in the same place, in the other."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                yield f"{path}.{key} is gone"
            else:
                yield from lost(value, after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list):
        for at, value in enumerate(before):
            if at >= len(after):
                yield f"{path}[{at}] is gone"
            else:
                yield from lost(value, after[at], f"{path}[{at}]")
    elif before != after and not path.endswith(".terminationGracePeriodSeconds"):
        yield f"{path} was {before!r}, is {after!r}"


def mistakes(policy):
    for name, spec in PODS.items():
        pod = {"metadata": {"name": "pod"}, "spec": spec}
        if not policy.matches(pod):
            yield f"a pod that is {name!r} is left alone"
        once = policy.mutate(pod)
        yield from (f"{name}: {loss}" for loss in lost(pod, once))
        if once == pod and name == "plain":
            yield "nothing happens"
        if policy.mutate(once) != once:
            yield f"{name}: the second time something changes"
    for name, pod in LEFT_ALONE.items():
        if policy.matches(pod):
            yield f"a pod that is {name!r} is not left alone"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    policies = bad = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            documents = [document for document in yaml.safe_load_all(file) if document]
        for document in documents:
            if document["kind"] != "MutatingAdmissionPolicy":
                continue
            policies += 1
            try:
                found = list(mistakes(Policy(document)))
            except (celpy.CELParseError, celpy.CELEvalError, AssertionError) as error:
                found = [f"{type(error).__name__}: {error}"]
            for mistake in found:
                print(f"{path}: {document['metadata']['name']}: {mistake}")
            bad += len(found)
    if not policies:
        sys.exit("there is no policy")
    print(f"admission: {policies} policies, {bad} mistakes")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
