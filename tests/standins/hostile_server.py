"""A server of no good will: whatever it is asked, it answers in a way that ties up its caller."""

import asyncio
import contextlib
import zlib
from functools import cache
from typing import Literal, Self

Way = Literal["hangs", "trickles", "trickles its headers", "never ends", "bombs", "redirects"]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
UNPACKED = 256 * 2**20


@cache
def bomb() -> bytes:
    """A quarter of a gigabyte of blanks: a quarter of a megabyte on the way."""
    packer = zlib.compressobj(6, wbits=zlib.MAX_WBITS | 16)  # in the form of gzip
    blanks = b" " * 2**20
    return b"".join(packer.compress(blanks) for _ in range(UNPACKED // 2**20)) + packer.flush()


class Hostile:
    """`async with Hostile("bombs") as server`: then `server.url` is an address. `served` counts the
    requests, `followed` those that came to where it redirects."""

    def __init__(self, way: Way) -> None:
        self.way: Way = way
        self.served = self.followed = 0

    async def __aenter__(self) -> Self:
        bomb()  # made before anybody measures
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.served += 1
            self.followed += b"/elsewhere" in head.splitlines()[0]
            draining = asyncio.create_task(_drained(reader))
            try:
                await self._answer(writer)
            finally:
                draining.cancel()
                writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        match self.way:
            case "hangs":
                await asyncio.sleep(3600)
            case "trickles":
                await self._drip(writer, HEAD + b"Content-Length: 1000000\r\n\r\n{")
            case "trickles its headers":
                await self._drip(writer, HEAD + b"X-Odd: ")
            case "never ends":
                writer.write(HEAD + b"\r\n{")
                while True:
                    writer.write(b" " * 65536)
                    await writer.drain()
            case "bombs":
                length = f"Content-Length: {len(bomb())}\r\n\r\n".encode()
                writer.write(HEAD + b"Content-Encoding: gzip\r\n" + length + bomb())
            case "redirects":
                where = f"HTTP/1.1 307 Elsewhere\r\nLocation: {self.url}/elsewhere\r\n"
                writer.write(where.encode() + b"Content-Length: 0\r\n\r\n")
        await writer.drain()

    async def _drip(self, writer: asyncio.StreamWriter, begin: bytes) -> None:
        writer.write(begin)
        while True:
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(b" ")


async def _drained(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass
