"""Check that two streams hold the same objects, in whatever order and words.

usage: same_objects.py A B
"""

import sys

from patch_oracle import differences, load


def objects(path):
    with open(path, "rb") as file:
        found = [document for document in load(file.read()) if document]
    names = [(document["kind"], document["metadata"]["name"]) for document in found]
    if len(set(names)) != len(names):
        sys.exit(f"{path}: an object is in it twice")
    return dict(zip(names, found))


def main():
    a, b = map(objects, sys.argv[1:])
    mistakes = [f"{kind} {name} is in one of them only" for kind, name in sorted(a.keys() ^ b.keys())]
    for kind, name in sorted(a.keys() & b.keys()):
        mistakes += [f"{kind} {name}{difference}" for difference in differences(a[kind, name], b[kind, name])]
    for mistake in mistakes:
        print(mistake)
    print(f"{len(a)} and {len(b)} objects, {len(mistakes)} differences")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
