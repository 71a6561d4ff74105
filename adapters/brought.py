"""Pictures that are named or written in a call: a file of this machine, base64, a data: URL."""

import base64
import binascii
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from core.domain.errors import BadImage
from core.imaging.formats import MAX_BYTES, kind_of

LONGEST_PATH = 4096
TOO_LARGE = f"The picture is larger than {MAX_BYTES >> 20} MB."


def path_of(value: str) -> Path:
    """Of a path or a file: URL, whole. Raises BadImage."""
    path = Path(url2pathname(urlsplit(value).path) if value.startswith("file:") else value)
    try:
        return path.expanduser().absolute()
    except RuntimeError as exc:
        raise BadImage(f"There is no file {value}.") from exc


def read_file(path: Path) -> bytes:
    """A plain file, never more of it than is taken. Raises BadImage."""
    try:
        if not path.is_file():
            raise BadImage(f"There is no file {path}.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as exc:
        raise BadImage(f"{path}: {getattr(exc, 'strerror', '') or exc}.") from exc
    if len(data) > MAX_BYTES:
        raise BadImage(TOO_LARGE)
    return data


def decoded(value: str) -> bytes | None:
    """The bytes of a data: URL or of base64; None for what is a path. Base64 of a JPEG begins like
    an absolute path: what decodes to a picture is one. Raises BadImage."""
    is_url = value.startswith("data:")
    head, _, rest = value.partition(",") if is_url else ("", "", value)
    if len(rest) > MAX_BYTES * 4 // 3 + LONGEST_PATH:
        raise BadImage(TOO_LARGE)
    if is_url and not head.endswith(";base64"):
        raise BadImage("A data: URL of a picture is base64.")
    try:
        data = base64.b64decode("".join(rest.split()), validate=True)
    except (binascii.Error, ValueError) as exc:
        if is_url or len(rest) > LONGEST_PATH:
            raise BadImage("The picture's base64 can't be decoded.") from exc
        return None
    return data if is_url or kind_of(data) or len(rest) > LONGEST_PATH else None
