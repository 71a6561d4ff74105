"""The built documentation, looked through: every link leads to a page and a heading that are there, and
nothing is loaded from elsewhere. `python -m tests.site FOLDER`; `make docs` does."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("link", "href"),
}
NOT_LOADED = {"canonical", "prev", "next"}
ELSEWHERE = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import\s+['\"]?(?:https?:)?//")


@dataclass
class Reader(HTMLParser):
    """What a page names: `ids`, `links` (hrefs of anchors) and `loads` (what the browser fetches)."""

    ids: set[str] = field(default_factory=set[str])
    links: list[str] = field(default_factory=list[str])
    loads: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif found.get("rel") not in NOT_LOADED:
            self.loads += [found[name] for kind, name in LOADED if kind == tag and name in found]


def read(page: Path) -> Reader:
    reader = Reader()
    reader.feed(page.read_text("utf-8"))
    return reader


def troubles(site: Path) -> Iterator[str]:
    """A line for each link that leads nowhere and each thing that would be fetched from elsewhere."""
    pages = {page: read(page) for page in sorted(site.rglob("*.html"))}
    for page, reader in pages.items():
        where = page.relative_to(site)
        if page.name == "404.html":
            continue  # served for any address: its own are absolute
        for link in (*reader.links, *reader.loads):
            if why := _wrong(link, page, pages):
                yield f"{where}: {link}: {why}"
        for link in reader.loads:
            if urlsplit(link).netloc:
                yield f"{where}: {link}: it is fetched from elsewhere"
    for style in sorted(site.rglob("*.css")):
        if ELSEWHERE.search(style.read_text("utf-8")):
            yield f"{style.relative_to(site)}: it fetches from elsewhere"


def _wrong(link: str, page: Path, pages: dict[Path, Reader]) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""
    there = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
    there = there / "index.html" if there.is_dir() else there
    if not there.exists():
        return "there is no such file"
    known = {each.resolve(): reader for each, reader in pages.items()}.get(there)
    if parts.fragment and known is not None and unquote(parts.fragment) not in known.ids:
        return "there is no such heading"
    return ""


if __name__ == "__main__":
    found = list(troubles(Path(sys.argv[1])))
    print(
        "\n".join(found) or f"{len(list(Path(sys.argv[1]).rglob('*.html')))} pages, all links lead"
    )
    raise SystemExit(1 if found else 0)
