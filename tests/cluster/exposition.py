"""What is scraped, and what expressions ask of it."""

import json
import re
import ssl
import urllib.request
from collections import namedtuple

from failure import check

SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? \S+$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
GROUPING = r"(?:\b(?:by|on) \(([^)]*)\)\s*)?"
# A metric by its name, with the labels by which it is grouped or joined right there, and its selector.
USE = r"\(*(?:\b(?:rate|increase|delta|label_replace)\()?\b({prefix}\w+)(?:\{{([^}}]*)\}})?"
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
# Who scrapes puts it in, or Grafana does.
FOREIGN = ("cluster", "")

Use = namedtuple("Use", "metric labels matchers")


def scrape(url):
    """Each sample as its name and labels."""
    # The certificates are those that the programs make for themselves, and no token is asked for.
    with urllib.request.urlopen(url, context=ssl._create_unverified_context(), timeout=30) as answer:
        text = answer.read().decode()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    samples = []
    for line in lines:
        found = SAMPLE.match(line)
        check(found, f"{url} has a line that is no sample", None, line)
        samples.append((found[1], dict(LABEL.findall(found[2] or ""))))
    return samples


def expressions(objects):
    """Of all rules, and of all panels."""
    for one in objects:
        if one["kind"] == "PrometheusRule":
            for group in one["spec"]["groups"]:
                for rule in group["rules"]:
                    yield rule["expr"]
        if one["kind"] == "ConfigMap" and "grafana_dashboard" in one["metadata"].get("labels", {}):
            for text in one["data"].values():
                for panel in json.loads(text)["panels"]:
                    for target in panel.get("targets", ()):
                        yield target["expr"]


def uses(objects, prefix):
    """Every way in which a metric of this prefix is asked for."""
    pattern = re.compile(GROUPING + USE.format(prefix=prefix))
    found = set()
    for expression in expressions(objects):
        for grouped, metric, selector in pattern.findall(expression):
            matchers = [one for one in MATCHER.findall(selector) if one[0] not in FOREIGN and "$" not in one[2]]
            labels = {name.strip() for name in grouped.split(",")} | {name for name, *_ in matchers}
            found.add(Use(metric, frozenset(labels - set(FOREIGN)), frozenset(matchers)))
    check(found, f"rules and dashboard ask for no {prefix}*")
    return sorted(found, key=lambda use: (use.metric, sorted(use.matchers), sorted(use.labels)))


def answers(use, samples):
    """Whether there is a sample with all the labels, that the selector takes."""
    return any(
        name == use.metric and use.labels <= labels.keys() and all(takes(one, labels) for one in use.matchers)
        for name, labels in samples
    )


def takes(matcher, labels):
    name, operator, value = matcher
    given = labels.get(name, "")
    same = re.fullmatch(value, given) is not None if "~" in operator else given == value
    return same != operator.startswith("!")


def spelled(use):
    selector = ", ".join(f'{name}{operator}"{value}"' for name, operator, value in sorted(use.matchers))
    return f"{use.metric}{{{selector}}} with the labels {', '.join(sorted(use.labels)) or 'none'}"
