"""What is taken is one list; HEIC is on it where its reader is installed, and else explained."""

from pathlib import Path

import pytest

from adapters.models.scripted import flat
from adapters.slack import inputs
from adapters.web.config import PageLimits
from core.domain.errors import BadImage
from core.imaging import codec, formats
from core.service.references import unused_sentence

HEIC = (Path(__file__).parent / "sample.heic").read_bytes()  # red on the left, blue on the right


@pytest.fixture
def no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "heif_reader", lambda: "")


@pytest.mark.usefixtures("no_reader")
def test_a_phones_heic_is_answered_with_what_to_do() -> None:
    with pytest.raises(BadImage, match=r"JPEG.*Settings › Camera › Formats › Most Compatible"):
        codec.admit(HEIC)
    assert "heic" not in formats.endings()
    assert "image/heic" not in formats.media_types()
    assert formats.taken().endswith("AVIF or JPEG 2000")
    assert formats.may_be_picture("image/heic", "IMG_1.HEIC")  # so that intake says why


@pytest.mark.skipif(not formats.heif_reader(), reason="pi-heif is not installed: the heic extra")
def test_with_the_extra_heic_is_read_and_offered() -> None:
    made = codec.admit(HEIC)
    pixels = codec.rgb(made.data).astype(int)
    assert (made.width, made.height) == (64, 48)
    assert abs(pixels[24, 8] - (200, 30, 30)).max() < 12
    assert abs(pixels[24, 56] - (30, 30, 200)).max() < 12
    assert {"heic", "heif"} <= set(formats.endings())
    assert formats.taken().endswith("JPEG 2000 or HEIC")


def test_every_door_reads_the_list() -> None:
    assert inputs.file("image", "Picture", optional=True)["element"]["filetypes"] == list(
        formats.endings()
    )
    assert PageLimits().max_upload_mb * 1_000_000 <= formats.MAX_BYTES
    assert {"avif", "jp2", "tiff", "webp"} <= set(formats.endings())


@pytest.mark.parametrize(
    ("media_type", "name", "is_one"),
    [
        ("image/png", "", True),
        ("image/jpeg; charset=binary", "", True),
        ("IMAGE/PNG", "", True),
        ("image/x-adobe-dng", "a.dng", True),
        ("application/octet-stream", "scan.JP2", True),
        ("", "photo.jpeg", True),
        ("", "photo.HEIC", True),
        ("", "photo", False),
        ("application/pdf", "photo.png", False),
        ("video/mp4", "a.mp4", False),
    ],
)
def test_a_door_hands_on_what_may_be_a_picture(media_type: str, name: str, is_one: bool) -> None:
    assert formats.may_be_picture(media_type, name) is is_one


def test_first_bytes_tell_the_kind() -> None:
    assert formats.kind_of(flat(3)) == "PNG"
    assert formats.kind_of(HEIC) == "HEIF"
    avif = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf"
    assert formats.kind_of(avif) == "AVIF"
    assert formats.kind_of(b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42") == ""
    assert formats.kind_of(b"\xff\xff\xff\xffftyp") == ""
    assert formats.kind_of(b"") == ""


def test_what_is_left_aside_is_counted_and_nothing_of_it_repeated() -> None:
    kinds = tuple(
        formats.other_than_picture(kind, name)
        for kind, name in (
            ("image/png", "<@1>.png"),
            ("image/png", "b.png"),
            ("video/mp4", "c.mp4"),
            ("video/mp4", "d.mp4"),
            ("application/zip", "@everyone"),
        )
    )
    said = unused_sentence(kinds, has_picture=True)
    assert said.startswith("Not used: 2 more pictures, 2 videos and a file.")
    assert unused_sentence((), has_picture=True) == ""
    assert unused_sentence(("a PDF",), has_picture=False).startswith("Not used: a PDF. Of files")
