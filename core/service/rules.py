"""The words of a command, against the rules of the server it is for."""

from collections.abc import Iterator

from core.domain.commands import Command, Place
from core.domain.options import options
from core.ports.store import UnitOfWork


def said_in(command: Command) -> Iterator[str]:
    """The words that came along, of every option that takes some."""
    for field in options(type(command)):
        given: object = getattr(command, field.attr, "")
        if isinstance(given, str):
            yield given
        elif isinstance(given, tuple):
            yield from (each for each in given if isinstance(each, str))  # pyright: ignore[reportUnknownVariableType]


async def check_words(uow: UnitOfWork, home: Place, text: str) -> None:
    """Raises NotAllowed where the rules of `home` forbid these words."""
    (await uow.servers.settings(home.platform, home.tenant)).rules.check([text])
