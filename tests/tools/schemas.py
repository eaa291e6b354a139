"""Check objects against the Kubernetes schemas, refusing unknown fields.

usage: schemas.py [--partial] [--versions 1.31,1.37] FILE...

--partial is for patches: a patch names only the fields it changes, so "required
property missing" is no mistake there. Every other mistake still is.
"""

import argparse
import sys

import jsonschema
import kubernetes_validate as kv
import yaml
from kubernetes_validate import utils
from referencing import Registry, Resource

VERSIONS = ["1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"]

# Directions inside strategic-merge patches; not part of any schema.
PATCH_DIRECTIONS = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Schemas:
    """The strict schemas of one Kubernetes version, each read once.

    kubernetes_validate.validate() reads two megabytes of definitions anew for
    every object, and stops at the first mistake.
    """

    def __init__(self, version):
        # An exact match: the package would silently fall back to an older one.
        found = [v for v in kv.utils.all_versions() if utils.major_minor(v) == version]
        if not found:
            raise SystemExit(f"schemas.py: no schemas for Kubernetes {version} in this kubernetes-validate")
        self.version = version
        self.folder = f"kubernetes-json-schema/v{found[-1]}-local-strict"
        definitions = utils.schema_contents(f"{self.folder}/_definitions.json", version)
        self.registry = Resource.from_contents(definitions) @ Registry()
        self.validators = {}

    def validator(self, api_version, kind):
        key = (api_version, kind)
        if key not in self.validators:
            group, _, version = api_version.rpartition("/")
            group = group.split(".")[0]
            name = f"{kind.lower()}-{group + '-' if group else ''}{version}.json"
            try:
                schema = utils.schema_contents(f"{self.folder}/{name}", self.version)
            except FileNotFoundError:
                self.validators[key] = None
            else:
                registry = Resource.from_contents(schema) @ self.registry
                self.validators[key] = jsonschema.Draft202012Validator(schema, registry=registry)
        return self.validators[key]


def without_directions(value):
    if isinstance(value, dict):
        return {
            k: without_directions(v)
            for k, v in value.items()
            if not (isinstance(k, str) and k.startswith(PATCH_DIRECTIONS))
        }
    if isinstance(value, list):
        return [without_directions(v) for v in value]
    return value


def is_custom(api_version):
    """Whether the kind is defined in the cluster, by others than Kubernetes: of those there is no schema here."""
    group = api_version.rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io")


def mistakes(schemas, doc, partial):
    validator = schemas.validator(doc["apiVersion"], doc["kind"])
    if validator is None:
        yield f"no kind {doc['kind']} in {doc['apiVersion']}"
        return
    for error in validator.iter_errors(doc):
        if partial and error.validator == "required":
            continue
        where = ".".join(str(p) for p in error.absolute_path) or "(top)"
        yield f"{where}: {error.message[:300]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--partial", action="store_true")
    parser.add_argument("--versions", default=",".join(VERSIONS))
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    sets = [Schemas(v) for v in args.versions.split(",")]
    bad = 0
    checked = 0
    custom = 0
    for path in args.files:
        with open(path, encoding="utf-8") as file:
            try:
                docs = [d for d in yaml.load_all(file, Loader=Loader) if d is not None]
            except yaml.YAMLError as error:
                print(f"{path}: not YAML: {error}")
                bad += 1
                continue
        for number, doc in enumerate(docs, 1):
            name = f"{path}: document {number}"
            if not (isinstance(doc, dict) and all(isinstance(doc.get(k), str) for k in ("apiVersion", "kind"))):
                print(f"{name}: no apiVersion or kind")
                bad += 1
                continue
            if is_custom(doc["apiVersion"]):
                custom += 1
                continue
            metadata = doc.get("metadata") if isinstance(doc.get("metadata"), dict) else {}
            name += f" ({doc['kind']} {metadata.get('name')})"
            if args.partial:
                doc = without_directions(doc)
            checked += 1
            found = {}
            for schemas in sets:
                for message in mistakes(schemas, doc, args.partial):
                    found.setdefault(message, []).append(schemas.version)
            for message, versions in found.items():
                print(f"{name}: {message} [Kubernetes {', '.join(versions)}]")
                bad += 1
    if bad:
        print(f"schemas: {bad} mistakes")
        return 1
    left_out = f" ({custom} of custom kinds left out)" if custom else ""
    print(f"schemas: {checked} objects in {len(args.files)} files pass for Kubernetes {args.versions}{left_out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
