"""What the embedded engine does to a picture: it finds what words name, and says what it can't do."""

import numpy as np
import pytest

from adapters.models.offline import editing, restyling
from adapters.models.offline.editing import CantEdit
from adapters.models.offline.instructing import Instruction, understood
from adapters.models.offline.locating import located
from adapters.models.offline.operations import made
from adapters.models.offline.raster import Pixels, blur
from core.domain.errors import Unsupported
from core.imaging import codec
from core.imaging.similarity import measure
from core.models.painter import PaintRequest
from tests.unit.offline.pictures import hill_scene

READ = {
    "make the sky purple": Instruction("colour", "sky", "purple"),
    "paint it dark blue": Instruction("colour", "", "dark blue"),
    "turn the red car into a blue one": Instruction("colour", "red car", "blue"),
    "change the sky to orange": Instruction("colour", "sky", "orange"),
    "mach den Himmel lila": Instruction("colour", "sky", "purple"),
    "in purple": Instruction("colour", "", "purple"),
    "remove the house": Instruction("remove", "house"),
    "get rid of it please": Instruction("remove", ""),
    "replace the sky with mountains": Instruction("replace", "sky", "mountains"),
    "a cat instead of the dog": Instruction("replace", "dog", "a cat"),
    "a red balloon there": Instruction("add", "", "a red balloon"),
    "add a boat on the water": Instruction("add", "water", "a boat"),
    "much darker": Instruction("light", "", "much darker"),
    "make the background brighter": Instruction("light", "background", "make the background brighter"),
    "snow": Instruction("snow"),
    "as a watercolor": Instruction("style", "", "watercolor"),
    "make him smile": None,
    "number the lug nuts": None,
    "": None,
}  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_an_instruction_is_read_or_known_to_be_beyond_it(text: str) -> None:
    assert understood(text) == READ[text]


def test_what_words_name_is_found_and_the_rest_stays_to_the_pixel() -> None:
    picture = hill_scene()
    sky = located(picture, "sky")
    assert sky is not None
    blue = (picture[..., 2] > picture[..., 1]) & (picture[..., 2] > 150)
    assert (sky & blue).sum() > 0.9 * blue.sum()
    assert sky[120:].sum() == 0
    edited = editing.edit(picture, None, "make the sky purple", 1)
    changed = (edited.picture != picture).any(-1)
    assert not changed[~sky].any()
    assert changed[sky].mean() > 0.8
    assert edited.said == "Coloured purple: sky."


@pytest.mark.parametrize(
    ("words", "said"),
    [("make him smile", "can't do"), ("remove the penguin", "can't find “penguin”"),
     ("remove it", "has to know what"), ("make the water pink", "can't find “water”")],
)  # fmt: skip
def test_what_it_can_not_do_is_said_with_what_helps(words: str, said: str) -> None:
    picture = np.full((60, 90, 3), (200, 60, 60), np.uint8)
    with pytest.raises(CantEdit, match=said) as refused:
        editing.edit(picture, None, words, 1)
    assert "mask" in str(refused.value) or "say a colour" in str(refused.value)
    request = PaintRequest(operation="edit", prompt=words, sources=(codec.encode_array(picture),))
    with pytest.raises(Unsupported, match=said):
        made(request, 1)


@pytest.mark.slow
def test_a_removed_thing_is_not_replaced_by_its_twin() -> None:
    picture = np.full((120, 180, 3), (90, 140, 60), np.uint8)
    picture[:50] = (120, 160, 220)
    for left in (30, 120):
        picture[40:70, left : left + 30] = (220, 40, 40)
    mask = np.zeros((120, 180), np.uint8)
    mask[36:74, 26:64] = 255
    gone = editing.edit(picture, mask, "remove it", 1).picture.astype(int)
    assert (gone[36:74, 26:64, 0] > gone[36:74, 26:64, 1] + 60).sum() == 0


def _red(picture: Pixels) -> int:
    return int(((picture[..., 0] > 150) & (picture[..., 1] < 90) & (picture[..., 2] < 90)).sum())


