"""The cases by name, in the order in which they are run. The first line of each says what it shows."""

from cases import accept, admission, adoption, apply, diff, failback, first_hour, metrics
from cases import on_demand_first, on_demand_share, rights, scores

CASES = {
    # Before others have made namespaces: what it leaves is compared with nothing.
    "apply": apply,
    "diff": diff,
    "accept": accept,
    "admission": admission,
    "scores": scores,
    "adoption": adoption,
    "failback": failback,
    "first-hour": first_hour,
    "on-demand-first": on_demand_first,
    "on-demand-share": on_demand_share,
    "rights": rights,
    "metrics": metrics,
}
