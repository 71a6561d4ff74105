"""Telling: the question for a story's next scene, and the form of its answer."""

from collections.abc import Sequence

from pydantic import Field

from adapters.models.seeing.asking import CriticQuestion, limit_line, most, picture, said
from adapters.models.seeing.schema import MAX_ALT, Form, Prompted
from core.domain.story import Character, Scene, Site
from core.models import sanitize
from core.models.prompts import quoted
from core.models.story import (
    MAX_CAST,
    MAX_CHOICES,
    MAX_SITES,
    Tell,
    ToldScene,
    grown,
    mapped,
    shown,
)

MAX_PREMISE = 2000
MAX_TEXT = 1200  # characters of a scene
MAX_LOOK = 200
MAX_NAME = 40
MAX_CHOICE = 80  # what fits on a button
MAX_TITLE = 80
MOST_HERE = 3  # in one picture
WHOLE = 3  # scenes told again in full; of those before, how they begin
BRIEFLY = 200
SCENES_TOLD = 24
LOOKS = 4 * (MAX_NAME + MAX_LOOK + 6)  # kept free for three people and a place in the picture
LONGEST_STORY = WHOLE * MAX_TEXT + (SCENES_TOLD - WHOLE) * (BRIEFLY + MAX_CHOICE)
LONGEST_CAST = (MAX_CAST + MAX_SITES) * (MAX_NAME + MAX_LOOK)


class CastForm(Form):
    name: str
    look: str = ""
    here: bool = True


class SiteForm(Form):
    name: str = ""
    look: str = ""


class SceneForm(Prompted):
    cast: list[CastForm] = Field(default_factory=list[CastForm])
    place: SiteForm = SiteForm()
    text: str
    title: str = ""
    prompt: str
    choices: list[str] = Field(default_factory=list[str])
    alt: str = ""

    def prompt_text(self) -> str:
        return self.prompt

    def useless(self) -> str:
        told = sanitize.plain(self.text, MAX_TEXT)
        return super().useless() or ("" if told else "`text` is empty.")

    def offered(self, count: int) -> tuple[str, ...]:
        return sanitize.lines(self.choices, count, MAX_CHOICE)

    def value(self, ask: Tell, limit: int) -> Scene:
        new = (Character(_name(each), sanitize.line(each.look, MAX_LOOK)) for each in self.cast)
        cast = grown(ask.cast, tuple(new))
        there = {each.name.casefold() for each in cast}
        said = [_name(each) for each in self.cast if each.here]
        here = tuple(name for name in dict.fromkeys(said) if name.casefold() in there)[:MOST_HERE]
        site = Site(
            sanitize.line(self.place.name, MAX_NAME), sanitize.line(self.place.look, MAX_LOOK)
        )
        sites = mapped(ask.sites, (site,))
        looks = sanitize.plain(_looks(cast, here, sites, site.name), limit // 2)
        words = self.fitted(limit - len(looks) - 1)
        return Scene(
            text=sanitize.plain(self.text, MAX_TEXT),
            prompt=f"{words} {looks}".strip(),
            cast=cast,
            choices=self.offered(_choices(ask)),
            title=sanitize.line(self.title, MAX_TITLE),
            words=words,
            alt=sanitize.line(self.alt, MAX_ALT),
            sites=sites,
            here=here,
            site=site.name if shown(sites, (site.name,)) else "",
        )


def _looks(cast: Sequence[Character], here: Sequence[str], sites: Sequence[Site], site: str) -> str:
    return f"{shown(cast, here)} {shown(sites, (site,))}".strip()


def tell(ask: Tell) -> CriticQuestion[SceneForm, Scene]:
    limit, count = most(ask.limit), _choices(ask)
    room = max(limit // 2, limit - LOOKS)
    parts = (
        *picture("PICTURE", ask.picture),
        quoted("premise", sanitize.shorten(ask.premise, MAX_PREMISE)),
        *said("cast", _known(ask.cast)),
        *said("places", _known(ask.sites)),
        *said("story", _story(ask.story)),
        *said("choice", sanitize.line(ask.story[-1].choice) if ask.story else ""),
        *said("style", sanitize.line(ask.style, 80)),
        f"CHOICES: {count}",
        f"WORDS: {ask.least} to {ask.most}",
        f"RATING: {ask.rating}",
        *((f"LANGUAGE: {ask.language}",) if ask.language else ()),
        limit_line(room),
    )

    def lacking(form: SceneForm) -> list[str]:
        given = len(form.offered(MAX_CHOICES))
        return [] if given >= count else [f"`choices` has {given} entries; {count} are asked for."]

    return CriticQuestion(
        "tell", parts, SceneForm, lambda form: form.value(ask, limit), room, lacking=lacking
    )


def _choices(ask: Tell) -> int:
    return min(MAX_CHOICES, max(0, ask.choices))


def _name(each: CastForm) -> str:
    return sanitize.line(each.name, MAX_NAME)


def _known(known: Sequence[Character | Site]) -> str:
    return "\n".join(f"{each.name}: {each.look}" for each in known)


def _story(story: Sequence[ToldScene]) -> str:
    """The last scenes; the choice after the last one stands in a tag of its own."""
    first = max(0, len(story) - SCENES_TOLD)
    rows: list[str] = []
    for number, told in enumerate(story[first:], first + 1):
        whole = number > len(story) - WHOLE
        text = sanitize.line(told.text, MAX_TEXT if whole else BRIEFLY)
        chosen = f" Chosen: {sanitize.line(told.choice, MAX_CHOICE)}" if told.choice else ""
        rows.append(f"{number}. {text}{'' if number == len(story) else chosen}")
    return "\n".join(rows)
