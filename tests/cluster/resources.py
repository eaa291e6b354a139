"""Which kinds the API server has, and the path of an object."""

from collections import namedtuple

import yaml

Kind = namedtuple("Kind", "group_version plural is_namespaced verbs")


def discovered(api):
    """All kinds, by (apiVersion, kind)."""
    versions = ["v1"]
    for group in api.get("/apis")["groups"]:
        versions += [version["groupVersion"] for version in group["versions"]]
    found = {}
    for version in versions:
        root = "/api/v1" if version == "v1" else f"/apis/{version}"
        for resource in api.get(root)["resources"]:
            if "/" not in resource["name"]:
                kind = Kind(version, resource["name"], resource["namespaced"], resource["verbs"])
                found[version, resource["kind"]] = kind
    return found


def root_of(kind):
    return "/api/v1" if kind.group_version == "v1" else f"/apis/{kind.group_version}"


def folder_of(kind, namespace):
    """The path of a kind's objects: of a namespace, or of all for None."""
    where = f"/namespaces/{namespace}" if kind.is_namespaced and namespace else ""
    return f"{root_of(kind)}{where}/{kind.plural}"


def path_of(kind, document):
    metadata = document["metadata"]
    return f"{folder_of(kind, metadata.get('namespace', 'default'))}/{metadata['name']}"


def texts(stream):
    """The documents of a YAML stream, each as it is written: the server is to read our bytes, not a copy of them."""
    found = []
    start = None
    for event in yaml.parse(stream, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.DocumentStartEvent):
            start = event.start_mark.index
        elif isinstance(event, yaml.DocumentEndEvent):
            text = stream[start : event.start_mark.index]
            if yaml.safe_load(text) is not None:
                found.append(text)
    return found


def called(document):
    metadata = document.get("metadata") or {}
    namespace = metadata.get("namespace")
    return f"{document.get('kind')} {namespace + '/' if namespace else ''}{metadata.get('name')}"
