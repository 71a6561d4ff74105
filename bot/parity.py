"""Which job is at which door with which options, as a table for adapters/README.md: read from what
each door makes of the declared jobs, not by hand.

`python -m bot.parity FILE` writes it between the marks; `make parity` does.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import typer

from adapters.discord.commands.jobs import slash
from adapters.mcp.tools import tools
from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from adapters.slack.job_dialog import dialog
from adapters.slack.modals import Where
from adapters.web.menu import commands
from bot.cli import app, declared
from bot.later import whole
from core.domain.defaults import LoopDefaults
from core.jobs.registry import offers
from core.ports.api import ModelsView
from core.ports.offers import Offer
from core.runtime.models import ModelSet

BEGIN, END = "<!-- jobs -->", "<!-- /jobs -->"
STYLES, PAINTERS = ("oil",), ("scripted:painter", "scripted:other")
BUTTON = "a button"
Door = Callable[[Offer], str]


def _offers() -> tuple[Offer, ...]:
    critic = ScriptedCritic()
    model_set = ModelSet(
        painter=ScriptedPainter(), editor=None, critic=critic, judge=critic, styles=STYLES
    )
    return offers(model_set, LoopDefaults())


def _with(command: str, options: Iterable[str]) -> str:
    return f"`{command}`: {', '.join(options)}"


def _discord(offer: Offer) -> str:
    if not offer.slash:
        return BUTTON
    return _with(f"/{offer.name}", (each.display_name for each in slash(offer).parameters))


def _slack(offer: Offer) -> str:
    if not (offer.slash and offer.begins_session):
        return BUTTON if not offer.slash else "a mention in its thread, a button"
    blocks: list[dict[str, Any]] = dialog(offer, Where(channel="C1"), STYLES, PAINTERS)["blocks"]
    return _with(f"/{offer.name}", (str(b["block_id"]) for b in blocks if b["type"] == "input"))


def _page() -> Door:
    models = ModelsView(
        painter="", editor="", critic="", judge="", embedded=False, styles=STYLES, painters=PAINTERS
    )
    rows = {row["name"]: row for row in commands(models, PAINTERS, _offers())}

    def cell(offer: Offer) -> str:
        row = rows.get(offer.name)
        if row is None:
            return BUTTON
        return _with(f"/{offer.name}", (option["name"] for option in row["options"]))

    return cell


def _terminal() -> Door:
    group: Any = typer.main.get_command(app)
    known: dict[str, Any] = {**group.commands, **whole(declared)}

    def cell(offer: Offer) -> str:
        command = known.get(offer.name.replace("_", "-"))
        if command is None:
            return "–"
        own = {field.name for field in offer.fields}
        named = (str(each.name) for each in command.params)
        return _with(f"darkroom {command.name}", (name for name in named if name in own))

    return cell


def _assistant() -> Door:
    models = ModelsView(painter="", editor="", critic="", judge="", embedded=False, styles=STYLES)
    made = {
        tool.name: tool.input_schema["properties"] for tool in tools(_offers(), models, PAINTERS)
    }

    def cell(offer: Offer) -> str:
        return _with(offer.name, made[offer.name]) if offer.name in made else "–"

    return cell


def table() -> str:
    """Markdown: a row a job, a column a door."""
    doors: dict[str, Door] = {
        "Discord": _discord,
        "Slack": _slack,
        "page": _page(),
        "terminal": _terminal(),
        "MCP": _assistant(),
    }
    rows = [[f"`{o.name}`", *(cell(o) for cell in doors.values())] for o in _offers()]
    return "\n".join(_markdown(("job", *doors), rows))


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def placed(page: str) -> str:
    """The page with the table of today between its marks. Raises ValueError where they are not."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"there is no {BEGIN} … {END} to write between")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(placed(file.read_text("utf-8")), "utf-8")
