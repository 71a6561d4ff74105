"""`python -m bot` and the console script `darkroom`."""

import io
import sys


def main() -> None:
    from bot.cli import app  # here: a worker of the pool imports this file anew

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know ASCII alone
    app(prog_name="darkroom")


if __name__ == "__main__":
    main()
