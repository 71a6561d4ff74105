"""Work on pixels by name, for `Pixels.run`: what it needs is loaded by the process that does it, so
that the program itself starts without numpy, OpenCV and Pillow. Each is what its module says."""

from collections.abc import Callable, Sequence

from core.domain.answers import Box
from core.domain.views import Measure, Score
from core.imaging.results import Admitted, ColourShare, Mask, Meaning, Panel, Point, Stayed, Twig


def admit(data: bytes) -> Admitted:
    from core.imaging import png

    return png.admit_upload(data)


def admit_painting(data: bytes) -> Admitted:
    from core.imaging import png

    return png.admit_painting(data)


def admit_made(make: Callable[[bytes], bytes], source: bytes) -> Admitted:
    """What `make` makes of a picture, taken in like an upload."""
    return admit(make(source))


def fit(data: bytes, longest: int, format: str = "PNG", quality: int = 85) -> bytes:
    from core.imaging import codec

    return codec.fit(data, longest, format, quality)


def enlarged(size: tuple[int, int], data: bytes) -> bytes:
    from core.imaging import codec

    return codec.enlarged(size, data)


def cropped(size: tuple[int, int], share: float, data: bytes) -> bytes:
    from core.imaging import codec

    return codec.cropped(size, share, data)


def magnified(data: bytes, box: Box) -> bytes:
    from core.imaging import magnified

    return magnified.magnified(data, box)


def overlay(picture: bytes, mask: bytes) -> bytes:
    from core.imaging import outside

    return outside.overlay(picture, mask)


def saved(data: bytes, format: str, width: int) -> Admitted:
    from core.imaging import codec

    return codec.saved(data, format, width)


def region_colour(data: bytes, region: str, colour: str) -> ColourShare:
    from core.imaging import region_colour

    return region_colour.shares(data, region, colour)


def size(data: bytes) -> tuple[int, int]:
    from core.imaging import codec

    return codec.size(data)


def box_mask(width: int, height: int, x: float, y: float, box_w: float, box_h: float) -> bytes:
    from core.imaging import codec

    return codec.box_mask(width, height, x, y, box_w, box_h)


def score(reference: bytes, image: bytes, measure: Measure) -> Score:
    from core.imaging import scoring

    return scoring.score(reference, image, measure)


def contact_sheet(
    frames: Sequence[bytes], captions: Sequence[str], best: int, reference: bytes | None
) -> bytes:
    from core.imaging import montage

    return montage.contact_sheet(frames, captions, best, reference)


def animation(frames: Sequence[bytes], captions: Sequence[str], format: str) -> bytes:
    from core.imaging import montage

    return montage.animation(frames, captions, format)


def plot(points: Sequence[Point]) -> bytes:
    from core.imaging import montage

    return montage.plot(points)


def read_mask(data: bytes, size: tuple[int, int], meaning: Meaning | None = None) -> Mask:
    from core.imaging import mask

    return mask.read(data, size, meaning)


def region_mask(words: str, picture: bytes) -> Mask:
    from core.imaging import regions

    return regions.masked(words, picture)


def read_marks(data: bytes, size: tuple[int, int]) -> bytes:
    from core.imaging import marks

    return marks.read(data, size)


def marks_drawn_over(picture: bytes, layer: bytes) -> bytes:
    from core.imaging import marks

    return marks.drawn_over(picture, layer)


def keep_inside(source: bytes, margins: tuple[int, int, int, int], painted: bytes) -> Admitted:
    from core.imaging import keep

    return keep.inside(source, margins, painted)


def keep_outside(source: bytes, mask: bytes, painted: bytes) -> Admitted:
    from core.imaging import keep

    return keep.outside(source, mask, painted)


def keep_size(size: tuple[int, int], painted: bytes) -> Admitted:
    from core.imaging import keep

    return keep.sized(size, painted)


def keep_ground(painted: bytes) -> Admitted:
    from core.imaging import keep

    return keep.ground(painted)


def what_stayed(original: bytes, edited: bytes, mask: bytes | None) -> Stayed:
    from core.imaging import stayed

    return stayed.measured(original, edited, mask)


def rest_put_back(original: bytes, mask: bytes | None, edited: bytes) -> bytes:
    from core.imaging import stayed

    return stayed.rest_put_back(original, mask, edited)


def share(portrait: bytes, image: bytes) -> float:
    from core.imaging import palette

    return palette.share(portrait, image)


def lineage(twigs: Sequence[Twig]) -> bytes:
    from core.imaging import lineage as drawing

    return drawing.lineage(twigs)


def comic_page(title: str, panels: Sequence[Panel]) -> bytes:
    from core.imaging import comic

    return comic.comic_page(title, panels)


def bars(title: str, rows: Sequence[tuple[str, float]]) -> bytes:
    from core.imaging import chart

    return chart.bars(title, rows)
