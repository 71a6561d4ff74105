"""Who is let in: the token is shown once, a cookie with a session of its own stands for it then.

The cookie holds a random id, its last day and a signature; the token is not in it, and another
token (or another secret) ends all sessions.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from adapters.web.config import WebConfig

COOKIE = "darkroom_session"
DAY = 86_400
DAYS = 30
RENEWED_BELOW = 20  # days left


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that was let in, or a tool that shows the token. `session` is "" where nobody is
    asked for a token: there a name is all there is of a person."""

    session: str = ""
    days_left: int = DAYS

    @property
    def ends_soon(self) -> bool:
        return self.days_left < RENEWED_BELOW

    @property
    def person(self) -> str:
        """The id of who it is; it tells nothing of the cookie."""
        return f"p-{hashlib.sha256(b'person' + self.session.encode()).hexdigest()[:20]}"


class Visits:
    """Makes and reads the cookies."""

    def __init__(self, config: WebConfig, clock: Callable[[], float] = time.time) -> None:
        salt = hashlib.sha256(b"darkroom sessions\0" + config.token.encode()).digest()
        self._key = hmac.new(config.secret.encode(), salt, hashlib.sha256).digest()
        self._secure = config.secure
        self._path = f"{config.prefix}/"
        self._clock = clock

    def read(self, cookie: str) -> Visit | None:
        """The visit of a cookie that is ours and not over. Constant time."""
        session, _, rest = cookie[:200].partition(".")
        day, _, mac = rest.partition(".")
        ours = hmac.compare_digest(_bytes(self._mac(session, day)), _bytes(mac))
        if not ours or not session or not day.isdecimal():
            return None
        left = int(day) - self._today()
        return Visit(session, left) if 0 <= left <= DAYS else None

    def tool(self, token: str) -> Visit:
        """Whoever shows the token with each request is one person, whatever name is given."""
        return Visit("tool-" + self._mac(token, "tool"))

    def give(self, response: web.StreamResponse, secure: bool, visit: Visit | None = None) -> None:
        """Sets the cookie: a new session, or the same for longer."""
        session = visit.session if visit else secrets.token_urlsafe(18)
        day = str(self._today() + DAYS)
        response.set_cookie(
            COOKIE,
            f"{session}.{day}.{self._mac(session, day)}",
            max_age=DAYS * DAY,
            path=self._path,
            httponly=True,
            samesite="Lax",
            secure=secure or self._secure,
        )

    def end(self, response: web.StreamResponse) -> None:
        response.del_cookie(COOKIE, path=self._path)

    def _today(self) -> int:
        return int(self._clock() // DAY)

    def _mac(self, session: str, day: str) -> str:
        digest = hmac.new(self._key, _bytes(f"{session}\0{day}"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode()


def _bytes(text: str) -> bytes:
    """A header may hold raw bytes, which arrive as lone surrogates."""
    return text.encode("utf-8", "surrogatepass")
