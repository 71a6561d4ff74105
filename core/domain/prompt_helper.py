"""A form that composes a prompt: six fields, and templates to begin with.

The doors show FIELDS as inputs, filled in from a template, and paint what `composed` makes of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.text import clean

FIELDS: Final = ("subject", "action", "style", "environment", "details", "quality")
"""In the order of the form; the catalogue has `helper.FIELD` and `helper.FIELD.hint` of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A worked example. `name` is a key of the catalogue below `helper.template.`; `size` the shape
    that suits it, `avoid` what such a picture should not have."""

    name: str
    size: str
    values: Mapping[str, str]
    avoid: str = ""


TEMPLATES: Final = (
    Template(
        name="illustration",
        size="wide",
        values={
            "subject": "a red fox with a lantern",
            "action": "leading two hedgehogs along a path",
            "style": "gouache illustration for a children's book",
            "environment": "a birch forest at dusk, first snow",
            "details": "warm light on the snow, breath in the cold air, small mushrooms",
            "quality": "clear silhouettes, soft edges, calm colours",
        },
        avoid="text, frame",
    ),
    Template(
        name="logo",
        size="square",
        values={
            "subject": "a mark for a bakery: a loaf and a rising sun in one shape",
            "style": "flat vector logo, two colours, geometric",
            "environment": "plain white ground, centred, wide margin",
            "details": "thick even lines, readable at 16 pixels",
            "quality": "crisp edges, perfect symmetry",
        },
        avoid="shading, gradients, small details",
    ),
    Template(
        name="poster",
        size="portrait",
        values={
            "subject": "an old tram",
            "action": "climbing a steep street",
            "style": "1930s travel poster, screen print, four flat colours",
            "environment": "a harbour town in the evening, the sea behind it",
            "details": "long shadows, room for a title in the upper third",
            "quality": "bold shapes, strong contrast, paper grain",
        },
        avoid="people in front, photo realism",
    ),
    Template(
        name="app_screen",
        size="phone",
        values={
            "subject": "the home screen of a plant care app",
            "style": "clean mobile interface, rounded cards, one green accent",
            "environment": "a single phone screen seen straight on, no hand, no device frame",
            "details": "a greeting, three plant cards with a photo and a water drop, a bar with four "
            "icons",
            "quality": "aligned to a grid, even spacing, large readable type",
        },
        avoid="blurred or invented letters",
    ),
)


def template(name: str) -> Template:
    """Raises BadRequest for a name there is not."""
    for each in TEMPLATES:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in TEMPLATES)
    raise BadRequest(f"There is no template “{name[:40]}”: there are {names}.")


def composed(values: Mapping[str, str]) -> str:
    """The prompt of a filled-in form: who does what where in the first sentence, then how it is made.
    Empty fields are left out. Raises BadRequest without a subject, or where it gets too long."""
    said = {name: _plain(values.get(name, "")) for name in FIELDS}
    if not said["subject"]:
        raise BadRequest("Say at least what the picture is of: the subject.")
    scene = " ".join(filter(None, (said["subject"], said["action"])))
    first = ", ".join(filter(None, (scene, said["environment"])))
    sentences = [first, said["style"], said["details"], said["quality"]]
    prompt = " ".join(f"{_begun(each)}." for each in sentences if each)
    if len(prompt) > MAX_GOAL:
        raise BadRequest(f"That is {len(prompt)} characters together; {MAX_GOAL} are the limit.")
    return prompt


def _plain(text: str) -> str:
    """On one line, without the full stop that follows anyway."""
    return " ".join(clean(text).split()).rstrip(" .,;")


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