@pytest.mark.slow
def test_a_new_thing_stands_where_nothing_else_does() -> None:
    picture = hill_scene()
    edited = editing.edit(picture, None, "a red balloon in the sky", 1)
    changed = (edited.picture != picture).any(-1)
    rows = np.flatnonzero(changed.any(1))
    assert 0.005 < changed.mean() < 0.2
    assert rows[-1] < 100
    assert _red(edited.picture) > _red(picture) + 100


def test_subtle_is_nearer_than_strong_and_seeds_differ() -> None:
    picture = hill_scene()
    near, far = (measure(picture, restyling.varied(picture, s, 3)).score for s in (0.3, 0.75))
    assert 99 > near > far + 3
    assert far > 20
    assert np.array_equal(restyling.varied(picture, 0, 3), picture)
    assert not np.array_equal(restyling.varied(picture, 0.3, 3), restyling.varied(picture, 0.3, 4))


def test_an_enlarged_picture_is_the_same_and_named_lanczos() -> None:
    picture = hill_scene(90, 60)
    for asked, size in (((180, 180), (180, 120)), ((64, 64), (180, 120)), ((900, 600), (900, 600))):
        request = PaintRequest(
            operation="upscale", prompt="", sources=(codec.encode_array(picture),),
            width=asked[0], height=asked[1],
        )  # fmt: skip
        done = made(request, 1)
        large = codec.rgb(done.data)
        assert large.shape[1::-1] == size
        assert (done.model, "Lanczos" in done.said) == ("lanczos", True)
        assert measure(picture, large).score > 95


def test_style_is_the_engines_own_or_the_pictures_palette() -> None:
    picture = hill_scene(96, 64)
    source = codec.encode_array(picture)
    own = made(PaintRequest(operation="style", prompt="as a pencil drawing", sources=(source,)), 1)
    drawn = codec.rgb(own.data).astype(int)
    assert np.ptp(drawn, axis=-1).mean() < 12
    other = PaintRequest(operation="style", prompt="a fox", sources=(source,), width=96, height=64)
    made_so = codec.rgb(made(other, 1).data)
    assert np.abs(made_so.mean((0, 1)) - picture.mean((0, 1))).max() < 25


def changed_by(picture: Pixels, words: str) -> Pixels:
    return (editing.edit(picture, None, words, 1).picture != picture).any(-1)


def test_new_things_are_whole_and_no_row_of_one_size() -> None:
    picture = hill_scene(480, 320)
    there = changed_by(picture, "add three balloons in the sky")
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    assert rows[0] >= 5
    assert columns[0] >= 5
    assert columns[-1] < 475
    parts = [p for p in np.split(columns, np.flatnonzero(np.diff(columns) > 3) + 1) if len(p) > 8]
    assert len(parts) == 3
    feet = [int(np.flatnonzero(there[:, part].any(1))[-1]) for part in parts]
    assert np.ptp(feet) > 8
    assert np.ptp([len(part) for part in parts]) > 3


def test_where_a_new_thing_shall_be_is_no_second_thing() -> None:
    told = understood("add a butterfly on the flowers")
    assert told == Instruction("add", "flowers", "a butterfly")
    assert understood("add a boat on the water") == Instruction("add", "water", "a boat")
    assert understood("a man with an umbrella") == Instruction("add", "", "a man with an umbrella")
    edited = editing.edit(hill_scene(), None, "add a butterfly on the piano", 1)
    assert "can't find “piano”" in edited.said


def test_a_crowd_up_to_the_border_is_no_sky() -> None:
    grains = np.random.default_rng(1).normal(0, 1, (160, 240)).astype(np.float32)
    crowd = 120 + 220 * blur(grains, 1.6)
    picture = hill_scene(240, 160)
    picture[:80] = np.clip(crowd[:80, :, None] * (1, 0.95, 0.85), 0, 255)
    assert located(picture, "sky") is None
    assert located(hill_scene(240, 160), "sky") is not None
