"""A job's declared options as JSON Schema, and what is sent held against it."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from jsonschema import Draft202012Validator

from adapters.texts.catalogue import label, t
from core.domain.errors import BadRequest
from core.domain.options import Field

LONGEST = 200  # characters of a sentence that quotes what was sent
Schema = dict[str, Any]


def of_object(properties: Schema, required: Sequence[str] = ()) -> Schema:
    """An object with these properties and no others."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {})


def of_field(field: Field, known: Mapping[str, Sequence[str]]) -> Schema:
    """`known`: what may be said, by where suggestions come from."""
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


def check(schema: Schema, arguments: Mapping[str, Any]) -> None:
    """Raises BadRequest with a sentence that names the first argument that is wrong."""
    validator: Any = Draft202012Validator(schema)
    wrong: Any = next(validator.iter_errors(arguments), None)
    if wrong is not None:
        said = str(wrong.message)
        said = said if len(said) <= LONGEST else f"…{said[-LONGEST:]}"  # the reason stands last
        raise BadRequest(f"{': '.join([*map(str, wrong.path), said])}.")
