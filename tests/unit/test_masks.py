"""Masks and marks: told apart, brought to the picture, refused with a sentence, shown and undone."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.domain.errors import BadImage
from core.imaging import codec, keep, marks, mask, outside
from core.imaging.results import percent
from tests.photographs import phone_jpeg

SIZE = (120, 80)
BOX = (30, 20, 90, 60)
INSIDE = 60 * 40


def file(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def boxed(mode: str, ground: Any, inside: Any, size: tuple[int, int] = SIZE) -> Image.Image:
    scale = size[0] // SIZE[0]
    image = Image.new(mode, size, ground)
    image.paste(inside, tuple(side * scale for side in BOX))  # pyright: ignore[reportArgumentType]
    return image


def photograph() -> Image.Image:
    random = np.random.default_rng(4)
    return Image.fromarray(random.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8))


def hole() -> bytes:
    picture = photograph().convert("RGBA")
    picture.paste((0, 0, 0, 0), BOX)
    return file(picture)


def sixteen() -> bytes:
    deep = np.zeros((SIZE[1], SIZE[0]), np.uint16)
    deep[20:60, 30:90] = 65535
    return file(Image.fromarray(deep))


def palette() -> bytes:
    image = boxed("P", 0, 1)
    image.putpalette([255, 255, 255, 10, 200, 30])
    return file(image, transparency=1)


def corner_turned() -> tuple[bytes, np.ndarray]:
    """A mask photographed upside down by its EXIF, its corner edited; and how it stands upright."""
    upright = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    upright[:40, :40] = 255
    exif = Image.Exif()
    exif[0x0112] = 3
    return file(Image.fromarray(upright[::-1, ::-1].copy()), exif=exif), upright


@pytest.mark.parametrize(
    ("data", "meaning"),
    [
        (hole(), "transparent"),
        (file(boxed("L", 0, 255)), "white"),
        (file(boxed("L", 255, 0)), "black"),
        (file(boxed("1", 0, 1)), "white"),
        (file(boxed("RGB", (8, 0, 3), (250, 255, 251)), "JPEG", quality=80), "white"),
        (file(boxed("L", 255, 0, (360, 240)), "WEBP", lossless=True), "black"),
        (file(boxed("L", 0, 255, (240, 160)).resize((240, 161)), "BMP"), "white"),
        (palette(), "transparent"),
        (sixteen(), "white"),
    ],
)
def test_what_shall_change_is_told_apart(data: bytes, meaning: str) -> None:
    made = mask.read(data, SIZE)
    assert (made.meaning, made.width, made.height) == (meaning, *SIZE)
    plane = mask.plane_of(made.data)
    assert set(np.unique(plane)) == {0, 255}
    want = np.zeros((SIZE[1], SIZE[0]), bool)
    want[20:60, 30:90] = True
    assert ((plane == 255) != want).sum() < 0.05 * INSIDE
    assert made.share == pytest.approx(INSIDE / (120 * 80), rel=0.05)
    assert made.note == f"Read as {meaning} = edit: {percent(made.share)} of the picture."


def test_a_mask_is_turned_as_its_exif_says_and_what_the_sender_says_counts() -> None:
    data, upright = corner_turned()
    assert (mask.plane_of(mask.read(data, SIZE).data) == upright).all()
    around = mask.read(file(boxed("L", 255, 0)), SIZE, "white")
    assert around.share == pytest.approx(0.75)
    assert mask.inverted(around).share == pytest.approx(0.25)
    line = Image.new("L", (5000, 16))
    line.paste(255, (0, 0, 40, 16))
    assert mask.read(file(line), (4096, 13)).share == pytest.approx(0.008, rel=0.05)


def frames() -> bytes:
    return file(boxed("L", 0, 255), "GIF", save_all=True, append_images=[boxed("L", 255, 0)])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (file(Image.new("L", SIZE)), "covers nothing"),
        (file(Image.new("RGBA", SIZE)), "covers the whole picture"),
        (file(Image.new("L", SIZE, 255)), "covers the whole picture"),
        (file(Image.new("RGB", SIZE, (255, 255, 255))), "covers the whole picture"),
        (file(Image.eval(boxed("L", 0, 255).crop((0, 0, 33, 22)), lambda v: v)), "too little"),
        (file(boxed("L", 0, 255).rotate(90, expand=True)), "lies on its side"),
        (file(Image.new("L", (90, 90), 255)), "another shape"),
        (frames(), "animation"),
        (file(photograph()), "neither"),
        (b"", "empty"),
        (b"a mask, honestly", "send it as a PNG"),
        (file(boxed("L", 0, 255))[:60], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(21 * 2**20), "20 MB"),
    ],
)
def test_what_is_no_mask_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    size = (33, 22) if said == "too little" else SIZE
    with pytest.raises(BadImage, match=said) as refused:
        mask.read(data, size)
    assert refused.value.sentence.endswith(".")


def test_shares_are_never_rounded_to_none_or_all() -> None:
    told = [percent(share) for share in (0, 0.001, 0.126, 0.999, 1)]
    assert told == ["0 %", "less than 1 %", "13 %", "more than 99 %", "100 %"]


def edited(shift: int, size: tuple[int, int] = SIZE) -> bytes:
    """Blue inside, everything else a little lighter; perhaps at a painter's own size."""
    picture = Image.eval(photograph(), lambda v: min(255, v + shift))
    picture.paste((0, 0, 255), BOX)
    return codec.encode(picture.resize(size))


