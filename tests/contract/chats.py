"""One way to use a chat, whichever it is: what people do, and what they see of it."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import pytest
from discord.http import Route

from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.defaults import LoopDefaults
from core.domain.ledger import Limits
from core.runtime.models import ModelSet
from core.service import outbox
from tests.contract.console import ConsoleChat, RoomServer
from tests.integration.discord import program as on_discord
from tests.integration.slack import program as on_slack
from tests.standins import discord_world, slack_server
from tests.standins.discord_server import DiscordServer, Fault
from tests.standins.slack_people import Person
from tests.standins.slack_server import CHANNEL, Post, SlackServer
from tests.standins.slack_server import Fault as SlackFault

PLENTY = Limits(
    images_per_user_per_day=1000,
    usd_per_user_per_day=Decimal(100),
    usd_per_run=Decimal(5),
    usd_total_per_day=Decimal(1000),
    concurrent_runs_per_user=50,
    confirm_usd_above=Decimal(9),
)
SHORT = LoopDefaults(continue_iterations=1, review_timeout_s=60.0)
WAIT_S = 25.0


@dataclass(frozen=True)
class Seen:
    """A message as a member sees it; `raw` is the stand-in's."""

    raw: Any
    text: str
    buttons: tuple[str, ...]
    images: int
    private: bool = False


class Chat(Protocol):
    """`anna` asks for things, `ben` is another member, `mona` an admin. A thread is an id."""

    name: str
    tenant: str
    program: Any
    anna: str
    ben: str
    mona: str

    async def refine(self, goal: str, *, image: bool = True, rounds: int = 1, **more: Any) -> str:
        """The dialog or command of Anna's; the id of the thread that came of it."""
        ...

    async def evolve(self, style: str) -> None: ...

    async def models(self, command: str) -> list[str]:
        """The models that `refine` or `evolve` offers."""
        ...

    async def posted_picture(self, goal: str) -> str:
        """Somebody's picture, refined from the menu of its message; the thread."""
        ...

    async def talk(self, words: str) -> None:
        """A mention with a picture."""
        ...

    async def nothing(self) -> str:
        """`/refine` with neither picture nor goal, and what is said to that."""
        ...

    def everywhere(self) -> list[Seen]: ...

    def close_channel(self) -> None:
        """The program is taken out of the channel."""
        ...

    def seen(self, thread: str) -> list[Seen]: ...

    def status(self, thread: str) -> Seen: ...

    def whispers(self) -> list[Seen]:
        """What only one person sees, and direct messages."""
        ...

    async def until(self, true: Callable[[], Any]) -> Any: ...

    async def press(self, message: Seen, label: str, user: str, **answers: str) -> None:
        """A button, and the form that it opens, if any."""
        ...

    async def react(self, message: Seen, emoji: str, user: str, *, on: bool = True) -> None: ...

    async def say(self, words: str, thread: str, user: str) -> None: ...

    async def ask(self, question: str, user: str) -> str:
        """What `help`, `quota`, `sessions` or `settings` answers."""
        ...

    def gone(self, message: Seen) -> bool: ...

    async def restart(self, meanwhile: Callable[[], None] = lambda: None) -> None: ...

    def star_unheard(self, message: Seen, user: str) -> None:
        """A star that nobody was told of."""
        ...

    def lose_an_answer(self) -> None:
        """The next post takes effect, and the connection breaks before the answer."""
        ...


def another() -> ModelSet:
    """A second painter, for who chooses it."""
    critic = ScriptedCritic()
    painter = ScriptedPainter(model="another")
    return ModelSet(painter=painter, editor=None, critic=critic, judge=critic, styles=("oil",))


