"""What a spot-config.yaml means for patching, read independently of spotgen.

Only as much of it as the checks use; anything else is refused, so that nothing is
overlooked. Meaning and defaults are those of the documentation, for provider aks.
"""

import fnmatch
import math
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
CANDIDATE = {"key": "DeletionCandidateOfClusterAutoscaler", "operator": "Exists", "effect": "PreferNoSchedule"}
# Pods of these are spread where they say nothing of it: key and skew.
SPREAD_BY_DEFAULT = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout")
SYSTEM_SPREAD = {TOPOLOGY["node"]: 3, TOPOLOGY["zone"]: 5}
MANY = 1e6
NODE_LOSS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")

DEFAULT_CLASS = {
    "placement": {
        "spot": "Preferred",
        "spread": {"method": "TopologySpread", "zone": {}, "node": {}},
    },
    "terminationGracePeriodSeconds": 20,
    "nodeLossTolerationSeconds": 5,
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
        if self.spot in ("Preferred", "Required", "Tolerated", "Avoided"):
            found.append({"key": SPOT[0], "operator": "Equal", "value": SPOT[1], "effect": "NoSchedule"})
        if self.spot in ("Avoided", "Never"):
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
            only(pool, "name", "capacity", "vmSize", "nodes", "mode", "zones", "taints")
            if pool.get("taints"):
                sys.exit("patch_config.py: it knows no taints of pools")
        self.pools = spec.get("nodePools", [])
        self.classes = {"default": Class(DEFAULT_CLASS)}
        self.classes.update({name: Class(settings) for name, settings in (spec.get("classes") or {}).items()})
        self.rules = spec.get("classRules") or []
        for rule in self.rules:
            only(rule["match"], "kinds", "namespaces", "names", "labels")
        self.workloads = spec.get("workloads") or []

    def candidate_tolerations(self, chosen, kind, own):
        """What a pod spec is to tolerate of nodes that the autoscaler may delete, where nothing is known of its number."""
        on_demand = [pool for pool in self.pools if pool["capacity"] == "OnDemand"]
        # Those of the user are tainted unless they say otherwise, those of the system are not.
        avoided = [pool for pool in on_demand if pool.get("mode") != "System" and "taints" not in pool]
        are_avoided = avoided and avoided == on_demand and len(self.pools) > len(on_demand)
        if chosen.spot == "Avoided" and on_demand and len(self.pools) > len(on_demand):
            theirs = [pool for pool in on_demand if pool.get("mode") != "System"] or on_demand
            shrinks = any(pool["nodes"]["max"] > pool["nodes"]["min"] for pool in theirs)
            return [dict(CANDIDATE)] if shrinks else []
        if chosen.spot != "Preferred" or not are_avoided:
            return []
        for workload in self.workloads:
            only(workload, "name", "namespace", "kind", "class", "selector")
        # The preference, less the half of a node that a candidate has in use, less what spread makes of it.
        points = 200 - 50 - self.spread_points(chosen, kind, own)
        return [dict(CANDIDATE)] if points <= 0 else []

    def spread_points(self, chosen, kind, own):
        zones = {zone for pool in self.pools for zone in pool.get("zones", [])}
        apart = ((own.get("affinity") or {}).get("podAntiAffinity") or {}) if isinstance(own.get("affinity"), dict) else {}
        soft = [term["podAffinityTerm"]["topologyKey"] for term in apart.get("preferredDuringSchedulingIgnoredDuringExecution") or []]
        hard = [term["topologyKey"] for term in apart.get("requiredDuringSchedulingIgnoredDuringExecution") or []]
        constraints = {each["topologyKey"]: each for each in own.get("topologySpreadConstraints") or []}
        for key, over in chosen.spread:
            if chosen.method == "TopologySpread":
                constraints.setdefault(key, over)
            else:
                (hard if over["whenUnsatisfiable"] == "DoNotSchedule" else soft).append(key)
        skews = {key: each["maxSkew"] for key, each in constraints.items() if each["whenUnsatisfiable"] == "ScheduleAnyway"}
        if not constraints and kind in SPREAD_BY_DEFAULT:
            skews = SYSTEM_SPREAD
        on_node = 0 if TOPOLOGY["node"] in hard else MANY
        nodes = sum(pool["nodes"]["max"] for pool in self.pools)

        def domain(key, elsewhere):
            """Distinct values, and how many pods there are here and there."""
            if key == TOPOLOGY["node"]:
                return nodes, on_node, 0
            if key == TOPOLOGY["zone"]:
                return max(len(zones), 1), elsewhere, elsewhere if len(zones) < 2 else 0
            return len(self.pools) if key == TOPOLOGY["nodePool"] else nodes, elsewhere, 0

        def lost(elsewhere):
            sums = [0, 0]
            for key, skew in skews.items():
                domains, *pods = domain(key, elsewhere)
                for at in (0, 1):
                    sums[at] += pods[at] * math.log(domains + 2) + skew - 1
            here, there = round(sums[0]), round(sums[1])
            return 2 * (100 - 100 * there // here) if here else 0

        speaks = any(domain(key, MANY)[1] != domain(key, MANY)[2] for key in soft)
        return max(lost(MANY), lost(on_node)) + (200 if speaks else 0)

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
