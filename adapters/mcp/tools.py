"""The tools: one for every job, made from its declared options, and three about runs."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from jsonschema import Draft202012Validator
from mcp_types import Tool, ToolAnnotations

from adapters.texts.catalogue import label, t, title
from core.domain.errors import BadRequest
from core.domain.options import SIZES, Field
from core.ports.api import ModelsView, Offer

NOT_HERE = frozenset(
    {"review", "decides", "blind"}
)  # a call has no form for a critique, nor does it vote
LONGEST = 200  # characters of a sentence that quotes what was sent
ITERATION = "iteration"
CONFIRM, SESSIONS, QUOTA = "confirm", "sessions", "quota"
Schema = dict[str, Any]


def tools(offers: Sequence[Offer], models: ModelsView, painters: Sequence[str]) -> list[Tool]:
    """What can be called; a job that no configured model can do is not there."""
    known = {"sizes": SIZES, "styles": models.styles, "painters": painters}
    jobs = [
        Tool(
            name=offer.name,
            title=title(offer.name),
            description=f"{t(offer.name)}. {t('mcp.costs')}",
            input_schema=_object(
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
            input_schema=_object(asked, list(asked)),
        ),
        *(
            Tool(name=n, description=f"{t(n)}.", input_schema=_object({}), annotations=reading)
            for n in (SESSIONS, QUOTA)
        ),
    ]


def check(tool: Tool, arguments: Mapping[str, Any]) -> None:
    """Raises BadRequest with a sentence that names the first argument that is wrong."""
    validator: Any = Draft202012Validator(tool.input_schema)
    wrong: Any = next(validator.iter_errors(arguments), None)
    if wrong is not None:
        said = str(wrong.message)
        said = said if len(said) <= LONGEST else f"…{said[-LONGEST:]}"  # the reason stands last
        raise BadRequest(f"{': '.join([*map(str, wrong.path), said])}.")


def _object(properties: Schema, required: Sequence[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {})


def _properties(offer: Offer, known: Mapping[str, Sequence[str]]) -> Schema:
    found = {f.name: _property(f, known) for f in offer.fields if f.name not in NOT_HERE}
    if offer.grows:
        found[ITERATION] = {"type": "string", "description": t("mcp.iteration")}
    return found


def _needed(offer: Offer, field: Field) -> bool:
    """The picture worked on may be an iteration's."""
    return not (offer.grows and field.name == "image")


def _property(field: Field, known: Mapping[str, Sequence[str]]) -> Schema:
    suggested = list(known.get(field.suggest or "", ()))
    row: Schema = {"title": label(field.name), "description": t(field.help), **_type(field)}
    if field.kind == "image":
        row["description"] += f". {t('mcp.image')}"
    elif field.suggest == "painters":
        row["enum"] = suggested
    elif suggested:
        row["examples"] = suggested
    if field.default not in (None, "", False, ()):
        row["default"] = field.default
    return row


def _type(field: Field) -> Schema:
    match field.kind:
        case "number":
            most = {"maximum": field.most} if field.most else {}
            return {"type": "integer", "minimum": field.least, **most}
        case "flag":
            return {"type": "boolean"}
        case "choice":
            return {"type": "string", "enum": list(field.choices)}
        case "text" | "list" | "image":
            return {"type": "string"} | ({"maxLength": field.most} if field.most else {})
    assert_never(field.kind)
