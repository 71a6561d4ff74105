"""`python -m bot` and the console script `darkroom`."""

from bot.cli import app


def main() -> None:
    app(prog_name="darkroom")


if __name__ == "__main__":
    main()
