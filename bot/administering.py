"""An act of the operator at the terminal, beside a program that may be serving."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.pixels import PixelPool
from adapters.storage.sql import open_store
from bot.bootstrap import limits, loop_defaults, now
from bot.config import Settings
from bot.folder import data_folder, database_url
from bot.person import me, new_key, place
from core.domain.admin import ACTS, CHATS, ActAnswer
from core.domain.errors import BadRequest
from core.domain.options import build
from core.service.admin import Admin, Realm

PLATFORMS = (*CHATS, "web", "mcp", "cli")


def realm_of(server: str) -> Realm:
    """ "discord:123", "" = everywhere. Raises BadRequest."""
    platform, _, tenant = server.partition(":")
    if server and (platform not in PLATFORMS or (platform in CHATS and not tenant)):
        raise BadRequest("--server is discord:ID or slack:ID.")
    return Realm(platform, tenant, operator=True)


async def administer(
    settings: Settings, act: str, values: dict[str, Any], server: str, out: Path | None
) -> ActAnswer:
    """Raises a Refusal. A plot is written to `out`."""
    realm = realm_of(server)
    actor = replace(me(), admin=True)
    command = build(ACTS[act], values, dedup_key=new_key(), actor=actor, place=place())
    data_folder(settings)
    pixels = PixelPool()
    store = await open_store(database_url(settings))
    try:
        told = await Admin(store, now, pixels, limits(settings), loop=loop_defaults(settings)).act(
            command, realm
        )
    finally:
        await store.close()
        await pixels.close()
    if out is not None and told.plot:
        await asyncio.to_thread(out.write_bytes, told.plot)
        return replace(told, lines=(*told.lines, f"wrote {out}"))
    return told
