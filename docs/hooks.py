"""What the site takes from outside of docs/: papers that live elsewhere in the repository, and files
that people download. Links between them are turned; one to source code, which the site has not, becomes
its name."""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
DOCS = "docs"
PAPERS = {
    "PRIVACY.md": "privacy.md",
    "SECURITY.md": "security.md",
    "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "adapters/README.md": "adapters.md",
    "adapters/models/offline/README.md": "engine.md",
}
DOWNLOADS = {
    "manifest.yaml": "files/manifest.yaml",
    "config.example.toml": "files/config.example.toml",
    "compose.yaml": "files/compose.yaml",
    "Dockerfile": "files/Dockerfile",
    "deploy/darkroom.service": "files/darkroom.service",
    "deploy/grafana.json": "files/grafana.json",
    "examples/console_chat.py": "files/console_chat.py",
    "adapters/web/static/icon.svg": "files/icon.svg",
}
PICTURES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "bench").glob("*.jpg"))
BESIDE = DOWNLOADS | {path: f"files/{path}" for path in PICTURES}
ELSEWHERE = {"README.md": "index.md"} | PAPERS | BESIDE
ORIGIN = {there: here for here, there in PAPERS.items()}
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?\)")
INCLUDED = re.compile(r"^<!-- file (\S+) -->$", re.M)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for here, there in (PAPERS | BESIDE).items():
        files.append(File.generated(config, there, content=(ROOT / here).read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    site = page.file.src_uri
    home = posixpath.dirname(ORIGIN.get(site, f"{DOCS}/{site}"))

    def turned(match: re.Match[str]) -> str:
        mark, text, target, anchor = match.groups("")
        if not target or "://" in target or target.startswith("mailto:"):
            return match[0]
        there = _on_site(posixpath.normpath(posixpath.join(home, target)))
        if there is None:
            return text
        path = posixpath.relpath(there, posixpath.dirname(site) or ".")
        return f"{mark}[{text}]({path}{anchor})"

    return LINK.sub(turned, INCLUDED.sub(_included, markdown))


def _on_site(path: str) -> str | None:
    """Where a file of the repository is on the site, None where it is not."""
    if path in ELSEWHERE:
        return ELSEWHERE[path]
    return path.removeprefix(f"{DOCS}/") if path.startswith(f"{DOCS}/") else None


def _included(match: re.Match[str]) -> str:
    """A file as it is, for a page that walks through it."""
    language = {".py": "python", ".yaml": "yaml", ".json": "json"}.get(Path(match[1]).suffix, "")
    return f"```{language}\n{(ROOT / match[1]).read_text('utf-8').rstrip()}\n```"
