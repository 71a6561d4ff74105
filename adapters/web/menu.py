"""What the page offers: commands with their options, for completion, the form and /help."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.texts.catalogue import choice, label, t, title
from adapters.texts.help import need
from adapters.web.config import PageLimits
from adapters.web.outbound import jsonable
from adapters.web.pages import STATIC
from core.domain.options import SIZES, Field, options
from core.domain.preferences import Preferences, shown
from core.imaging.formats import endings, media_types
from core.jobs.registry import JOBS, is_picture
from core.ports.api import ModelsView, QuotaView
from core.ports.offers import Offer

QUESTIONS = ("quota", "preferences", "cancel", "sessions", "help")
EMBEDDED_NOTE = (
    "Painted by the embedded engine: no neural network, a painter by formula, "
    "so that everything works before you have a key."
)


def meta(
    models: ModelsView,
    painters: Sequence[str],
    offers: Sequence[Offer],
    limits: PageLimits,
    quota: QuotaView,
) -> dict[str, Any]:
    """Everything the page must know before the first command; `painters` are those allowed."""
    names = ("painter", "editor", "critic", "judge", "embedded")
    return {
        "commands": commands(models, painters, offers),
        "styles": list(models.styles),
        "style_thumbs": style_thumbs(models.styles),
        "models": {name: getattr(models, name) for name in names},
        "embedded_note": EMBEDDED_NOTE if models.embedded else "",
        "limits": jsonable(limits),
        "accept": [*media_types(), *(f".{ending}" for ending in endings())],
        "caps": jsonable(quota),
    }


def style_thumbs(styles: Sequence[str]) -> dict[str, str]:
    """The file of a style's thumbnail: of those of the deck, not of an operator's own."""
    files = {style: f"style-{style.replace(' ', '-')}.webp" for style in styles}
    return {style: file for style, file in files.items() if (STATIC / file).is_file()}


def commands(
    models: ModelsView, painters: Sequence[str], offers: Sequence[Offer]
) -> list[dict[str, Any]]:
    """What can be typed, from the jobs' declared options."""
    sources: dict[str, Sequence[str]] = {
        "sizes": SIZES,
        "painters": painters,
        "styles": models.styles,
    }
    typed = [each for each in offers if each.slash]
    return [
        *(_job(each, sources) for each in typed),
        *({"name": name, "summary": t(name), "options": []} for name in QUESTIONS),
    ]


def _job(offer: Offer, sources: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    options = [_option(f, sources) for f in offer.fields if f.suggest != "sessions"]
    row: dict[str, Any] = {
        "name": offer.name,
        "title": title(offer.name),
        "summary": t(offer.name),
        "options": options,
        "begins": offer.begins_session,
        "worded": JOBS[offer.name].begins_by_words,
        "grows": offer.grows,
        "picture": is_picture(offer.name),
        "ways": [{"label": t(way.says), "values": dict(way.values)} for way in offer.ways],
    }
    return (
        row | {"missing": offer.missing, "needs": need(offer).replace("`", "")}
        if offer.missing
        else row
    )


def preferences_form(
    now: Preferences, painters: Sequence[str], styles: Sequence[str]
) -> dict[str, Any]:
    """What a person prefers, and the form that changes it: each value with its name in words."""
    sources: dict[str, Sequence[str]] = {"sizes": SIZES, "painters": painters, "styles": styles}
    held = shown(now)
    rows: list[dict[str, Any]] = []
    for field in options(Preferences):
        listed = field.choices or sources.get(field.suggest or "", ())
        values = list(dict.fromkeys((*listed, *filter(None, (held[field.name],)))))
        named = [[each, choice(field.name, each) if field.choices else each] for each in values]
        about = {"name": field.name, "label": label(field.name), "summary": t(field.help)}
        rows.append({**about, "held": held[field.name], "choices": named})
    return {"options": rows}


def _option(field: Field, sources: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """As the page's parser and form read it; `free`: another value than the listed ones may do."""
    row: dict[str, Any] = {
        "name": field.name,
        "type": field.kind,
        "label": label(field.name),
        "summary": t(field.help),
    }
    choices = field.choices or sources.get(field.suggest or "", ())
    if choices:
        row["choices"] = list(choices)
    if field.kind == "text" and choices:
        row["type"] = "choice"
        if field.suggest == "sizes":
            row["free"] = True
    if field.kind == "number":
        row |= {"least": field.least, "most": field.most}
    if field.default not in (None, "", False, ()):
        row["default"] = field.default
    if field.kind == "text" and field.most:
        row["most"] = field.most
    if field.long:
        row["long"] = True
    if field.required:
        row["required"] = True
    return row
