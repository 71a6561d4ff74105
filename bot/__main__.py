"""`python -m bot` and the console script `darkroom`."""


def main() -> None:
    from bot.cli import app  # here: a worker of the pool imports this file anew

    app(prog_name="darkroom")


if __name__ == "__main__":
    main()
