"""The pages' HTML, their headers, and what the session page reads."""

from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.texts.catalogue import ENGLISH, spoken
from adapters.texts.pages import encoded, filled, table, version
from adapters.web.outbound import image_links, jsonable
from adapters.web.security import Links
from core.domain.records import OPEN, Iteration, RunRecord, RunStatus, Tree
from core.ports.api import SessionSummary

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # without any, a form's Origin would be "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOTE, HEAD, LANGUAGE = "<!-- note -->", "<!-- head -->", 'lang="en"'
UP = "../"  # of a page at /s/… or /mask/…
PICTURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


def page(name: str, status: int = 200, note: str = "", up: str = "") -> web.Response:
    """An HTML file of the static folder, in the language spoken, with the head that all of them have;
    `note` is a sentence of ours for its place for one, `up` the way from the page's address to the root."""
    head = (STATIC / "head.html").read_text("utf-8").strip().replace("{up}", up)
    text = (STATIC / name).read_text("utf-8").replace(HEAD, head + _table(up))
    text = filled(text.replace(LANGUAGE, _language(), 1), spoken())
    text = text.replace(NOTE, f'<p class="error" role="alert">{escape(note)}</p>' if note else "")
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _language() -> str:
    """Attributes of <html>: the language, and which table of its sentences the scripts read."""
    said = spoken()
    return f'lang="{said}"' + (f' data-texts="{version(said)}"' if said != ENGLISH else "")


def _table(up: str) -> str:
    """Asks for the table at once: the scripts wait for it."""
    said = spoken()
    if said == ENGLISH:
        return ""
    href = f"{up}texts/{said}.json?v={version(said)}"
    return f'\n  <link rel="preload" href="{href}" as="fetch" crossorigin="use-credentials">'


async def texts(request: web.Request) -> web.StreamResponse:
    """A language's sentences for the scripts; an address with its version never shows another."""
    language = request.match_info["language"]
    if not table(language):
        raise web.HTTPNotFound(text="There is no such file.")
    right = request.query.get("v") == version(language)
    kept = "public, max-age=31536000, immutable" if right else "no-cache"
    headers = {"Cache-Control": kept}
    return web.Response(body=encoded(language), content_type="application/json", headers=headers)


def picture(data: bytes) -> web.Response:
    """Stored bytes as an image; its address never shows anything else, so it may be cached."""
    kind = next((kind for magic, kind in PICTURES.items() if data.startswith(magic)), None)
    headers = {"Cache-Control": "private, max-age=604800, immutable"}
    return web.Response(body=data, content_type=kind or "application/octet-stream", headers=headers)


def summary_json(summary: SessionSummary, links: Links) -> dict[str, Any]:
    """A line of the channel."""
    session, run, best = summary.session, summary.run, summary.best
    data = jsonable(
        {
            "session": session.id,
            "mode": session.mode,
            "owner": session.owner.id,
            "owner_name": session.owner.name or session.owner.id,
            "name": session.name,
            "goal": session.goal,
            "reference": session.reference,
            "created": session.created,
            "image": best.image if best else "",
            "score": best.score if best else None,
            "iterations": summary.iterations,
            "status": run.status.value if run else "",
            "open": bool(run and run.status in OPEN),
            "reason": run.reason if run else "",
            "rounds": run.plan.rounds if run else 0,
        }
    )
    return {**data, "page": links.session(session.id), "links": image_links(data, links)}


def tree_json(tree: Tree, links: Links, *, people: bool) -> dict[str, Any]:
    """A session with everything on it; with `people`, who starred what."""
    session = tree.session
    data = jsonable(
        {
            "session": session.id,
            "mode": session.mode,
            "owner": session.owner.id if people else "",
            "owner_name": session.owner.name,
            "name": session.name,
            "goal": session.goal,
            "reference": session.reference,
            "checklist": session.checklist,
            "created": session.created,
            "runs": [_run_json(run) for run in tree.runs],
            "iterations": [node for node in tree.iterations if not node.discarded],
            "gone": [_gone_json(node) for node in tree.iterations if node.discarded],
            "stars": _stars(tree) if people else {},
        }
    )
    return {**data, "page": links.session(session.id), "links": image_links(data, links)}


def gallery_json(node: Iteration, links: Links) -> dict[str, Any]:
    """An image of a gallery: what it shows, nobody's name."""
    return {
        "image": links.image(node.image),
        "alt": node.alt,
        "words": node.words or node.prompt,
        "width": node.width,
        "height": node.height,
        "created": jsonable(node.created),
    }


def _gone_json(node: Iteration) -> dict[str, Any]:
    """An image that was taken down: its place in the tree, nothing of what it was."""
    return {"id": node.id, "run": node.run, "parent": node.parent, "round": node.round}


def _run_json(run: RunRecord) -> dict[str, Any]:
    return {
        "run": run.id,
        "by": run.actor.name or run.actor.id,
        "status": run.status.value,
        "reason": run.reason,
        "base": run.plan.base,
        "rounds": run.plan.rounds,
        "started": run.started,
        "ended": run.ended,
        "created": run.created,
    }


def _stars(tree: Tree) -> dict[str, list[str]]:
    """Who continues or continued from which iteration; a branch ended before painting doesn't count."""
    stars: dict[str, list[str]] = {}
    for run in tree.runs:
        if run.command_key.startswith("pick:") and not _taken_back(run, tree.iterations):
            stars.setdefault(run.plan.base, []).append(run.actor.id)
    return stars


def _taken_back(run: RunRecord, iterations: tuple[Iteration, ...]) -> bool:
    return run.status is RunStatus.STOPPED and all(node.run != run.id for node in iterations)
