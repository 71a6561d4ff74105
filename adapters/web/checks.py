"""What every request of the page passes on its way in, and how every answer looks that is no success:
one boundary, so that whatever goes wrong ends as a sentence."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from adapters.incoming import NOT_UNDERSTOOD
from adapters.web.language import speak_to
from adapters.web.pages import HEADERS, UP, page
from adapters.web.people import VISIT
from adapters.web.security import Gate
from adapters.web.telling import told
from core.domain.errors import NotAllowed, OverQuota, Refusal, StoreUnavailable

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BUSY = "The database is busy: say it again in a moment."
BROKE = "Something broke here, and it is written in the log: try it again."
ASK = "Open the page with its token first."
CLOSED = (
    "This came from elsewhere, and no token is set: the playground opens when web.public_url and "
    "web.token are."
)
LEAVES = (ConnectionError,)


class Checks:
    """Wraps handlers: `open` for what anybody may ask, `api` for who was let in."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def open(self, handler: Handler) -> Handler:
        """Host and Origin are checked; the handler decides the rest."""

        async def checked(request: web.Request) -> web.StreamResponse:
            speak_to(request)
            response = _shown(request, await self._answered(request, handler))
            if not response.prepared:
                response.headers.update(HEADERS)
            return response

        return checked

    def api(self, handler: Handler) -> Handler:
        """Also: from this page alone, by somebody who may use the playground."""

        async def checked(request: web.Request) -> web.StreamResponse:
            self._gate.check_origin(request)
            visit = self._gate.visit(request)
            if visit is None:
                raise web.HTTPUnauthorized(text=CLOSED if self._gate.closed else ASK)
            request[VISIT] = visit
            return await handler(request)

        return self.open(checked)

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._gate.check_host(request)
            if request.method != "GET":
                self._gate.check_origin(request)
            return await handler(request)
        except Refusal as refusal:
            return sentence(_status(refusal), refusal.sentence)
        except web.HTTPException as problem:
            return _problem(problem)
        except (UnicodeError, RecursionError):
            return sentence(400, NOT_UNDERSTOOD)
        except StoreUnavailable as trouble:
            log.warning("a request of the page: %s", trouble.sentence)
            return sentence(503, trouble.sentence, {"Retry-After": "2"})
        except TimeoutError:
            return sentence(503, BUSY, {"Retry-After": "1"})
        except LEAVES:
            raise
        except Exception:
            log.exception("a request of the page broke: %s", request.method)
            return sentence(500, BROKE)


def _shown(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """A trouble's sentence as a page, where somebody opened an address and nothing on it asked."""
    wanted = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if response.prepared or response.status < 400 or not wanted:
        return response
    if not isinstance(response, web.Response) or response.content_type != "application/json":
        return response
    words = str(json.loads(response.text or "{}").get("error", ""))
    return page("trouble.html", response.status, words, UP)


def _status(refusal: Refusal) -> int:
    match refusal:
        case OverQuota():
            return 429
        case NotAllowed():
            return 403
        case _:
            return 400


def _problem(problem: web.HTTPException) -> web.Response:
    kept = {name: problem.headers[name] for name in ("Retry-After",) if name in problem.headers}
    return sentence(problem.status, problem.text or problem.reason, kept)


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """JSON that no cache keeps; what core said in it is in the language spoken."""
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return web.json_response(told(data), status=status, headers=kept)


def sentence(status: int, words: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return answer({"error": words}, status, headers)
