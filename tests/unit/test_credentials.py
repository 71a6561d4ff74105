"""Content credentials: kept where a provider or a camera put them, chained and signed as pictures
leave, read back whole, and one changed byte is told."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from adapters.bundles.archive import read_all, write_archive
from adapters.credentials.reading import inspect
from adapters.credentials.signing import Signer, signer
from adapters.credentials.telling import changed, lines, origin_of
from adapters.models.scripted import ScriptedPainter, flat
from bot.importing import bring_in
from core.domain.errors import Misconfigured
from core.imaging import provenance
from core.imaging.png import LOST, admit_upload
from core.imaging.results import Credentials
from tests.certificates import certificate
from tests.harness import World, refine

MAKER, HOUSE = "A Maker of Cameras", "The House"
TRAINED = "trainedAlgorithmicMedia"


def made_by(name: str) -> Signer:
    return Signer(*certificate(name))


def picture(kind: str, shade: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (96, 64), (shade, 30, 60)).save(out, kind)
    return out.getvalue()


def credentials(data: bytes) -> Credentials:
    found = inspect(data)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_was_signed_is_the_file_with_its_credentials(kind: str) -> None:
    plain = picture(kind)
    marked = provenance.marked(plain, TRAINED, ("a" * 64,), "a model")
    signed = made_by(HOUSE).seal(marked, "t", TRAINED, "a model", {"an earlier one": picture(kind)})
    assert provenance.bare(signed) == plain
    said = origin_of(signed)
    assert (said.intact, said.credentials, said.source) == (True, True, TRAINED)
    found = credentials(signed)
    assert (found.intact, found.wrong) == (True, ())
    assert [(d.by, d.tool, d.made_from) for d in found.deeds] == [
        (HOUSE, "Darkroom", ("an earlier one",))
    ]
    broken = bytearray(signed)
    broken[-40] ^= 1
    found = credentials(bytes(broken))
    assert (found.intact, found.wrong) == (False, ("assertion.dataHash.mismatch",))
    assert changed(origin_of(bytes(broken)))
    assert inspect(plain) is None


def test_an_upload_with_credentials_stays_to_the_byte() -> None:
    for kind in ("PNG", "JPEG"):
        own = made_by(MAKER).seal(picture(kind), "a photograph", TRAINED, "", {})
        admitted = admit_upload(own)
        assert (admitted.data, admitted.notes) == (own, ())
    placed = Image.Exif()
    placed[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", (96, 64)).save(out, "JPEG", exif=placed)
    admitted = admit_upload(made_by(MAKER).seal(out.getvalue(), "at home", TRAINED, "", {}))
    assert admitted.notes == (LOST,)  # where somebody was is not kept
    assert not provenance.has_credentials(admitted.data)


async def test_a_chain_goes_through_upload_edit_and_export(tmp_path: Path) -> None:
    """The credentials of an upload, two rounds and the archive: one chain."""
    photograph = made_by(MAKER).seal(picture("JPEG"), "a photograph", TRAINED, "", {})
    own = made_by("A Provider").seal(flat(70), "a provider's", TRAINED, "", {})
    painter = ScriptedPainter(moves=[flat(90), own])
    world = await World(tmp_path, painter=painter, seal=made_by(HOUSE)).open()
    world.files.files["ref"] = photograph
    await world.send(refine(iterations=2, stop="never"))
    session = await world.only_session()
    first, second = await world.nodes(session)
    found = await read_all(world.store, session)
    assert found is not None
    path = tmp_path / "s.zip"
    await write_archive(*found, world.service.images, world.pixels, path)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("reference.png") == photograph
        leaving = archive.read(json.loads(archive.read("session.json"))["iterations"][1]["file"])
    assert leaving == await world.service.images.get(second.image)  # the same file twice
    chain = credentials(leaving)
    assert (chain.intact, chain.wrong) == (True, ())
    assert [deed.by for deed in chain.deeds] == [HOUSE, "A Provider", HOUSE, MAKER]
    newest, _, before, _ = chain.deeds
    assert newest.title == f"sha256:{second.image}"
    assert newest.made_from == (newest.title, f"sha256:{first.image}")
    assert before.made_from[0].startswith("sha256:")
    assert "signed by A Maker of Cameras" in "\n".join(lines(origin_of(leaving)))
    broken = bytearray(leaving)
    broken[len(broken) // 2] ^= 1
    assert changed(origin_of(bytes(broken)))
    (tmp_path / "b").mkdir()
    other = await World(tmp_path / "b").open()
    _, came = await bring_in(other.store, other.images, path)
    assert came == 3
    assert await other.images.get(second.image) == own
    await other.close()
    await world.images.forget([second.image], [])
    assert await world.images.noted_call(f"sealed/{second.image}") is None
    await world.close()


def test_a_certificate_that_cannot_sign_is_said_at_the_start(tmp_path: Path) -> None:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    with pytest.raises(Misconfigured, match=r"provenance\.private_key is missing"):
        signer(chain, None)
    with pytest.raises(Misconfigured, match=r"provenance\.certificate: there is no file"):
        signer(chain, key)
    chain.write_bytes(certificate(HOUSE)[0])
    key.write_text("no key")
    with pytest.raises(Misconfigured, match=r"private_key is no PEM key"):
        signer(chain, key)
    key.write_bytes(certificate(MAKER)[1])  # another one's
    with pytest.raises(Misconfigured, match=r"provenance\.certificate can't sign"):
        signer(chain, key)
    key.write_bytes(certificate(HOUSE)[1])
    assert signer(chain, key) is not None
    assert signer(None, None) is None
