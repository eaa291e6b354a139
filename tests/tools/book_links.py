"""Fail on a link of the built book that leads nowhere.

usage: book_links.py FOLDER

Reads every page that mdBook wrote to the folder. A relative link or picture has to be
a file in it, and a fragment an id of that page. A link that leaves docs/ is dead in
the book, though it works in the repository. Other sites are not asked.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Served at any path that does not exist, so its links depend on where the book is.
LEFT_OUT = {"404.html"}


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids = set()
        self.links = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


def fault(path, link, pages):
    """What is wrong with a link of a page, if anything."""
    target = urlsplit(link)
    if target.scheme or target.netloc:
        return None
    to = (path.parent / unquote(target.path)).resolve() if target.path else path
    if not to.is_file():
        return "no such file in the book"
    fragment = unquote(target.fragment)
    if fragment and to in pages and fragment not in pages[to].ids:
        return "no such heading"
    return None


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    root = Path(sys.argv[1]).resolve()
    pages = {path: Page(path) for path in sorted(root.rglob("*.html")) if path.name not in LEFT_OUT}
    count = bad = 0
    for path, page in pages.items():
        for link in page.links:
            count += 1
            if text := fault(path, link, pages):
                print(f"{path.relative_to(root)}: {link}: {text}")
                bad += 1
    if bad or not count:
        print(f"book_links: {bad} of {count} links are dead")
        return 1
    print(f"book_links: {count} links of {len(pages)} pages lead somewhere")
    return 0


if __name__ == "__main__":
    sys.exit(main())
