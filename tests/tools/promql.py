"""Parse every expression of rules and dashboards by another parser than that of Prometheus, with its types.

usage: promql.py FILE...

promtool says more, and needs Go to be built; this is there on every machine.
"""

import sys

import promql_parser
import watched


def main(paths):
    bad = checked = 0
    for path in paths:
        for where, expression in watched.expressions(watched.documents(path)):
            checked += 1
            try:
                promql_parser.parse(expression)
            except ValueError as error:
                print(f"{path}: {where}: {error}\n    {expression}")
                bad += 1
    if bad:
        print(f"promql: {bad} mistakes")
        return 1
    if not checked:
        print("promql: there is no expression")
        return 1
    print(f"promql: {checked} expressions in {len(paths)} files are read")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