class DiscordChat:
    name, tenant = "discord", discord_world.GUILD
    anna, ben, mona = discord_world.ANNA, discord_world.BEN, discord_world.MODERATOR

    def __init__(self, server: DiscordServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.private: list[dict[str, Any]] = []

    async def start(self) -> None:
        self.program = await on_discord.Program(
            self.server, self.folder, limits=PLENTY, loop=SHORT, spare=another()
        ).start()

    async def refine(self, goal: str, *, image: bool = True, rounds: int = 1, **more: Any) -> str:
        picture = on_discord.REFERENCE if image else None
        options = {"goal": goal, "iterations": rounds} | more
        asked = await self.server.slash("refine", options, image=picture)
        self.private.append(asked.__dict__)
        return await self._thread(goal)

    async def _thread(self, goal: str) -> str:
        def thread() -> list[str]:
            return [m["id"] for m in self._messages(discord_world.CHANNEL) if goal in m_text(m)]

        found = (await self.until(thread))[0]
        await self.until(lambda: found in self.server.world.channels)
        return found

    async def models(self, command: str) -> list[str]:
        asked = await self.server.slash(command, {"model": ""}, complete="model")
        return [choice["value"] for choice in asked.choices]

    async def evolve(self, style: str) -> None:
        options = {"iterations": 1, "styles": style}
        await self.server.slash("evolve", options, image=on_discord.REFERENCE)

    async def posted_picture(self, goal: str) -> str:
        theirs = await self.server.say("look", images=[on_discord.REFERENCE], mention=False)
        asked = await self.server.menu("Refine this image", theirs)
        await self.server.submit(asked.form, {"goal": goal, "iterations": "1"})
        return await self._thread(goal)

    async def talk(self, words: str) -> None:
        await self.server.say(words, images=[on_discord.REFERENCE])

    async def nothing(self) -> str:
        asked = await self.server.slash("refine", {})
        await self.until(lambda: m_text(asked.original or _NOTHING).strip(" …"))
        assert asked.original is not None
        return m_text(asked.original)

    def everywhere(self) -> list[Seen]:
        return [each for channel in self.server.world.messages for each in self.seen(channel)]

    def close_channel(self) -> None:
        self.server.world.joined = False

    def _messages(self, channel: str) -> list[dict[str, Any]]:
        there: dict[str, dict[str, Any]] = self.server.world.messages.get(channel) or {}
        return list(there.values())

    def seen(self, thread: str) -> list[Seen]:
        return [_of_discord(message) for message in self._messages(thread)]

    def status(self, thread: str) -> Seen:
        return _of_discord(self.server.world.messages[discord_world.CHANNEL][thread])

    def whispers(self) -> list[Seen]:
        own = [row["original"] for row in self.private if row["original"]]
        return [_of_discord(each, private=True) for each in own + self._messages(discord_world.DM)]

    async def until(self, true: Callable[[], Any]) -> Any:
        return await self.server.until(true, WAIT_S)

    async def press(self, message: Seen, label: str, user: str, **answers: str) -> None:
        asked = await self.server.click(message.raw, label, user=user)
        if asked.response["type"] == 9:
            channel = message.raw["channel_id"]
            asked = await self.server.submit(
                asked.form, answers, channel=channel, user=user, message=message.raw
            )
        self.private.append(asked.__dict__)

    async def react(self, message: Seen, emoji: str, user: str, *, on: bool = True) -> None:
        await self.server.react(message.raw, emoji, user=user, on=on)

    async def say(self, words: str, thread: str, user: str) -> None:
        await self.server.say(words, channel=thread, user=user)

    async def ask(self, question: str, user: str) -> str:
        command = "darkroom settings" if question == "settings" else question
        asked = await self.server.slash(command, user=user)
        await self.until(lambda: m_text(asked.original or _NOTHING).strip(" …"))
        assert asked.original is not None
        return m_text(asked.original)

    def gone(self, message: Seen) -> bool:
        return message.raw["id"] not in self.server.world.messages[message.raw["channel_id"]]

    async def restart(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        await self.program.stop()
        meanwhile()
        await self.start()

    def star_unheard(self, message: Seen, user: str) -> None:
        self.server.world.react(message.raw["channel_id"], message.raw["id"], "⭐", user, True)

    def lose_an_answer(self) -> None:
        self.server.faults.append(Fault("POST", "/messages", "drop_after"))


_NOTHING: dict[str, Any] = {"content": "", "components": []}


def m_text(message: dict[str, Any]) -> str:
    return discord_world.texts(message)


def _of_discord(message: dict[str, Any], *, private: bool = False) -> Seen:
    return Seen(
        message,
        m_text(message),
        tuple(discord_world.buttons(message)),
        len(message.get("attachments") or ()),
        private,
    )


class SlackChat:
    name, tenant = "slack", slack_server.TEAM
    anna, ben, mona = slack_server.ANNA, slack_server.BEN, "U0MONA"
    emoji: Mapping[str, str] = {"⭐": "star", "❌": "x", "✉️": "envelope"}

    def __init__(self, server: SlackServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        server.admins.add(self.mona)

    async def start(self) -> None:
        self.program = await on_slack.Program(
            self.server, self.folder, limits=PLENTY, loop=SHORT, spare=another()
        ).start()

    def _person(self, id: str) -> Person:
        return Person(self.server, id, {self.anna: "Anna", self.ben: "Ben"}.get(id, "Mona"))

    async def refine(self, goal: str, *, image: bool = True, rounds: int = 1, **more: Any) -> str:
        anna, opened = self._person(self.anna), len(self.server.views)
        await anna.slash("/refine", goal)
        view = await anna.opened(opened + 1)
        answers: dict[str, Any] = {"iterations": rounds} | more
        if "review" in more:
            answers["review"] = "yes"
        if image:
            answers["image"] = self.server.add_file(on_slack.REFERENCE, mimetype="image/png")
        await anna.submit(view, **answers)
        post = await self.until(lambda: self._statuses(goal))
        return post[0].ts

    async def models(self, command: str) -> list[str]:
        anna, opened = self._person(self.anna), len(self.server.views)
        await anna.slash(f"/{command}")
        blocks = (await anna.opened(opened + 1))["blocks"]
        found = [each["element"] for each in blocks if each.get("block_id") == "model"]
        return [option["value"] for each in found for option in each["options"]]

    async def evolve(self, style: str) -> None:
        anna, opened = self._person(self.anna), len(self.server.views)
        await anna.slash("/evolve", f"1 {style}")
        photo = self.server.add_file(on_slack.REFERENCE, mimetype="image/png")
        await anna.submit(await anna.opened(opened + 1), image=photo)

    async def posted_picture(self, goal: str) -> str:
        anna, opened = self._person(self.anna), len(self.server.views)
        photo = self.server.add_file(on_slack.REFERENCE, mimetype="image/png")
        message = {"ts": "1700000000.000100", "files": [self.server.describe(photo)]}
        await anna.shortcut("refine_image", message)
        await anna.submit(await anna.opened(opened + 1), goal=goal, iterations=1)
        return (await self.until(lambda: self._statuses(goal)))[0].ts

    async def talk(self, words: str) -> None:
        photo = self.server.add_file(on_slack.REFERENCE, mimetype="image/png")
        await self._person(self.anna).say(f"<@{slack_server.BOT}> {words}", file=photo)

    async def nothing(self) -> str:
        anna, opened = self._person(self.anna), len(self.server.views)
        await anna.slash("/refine")
        ack = await anna.submit(await anna.opened(opened + 1))
        return json.dumps(ack.payload)

    def everywhere(self) -> list[Seen]:
        return [_of_slack(post) for post in self.server.posts.values()]

    def close_channel(self) -> None:
        self.server.members.discard(CHANNEL)

    def _statuses(self, goal: str) -> list[Post]:
        posts = [p for p in self.server.posts.values() if goal in json.dumps(p.blocks)]
        return [post for post in posts if on_slack.is_status(post) and not post.thread]

    def seen(self, thread: str) -> list[Seen]:
        return [_of_slack(post) for post in self.server.in_thread(thread)]

    def status(self, thread: str) -> Seen:
        return _of_slack(self.server.posts[(CHANNEL, thread)])

    def whispers(self) -> list[Seen]:
        words = [*self.server.replies, *self.server.ephemeral]
        direct = [p for p in self.server.posts.values() if p.channel.startswith("D")]
        dialogs = [Seen(view, json.dumps(view), (), 0, True) for view in self.server.views]
        told = [Seen(each, json.dumps(each["blocks"]), (), 0, True) for each in words]
        return [*told, *dialogs, *(replace(_of_slack(post), private=True) for post in direct)]

    async def until(self, true: Callable[[], Any]) -> Any:
        found: list[Any] = []

        def there() -> bool:
            found[:] = [true()]
            return bool(found[0])

        await self.server.until(there, WAIT_S)
        return found[0]

    async def press(self, message: Seen, label: str, user: str, **answers: str) -> None:
        person, opened = self._person(user), len(self.server.views)
        button = next(b for b in message.raw.buttons().values() if _label(b).startswith(label))
        await person.click(message.raw, button["action_id"])
        if answers:
            await person.submit(await person.opened(opened + 1), **answers)

    async def react(self, message: Seen, emoji: str, user: str, *, on: bool = True) -> None:
        await self._person(user).react(message.raw, self.emoji[emoji], removed=not on)

    async def say(self, words: str, thread: str, user: str) -> None:
        said = f"<@{slack_server.BOT}> {words}"
        await self._person(user).say(said, thread_ts=thread)

    async def ask(self, question: str, user: str) -> str:
        person = self._person(user)
        before, opened = len(self.server.replies), len(self.server.views)
        command, text = ("/quota", "") if question == "quota" else ("/darkroom", question)
        await person.slash(command, text)
        await self.until(
            lambda: len(self.server.replies) > before or len(self.server.views) > opened
        )
        if len(self.server.views) > opened:
            return json.dumps(self.server.views[-1])
        return json.dumps(self.server.replies[-1], ensure_ascii=False)

    def gone(self, message: Seen) -> bool:
        return (message.raw.channel, message.raw.ts) in self.server.deleted

    async def restart(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        await self.program.stop()
        meanwhile()
        await self.start()

    def star_unheard(self, message: Seen, user: str) -> None:
        message.raw.reactions.setdefault("star", set()).add(user)

    def lose_an_answer(self) -> None:
        self.server.faults["chat.postMessage"] = [SlackFault(drop=True, after=True)]


def _label(button: Mapping[str, Any]) -> str:
    return str(button.get("text", {}).get("text", ""))


def _of_slack(post: Post) -> Seen:
    text = json.dumps(post.blocks, ensure_ascii=False)
    return Seen(post, text, tuple(map(_label, post.buttons().values())), len(post.images()))


@asynccontextmanager
async def chatting(name: str, folder: Path) -> AsyncGenerator[Chat]:
    """A program on a stand-in, and no request that breaks the platform's rules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "IDLE_S", 0.05)
        patch.setattr(Route, "BASE", Route.BASE)
        patch.setattr("adapters.slack.api.READY_PAUSE_S", 0.01)
        async with _server(name) as server:
            chat = _KINDS[name][1](server, folder)
            await chat.start()
            try:
                yield chat
            finally:
                await chat.program.stop()
            assert server.violations == []


_KINDS: Mapping[str, tuple[Any, Any]] = {
    "discord": (DiscordServer, DiscordChat),
    "slack": (SlackServer, SlackChat),
    "console": (RoomServer, ConsoleChat),
}


def _server(name: str) -> Any:
    return _KINDS[name][0]()
