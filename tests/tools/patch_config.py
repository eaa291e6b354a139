"""What a spot-config.yaml means for patching, read independently of spotgen.

Only as much of it as the checks use; anything else is refused, so that nothing is
overlooked. Meaning and defaults are those of the documentation, for provider aks.
"""

import fnmatch
import sys

import yaml

SPOT = ("kubernetes.azure.com/scalesetpriority", "spot")
ON_DEMAND_TAINT = {
    "key": "spotgen.dev/capacity",
    "operator": "Equal",
    "value": "on-demand",
    "effect": "PreferNoSchedule",
}
TOPOLOGY = {
    "zone": "topology.kubernetes.io/zone",
    "node": "kubernetes.io/hostname",
    "nodePool": "kubernetes.azure.com/agentpool",
}
SPREAD = {"weight": 100, "maxSkew": 3, "whenUnsatisfiable": "ScheduleAnyway"}
NODE_LOSS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")

DEFAULT_CLASS = {
    "placement": {
        "spot": "Preferred",
        "spread": {"method": "TopologySpread", "zone": {}, "node": {}},
    },
    "terminationGracePeriodSeconds": 20,
    "nodeLossTolerationSeconds": 30,
}


def only(mapping, *known):
    unknown = set(mapping) - set(known)
    if unknown:
        sys.exit(f"patch_config.py: it knows nothing of {', '.join(sorted(unknown))}")
    return mapping


class Class:
    """What a class adds to a pod spec."""

    def __init__(self, settings):
        only(settings, "placement", "terminationGracePeriodSeconds", "nodeLossTolerationSeconds", "disruptionBudget")
        placement = only(settings.get("placement") or {}, "spot", "weight", "spread")
        self.spot = placement.get("spot")
        self.weight = placement.get("weight", 100)
        self.grace = settings.get("terminationGracePeriodSeconds")
        self.node_loss = settings.get("nodeLossTolerationSeconds")
        spread = placement.get("spread") or {}
        self.method = spread.get("method")
        self.spread = []
        for name, over in spread.items():
            if name == "method":
                continue
            keys = over.items() if name == "topologyKeys" else [(TOPOLOGY[name], over)]
            for key, values in keys:
                only(values, *SPREAD)
                self.spread.append((key, {**SPREAD, **values}))

    def tolerations(self):
        found = []
        if self.spot in ("Preferred", "Required", "Tolerated"):
            found.append({"key": SPOT[0], "operator": "Equal", "value": SPOT[1], "effect": "NoSchedule"})
        elif self.spot == "Never":
            found.append(dict(ON_DEMAND_TAINT))
        return found

    def node_loss_tolerations(self):
        if self.node_loss is None:
            return []
        return [
            {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": self.node_loss}
            for key in NODE_LOSS
        ]


class Config:
    """The classes, and which workload takes which."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            spec = yaml.safe_load(file)["spec"]
        only(spec, "provider", "nodePools", "classes", "classRules", "workloads", "cluster")
        if spec["provider"] != "aks":
            sys.exit("patch_config.py: it knows the provider aks only")
        for pool in spec.get("nodePools", []):
            only(pool, "name", "capacity", "vmSize", "nodes", "mode", "zones")
        self.classes = {"default": Class(DEFAULT_CLASS)}
        self.classes.update({name: Class(settings) for name, settings in (spec.get("classes") or {}).items()})
        self.rules = spec.get("classRules") or []
        for rule in self.rules:
            only(rule["match"], "kinds", "namespaces", "names", "labels")
        self.workloads = spec.get("workloads") or []

    def class_of(self, document, namespace=None):
        """The class of a workload, or None."""
        metadata = document.get("metadata") or {}
        annotations = metadata.get("annotations") or {}
        if annotations.get("spotgen.dev/ignore") == "true" or "helm.sh/hook" in annotations:
            return None
        place = metadata.get("namespace", namespace)
        name = annotations.get("spotgen.dev/class") or self.listed(document, place) or self.ruled(document, place)
        return self.classes[name] if name else None

    def listed(self, document, place):
        found = (document["kind"], document["metadata"].get("name"))
        for workload in self.workloads:
            is_there = place in (None, workload.get("namespace", "default"))
            if is_there and found == (workload.get("kind", "Deployment"), workload["name"]):
                return workload.get("class", "default")
        return None

    def ruled(self, document, place):
        metadata = document["metadata"]
        labels = metadata.get("labels") or {}
        for rule in self.rules:
            match = rule["match"]
            fits = [
                not match.get("kinds") or document["kind"] in match["kinds"],
                all(labels.get(key) == value for key, value in (match.get("labels") or {}).items()),
                globs(match.get("names"), metadata.get("name")),
                globs(match.get("namespaces"), place),
            ]
            if all(fits):
                return rule["class"]
        return None


def globs(patterns, text):
    return not patterns or (text is not None and any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns))
