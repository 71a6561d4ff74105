"""What the page sends → commands. Every field is checked here; what an option means is core's."""

import json
import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, assert_never, cast
from urllib.parse import unquote

from core.domain.commands import (
    Actor,
    Command,
    Confirm,
    Discard,
    ImageHandle,
    Instead,
    Place,
    Report,
    Repost,
    Reveal,
    Review,
    Revise,
    Say,
    Stop,
    Undo,
    Unpick,
    Vote,
    pick_key,
)
from core.domain.errors import BadRequest
from core.domain.options import Field, build, options
from core.jobs.edit_prompt import EditPrompt
from core.jobs.job import Job
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from core.jobs.put_back import PutBack
from core.jobs.registry import JOBS

PLATFORM = "web"
CHANNEL = "playground"
VISITOR = Actor(PLATFORM, "", "")  # somebody on the page who did not say a name yet
NAME_HEADER = "X-Darkroom-Name"
LONGEST = 8_000
LARGEST = 1_000_000  # of what people type: rounds, candidates
LARGEST_FILE = 2**53 - 1  # what JavaScript counts exactly; the upload has a cap of its own


def actor_of(header: str) -> Actor:
    """The person behind a window: the name they gave (percent-encoded), its slug as the id."""
    name = " ".join(_printable(unquote(header)).split())[:40]
    if not name:
        raise BadRequest("Say who you are first: a name is enough.")
    slug = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
    return Actor(PLATFORM, "", slug or sha256(name.encode()).hexdigest()[:12], name)


def place_of(thread: str) -> Place:
    """The page's channel, or a session's thread in it."""
    return Place(PLATFORM, "", CHANNEL, thread=thread, upload_limit=20_000_000)


def command_from(data: object, actor: Actor) -> Command:
    """A command out of decoded JSON. Raises BadRequest with a sentence for the person."""
    if not isinstance(data, dict):
        raise BadRequest("A command is a JSON object.")
    fields = Fields(cast("Mapping[str, Any]", data))
    kind = fields.text("kind")
    make = MAKERS.get(kind) or _job_named(kind)
    if make is None:
        raise BadRequest(f"There is no command “{kind[:40]}”.")
    thread = "" if _begins(kind, fields) else fields.text("session")
    base: dict[str, Any] = {"dedup_key": fields.key(), "actor": actor, "place": place_of(thread)}
    command = make(fields, base)
    job = JOBS.get(kind)
    if thread and job is not None and job.starts is not None and job.starts(command):
        return replace(command, place=place_of(""))
    return command


def _begins(kind: str, fields: "Fields") -> bool:
    """Whether a thread of its own comes of it: what may grow as well does so in the thread it is
    said in, where no picture is brought along."""
    job = JOBS.get(kind)
    if job is None or not job.begins_session:
        return False
    return not job.grows or (fields.given("image") and not fields.given("iteration"))


