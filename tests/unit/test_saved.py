"""Pictures as files that somebody asks for."""

import io

import pytest
from PIL import Image

from core.imaging import codec, provenance


def picture(mode: str = "RGB", size: tuple[int, int] = (300, 200)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, (200, 30, 30, 0)[: len(mode)]).save(out, "PNG")
    return provenance.marked(out.getvalue(), "trainedAlgorithmicMedia", ["a" * 64], "painter")


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_kind_and_width_are_as_asked_and_the_origin_stays(kind: str) -> None:
    made = codec.saved(picture(), kind, 90)
    with Image.open(io.BytesIO(made.data)) as opened:
        assert (opened.format, opened.size) == (kind.upper(), (90, 60))
    assert (made.width, made.height) == (90, 60)
    said = provenance.read(made.data)
    assert said.source == "trainedAlgorithmicMedia"
    assert not said.intact, "it is not the file that was marked"


def test_what_is_so_already_is_the_same_file() -> None:
    data = picture()
    assert codec.saved(data, "png", 0).data == data


@pytest.mark.parametrize(("kind", "mode"), [("png", "RGBA"), ("webp", "RGBA"), ("jpeg", "RGB")])
def test_what_is_transparent_stays_so_where_the_kind_can(kind: str, mode: str) -> None:
    made = codec.saved(picture("RGBA"), kind, 30)
    with Image.open(io.BytesIO(made.data)) as opened:
        assert opened.mode == mode
        if mode == "RGB":
            assert min(opened.getpixel((5, 5))) > 245, "white lies below"  # type: ignore[arg-type]
