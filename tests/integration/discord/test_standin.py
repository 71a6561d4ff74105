"""The stand-in's own eyes: a wrong request must be seen, else the other tests prove nothing."""

import pytest

from tests.standins.discord_spec import Spec, spec_file

TEXT = {"type": 10, "content": "words"}


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ({"components": [TEXT], "flags": 32768}, True),
        ({"components": [{"type": 17, "components": [TEXT]}], "nonce": "a" * 25}, True),
        ({"components": [{"type": 17, "components": [{"type": 10}]}]}, False),
        ({"components": [{"type": 99}]}, False),
        ({"components": [{"content": "words"}]}, False),
        ({"components": [TEXT], "nonce": "a" * 26}, False),
    ],
)
def test_bodies_are_judged(body: object, right: bool) -> None:
    file = spec_file()
    if file is None:
        pytest.skip("Discord's openapi.json is not beside the repository")
    complaints = Spec(file).complaints("POST", "/channels/1/messages", body, set())
    assert (complaints == []) == right
