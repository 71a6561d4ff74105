"""A certificate as C2PA asks for it (Technical Specification, "Certificate Profile"): end-entity, for
signatures alone, e-mail protection as its use, under an authority of its own. Made anew each time."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

USES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip


def _name(words: str) -> x509.Name:
    named = ((NameOID.COUNTRY_NAME, "DE"), (NameOID.ORGANIZATION_NAME, words))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in named])


def _usage(*used: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in used for name in USES})


def _signed(
    subject: str, key: Any, issuer: str, by: Any, authority: Any, extensions: list[Any]
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False
        )
    )
    for extension in extensions:
        made = made.add_extension(extension, True)
    return made.sign(by, hashes.SHA256())


@cache
def certificate(name: str) -> tuple[bytes, bytes]:
    """The chain and the private key as PEM, of a signer of this name."""
    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _signed(
        "Root", root, "Root", root, root,
        [x509.BasicConstraints(True, None), _usage("key_cert_sign", "crl_sign")],
    )  # fmt: skip
    leaf = _signed(
        name, own, "Root", root, root,
        [
            x509.BasicConstraints(False, None),
            _usage("digital_signature", "content_commitment"),
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]),
        ],
    )  # fmt: skip
    chain = leaf.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM)
    return chain, own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
