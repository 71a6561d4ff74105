"""What an upload means: its colours, its ground, its depth, its frame; and what is said of it."""

import io
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageDraw

from core.domain.errors import BadImage
from core.imaging import codec
from core.imaging.results import Admitted
from tests import icc

P3 = icc.display("Display P3", icc.P3)
SWAPPED = icc.display("channels swapped", icc.SRGB[::-1])
PRESS = icc.press(
    "press", {"C": (60, 40, 60), "M": (48, 74, -3), "Y": (89, -5, 93), "K": (5, 0, 0)}
)
PHONE = (5712, 4284)  # 24 megapixels


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def seen(made: Admitted, x: int = 8, y: int = 8) -> list[int]:
    return codec.rgb(made.data)[y, x].tolist()


def near(found: Sequence[int], wanted: Sequence[int], by: int = 4) -> bool:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= by


def flat(mode: str, colour: Any) -> Image.Image:
    return Image.new(mode, (32, 32), colour)


# colours


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_a_phones_wide_colours_become_srgb(format: str) -> None:
    data = encoded(flat("RGB", (234, 60, 48)), format, icc_profile=P3, quality=100)
    made = codec.admit(data)
    assert near(seen(made), (255, 30, 30), 10)
    assert made.notes == ("Its colours were converted from Display P3.",)
    with Image.open(io.BytesIO(made.data)) as kept:
        assert kept.info == {}


def test_a_profile_that_swaps_channels_is_followed() -> None:
    made = codec.admit(encoded(flat("RGB", (255, 0, 0)), "PNG", icc_profile=SWAPPED))
    assert near(seen(made), (0, 0, 255))
    assert made.notes == ("Its colours were converted from its own colour profile.",)


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_inks_are_shown_as_their_press_prints_them(format: str) -> None:
    for inks, colour in (((255, 0, 0, 0), (222, 113, 33)), ((0, 0, 0, 0), (255, 255, 255))):
        data = encoded(flat("CMYK", inks), format, icc_profile=PRESS, quality=100)
        assert near(seen(codec.admit(data)), colour, 6)
    bare = codec.admit(encoded(flat("CMYK", (255, 0, 0, 0)), format))
    assert near(seen(bare), (0, 255, 255), 6)
    assert "CMYK without a colour profile" in bare.notes[0]


def test_transparency_and_profile_are_both_heeded() -> None:
    image = flat("RGBA", (234, 60, 48, 255))
    image.paste((0, 0, 0, 0), (16, 0, 32, 32))
    made = codec.admit(encoded(image, "PNG", icc_profile=P3))
    assert near(seen(made), (255, 30, 30), 10)
    assert near(seen(made, 28), (255, 255, 255))
    assert len(made.notes) == 2


def test_a_grey_picture_may_have_a_profile_of_colours() -> None:
    made = codec.admit(encoded(flat("L", 100), "JPEG", icc_profile=P3, quality=100))
    assert near(seen(made), (100, 100, 100), 3)


def test_srgb_itself_changes_nothing_and_nothing_is_said() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = codec.admit(encoded(flat("RGB", (200, 100, 30)), "PNG", icc_profile=srgb))
    assert (seen(made), made.notes) == ([200, 100, 30], ())


@pytest.mark.parametrize("profile", [b"junk" * 40, P3[:200], P3[:128] + b"\xff" * 400, PRESS])
def test_a_profile_that_makes_no_sense_is_said_and_left_aside(profile: bytes) -> None:
    made = codec.admit(encoded(flat("RGB", (200, 100, 30)), "PNG", icc_profile=profile))
    assert seen(made) == [200, 100, 30]
    assert made.notes == ("Its colour profile can't be read: its colours are taken as they are.",)


def test_a_profiles_own_words_are_not_repeated() -> None:
    loud = icc.display("@everyone <https://example.org>", icc.P3)
    (note,) = codec.admit(encoded(flat("RGB", (200, 100, 30)), "PNG", icc_profile=loud)).notes
    assert note == "Its colours were converted from its own colour profile."


def test_a_profile_in_jpeg_2000_is_found() -> None:
    data = encoded(flat("RGB", (234, 60, 48)), "JPEG2000")
    at = data.index(b"colr") - 4
    old = struct.unpack(">I", data[at : at + 4])[0]
    box = struct.pack(">I4sBBB", len(P3) + 11, b"colr", 2, 0, 0) + P3
    head = data.index(b"jp2h") - 4
    grown = struct.unpack(">I", data[head : head + 4])[0] + len(box) - old
    data = data[:head] + struct.pack(">I", grown) + data[head + 4 : at] + box + data[at + old :]
    assert near(seen(codec.admit(data)), (255, 30, 30), 10)


# the ground under transparency


def art(colour: tuple[int, int, int], outline: tuple[int, int, int] | None = None) -> Image.Image:
    image = Image.new("RGBA", (96, 64), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 10, 70, 55), fill=colour, outline=outline, width=4 if outline else 0)
    return image


