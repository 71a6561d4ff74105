"""Which language the page and its answers are in: what its person prefers, else what the browser asks
for. The preference is kept in a cookie, for the page is sent before anybody says who they are."""

from aiohttp import web
from babel.core import negotiate_locale

from adapters.texts.catalogue import ENGLISH, languages, speak
from core.domain.commands import Actor
from core.ports.api import CoreApi

COOKIE = "darkroom_language"
YEAR_S = 31_536_000
LONGEST = 500  # characters of the header that are read


def speak_to(request: web.Request) -> None:
    """From here on this task speaks the language of who asks."""
    kept = request.cookies.get(COOKIE, "")
    speak(kept if kept in languages() else asked_for(request))


def asked_for(request: web.Request) -> str:
    return accepted(request.headers.get("Accept-Language", ""))


def accepted(header: str) -> str:
    """The language there is that an Accept-Language header likes best; English where it names none."""
    parts = [part.partition(";q=") for part in header[:LONGEST].replace(" ", "").split(",")]
    weighed = [(_weight(weight), name) for name, _, weight in parts]
    liked = [name for weight, name in sorted(weighed, key=lambda each: -each[0]) if weight > 0]
    return negotiate_locale(liked, languages(), sep="-") or ENGLISH


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


async def preferred_by(core: CoreApi, actor: Actor, request: web.Request) -> str:
    """What a person prefers, "" for nothing; from here on this task speaks it."""
    preferred = (await core.preferences(actor)).language or ""
    speak(preferred or asked_for(request))
    return preferred


def remember(response: web.StreamResponse, request: web.Request, preferred: str, path: str) -> None:
    """Keeps what a person prefers for the next page of this browser, "" for nothing."""
    if request.cookies.get(COOKIE, "") == preferred:
        return
    if preferred:
        response.set_cookie(
            COOKIE, preferred, max_age=YEAR_S, path=path, httponly=True, samesite="Lax"
        )
    else:
        response.del_cookie(COOKIE, path=path)
