import numpy as np
import pytest

from tests.unit.offline.goldens import NAMES, kept, painted


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_of_a_text_stays_the_same(name: str) -> None:
    """Within one level of 255: processors round differently."""
    before, now = kept(name), painted(name)
    assert now.shape == before.shape
    assert np.abs(now.astype(int) - before).max() <= 1
