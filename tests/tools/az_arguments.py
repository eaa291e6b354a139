"""Have the real `az` parse and validate commands, without running any.

usage: az_arguments.py LOG

LOG holds commands as the stand-in of tests/suite/azure_cli/cluster.rs writes them: words end with a unit separator, commands
with a record separator. Queries are put to objects of Azure's own models and printed as `az` prints them. Needs the
package azure-cli.
"""

import io
import logging
import os
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

# Before azure-cli is imported, which reads its settings then.
os.environ["AZURE_CONFIG_DIR"] = tempfile.mkdtemp()
os.environ["AZURE_CORE_COLLECT_TELEMETRY"] = "no"

import jmespath  # noqa: E402
from azure.cli.core import get_default_cli  # noqa: E402
from azure.cli.core.commands import AzCliCommandInvoker  # noqa: E402
from azure.cli.core.util import todict  # noqa: E402
from azure.mgmt.containerservice import models  # noqa: E402
from knack.output import format_tsv  # noqa: E402
from knack.util import CommandResultItem  # noqa: E402

SPOT = models.AgentPool(
    os_type="Linux", vm_size="Standard_D4s_v5", availability_zones=["2", "1"], scale_set_priority="Spot",
    scale_set_eviction_policy="Delete", spot_max_price=-1.0, mode="User", enable_auto_scaling=True, min_count=0,
    max_count=10, node_labels={"a/b": "c", "d": ""}, node_taints=["e=f:NoSchedule", "g=h:NoExecute"],
)
SPOT_LINES = [
    "Linux", "Standard_D4s_v5", "1 2", "Spot", "Delete", "-1.0", "User", "true", "0", "10", '{"a/b":"c","d":""}',
    "e=f:NoSchedule g=h:NoExecute",
]
BARE = models.AgentPool(os_type="Linux", vm_size="Standard_D4s_v5", mode="System", enable_auto_scaling=False, count=2)
BARE_LINES = [
    "Linux", "Standard_D4s_v5", "None", "Regular", "None", "null", "System", "false", "None", "None", "null", "None",
]


def printed(model, query):
    """What `az … --query QUERY --output tsv` prints of an object."""
    data = todict(model, AzCliCommandInvoker.remove_additional_prop_layer)
    return format_tsv(CommandResultItem(jmespath.search(query, data))).splitlines()


def profile_of(keys):
    """A profile with a value of its own for each key, and those values."""
    values = {key: f"{number}m" for number, key in enumerate(keys)}
    fields = {"".join("_" + c.lower() if c.isupper() else c for c in key): value for key, value in values.items()}
    cluster = models.ManagedCluster(location="x")
    cluster.auto_scaler_profile = models.ManagedClusterPropertiesAutoScalerProfile(**fields)
    return cluster, list(values.values())


def check_query(words):
    query = words[words.index("--query") + 1]
    if words[1] == "nodepool":
        for pool, lines in [(SPOT, SPOT_LINES), (BARE, BARE_LINES)]:
            if (found := printed(pool, query)) != lines:
                return f"the query gives {found}, not {lines}"
        return None
    keys = query[query.index("[") + 1 : query.index("]")].replace(",", " ").split()
    cluster, values = profile_of(keys)
    if (found := printed(cluster, query)) != values:
        return f"the query gives {found}, not {values}"
    return None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    log = Path(sys.argv[1]).read_text(encoding="utf-8")
    commands = [command.split("\x1f")[:-1] for command in log.split("\x1e")[:-1]]
    if not commands:
        sys.exit("there are no commands")
    logging.disable(logging.WARNING)
    ran = []
    # Parsed and validated by then; only the work itself is left out.
    AzCliCommandInvoker._run_job = lambda self, expanded, command: ran.append(expanded) or []
    bad = 0
    cli = get_default_cli()
    for words in commands:
        before = len(ran)
        said = io.StringIO()
        try:
            with redirect_stdout(said), redirect_stderr(said):
                code = cli.invoke(list(words))
        except SystemExit as stopped:
            code = stopped.code
        if code or len(ran) == before:
            print(f"az {' '.join(words)}\n  {said.getvalue().strip()} (ended with {code})")
            bad += 1
        elif "--query" in words and (mistake := check_query(words)):
            print(f"az {' '.join(words)}\n  {mistake}")
            bad += 1
    print(f"az: {len(commands)} commands, {bad} mistakes")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
