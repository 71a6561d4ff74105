"""The fault matrix: `python -m tests.faults [--only WORD] [--out docs/faults.md]`."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from tests.faults import platforms, processes
from tests.faults.count import HEAD, Cost

TEXT = """\
# Faults

What a fault costs, as `make faults` finds it: the real program with the real clients of Discord and
Slack on stand-in servers, {sessions} sessions of {rounds} rounds each when it comes, time sixty times as
fast; kills and stops hit the program as a process, with the embedded engine and its calls in flight
(of a provider that bills: `make kill`). Met is how often the fault bit while runs were open: calls that
failed, waited or lied, reads of the wrong clock, kills and stops of a program at work; a row whose fault
nobody met says "not met", and the command fails. Counted are rounds that
were painted and that nobody sees (lost), that are seen twice (doubled), images bought twice for one
round (charged twice) and runs that never end (stuck). A run may end early, and says so, where a call's
fate is unknown and the quote has no room to make it again.

{table}
"""


async def main(only: str, out: Path | None) -> int:
    logging.disable(logging.CRITICAL)
    say = lambda line: print(line, flush=True)  # noqa: E731
    say(HEAD)
    found = await asyncio.gather(platforms.all_rows(say, only), processes.all_rows(say, only))
    rows: list[Cost] = [row for part in found for row in part]
    if out is not None:
        table = "\n".join([HEAD, *(row.line for row in rows)])
        sessions, rounds = platforms.SESSIONS, platforms.ROUNDS
        out.write_text(TEXT.format(sessions=sessions, rounds=rounds, table=table))
    return int(not rows or not all(row.fine for row in rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    sys.exit(asyncio.run(main(asked.only, asked.out)))
