"""Requests and blocks against Slack's own types, where that description is there."""

import json
import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft7Validator, exceptions

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "slack" / "slack_schema.json"
MOST_BLOCKS = 100
BLOCKS = {
    kind: f"{kind.capitalize()}Block"
    for kind in (
        "actions",
        "carousel",
        "context",
        "divider",
        "header",
        "image",
        "input",
        "plan",
        "section",
    )
} | {"data_visualization": "DataVisualizationBlock"}

# Documented, and newer than the types: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
LABEL = {"type": "string", "minLength": 1, "maxLength": 20}
POINT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["label", "value"],
    "properties": {"label": LABEL, "value": {"type": "number"}},
}
SERIES = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "data"],
    "properties": {
        "name": LABEL,
        "data": {"type": "array", "minItems": 1, "maxItems": 20, "items": POINT},
    },
}
AXIS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["categories"],
    "properties": {
        "categories": {"type": "array", "minItems": 1, "maxItems": 20, "items": LABEL},
        "x_label": {"type": "string", "maxLength": 50},
        "y_label": {"type": "string", "maxLength": 50},
    },
}
LINE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "series", "axis_config"],
    "properties": {
        "type": {"enum": ["line", "bar", "area"]},
        "series": {"type": "array", "minItems": 1, "maxItems": 6, "items": SERIES},
        "axis_config": AXIS,
    },
}
CHART = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "title", "chart"],
    "properties": {
        "type": {"const": "data_visualization"},
        "title": {"type": "string", "maxLength": 50},
        "chart": LINE,
    },
}


class Schema:
    """`there` is False without the file: then only the stand-in's own rules hold."""

    def __init__(self, path: Path = SPEC) -> None:
        self.path, self.there = path, path.exists()
        if not self.there and os.environ.get("DARKROOM_REQUIRE_ALL") and path.parents[2].exists():
            raise AssertionError(f"{path.name} is missing")
        self._definitions = _definitions(path) if self.there else {}
        self._names = {name.lower(): name for name in self._definitions}

    def violations(self, method: str, args: dict[str, Any]) -> list[str]:
        """What is wrong with the arguments of a Web API method."""
        if not self.there:
            return []
        name = self._names.get(f"{method.replace('.', '')}arguments".lower())
        if name is None:
            return [f"{method}: no such method"]
        return [f"{method}: {each}" for each in self.errors(name, args)]

    def errors(self, name: str, value: Any) -> list[str]:
        """Blocks are looked at one by one, each as what it says it is: as an alternative of all
        kinds of blocks the same takes ten times as long."""
        bare, blocks = _without_blocks(value)
        found = self._errors(name, bare)
        if len(blocks) > MOST_BLOCKS:
            found.append(f"{len(blocks)} blocks")
        for block in blocks:
            kind = BLOCKS.get(str(block.get("type")))
            found += self._errors(kind, block) if kind else [f"an unknown block: {block}"]
        return found

    def _errors(self, name: str, value: Any) -> list[str]:
        return list(_verdict(self.path, name, json.dumps(value, sort_keys=True)))

    def coerced(self, method: str, form: dict[str, str]) -> dict[str, Any]:
        """Form fields as the types the description wants."""
        name = self._names.get(f"{method.replace('.', '')}arguments".lower(), "")
        kinds = _kinds(self._definitions.get(name, {}))
        return {key: _typed(value, kinds.get(key, "")) for key, value in form.items()}


@lru_cache
def _definitions(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())["definitions"] | {"DataVisualizationBlock": CHART}


@cache
def _validator(path: Path, name: str) -> Draft7Validator:
    definitions = _definitions(path)
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})


@lru_cache(maxsize=5000)
def _verdict(path: Path, name: str, text: str) -> tuple[str, ...]:
    validator: Any = _validator(path, name)
    found = list[Any](validator.iter_errors(json.loads(text)))
    if not found:
        return ()
    worst = cast("Any", exceptions).best_match(found)
    return (f"{name}: {'/'.join(map(str, worst.absolute_path))}: {worst.message[:600]}",)


def _without_blocks(value: Any) -> tuple[Any, list[dict[str, Any]]]:
    """The same with one plain block instead of its own, and these."""
    if not isinstance(value, dict):
        return value, []
    given = cast("dict[str, Any]", value)
    if isinstance(given.get("view"), dict):
        view, blocks = _without_blocks(given["view"])
        return given | {"view": view}, blocks
    blocks = cast("list[dict[str, Any]]", given.get("blocks") or [])
    return (given | {"blocks": [{"type": "divider"}]}, blocks) if blocks else (given, [])


def _kinds(schema: dict[str, Any]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for each in [schema, *schema.get("anyOf", [])]:
        for key, value in each.get("properties", {}).items():
            kinds.setdefault(key, str(value.get("type", "")))
    return kinds


def _typed(value: str, kind: str) -> Any:
    if kind == "number":
        return float(value)
    if kind == "boolean":
        return value.lower() in ("true", "1")
    return json.loads(value) if kind in ("array", "object") or value[:1] in "[{" else value
