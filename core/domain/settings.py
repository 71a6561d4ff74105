"""What a server's admins set for their people: where, who, with which painter, from which defaults."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal, InvalidOperation
from typing import Literal
from zoneinfo import available_timezones

from core.domain.commands import QUALITIES, Actor, Place
from core.domain.defaults import MAX_CANDIDATES, LoopDefaults
from core.domain.errors import BadRequest, NotAllowed
from core.domain.options import SHAPES
from core.domain.rules import Rules, counts
from core.domain.story import RATINGS, Rating

NsfwRule = Literal["strict", "age_restricted"]
MAX_LISTED = 100
MOST_IMAGES, MOST_USD = 100_000, 100_000
SIZE = re.compile(rf"auto|{'|'.join(SHAPES)}|\d{{2,4}}x\d{{2,4}}")
LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """One server's or workspace's settings; empty and None mean the operator's defaults.

    `channels`, `roles`, `people` are the platform's ids; somebody may start runs who has one of
    the roles or is one of the people (both empty: everyone). `painter` is one of
    `ModelsView.painters`. `nsfw`: "strict" everywhere, or relaxed moderation and spoilers in the
    channels the platform marks as age-restricted. `language`: of what everybody reads, such as
    "de"; "" is the platform's own setting. `images_per_day` and `usd_per_day` bound all that lives
    on the server, beside the operator's own limits: 0 or None = nothing of its own. `timezone`: an
    IANA name by which its limits' days begin, "" = UTC; `frozen`: its admins let no run begin.
    `galleries`: the channels that show their starred images on a page; `rules`: what may be painted,
    and what is kept. `story_…` bound the stories told here, as far as the operator's own bounds let
    them.
    """

    channels: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    painter: str = ""
    iterations: int | None = None
    candidates: int | None = None
    quality: str = ""
    size: str = ""
    review: bool | None = None
    nsfw: NsfwRule = "strict"
    language: str = ""
    images_per_day: int | None = None
    usd_per_day: Decimal | None = None
    timezone: str = ""
    frozen: bool = False
    galleries: tuple[str, ...] = ()
    story_rating: Rating | Literal[""] = ""
    story_words: int | None = None
    story_scenes: int | None = None
    rules: Rules = field(default_factory=Rules)

    @property
    def defaults(self) -> Sequence[tuple[str, object]]:
        """What is taken where a person says nothing, by the names of the options."""
        return [
            ("iterations", self.iterations),
            ("candidates", self.candidates),
            ("quality", self.quality),
            ("size", self.size),
            ("review", self.review),
        ]

    def relaxed(self, place: Place) -> bool:
        """Whether this place is one where the relaxed rule holds."""
        marked = self.nsfw == "age_restricted" and place.nsfw
        return marked or place.channel in self.rules.adult


def of_stories(loop: LoopDefaults, settings: ServerSettings) -> LoopDefaults:
    """What holds for a story on a server: the stricter of the operator's bound and its own."""
    rating = settings.story_rating or loop.story_rating
    most = min(loop.max_scenes, settings.story_scenes or loop.max_scenes)
    return replace(
        loop,
        story_rating=min(rating, loop.story_rating, key=RATINGS.index),
        scene_words=min(loop.scene_words, settings.story_words or loop.scene_words),
        max_scenes=most,
        scenes=min(loop.scenes, most),
    )


def admit(settings: ServerSettings, actor: Actor, place: Place) -> None:
    """Raises NotAllowed where the admins keep this person or this channel out; admins are let in."""
    if actor.admin:
        return
    if settings.channels and not place.is_dm and place.channel not in settings.channels:
        raise NotAllowed("The admins here keep me to other channels: ask there.")
    if not settings.roles and not settings.people:
        return
    if not actor.ids_on(place.platform) & set(settings.people) and not set(actor.roles) & set(
        settings.roles
    ):
        raise NotAllowed("The admins here let only some people start runs; ask one of them.")


