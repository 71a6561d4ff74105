"""The worked example of a platform (examples/console_chat.py) under the same suite: its room is the
platform, people type lines."""

import asyncio
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.engine.inline import InlineEngine
from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from adapters.storage.images import FolderImages
from core.domain.defaults import LoopDefaults
from core.domain.ledger import Limits
from core.jobs.develop import workflow
from core.ports.images import Uploads
from core.ports.pixels import Pixels
from core.runtime.context import RunContext
from core.runtime.models import ModelSet
from core.service.outbox import OutboxDrain
from core.service.service import Service
from examples.console_chat import PLATFORM, ROOM, Console
from examples.room import Post, Room
from tests.harness import Inline, end_drain, scripted_context, scripted_models, utc_now
from tests.quick import quick_store


@dataclass
class Program:
    """The real service with the console as its platform; a second one on the same folder and room is
    a restart."""

    room: Room
    folder: Path
    limits: Limits
    loop: LoopDefaults
    spare: ModelSet | None = None
    painter: ScriptedPainter = field(
        default_factory=lambda: ScriptedPainter(moves=[flat(s) for s in (60, 110, 160, 190)])
    )
    critic: ScriptedCritic = field(default_factory=ScriptedCritic)
    pixels: Pixels = field(default_factory=Inline)

    async def start(self) -> "Program":
        self.store = await quick_store(self.folder / "darkroom.sqlite")
        async with self.store.write() as uow:
            await uow.servers.set_flag("paid_confirmed", "yes")
        self.images = FolderImages(self.folder / "images", self.pixels)
        self.engine = InlineEngine()
        ctx, uploads = self._ctx(), dict[str, Uploads]()
        self.service = Service(ctx, self.engine, self.loop, self.limits, uploads)
        self.console = Console(self.service, self.room)
        uploads[PLATFORM] = self.console
        self.outbox = OutboxDrain(self.store, self.console, utc_now)
        await self.engine.launch(workflow(ctx))
        await self.service.sweep()
        await self.console.start()
        self.draining = asyncio.create_task(self.outbox.run(), name="outbox")
        return self

    def _ctx(self) -> RunContext:
        return scripted_context(
            self.store,
            self.images,
            self.pixels,
            scripted_models(self.painter, self.critic),
            nudge=lambda: self.outbox.nudge(),
            spare=self.spare,
            drains=lambda platform: True,
            tell=self._tell,
        )

    async def _tell(self, about: str, sentence: str) -> None: ...

    async def stop(self) -> None:
        await end_drain(self.store, self.draining)
        await self.service.settle_down()
        await self.engine.close()
        await self.store.close()


class RoomServer:
    """Nothing to serve: the room itself, kept over restarts."""

    violations: Sequence[str] = []

    async def __aenter__(self) -> "RoomServer":
        return self

    async def __aexit__(self, *_: object) -> None: ...


def words(**values: object) -> str:
    """As a person types them: `goal='a red fox' iterations=2`."""
    return " ".join(shlex.quote(f"{name}={value}") for name, value in values.items())


class ConsoleChat:
    name, tenant = PLATFORM, ROOM
    anna, ben, mona = "anna", "ben", "mona"

    def __init__(self, server: RoomServer, folder: Path) -> None:
        self.folder = folder
        (folder / "room").mkdir()
        self.room = Room(folder / "room", show=lambda text: None)
        self.room.admins.add(self.mona)
        self.photo = folder / "photo.png"
        self.photo.write_bytes(flat(200))
        self._gone: set[str] = set()

    async def start(self) -> None:
        from tests.contract.chats import PLENTY, SHORT, another

        self.program = await Program(
            self.room, self.folder, limits=PLENTY, loop=SHORT, spare=another()
        ).start()

    async def hear(self, who: str, line: str) -> None:
        await self.program.console.hear(who, line)

    async def _thread(self, goal: str) -> str:
        def found() -> list[Post]:
            posts = self.room.posts.values()
            return [p for p in posts if goal in p.text and not p.thread and not p.whom]

        return (await self.until(found))[0].number

    async def refine(self, goal: str, *, image: bool = True, rounds: int = 1, **more: Any) -> str:
        picture = {"image": self.photo} if image else {}
        await self.hear(
            self.anna, f"/refine {words(goal=goal, iterations=rounds, **picture, **more)}"
        )
        return await self._thread(goal)

    async def evolve(self, style: str) -> None:
        line = words(iterations=1, styles=style, image=self.photo)
        await self.hear(self.anna, f"/evolve {line}")

    async def _told(self, line: str, user: str) -> str:
        before = {post.number for post in self.room.posts.values() if post.whom}
        await self.hear(user, line)

        def new() -> list[Post]:
            posts = self.room.posts.values()
            return [p for p in posts if p.whom == user and p.number not in before]

        return (await self.until(new))[0].text

    async def models(self, command: str) -> list[str]:
        return (await self._told(f"/{command} model=?", self.anna)).splitlines()

    async def posted_picture(self, goal: str) -> str:
        theirs = self.room.put("look", [flat(200)])
        await self.hear(
            self.anna, f"/refine {words(goal=goal, iterations=1)} image=#{theirs.number}"
        )
        return await self._thread(goal)

    async def talk(self, words: str) -> None:
        await self.hear(self.anna, f"{words} {self.photo}")

    async def nothing(self) -> str:
        return await self._told("/refine", self.anna)

    def everywhere(self) -> list[Any]:
        return [_seen(post) for post in self.room.posts.values()]

    def close_channel(self) -> None:
        self.room.closed = True

    def seen(self, thread: str) -> list[Any]:
        return [_seen(p) for p in self.room.posts.values() if thread in (p.thread, p.number)]

    def status(self, thread: str) -> Any:
        return _seen(self.room.posts[thread])

    def whispers(self) -> list[Any]:
        return [_seen(post) for post in self.room.posts.values() if post.whom]

    async def until(self, true: Callable[[], Any]) -> Any:
        async with asyncio.timeout(25):
            while not (found := true()):
                await asyncio.sleep(0.01)
        return found

    async def press(self, message: Any, label: str, user: str, **answers: str) -> None:
        button = next(each for each in message.buttons if each.startswith(label))
        said = " ".join((button, *answers.values()))
        await self.hear(user, f"#{message.raw.number} {said}")

    async def react(self, message: Any, emoji: str, user: str, *, on: bool = True) -> None:
        await self.hear(user, f"#{message.raw.number} {'' if on else '-'}{emoji}")

    async def say(self, words: str, thread: str, user: str) -> None:
        await self.hear(user, f"@{thread} {words}")

    async def ask(self, question: str, user: str) -> str:
        return await self._told(f"/{question}", user)

    def gone(self, message: Any) -> bool:
        return message.raw.number not in self.room.posts

    async def restart(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        await self.program.stop()
        meanwhile()
        await self.start()

    def star_unheard(self, message: Any, user: str) -> None:
        message.raw.reactions.add(("⭐", user))

    def lose_an_answer(self) -> None:
        self.room.breaks = True


def _seen(post: Post) -> Any:
    from tests.contract.chats import Seen

    text = f"{post.text}\n{post.line}"
    return Seen(post, text, post.buttons, len(post.pictures), bool(post.whom))
