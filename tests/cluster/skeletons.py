"""Workloads of test inputs that say only what their test is about, made whole for a server: the same is added whatever
placement they have."""

import copy

from program import IMAGE

LABELS = {"skeleton": "whole"}
WITH_SELECTOR = {"Deployment", "StatefulSet", "ReplicaSet", "DaemonSet"}
# What an object has that was read from a cluster, and what nobody may apply.
OF_A_CLUSTER = ("managedFields", "resourceVersion", "uid", "generation", "creationTimestamp")
# Paths to the pod template.
TEMPLATES = {
    **dict.fromkeys([*WITH_SELECTOR, "ReplicationController", "Job"], ("spec", "template")),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}


def whole(document):
    """A copy with the containers, selector and the like that the API asks for; None where that is not known."""
    kind = document.get("kind")
    if kind not in TEMPLATES:
        return None
    document = copy.deepcopy(document)
    for key in OF_A_CLUSTER:
        document["metadata"].pop(key, None)
    template = document
    for key in TEMPLATES[kind]:
        template = into(template, key)
    spec = into(template, "spec")
    containers = spec["containers"] = spec.get("containers") or [{}]
    for number, container in enumerate(containers):
        container.setdefault("name", f"c{number}")
        container.setdefault("image", IMAGE)
    if kind in WITH_SELECTOR or kind == "ReplicationController":
        labels = into(into(template, "metadata"), "labels")
        labels.update(LABELS)
        document["spec"]["selector"] = {"matchLabels": LABELS} if kind in WITH_SELECTOR else LABELS
    if kind in ("Job", "CronJob"):
        spec.setdefault("restartPolicy", "Never")
    if kind == "CronJob":
        document["spec"].setdefault("schedule", "0 0 * * *")
    if kind == "StatefulSet":
        document["spec"].setdefault("serviceName", "skeleton")
    return document


def into(mapping, key):
    """The map below a key, made where it is missing or null."""
    if not isinstance(mapping.get(key), dict):
        mapping[key] = {}
    return mapping[key]
