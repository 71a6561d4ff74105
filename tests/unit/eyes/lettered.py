"""Rendered pictures with lettering, every other one with a planted fault."""

import io
import random

from PIL import Image, ImageDraw, ImageFont

WORDS = (
    "OPEN", "BAKERY", "HAPPY 80", "AURORA", "BLUE NIGHT", "14 MAY", "NOODLES", "LAKE 3 KM",
    "HONEY 2026", "ZEPHYR", "MIRA", "EXIT", "LIBRARY", "COFFEE", "PLATFORM 9", "THE END",
    "WELCOME HOME", "FRESH BREAD", "NO ENTRY", "GARDEN CAFE",
)  # fmt: skip


def misspelt(word: str, chance: random.Random) -> str:
    """A letter changed, doubled or left out, or two exchanged: never the same word."""
    at = chance.randrange(len(word) - 1)
    made = [
        word[:at] + chance.choice("BDGKMQRWZ") + word[at + 1 :],
        word[:at] + word[at] * 2 + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ][chance.randrange(4)]
    same = made.replace(" ", "") == word.replace(" ", "")
    return misspelt(word, chance) if same else made


def picture(text: str, chance: random.Random) -> bytes:
    """A JPEG of 768 x 512: a sign on a coarse ground, lettering of another lightness, tilted."""
    small = Image.new("RGB", (12, 8))
    base = chance.randrange(60, 200)
    pixels = [tuple(base + chance.randrange(-40, 41) for _ in range(3)) for _ in range(96)]
    small.putdata(pixels)
    image = small.resize((768, 512), Image.Resampling.BICUBIC)
    if text:
        sign = Image.new("RGBA", (620, 200), (0, 0, 0, 0))
        draw = ImageDraw.Draw(sign)
        dark = chance.random() < 0.5
        ground = (235, 228, 210, 255) if dark else (30, 50, 70, 255)
        draw.rounded_rectangle((5, 5, 615, 195), 20, fill=ground)
        font = ImageFont.load_default(chance.randrange(48, 76))
        ink = (40, 20, 20) if dark else (250, 240, 190)
        draw.text((310, 100), text, font=font, fill=ink, anchor="mm")
        turned = sign.rotate(chance.uniform(-6, 6), expand=True, resample=Image.Resampling.BICUBIC)
        image.paste(turned, (40, 140), turned)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def planted(count: int) -> list[tuple[str, str, bytes]]:
    """(asked for, lettered, picture): half right, the others misspelt, or a fifth of them missing."""
    chance, made = random.Random(7), []
    for n in range(count):
        word = WORDS[n % len(WORDS)]
        lettered = word if n % 2 else "" if n % 10 == 0 else misspelt(word, chance)
        made.append((word, lettered, picture(lettered, chance)))
    return made
