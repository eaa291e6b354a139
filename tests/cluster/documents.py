"""Commands as our documents give them to people: a test runs these, and no copy of them."""

import os
import re
import subprocess

from binaries import REPOSITORY
from failure import check

MANIFESTS = "docs/manifests.md"
OPERATIONS = "docs/operations.md"
ADOPT = "docs/adopt.md"


def commands(document, heading):
    """The commands of the first console block below a heading, joined where a backslash ends a line."""
    text = (REPOSITORY / document).read_text()
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    check(found, f"{document} has no heading {heading!r}")
    block = re.search(r"^```console\n(.*?)^```", found[1], re.MULTILINE | re.DOTALL)
    check(block, f"{document} has no console block below {heading!r}")
    return block_commands(block[1])


def mentioned(document, pattern):
    """What its text has of this pattern as code."""
    found = re.findall(f"`({pattern})`", (REPOSITORY / document).read_text())
    check(found, f"{document} mentions nothing like {pattern}")
    return found


def yaml_block(document):
    """The first block of YAML."""
    block = re.search(r"^```yaml\n(.*?)^```", (REPOSITORY / document).read_text(), re.MULTILINE | re.DOTALL)
    check(block, f"{document} has no block of YAML")
    return block[1]


def headings(document):
    return re.findall(r"^## (.*)$", (REPOSITORY / document).read_text(), re.MULTILINE)


def block_commands(block):
    joined = re.sub(r"\\\n\s*", "", block)
    return [re.sub(r"\s+# .*", "", line[2:]) for line in joined.splitlines() if line.startswith("$ ")]


def has_heading(document, heading):
    return re.search(rf"^#+ {re.escape(heading)}$", (REPOSITORY / document).read_text(), re.MULTILINE) is not None


class Shell:
    """A shell in a folder, in which `spotgen` and `kubectl` are those of the test, other programs those that are given,
    and the cluster too."""

    def __init__(self, case, folder, **programs_by_name):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        programs = folder / ".programs"
        programs.mkdir(exist_ok=True)
        (programs / "spotgen").symlink_to(case.spotgen.program)
        (programs / "kubectl").symlink_to(case.binaries.tool("kubectl"))
        for name, program in programs_by_name.items():
            (programs / name).symlink_to(program)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "KUBECONFIG": str(case.plane.folder / "admin.kubeconfig"),
            "HOME": str(folder),
        }

    def run(self, command):
        """What it said on both streams. A failing part of a pipe fails."""
        status, output, said = self.ask(command)
        check(status == 0, "a command of the documents fails", command, output + said)
        return output, said

    def ask(self, command):
        """Its exit code, and what it said on both streams."""
        result = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout, result.stderr
