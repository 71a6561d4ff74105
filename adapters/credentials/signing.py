"""Pictures signed as they leave: what made them and what they were made from, each with its own
credentials, so that the chain reads back whole. With the extra `c2pa` and the operator's certificate.
"""

import io
import json
import threading
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from adapters.credentials.reading import context, installed
from core.domain.errors import Misconfigured
from core.imaging.formats import mime_of
from core.imaging.provenance import VOCABULARY, has_credentials
from core.ports.credentials import SealFailed

MOST_PARENTS: Final = 12
OWN: Final = "own"  # the label of a file's earlier self among its ingredients


class Signer:
    """Implements `core.ports.credentials.Seal`. Its calls take some milliseconds and block."""

    def __init__(self, certificate: bytes, key: bytes) -> None:
        """PEM: the certificate's chain, its own first, and its private key. Raises Misconfigured."""
        import c2pa

        info = c2pa.C2paSignerInfo(_algorithm(key), certificate, key, None)
        self._lock = threading.Lock()  # one signer, one signature at a time
        try:
            self._signer: Any = c2pa.Signer.from_info(info)
        except c2pa.C2paError as exc:
            raise Misconfigured(f"provenance.certificate can't sign: {exc}") from exc

    def seal(
        self, data: bytes, title: str, source: str, model: str, parents: Mapping[str, bytes]
    ) -> bytes:
        """Raises SealFailed. What the file itself carries is kept, as the first ingredient."""
        import c2pa

        kind, own = mime_of(data), has_credentials(data)
        manifest = json.dumps(_manifest(title, source, model, opened=own))
        out = io.BytesIO()
        try:
            with self._lock, _builder(manifest) as builder:
                if own:
                    about = {"title": title, "relationship": "parentOf", "label": OWN}
                    builder.add_ingredient(json.dumps(about), kind, io.BytesIO(data))
                for name, parent in list(parents.items())[:MOST_PARENTS]:
                    about = {"title": name, "relationship": "inputTo"}
                    builder.add_ingredient(json.dumps(about), mime_of(parent), io.BytesIO(parent))
                builder.sign(self._signer, kind, io.BytesIO(data), out)
        except c2pa.C2paError as exc:
            raise SealFailed(str(exc)) from exc
        return out.getvalue()


def _builder(manifest: str) -> Any:
    import c2pa

    return c2pa.Builder(manifest, context())


def _manifest(title: str, source: str, model: str, *, opened: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"action": "c2pa.created", "digitalSourceType": f"{VOCABULARY}{source}"}
    if opened:  # its maker said already how it was created
        made = {"action": "c2pa.opened", "parameters": {"ingredientIds": [OWN]}}
    made |= {"softwareAgent": {"name": model}} if model else {}
    return {
        "claim_generator_info": [{"name": "Darkroom", "version": version("darkroom")}],
        "title": title,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [made]}}],
    }


def _algorithm(key: bytes) -> str:
    """Which signature this key makes. Raises Misconfigured."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(key, None)
    except (ValueError, TypeError) as exc:
        raise Misconfigured("provenance.private_key is no PEM key without a pass phrase.") from exc
    if isinstance(found, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(found, rsa.RSAPrivateKey):
        return "ps256"
    curves = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
    if isinstance(found, ec.EllipticCurvePrivateKey) and found.curve.name in curves:
        return curves[found.curve.name]
    raise Misconfigured("provenance.private_key: C2PA signs with EC, Ed25519 or RSA keys.")


def signer(certificate: Path | None, private_key: Path | None) -> Signer | None:
    """None where neither is set. Raises Misconfigured with one sentence that names the key."""
    if certificate is None and private_key is None:
        return None
    if certificate is None or private_key is None:
        missing = "certificate" if certificate is None else "private_key"
        raise Misconfigured(f"provenance.{missing} is missing: signing needs both.")
    if not installed():
        raise Misconfigured(
            'provenance.certificate needs the extra c2pa: pip install "darkroom[c2pa]".'
        )
    read = {"certificate": certificate, "private_key": private_key}
    for name, path in read.items():
        if not path.is_file():
            raise Misconfigured(f"provenance.{name}: there is no file {path}.")
    try:
        made = Signer(certificate.read_bytes(), private_key.read_bytes())
        made.seal(_SPECK, "check", "algorithmicMedia", "", {})
    except OSError as exc:
        raise Misconfigured(f"provenance.certificate can't be read: {exc.strerror}.") from exc
    except SealFailed as exc:
        raise Misconfigured(f"provenance.certificate can't sign: {exc}") from exc
    return made


_SPECK: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
