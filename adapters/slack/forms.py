"""What people wrote or sent, as commands. Pure: payloads in, frozen commands out."""

import html
import re
from collections.abc import Mapping
from typing import Any, TypeVar, assert_never, cast

from adapters.slack.api import Json, part
from adapters.slack.inputs import VALUE
from adapters.slack.modals import Where
from adapters.slack.uploads import file_of, file_ref
from core.domain.commands import Actor, Command, ImageHandle, Place
from core.domain.options import Field, build, options
from core.imaging.formats import may_be_picture, other_than_picture
from core.ports.offers import Offer

C = TypeVar("C", bound=Command)
PLATFORM = "slack"
_LINK = re.compile(r"<(?:https?|mailto)[^<>|]*(?:\|([^<>]*))?>")
_ADDRESS = re.compile(r"<[@#!][^<>]*>")


def spoken(text: str) -> str:
    """The plain words of a message: mentions and links gone, Slack's entities undone."""
    text = _ADDRESS.sub(" ", _LINK.sub(lambda found: found.group(1) or " ", text))
    return " ".join(html.unescape(text).split())


def images_in(message: Json, team: str) -> tuple[ImageHandle, ...]:
    """The pictures of a message: its files, those of a shared message, those in blocks."""
    return tuple(image_of(file, team) for file in _files(message) if _may_be_image(file))


def image_in(message: Json, team: str) -> ImageHandle | None:
    """The first picture of a message."""
    return next(iter(images_in(message, team)), None)


def image_of(file: Json, team: str) -> ImageHandle:
    size: Any = file.get("size")
    return ImageHandle(
        platform=PLATFORM,
        ref=file_ref(str(file["id"]), team),
        name=str(file.get("name") or "")[:200],
        claimed_type=str(file.get("mimetype") or ""),
        claimed_size=size if isinstance(size, int) else 0,
    )


def _files(message: Json) -> list[Json]:
    found: list[Json] = list(message.get("files") or [])
    for attachment in cast(list[Json], message.get("attachments") or []):
        found += attachment.get("files") or []
        for inner in cast(list[Json], attachment.get("message_blocks") or []):
            found += _in_blocks(part(inner, "message").get("blocks") or [])
    return found + _in_blocks(message.get("blocks") or [])


def _in_blocks(blocks: list[Json]) -> list[Json]:
    return [
        {"id": block["slack_file"]["id"], "mimetype": "image/png"}
        for block in blocks
        if block.get("type") == "image" and part(block, "slack_file").get("id")
    ]


def _may_be_image(file: Json) -> bool:
    """Slack Connect files come without a type: they are looked up when they are fetched."""
    if not file.get("id"):
        return False
    if file.get("file_access") == "check_file_info":
        return True
    return may_be_picture(str(file.get("mimetype") or ""), str(file.get("name") or ""))


def unused_in(message: Json, used: ImageHandle | None) -> tuple[str, ...]:
    """What a message brings along beside the picture that is used, by kind."""
    taken = file_of(used.ref) if used else ""
    return tuple(
        other_than_picture(str(file.get("mimetype") or ""), str(file.get("name") or ""))
        for file in _files(message)
        if file.get("id") and str(file["id"]) != taken
    )


def others_in(message: Json) -> int:
    """How many more pictures a message shows than the first, which is the one that is used."""
    return max(0, sum(_may_be_image(file) for file in _files(message)) - 1)


class DialogInputs:
    """The inputs of a submitted dialog, by block id."""

    def __init__(self, view: Json) -> None:
        self._values: Json = part(part(view, "state"), "values")

    def _element(self, block: str) -> Json:
        return part(part(self._values, block), VALUE)

    def text(self, block: str) -> str:
        return str(self._element(block).get("value") or "").strip()

    def number(self, block: str) -> int | None:
        text = self.text(block)
        return int(text) if text.isdecimal() else None

    def choice(self, block: str) -> str | None:
        chosen = part(self._element(block), "selected_option")
        return str(chosen["value"]) if chosen.get("value") else None

    def ticked(self, block: str) -> bool:
        return bool(self._element(block).get("selected_options"))

    def conversation(self) -> str:
        return str(self._element("channel").get("selected_conversation") or "")

    def chosen(self, block: str) -> tuple[str, ...]:
        """The ids of channels or people in a select of several."""
        element = self._element(block)
        found: object = element.get("selected_conversations") or element.get("selected_users")
        return tuple(str(each) for each in cast(list[object], found or []))

    def file(self, block: str) -> Json | None:
        files: list[Json] = self._element(block).get("files") or []
        return files[0] if files else None


def pictures_of(
    offer: Offer, answers: DialogInputs, where: Where, team: str
) -> dict[str, ImageHandle]:
    """The pictures by the options' names: those chosen already, then what was uploaded."""
    names = [field.name for field in offer.pictures]
    found = {
        name: ImageHandle(platform=PLATFORM, ref=file_ref(file, team))
        for name, file in zip(names, where.files, strict=False)
    }
    for name in names:
        file = answers.file(name)
        if name not in found and file and file.get("id"):
            found[name] = image_of(file, team)
    return found


def command_of(
    command: type[C],
    key: str,
    actor: Actor,
    place: Place,
    images: Mapping[str, ImageHandle],
    answers: DialogInputs,
    **known: Any,
) -> C:
    """The command that a submitted dialog makes; `known` are fields that nobody types. Raises
    BadRequest."""
    values = {field.name: answer(field, images, answers) for field in options(command)}
    return build(command, values, dedup_key=key, actor=actor, place=place, **known)


def answer(field: Field, images: Mapping[str, ImageHandle], answers: DialogInputs) -> object:
    match field.kind:
        case "image":
            return images.get(field.name)
        case "flag":
            return answers.ticked(field.name)
        case "choice":
            return answers.choice(field.name)
        case "number" | "list":
            return answers.text(field.name)
        case "text":
            return answers.choice(field.name) or answers.text(field.name)
    assert_never(field.kind)
