"""What a picture's file says of where it comes from: written, read back, told when it was changed."""

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from adapters.models.scripted import ScriptedPainter, flat
from core.imaging import provenance
from core.imaging.png import admit_painting
from tests.harness import ANN, World, refine

PARENTS = ("a" * 64, "b" * 64)


def picture(kind: str, size: tuple[int, int] = (32, 24)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 60)).save(out, kind)
    return out.getvalue()


def sealed(data: bytes) -> bytes:
    """A PNG with a chunk where content credentials stand."""
    body = b"jumb-of-a-provider"
    chunk = struct.pack(">I", len(body)) + b"caBX" + body
    chunk += struct.pack(">I", zlib.crc32(b"caBX" + body))
    return data[:33] + chunk + data[33:]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_was_written_is_read_back_and_no_pixel_changes(kind: str) -> None:
    plain = picture(kind)
    marked = provenance.marked(plain, "trainedAlgorithmicMedia", PARENTS, 'a "model" & more')
    said = provenance.read(marked)
    assert (said.source, said.parents, said.intact) == ("trainedAlgorithmicMedia", PARENTS, True)
    assert provenance.without(marked) == plain
    with Image.open(io.BytesIO(plain)) as before, Image.open(io.BytesIO(marked)) as after:
        assert before.tobytes() == after.tobytes()
    again = provenance.marked(marked, "algorithmicMedia", ())
    assert provenance.read(again).source == "algorithmicMedia"
    assert again.count(b"<x:xmpmeta") == 1
    broken = bytearray(marked)
    broken[-20] ^= 1
    assert provenance.read(bytes(broken)).intact is False
    nothing = provenance.read(plain)
    assert (nothing.source, nothing.intact) == ("", None)


def test_a_file_with_credentials_stays_to_the_byte() -> None:
    own = sealed(picture("PNG"))
    assert provenance.marked(own, "trainedAlgorithmicMedia", PARENTS) == own
    assert provenance.read(own).credentials
    assert admit_painting(own).data == own
    assert admit_painting(picture("JPEG")).data.startswith(b"\x89PNG")


async def test_a_picture_that_leaves_names_what_it_was_made_from(tmp_path: Path) -> None:
    painter = ScriptedPainter(moves=[flat(90), flat(70)])
    world = await World(tmp_path, painter=painter).open()
    await world.send(refine(iterations=2, stop="never"))
    session = await world.only_session()
    first, second = await world.nodes(session)
    reference = (await world.service.tree(session, ANN)).session.reference  # type: ignore[union-attr]
    for node, parent in ((first, reference), (second, first.image)):
        leaving = await world.service.images.get(node.image)
        said = provenance.read(leaving)
        assert (said.source, said.parents) == ("trainedAlgorithmicMedia", (parent,))
        assert said.intact
        stored = await world.images.get(node.image)
        assert hashlib.sha256(stored).hexdigest() == node.image
        assert b"xmpmeta" not in stored
    assert b"xmpmeta" not in await world.service.images.get(reference)
    await world.close()
