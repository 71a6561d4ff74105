"""Requests and blocks against Slack's own types, where that description is there."""

import json
import os
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "slack" / "slack_schema.json"
MAX_TEXT = 40_000


class Schema:
    """`there` is False without the file: then only the stand-in's own rules hold."""

    def __init__(self, path: Path = SPEC) -> None:
        self.there = path.exists()
        if not self.there and os.environ.get("DARKROOM_REQUIRE_ALL") and path.parents[2].exists():
            raise AssertionError(f"{path.name} is missing")
        self._definitions: dict[str, Any] = (
            json.loads(path.read_text())["definitions"] if self.there else {}
        )
        self._names = {name.lower(): name for name in self._definitions}
        self._made: dict[str, Draft7Validator] = {}

    def violations(self, method: str, args: dict[str, Any]) -> list[str]:
        """What is wrong with the arguments of a Web API method."""
        if not self.there:
            return []
        name = self._names.get(f"{method.replace('.', '')}arguments".lower())
        if name is None:
            return [f"{method}: no such method"]
        return [f"{method}: {each}" for each in self.errors(name, args)]

    def errors(self, name: str, value: Any) -> list[str]:
        found = list(self._validator(name).iter_errors(value))
        if not found:
            return []
        worst = best_match(found)
        return [f"{'/'.join(map(str, worst.absolute_path))}: {worst.message[:600]}"]

    def coerced(self, method: str, form: dict[str, str]) -> dict[str, Any]:
        """Form fields as the types the description wants."""
        name = self._names.get(f"{method.replace('.', '')}arguments".lower(), "")
        kinds = _kinds(self._definitions.get(name, {}))
        return {key: _typed(value, kinds.get(key, "")) for key, value in form.items()}

    def _validator(self, name: str) -> Draft7Validator:
        if name not in self._made:
            schema = {"$ref": f"#/definitions/{name}", "definitions": self._definitions}
            self._made[name] = Draft7Validator(schema)
        return self._made[name]


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
