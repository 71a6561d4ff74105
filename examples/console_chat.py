"""A chat platform's adapter in one file. `hear` is its inbound, `prepare` and `find` its outbound
(`core.ports.Sender`), `fetch` its uploads (`core.ports.Uploads`); the room is the platform.

    python -m examples.console_chat        then: /refine goal="a red fox in the snow" iterations=2

It keeps every promise that Discord's and Slack's keep: tests/contract/test_chat_adapters.py.
"""

import asyncio
import shlex
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adapters.texts.catalogue import t
from core.domain import commands as c
from core.domain import updates as u
from core.domain.access import PROGRAM
from core.domain.errors import BadImage, PlaceClosed, Refusal, Undeliverable
from core.domain.options import build
from core.domain.records import Delivery, Receipt
from core.domain.settings import ServerSettings
from core.jobs.edit_prompt import EditPrompt
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from core.jobs.refine import Refine
from core.ports.api import CoreApi
from core.ports.sender import Send
from examples.room import Post, Room
from examples.showing import shown

PLATFORM, ROOM, HALL = "console", "room", "hall"
STAR, CROSS, LETTER = "⭐", "❌", "✉️"
REACTED: Mapping[tuple[str, bool], Callable[[Any, str], c.Command]] = {
    (STAR, False): lambda base, node: c.Unpick(**base, iteration=node),
    (CROSS, True): lambda base, node: c.Discard(**base, iteration=node),
    (LETTER, True): lambda base, node: c.Ask(**base, what="image", about=node),
}
PRESSED: Mapping[str, Callable[[Any, Any, str], c.Command]] = {
    "Paint again": lambda base, at, _: PaintAgain(**base, iteration=at["iteration"]),
    "Edit prompt…": lambda base, at, text: EditPrompt(
        **base, iteration=at["iteration"], prompt=text
    ),
    "Stop": lambda base, at, _: c.Stop(**base, session=at["session"], run=at["run"]),
    "Start": lambda base, at, _: c.Confirm(**base, run=at["run"], yes=True),
    "Cancel": lambda base, at, _: c.Confirm(**base, run=at["run"], yes=False),
    "Edit critique…": lambda base, at, text: _revise(base, at, text),
    "Go on as it is": lambda base, at, _: _revise(base, at, ""),
    "Repost": lambda base, at, _: c.Repost(**base, delivery=at["delivery"]),
}
PICTURED = (u.IterationFinished, u.Finished, u.Described, u.Asked)


