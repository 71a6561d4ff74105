"""The jobs as a door offers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.commands import Command
from core.domain.options import Field, Shortcut


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A job as a door shows it: its options with the bounds that core holds. `slash`: people type
    it, else it is a button. `begins_session`: a tree of its own may come of it, `grows`: it works
    on an iteration (`iteration` is a field of its command). `by_rounds`: people begin it, and it goes
    round by round. `missing`: the operation that no
    configured model has, "" where it can be done."""

    name: str
    command: type[Command]
    fields: tuple[Field, ...]
    slash: bool
    begins_session: bool
    grows: bool = False
    missing: str = ""
    by_rounds: bool = False
    ways: tuple[Shortcut, ...] = ()

    @property
    def pictures(self) -> tuple[Field, ...]:
        """The pictures it takes."""
        return tuple(field for field in self.fields if field.kind == "image")

    @property
    def worked_on(self) -> Field | None:
        """The picture that is worked on, where no iteration is."""
        return next((field for field in self.pictures if field.name == "image"), None)

    @property
    def asks(self) -> tuple[Field, ...]:
        """What a form asks where the picture worked on is chosen already: what must be told first,
        then words, then the rest as it was declared."""
        asked = [f for f in self.fields if f != self.worked_on and f.suggest != "sessions"]
        return tuple(sorted(asked, key=lambda f: (not f.required, not f.long)))


def on_picture(offers: Sequence[Offer], *, brought: bool = False) -> tuple[Offer, ...]:
    """The jobs that people start from a picture that is there; those that can't be done here are
    among them. `brought`: a picture from outside, no iteration."""
    return tuple(
        each
        for each in offers
        if each.slash and (each.begins_session and bool(each.pictures) if brought else each.grows)
    )


def ways_on(offers: Sequence[Offer]) -> tuple[tuple[str, str, Shortcut], ...]:
    """What can be done to an iteration by one press: an id of it, its job's name, the way."""
    return tuple(
        (f"{each.name}:{n}", each.name, way)
        for each in on_picture(offers)
        if not each.missing
        for n, way in enumerate(each.ways)
    )


def on_several(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """The jobs that can be done here and take more than one picture that is brought along."""
    found = on_picture(offers, brought=True)
    return tuple(each for each in found if not each.missing and len(each.pictures) > 1)


def says_nothing(offer: Offer, values: Mapping[str, object]) -> bool:
    """Whether these answers begin a session with neither picture nor words, of a job that takes
    either."""
    words = [field.name for field in offer.fields if field.long]
    if offer.grows or not offer.pictures or not words:
        return False
    told = (values.get(name) for name in (offer.pictures[0].name, *words))
    return not any(value.strip() if isinstance(value, str) else value for value in told)
