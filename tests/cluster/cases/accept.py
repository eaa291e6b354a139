"""Every object that spotgen makes, and every workload that it patches, is taken by a real API server.

Each is applied on the server's side with strict validation, as kubectl does for `apply --server-side
--validate=strict --dry-run=server`: the document goes over as it is written, so that the server reads our bytes. Of
spotgen's own objects the server keeps every field: one that it drops is a change for ever to whoever compares.
"""

import collections
import json

import yaml

import skeletons
import streams
from api import APPLY
from failure import Failed, Unavailable
from resources import called, path_of, texts

LANE = "objects"

# Warnings of the API server that are meant, by a part of their text: names with dots are their owners' choice.
MEANT = ("metadata.name: this is used in Pod names and hostnames",)

OURS = {"app.kubernetes.io/managed-by": "spotgen"}

SHOWN = 8


def run(case):
    taker = Taker(case)
    for what, found in (
        ("manifests", lambda: streams.goldens("manifests.yaml")),
        ("admission policies", lambda: streams.goldens("admission.yaml")),
        ("chart renderings", lambda: streams.charts(case)),
        ("kustomize builds", lambda: streams.kustomizations(case)),
        ("kustomize functions", lambda: streams.kustomize_function(case)),
    ):
        taker.take_all(what, lambda found=found: ((name, None, text) for name, text in found()))
    taker.take_all("patched workloads", lambda: streams.patched(case))
    taker.take_all("charts of other people", lambda: streams.real_charts(case))
    taker.judge()


class Taker:
    def __init__(self, case):
        self.case = case
        self.answers = {}
        self.namespaces = set()
        self.mistakes = []
        self.unknown = collections.Counter()
        self.refused_before = []
        self.made_whole = 0

    def take_all(self, what, found):
        """All streams of a sort: what comes out, and where there is one, what went in."""
        count = objects = 0
        try:
            for name, before, after in found():
                count += 1
                objects += self.take_stream(name, before, after)
        except Unavailable as missing:
            if missing.is_failure:
                raise
            self.case.left_out(f"{what}: {missing}")
            return
        if not count:
            raise Failed(f"there are no {what} to take")
        self.case.say(f"{what}: {count} streams, {objects} objects taken")

    def take_stream(self, name, before, after):
        befores = self.split(before) if before is not None else {}
        taken = 0
        for document, text in self.split(after).values():
            if self.dry_run(document, text, name, befores.get(key_of(document))):
                taken += 1
        return taken

    @staticmethod
    def split(stream):
        found = {}
        for text in texts(stream):
            for item in streams.items(text):
                document = yaml.safe_load(item)
                found[key_of(document)] = (document, item)
        return found

    def dry_run(self, document, text, name, before):
        """Whether it is taken. What no server takes without us either is no mistake of ours."""
        kind = self.case.plane.kinds.get((document.get("apiVersion"), document.get("kind")))
        if kind is None:
            named = f"{document['kind']} of {document['apiVersion']}" if "kind" in document else "a map without a kind"
            self.unknown[named] += 1
            return False
        if "name" not in (document.get("metadata") or {}):
            self.refused_before.append(f"a {document['kind']} without a name in {name}")
            return False
        answer = self.ask(kind, document, text)
        if self.is_accepted(answer):
            return self.is_kept(name, document, answer)
        if before is not None and not self.is_accepted(self.ask(kind, *before)):
            # The input is a sketch; so both are made whole in the same way.
            document, text = json_of(skeletons.whole(document))
            if document is None or not self.is_accepted(self.ask(kind, *json_of(skeletons.whole(before[0])))):
                self.refused_before.append(f"{called(before[0])} in {name}")
                return False
            answer = self.ask(kind, document, text)
            self.made_whole += 1
            if self.is_accepted(answer):
                return True
        said = "\n".join(answer.warnings) if answer.is_good else answer.reason
        self.mistakes.append((f"{name}: {called(document)} is not taken", text, said))
        return False

    def is_kept(self, name, document, answer):
        if OURS.items() <= (document["metadata"].get("labels") or {}).items():
            for field in dropped(document, answer.body):
                self.mistakes.append((f"{name}: of {called(document)} the server does not keep {field}", None, None))
        return True

    @staticmethod
    def is_accepted(answer):
        return answer.is_good and all(any(meant in warning for meant in MEANT) for warning in answer.warnings)

    def ask(self, kind, document, text):
        if text not in self.answers:
            if kind.is_namespaced:
                self.make(document["metadata"].get("namespace", "default"))
            self.answers[text] = self.case.api.ask(
                "PATCH",
                path_of(kind, document),
                text.encode(),
                kind=APPLY,
                fieldManager="kubectl",
                fieldValidation="Strict",
                dryRun="All",
                force="true",
            )
        return self.answers[text]

    def make(self, namespace):
        """A namespace for others to be taken in."""
        if namespace in self.namespaces:
            return
        self.namespaces.add(namespace)
        self.case.plane.namespace(namespace)
        account = f"/api/v1/namespaces/{namespace}/serviceaccounts/default"
        # Without it the server makes no pods there.
        self.case.plane.wait(f"{namespace} has its account", lambda: self.case.api.ask("GET", account).is_good)

    def judge(self):
        for kind, count in sorted(self.unknown.items()):
            self.case.left_out(f"{count} × {kind}, of which the server has no definition")
        self.case.say(f"{self.made_whole} of the inputs of `patch` are sketches, and were made whole before and after")
        if self.refused_before:
            self.case.left_out(f"refused before they were patched too: {', '.join(self.refused_before)}")
        if self.mistakes:
            shown = [str(Failed(*mistake)) for mistake in self.mistakes[:SHOWN]]
            raise Failed(f"{len(self.mistakes)} objects are not taken\n" + "\n".join(shown))


def dropped(given, kept, path=""):
    """The fields that have gone. Values may be written in another way."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for key in given:
            if key in kept:
                yield from dropped(given[key], kept[key], f"{path}/{key}")
            else:
                yield f"{path}/{key}"
    elif isinstance(given, list) and isinstance(kept, list):
        for number, (one, other) in enumerate(zip(given, kept)):
            yield from dropped(one, other, f"{path}/{number}")


def json_of(document):
    return document, json.dumps(document, default=str)


def key_of(document):
    metadata = document.get("metadata") or {}
    return document.get("apiVersion"), document.get("kind"), metadata.get("namespace"), metadata.get("name")
