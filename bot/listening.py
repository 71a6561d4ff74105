"""The page's address: taken, or a sentence that says why it can't be."""

import errno
import socket

from aiohttp import web

from core.domain.errors import Misconfigured


async def listen(runner: web.AppRunner, host: str, port: int) -> str:
    """Listens; returns the address as a browser takes it. Raises Misconfigured."""
    try:
        await web.TCPSite(runner, host, port).start()
    except socket.gaierror as exc:
        raise Misconfigured(f"web.host: there is no host named {host}.") from exc
    except (OSError, UnicodeError, OverflowError) as exc:
        raise Misconfigured(_sentence(exc, host, port)) from exc
    taken: int = runner.addresses[0][1]
    return f"http://{f'[{host}]' if ':' in host else host}:{taken}/"


def _sentence(exc: Exception, host: str, port: int) -> str:
    match exc.errno if isinstance(exc, OSError) else None:
        case errno.EADDRINUSE:
            return f"web.port: {port} is taken; stop what listens there or set another port."
        case errno.EADDRNOTAVAIL:
            return f"web.host: {host} is no address of this machine."
        case errno.EACCES | errno.EPERM:
            return f"web.port: this user may not listen at {port}; a port above 1023 may be used."
        case _:
            return f"web.host: nothing can listen at {host} ({exc})."
