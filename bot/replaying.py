"""An exported session once more, on the same models or others: node by node, compared."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.bundles.session_file import image_name, places
from adapters.following import money
from bot.bootstrap import Program, carrying, limits
from bot.config import Settings
from bot.files import make_folder
from bot.importing import Exported
from bot.person import PLATFORM, me, new_key, place
from core.domain.defaults import MAX_GOAL
from core.domain.records import Iteration, PaintResult, Tree
from core.domain.text import clip
from core.imaging import tasks
from core.models.painter import Painter, PaintRequest
from core.service.replaying import Replay, begin

console = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Compared:
    """A node beside what came out this time. `alike`: 0-100, None where it was not painted; `why`
    then says the reason."""

    node: str
    model: str
    same: bool = False
    alike: float | None = None
    usd: Decimal | None = None
    why: str = ""


def request_of(tree: Tree, node: Iteration, painter: Painter) -> PaintRequest | str:
    """What painted a node, as it can be asked again; else why not. What worked on a picture needs
    the mask and margins of its day, and is left out."""
    run = next((each for each in tree.runs if each.id == node.run), None)
    work = run.plan.work if run else None
    if not node.model:
        return "made from another picture, not painted"
    if work is not None and work.operation != "generate":
        return f"{work.operation}: it worked on a picture"
    if node.chapter is not None and node.chapter.portraits:
        return "painted from portraits"
    if len(node.prompt) > painter.profile.prompt_limit:
        return f"{painter.profile.name} reads {painter.profile.prompt_limit} characters"
    quality = run.plan.quality if run else "medium"
    seed = node.seed if painter.profile.seed else None
    return PaintRequest(
        prompt=node.prompt, width=node.width, height=node.height, quality=quality, seed=seed
    )


async def replay(
    program: Program, exported: Exported, out: Path, *, yes: bool, as_json: bool
) -> int:
    """Paints what can be painted again into `out`, and prints how alike it is: a run of its own,
    with its costs in the ledger. Exit code. Raises Refusal where the limits have no room for it."""
    tree, _ = exported.tree()
    painter = program.ctx.model_set.painter
    asked = [(node, request_of(tree, node, painter)) for node in tree.iterations]
    requests = [request for _, request in asked if isinstance(request, PaintRequest)]
    prices = [painter.price(request) for request in requests]
    most = None if None in prices else sum((p for p in prices if p is not None), Decimal(0))
    if most != 0 and not yes:
        what = "an unknown amount" if most is None else f"${most:.2f} at most"
        console.print(f"{len(requests)} pictures by {painter.profile.name}: {what}. Add --yes.")
        return 3
    await asyncio.to_thread(make_folder, out)
    goal = clip(f"Replay of {tree.session.known_as or tree.session.id}", MAX_GOAL)
    who = (me(), place())
    limited = limits(program.settings)
    again = await begin(program.ctx, limited, who, requests, key=new_key(), goal=goal)
    found: list[Compared] = []
    try:
        for number, (node, request) in enumerate(asked, 1):
            found.append(await _one(program, exported, node, request, again, number, out))
    finally:
        await again.end("Painted once more.")
    _show(found, as_json=as_json)
    return 0 if any(each.alike is not None for each in found) else 4


async def replayed(settings: Settings, path: Path, out: Path, *, yes: bool, as_json: bool) -> int:
    """The same, with a program of its own. Raises BadRequest for what is no exported session."""
    exported = Exported(path)
    async with carrying(settings, PLATFORM) as program:
        return await replay(program, exported, out, yes=yes, as_json=as_json)


async def _one(
    program: Program,
    exported: Exported,
    node: Iteration,
    request: PaintRequest | str,
    again: Replay,
    number: int,
    out: Path,
) -> Compared:
    if isinstance(request, str):
        return Compared(node.id, node.model, why=request)
    row = await again.paint(number, request)
    if not isinstance(row.value, PaintResult):
        return Compared(node.id, row.model, usd=row.usd, why=row.error)
    tree, _ = exported.tree()
    name = image_name(node, places(tree)[node.id])
    leaving = await program.service.images.get(row.value.image)
    await asyncio.to_thread((out / name).write_bytes, leaving)
    before = exported.picture(name, node.image)
    if before is None:
        return Compared(node.id, row.model, usd=row.usd, why="its picture is not there")
    now = await program.images.get(row.value.image)
    score = await program.pixels.run(tasks.score, before, now, "likeness")
    same = before == now
    return Compared(node.id, row.model, same, 100.0 if same else score.value, row.usd)


def _show(found: Sequence[Compared], *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "event": "replayed",
            "iteration": each.node,
            "model": each.model,
            "same": each.same,
            "alike": each.alike,
            "cost_usd": money(each.usd),
            "why": each.why,
        }
        for each in found
    ]
    if as_json:
        for row in rows:
            print(json.dumps(row), flush=True)  # noqa: T201
        return
    table = Table("iteration", "model", "alike", "cost $", "", box=None)
    for row in rows:
        alike = "the same" if row["same"] else "" if row["alike"] is None else f"{row['alike']:.1f}"
        table.add_row(row["iteration"], row["model"], alike, row["cost_usd"] or "", row["why"])
    Console().print(table)
