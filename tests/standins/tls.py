"""A certificate that nobody signed but itself, for 127.0.0.1 and localhost; good for a century."""

import ssl
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("localhost.pem")


def self_signed() -> ssl.SSLContext:
    """A server's side of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    return context