class Fields:
    """Reads a JSON object field by field; each reader raises BadRequest naming the field."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def given(self, name: str) -> bool:
        return bool(self._data.get(name))

    def text(self, name: str, *, needed: bool = False) -> str:
        value = self._data.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str) or len(value) > LONGEST:
            raise BadRequest(f"“{name}” is a text of at most {LONGEST} characters.")
        value = _printable(value).strip()
        if needed and not value:
            raise BadRequest(f"“{name}” is missing.")
        return value

    def number(self, name: str, most: int = LARGEST) -> int | None:
        value = self._data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadRequest(f"“{name}” is a whole number.")
        if abs(value) > most:
            raise BadRequest(f"“{name}” is a whole number of at most {most:,}.")
        return value

    def flag(self, name: str) -> bool:
        value = self._data.get(name, False)
        if not isinstance(value, bool):
            raise BadRequest(f"“{name}” is either on or off.")
        return value

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> Any:
        value = self.text(name) or default
        if value not in allowed:
            raise BadRequest(f"“{name}” is one of {', '.join(allowed)}.")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self._data.get(name, [])
        if not isinstance(value, list):
            raise BadRequest(f"“{name}” is a list of words.")
        items = cast("list[object]", value)
        if len(items) > 40 or not all(isinstance(item, str) and len(item) < 80 for item in items):
            raise BadRequest(f"“{name}” is a list of words.")
        return tuple(_printable(str(item)).strip() for item in items)

    def key(self) -> str:
        """The dedup key: an id the page makes when the person acts, so that a repeat is one act."""
        try:
            return f"{PLATFORM}::{uuid.UUID(self.text('key'))}"
        except ValueError as error:
            raise BadRequest("“key” is a UUID made by the page.") from error

    def option(self, field: Field) -> object:
        """The value of a declared option, in its own type."""
        match field.kind:
            case "image":
                return self.image(field.name)
            case "flag":
                return self.flag(field.name)
            case "number":
                return self.number(field.name, max(LARGEST, field.most))
            case "list":
                return self.words(field.name)
            case "text" | "choice":
                return self.text(field.name, needed=field.name == "session")
        assert_never(field.kind)

    def image(self, name: str) -> ImageHandle | None:
        value = self._data.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise BadRequest(f"“{name}” is what an upload returned.")
        upload = Fields(cast("Mapping[str, Any]", value))
        ref = json.dumps({"upload": upload.text("upload", needed=True)[:64]})
        size = upload.number("size", LARGEST_FILE) or 0
        return ImageHandle(PLATFORM, ref, upload.text("name")[:200], upload.text("type")[:80], size)


def _job_named(kind: str) -> Callable[["Fields", dict[str, Any]], Command] | None:
    job = JOBS.get(kind)
    return _job(job) if job and job.slash else None


def _job(job: Job) -> Callable[["Fields", dict[str, Any]], Command]:
    """What makes a command out of its declared options; of a job that grows on an iteration."""

    def make(fields: Fields, base: dict[str, Any]) -> Command:
        values = {field.name: fields.option(field) for field in options(job.command)}
        known: dict[str, Any] = {"iteration": fields.text("iteration")} if job.grows else {}
        return build(job.command, values, **base, **known)

    return make


def _pick(fields: Fields, base: dict[str, Any]) -> Command:
    iteration = fields.text("iteration", needed=True)
    actor: Actor = base["actor"]
    key = pick_key(PLATFORM, "", iteration, actor.id)
    signal = fields.choice("signal", ("button", "reaction"), "button")
    keyed: dict[str, Any] = {**base, "dedup_key": key}
    return Pick(**keyed, iteration=iteration, signal=signal)


def _edit(fields: Fields, base: dict[str, Any]) -> Command:
    iteration = fields.text("iteration", needed=True)
    return EditPrompt(**base, iteration=iteration, prompt=fields.text("prompt", needed=True))


def _say(fields: Fields, base: dict[str, Any]) -> Command:
    words = fields.text("words", needed=True)
    return Say(
        **base, words=words, session=fields.text("session"), iteration=fields.text("iteration")
    )


def _stop(fields: Fields, base: dict[str, Any]) -> Command:
    return Stop(**base, session=fields.text("session", needed=True), run=fields.text("run"))


def _revise(fields: Fields, base: dict[str, Any]) -> Command:
    number = fields.number("round")
    if number is None:
        raise BadRequest("“round” is missing.")
    run = fields.text("run", needed=True)
    return Revise(**base, run=run, round=number, critique=fields.text("critique"))


def _instead(fields: Fields, base: dict[str, Any]) -> Command:
    number = fields.number("number")
    if number is None:
        raise BadRequest("“number” is missing.")
    return Instead(**base, run=fields.text("run", needed=True), number=number)


MAKERS: dict[str, Callable[[Fields, dict[str, Any]], Command]] = {
    "pick": _pick,
    "unpick": lambda f, base: Unpick(**base, iteration=f.text("iteration", needed=True)),
    "paint_again": lambda f, base: PaintAgain(**base, iteration=f.text("iteration", needed=True)),
    "edit_prompt": _edit,
    "put_back": lambda f, base: PutBack(**base, iteration=f.text("iteration", needed=True)),
    "say": _say,
    "vote": lambda f, base: Vote(**base, iteration=f.text("iteration", needed=True)),
    "reveal": lambda f, base: Reveal(**base, iteration=f.text("iteration", needed=True)),
    "undo": lambda f, base: Undo(**base, iteration=f.text("iteration", needed=True)),
    "stop": _stop,
    "revise": _revise,
    "review": lambda f, base: Review(**base, run=f.text("run", needed=True), on=f.flag("on")),
    "confirm": lambda f, base: Confirm(**base, run=f.text("run", needed=True), yes=f.flag("yes")),
    "instead": _instead,
    "report": lambda f, base: Report(**base, iteration=f.text("iteration", needed=True)),
    "repost": lambda f, base: Repost(**base, delivery=f.text("delivery", needed=True)),
    "discard": lambda f, base: Discard(**base, iteration=f.text("iteration", needed=True)),
}


def _printable(text: str) -> str:
    """Without control characters (line ends and tabs stay) and lone surrogates."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
