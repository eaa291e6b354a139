#!/usr/bin/env python3
"""Fill in the Homebrew formula and the krew manifest of a release.

usage: fill.py SUMS FOLDER

SUMS is what sha256sum says of the archives. Version and repository come from
Cargo.toml, and from GITHUB_REPOSITORY where a workflow sets it.
"""

import os
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = {"homebrew.rb.in": "spotgen.rb", "krew.yaml.in": "spotgen.yaml"}


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    package = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
    version, repository = package["version"], package["repository"]
    if name := os.environ.get("GITHUB_REPOSITORY"):
        repository = f"https://github.com/{name}"
    values = {
        "VERSION": version,
        "REPOSITORY": repository,
        "RELEASE": f"{repository}/releases/download/v{version}",
    }
    for line in Path(sys.argv[1]).read_text().splitlines():
        digest, name = line.split()
        values[f"SHA256 {name.removeprefix('*')}"] = digest
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for template, name in TEMPLATES.items():
        text = (ROOT / "release" / template).read_text()

        def value(match):
            if match[1] not in values:
                raise SystemExit(f"{template}: nothing says what {match[1]!r} is")
            return values[match[1]]

        (folder / name).write_text(re.sub(r"@([A-Z0-9]+(?: [^@]+)?)@", value, text))


if __name__ == "__main__":
    main()