def allowed_painters(settings: ServerSettings, painters: tuple[str, ...]) -> tuple[str, ...]:
    """Which of `painters` a server's people may choose from, its default first: the one its admins
    named, since they guard the bill, else all. Empty where the named one is not there any more."""
    return tuple(name for name in painters if settings.painter in ("", name))


def painter_for(asked: str, settings: ServerSettings, painters: tuple[str, ...]) -> str:
    """The painter of a new run, "" = the configured one. Raises BadRequest or NotAllowed with a
    sentence that names those allowed."""
    allowed, asked = allowed_painters(settings, painters), asked.strip().casefold()
    if not allowed:
        raise NotAllowed(
            f"The painter chosen here, {settings.painter}, is not there any more: an admin can "
            "choose another in the settings."
        )
    if not asked:
        return settings.painter
    for name in allowed:
        if name.casefold() == asked:
            return name
    if asked in map(str.casefold, painters):
        raise NotAllowed(f"The admins here allow only the model {allowed[0]}.")
    raise BadRequest(f"model is one of {', '.join(allowed)}.")


def dollars_of(name: str, text: str) -> Decimal | None:
    """An amount as people write it, None of an empty one. Raises BadRequest naming the option."""
    if not (text := text.strip().removeprefix("$").replace(",", ".")):
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise BadRequest(f"{name} is an amount in dollars, such as 2.50.")
    return amount


def merged(now: ServerSettings, seen: ServerSettings, wanted: ServerSettings) -> ServerSettings:
    """`now` with what somebody changed who saw `seen` and wants `wanted`: two admins at once change
    what each of them touched."""
    names = [each.name for each in fields(ServerSettings)]
    touched = {n: getattr(wanted, n) for n in names if getattr(wanted, n) != getattr(seen, n)}
    return replace(now, **touched)


def changes(before: ServerSettings, after: ServerSettings) -> dict[str, str]:
    """What differs, as the log keeps it: names of people are no part of it, only how many."""
    found: dict[str, str] = {}
    for name in (each.name for each in fields(ServerSettings)):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            listed = name in ("channels", "roles", "people")
            if isinstance(new, Rules):
                found[name] = counts(new)
            else:
                found[name] = str(len(new)) if listed else str(new)
    return found


def checked(
    settings: ServerSettings, loop: LoopDefaults, painters: tuple[str, ...]
) -> ServerSettings:
    """Settings that can be kept. Raises BadRequest with a sentence that names the option."""
    most = min(loop.max_refine, loop.max_evolve)
    if settings.iterations is not None and not 1 <= settings.iterations <= most:
        raise BadRequest(f"iterations is a number from 1 to {most}.")
    if settings.candidates is not None and not 1 <= settings.candidates <= MAX_CANDIDATES:
        raise BadRequest(f"candidates is a number from 1 to {MAX_CANDIDATES}.")
    if settings.quality and settings.quality not in QUALITIES:
        raise BadRequest(f"quality is one of {', '.join(QUALITIES)}.")
    if settings.size and not SIZE.fullmatch(settings.size):
        names = ", ".join(SHAPES)
        raise BadRequest(f"size is {names}, WIDTHxHEIGHT in pixels, such as 1024x1024, or auto.")
    if settings.painter and settings.painter not in painters:
        raise BadRequest(f"painter is one of {', '.join(painters)}.")
    if settings.language and not LANGUAGE.fullmatch(settings.language):
        raise BadRequest("language is the short name of one, such as en or de.")
    if settings.timezone and settings.timezone not in available_timezones():
        raise BadRequest("timezone is the name of one, such as Europe/Berlin or UTC.")
    if not 0 <= (settings.images_per_day or 0) <= MOST_IMAGES:
        raise BadRequest(f"images_per_day is a number from 0 (no limit) to {MOST_IMAGES}.")
    if not 0 <= (settings.usd_per_day or 0) <= MOST_USD:
        raise BadRequest(f"usd_per_day is an amount from 0 (no limit) to {MOST_USD} dollars.")
    for name in ("channels", "roles", "people"):
        if len(getattr(settings, name)) > MAX_LISTED:
            raise BadRequest(f"{name}: {MAX_LISTED} are the limit.")
    return settings
