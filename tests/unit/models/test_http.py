"""How long a server asks to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from adapters.models.http import LONGEST_WAIT_S, Reply


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("86400", LONGEST_WAIT_S),
        ("inf", LONGEST_WAIT_S),
        ("nan", 10.0),
        ("soon", 10.0),
        ("", 10.0),
    ],
)
def test_seconds_within_reason(said: str, seconds: float) -> None:
    assert Reply(429, {"retry-after": said}).retry_after(10.0) == seconds


def test_a_date_is_understood() -> None:
    now = datetime.now(UTC)
    ahead = format_datetime(now + timedelta(seconds=90), usegmt=True)
    assert Reply(503, {"retry-after": ahead}).retry_after(10.0) == pytest.approx(90, abs=5)
    past = format_datetime(now - timedelta(hours=1), usegmt=True)
    assert Reply(503, {"retry-after": past}).retry_after(10.0) == 0.0
    assert Reply(503).retry_after(10.0) == 10.0