class Console:
    platform = PLATFORM

    def __init__(self, core: CoreApi, room: Room) -> None:
        self._core, self._room = core, room

    async def start(self) -> None:
        """Stars that were given while nobody listened count: each once."""
        for post in list(self._room.posts.values()):
            for emoji, who in list(post.reactions):
                key = c.pick_key(PLATFORM, ROOM, post.about.get("iteration", ""), who)
                if emoji == STAR and not await self._core.picked_before(key):
                    await self._react(self._actor(who), post, STAR, on=True)

    # in: what people do becomes commands

    async def hear(self, who: str, line: str) -> None:
        """`/job name=value …`, `#12 Paint again`, `#12 ⭐`, `#12 -⭐`, `@12 darker` in a thread, or a
        sentence, with a picture's path at its end."""
        actor, (first, _, rest) = self._actor(who), line.partition(" ")
        try:
            if line.startswith("/"):
                await self._command(actor, *shlex.split(line[1:]))
            elif line.startswith("#"):
                await self._touched(actor, self._room.posts[first[1:]], rest)
            elif line.startswith("@"):
                await self._core.receive(c.Say(**self._base(actor, first[1:]), words=rest))
            else:
                goal, _, path = line.rpartition(" ")
                image = c.ImageHandle(PLATFORM, path, path)
                await self._core.receive(Refine(**self._base(actor), goal=goal, image=image))
        except (Refusal, KeyError) as exc:
            self._room.put(getattr(exc, "sentence", f"I don't know {exc}."), whom=who)

    def _actor(self, who: str) -> c.Actor:
        admin = who in self._room.admins
        return c.Actor(PLATFORM, ROOM, who, who.capitalize(), moderator=admin, admin=admin)

    def _base(self, actor: c.Actor, thread: str = "") -> dict[str, Any]:
        """Every command has a key: one that comes twice counts once."""
        key = f"{PLATFORM}:{ROOM}:{uuid.uuid4().hex}"
        return {"dedup_key": key, "actor": actor, "place": c.Place(PLATFORM, ROOM, HALL, thread)}

    async def _command(self, actor: c.Actor, name: str, *words: str) -> None:
        values: dict[str, Any] = dict(word.split("=", 1) for word in words if "=" in word)
        if name in ("help", "quota", "sessions"):
            await self._core.receive(c.Ask(**self._base(actor), what=name))
        elif name == "settings":
            before = await self._core.settings(PLATFORM, ROOM)
            now = await self._core.configure(actor, ServerSettings(**values), before)
            self._room.put(f"Painter: {now.painter or self._core.models.painter}", whom=actor.id)
        elif values.get("model") == "?":
            self._room.put("\n".join(await self._core.painters(PLATFORM, ROOM)), whom=actor.id)
        else:
            offer = {each.name: each for each in self._core.offers if each.slash}[name]
            for field in offer.pictures:
                if path := values.get(field.name):  # `image=#12` is the picture of a post
                    post = self._room.posts[path[1:]] if path.startswith("#") else None
                    ref = str(post.pictures[0]) if post else path
                    values[field.name] = c.ImageHandle(PLATFORM, ref, Path(ref).name)
            command: Any = build(offer.command, values, **self._base(actor))
            await self._core.receive(command)

    async def _touched(self, actor: c.Actor, post: Post, act: str) -> None:
        emoji, on = act.removeprefix("-"), not act.startswith("-")
        if emoji in (STAR, CROSS, LETTER):
            (post.reactions.add if on else post.reactions.discard)((emoji, actor.id))
            return await self._react(actor, post, emoji, on=on)
        label = next((label for label in post.buttons if act.startswith(label)), "")
        return await self._press(actor, post, label, act.removeprefix(label).strip())

    async def _react(self, actor: c.Actor, post: Post, emoji: str, *, on: bool) -> None:
        if emoji == STAR and on:
            return await self._pick(actor, post, "reaction")
        if made := REACTED.get((emoji, on)):
            base = self._base(actor, post.thread)
            await self._core.receive(made(base, post.about.get("iteration", "")))
        return None

    async def _pick(self, actor: c.Actor, post: Post, signal: Any) -> None:
        """A button and a star are one command: they have one key."""
        base, iteration = self._base(actor, post.thread), post.about.get("iteration", "")
        base["dedup_key"] = c.pick_key(PLATFORM, ROOM, iteration, actor.id)
        await self._core.receive(Pick(**base, iteration=iteration, signal=signal))

    async def _press(self, actor: c.Actor, post: Post, label: str, words: str) -> None:
        base, node = self._base(actor, post.thread), post.about.get("iteration", "")
        if label == "Continue from this":
            return await self._pick(actor, post, "button")
        if label == "Details":
            found = await self._core.iteration(node, actor)
            self._room.put(found.prompt if found else t("say.not_there"), whom=actor.id)
            return None
        if label == "Edit prompt…":  # asked before anybody writes a prompt in vain
            why = await self._core.may(actor, "edit_prompt", base["place"], iteration=node)
            if why or not words:
                self._room.put(why or "Write the prompt behind it.", whom=actor.id)
                return None
        await self._core.receive(PRESSED[label](base, post.about, words))
        return None

    # out: updates become posts

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        """Pictures are read first: what may be repeated, and what may not, stay apart."""
        update = delivery.update
        if isinstance(update, u.Critiqued | u.Progressed) and delivery.edits is None:
            raise Undeliverable("The post this belongs to was not made.")
        more = await shown(self._core, update)
        hashes: Sequence[str] = more.pop("hashes", ())
        if isinstance(update, PICTURED):
            more["pictures"] = [await self._core.images.get(hash) for hash in hashes if hash]
        yield lambda: self._send(delivery, more)

    async def find(self, delivery: Delivery) -> Receipt | None:
        """By the key that every post carries; an edit may simply be made again."""
        found = self._room.keyed(delivery.key)
        return _receipt(found) if found else None

    async def _send(self, delivery: Delivery, more: dict[str, Any]) -> Receipt:
        update, old = delivery.update, delivery.edits
        if old is not None and isinstance(update, u.Discarded):
            self._room.take_down(old.message)
        elif old is not None and old.message not in self._room.posts:
            raise Undeliverable("There is no post to edit.")
        elif old is not None:
            self._room.change(self._room.posts[old.message], **more)
        if old is not None:
            return old
        about = {"session": update.session, "run": update.run} | more.get("about", {})
        thread = "" if delivery.first else delivery.place.thread
        post = dict[str, Any](more)
        post |= {"thread": more.get("thread", thread), "key": delivery.key, "about": about}
        try:
            return _receipt(self._room.put(**post))
        except PlaceClosed:  # what was paid for goes to whoever asked for it
            tree = await self._core.tree(update.session, PROGRAM)
            if tree is None or not isinstance(update, u.Finished | u.Failed):
                raise
            post["whom"] = tree.session.owner.id
            return _receipt(self._room.put(**post))

    # uploads

    async def fetch(self, handle: c.ImageHandle) -> bytes:
        """A real platform bounds hosts and bytes here; who sits at a console owns the files anyway."""
        try:
            return await asyncio.to_thread(Path(handle.ref).read_bytes)
        except OSError as exc:
            raise BadImage(f"{handle.name} can't be read: {exc.strerror}.") from exc


def _revise(base: Any, at: Mapping[str, str], text: str) -> c.Command:
    return c.Revise(**base, run=at["run"], round=int(at["round"]), critique=text)


def _receipt(post: Post) -> Receipt:
    where = f"direct:{post.whom}" if post.whom else HALL
    return Receipt(message=post.number, channel=where, thread=post.thread or post.number)


async def main() -> None:
    """The whole program with this console as its only door, until an empty line."""
    from bot.bootstrap import carrying
    from bot.config import load

    settings = load(None, {"DARKROOM_BOT__LOG_LEVEL": "error"})
    async with carrying(settings, PLATFORM) as program:
        room = Room(settings.bot.data_dir)
        room.admins.add("you")
        console = Console(program.service, room)
        outbox = asyncio.create_task(program.add_platform(console, console).run())
        while line := (await asyncio.to_thread(input)).strip():
            await console.hear("you", line)
        await program.service.settle_down()
        outbox.cancel()


if __name__ == "__main__":
    asyncio.run(main())
