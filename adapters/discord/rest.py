"""Single calls to Discord: posting with a nonce, editing, looking. Errors come out translated."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeVar
from urllib.parse import urlsplit

import discord
from discord.http import Route, handle_message_parameters

from adapters.discord.faults import CALL_FAILED, THREAD_EXISTS, AskedToWait, Closed, translate
from adapters.discord.ids import Hint, nonce_of
from adapters.discord.page import Page, carries, layout, parts
from adapters.discord.pictures import Ready
from core.domain.errors import PlatformError, Transient

T = TypeVar("T")
TRIES = 3
FIRST_WAIT_S = 0.3
CALL_TIMEOUT_S = 20.0
LOOK_BACK = 300
THREAD_MINUTES = 1440


class Rest:
    """Discord's REST API as far as the outbox needs it."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def post(self, channel: int, page: Page, files: Sequence[Ready], key: str) -> int:
        """Posts once, whatever happens: a repeat carries the same nonce. Returns the message id."""

        async def call() -> int:
            message = await self._place(channel).send(
                view=layout(page, key, _names(files)),
                files=[file.file() for file in files],
                nonce=nonce_of(key),
            )
            return message.id

        return await again(call)

    async def edit(
        self,
        channel: int,
        message: int,
        page: Page,
        key: str,
        names: dict[str, str] | None = None,
        files: Sequence[Ready] = (),
    ) -> None:
        """Shows a message anew: with the files of these names that it has, or with others."""

        async def call() -> None:
            view = layout(page, key, _names(files) if names is None else names)
            post = self._place(channel).get_partial_message(message)
            if names is not None:
                await post.edit(view=view)
            else:
                await post.edit(view=view, attachments=[file.file() for file in files])

        await self._open(channel, call)

    async def edit_reply(self, hint: Hint, page: Page, files: Sequence[Ready], key: str) -> int:
        """Replaces the reply to an interaction, which is safe to repeat. Returns its id."""

        route = Route(
            "PATCH",
            "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
            webhook_id=hint.application,
            webhook_token=hint.token,
        )

        async def call() -> int:
            with handle_message_parameters(
                view=layout(page, key, _names(files)),
                attachments=[file.file() for file in files],
                previous_allowed_mentions=discord.AllowedMentions.none(),
            ) as params:
                if not params.multipart:
                    answer = await self._client.http.request(route, json=params.payload)
                else:
                    answer = await self._client.http.request(
                        route, files=params.files, form=params.multipart
                    )
            return int(answer["id"])

        return await again(call)

    async def names(self, channel: int, message: int) -> dict[str, str]:
        """The files a message shows: stem → name."""

        async def call() -> discord.Message:
            return await self._place(channel).fetch_message(message)

        found = await again(call)
        names = [attachment.filename for attachment in found.attachments]
        names += [shown_file(item) for part in parts(found) for item in _items(part)]
        return {name.rsplit(".", 1)[0]: name for name in names}

    async def delete(self, channel: int, message: int) -> None:
        async def call() -> None:
            await self._place(channel).get_partial_message(message).delete()

        try:
            await self._open(channel, call)
        except Closed:
            return  # gone is gone

    async def react(self, channel: int, message: int, emoji: str) -> None:
        async def call() -> None:
            await self._place(channel).get_partial_message(message).add_reaction(emoji)

        await self._open(channel, call)

    async def open_thread(self, channel: int, message: int, name: str) -> int:
        """The thread under a message; its id is the message's, also where it exists already."""

        async def call() -> None:
            try:
                await self._client.http.start_thread_with_message(
                    channel, message, name=name, auto_archive_duration=THREAD_MINUTES
                )
            except discord.HTTPException as error:
                if error.code != THREAD_EXISTS:
                    raise

        await again(call)
        return message

    async def direct_channel(self, user: str) -> int:
        async def call() -> int:
            return int((await self._client.http.start_private_message(user))["id"])

        return await again(call)

    async def find(self, channel: int, key: str) -> int | None:
        """The bot's message that carries this key among the newest of a channel."""
        me = self._client.user

        async def call() -> int | None:
            async for message in self._place(channel).history(limit=LOOK_BACK):
                if me is not None and message.author.id == me.id and carries(message, key):
                    return message.id
            return None

        return await again(call)

    async def _open(self, channel: int, call: Callable[[], Awaitable[None]]) -> None:
        """Calls; in an archived thread, once more after opening it."""
        try:
            await again(call)
        except Closed as error:
            if not _archived(error):
                raise
            await again(lambda: self._unarchive(channel))
            await again(call)

    async def _unarchive(self, channel: int) -> None:
        await self._client.http.edit_channel(channel, archived=False)

    def _place(self, channel: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel)


async def again(call: Callable[[], Awaitable[T]]) -> T:
    """Calls with a time-out, a few times while Discord does not answer; raises PlatformErrors."""
    wait = FIRST_WAIT_S
    for attempt in range(TRIES):
        try:
            async with asyncio.timeout(CALL_TIMEOUT_S):
                return await call()
        except CALL_FAILED as error:
            translated = translate(error)
            at_once = isinstance(translated, Transient) and not isinstance(translated, AskedToWait)
            if not at_once or attempt == TRIES - 1:
                raise translated from error
        await asyncio.sleep(wait)
        wait *= 2
    raise AssertionError("unreachable")


def _archived(error: PlatformError) -> bool:
    cause = error.__cause__
    return isinstance(cause, discord.HTTPException) and cause.code == 50083


def _items(part: dict[str, Any]) -> list[Any]:
    return list(part.get("items") or [])


def shown_file(item: Any) -> str:
    """The file name in a gallery item's link."""
    return PurePosixPath(urlsplit(str(item["media"]["url"])).path).name


def _names(files: Sequence[Ready]) -> dict[str, str]:
    return {file.name.rsplit(".", 1)[0]: file.name for file in files}
