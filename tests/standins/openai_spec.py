"""Checks what a client sends against OpenAI's own description, where that file is there.

The file is older than the SDK: `OVERLAY` adds what the SDK's types know and the file doesn't.
"""

import functools
import json
import os
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]
_ROOT = "urn:openai"
_SAFETY: Json = {"safety_identifier": {"type": "string", "maxLength": 64}}
_QUALITIES: Json = {"quality": {"enum": ["low", "medium", "high", "auto", "xhigh", "max"]}}
_MARKUP: Json = {"markup": {"type": "string", "format": "binary"}}
OVERLAY: dict[str, Json] = {
    "CreateImageRequest": _SAFETY | _QUALITIES,
    "CreateImageEditRequest": _SAFETY | _QUALITIES | _MARKUP,
}


def spec_file() -> Path | None:
    """The description beside the repository, or where DARKROOM_SPECS points; None if absent."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "specs"
    folders = [os.environ.get("DARKROOM_SPECS", ""), str(beside)]
    files = [Path(folder) / "openai" / "openapi.json" for folder in folders if folder]
    found = next((file for file in files if file.is_file()), None)
    if found is None and os.environ.get("DARKROOM_REQUIRE_ALL") and beside.parent.is_dir():
        raise AssertionError("specs/openai/openapi.json is missing")
    return found


@functools.cache
def load_spec() -> "Spec | None":
    """The description, read once a process; None without the file."""
    file = spec_file()
    return Spec(json.loads(file.read_text("utf-8"))) if file else None


class Spec:
    """Finds the schema of a request's body and says what is wrong with it."""

    def __init__(self, document: Json) -> None:
        schemas = document["components"]["schemas"]
        for name, properties in OVERLAY.items():
            for key, value in properties.items():
                schemas[name]["properties"].setdefault(key, {}).update(value)
        self._document = document
        self._registry: Registry[Any] = Registry().with_resource(
            _ROOT, Resource.from_contents(document, default_specification=DRAFT202012)
        )
        self._validators: dict[str, Draft202012Validator] = {}

    def complaints(self, path: str, body: Json, kind: str = "application/json") -> list[str]:
        """What breaks the description in a POST to `path` (without /v1), unknown fields included."""
        content = self._content(path)
        if kind not in content:
            return [f"POST {path}: no such operation for {kind}"]
        known = self._properties(content[kind]["schema"])
        wrong = [f"POST {path}: unknown field {name}" for name in body if name not in known]
        return wrong + [
            f"POST {path}: {error.json_path}: {error.message[:300]}"
            for error in self._validator(path, kind).iter_errors(body)
        ]

    def typed(self, path: str, form: dict[str, str]) -> Json:
        """A multipart form's texts as the types the description wants."""
        schema = self._content(path).get("multipart/form-data", {}).get("schema", {})
        properties = self._properties(schema)
        known = self._document["components"]["schemas"]
        named = {key: each.get("$ref", "").rpartition("/")[2] for key, each in properties.items()}
        resolved = {key: known.get(named[key], each) for key, each in properties.items()}
        return {key: _typed(value, resolved.get(key, {})) for key, value in form.items()}

    def _content(self, path: str) -> Json:
        operation = self._document["paths"].get(path, {}).get("post", {})
        content: Json = operation.get("requestBody", {}).get("content", {})
        return content

    def _properties(self, schema: Json) -> Json:
        found: Json = dict(schema.get("properties", {}))
        for each in schema.get("allOf", []):
            found |= self._properties(each)
        if name := schema.get("$ref", "").rpartition("/")[2]:
            found |= self._properties(self._document["components"]["schemas"][name])
        return found

    def _validator(self, path: str, kind: str) -> Draft202012Validator:
        key = f"{path} {kind}"
        if key not in self._validators:
            steps = ["paths", path, "post", "requestBody", "content", kind, "schema"]
            pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
            schema = {"$ref": f"{_ROOT}#/{pointer}"}
            self._validators[key] = Draft202012Validator(schema, registry=self._registry)
        return self._validators[key]


def _typed(value: str, schema: Json) -> Any:
    kind = schema.get("type", "")
    for each in schema.get("anyOf", []):
        kind = kind or each.get("type", "")
    if kind == "integer" and value.lstrip("-").isdigit():
        return int(value)
    if kind == "boolean":
        return value.lower() == "true"
    return value
