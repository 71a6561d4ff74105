"""What a self-hosted server answers: pictures in base64, and JSON inside a string."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import cast

from adapters.models.http import Reply
from core.domain.errors import BadAnswer


@dataclass(frozen=True, slots=True)
class ReturnedPicture:
    """One image of an answer: encoded bytes, its seed, and the model that the server names."""

    data: bytes
    seed: int | None
    model: str


def pictures(label: str, reply: Reply, n: int) -> tuple[ReturnedPicture, ...]:
    """All that were painted, `n` at least. Raises BadAnswer if there are fewer, or one of the first
    `n` is no base64."""
    fields = reply.fields()
    info = _info(fields.get("info"))
    images = _strings(fields.get("images"))[_number(info.get("index_of_first_image")) :]
    if len(images) < n:
        raise BadAnswer(f"{label} sent {len(images)} of {n} pictures.")
    model, seeds = str(info.get("sd_model_name") or ""), info.get("all_seeds")
    painted = len(cast(list[object], seeds)) if isinstance(seeds, list) else n
    return tuple(  # what follows the painted ones are maps and masks
        ReturnedPicture(_decoded(label, text), _seed(info, index), model)
        for index, text in enumerate(images[: max(n, painted)])
    )


def models(reply: Reply) -> list[tuple[str, ...]]:
    """Each model's names: title, title without its hash, model_name, file name, hash."""
    listed = reply.parsed()
    if not isinstance(listed, list):
        return []
    found = [_names(entry) for entry in cast(list[object], listed)]
    return [names for names in found if names]


def _names(entry: object) -> tuple[str, ...]:
    if not isinstance(entry, dict):
        return ()
    fields = cast(dict[str, object], entry)
    title = str(fields.get("title") or "")
    file = str(fields.get("filename") or "").replace("\\", "/").rpartition("/")[2]
    names = (title, title.rpartition(" [")[0], str(fields.get("model_name") or ""), file)
    return tuple(name for name in (*names, str(fields.get("hash") or "")) if name)


def _info(value: object) -> dict[str, object]:
    try:
        found: object = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return cast(dict[str, object], found) if isinstance(found, dict) else {}


def _strings(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [each for each in cast(list[object], value) if isinstance(each, str)]


def _number(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _seed(info: dict[str, object], index: int) -> int | None:
    seeds = info.get("all_seeds")
    listed = cast(list[object], seeds) if isinstance(seeds, list) else []
    if index < len(listed) and isinstance(seed := listed[index], int):
        return seed
    first = info.get("seed")
    return first + index if isinstance(first, int) and first >= 0 else None


def _decoded(label: str, text: str) -> bytes:
    try:
        data = base64.b64decode(text.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError) as exc:
        raise BadAnswer(f"{label} sent a picture that is no base64.") from exc
    if not data:
        raise BadAnswer(f"{label} sent an empty picture.")
    return data
