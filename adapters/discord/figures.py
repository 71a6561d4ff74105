"""Times as Discord shows them."""

from datetime import datetime


def moment(at: datetime) -> str:
    """In each reader's own zone."""
    return f"<t:{int(at.timestamp())}:R>"
