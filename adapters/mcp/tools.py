"""The tools: one for every job, made from its declared options, and some about runs and the person."""

from collections.abc import Mapping, Sequence

from mcp_types import Tool, ToolAnnotations

from adapters.schema import Schema, of_field, of_object
from adapters.texts.catalogue import t, title
from core.domain.options import SIZES, Field, options
from core.domain.preferences import DEFAULT, Preferences
from core.ports.api import ModelsView
from core.ports.offers import Offer

ITERATION = "iteration"
CONFIRM, SESSIONS, QUOTA, PREFERENCES = "confirm", "sessions", "quota", "preferences"
OF_A_THREAD = frozenset({"review", "language", "posts"})  # a call has none


def tools(offers: Sequence[Offer], models: ModelsView, painters: Sequence[str]) -> list[Tool]:
    """What can be called; a job that no configured model can do is not there."""
    known = {"sizes": SIZES, "styles": models.styles, "painters": painters}
    jobs = [
        Tool(
            name=offer.name,
            title=title(offer.name),
            description=f"{t(offer.name)}. {t('mcp.costs')}",
            input_schema=of_object(
                _properties(offer, known),
                [f.name for f in offer.fields if f.required and _needed(offer, f)],
            ),
        )
        for offer in offers
        if offer.slash and not offer.missing
    ]
    asked = {"run": {"type": "string"}, "yes": {"type": "boolean"}}
    reading = ToolAnnotations(read_only_hint=True)
    return [
        *jobs,
        Tool(
            name=CONFIRM,
            description=t("mcp.confirm"),
            input_schema=of_object(asked, list(asked)),
        ),
        Tool(
            name=PREFERENCES,
            description=f"{t(PREFERENCES)}. {t('mcp.preferences', default=DEFAULT)}",
            input_schema=of_object(_preferences(known)),
        ),
        *(
            Tool(name=n, description=f"{t(n)}.", input_schema=of_object({}), annotations=reading)
            for n in (SESSIONS, QUOTA)
        ),
    ]


def _properties(offer: Offer, known: Mapping[str, Sequence[str]]) -> Schema:
    found = {f.name: of_field(f, known) for f in offer.fields if not f.watched}
    if offer.grows:
        found[ITERATION] = {"type": "string", "description": t("mcp.iteration")}
    return found


def _preferences(known: Mapping[str, Sequence[str]]) -> Schema:
    found = {f.name: of_field(f, known) for f in options(Preferences) if f.name not in OF_A_THREAD}
    for row in found.values():
        if "enum" in row:
            row["enum"] = [*row["enum"], DEFAULT]
    return found


def _needed(offer: Offer, field: Field) -> bool:
    """The picture worked on may be an iteration's."""
    return not (offer.grows and field.name == "image")