def test_drift_is_measured_outside_and_put_back_to_the_pixel() -> None:
    before, made = codec.encode(photograph()), mask.read(file(boxed("L", 0, 255)), SIZE)
    assert outside.drift(before, edited(0), made.data) == 0
    small, large = (outside.drift(before, edited(by), made.data) for by in (8, 40))
    assert 1 < small < large
    back = keep.outside(before, made.data, edited(40, (240, 160))).data
    assert outside.drift(before, back, made.data) == 0
    assert (codec.rgb(back)[25:55, 35:85, 2] > 200).all()
    assert outside.drift(before, edited(40, (60, 40)), made.data) > large
    with pytest.raises(BadImage, match="another shape"):
        outside.drift(before, edited(0, (100, 100)), made.data)


def layer(draw_on: bool = True, size: tuple[int, int] = SIZE) -> bytes:
    image = Image.new("RGBA", size)
    if draw_on:
        ImageDraw.Draw(image).line((10, 10, size[0] - 10, size[1] - 10), (255, 0, 0, 255), 4)
    return file(image)


def test_marks_keep_their_colour_on_a_transparent_layer_of_the_pictures_size() -> None:
    made = marks.read(layer(), (240, 160))
    with Image.open(io.BytesIO(made)) as image:
        assert (image.mode, image.size) == ("RGBA", (240, 160))
        assert image.getpixel((120, 80)) == (255, 0, 0, 255)
        assert image.getpixel((200, 20)) == (0, 0, 0, 0)
    over = codec.rgb(marks.drawn_over(codec.encode(Image.new("RGB", SIZE)), made))
    assert tuple(over[40, 60]) == (255, 0, 0) and tuple(over[10, 100]) == (0, 0, 0)
    for data, said in ((layer(False), "no marks"), (file(photograph()), "hide the picture")):
        with pytest.raises(BadImage, match=said):
            marks.read(data, SIZE)
    with pytest.raises(BadImage, match="another shape"):
        marks.read(layer(), (80, 80))


@pytest.mark.slow
def test_at_a_phones_size_all_of_it_stays_within_a_few_seconds() -> None:
    picture = codec.admit(phone_jpeg())
    size = (picture.width, picture.height)
    big = Image.new("L", (5712, 4284))
    big.paste(255, (2000, 1000, 3000, 2000))
    made = mask.read(file(big), size)
    assert made.share == pytest.approx(1e6 / (5712 * 4284), rel=0.01)
    back = keep.outside(picture.data, made.data, codec.fit(picture.data, 1024)).data
    with Image.open(io.BytesIO(back)) as image:
        assert image.size == size
    assert outside.drift(picture.data, back, made.data) == 0
