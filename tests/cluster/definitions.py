"""The custom kinds of which build.sh has found the definition: known to every control plane."""

import copy

import yaml

from resources import discovered

ROOT = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

# Azure's own copies have the same schema in a group of their own: there are no others of them in a Go module.
# Source: Azure/prometheus-collector otelcollector/deploy/addon-chart/azure-monitor-metrics-addon/templates,
# ama-metrics-podmonitor-crd.yaml and ama-metrics-servicemonitor-crd.yaml.
OPERATOR, AZURE = "monitoring.coreos.com", "azmonitoring.coreos.com"
AZURE_KINDS = ("PodMonitor", "ServiceMonitor")


def found(folder):
    for path in sorted((folder / "definitions").glob("*.yaml")):
        definition = yaml.safe_load(path.read_text())
        yield definition
        spec = definition["spec"]
        if spec["group"] == OPERATOR and spec["names"]["kind"] in AZURE_KINDS:
            yield of_azure(definition)


def of_azure(definition):
    definition = copy.deepcopy(definition)
    definition["metadata"]["name"] = f"{definition['spec']['names']['plural']}.{AZURE}"
    definition["spec"]["group"] = AZURE
    return definition


def define(plane):
    """Makes them known, and waits until they are."""
    names = []
    for definition in found(plane.binaries.folder):
        names.append(definition["metadata"]["name"])
        plane.api.create(ROOT, definition)
    for name in names:
        plane.wait(f"{name} is established", lambda path=f"{ROOT}/{name}": is_established(plane.api, path))
    # The server lists a group a moment before it says what is in it.
    plane.kinds = plane.wait("all kinds are listed", lambda: discovered(plane.api))


def is_established(api, path):
    # Null, where the file says so and nobody has looked at it yet.
    conditions = api.get(path)["status"].get("conditions") or []
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)
