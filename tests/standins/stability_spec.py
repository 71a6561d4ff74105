"""Multipart forms against the description of Stability AI's API, where that file is there."""

import json
import os
from pathlib import Path
from typing import Any

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "stability" / "openapi.json"
MISSING = "shared/specs/stability/openapi.json is not beside the repository"


class Forms:
    """`there` is False without the file: then only the stand-in's own rules hold."""

    def __init__(self, path: Path = SPEC) -> None:
        self.there = path.exists()
        if not self.there and os.environ.get("DARKROOM_REQUIRE_ALL") and path.parents[2].exists():
            raise AssertionError(MISSING)
        paths = json.loads(path.read_text("utf-8"))["paths"] if self.there else {}
        self._schemas: dict[str, Any] = {
            name: item["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
            for name, item in paths.items()
        }

    def complaints(self, path: str, fields: dict[str, str], files: dict[str, bytes]) -> list[str]:
        """What is wrong with a form's text fields and files."""
        if not self.there:
            return []
        if path not in self._schemas:
            return [f"{path}: no such endpoint"]
        schema = self._schemas[path]
        known = schema["properties"]
        names = {*fields, *files}
        wrong = [f"{path}: unknown field {name}" for name in names - set(known)]
        wrong += [
            f"{path}: {name} is missing" for name in schema.get("required", ()) if name not in names
        ]
        for name in names & set(known):
            if said := _wrong(known[name], fields.get(name), files.get(name)):
                wrong.append(f"{path}: {name} {said}")
        return wrong


def _wrong(schema: dict[str, Any], text: str | None, data: bytes | None) -> str:
    if schema.get("format") == "binary":
        return "" if data else "is no file, or an empty one"
    if text is None:
        return "is a file"
    if schema["type"] == "string":
        return _wrong_text(schema, text)
    try:
        value = int(text) if schema["type"] == "integer" else float(text)
    except ValueError:
        return f"is {text!r}"
    if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return f"is {value}"
    return ""


def _wrong_text(schema: dict[str, Any], text: str) -> str:
    if "enum" in schema and text not in schema["enum"]:
        return f"is {text!r}"
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)):
        return f"has {len(text)} characters"
    return ""
