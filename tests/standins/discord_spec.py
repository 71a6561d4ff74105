"""Checks what a client sends against Discord's own OpenAPI description, where that file is there."""

import functools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_ROOT = "urn:discord"
_ITEM = re.compile(r"\{[^}]+\}")
_BY_TYPE = "x-by-type"


def _chosen(
    validator: Any, schemas: dict[int, Any], instance: object, _schema: object
) -> Iterator[ValidationError]:
    """Follows the one schema that an object's `type` names; an unknown type is `enum`'s to tell."""
    kind = instance.get("type") if isinstance(instance, dict) else None
    if isinstance(kind, (int, float)) and kind in schemas:
        yield from validator.descend(instance, schemas[kind])


_Validator = extend(Draft202012Validator, {_BY_TYPE: _chosen})


def spec_file() -> Path | None:
    """The description beside the repository, or where DARKROOM_SPECS points; None if absent."""
    folders = [os.environ.get("DARKROOM_SPECS", ""), *map(str, _beside())]
    files = [Path(folder) / "discord" / "openapi.json" for folder in folders if folder]
    return next((file for file in files if file.is_file()), None)


def _beside() -> list[Path]:
    root = Path(__file__).resolve().parents[2]
    return [root.parent / "shared" / "specs"]


class Spec:
    """Finds the operation of a request and validates its JSON body; says what is wrong with it."""

    def __init__(self, file: Path) -> None:
        document = json.loads(file.read_text("utf-8"))
        _by_type(document, document["components"]["schemas"])
        self._registry: Registry[Any] = Registry().with_resource(
            _ROOT, Resource.from_contents(document, default_specification=DRAFT202012)
        )
        self._operations: dict[str, list[tuple[re.Pattern[str], str, dict[str, Any]]]] = {}
        for path, item in document["paths"].items():
            pattern = re.compile(
                _ITEM.sub("[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}")) + "$"
            )
            for method, operation in item.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    self._operations.setdefault(method, []).append((pattern, path, operation))
        for operations in self._operations.values():
            operations.sort(key=lambda row: row[1].count("{"))
        self._validators: dict[tuple[str, str], Any] = {}
        self._verdicts: dict[tuple[str, str, str], list[str]] = {}

    def complaints(self, method: str, path: str, body: object, query: set[str]) -> list[str]:
        method = method.lower()
        for pattern, template, operation in self._operations.get(method, []):
            if pattern.match(path):
                known = {
                    p["name"] for p in operation.get("parameters", []) if p.get("in") == "query"
                }
                wrong = [f"{method} {template}: unknown query {name}" for name in query - known]
                return wrong + self._body(method, template, operation, body)
        return [f"{method} {path}: no such operation"]

    def _body(
        self, method: str, template: str, operation: dict[str, Any], body: object
    ) -> list[str]:
        validator = self._validator(method, template, operation)
        if validator is None:
            return [] if body is None else [f"{method} {template}: takes no body"]
        if body is None:
            required = operation.get("requestBody", {}).get("required", False)
            return [f"{method} {template}: body missing"] if required else []
        key = (method, template, json.dumps(body, sort_keys=True))
        if key not in self._verdicts:
            self._verdicts[key] = [
                f"{method} {template}: {error.json_path}: {error.message[:300]}"
                for error in validator.iter_errors(body)
            ]
        return self._verdicts[key]

    def _validator(self, method: str, template: str, operation: dict[str, Any]) -> Any:
        key = (method, template)
        if key not in self._validators:
            content = operation.get("requestBody", {}).get("content", {})
            validator = None
            if "application/json" in content:
                pointer = (
                    template.replace("~", "~0")
                    .replace("/", "~1")
                    .replace("{", "%7B")
                    .replace("}", "%7D")
                )
                ref = f"{_ROOT}#/paths/{pointer}/{method}/requestBody/content/application~1json/schema"
                validator = _Validator({"$ref": ref}, registry=self._registry)
            self._validators[key] = validator
        return self._validators[key]


@functools.cache
def described() -> Spec | None:
    """Discord's description, read once a process; None if it is absent."""
    file = spec_file()
    return Spec(file) if file else None


def _by_type(node: Any, schemas: dict[str, Any]) -> None:
    """Turns `oneOf` over components into a choice by their `type`, and over constants into `enum`:
    the same, but not tried in turn."""
    if isinstance(node, dict):
        choices = node.get("oneOf") or []
        if choices and all("const" in each for each in choices):
            node["enum"] = [each["const"] for each in node.pop("oneOf")]
        kinds = [_kind(each, schemas) for each in node.get("oneOf") or []]
        if len(kinds) > 1 and None not in kinds:
            node[_BY_TYPE] = dict(zip(kinds, node.pop("oneOf"), strict=True))
            node |= {
                "type": "object",
                "required": ["type"],
                "properties": {"type": {"enum": kinds}},
            }
        node = list(node.values())
    for each in node if isinstance(node, list) else ():
        _by_type(each, schemas)


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> int | None:
    named = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    values = named.get("properties", {}).get("type", {}).get("enum", [])
    return values[0] if len(values) == 1 else None