GROUNDS = {
    "white": (art((255, 255, 255)), 34, "dark grey"),
    "nearly white": (art((236, 240, 250)), 34, "dark grey"),
    "black": (art((0, 0, 0)), 255, "white"),
    "red": (art((200, 30, 30)), 255, "white"),
    "white with a black outline": (art((255, 255, 255), (0, 0, 0)), 255, "white"),
    "black with a white outline": (art((0, 0, 0), (255, 255, 255)), 34, "dark grey"),
}


@pytest.mark.parametrize("name", GROUNDS)
@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_the_ground_is_one_that_the_picture_stands_out_from(name: str, format: str) -> None:
    image, grey, said = GROUNDS[name]
    options = {"lossless": True} if format == "WEBP" else {}
    made = codec.admit(encoded(image, format, **options))
    assert seen(made, 2, 2) == [grey] * 3
    assert made.notes == (f"Its transparent ground was filled with {said}.",)
    assert codec.rgb(made.data)[..., 0].std() > 20


def test_art_in_white_and_black_gets_a_ground_between() -> None:
    image = Image.new("RGBA", (96, 64), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((10, 20, 40, 44), fill=(255, 255, 255, 255))
    ImageDraw.Draw(image).rectangle((50, 20, 80, 44), fill=(0, 0, 0, 255))
    made = codec.admit(encoded(image, "PNG"))
    assert seen(made, 2, 2) == [128] * 3


def test_grey_and_palette_pictures_have_a_ground_too() -> None:
    grey = Image.new("LA", (32, 32), (0, 0))
    grey.paste((255, 255), (8, 8, 24, 24))
    palette = Image.new("P", (32, 32), 0)
    palette.putpalette([0, 0, 0, 255, 255, 255])
    palette.paste(1, (8, 8, 24, 24))
    for image, options in ((grey, {}), (palette, {"transparency": 0})):
        made = codec.admit(encoded(image, "PNG", **options))
        assert (seen(made, 2, 2), seen(made, 16, 16)) == ([34] * 3, [255] * 3)


def test_alpha_that_hides_nothing_is_not_spoken_of() -> None:
    made = codec.admit(encoded(flat("RGBA", (10, 200, 30, 255)), "PNG"))
    assert (seen(made), made.notes) == ([10, 200, 30], ())


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_a_picture_of_nothing_is_refused(mode: str) -> None:
    with pytest.raises(BadImage, match="wholly transparent"):
        codec.admit(encoded(flat(mode, 0), "PNG"))


# depth

RAMP = np.linspace(0, 1, 64 * 48).reshape(48, 64)
TYPES = {(16, 1): "u2", (32, 1): "u4", (32, 2): "i4", (32, 3): "f4", (64, 3): "f8"}


def tiff(
    values: NDArray[Any], bits: int, sort: int = 1, *, big: bool = False, photometric: int = 1
) -> bytes:
    """A TIFF of one strip; `sort` 1 unsigned, 2 signed, 3 fractions (TIFF 6.0, section 19)."""
    end = ">" if big else "<"
    height, width = values.shape[:2]
    samples = values.shape[2] if values.ndim == 3 else 1
    whole = bits == 12
    raw = twelve(values) if whole else values.astype(end + TYPES[bits, sort]).tobytes()
    many = struct.pack(f"{end}{samples}H", *[bits] * samples)
    many += struct.pack(f"{end}{samples}H", *[sort] * samples)
    fields = {
        256: width, 257: height, 258: bits, 259: 1, 262: photometric, 273: 0, 277: samples,
        278: height, 279: len(raw), 339: sort,
    }  # fmt: skip
    start = 8 + 2 + 12 * len(fields) + 4
    fields[273] = start + len(many)
    entries = b""
    for tag, value in fields.items():
        several = tag in (258, 339) and samples > 1
        if several:
            value = start + (2 * samples if tag == 339 else 0)
        short = tag in (258, 339) and not several
        packed = struct.pack(f"{end}HH", value, 0) if short else struct.pack(f"{end}I", value)
        kind = 3 if tag in (258, 339) else 4
        entries += struct.pack(f"{end}HHI", tag, kind, samples if several else 1) + packed
    head = (b"MM\0*" if big else b"II*\0") + struct.pack(f"{end}IH", 8, len(fields))
    return head + entries + bytes(4) + many + raw


def twelve(values: NDArray[Any]) -> bytes:
    pairs = values.astype(np.uint32).reshape(-1, 2)
    first, second = pairs[:, 0], pairs[:, 1]
    packed = np.stack([first >> 4, ((first & 15) << 4) | (second >> 8), second & 255], axis=1)
    return packed.astype(np.uint8).tobytes()


DEEP = {
    "16 bits": tiff(RAMP * 65535, 16),
    "16 bits, big end first": tiff(RAMP * 65535, 16, big=True),
    "12 bits": tiff(RAMP * 4095, 12),
    "12 bits, big end first": tiff(RAMP * 4095, 12, big=True),
    "12 bits in 16": tiff(RAMP * 4095, 16),
    "12 bits in 16, big end first": tiff(RAMP * 4095, 16, big=True),
    "10 bits in 16": tiff(RAMP * 1023, 16),
    "32 bits": tiff(RAMP * (2**32 - 1), 32),
    "32 bits signed": tiff(RAMP * (2**31 - 1), 32, 2),
    "below nought": tiff(RAMP * 2000 - 1000, 32, 2),
    "fractions": tiff(RAMP, 32, 3),
    "fractions, big end first": tiff(RAMP, 32, 3, big=True),
    "fractions to 255": tiff(RAMP * 255, 32, 3),
    "fractions to 7000": tiff(RAMP * 7000, 32, 3),
    "double fractions": tiff(RAMP, 64, 3),
    "fractions in colour": tiff(np.dstack([RAMP] * 3), 32, 3, photometric=2),
    "16 bits in colour, big end first": tiff(
        np.dstack([RAMP] * 3) * 65535, 16, big=True, photometric=2
    ),
    "white is nought": tiff((1 - RAMP) * 65535, 16, photometric=0),
}
GUESSED = {"12 bits in 16", "12 bits in 16, big end first", "10 bits in 16", "below nought"}
GUESSED |= {"fractions to 7000", "32 bits signed"}


@pytest.mark.parametrize("name", DEEP)
def test_a_deep_picture_keeps_its_brightness(name: str) -> None:
    made = codec.admit(DEEP[name])
    shown = codec.rgb(made.data)
    assert np.abs(shown[..., 0].astype(int) - RAMP * 255).max() <= 2
    assert (shown[..., 0] == shown[..., 2]).all()
    assert bool(made.notes) == (name in GUESSED)


def test_numbers_that_are_none_do_not_spoil_the_rest() -> None:
    values = RAMP.copy()
    values[0, :4] = (np.nan, np.inf, -np.inf, np.nan)
    shown = codec.rgb(codec.admit(tiff(values, 32, 3)).data)
    assert np.abs(shown[1:, :, 0].astype(int) - RAMP[1:] * 255).max() <= 2


@pytest.mark.parametrize("value", [0, 7, 65535])
def test_a_deep_picture_of_one_value_is_a_picture(value: int) -> None:
    shown = codec.rgb(codec.admit(tiff(np.full((32, 32), value), 16)).data)
    assert shown.std() == 0


# frames


def frames(format: str, *images: Image.Image) -> bytes:
    options = {"lossless": True} if format == "WEBP" else {}
    return encoded(
        images[0], format, save_all=True, append_images=images[1:], duration=40, **options
    )


def scene(shade: int = 200) -> Image.Image:
    image = Image.new("RGB", (64, 48), (20, 40, 160))
    ImageDraw.Draw(image).rectangle((10, 10, 40, 30), fill=(shade, 60, 40))
    return image


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
@pytest.mark.parametrize("blank", [(0, 0, 0), (255, 255, 255)])
def test_an_animation_that_begins_blank_is_its_first_frame_that_shows_something(
    format: str, blank: tuple[int, int, int]
) -> None:
    empty = Image.new("RGB", (64, 48), blank)
    nearly = empty.copy()
    nearly.putpixel((3, 3), (90, 90, 90))
    made = codec.admit(frames(format, empty, nearly, scene(200), scene(100)))
    assert near(seen(made, 20, 20), (200, 60, 40), 30)
    assert made.notes == ("An animation: frame 3 was taken, as those before it are blank.",)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_any_other_animation_is_its_first_frame_and_says_so(format: str) -> None:
    made = codec.admit(frames(format, scene(200), scene(100)))
    assert near(seen(made, 20, 20), (200, 60, 40), 30)
    assert made.notes == ("An animation: its first frame was taken.",)


def test_an_animation_without_anything_to_see_is_still_a_picture() -> None:
    blanks = [Image.new("RGB", (64, 48), (shade, shade, shade)) for shade in (0, 2)]
    assert codec.admit(frames("GIF", *blanks)).width == 64


def test_pages_are_spoken_of() -> None:
    data = encoded(scene(), "TIFF", save_all=True, append_images=[scene(90)])
    assert codec.admit(data).notes == ("The file has 2 pages: the first one was taken.",)


# size


def test_a_picture_a_little_too_large_is_not_halved() -> None:
    picture = Image.effect_noise((5000, 900), 90).convert("RGB")
    made = codec.admit(encoded(picture, "JPEG", quality=90))
    assert (made.width, made.height, made.notes) == (4096, 737, ())


@pytest.mark.slow
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "AVIF", "JPEG2000"])
def test_a_picture_of_24_megapixels_is_taken(format: str) -> None:
    small = np.random.default_rng(3).integers(0, 256, (42, 57, 3), np.uint8)
    picture = Image.fromarray(small).resize(PHONE, Image.Resampling.BICUBIC)
    options = {"AVIF": {"speed": 10}, "TIFF": {"compression": "jpeg"}}.get(format, {})
    made = codec.admit(encoded(picture, format, **options))
    if format == "JPEG2000":
        assert (made.width, made.height) == (2856, 2142)
        assert made.notes[0].startswith("It was opened at 2856 x 2142")
    else:
        assert (made.width, made.height, made.notes) == (4096, 3072, ())
    wanted = np.asarray(picture.resize((made.width, made.height)), int)
    assert np.abs(codec.rgb(made.data).astype(int) - wanted).mean() < 4
