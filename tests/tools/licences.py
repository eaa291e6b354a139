"""Fail on a crate whose licence is not on the allow list of deny.toml.

Stands in for "cargo deny check licenses" on machines without cargo-deny; it reads
the same list, and each crate's declared SPDX expression only.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def allowed(expression, allow):
    """Whether a choice of the expression's alternatives is all on the list.

    OR and AND with the usual precedence and brackets; a WITH exception counts as
    part of its licence's name. "A/B", the old way of writing OR, is still in use.
    """
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))
    at = 0

    def take():
        nonlocal at
        at += 1
        return tokens[at - 1]

    def either():
        nonlocal at
        result = both()
        while at < len(tokens) and tokens[at] == "OR":
            at += 1
            result = both() or result
        return result

    def both():
        nonlocal at
        result = one()
        while at < len(tokens) and tokens[at] == "AND":
            at += 1
            result = one() and result
        return result

    def one():
        nonlocal at
        token = take()
        if token == "(":
            result = either()
            if take() != ")":
                raise ValueError("bracket")
            return result
        if at < len(tokens) and tokens[at] == "WITH":
            at += 1
            token = f"{token} WITH {take()}"
        return token in allow

    try:
        result = either()
    except (IndexError, ValueError):
        return False
    return result and at == len(tokens)


def main():
    with open(ROOT / "deny.toml", "rb") as file:
        config = tomllib.load(file)["licenses"]
    allow = set(config["allow"])
    excepted = {e.get("crate", e.get("name")): set(e["allow"]) for e in config.get("exceptions", [])}
    done = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked"], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    packages = [p for p in json.loads(done.stdout)["packages"] if p["source"] is not None]
    bad = 0
    for package in packages:
        licence = package["license"]
        if not licence or not allowed(licence, allow | excepted.get(package["name"], set())):
            print(f"{package['name']} {package['version']}: licence {licence or 'not declared'} is not allowed")
            bad += 1
    if bad:
        return 1
    print(f"licences: {len(packages)} crates are under allowed licences")
    return 0


if __name__ == "__main__":
    sys.exit(main())
