"""The part that may change, shown on its picture."""

from PIL import Image

from core.imaging import codec, outside


def test_what_may_change_is_red_and_the_rest_is_dim() -> None:
    grey = codec.encode(Image.new("RGB", (600, 400), (120, 120, 120)))
    part = codec.box_mask(600, 400, 0.3, 0.3, 0.4, 0.4)
    shown = codec.rgb(outside.overlay(grey, part, 300))
    assert shown.shape == (200, 300, 3)
    red, _, blue = (int(v) for v in shown[100, 150])
    assert red > blue + 40
    assert (shown[10, 10] < 100).all()
