"""The way in: the page, the form that asks for the token, the cookie that stands for it."""

from aiohttp import web

from adapters import incoming
from adapters.texts.sentences import said
from adapters.web.pages import page
from adapters.web.security import Gate

FORM_BYTES = 4_000


class Entrance:
    """Handlers of `/`, `/login` and `/logout`. All addresses are relative: a proxy may put a path
    before them."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def index(self, request: web.Request) -> web.StreamResponse:
        token = request.query.get("token", "")
        if token and self._gate.knows(request, token):
            return self._let_in(request)
        visit = self._gate.visit(request)
        if visit is None:
            return self._ask()
        response = page("index.html")
        if visit.session and visit.ends_soon:
            self._gate.visits.give(response, request.secure, visit)
        return response

    async def login(self, request: web.Request) -> web.StreamResponse:
        raw = await incoming.body(request, FORM_BYTES)
        fields = incoming.form(incoming.text(raw, "utf-8"))
        try:
            known = self._gate.knows(request, fields.get("token", "").strip())
        except web.HTTPTooManyRequests as slowed:
            return self._ask(slowed.text or "", slowed.status)
        return self._let_in(request) if known else self._ask("That is not the token.")

    async def logout(self, request: web.Request) -> web.StreamResponse:
        response = _to_the_page()
        self._gate.visits.end(response)
        return response

    def _ask(self, note: str = "", status: int = 401) -> web.Response:
        name = "closed.html" if self._gate.closed else "login.html"
        return page(name, status, said(note))

    def _let_in(self, request: web.Request) -> web.Response:
        response = _to_the_page()
        self._gate.visits.give(response, request.secure)
        return response


def _to_the_page() -> web.Response:
    return web.Response(status=303, headers={"Location": "./", "Cache-Control": "no-store"})
