"""What files of objects say to Prometheus and Grafana: expressions of rules, and dashboards."""

import json
import re

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What Grafana puts in before it asks; Prometheus alone knows none of it.
INTERVAL = re.compile(r"\$__(rate_)?interval\b|\$__range\b")
VARIABLE = re.compile(r"\$\{?(\w+)(:\w+)?\}?")
LABEL_VALUES = re.compile(r"label_values\((?:(?P<selector>.*), *)?\w+\)", re.DOTALL)


def documents(path):
    with open(path, encoding="utf-8") as file:
        return [one for one in yaml.load_all(file, Loader=Loader) if isinstance(one, dict)]


def rule_groups(objects):
    """The groups of PrometheusRules, and of ConfigMaps with a file of rules."""
    for one in objects:
        if one.get("kind") == "PrometheusRule":
            yield from one["spec"]["groups"]
        if one.get("kind") == "ConfigMap":
            for name, text in (one.get("data") or {}).items():
                if name.endswith(".rules.yaml"):
                    yield from yaml.load(text, Loader=Loader)["groups"]


def dashboards(objects):
    """Name and text of each file that Grafana's sidecar would read."""
    for one in objects:
        labels = (one.get("metadata") or {}).get("labels") or {}
        if one.get("kind") == "ConfigMap" and "grafana_dashboard" in labels:
            yield from one["data"].items()


def panels(dashboard):
    """All of them, those of folded rows too."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def queries(dashboard):
    """Where it stands, and the text as Grafana has it."""
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield f"variable {variable['name']}", variable["definition"]
    for panel in panels(dashboard):
        for target in panel.get("targets", []):
            yield f"panel {panel['title']!r}, {target['refId']}", target["expr"]


def expression(query):
    """What Prometheus would be asked for a query of Grafana; None for one of labels alone."""
    if values := LABEL_VALUES.fullmatch(query.strip()):
        query = values["selector"]
    return query and VARIABLE.sub(".*", INTERVAL.sub("5m", query))


def expressions(objects):
    """Every expression, and where it stands."""
    for group in rule_groups(objects):
        for rule in group["rules"]:
            yield f"rule {rule.get('record') or rule['alert']}", rule["expr"]
    for name, text in dashboards(objects):
        for where, query in queries(json.loads(text)):
            if found := expression(query):
                yield f"{name}, {where}", found
