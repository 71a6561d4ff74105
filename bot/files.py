"""A session as files: images with telling names, the closing pictures, session.json."""

import asyncio
import json
import logging
import re
from collections.abc import Collection, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from adapters.following import money
from bot.private import as_usual
from core.domain.errors import PictureLost, PixelsFailed
from core.domain.records import Iteration, RunRecord, Tree
from core.imaging import tasks
from core.ports.images import Images
from core.ports.pixels import Pixels

log = logging.getLogger(__name__)


def image_name(node: Iteration, place: int = 0) -> str:
    """Such as 03-score-61.2.png, 03b-oil.png; `place` numbers the rounds of a session over all its
    runs."""
    number = place or node.round
    letter = chr(ord("a") + node.candidate) if node.candidate else ""
    name = re.sub(r"\W+", "-", node.style.casefold()).strip("-")[:40]
    if node.score is None and name:
        return f"{number:02}{letter}-{name}.png"
    if node.score is not None:
        return f"{number:02}{letter}-score-{node.score.value:.1f}.png"
    return f"{number:02}{letter}.png"


def places(tree: Tree) -> dict[str, int]:
    """Each iteration's number in the session: rounds counted over all runs, in order."""
    numbers: dict[tuple[str, int], int] = {}
    for node in tree.iterations:
        numbers.setdefault((node.run, node.round), len(numbers) + 1)
    return {node.id: numbers[(node.run, node.round)] for node in tree.iterations}


def own_folder(out: Path, session: str) -> Path:
    """Where a session's files go: `out`, unless that holds another session's; then a folder in it."""
    try:
        held = json.loads((out / "session.json").read_text("utf-8"))["session"]
    except (OSError, ValueError, KeyError, TypeError):
        return out
    return out if held == session else out / session


def session_json(tree: Tree, files: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Everything a session was made from: prompts, critiques, scores, costs, parents, seeds. `files`
    names the closing pictures and the reference beside it, where they were written."""
    session, where = tree.session, places(tree)
    return {
        "schema": 1,
        "program": f"darkroom {version('darkroom')}",
        "session": session.id,
        "mode": session.mode,
        "owner": session.owner.name or session.owner.id,
        "goal": session.goal,
        "reference": session.reference,
        "checklist": list(session.checklist),
        "created": session.created.isoformat(),
        "files": dict(files or {}),
        "runs": [_run(run) for run in tree.runs],
        "iterations": [_node(node, where[node.id]) for node in tree.iterations],
    }


def _run(run: RunRecord) -> dict[str, Any]:
    plan = run.plan
    return {
        "run": run.id,
        "by": run.actor.name or run.actor.id,
        "status": run.status.value,
        "reason": run.reason,
        "rounds": plan.rounds,
        "candidates": plan.candidates,
        "quality": plan.quality,
        "size": f"{plan.width}x{plan.height}",
        "styles": list(plan.styles),
        "leap": plan.leap,
        "lock": plan.lock,
        "base": plan.base,
        "models": list(run.quote.models),
        "painter": plan.painter,
        "target_score": plan.target,
        "quote_usd": money(run.quote.at_most),
    }


def _node(node: Iteration, place: int) -> dict[str, Any]:
    said = node.critique
    score = node.score
    return {
        "id": node.id,
        "run": node.run,
        "parent": node.parent,
        "round": node.round,
        "candidate": node.candidate,
        "file": image_name(node, place),
        "image": node.image,
        "prompt": node.prompt,
        "revised_prompt": node.revised_prompt,
        "style": node.style,
        "seed": node.seed,
        "model": node.model,
        "score": None if score is None else round(score.value, 1),
        "measure": "" if score is None else score.measure,
        "detail": None if score is None else score.detail,
        "layout": None if score is None else score.layout,
        "colour": None if score is None else score.colour,
        "drift": None if node.drift is None else round(node.drift, 1),
        "checks": {check.question: check.passed for check in node.checks},
        "won": node.won,
        "best": node.best,
        "because": node.because,
        "critique": None if said is None else said.summary,
        "next_prompt": None if said is None else said.prompt,
        "idea": "" if said is None else said.idea,
        "cost_usd": money(node.cost),
        "seconds": node.seconds,
        "created": node.created.isoformat(),
    }


async def export(tree: Tree, images: Images, pixels: Pixels, out: Path) -> list[Path]:
    """Writes a session's files into `out`; returns their paths. Existing files are overwritten. A
    picture that is lost or can't be made is left out, and the log says so."""
    out = own_folder(out, tree.session.id)
    await asyncio.to_thread(_make_folder, out)
    nodes = [node for node in tree.iterations if not node.discarded]
    there = await _there(images, {tree.session.reference, *(n.image for n in nodes)} - {""})
    nodes = [node for node in nodes if node.image in there]
    where = places(tree)
    written: list[Path] = []
    closing: dict[str, str] = {}
    reference = there.get(tree.session.reference)
    if reference is not None:
        written.append(_write(out / f"reference{ending(reference)}", reference))
        closing["reference"] = written[-1].name
    frames: list[bytes] = []
    for node in nodes:
        data = there[node.image]
        frames.append(data)
        written.append(_write(out / image_name(node, where[node.id]), data))
    if frames:
        captions = [f"{where[n.id]} · {n.style or _value(n)}".rstrip(" ·") for n in nodes]
        best = next((i for i, node in enumerate(nodes) if node.best), -1)
        for name, make, *args in (
            ("contact-sheet.png", tasks.contact_sheet, frames, captions, best, reference),
            ("evolution.webp", tasks.animation, frames, captions, "webp"),
        ):
            try:
                written.append(_write(out / name, await pixels.run(make, *args)))
                closing[name.partition(".")[0].replace("-", "_")] = name
            except PixelsFailed as exc:
                log.error("%s is left out: %s", name, exc)
    text = json.dumps(session_json(tree, closing), indent=2, ensure_ascii=False)
    written.append(_write(out / "session.json", text.encode()))
    return written


async def _there(images: Images, hashes: Collection[str]) -> dict[str, bytes]:
    """The pictures that are still there."""
    found: dict[str, bytes] = {}
    for hash in hashes:
        try:
            found[hash] = await images.get(hash)
        except PictureLost as exc:
            log.error("image %s is left out: %s", hash, exc)
    return found


def _make_folder(folder: Path) -> None:
    """Makes somebody's folder, and those above it, as they have theirs."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        as_usual(path)


def ending(data: bytes) -> str:
    """Of a stored picture's file name."""
    kinds = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}
    return next((end for magic, end in kinds.items() if data.startswith(magic)), "")


def _value(node: Iteration) -> str:
    return f"{node.score.value:.1f}" if node.score else ""


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    as_usual(path)
    return path
