"""What the page is told of each job."""

import pytest

from core.jobs.registry import JOBS


@pytest.mark.parametrize(
    ("job", "worded"),
    [
        ("journey", True), ("diagram", True), ("imagine", True), ("styles", True),
        ("vary", False), ("edit", False), ("upscale", False), ("put_back", False),
    ],
)  # fmt: skip
def test_a_job_that_words_begin_needs_no_picture(job: str, worded: bool) -> None:
    assert JOBS[job].begins_by_words is worded
