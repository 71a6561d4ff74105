"""What a file's content credentials say, with the extra `c2pa`: who signed what, made from what, and
whether anything was changed since. Nothing is fetched: no remote manifest, no revocation list."""

import io
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

from core.imaging.formats import mime_of
from core.imaging.results import Credentials, Deed

MOST_DEEDS: Final = 400  # of a chain that is told
EXTRA: Final = "c2pa"
QUIET: Final[Mapping[str, Any]] = {
    "verify": {
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
        "verify_trust": False,
        "verify_timestamp_trust": False,
    },
    "builder": {"thumbnail": {"enabled": False}},
}


def installed() -> bool:
    return find_spec(EXTRA) is not None


@cache
def context() -> Any:
    """One for the process: it holds no file and no key."""
    made: Any = _library().Context
    return made.from_dict(dict(QUIET))


def _library() -> Any:
    import c2pa

    return c2pa


def inspect(data: bytes) -> Credentials | None:
    """None where the file has none, or the extra is not installed."""
    kind = mime_of(data)
    if not kind or not installed():
        return None
    c2pa = _library()
    try:
        with c2pa.Reader(kind, io.BytesIO(data), context=context()) as reader:
            state = reader.get_validation_state() or ""
            said = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return None
    except c2pa.C2paError as exc:
        return Credentials(intact=False, wrong=(str(exc).partition(":")[0],))
    wrong = [str(each.get("code", "")) for each in said.get("validation_status") or ()]
    return Credentials(
        intact=state in ("Valid", "Trusted"),
        wrong=tuple(dict.fromkeys(wrong)),
        deeds=tuple(_deeds(said)),
    )


def _deeds(said: Mapping[str, Any]) -> Sequence[Deed]:
    """The newest first, each with what it was made from; what several were made from once."""
    manifests: Mapping[str, Mapping[str, Any]] = said.get("manifests") or {}
    waiting, found = [str(said.get("active_manifest", ""))], dict[str, Deed]()
    while waiting and len(found) < MOST_DEEDS:
        label = waiting.pop(0)
        manifest = manifests.get(label)
        if manifest is None or label in found:
            continue
        ingredients: Sequence[Mapping[str, Any]] = manifest.get("ingredients") or ()
        found[label] = Deed(
            label=label,
            title=str(manifest.get("title") or ""),
            by=_signer(manifest),
            tool=_tool(manifest),
            made_from=tuple(str(each.get("title") or "") for each in ingredients),
        )
        waiting += [str(each.get("active_manifest") or "") for each in ingredients]
    return tuple(found.values())


def _signer(manifest: Mapping[str, Any]) -> str:
    info: Mapping[str, Any] = manifest.get("signature_info") or {}
    return str(info.get("issuer") or info.get("common_name") or "")


def _tool(manifest: Mapping[str, Any]) -> str:
    infos: Sequence[Mapping[str, Any]] = manifest.get("claim_generator_info") or ()
    if infos:
        return str(infos[0].get("name") or "")
    return str(manifest.get("claim_generator") or "")
