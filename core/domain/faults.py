"""Why a paid call brought nothing."""

from typing import Literal

Fault = Literal["", "refused", "wait", "down", "account", "unusable", "doubt", "bug"]
"""`wait`: not now; `down`: its provider has failed so often that it is not asked for a while."""
AWAITED: frozenset[Fault] = frozenset({"wait", "down", "account"})
"""What is over at some time: runs wait for it."""
