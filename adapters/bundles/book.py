"""A story as a book: EPUB 3, written by hand, and PDF by Pillow. Every picture has its words."""

import io
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from PIL import Image, ImageDraw, ImageOps

from core.imaging.montage import font as font_of
from core.imaging.montage import opened

PAGE = (1240, 1754)  # A4 at 150 dots an inch
MARGIN, TITLE, LETTERS = 110, 54, 32
PAPER, INK, SOFT = (253, 251, 246), (28, 26, 26), (110, 104, 100)
CSS = "body{font-family:serif;line-height:1.5}img{max-width:100%}h1,h2{text-align:center}p.way{font-style:italic}"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scene of a book: `image` as PNG or JPEG bytes; `way` what was chosen before it."""

    title: str
    text: str
    image: bytes
    alt: str
    way: str = ""


def epub(title: str, author: str, language: str, leaves: Sequence[Leaf], made: datetime) -> bytes:
    """An EPUB 3: a page a scene, a table of contents, alternative texts."""
    own = uuid.uuid5(uuid.NAMESPACE_URL, f"darkroom/{title}/{made.isoformat()}")
    files: dict[str, bytes] = {
        "META-INF/container.xml": CONTAINER.encode(),
        "OEBPS/style.css": CSS.encode(),
        "OEBPS/nav.xhtml": _nav(title, language, leaves).encode(),
        "OEBPS/package.opf": _package(title, author, language, leaves, str(own), made).encode(),
    }
    for n, leaf in enumerate(leaves, 1):
        files[f"OEBPS/scene{n}.xhtml"] = _scene(leaf, n, language).encode()
        files[f"OEBPS/scene{n}.{_kind(leaf.image)[0]}"] = leaf.image
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # first and not packed: that is how a reader knows the file
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip", zipfile.ZIP_STORED)
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?><container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)


def _kind(data: bytes) -> tuple[str, str]:
    return ("jpg", "image/jpeg") if data.startswith(b"\xff\xd8") else ("png", "image/png")


def _said(text: str) -> str:
    """Escaped, without what XML can't carry."""
    return escape("".join(c for c in text if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff")))


def _page(title: str, language: str, body: str, extra: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"{extra} lang="{language}" xml:lang="{language}">'
        f'<head><title>{_said(title)}</title><link rel="stylesheet" type="text/css" '
        f'href="style.css"/></head><body>{body}</body></html>'
    )


def _scene(leaf: Leaf, n: int, language: str) -> str:
    way = f'<p class="way">{_said(leaf.way)}</p>' if leaf.way else ""
    told = "".join(f"<p>{_said(part)}</p>" for part in leaf.text.split("\n") if part.strip())
    picture = f'<p><img src="scene{n}.{_kind(leaf.image)[0]}" alt="{_said(leaf.alt)}"/></p>'
    name = leaf.title or str(n)
    return _page(name, language, f"<section><h2>{_said(name)}</h2>{way}{picture}{told}</section>")


def _nav(title: str, language: str, leaves: Sequence[Leaf]) -> str:
    rows = "".join(
        f'<li><a href="scene{n}.xhtml">{_said(leaf.title or str(n))}</a></li>'
        for n, leaf in enumerate(leaves, 1)
    )
    body = f'<nav epub:type="toc"><h1>{_said(title)}</h1><ol>{rows}</ol></nav>'
    return _page(title, language, body, ' xmlns:epub="http://www.idpf.org/2007/ops"')


def _package(
    title: str, author: str, language: str, leaves: Sequence[Leaf], own: str, made: datetime
) -> str:
    items, spine = "", ""
    for n, leaf in enumerate(leaves, 1):
        ending, media = _kind(leaf.image)
        cover = ' properties="cover-image"' if n == 1 else ""
        items += f'<item id="s{n}" href="scene{n}.xhtml" media-type="application/xhtml+xml"/>'
        items += f'<item id="i{n}" href="scene{n}.{ending}" media-type="{media}"{cover}/>'
        spine += f'<itemref idref="s{n}"/>'
    creator = f"<dc:creator>{_said(author)}</dc:creator>" if author.strip() else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><package xmlns="http://www.idpf.org/2007/opf" '
        'version="3.0" unique-identifier="id"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{own}</dc:identifier><dc:title>{_said(title)}</dc:title>'
        f"<dc:language>{language}</dc:language>{creator}"
        f'<meta property="dcterms:modified">{made.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</meta>'
        '</metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" '
        'media-type="application/xhtml+xml"/><item id="css" href="style.css" media-type="text/css"/>'
        f'{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>'
    )


def pdf(title: str, author: str, leaves: Sequence[Leaf]) -> bytes:
    """A PDF: a page a scene, its picture above its words; a long scene goes on on the next page."""
    pages = [page for leaf in leaves for page in _leaf(leaf)]
    out = io.BytesIO()
    pages[0].save(
        out, "PDF", save_all=True, append_images=pages[1:], resolution=150.0, title=title,
        author=author, producer="Darkroom",
    )  # fmt: skip
    return out.getvalue()


def _leaf(leaf: Leaf) -> list[Image.Image]:
    sheet = Image.new("RGB", PAGE, PAPER)
    draw = ImageDraw.Draw(sheet)
    width, y = PAGE[0] - 2 * MARGIN, MARGIN
    for line in _lines(draw, leaf.title, width, TITLE)[:2]:
        draw.text((MARGIN, y), line, fill=INK, font=font_of(TITLE))
        y += round(TITLE * 1.25)
    image = opened(leaf.image)
    image = ImageOps.contain(image, (width, PAGE[1] // 2), Image.Resampling.LANCZOS)
    sheet.paste(image, (MARGIN + (width - image.width) // 2, y + 20))
    y += image.height + 60
    rows = [(line, SOFT) for line in _lines(draw, leaf.way, width, LETTERS)]
    rows += [("", INK)] if rows else []
    rows += [(line, INK) for line in _lines(draw, leaf.text, width, LETTERS)]
    return _lettered(sheet, rows, y)


def _lettered(
    sheet: Image.Image, rows: Sequence[tuple[str, tuple[int, int, int]]], y: int
) -> list[Image.Image]:
    pages, step = [sheet], round(LETTERS * 1.45)
    for line, colour in rows:
        if y + step > PAGE[1] - MARGIN:
            pages.append(Image.new("RGB", PAGE, PAPER))
            y = MARGIN
        ImageDraw.Draw(pages[-1]).text((MARGIN, y), line, fill=colour, font=font_of(LETTERS))
        y += step
    return pages


def _lines(draw: ImageDraw.ImageDraw, text: str, width: int, size: int) -> list[str]:
    font, lines, line = font_of(size), list[str](), ""
    for word in text.split():
        tried = f"{line} {word}".strip()
        if line and draw.textlength(tried, font=font) > width:
            lines.append(line)
            line = word
        else:
            line = tried
    return [*lines, line] if line else lines
