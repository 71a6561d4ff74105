"""This terminal linked with its person's other doors."""

from rich.console import Console

from bot.bootstrap import now
from bot.config import Settings
from bot.looking import opened
from bot.person import me, new_key, place
from core.domain.admin import Link, Unlink
from core.service.identity import Identities

console = Console()


async def link(settings: Settings, code: str) -> int:
    """Raises BadRequest for a code that is not known."""
    return await _act(settings, Link(dedup_key=new_key(), actor=me(), place=place(), code=code))


async def unlink(settings: Settings) -> int:
    """Raises BadRequest where nothing is linked."""
    return await _act(settings, Unlink(dedup_key=new_key(), actor=me(), place=place()))


async def _act(settings: Settings, act: Link | Unlink) -> int:
    async with opened(settings) as store:
        told = await Identities(store, now).act(act)
    for line in told.lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    return 0
