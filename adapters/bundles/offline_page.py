"""The page of an archive: a session to read without a server or a network, plain HTML."""

from collections.abc import Mapping, Sequence
from html import escape

from adapters.bundles.session_file import image_name, places
from adapters.following import money
from core.domain.records import Iteration, Tree

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1a1a;background:#faf8f5}
img{max-width:100%;height:auto;border-radius:6px}h1,h2{line-height:1.2}article{margin:0 0 2.5rem}
nav ul{padding-left:1.1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}.small{color:#6b6460;font-size:.85rem}
blockquote{margin:.5rem 0;padding-left:.8rem;border-left:3px solid #d94a3a}
@media (prefers-color-scheme:dark){body{color:#ece6e0;background:#181616}.small{color:#a39b96}}
"""


def offline_page(tree: Tree, files: Mapping[str, str] = {}) -> str:
    """HTML. `files`: the name of each iteration's picture by its id; what has none is not shown."""
    session, where = tree.session, places(tree)
    names = files or {node.id: image_name(node, where[node.id]) for node in tree.iterations}
    title = session.known_as or f"/{session.mode}"
    nodes = [node for node in tree.iterations if node.id in names and not node.discarded]
    body = "".join(_article(node, where[node.id], names[node.id]) for node in nodes)
    about = f"{escape(session.owner.name)} · {session.mode} · {session.created:%Y-%m-%d %H:%M} UTC"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><header><h1>{escape(title)}</h1>"
        f'<p class="small">{about}</p></header>'
        f'<nav aria-label="The tree"><h2>Tree</h2>{_tree(nodes, where)}</nav>'
        f"<main>{body}</main></body></html>"
    )


def _tree(nodes: Sequence[Iteration], where: Mapping[str, int]) -> str:
    """Nested lists; a line of single children stays one list."""
    known = {node.id for node in nodes}
    children: dict[str, list[Iteration]] = {}
    for node in nodes:
        children.setdefault(node.parent if node.parent in known else "", []).append(node)
    html: list[str] = []
    waiting: list[Iteration | str] = ["</ul>", *reversed(children.get("", []))]
    html.append("<ul>")
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            html.append(each)
            continue
        name = _name(each, where[each.id])
        html.append(f'<li><a href="#{escape(each.id)}">{escape(name)}</a>')
        below = children.get(each.id, [])
        if len(below) == 1:
            html.append("</li>")
            waiting.append(below[0])
        else:
            html.append("<ul>" if below else "</li>")
            waiting += ["</ul></li>", *reversed(below)] if below else []
    return "".join(html)


def _name(node: Iteration, place: int) -> str:
    title = node.chapter.scene.title if node.chapter else node.style
    score = f"{node.score.value:.1f}" if node.score else ""
    return " · ".join(filter(None, (str(place), title, score, "best" if node.best else "")))


def _article(node: Iteration, place: int, file: str) -> str:
    chapter, cost = node.chapter, money(node.cost)
    told = f"<p>{escape(chapter.scene.text)}</p>" if chapter else ""
    because = f"<blockquote>{escape(node.because)}</blockquote>" if node.because else ""
    checks = "".join(
        f"<li>{ {True: '✓', False: '✗', None: '?'}[c.passed] } {escape(c.question)}</li>"
        for c in node.checks
    )
    critique = f"<p><b>Then:</b> {escape(node.critique.summary)}</p>" if node.critique else ""
    facts = (node.model, f"{node.width}×{node.height}", f"${cost}" if cost else "", _seed(node))
    return (
        f'<article id="{escape(node.id)}"><h2>{escape(_name(node, place))}</h2>{because}{told}'
        f'<img src="{escape(file)}" alt="{escape(node.alt)}" width="{node.width}" '
        f'height="{node.height}" loading="lazy">'
        f'<p class="small">{escape(" · ".join(filter(None, facts)))}</p>'
        f"{f'<ul>{checks}</ul>' if checks else ''}{critique}"
        f"<details><summary>Prompt</summary><pre>{escape(node.prompt)}</pre></details></article>"
    )


def _seed(node: Iteration) -> str:
    return "" if node.seed is None else f"seed {node.seed}"
